"""Partial credit: each piece counts once, and only if it was done rightly."""

from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.matters import ChangeOfMind, Matter


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


LOOK = call("get_order", order_id="W10001")
MOVE = call("change_address", order_id="W10001", address="9 Linden Road, Northam 11111")
PROPOSE = say("propose", tool="change_address", **MOVE.args)
MATTER = Matter("change_address", dict(MOVE.args), lookups=(LOOK,), changes=(MOVE,), tells=("done",))
"""Verified 1, lookup 1, change 3, fact 2: seven in all."""
SHELF = call("get_product", item="desk lamp", option="black")
QUESTION = Matter("product_question", {"item": "desk lamp"}, False, (SHELF,), tells=("price", "stock"))
"""Lookup 1, facts 2 each: five in all."""
REFUSED = Matter("change_address", dict(MOVE.args), lookups=(LOOK,), refusal="not_pending", wish="change_address")
"""Verified 1, lookup 1, refusal 4: six in all."""


def gained(episode, *acts):
    return sum(episode.apply(act if isinstance(act, list) else [act]).facts["progress"] for act in acts)


@pytest.fixture
def desk(shop, serve):
    shop.order("W10001")
    shop.order("W10002", "kettle", "white")

    def begin(*matters, **more):
        return serve(*matters, **more)

    return begin


def test_the_pieces_are_weighted_by_what_they_are_worth_to_the_customer(desk):
    episode = desk(MATTER)
    assert gained(episode, say("ask", slot="identity")) == 0.0
    assert gained(episode, call("find_customer", email="mira.holt@example.com")) == pytest.approx(1 / 7)
    assert gained(episode, LOOK) == pytest.approx(1 / 7)
    assert gained(episode, PROPOSE) == 0.0
    assert gained(episode, MOVE) == pytest.approx(3 / 7)
    assert gained(episode, say("tell", done="change_address")) == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    "act",
    [
        call("get_order", order_id="W10002"),
        call("get_order", order_id="W99999"),
        call("change_address", order_id="W10001", address="1 Wrong Road, Easton 1"),
        MOVE,  # without a yes
        say("tell", done="change_address"),  # before it is done
        say("tell", done="cancel_order"),
        say("refuse", clause="not_pending"),
        say("apologise"),
    ],
)
def test_what_is_wrong_is_worth_nothing(desk, act):
    assert gained(desk(MATTER, verified=True), act) == 0.0


def test_a_change_with_a_yes_to_something_else_is_worth_nothing(desk):
    episode = desk(MATTER, verified=True)
    assert gained(episode, say("propose", tool="change_address", order_id="W10002"), MOVE) == 0.0


def test_facts_count_one_by_one(desk):
    episode = desk(QUESTION)
    assert gained(episode, SHELF) == pytest.approx(1 / 5)
    assert gained(episode, say("tell", price=40.0)) == pytest.approx(2 / 5)
    assert gained(episode, say("tell", stock=False)) == 0.0
    assert gained(episode, say("tell", stock=True)) == 0.0  # the customer took the first answer and is content


def test_facts_told_in_one_message_count_as_well(desk):
    assert gained(desk(QUESTION), SHELF, [say("tell", price=40.0), say("tell", stock=True)]) == pytest.approx(1.0)


def test_a_fact_nobody_has_looked_up_is_worth_nothing(desk):
    assert gained(desk(QUESTION), say("tell", price=40.0)) == 0.0


def test_a_product_may_be_looked_up_with_all_its_options(desk):
    assert gained(desk(QUESTION), call("get_product", item="desk lamp")) == pytest.approx(1 / 5)


def test_a_refusal_counts_with_its_reason_and_after_a_look(desk, shop):
    shop.tables["orders"]["W10001"]["status"] = "shipped"
    refuse = say("refuse", clause="not_pending")
    assert gained(desk(REFUSED, verified=True), refuse) == 0.0
    assert gained(desk(REFUSED, verified=True), LOOK, say("refuse", clause="final_sale")) == pytest.approx(1 / 6)
    assert gained(desk(REFUSED, verified=True), LOOK, refuse) == pytest.approx(1 / 6 + 4 / 6)


