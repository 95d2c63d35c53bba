"""A service agent by the book: for each kind of matter the steps that the policy asks for, on the belief's features.

It keeps nothing in mind beside the features, never guesses, and does one thing a turn. It is what a competent rule
writer gets without learning; where customers are unclear, change their minds or are misheard, it shows its limits.
"""

from dialogue_gym.agents.scripted.rules.desk import (
    Features,
    Mask,
    Plan,
    Slots,
    ask_for,
    begin,
    do,
    kind_of,
    note,
    tell,
    verify,
)

_NO_ACCOUNT = frozenset(
    {"gift_card", "product_question", "policy_question", "discount_request", "other_account", "out_of_scope"}
)
"""Kinds that do not open the customer's account."""
_DETAILS = {"cancel_order": ("reason.",), "return_item": ("reason.",), "damaged_item": ("preference.",)}
"""Features with a closed set of values that decide how a kind is handled, by their beginnings."""
_WANTED = {
    "modify_item": ("option",),
    "exchange_item": ("option",),
    "product_question": ("option",),
    "change_payment": ("payment_method",),
}
"""The value on which a kind turns, and which an order's own, read later, is easily taken for."""
_GRAVE = ("refuse:", "call:transfer_to_human")
"""Acts that can't be taken back: done only when the customer has said twice what it is about."""


def rule_policy(features: Features, mask: Mask) -> str:
    """The name of the next act."""
    act = _next_act(features, mask)
    if act.startswith(_GRAVE) and act != "refuse:not_verified" and not features["kind_confirmed"]:
        return "ask:matter"
    return act if mask.get(act) else "ask:matter"


def rule_thought(features: Features, slots: Slots) -> str:
    """The kind of matter that it seems to be about, and what is known of why or how.

    "cancel_order: found cheaper", 'exchange_item {"option": "white"}'.
    """
    kind = kind_of(features, _PLANS) or "unclear"
    values = [name.partition(".")[2] for name in features if name.startswith(_DETAILS.get(kind, ())) and features[name]]
    if values:
        return f"{kind}: {', '.join(values)}"
    return note(kind, slots, _WANTED.get(kind, ()))


def _next_act(f: Features, mask: Mask) -> str:
    kind = kind_of(f, _PLANS)
    first = begin(f, kind)
    if first or kind is None:
        return first
    return (verify(f, mask) if kind not in _NO_ACCOUNT else "") or _PLANS[kind](f)


def _find_order(f: Features) -> str:
    """How to get at the order's number: from the customer's orders, by the item."""
    if f["has.order_id"]:
        return ""
    if not f["has.item"]:
        return "ask:item"
    return "ask:order_id" if f["called.list_orders"] else "call:list_orders"


def _see_order(f: Features) -> str:
    seen = any(f[f"order.{status}"] for status in ("pending", "shipped", "delivered", "cancelled", "returned"))
    return _find_order(f) or ("" if seen else "call:get_order")


def _see_parcel(f: Features) -> str:
    seen = any(f[f"parcel.{state}"] for state in ("in_transit", "delayed", "lost", "delivered"))
    return _find_order(f) or ("" if seen else "call:track_parcel")


def _see_payments(f: Features) -> str:
    return _find_order(f) or ("" if f["called.list_payments"] else "call:list_payments")


def _see_stock(f: Features) -> str:
    if f["sign.stock"] == 0:
        return "call:get_product"
    return "refuse:out_of_stock" if f["sign.stock"] < 0 else ""


def _pending(f: Features) -> str:
    return _see_order(f) or ("" if f["order.pending"] else "refuse:not_pending")


def _order_status(f: Features) -> str:
    return _see_parcel(f) or tell(f, "delivery_date")


def _cancel_order(f: Features) -> str:
    return _pending_once(f, "cancel_order") or ask_for(f, "reason") or do(f, "cancel_order", "refund_amount")


def _pending_once(f: Features, tool: str) -> str:
    """The check before a change; afterwards the order's status may well be another."""
    return "" if f[f"called.{tool}"] else _pending(f)


def _change_address(f: Features) -> str:
    return _pending_once(f, "change_address") or ask_for(f, "address") or do(f, "change_address", "done")


def _change_payment(f: Features) -> str:
    step = _pending_once(f, "change_payment") or ask_for(f, "payment_method")
    if not step and f["sign.gift_card"] and f["sign.gift_card_covers"] <= 0:
        step = "call:check_gift_card" if f["sign.gift_card_covers"] == 0 else "refuse:low_balance"
    return step or do(f, "change_payment", "done")


