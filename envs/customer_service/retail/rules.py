"""The shop's rules: what each clause of `policy.md` that is about a tool forbids, read off the records."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode
from dialogue_gym.envs.customer_service.policy import COMMON, Rulebook
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.matters import (
    CLAIM_DAYS,
    CREDITS,
    DAMAGE_WINDOW,
    PRICE_WINDOW,
    RETURN_WINDOW,
    WARRANTY_MONTHS,
)

RULES = Rulebook(COMMON)
DAYS_PER_MONTH = 30.4


def _order(desk: CustomerServiceEpisode, act: Act) -> Row | None:
    return desk.desk.database.get("orders", act.args.get("order_id", ""))


def _line(desk: CustomerServiceEpisode, act: Act) -> Row | None:
    return desk.desk.database.get("items", f"{act.args.get('order_id')}/{act.args.get('item')}")


def _days_since_delivery(desk: CustomerServiceEpisode, act: Act) -> int:
    """Days since the order was delivered; a huge number if it was not."""
    order = _order(desk, act)
    return 9999 if order is None or order["delivered"] is None else desk.desk.today - order["delivered"]


@RULES.rule("own-account", "call")
def _own_account(desk: CustomerServiceEpisode, act: Act) -> bool:
    payment = desk.desk.database.get("payments", act.args.get("payment_id", ""))
    order = desk.desk.database.get("orders", payment["order"]) if payment else _order(desk, act)
    return order is not None and desk.desk.customer is not None and order["customer"] != desk.desk.customer


@RULES.rule("cancel-pending", "cancel_order")
def _cancel_pending(desk: CustomerServiceEpisode, act: Act) -> bool:
    order = _order(desk, act)
    return order is not None and order["status"] != "pending"


@RULES.rule("change-pending", "change_address", "change_payment", "modify_item")
def _change_pending(desk: CustomerServiceEpisode, act: Act) -> bool:
    return _cancel_pending(desk, act)


@RULES.rule("stated-reason", "cancel_order", "return_item")
def _stated_reason(desk: CustomerServiceEpisode, act: Act) -> bool:
    return not desk.customer.has_said("reason", act.args.get("reason"))


@RULES.rule("gift-card-balance", "change_payment")
def _gift_card_balance(desk: CustomerServiceEpisode, act: Act) -> bool:
    order = _order(desk, act)
    card = desk.desk.database.get("gift_cards", act.args.get("payment_method", ""))
    return order is not None and card is not None and card["balance"] < order["total"]


@RULES.rule("in-stock", "modify_item", "exchange_item", "replace_item")
def _in_stock(desk: CustomerServiceEpisode, act: Act) -> bool:
    line = _line(desk, act)
    option = act.args.get("option", line["option"] if line else "")
    variant = desk.desk.database.get("products", f"{act.args.get('item')}/{option}")
    return variant is not None and not variant["stock"]


@RULES.rule("return-window", "return_item", "exchange_item")
def _return_window(desk: CustomerServiceEpisode, act: Act) -> bool:
    return _line(desk, act) is not None and _days_since_delivery(desk, act) > RETURN_WINDOW


@RULES.rule("final-sale", "return_item")
def _final_sale(desk: CustomerServiceEpisode, act: Act) -> bool:
    line = _line(desk, act)
    return line is not None and bool(line["final_sale"])


@RULES.rule("damage-window", "replace_item", "refund_item")
def _damage_window(desk: CustomerServiceEpisode, act: Act) -> bool:
    return _line(desk, act) is not None and _days_since_delivery(desk, act) > DAMAGE_WINDOW


@RULES.rule("lost-parcel", "open_claim", "reship_order")
def _lost_parcel(desk: CustomerServiceEpisode, act: Act) -> bool:
    order = _order(desk, act)
    return order is not None and order["parcel"] != "lost" and order["days_late"] < CLAIM_DAYS


@RULES.rule("claim-then-reship", "reship_order")
def _claim_then_reship(desk: CustomerServiceEpisode, act: Act) -> bool:
    claims = desk.desk.database.tables["claims"].values()
    return not any(claim["order"] == act.args.get("order_id") for claim in claims)


@RULES.rule("late-credit", "issue_credit")
def _late_credit(desk: CustomerServiceEpisode, act: Act) -> bool:
    order = _order(desk, act)
    if order is None:
        return False
    due = next((dollars for days, dollars in CREDITS if order["days_late"] >= days), 0.0)
    return order["status"] != "delivered" or act.args.get("amount") != due


@RULES.rule("duplicate-only", "refund_payment")
def _duplicate_only(desk: CustomerServiceEpisode, act: Act) -> bool:
    payments = desk.desk.database.tables["payments"]
    payment = payments.get(act.args.get("payment_id", ""))
    if payment is None:
        return False
    same = [p for p in payments.values() if p["order"] == payment["order"] and p["kind"] == "charge"]
    return len(same) < 2


@RULES.rule("price-match", "adjust_price")
def _price_match(desk: CustomerServiceEpisode, act: Act) -> bool:
    order, line = _order(desk, act), _line(desk, act)
    if order is None or line is None:
        return False
    price = desk.desk.database.tables["products"][f"{line['item']}/{line['option']}"]["price"]
    late = desk.desk.today - order["placed"] > PRICE_WINDOW
    return bool(late or price >= line["price"] or act.args.get("amount") != round(line["price"] - price, 2))


@RULES.rule("warranty-period", "open_warranty_claim")
def _warranty_period(desk: CustomerServiceEpisode, act: Act) -> bool:
    line = _line(desk, act)
    if line is None:
        return False
    category = PRODUCTS[line["item"]].category
    unread = f"warranty-{category}" not in desk.opened
    return unread or _days_since_delivery(desk, act) > WARRANTY_MONTHS[category] * DAYS_PER_MONTH
