"""The customer answers, remembers, changes their mind, takes offence and leaves: worked by hand, act by act."""

from dataclasses import replace
from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service import customer as constants
from dialogue_gym.envs.customer_service.matters import ChangeOfMind, Matter, Profile
from dialogue_gym.episode import StopReason


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


ASK_WHO, ASK_ORDER = say("ask", slot="identity"), say("ask", slot="order_id")
SLOTS = {"order_id": "W14023", "item": "rain jacket", "reason": "found cheaper"}
TAKE_BACK = call("return_item", **SLOTS)
RETURN = Matter("return_item", SLOTS, changes=(TAKE_BACK,), tells=("refund_amount",))
PROPOSE = say("propose", tool="return_item", **SLOTS)
EXCHANGE = Matter(
    "exchange_item",
    {"order_id": "W14023", "item": "rain jacket", "option": "L"},
    changes=(call("exchange_item", order_id="W14023", item="rain jacket", option="L"),),
    tells=("price_difference",),
)
QUESTION = Matter("product_question", {"item": "desk lamp", "option": "black"}, False, tells=("price", "stock"))
REFUSED = Matter("discount_request", {}, False, refusal="no_discounts", wish="issue_credit")
REFUSE = say("refuse", clause="no_discounts")
MIRA = Profile("C1000", "Mira Holt", "mira.holt@example.com", "12345")


@pytest.fixture(autouse=True)
def jacket(shop):
    shop.delivered("W14023", 5, "rain jacket", "M", price=80.0)
    shop.variant("rain jacket", "L", 85.0)
    shop.variant("desk lamp", "black", 40.0)


@pytest.fixture
def answers(said):
    """Plays one action and gives what the customer says to it."""

    def answer(episode, *acts):
        return said(episode.apply(acts))

    return answer


# Who is asking


def test_the_email_comes_first_and_then_name_and_postcode(serve, answers):
    episode = serve(RETURN)
    assert answers(episode, ASK_WHO) == [say("inform", email="mira.holt@example.com")]
    assert answers(episode, ASK_WHO) == [say("inform", name="Mira Holt", zip="12345")]
    assert answers(episode, ASK_WHO) == [say("again", name="Mira Holt", zip="12345")]
    assert episode.customer.identification == {"name": "Mira Holt", "zip": "12345"}


def test_who_does_not_remember_the_email_gives_name_and_postcode(serve, answers):
    episode = serve(RETURN, profile=replace(MIRA, email=""))
    assert answers(episode, ASK_WHO) == [say("inform", name="Mira Holt", zip="12345")]
    assert answers(episode, ASK_WHO) == [say("again", name="Mira Holt", zip="12345")]


def test_a_misspelt_email_fails_and_the_right_one_follows(serve, answers, results):
    episode = serve(RETURN, profile=replace(MIRA, misspelt="mira.holt@exmaple.com"))
    for email, found in (("mira.holt@exmaple.com", False), ("mira.holt@example.com", True)):
        assert answers(episode, ASK_WHO) == [say("inform", email=email)]
        (result,) = results(episode.apply([call("find_customer", email=email)]))
        assert ("error" not in result) is found
    assert episode.desk.customer == "C1000"


def test_a_guarded_customer_asks_why_once(serve, customer_says):
    episode = serve(RETURN, guarded=True)
    assert customer_says(episode, ASK_WHO) == ["withhold"]
    assert customer_says(episode, ASK_WHO) == ["inform"]