def _modify_item(f: Features) -> str:
    step = _pending_once(f, "modify_item") or ask_for(f, "item", "option") or _see_stock(f)
    return step or do(f, "modify_item", "price_difference")


def _return_item(f: Features) -> str:
    step = _see_order(f) or ask_for(f, "item")
    if not step and f["sign.return_window"] < 0:
        step = "refuse:window_passed"
    if not step and f["sign.final_sale"] < 0:
        step = "refuse:final_sale"
    return step or ask_for(f, "reason") or do(f, "return_item", "refund_amount")


def _exchange_item(f: Features) -> str:
    step = _see_order(f)
    if not step and f["sign.return_window"] < 0:
        step = "refuse:window_passed"
    return step or ask_for(f, "item", "option") or _see_stock(f) or do(f, "exchange_item", "price_difference")


def _damaged_item(f: Features) -> str:
    step = _see_order(f)
    if not step and f["sign.damage_window"] < 0:
        step = "refuse:window_passed"
    step = step or ask_for(f, "item", "preference")
    if step or f["preference.refund"]:
        return step or do(f, "refund_item", "refund_amount")
    return _see_stock(f) or do(f, "replace_item", "delivery_date")


def _lost_parcel(f: Features) -> str:
    step = _see_parcel(f)
    if not step and f["sign.claim_due"] < 0:
        step = "refuse:too_early"
    if step or not f["called.open_claim"]:
        return step or do(f, "open_claim")
    return do(f, "reship_order", "claim_number", "delivery_date")


def _late_delivery(f: Features) -> str:
    step = _see_parcel(f)
    if not step and f["sign.credit_due"] < 0:
        step = "refuse:too_early"
    return step or do(f, "issue_credit", "credit_amount")


def _refund_status(f: Features) -> str:
    return _see_payments(f) or tell(f, "refund_amount", "refund_date")


def _double_charge(f: Features) -> str:
    step = _see_payments(f)
    if not step and f["sign.duplicate"] < 0:
        step = "refuse:no_duplicate"
    return step or do(f, "refund_payment", "refund_amount")


def _price_match(f: Features) -> str:
    step = _see_order(f) or ask_for(f, "item")
    if not step and f["sign.price_window"] < 0:
        step = "refuse:window_passed"
    if not step and f["sign.price_drop"] <= 0:
        step = "call:get_product" if f["sign.price_drop"] == 0 else "refuse:no_price_drop"
    return step or do(f, "adjust_price", "credit_amount")


def _gift_card(f: Features) -> str:
    step = ask_for(f, "card_number") or ("" if f["called.check_gift_card"] else "call:check_gift_card")
    return step or tell(f, "balance")


def _product_question(f: Features) -> str:
    step = ask_for(f, "item", "option") or ("" if f["sign.stock"] else "call:get_product")
    return step or tell(f, "price", "stock")


def _warranty(f: Features) -> str:
    step = _see_order(f) or ask_for(f, "item")
    if not step and f["sign.warranty"] <= 0:
        step = "refuse:warranty_expired" if f["sign.warranty"] < 0 else "call:search_kb"
    return step or do(f, "open_warranty_claim", "claim_number")


def _update_email(f: Features) -> str:
    return ask_for(f, "new_email") or do(f, "update_email", "done")


def _policy_question(f: Features) -> str:
    if not f["has.question"]:
        return "ask:matter"
    return tell(f, "answer") if f["known.answer"] else "call:search_kb"


_PLANS: dict[str, Plan] = {
    "order_status": _order_status,
    "cancel_order": _cancel_order,
    "change_address": _change_address,
    "change_payment": _change_payment,
    "modify_item": _modify_item,
    "return_item": _return_item,
    "exchange_item": _exchange_item,
    "damaged_item": _damaged_item,
    "lost_parcel": _lost_parcel,
    "late_delivery": _late_delivery,
    "refund_status": _refund_status,
    "double_charge": _double_charge,
    "price_match": _price_match,
    "gift_card": _gift_card,
    "product_question": _product_question,
    "warranty": _warranty,
    "update_email": _update_email,
    "policy_question": _policy_question,
    "discount_request": lambda f: "refuse:no_discounts",
    "other_account": lambda f: "refuse:own_account",
    "human_safety": lambda f: "call:transfer_to_human:safety",
    "human_business": lambda f: "call:transfer_to_human:business",
    "out_of_scope": lambda f: "refuse:out_of_scope",
}
