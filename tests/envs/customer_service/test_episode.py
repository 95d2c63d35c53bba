"""The state machine: the order of hearing and calling, replays, snapshots, endings, and what stays hidden."""

import pickle
from dataclasses import replace
from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.matters import Matter
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.episode import StopReason
from dialogue_gym.errors import ConfigurationError, EpisodeOverError, UnknownNameError


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


LOOK = call("get_product", item="desk lamp", option="black")
QUESTION = Matter("product_question", {"item": "desk lamp", "option": "black"}, False, (LOOK,), tells=("price",))


@pytest.fixture(autouse=True)
def lamp(shop):
    shop.order("W10001")


def transcript(episode):
    """All that was heard, in words, with the facts of every turn and the outcome."""
    heard = [*episode.dialogue.opening, *(event for turn in episode.dialogue.turns for event in turn.heard)]
    facts = [turn.facts for turn in episode.dialogue.turns]
    return [event.message() for event in heard], facts, episode.stop_reason, episode.dialogue.outcome


def wander(episode, stream, turns=1000):
    """Plays on, now and then beside the oracle's way."""
    strays = [
        say("hold"),
        say("clarify"),
        say("ask", slot="order_id"),
        say("offer_more"),
        say("refuse", clause="final_sale"),
    ]
    strays += [say("propose", tool="cancel_order"), call("list_orders"), say("tell", price=1.0), say("dismiss")]
    for _ in range(turns):
        if episode.stop_reason is not None:
            break
        episode.apply([stream.choice(strays)] if stream.chance(0.25) else episode.oracle_acts())
    return episode


# Order within a turn


def test_a_message_is_heard_before_the_calls_are_run(serve):
    episode = serve(QUESTION)
    turn = episode.apply([LOOK, say("greet"), call("search_kb", query="returns")])
    assert [event.role for event in turn.heard] == ["user", "tool", "tool"]
    assert [event.content[0].name for event in turn.heard[1:]] == ["get_product", "search_kb"]


def test_calls_alone_bring_results_alone(serve):
    turn = serve(QUESTION).apply([LOOK, LOOK])
    assert [event.role for event in turn.heard] == ["tool", "tool"]


def test_the_customer_hears_all_that_is_said_as_one_message(serve, said):
    episode = serve(QUESTION)
    episode.apply([LOOK])
    heard = said(episode.apply([say("greet"), say("tell", price=40.0), say("offer_more")]))
    assert [act.name for act in heard] == ["thank", "finish"]
    assert episode.stop_reason is StopReason.COMPLETED


def test_a_tool_answers_in_json(serve):
    turn = serve(QUESTION).apply([LOOK])
    assert turn.heard[0].text == '{"item": "desk lamp", "option": "black", "price": 40.0, "stock": true}'


def test_unknown_tools_and_unreadable_calls_are_answered(serve, results):
    episode = serve(QUESTION)
    turn = episode.apply([call("fly_to_moon"), call("malformed", error="not JSON")])
    assert results(turn) == [{"error": "there is no tool 'fly_to_moon'"}, {"error": "not JSON"}]
    assert episode.calls == []
    assert episode.violations == []


def test_an_empty_action_is_a_turn_of_waiting(serve):
    episode = serve(QUESTION)
    assert episode.apply([]).heard == ()
    assert episode.turn == 1


def test_failed_calls_are_not_among_those_carried_out(serve):
    episode = serve(QUESTION)
    episode.apply([call("get_product", item="moon rock"), LOOK])
    assert episode.calls == [LOOK]


# Endings


def test_a_goodbye_ends_it_and_the_calls_of_the_same_action_are_still_made(serve):
    episode = serve(QUESTION)
    episode.apply([LOOK])
    episode.apply([say("tell", price=40.0)])
    turn = episode.apply([say("close"), call("search_kb", query="returns")])
    assert episode.stop_reason is StopReason.CLOSED
    assert [event.role for event in turn.heard] == ["user", "tool"]


def test_nothing_can_be_done_after_the_end(serve):
    episode = serve(QUESTION)
    episode.apply([say("close")])
    with pytest.raises(EpisodeOverError, match="closed"):
        episode.apply([say("greet")])


def test_nothing_can_be_done_before_the_beginning():
    with pytest.raises(EpisodeOverError, match="never started"):
        load_task("retail", "easy").episode().apply([say("greet")])


