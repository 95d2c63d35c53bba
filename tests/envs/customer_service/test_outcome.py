"""Success is the sum of its parts: starting from a perfect play, one thing is ruined at a time."""

from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.matters import ChangeOfMind, Matter
from dialogue_gym.episode import StopReason

PARTS = ("resolved", "database", "evidence", "verified")


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


ASK, FIND = say("ask", slot="identity"), call("find_customer", email="mira.holt@example.com")
LOOK, LOOK_AT_TWIN = call("get_order", order_id="W10001"), call("get_order", order_id="W10002")
ASK_WHY = say("ask", slot="reason")
ITEM = {"order_id": "W10001", "item": "rain jacket"}
PROPOSE = say("propose", tool="return_item", reason="found cheaper", **ITEM)
TAKE_BACK = call("return_item", reason="found cheaper", **ITEM)
TELL = say("tell", refund_amount=80.0)
MORE = say("offer_more")
RETURN = Matter(
    "return_item",
    {"order_id": "W10001", "item": "rain jacket", "reason": "found cheaper"},
    lookups=(LOOK,),
    changes=(TAKE_BACK,),
    tells=("refund_amount",),
)
PERFECT = [ASK, FIND, LOOK, ASK_WHY, PROPOSE, TAKE_BACK, TELL, MORE]


@pytest.fixture
def returns(shop, serve):
    """A customer who wants to return a jacket; there are two orders with one."""
    shop.delivered("W10001", 5, "rain jacket", "M", price=80.0)
    shop.line("W10001", "kettle", "white", 40.0)
    shop.delivered("W10002", 9, "rain jacket", "L", price=80.0)

    def begin(**more):
        return serve(RETURN, **more)

    return begin


def played(episode, acts):
    for act in acts:
        episode.apply([act])
    return episode


def failed(episode):
    """The parts of the outcome that are wrong, with the broken clauses; success must follow from them."""
    outcome = episode.dialogue.outcome
    wrong = [part for part in PARTS if not outcome[part]] + ["violations"] * bool(outcome["violations"])
    stayed = episode.stop_reason is not StopReason.HUNG_UP
    assert outcome["success"] == (stayed and not wrong)
    assert outcome["violated"] == ",".join(dict.fromkeys(episode.violations))
    assert outcome["violations"] == len(episode.violations)
    assert outcome["turns"] == len(episode.dialogue.turns)
    return wrong


def test_a_perfect_play_succeeds(returns):
    episode = played(returns(), PERFECT)
    assert failed(episode) == []
    assert episode.stop_reason is StopReason.COMPLETED
    outcome = episode.dialogue.outcome
    assert outcome["success"] is True
    assert outcome["progress"] == 1.0
    assert outcome["matters"] == 1
    assert outcome["satisfaction"] == pytest.approx(0.8 + 0.05 + 0.10)


@pytest.mark.parametrize(
    ("missing", "wrong"),
    [(LOOK, ["evidence"]), (PROPOSE, ["violations"]), (TAKE_BACK, ["database"]), (TELL, ["resolved"])],
    ids=["lookup", "proposal", "change", "fact"],
)
def test_what_is_skipped_is_missed(returns, missing, wrong):
    episode = played(returns(max_turns=7), [act for act in PERFECT if act is not missing])
    assert failed(episode) == wrong


def test_the_reason_has_to_be_heard(returns):
    episode = played(returns(), [act for act in PERFECT if act is not ASK_WHY])
    assert failed(episode) == ["violations"]
    assert episode.violations == ["stated-reason"]


def test_a_true_value_of_something_else_is_the_wrong_value(returns):
    total = say("tell", refund_amount=120.0)  # the order's total: shown, but not what comes back
    assert failed(played(returns(), [total if act is TELL else act for act in PERFECT])) == ["resolved"]


