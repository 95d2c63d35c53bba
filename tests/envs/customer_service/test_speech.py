"""Canonical text: what the desk says is heard as it was meant."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import pytest

from dialogue_gym.acts import Act, split_action
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.vocabulary import PHRASES, VOCABULARY
from dialogue_gym.envs.customer_service.speech import render
from dialogue_gym.envs.customer_service.understanding import Recogniser

MONEY = (0.0, 5.0, 34.5, 1234.56)
DATES = ("2031-01-01", "2031-03-14", "2031-05-01", "2031-12-31")
VALUES = {
    **dict.fromkeys(("refund_amount", "balance", "price", "credit_amount", "money"), MONEY),
    **dict.fromkeys(("delivery_date", "refund_date", "date"), DATES),
    "price_difference": (0.0, 4.5, -4.5, 120.25),
    "stock": (True, False),
    "claim_number": ("C-48213", "C-10000"),
    "answer": ("30 days", "24 months", "12 hours", "1 day", "2 times", "2 years", "3 weeks"),
    "status": tuple(PHRASES.tell["status"]),
    "done": tuple(VOCABULARY.tools),
}
DETAILS = {
    "order_id": "W40213",
    "item": "desk lamp",
    "option": "brass",
    "reason": "no longer needed",
    "address": "12 Mill Lane, Easton 40213",
    "payment_method": "visa-4242",
    "amount": 34.5,
    "new_email": "mira.holt@example.com",
}
MORE_DETAILS = {
    "reason": ("ordered by mistake", "found cheaper"),
    "payment_method": ("paypal", "GC-4711", "mastercard-1881"),
    "amount": (-5.0, 0.0, 219.0),
}


@lru_cache(maxsize=1)
def recogniser() -> Recogniser:
    return Recogniser(VOCABULARY)


def plain_acts() -> Iterator[Act]:
    yield from map(Act, PHRASES.plain)
    yield from (Act("ask", {"slot": slot}) for slot in PHRASES.ask)
    yield from (Act("refuse", {"clause": clause}) for clause in PHRASES.refuse)
    yield from (Act("tell", {fact: value}) for fact in PHRASES.tell for value in VALUES[fact])


def slots_of(tool: str) -> list[str]:
    return [slot for slot in DETAILS if f"[{slot}?" in PHRASES.propose[tool]]


def proposals() -> Iterator[Act]:
    for tool in PHRASES.propose:
        slots = slots_of(tool)
        for count in range(len(slots) + 1):
            for chosen in combinations(slots, count):
                yield Act("propose", {"tool": tool} | {slot: DETAILS[slot] for slot in chosen})
        for slot, values in MORE_DETAILS.items():
            if slot in slots:
                yield from (Act("propose", {"tool": tool, slot: value}) for value in values)
        if "item" in slots:
            for product in PRODUCTS.values():
                base = {"tool": tool, "order_id": "W40213", "item": product.name}
                options = product.options if "option" in slots else ()
                yield from (Act("propose", {**base, "option": option}) for option in options)
                yield Act("propose", base)


@pytest.mark.parametrize("act", [*plain_acts(), *proposals()], ids=lambda act: f"{act.name} {dict(act.args)}")
def test_is_heard_as_it_was_meant(act: Act) -> None:
    assert recogniser().understand(render([act], PHRASES)) == (act,)


def one_of_each() -> list[Act]:
    """One act of each sort that can follow a greeting."""
    asks = [Act("ask", {"slot": slot}) for slot in PHRASES.ask]
    tells = [Act("tell", {fact: VALUES[fact][-1]}) for fact in PHRASES.tell]
    refusals = [Act("refuse", {"clause": clause}) for clause in PHRASES.refuse]
    plans = [Act("propose", {"tool": tool} | {s: DETAILS[s] for s in slots_of(tool)}) for tool in PHRASES.propose]
    return [Act("hold"), Act("offer_more"), *asks, *tells, *refusals, *plans]


@pytest.mark.parametrize("first", [Act("greet"), Act("apologise")])
def test_a_polite_beginning_changes_nothing(first: Act) -> None:
    for act in one_of_each():
        assert recogniser().understand(render([first, act], PHRASES)) == (first, act)


def test_an_offer_at_the_end_changes_nothing() -> None:
    last = Act("offer_more")
    for act in one_of_each():
        if act.name in ("tell", "refuse", "propose"):
            assert recogniser().understand(render([act, last], PHRASES)) == (act, last)


def test_two_facts_are_heard_in_order() -> None:
    tells = [act for act in one_of_each() if act.name == "tell" and not {"money", "date"} & act.args.keys()]
    for first in tells:
        for second in tells:
            if first != second:
                assert recogniser().understand(render([first, second], PHRASES)) == (first, second)


def test_what_is_said_comes_before_the_calls() -> None:
    call = Act("get_order", {"order_id": "W40213"}, True)
    spoken = split_action(render([call, Act("hold")], PHRASES))
    assert spoken.message == PHRASES.plain["hold"]
    assert spoken.calls == (call,)


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (Act("tell", {"refund_date": "2031-03-14"}), "The refund will reach your account on 2031-03-14."),
        (Act("tell", {"price_difference": -4.5}), "The price difference is $4.50 in your favour."),
        (
            Act(
                "propose", {"tool": "cancel_order", "order_id": "W40213", "payment_method": "visa-4242", "amount": 34.5}
            ),
            "I can cancel order W40213, with $34.50 back to visa ending 4242. Shall I go ahead?",
        ),
    ],
)
def test_reads_like_good_service(act: Act, text: str) -> None:
    assert render([act], PHRASES) == text


@pytest.mark.parametrize(
    "act",
    [
        Act("sing"),
        Act("ask", {"slot": "shoe_size"}),
        Act("tell", {"status": "lost"}),
        Act("propose", {"tool": "update_email", "item": "kettle"}),
    ],
)
def test_what_has_no_phrase_is_refused(act: Act) -> None:
    with pytest.raises(ValueError, match="Expected"):
        render([act], PHRASES)


def test_every_act_of_the_vocabulary_has_a_phrase() -> None:
    assert PHRASES.propose.keys() == VOCABULARY.tools.keys() == set(VALUES["done"])
    assert set(VOCABULARY.slots) <= PHRASES.ask.keys()
    assert PHRASES.refuse.keys() == VOCABULARY.clauses.keys()


def test_the_catalogue_is_sound() -> None:
    for product in PRODUCTS.values():
        prices = [round(product.price + i * product.step, 2) for i in range(len(product.options))]
        assert len(set(prices)) == len(prices)
    final = [product.held_out for product in PRODUCTS.values() if product.final_sale]
    assert sorted(final) == [False, False, False, True]