@pytest.mark.parametrize(("difficulty", "turns"), [("easy", 30), ("medium", 40), ("hard", 60)])
def test_each_difficulty_has_its_turn_limit(difficulty, turns):
    episode = load_task("retail", difficulty).episode()
    assert episode.max_turns == turns
    episode.start("train", 0)
    episode.customer.persona = replace(episode.customer.persona, patience=1e9)
    for _ in range(turns):
        assert episode.stop_reason is None
        episode.apply([say("hold")])
    assert episode.stop_reason is StopReason.MAX_TURNS
    assert episode.dialogue.outcome["turns"] == turns


# Facts and the instructions


def test_every_turn_says_what_changed_and_the_last_one_how_it_ended(serve):
    episode = serve(QUESTION)
    assert episode.apply([LOOK]).facts == {"violations": 0.0, "progress": pytest.approx(1 / 3)}
    assert episode.apply([say("dismiss")]).facts == {"violations": 1.0, "progress": 0.0}
    ended = episode.apply([say("tell", price=40.0), say("offer_more")]).facts
    assert set(ended) == {"violations", "progress", "success", "satisfaction"}
    assert ended["success"] == 0.0


def test_the_instructions_hold_today_and_the_policy_and_nothing_of_the_customer(serve):
    episode = serve(QUESTION)
    assert "2031-04-11" in episode.instructions
    assert episode.domain.policy in episode.instructions
    assert "Mira" not in episode.instructions
    assert "desk lamp" not in episode.instructions


# What tools have shown


@pytest.mark.parametrize(
    ("fact", "value", "known"),
    [
        ("price", 40.0, True),
        ("price", 41.0, False),
        ("stock", True, True),
        ("stock", False, False),
        ("money", 40.0, True),
        ("money", 41.0, False),
        ("refund_amount", 40.0, True),  # what an item costs is what comes back for it
        ("balance", 40.0, False),
        ("date", "2031-04-11", False),
    ],
)
def test_what_is_known_is_what_a_tool_has_shown(serve, fact, value, known):
    episode = serve(QUESTION)
    assert not episode.known(fact, value)
    episode.apply([LOOK])
    assert episode.known(fact, value) is known


def test_values_in_lists_are_shown_as_well(serve):
    episode = serve(QUESTION, verified=True)
    episode.apply([call("get_order", order_id="W10001")])
    assert episode.known("price", 40.0)
    assert episode.known("status", "pending")


# Replays and snapshots


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_the_same_acts_replay_the_same_conversation(difficulty):
    task = load_task("retail", difficulty)
    for index in range(10):
        first, again = task.episode(), task.episode()
        first.start("test", index)
        wander(first, Stream(key("wander", index)))
        again.start("test", index)
        for turn in first.dialogue.turns:
            again.apply(turn.acts)
        assert transcript(again) == transcript(first)


def test_an_episode_can_be_begun_again(serve):
    episode = load_task("retail", "hard").episode()
    episode.start("train", 4)
    first = transcript(wander(episode, Stream(1)))
    episode.start("train", 5)
    wander(episode, Stream(2))
    episode.start("train", 4)
    assert transcript(wander(episode, Stream(1))) == first


def test_trials_share_the_world_and_the_wishes_and_differ_in_chances():
    task = load_task("retail", "hard")
    openings = set()
    for trial in range(8):
        episode = task.episode()
        openings.add(episode.start("train", 3, trial)[0].text)
        if trial == 0:
            first = episode
        assert episode.desk.database.tables == first.desk.database.tables
        assert [m.kind for m in episode.matters] == [m.kind for m in first.matters]
        assert episode.customer.profile == first.customer.profile
    assert len(openings) > 2


@pytest.mark.parametrize("difficulty", ["easy", "hard"])
@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_snapshot_midway_leads_to_the_same_end(difficulty, after):
    task = load_task("retail", difficulty)
    for index in range(8):
        episode = task.episode()
        episode.start("train", index)
        wander(episode, Stream(key("start", index)), after)
        if episode.stop_reason is not None:
            continue
        snapshot = episode.snapshot()
        straight = transcript(wander(episode, Stream(9)))
        episode.restore(snapshot)
        assert transcript(wander(episode, Stream(9))) == straight  # the same object, gone back
        other = task.episode()
        other.restore(pickle.loads(pickle.dumps(snapshot)))
        assert transcript(wander(other, Stream(9))) == straight  # another object, as if in another process
        other.restore(snapshot)
        assert transcript(wander(other, Stream(9))) == straight  # and once more


def test_a_snapshot_is_untouched_by_what_follows():
    episode = load_task("retail", "medium").episode()
    episode.start("train", 1)
    wander(episode, Stream(3), 2)
    snapshot = episode.snapshot()
    frozen = pickle.dumps(snapshot)
    wander(episode, Stream(3))
    assert pickle.dumps(snapshot) == frozen