def test_an_impostor_can_be_refused_after_two_failed_tries(serve, answers, results):
    profile = Profile(None, "Mira Holt", "miraholt@example.org", "99999")
    matter = Matter("return_item", SLOTS, False, refusal="not_verified", wish="return_item")
    episode = serve(matter, profile=profile)
    refuse = say("refuse", clause="not_verified")
    for given in ({"email": "miraholt@example.org"}, {"name": "Mira Holt", "zip": "99999"}):
        assert answers(episode, ASK_WHO) == [say("inform", **given)]
        assert "error" in results(episode.apply([call("find_customer", **given)]))[0]
    assert answers(episode, refuse) == [say("accept_refusal")]
    episode.apply([say("offer_more")])
    assert episode.violations == []
    assert episode.dialogue.outcome["success"]


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_an_impostor_must_not_be_refused_before_they_were_asked_once_more(serve, tries):
    profile = Profile(None, "Mira Holt", "miraholt@example.org", "99999")
    episode = serve(Matter("return_item", SLOTS, False, refusal="not_verified", wish="return_item"), profile=profile)
    episode.apply([ASK_WHO])
    for _ in range(tries):
        episode.apply([call("find_customer", email="miraholt@example.org")])
    episode.apply([say("refuse", clause="not_verified")])
    assert episode.violations == ["grounded-refusal"]


# What they know


def test_all_is_volunteered_or_nothing(serve, said):
    assert serve(RETURN, mentions=1.0).dialogue.opening[0].content == (say("open", kind="return_item", **SLOTS),)
    assert serve(RETURN, mentions=0.0).dialogue.opening[0].content == (say("open", kind="return_item"),)


@pytest.mark.parametrize("slot", SLOTS)
def test_what_is_asked_for_is_given_and_then_given_again(serve, answers, slot):
    episode = serve(RETURN)
    assert answers(episode, say("ask", slot=slot)) == [say("inform", **{slot: SLOTS[slot]})]
    assert answers(episode, say("greet")) == [say("wait")]
    before = episode.customer.mood
    assert answers(episode, say("ask", slot=slot)) == [say("again", **{slot: SLOTS[slot]})]
    assert episode.customer.mood == pytest.approx(before - constants.ASKED_AGAIN)


def test_what_was_volunteered_was_given(serve, customer_says):
    assert customer_says(serve(RETURN, mentions=1.0), ASK_ORDER) == ["again"]


def test_a_question_beside_the_point_confuses(serve, customer_says):
    episode = serve(RETURN)
    assert customer_says(episode, say("ask", slot="card_number")) == ["lost_thread", "restate"]
    assert episode.customer.mood == pytest.approx(0.8 - constants.IRRELEVANT)


def test_an_unknown_order_is_described_by_its_item(serve, answers):
    episode = serve(replace(RETURN, unknown=frozenset({"order_id"})))
    assert episode.dialogue.opening[0].content == (say("open", kind="return_item", item="rain jacket"),)
    assert answers(episode, ASK_ORDER) == [say("unknown", slot="order_id")]
    assert episode.customer.mood == pytest.approx(0.8)


def test_a_slip_is_corrected_when_asked_again(serve, answers):
    episode = serve(RETURN, slips=1.0)
    assert answers(episode, ASK_ORDER) == [say("inform", order_id="W10423")]  # two digits swapped
    before = episode.customer.mood
    episode.apply([call("get_order", order_id="W10423")])
    assert answers(episode, ASK_ORDER) == [say("correct", order_id="W14023")]
    assert episode.customer.mood == pytest.approx(before)  # asked again after a lookup is not asked twice in a row
    assert answers(episode, say("greet")) == [say("wait")]
    assert answers(episode, ASK_ORDER) == [say("again", order_id="W14023")]


def test_a_slip_is_corrected_when_it_is_proposed(serve, answers):
    episode = serve(RETURN, slips=1.0)
    episode.apply([ASK_ORDER])
    wrong = say("propose", tool="return_item", order_id="W10423", item="rain jacket")
    assert answers(episode, wrong) == [say("correct", order_id="W14023")]
    assert answers(episode, PROPOSE) == [say("affirm")]


def test_a_slip_in_one_matter_says_nothing_of_the_next(serve, answers):
    other = Matter("order_status", {"order_id": "W10067", "item": "kettle"}, tells=("delivery_date",))
    first = Matter("order_status", {"order_id": "W13045", "item": "tent"}, False, tells=("price",))
    episode = serve(first, other, slips=1.0)
    assert answers(episode, ASK_ORDER) == [say("inform", order_id="W10345")]
    episode.apply([say("tell", price=1.0)])
    episode.apply([say("offer_more")])
    assert answers(episode, ASK_ORDER) == [say("inform", order_id="W10067")]