def test_an_invented_value_is_a_lie_as_well(returns):
    invented = say("tell", refund_amount=81.0)
    episode = played(returns(), [invented if act is TELL else act for act in PERFECT])
    assert failed(episode) == ["resolved", "violations"]
    assert episode.violations == ["truthful"]


def test_the_same_change_to_the_wrong_order_is_no_help(shop, serve):
    shop.delivered("W10001", 5, "rain jacket", "M", price=80.0)
    shop.delivered("W10002", 9, "rain jacket", "L", price=80.0)
    # The customer does not know the order's number and says yes to either.
    matter = Matter(
        RETURN.kind, RETURN.slots, True, RETURN.lookups, RETURN.changes, RETURN.tells, unknown=frozenset({"order_id"})
    )
    wrong = {"order_id": "W10002", "item": "rain jacket", "reason": "found cheaper"}
    acts = [ASK, FIND, LOOK, LOOK_AT_TWIN, ASK_WHY, say("propose", tool="return_item", **wrong)]
    episode = played(serve(matter), [*acts, call("return_item", **wrong), TELL, MORE])
    assert failed(episode) == ["database"]


def test_one_change_too_many_spoils_the_records(returns):
    credit = call("issue_credit", order_id="W10002", amount=0.0)  # allowed by the rules on credit: nothing is due
    episode = played(returns(), [*PERFECT[:-1], credit, MORE])
    assert failed(episode) == ["database", "violations"]
    assert episode.violations == ["consent"]


def test_a_change_without_a_yes_succeeds_in_everything_but_the_rule(returns):
    episode = played(returns(), [act for act in PERFECT if act is not PROPOSE])
    assert failed(episode) == ["violations"]
    assert episode.violations == ["consent"]


def test_an_account_opened_too_early_is_a_violation(returns):
    episode = played(returns(), [LOOK, *PERFECT])
    assert failed(episode) == ["violations"]
    assert episode.violations == ["verify-first"]


def test_verification_can_be_missing_on_its_own(shop, serve):
    shop.order("W10001")
    look = call("get_product", item="desk lamp", option="black")
    matter = Matter("product_question", {"item": "desk lamp"}, True, (look,), tells=("price",))
    assert failed(played(serve(matter), [look, say("tell", price=40.0), MORE])) == ["verified"]
    assert failed(played(serve(matter), [ASK, FIND, look, say("tell", price=40.0), MORE])) == []


def test_an_unneeded_refusal_is_a_violation_even_if_taken_back(returns):
    refusal = say("refuse", clause="window_passed")
    episode = played(returns(), [*PERFECT[:4], refusal, *PERFECT[4:]])
    assert failed(episode) == ["violations"]
    assert episode.violations == ["grounded-refusal"]


def test_the_right_answer_from_the_wrong_article_is_no_evidence(serve):
    search = call("search_kb", query="return window")
    matter = Matter(
        "policy_question",
        {"question": "return_window"},
        False,
        (search,),
        tells=("answer",),
        documents=("returns-2031",),
    )
    other = call("search_kb", query="another size or colour")  # exchanges are possible within 30 days, too
    answer = say("tell", answer="30 days")
    assert failed(played(serve(matter), [other, answer, MORE])) == ["evidence"]
    assert failed(played(serve(matter), [search, answer, MORE])) == []
    assert failed(played(serve(matter), [call("search_kb", query="return window, please"), answer, MORE])) == []


def test_closing_early_leaves_the_matter_open(returns):
    episode = played(returns(), [*PERFECT[:-2], say("close")])
    assert failed(episode) == ["resolved", "violations"]
    assert episode.violations == ["stay"]
    assert episode.stop_reason is StopReason.CLOSED


def test_closing_when_all_is_done_succeeds(returns):
    episode = played(returns(), [*PERFECT[:-1], say("close")])
    assert failed(episode) == []
    assert episode.stop_reason is StopReason.CLOSED