def test_a_snapshot_holds_the_conversation_and_not_the_shop_window():
    episode = load_task("retail", "medium").episode()
    episode.start("train", 1)
    wander(episode, Stream(3), 2)
    assert len(pickle.dumps(episode.snapshot())) < 50_000


def test_two_conversations_do_not_mix():
    task = load_task("retail", "medium")
    alone = task.episode()
    alone.start("train", 6)
    wander(alone, Stream(5))
    one, other = task.episode(), task.episode()
    one.start("train", 6)
    other.start("train", 6)
    stream, elsewhere = Stream(5), Stream(6)
    while one.stop_reason is None:
        wander(one, stream, 1)
        wander(other, elsewhere, 1)
    assert transcript(one) == transcript(alone)


# Messages that break off


def test_a_message_can_break_off_and_be_repeated(serve, said, turn_knobs):
    episode = serve(QUESTION, cut_off=1.0)
    (opening,) = episode.dialogue.opening
    assert opening.content == (say("cutoff"),)
    assert opening.text.endswith("—")
    turn_knobs(cut_off=0.0)
    assert said(episode.apply([say("clarify")])) == [say("open", kind="product_question")]


def test_a_yes_and_a_goodbye_always_arrive(serve, said):
    move = call("change_address", order_id="W10001", address="9 Linden Road, Northam 11111")
    episode = serve(Matter("change_address", dict(move.args), changes=(move,), tells=("done",)), cut_off=1.0)
    propose = say("propose", tool="change_address", **move.args)
    assert said(episode.apply([propose])) == [say("affirm")]
    assert said(episode.apply([say("dismiss")])) == [say("shocked")]
    episode = serve(QUESTION, cut_off=1.0)
    assert said(episode.apply([say("tell", price=40.0), say("offer_more")])) == [say("thank"), say("finish")]


def test_only_the_kinds_asked_for_come_up_on_scenarios_of_their_own():
    kinds = ["gift_card", "cancel_order", "order_status"]
    task = load_task("retail", "medium", None, kinds)
    seen = []
    for index in range(150):
        episode = task.episode()
        episode.start("test", index)
        seen += [matter.kind for matter in episode.matters]
    assert set(seen) == set(kinds)
    assert task is load_task("retail", "medium", None, kinds[::-1]) is pickle.loads(pickle.dumps(task))
    assert task.name == "customer_service/retail/medium/cancel_order/gift_card/order_status"
    assert task.content_hash() != load_task("retail", "medium").content_hash()
    assert load_task("retail", "medium", None, load_task("retail", "medium").domain.kinds) is load_task(
        "retail", "medium"
    )


@pytest.mark.parametrize(
    ("domain", "kinds"),
    [
        ("retail", ("gift_card", "cancel_order", "order_status")),
        ("banking", ("change_pin", "pin_blocked", "activate_my_card")),
        ("banking", ("age_limit", "exchange_rate", "atm_support")),
    ],
)
def test_few_kinds_come_with_the_customers_of_all_kinds(domain, kinds):
    """As many matters at a time, and as many impostors, as where everything comes up."""
    shares = []
    for chosen in (None, kinds):
        episode = load_task(domain, "hard", None, chosen).episode()
        matters = impostors = 0
        for scenario in range(400):
            episode.start("train", scenario)
            matters += len(episode.matters)
            impostors += episode.customer.profile.key is None
        shares.append((matters / 400, impostors / 400))
    (matters, impostors), (few, few_impostors) = shares
    assert abs(few - matters) < 0.2
    assert few_impostors == pytest.approx(impostors, abs=0.05)


@pytest.mark.parametrize("kinds", [("terminate_account",), ("out_of_scope",), ("age_limit", "terminate_account")])
def test_a_kind_that_comes_alone_or_opens_no_account_can_be_all_there_is(kinds):
    episode = load_task("banking", "hard", None, kinds).episode()
    for scenario in range(100):
        episode.start("train", scenario)
        assert {matter.kind for matter in episode.matters} <= set(kinds)


@pytest.mark.parametrize(
    ("kinds", "error", "message"),
    [
        (["gift_crad"], UnknownNameError, "Unknown kind of matter 'gift_crad'. Did you mean 'gift_card'"),
        ([], ConfigurationError, "Expected kinds to be a list of at least one kind"),
        ("gift_card", ConfigurationError, "Expected kinds to be a list of at least one kind"),
    ],
)
def test_unknown_kinds_are_explained(kinds, error, message):
    with pytest.raises(error, match=message):
        load_task("retail", "easy", None, kinds)
