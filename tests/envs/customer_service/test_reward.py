"""The default reward, worked by hand on one short conversation."""

from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.matters import Matter
from dialogue_gym.envs.customer_service.reward import CustomerServiceReward
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.rewards.base import Step


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


LOOK = call("get_order", order_id="W10001")
MOVE = call("change_address", order_id="W10001", address="9 Linden Road, Northam 11111")
PROPOSE = say("propose", tool="change_address", **MOVE.args)
MATTER = Matter("change_address", dict(MOVE.args), lookups=(LOOK,), changes=(MOVE,), tells=("done",))
# Pieces: verified 1, lookup 1, change 3, fact 2; 7 in all.
PERFECT = [
    say("ask", slot="identity"),
    call("find_customer", email="mira.holt@example.com"),
    LOOK,
    PROPOSE,
    MOVE,
    say("tell", done="change_address"),
    say("offer_more"),
]


@pytest.fixture
def served(shop, serve):
    shop.order("W10001")

    def play(acts, **more):
        episode = serve(MATTER, **more)
        for act in acts:
            episode.apply(act if isinstance(act, list) else [act])
        return episode

    return play


def scored(episode):
    steps = [Step(episode.dialogue, number) for number in range(1, len(episode.dialogue.turns) + 1)]
    return CustomerServiceReward().score(steps)


def parts(episode, name):
    return [reward.parts[name] for reward in scored(episode)]


def test_a_perfect_conversation_earns_its_parts(served):
    episode = served(PERFECT)
    assert parts(episode, "progress") == pytest.approx([0, 0.5 / 7, 0.5 / 7, 0, 1.5 / 7, 1 / 7, 0])
    assert parts(episode, "success") == [0, 0, 0, 0, 0, 0, 1.0]
    assert parts(episode, "violations") == [0] * 7
    assert parts(episode, "turns") == [-0.01] * 7
    # Mood 0.8, pleased 0.05 by the fact, relieved 0.10 when it was settled.
    assert parts(episode, "satisfaction") == pytest.approx([0, 0, 0, 0, 0, 0, 0.2 * 0.95])
    assert sum(reward.total for reward in scored(episode)) == pytest.approx(1 + 0.5 - 0.07 + 0.19)


def test_the_parts_add_up_to_the_reward(served):
    for reward in scored(served([say("dismiss"), LOOK, *PERFECT])):
        assert reward.total == pytest.approx(sum(reward.parts.values()))
        assert set(reward.parts) == {"success", "progress", "violations", "turns", "satisfaction"}


def test_each_broken_clause_costs_three_tenths(served):
    episode = served([MOVE, [say("dismiss"), say("dismiss")], say("ask", slot="identity")])
    assert parts(episode, "violations") == pytest.approx([-0.6, -0.6, 0.0])  # not verified and no yes; rude twice
    assert parts(episode, "progress") == [0.0, 0.0, 0.0]


def test_closing_at_once_costs_more_than_it_earns(served):
    episode = served([say("close")])
    (reward,) = scored(episode)
    assert reward.parts == pytest.approx(
        {"success": 0, "progress": 0, "violations": -0.3, "turns": -0.01, "satisfaction": 0.2 * 0.8}
    )


def test_doing_nothing_earns_about_minus_a_tenth(served):
    episode = served([], max_turns=30)
    while episode.stop_reason is None:
        episode.apply([say("hold")])
    # Thirty turns, and a customer whose 0.8 lost 0.02 each time.
    assert sum(reward.total for reward in scored(episode)) == pytest.approx(-0.30 + 0.2 * 0.2)


@pytest.mark.parametrize(
    "repeated",
    [LOOK, MOVE, PROPOSE, PERFECT[1], say("tell", done="change_address")],
    ids=["lookup", "change", "proposal", "verification", "fact"],
)
def test_progress_is_not_earned_twice(served, repeated):
    position = next(i for i, act in enumerate(PERFECT) if act == repeated) + 1
    episode = served([*PERFECT[:position], repeated, repeated, *PERFECT[position:]])
    assert parts(episode, "progress")[position : position + 2] == [0.0, 0.0]
    assert sum(parts(episode, "progress")) <= 0.5 + 1e-9


def test_looking_at_everything_else_earns_nothing(served, shop):
    shop.order("W10002", "kettle", "white")
    idle = [
        call("get_order", order_id="W10002"),
        call("list_orders"),
        call("list_payments", order_id="W10001"),
        call("get_product", item="desk lamp"),
        call("search_kb", query="returns"),
        say("tell", price=40.0),
    ]
    episode = served([*PERFECT[:2], *idle])
    assert parts(episode, "progress") == pytest.approx([0, 0.5 / 7, *[0] * len(idle)])


@pytest.mark.parametrize("difficulty", ["easy", "hard"])
def test_no_play_whatever_earns_more_than_half_by_progress(difficulty):
    task = load_task("retail", difficulty)
    for index in range(30):
        episode, tracker = task.episode(), task.tracker()
        tracker.reset(episode.start("train", index))
        stream = Stream(key("random play", index))
        earned = 0.0
        while episode.stop_reason is None:
            guided = stream.chance(0.6)
            legal = [action for action, allowed in enumerate(tracker.mask) if allowed]
            acts = episode.oracle_acts() if guided else tracker.ground(stream.choice(legal))
            turn = episode.apply(acts)
            tracker.observe(acts, turn.heard)
            assert turn.facts["progress"] >= 0.0
            earned += turn.facts["progress"]
        assert earned <= 1.0 + 1e-9
        assert sum(parts(episode, "progress")) == pytest.approx(0.5 * earned)
        if difficulty == "easy":  # where nobody changes their mind, what was earned is what is done
            assert earned == pytest.approx(episode.dialogue.outcome["progress"])


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_a_success_of_the_oracle_earns_the_whole_of_progress(play, difficulty):
    task = load_task("retail", difficulty)
    for index in range(40):
        episode = task.episode()
        episode.start("val", index)
        play(episode)
        if episode.dialogue.outcome["success"]:
            assert sum(parts(episode, "progress")) == pytest.approx(0.5)