def test_two_equal_digits_cannot_be_swapped(serve, answers):
    matter = Matter("order_status", {"order_id": "W15523", "item": "kettle"}, tells=("delivery_date",))
    episode = serve(matter, slips=1.0)
    assert answers(episode, ASK_ORDER) == [say("inform", order_id="W15523")]
    assert answers(episode, say("greet")) == [say("wait")]
    assert answers(episode, ASK_ORDER) == [say("again", order_id="W15523")]


# Proposals


def test_the_right_proposal_is_agreed_to(serve, answers):
    episode = serve(RETURN)
    assert answers(episode, PROPOSE) == [say("affirm")]
    assert episode.customer.consents[0][:2] == (1, "return_item")


@pytest.mark.parametrize(
    ("details", "answer"),
    [
        ({"item": "kettle"}, say("correct", item="rain jacket")),
        ({"order_id": "W99999"}, say("correct", order_id="W14023")),
        ({"reason": "ordered by mistake"}, say("correct", reason="found cheaper")),
    ],
)
def test_a_wrong_detail_is_corrected(serve, answers, details, answer):
    episode = serve(RETURN)
    assert answers(episode, PROPOSE._replace(args={**PROPOSE.args, **details})) == [answer]
    assert episode.customer.mood == pytest.approx(0.8 - constants.MISTAKEN)
    assert episode.customer.consents == []


def test_an_amount_the_customer_does_not_expect_is_declined(serve, answers):
    credit = call("issue_credit", order_id="W14023", amount=20.0)
    matter = Matter("late_delivery", {"order_id": "W14023"}, changes=(credit,), tells=("credit_amount",))
    episode = serve(matter)
    assert answers(episode, say("propose", tool="issue_credit", amount=10.0)) == [say("negate")]
    assert answers(episode, say("propose", tool="issue_credit", amount=20.0)) == [say("affirm")]


def test_another_change_than_the_one_wanted_is_declined(serve, answers):
    episode = serve(RETURN)
    assert answers(episode, say("propose", tool="exchange_item")) == [say("negate"), say("restate", kind="return_item")]
    assert episode.customer.mood == pytest.approx(0.8 - constants.MISTAKEN)


def test_a_customer_gladly_agrees_to_what_the_desk_must_not_do(serve, customer_says):
    assert customer_says(serve(REFUSED), say("propose", tool="issue_credit", amount=500.0)) == ["affirm"]


# Second thoughts


THOUGHTS = {
    "option": (EXCHANGE, "XL", {"order_id": "W14023", "item": "rain jacket", "option": "L"}),
    "address": (
        Matter(
            "change_address",
            {"order_id": "W14023", "address": "1 Old Road, Easton 1"},
            changes=(call("change_address", order_id="W14023", address="1 Old Road, Easton 1"),),
            tells=("done",),
        ),
        "2 New Road, Easton 2",
        {"order_id": "W14023", "address": "1 Old Road, Easton 1"},
    ),
}


@pytest.mark.parametrize("slot", THOUGHTS)
def test_a_second_thought_comes_with_the_proposal_and_only_once(serve, answers, slot):
    matter, value, details = THOUGHTS[slot]
    tool = matter.changes[0].name
    change = call(tool, **{**details, slot: value})
    episode = serve(replace(matter, second_thought=ChangeOfMind(slot, value, (change,), matter.tells)))
    assert answers(episode, say("propose", tool=tool, **details)) == [say("change", **{slot: value})]
    assert episode.customer.consents == []
    assert answers(episode, say("propose", tool=tool, **details)) == [say("correct", **{slot: value})]
    assert answers(episode, say("propose", tool=tool, **change.args)) == [say("affirm")]


