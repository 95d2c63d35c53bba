"""Reading the shop's tool results into a belief: what an attentive agent takes from each screen."""

import re
from collections.abc import Mapping
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.retail.matters import (
    CLAIM_DAYS,
    CREDITS,
    DAMAGE_WINDOW,
    PRICE_WINDOW,
    RETURN_WINDOW,
)
from dialogue_gym.envs.customer_service.retail.rules import DAYS_PER_MONTH
from dialogue_gym.envs.customer_service.tracker import Belief

SIGNS = (
    "order.pending",
    "order.shipped",
    "order.delivered",
    "order.cancelled",
    "order.returned",
    "parcel.in_transit",
    "parcel.delayed",
    "parcel.lost",
    "parcel.delivered",
    "sign.return_window",
    "sign.damage_window",
    "sign.price_window",
    "sign.final_sale",
    "sign.claim_due",
    "sign.credit_due",
    "sign.stock",
    "sign.price_drop",
    "sign.duplicate",
    "sign.gift_card_covers",
    "sign.warranty",
    "sign.gift_card",
)
"""Derived features. A sign is positive where the policy would allow, negative where it would not, 0 unknown."""

_ORDER_ITEM = (("order_id", "order_id"), ("item", "item"))
_ORDER = (("order_id", "order_id"),)
FILLS: dict[str, tuple[tuple[str, str], ...]] = {
    "list_orders": (),
    "get_order": _ORDER,
    "track_parcel": _ORDER,
    "get_product": (("item", "item"), ("option", "shown_option")),
    "list_payments": _ORDER,
    "check_gift_card": (("card_number", "card_number"),),
    "search_kb": (("query", "query"),),
    "cancel_order": (*_ORDER, ("reason", "reason")),
    "change_address": (*_ORDER, ("address", "address")),
    "change_payment": (*_ORDER, ("payment_method", "payment_method")),
    "modify_item": (*_ORDER_ITEM, ("option", "option")),
    "return_item": (*_ORDER_ITEM, ("reason", "reason")),
    "exchange_item": (*_ORDER_ITEM, ("option", "option")),
    "replace_item": _ORDER_ITEM,
    "refund_item": _ORDER_ITEM,
    "open_claim": _ORDER,
    "reship_order": _ORDER,
    "refund_payment": (("payment_id", "payment_id"),),
    "adjust_price": (*_ORDER_ITEM, ("amount", "price_difference_due")),
    "issue_credit": (*_ORDER, ("amount", "credit_due")),
    "open_warranty_claim": _ORDER_ITEM,
    "update_email": (("new_email", "new_email"),),
}
OPTIONAL = frozenset({("get_product", "option")})

_ANSWER = re.compile(r"\b(\d+) (days|months|hours|times)\b")
_GIFT_CARD = re.compile(r"GC-\d+")


def answers(text: str) -> list[str]:
    """The first quantity of an article; none if the article has expired."""
    found = _ANSWER.search(text)
    return [] if found is None or "Valid until" in text else [found[0]]