def test_a_search_counts_when_it_opens_the_right_article(desk):
    search = call("search_kb", query="return window")
    question = Matter(
        "policy_question",
        {"question": "return_window"},
        False,
        (search,),
        tells=("answer",),
        documents=("returns-2031",),
    )
    assert gained(desk(question), call("search_kb", query="gift card")) == 0.0
    assert gained(desk(question), call("search_kb", query="the window for a return")) == pytest.approx(1 / 3)


def test_the_pieces_of_all_matters_share_one_whole(desk):
    episode = desk(QUESTION, MATTER)
    assert gained(episode, SHELF) == pytest.approx(1 / 12)
    assert gained(episode, [say("tell", price=40.0), say("tell", stock=True)]) == pytest.approx(4 / 12)
    assert gained(episode, LOOK) == pytest.approx(1 / 12)  # before it is even brought up


# Guessing and listing


@pytest.mark.parametrize("order", [1, -1])
def test_telling_several_values_of_one_fact_is_no_answer(desk, shop, order):
    shop.variant("desk lamp", "white", 44.0)
    price = Matter("product_question", {"item": "desk lamp"}, False, (SHELF,), tells=("price",))
    episode = desk(price)
    episode.apply([call("get_product", item="desk lamp")])  # shows both prices, so that both are true of something
    listed = [say("tell", price=40.0), say("tell", price=44.0)][::order]
    assert gained(episode, listed) == 0.0
    assert episode.violations == []
    assert episode.customer.matter is not None
    assert episode.customer.matter.told == {}


def test_each_invented_value_of_a_list_is_a_lie(desk):
    episode = desk(QUESTION)
    episode.apply([SHELF])
    assert gained(episode, [say("tell", price=float(dollars)) for dollars in range(38, 43)]) == 0.0
    assert episode.violations == ["truthful"] * 4


def test_the_same_value_twice_is_one_answer(desk):
    assert gained(desk(QUESTION), SHELF, [say("tell", price=40.0)] * 2) == pytest.approx(3 / 5)


@pytest.mark.parametrize("junk", [{"email": "junk"}, {"email": ""}, {}])
def test_junk_attempts_at_verification_do_not_make_an_impostor(desk, junk):
    impostor = Matter("change_address", dict(MOVE.args), False, refusal="not_verified", wish="change_address")
    episode = desk(impostor)
    episode.apply([say("ask", slot="identity")])
    episode.apply([say("ask", slot="identity")])
    attempt = call("find_customer", **junk)
    assert gained(episode, attempt, attempt, attempt, say("refuse", clause="not_verified")) == 0.0
    assert episode.violations == ["grounded-refusal"]


# Changes of mind


def test_what_was_earned_stays_and_what_is_new_can_be_earned(desk):
    other = call("change_address", order_id="W10001", address="3 Bridge Street, Marlow 22222")
    thought = ChangeOfMind("address", other.args["address"], (other,), ("done",))
    wavering = Matter(
        MATTER.kind, dict(MOVE.args), lookups=(LOOK,), changes=(MOVE,), tells=("done",), second_thought=thought
    )
    episode = desk(wavering, verified=True)
    assert gained(episode, LOOK, PROPOSE) == pytest.approx(1 / 7)
    assert gained(episode, say("propose", tool="change_address", **other.args), other) == pytest.approx(3 / 7)
    assert gained(episode, say("tell", done="change_address")) == pytest.approx(2 / 7)


def test_when_nothing_is_left_to_do_all_is_done(desk):
    nothing = ChangeOfMind("nothing", "", (), ())
    wavering = Matter(
        MATTER.kind, dict(MOVE.args), lookups=(LOOK,), changes=(MOVE,), tells=("done",), second_thought=nothing
    )
    episode = desk(wavering, verified=True)
    assert gained(episode, LOOK) == pytest.approx(1 / 7)
    assert gained(episode, PROPOSE) == pytest.approx(5 / 7)
    assert gained(episode, say("offer_more")) == 0.0
    assert episode.dialogue.outcome["progress"] == 1.0