def test_another_preference_takes_another_tool(serve, answers):
    arguments = {"order_id": "W14023", "item": "rain jacket"}
    replace_it, refund_it = call("replace_item", **arguments), call("refund_item", **arguments)
    thought = ChangeOfMind("preference", "refund", (refund_it,), ("refund_amount",))
    matter = Matter(
        "damaged_item",
        {**arguments, "preference": "replacement"},
        changes=(replace_it,),
        tells=("delivery_date",),
        second_thought=thought,
    )
    episode = serve(matter)
    assert answers(episode, say("propose", tool="replace_item", **arguments)) == [say("change", preference="refund")]
    assert [a.name for a in answers(episode, say("propose", tool="replace_item", **arguments))] == ["negate", "restate"]
    assert answers(episode, say("propose", tool="refund_item", **arguments)) == [say("affirm")]


def test_a_customer_can_want_nothing_after_all(serve, answers):
    episode = serve(replace(RETURN, second_thought=ChangeOfMind("nothing", "", (), ())))
    assert answers(episode, PROPOSE) == [say("change", nothing="")]
    assert episode.customer.matter is None
    assert answers(episode, say("offer_more")) == [say("finish")]


def test_a_wrong_proposal_does_not_bring_the_second_thought(serve, answers):
    episode = serve(replace(RETURN, second_thought=ChangeOfMind("nothing", "", (), ())))
    assert answers(episode, say("propose", tool="return_item", item="kettle")) == [say("correct", item="rain jacket")]
    assert episode.customer.matter is not None


# Several matters


def test_the_next_matter_comes_when_asked_for_more(serve, answers):
    episode = serve(QUESTION, RETURN)
    assert answers(episode, say("tell", price=40.0), say("tell", stock=True)) == [say("wait"), say("thank")]
    assert answers(episode, say("offer_more")) == [say("more"), say("open", kind="return_item")]


def test_more_can_be_offered_in_the_message_that_settles(serve, customer_says):
    episode = serve(QUESTION, RETURN)
    heard = customer_says(episode, say("tell", price=40.0), say("tell", stock=True), say("offer_more"))
    assert heard == ["wait", "thank", "more", "open"]


def test_a_digression_comes_first_and_the_matter_at_hand_returns(serve, answers):
    episode = serve(RETURN, QUESTION, digresses=1.0)
    assert answers(episode, ASK_ORDER) == [
        say("inform", order_id="W14023"),
        say("more"),
        say("open", kind="product_question"),
    ]
    episode.apply([say("tell", price=40.0), say("tell", stock=True)])
    assert answers(episode, say("offer_more")) == [say("more"), say("restate", kind="return_item")]
    assert answers(episode, say("ask", slot="item")) == [say("inform", item="rain jacket")]
    assert episode.customer.matter.goal.kind == "return_item"
    assert not episode.customer.upcoming


def test_there_is_one_digression_and_none_with_nothing_else_in_mind(serve, customer_says):
    assert customer_says(serve(RETURN, digresses=1.0), ASK_ORDER) == ["inform"]
    episode = serve(RETURN, EXCHANGE, QUESTION, digresses=1.0)
    assert customer_says(episode, ASK_ORDER) == ["inform", "more", "open"]
    assert customer_says(episode, say("ask", slot="option")) == ["inform"]


def test_a_fact_that_is_still_missing_is_asked_for(serve, answers):
    episode = serve(QUESTION)
    assert answers(episode, say("tell", price=40.0)) == [say("wait")]
    assert answers(episode, say("offer_more")) == [say("ask_fact", fact="stock")]
    assert episode.customer.mood == pytest.approx(0.8 + constants.PLEASED - constants.MISTAKEN)


@pytest.mark.parametrize(("kind", "fact"), [("money", "price"), ("bool", "stock"), ("price", "price")])
def test_a_bare_value_answers_the_first_open_fact_of_its_type(serve, kind, fact):
    episode = serve(QUESTION)
    episode.apply([say("tell", **{kind: 40.0})])
    assert episode.customer.matter.told == {fact: 40.0}


# Refusals