def read(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    """Takes in the result of one call."""
    reader = _READERS.get(call.name)
    if reader is not None:
        reader(belief, call, result)
    _derive(belief)


def prepare(belief: Belief) -> None:
    """Fills what follows from what was said: the words of a search."""
    slots = belief.slots
    if "question" in slots:
        slots["query"] = slots["question"].replace("_", " ")
    elif "item" in slots:
        slots["query"] = f"warranty {slots['item']}"
    if "option" in slots:
        slots["shown_option"] = slots["option"]
    method = slots.get("payment_method", "")
    if "card_number" not in slots and _GIFT_CARD.fullmatch(method):
        slots["card_number"] = method
        belief.sign("sign.gift_card", 1.0)


def seek(belief: Belief, slot: str) -> str:
    """The act that gets a slot: from the screens where they show it, else from the customer."""
    if slot == "order_id":
        if "item" in belief.slots and not belief.called("list_orders"):
            return "call:list_orders"
        return "ask:item" if belief.heard("unknown") else "ask:order_id"
    if slot == "shown_option":
        seen = "order_id" not in belief.slots or belief.called("get_order")
        return "ask:option" if seen else "call:get_order"
    screens = {"payment_id": "list_payments", "price_difference_due": "get_product", "credit_due": "track_parcel"}
    return f"call:{screens[slot]}" if slot in screens else f"ask:{slot}"


def _orders(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    item = belief.slots.get("item")
    for order in result["orders"]:
        if item in order["items"] and "order_id" not in belief.slots:
            belief.fill("order_id", order["order_id"])


def _order(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    belief.sign(f"order.{result['status']}", 1.0)
    delivered, placed = result.get("delivered_days_ago"), result["placed_days_ago"]
    belief.memory["total"] = result["total"]
    belief.memory["delivered_days_ago"] = delivered
    if delivered is not None:
        belief.sign("sign.return_window", (RETURN_WINDOW + 0.5 - delivered) / RETURN_WINDOW)
        belief.sign("sign.damage_window", (DAMAGE_WINDOW + 0.5 - delivered) / DAMAGE_WINDOW)
    belief.sign("sign.price_window", (PRICE_WINDOW + 0.5 - placed) / PRICE_WINDOW)
    lines = result["items"]
    item = belief.slots.get("item", lines[0]["item"] if len(lines) == 1 else None)
    for line in lines:
        if line["item"] == item:
            if "item" not in belief.slots:
                belief.fill("item", item)
            belief.slots.setdefault("shown_option", line["option"])
            belief.memory["paid"] = line["price"]
            belief.sign("sign.final_sale", -1.0 if line.get("final_sale") else 1.0)


def _parcel(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    belief.sign(f"parcel.{result['parcel']}", 1.0)
    late = result["days_late"]
    lost = result["parcel"] == "lost"
    belief.sign("sign.claim_due", 1.0 if lost else (late - CLAIM_DAYS + 0.5) / 10)
    belief.sign("sign.credit_due", (late - CREDITS[-1][0] + 0.5) / 10)
    belief.slots["credit_due"] = next((dollars for days, dollars in CREDITS if late >= days), CREDITS[-1][1])


def _product(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    if "stock" in result:
        belief.sign("sign.stock", 1.0 if result["stock"] else -1.0)
        belief.memory["price_now"] = result["price"]


def _payments(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    charges = [payment for payment in result["payments"] if payment["kind"] == "charge"]
    belief.sign("sign.duplicate", 1.0 if len(charges) > 1 else -1.0)
    if charges:
        belief.slots["payment_id"] = charges[-1]["payment_id"]


def _gift_card(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    belief.memory["balance"] = result["balance"]


def _articles(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    for article in result["articles"]:
        found = answers(article["text"])
        if found:
            belief.learn("answer", found[0])
            return


_READERS = {
    "list_orders": _orders,
    "get_order": _order,
    "track_parcel": _parcel,
    "get_product": _product,
    "list_payments": _payments,
    "check_gift_card": _gift_card,
    "search_kb": _articles,
}


def _derive(belief: Belief) -> None:
    """Signs that take two screens."""
    memory = belief.memory
    paid, now = memory.get("paid"), memory.get("price_now")
    if paid is not None and now is not None:
        difference = round(paid - now, 2)
        belief.sign("sign.price_drop", 1.0 if difference > 0 else -1.0)
        belief.slots["price_difference_due"] = difference
    total, balance = memory.get("total"), memory.get("balance")
    if total is not None and balance is not None:
        belief.sign("sign.gift_card_covers", 1.0 if balance >= total else -1.0)
    delivered, answer = memory.get("delivered_days_ago"), belief.facts.get("answer", "")
    if delivered is not None and answer.endswith("months"):
        belief.sign("sign.warranty", (int(answer.split()[0]) * DAYS_PER_MONTH - delivered) / 180)
