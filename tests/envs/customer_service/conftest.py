"""A shop with few, known records, a calm customer with one known wish, and a desk to serve them at.

`shop` holds the records, `serve` begins a conversation about hand-made matters, `play` lets the oracle go on with it.
Nothing is drawn by chance unless a test asks for it.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.database import Database, Row
from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode
from dialogue_gym.envs.customer_service.matters import KNOBS, Matter, Persona, Profile, Scenario
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.task import CustomerServiceTask
from dialogue_gym.envs.customer_service.tools import Desk
from dialogue_gym.episode import Turn

TODAY = 100
MIRA = Profile("C1000", "Mira Holt", "mira.holt@example.com", "12345")
CALM = Persona(
    patience=1.0,
    mood=0.8,
    pressure=0,
    guarded=False,
    chatty=0.0,
    polite=0.0,
    casual=False,
    typos=0.0,
    cut_off=0.0,
    slips=0.0,
    digresses=0.0,
)


class Shop:
    """Records of Mira Holt (C1000) and of a bystander, Jonas Marsh (C2000); orders as the test adds them."""

    today = TODAY

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Row]] = {
            "customers": {
                "C1000": {
                    "name": "Mira Holt",
                    "email": "mira.holt@example.com",
                    "zip": "12345",
                    "address": "1 Mill Lane, Easton 12345",
                    "payment_methods": ["visa-1111", "paypal"],
                },
                "C2000": {
                    "name": "Jonas Marsh",
                    "email": "jonas.marsh@example.com",
                    "zip": "54321",
                    "address": "2 Cedar Road, Marlow 54321",
                    "payment_methods": ["visa-2222"],
                },
            },
            "orders": {},
            "items": {},
            "payments": {},
            "gift_cards": {},
            "claims": {},
            "products": {},
        }

    def order(
        self,
        key: str,
        item: str = "desk lamp",
        option: str = "black",
        price: float = 40.0,
        *,
        status: str = "pending",
        placed: int = 0,
        delivered: int | None = None,
        late: int = 0,
        parcel: str | None = None,
        final_sale: bool = False,
        customer: str = "C1000",
    ) -> str:
        """An order of one item; days count back from today."""
        self.tables["orders"][key] = {
            "customer": customer,
            "status": status,
            "placed": TODAY - placed,
            "delivered": None if delivered is None else TODAY - delivered,
            "address": self.tables["customers"][customer]["address"],
            "payment_method": self.tables["customers"][customer]["payment_methods"][0],
            "total": 0.0,
            "parcel": parcel,
            "expected": TODAY + 2,
            "days_late": late,
        }
        self.line(key, item, option, price, final_sale=final_sale)
        self.payment(f"P{key[1:]}", key, "charge", price)
        return key

    def delivered(self, key: str, days_ago: int, item: str = "desk lamp", option: str = "black", **more: Any) -> str:
        """An order of one item that was delivered some days ago."""
        more = {"placed": days_ago + 4, "parcel": "delivered", **more}
        return self.order(key, item, option, status="delivered", delivered=days_ago, **more)

    def line(self, order: str, item: str, option: str, price: float, *, final_sale: bool = False) -> None:
        """One more item in an order; on the shelf it costs the same, unless the shelf has a price already."""
        self.tables["items"][f"{order}/{item}"] = {
            "order": order,
            "item": item,
            "option": option,
            "price": price,
            "final_sale": final_sale,
            "status": "ordered",
        }
        self.tables["orders"][order]["total"] += price
        if f"{item}/{option}" not in self.tables["products"]:
            self.variant(item, option, price)

    def variant(self, item: str, option: str, price: float, stock: bool = True) -> None:
        """A product's option on the shelf."""
        self.tables["products"][f"{item}/{option}"] = {"item": item, "option": option, "price": price, "stock": stock}

    def payment(self, key: str, order: str, kind: str, amount: float, day: int = TODAY) -> None:
        self.tables["payments"][key] = {"order": order, "kind": kind, "amount": amount, "day": day}

    def gift_card(self, key: str, balance: float) -> None:
        """A gift card on Mira's account."""
        self.tables["gift_cards"][key] = {"balance": balance}
        self.tables["customers"]["C1000"]["payment_methods"].append(key)

    def database(self) -> Database:
        return Database(copy.deepcopy(self.tables))

    def desk(self, customer: str | None = "C1000") -> Desk:
        return Desk(self.database(), TODAY, customer)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def task() -> Callable[..., CustomerServiceTask]:
    """Makes a task whose every scenario is the one that the given function makes."""

    def make(scenario: Callable[[], Scenario], difficulty: str = "easy") -> CustomerServiceTask:
        return CustomerServiceTask(replace(DOMAIN, make_scenario=lambda *_: scenario()), difficulty)

    return make


@pytest.fixture
def turn_knobs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes what the difficulty "easy" turns, for one test."""

    def turn(**knobs: Any) -> None:
        monkeypatch.setitem(KNOBS, "easy", replace(KNOBS["easy"], **knobs))

    return turn


@pytest.fixture
def serve(
    shop: Shop, task: Callable[..., CustomerServiceTask], turn_knobs: Callable[..., None]
) -> Callable[..., CustomerServiceEpisode]:
    """Begins a conversation about the given matters in `shop`.

    The customer volunteers nothing (`mentions=0`) and is calm; traits of the persona are given by name. With
    `verified=True` the first two turns are spent on verifying them.
    """

    def begin(
        *matters: Matter,
        profile: Profile = MIRA,
        split: str = "train",
        mentions: float = 0.0,
        max_turns: int | None = None,
        verified: bool = False,
        **persona: Any,
    ) -> CustomerServiceEpisode:
        character = replace(CALM, **persona)

        def scenario() -> Scenario:
            return Scenario(shop.database(), TODAY, profile, character, copy.deepcopy(list(matters)))

        turn_knobs(mentions=mentions, cut_off=character.cut_off)
        episode = task(scenario).episode(max_turns)
        episode.start(split, 0)
        if verified:
            episode.apply([Act("ask", {"slot": "identity"})])
            episode.apply([Act("find_customer", {"email": profile.email}, True)])
        return episode

    return begin


@pytest.fixture
def play() -> Callable[..., CustomerServiceEpisode]:
    """Lets the oracle play to the end, or until its next act has the given name."""

    def go_on(episode: CustomerServiceEpisode, until: str = "") -> CustomerServiceEpisode:
        while episode.stop_reason is None and episode.oracle_acts()[0].name != until:
            episode.apply(episode.oracle_acts())
        return episode

    return go_on


@pytest.fixture
def said() -> Callable[[Turn], list[Act]]:
    """What the customer said in a turn."""

    def acts(turn: Turn) -> list[Act]:
        return [act for event in turn.heard if event.role == "user" for act in event.content]

    return acts


@pytest.fixture
def customer_says(said: Callable[[Turn], list[Act]]) -> Callable[..., list[str]]:
    """Plays one action of some acts and gives the names of what the customer answers."""

    def answer(episode: CustomerServiceEpisode, *acts: Act) -> list[str]:
        return [act.name for act in said(episode.apply(acts))]

    return answer


@pytest.fixture
def results() -> Callable[[Turn], Sequence[dict[str, Any]]]:
    """What the tools returned in a turn."""

    def found(turn: Turn) -> list[dict[str, Any]]:
        return [event.content[1] for event in turn.heard if event.role == "tool"]

    return found