@pytest.mark.parametrize("pressure", [0, 1, 2])
def test_a_refusal_is_accepted_after_as_much_pressure_as_they_make(serve, answers, pressure):
    episode = serve(REFUSED, pressure=pressure)
    for _ in range(pressure):
        assert answers(episode, REFUSE) == [say("insist", kind="discount_request")]
    assert answers(episode, REFUSE) == [say("accept_refusal")]
    expected = 0.8 - (pressure + 1) * constants.REFUSED + constants.RELIEVED
    assert episode.customer.mood == pytest.approx(expected)  # insisting on the refusal is no repetition
    assert episode.customer.matter is None


def test_a_refusal_for_another_reason_is_not_accepted(serve, customer_says):
    episode = serve(REFUSED)
    assert customer_says(episode, say("refuse", clause="out_of_scope")) == ["negate", "restate"]
    assert episode.customer.mood == pytest.approx(0.8 - constants.WRONGLY_REFUSED)


# Mood


def perfect_return():
    return [
        ASK_WHO,
        call("find_customer", email="mira.holt@example.com"),
        say("ask", slot="reason"),
        PROPOSE,
        TAKE_BACK,
        say("tell", refund_amount=80.0),
        say("offer_more"),
    ]


def mood_after(serve, acts, **persona):
    episode = serve(RETURN, **persona)
    for act in acts:
        episode.apply(act if isinstance(act, list) else [act])
    return episode.customer.mood


PERFECT_MOOD = constants.PLEASED + constants.RELIEVED
TWINS = {
    "a rude remark": (0, say("dismiss"), constants.INSULTED),
    "a repeated question": (1, ASK_WHO, constants.REPEATED),
    "a question once more": (4, say("ask", slot="reason"), constants.ASKED_AGAIN),
    "a wrong proposal": (3, say("propose", tool="exchange_item"), constants.MISTAKEN),
    "a wrong refusal": (3, say("refuse", clause="final_sale"), constants.WRONGLY_REFUSED),
    "a question beside the point": (3, say("ask", slot="card_number"), constants.IRRELEVANT),
    "silence": (3, say("silence"), constants.SILENCE),
    "mumbling": (3, say("unclear"), constants.NOT_UNDERSTOOD),
    "a hold": (3, say("hold"), constants.HOLDING),
    "a request to repeat": (3, say("clarify"), constants.HOLDING),
    "an offer of more too early": (3, say("offer_more"), constants.MISTAKEN),
    "an apology for nothing": (3, say("apologise"), 0.0),
}


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("patience", [1.0, 0.5])
def test_one_act_that_should_not_be_there_costs_its_price(serve, twin, patience):
    position, act, price = TWINS[twin]
    acts = perfect_return()
    base = mood_after(serve, acts, mood=0.65, patience=patience)
    assert base == pytest.approx(0.65 + PERFECT_MOOD)
    worse = mood_after(serve, [*acts[:position], act, *acts[position:]], mood=0.65, patience=patience)
    assert base - worse == pytest.approx(price / patience)


def test_the_same_message_twice_in_a_row_annoys_whatever_it_says(serve):
    for act in (say("greet"), say("apologise"), say("ask", slot="matter")):
        episode = serve(RETURN)
        episode.apply([act])
        first = 0.8 - episode.customer.mood
        episode.apply([act])
        assert 0.8 - episode.customer.mood == pytest.approx(2 * first + constants.REPEATED)


def test_mood_never_exceeds_one(serve):
    assert mood_after(serve, perfect_return(), mood=0.99) == 1.0


def test_an_upset_customer_complains_once_and_an_apology_helps(serve, customer_says):
    episode = serve(RETURN, mood=0.6)
    assert customer_says(episode, say("dismiss")) == ["complain", "shocked"]  # 0.30 is below 0.35
    assert episode.customer.upset
    assert customer_says(episode, say("apologise")) == ["wait"]
    assert episode.customer.mood == pytest.approx(0.30 + constants.SOOTHED)
    assert not episode.customer.upset
    assert customer_says(episode, say("hold")) == ["wait"]
    episode.apply([say("apologise")])
    assert episode.customer.mood == pytest.approx(0.38 - constants.HOLDING)  # it works once
    episode.apply([say("silence")])
    assert customer_says(episode, say("hold")) == ["wait"]  # below 0.35 again, and no second complaint