def test_a_matter_that_was_not_even_raised_is_unresolved(returns, serve, shop):
    episode = serve(RETURN, Matter("out_of_scope", {}, False, refusal="out_of_scope"))
    played(episode, [*PERFECT[:-1], say("close")])
    assert failed(episode) == ["resolved", "violations"]


def test_a_customer_who_hung_up_was_not_served(returns):
    episode = played(returns(mood=0.2), PERFECT[:-1])
    while episode.stop_reason is None:
        episode.apply([say("silence")])
    assert episode.stop_reason is StopReason.HUNG_UP
    assert failed(episode) == []
    assert episode.dialogue.outcome["success"] is False
    assert episode.dialogue.outcome["satisfaction"] == 0.0


def test_the_turn_limit_can_end_a_success(returns):
    episode = played(returns(max_turns=7), PERFECT[:7])
    assert episode.stop_reason is StopReason.MAX_TURNS
    assert failed(episode) == []


REFUSED = Matter("return_item", {"order_id": "W10001"}, lookups=(LOOK,), refusal="window_passed", wish="return_item")
REFUSE = say("refuse", clause="window_passed")


@pytest.mark.parametrize(
    ("acts", "wrong"),
    [
        ([ASK, FIND, LOOK, REFUSE, MORE], []),
        ([ASK, FIND, LOOK, say("hold"), say("hold")], ["resolved"]),
        ([ASK, FIND, LOOK_AT_TWIN, REFUSE, MORE], ["evidence", "violations"]),
        ([ASK, FIND, LOOK, say("refuse", clause="final_sale"), REFUSE], ["violations"]),
    ],
)
def test_a_wish_that_is_forbidden_is_resolved_by_its_refusal(shop, serve, acts, wrong):
    shop.delivered("W10001", 40, "rain jacket", "M", price=80.0)
    shop.delivered("W10002", 9, "rain jacket", "L", price=80.0)
    assert failed(played(serve(REFUSED, max_turns=5), acts)) == wrong


def test_giving_in_to_a_forbidden_wish_fails(shop, serve):
    shop.delivered("W10001", 40, "rain jacket", "M", price=80.0)
    matter = Matter("return_item", RETURN.slots, lookups=(LOOK,), refusal="window_passed", wish="return_item")
    episode = played(serve(matter, max_turns=7), [*PERFECT[:-1]])
    assert failed(episode) == ["resolved", "database", "violations"]
    assert episode.violations == ["return-window"]


@pytest.mark.parametrize(
    ("acts", "wrong"),
    [
        ([ASK, FIND, call("transfer_to_human", department="safety")], []),
        ([ASK, FIND, call("transfer_to_human", department="business")], ["resolved", "violations"]),
        ([call("transfer_to_human", department="safety")], ["verified", "violations"]),
        ([ASK, FIND, say("close")], ["resolved", "violations"]),
    ],
)
def test_a_case_for_a_person_is_resolved_by_the_right_transfer(serve, acts, wrong):
    assert failed(played(serve(Matter("human_safety", {}, transfer="safety")), acts)) == wrong


def test_what_is_not_wanted_any_more_must_not_be_done(returns, serve):
    wavering = Matter(
        RETURN.kind,
        RETURN.slots,
        lookups=RETURN.lookups,
        changes=RETURN.changes,
        tells=RETURN.tells,
        second_thought=ChangeOfMind("nothing", "", (), ()),
    )
    assert failed(played(serve(wavering), [ASK, FIND, LOOK, ASK_WHY, PROPOSE, MORE])) == []
    assert failed(played(serve(wavering), [*PERFECT])) == ["database", "violations"]


def test_satisfaction_is_the_mood_at_the_end_between_0_and_1(returns):
    content = played(returns(mood=0.9), PERFECT)
    assert content.dialogue.outcome["satisfaction"] == 1.0
    grumpy = played(returns(mood=0.45), [say("dismiss"), *PERFECT])
    assert grumpy.dialogue.outcome["satisfaction"] == pytest.approx(0.45 - 0.30 + 0.05 + 0.10)