@pytest.mark.parametrize(
    ("act", "mood", "patience", "turns"),
    [
        ("silence", 0.8, 1.0, 9),  # 0.8 / 0.09 = 8.9
        ("silence", 0.8, 0.5, 5),  # 0.8 / 0.18 = 4.4
        ("unclear", 0.8, 1.0, 14),  # 0.8 / 0.06 = 13.3
        ("dismiss", 0.8, 1.0, 3),  # 0.30, then 0.35 for each repetition
        ("hold", 0.15, 1.0, 8),  # 0.15 / 0.02 = 7.5
    ],
)
def test_annoyance_leads_to_a_hang_up_in_a_number_of_turns(serve, said, act, mood, patience, turns):
    episode = serve(RETURN, mood=mood, patience=patience, max_turns=50)
    while episode.stop_reason is None:
        turn = episode.apply([say(act)])
    assert episode.stop_reason is StopReason.HUNG_UP
    assert said(turn) == [say("hangup")]
    assert len(episode.dialogue.turns) == turns


def test_a_customer_waits_three_turns_in_patience(serve, said):
    episode = serve(RETURN, max_turns=60)
    look = call("get_order", order_id="W14023")
    moods, nudged = [], []
    for turn in range(1, 10):
        heard = said(episode.apply([look]))
        moods.append(episode.customer.mood)
        nudged += [turn] * (heard == [say("nudge")])
    assert moods[:3] == [0.8] * 3
    assert moods[3:] == pytest.approx([0.8 - constants.WAITING * n for n in range(1, 7)])
    assert nudged == [6, 9]
    episode.apply([say("greet")])
    before = episode.customer.mood
    episode.apply([look])
    assert episode.customer.mood == before


def test_endless_work_without_a_word_ends_in_a_hang_up(serve):
    episode = serve(RETURN, max_turns=60)
    while episode.stop_reason is None:
        episode.apply([call("search_kb", query="returns")])
    assert episode.stop_reason is StopReason.HUNG_UP
    assert len(episode.dialogue.turns) == 3 + 27  # 0.8 / 0.03 = 26.7


# Repeating


def test_asked_to_repeat_they_say_the_same_again(serve, answers):
    episode = serve(RETURN, mentions=1.0)
    assert answers(episode, say("clarify")) == [*episode.dialogue.opening[0].content]
    assert answers(episode, say("ask", slot="card_number")) == [say("lost_thread"), say("restate", kind="return_item")]
    assert answers(episode, say("clarify")) == [say("lost_thread"), say("restate", kind="return_item")]


def test_what_is_repeated_is_not_the_nudge_in_between(serve, answers):
    episode = serve(RETURN)
    answers(episode, ASK_ORDER)
    assert answers(episode, say("silence")) == [say("nudge")]
    assert answers(episode, say("clarify")) == [say("inform", order_id="W14023")]


def test_asked_for_the_matter_they_say_it_again(serve, answers):
    episode = serve(RETURN)
    assert answers(episode, say("ask", slot="matter")) == [say("restate", kind="return_item")]
    assert episode.customer.mood == pytest.approx(0.8 - constants.HOLDING)


def test_after_a_settled_matter_the_same_question_asks_for_the_next(serve, customer_says):
    episode = serve(QUESTION, RETURN)
    episode.apply([say("tell", price=40.0), say("tell", stock=True)])
    assert customer_says(episode, say("ask", slot="matter")) == ["more", "open"]


def test_a_refusal_of_nothing_is_beside_the_point(serve, customer_says):
    episode = serve(QUESTION, RETURN)
    episode.apply([say("tell", price=40.0), say("tell", stock=True)])
    before = episode.customer.mood
    assert customer_says(episode, say("refuse", clause="final_sale")) == ["lost_thread"]
    assert customer_says(episode, say("propose", tool="return_item")) == ["lost_thread"]
    assert episode.customer.mood == pytest.approx(before - 2 * constants.IRRELEVANT)
