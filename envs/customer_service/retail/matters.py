"""The kinds of matter that bring a customer to the shop's desk.

Each is a function from a world under construction to a `Matter`, registered with `@kind`. Kinds differ in what must be
*done*. Where the policy can forbid the wish, the same function makes the forbidden variant.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.matters import KNOBS, ChangeOfMind, Matter, Profile, Scenario, draw_persona
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS, Product
from dialogue_gym.envs.customer_service.retail.world import World
from dialogue_gym.envs.customer_service.scenarios import at_most

Maker = Callable[[World, bool], Matter]

REASONS = ("no longer needed", "ordered by mistake", "found cheaper")
RETURN_WINDOW, DAMAGE_WINDOW, PRICE_WINDOW = 30, 14, 14
"""Days after delivery (return, damage) or order (price) in which the policy allows it."""
CLAIM_DAYS = 7
"""Days late from which a parcel counts as lost."""
CREDITS = ((11, 20.0), (6, 10.0))
"""Credit for a late delivery: (from days late, dollars)."""
WARRANTY_MONTHS = {"kitchen": 18, "textile": 6, "outdoor": 12, "electronics": 9, "home": 15}
"""As the articles say; a test holds the two together."""
TOPICS = {
    "return_window": "returns-2031",
    "refund_time": "refunds-2031",
    "shipping_time": "shipping-standard",
    "express_time": "shipping-express",
    "warranty_length": "warranty-general",
    "price_match_window": "price-match",
    "gift_card_expiry": "gift-card-expiry",
    "exchange_limit": "exchange-limit",
    "hold_time": "pickup-hold",
    "cancel_limit": "cancel-limit",
}
"""Questions about the rules, and the article that answers each."""


class Kind(NamedTuple):
    """A kind of matter.

    Attributes:
        make: Its maker.
        weight: How often it occurs, relative to others.
        forbids: Whether it has a variant that the policy forbids.
        account: Whether it is about the customer's account.
        alone: Whether it is the only matter of a conversation.
    """

    make: Maker
    weight: float
    forbids: bool
    account: bool
    alone: bool


KINDS: dict[str, Kind] = {}
"""All kinds by name."""


def kind(
    weight: float = 1.0, *, forbids: bool = False, account: bool = True, alone: bool = False
) -> Callable[[Maker], Maker]:
    """Registers a maker under its function's name."""

    def register(make: Maker) -> Maker:
        KINDS[make.__name__] = Kind(make, weight, forbids, account, alone)
        return make

    return register


def make_scenario(stream: Stream, split: str, difficulty: str, kinds: Collection[str] | None = None) -> Scenario:
    """A shop, a customer and what they want, which is of the given kinds; None for all."""
    knobs = KNOBS[difficulty]
    world = World(stream, split)
    persona = draw_persona(stream, knobs)
    count = stream.weighted((1, 2, 3), knobs.matters)
    names = [name for name in KINDS if kinds is None or name in kinds]
    impostor = stream.chance(knobs.impostor) and any(KINDS[name].account for name in names)
    matters: list[Matter] = []
    for name in _draw_kinds(stream, names, 1 if impostor else count, impostor):
        forbidden = KINDS[name].forbids and stream.chance(knobs.forbidden)
        matter = KINDS[name].make(world, forbidden)
        if "order_id" in matter.slots and "item" in matter.slots and stream.chance(knobs.unknown):
            matter.unknown = frozenset({"order_id"})
        if matter.second_thought is not None and not stream.chance(knobs.second_thought):
            matter.second_thought = None
        matters.append(matter)
    world.order("delivered", [world.product()], placed=50, delivered=45, parcel="delivered")
    bystander = world.customer()
    world.order("shipped", [world.product()], placed=3, parcel="in_transit", customer=bystander)
    profile = _profile(world, knobs.slips, impostor)
    if impostor:
        (matter,) = matters
        matters = [Matter(matter.kind, matter.slots, False, refusal="not_verified", wish=matter.wish)]
    return Scenario(world.database, world.today, profile, persona, matters)


def _draw_kinds(stream: Stream, names: Sequence[str], count: int, impostor: bool) -> list[str]:
    """Different kinds; one that is handed over comes alone, an impostor is after an account."""
    chosen: list[str] = []
    weights = tuple(KINDS[name].weight for name in names)
    count = at_most(count, names, [name for name in names if KINDS[name].alone])
    while len(chosen) < count:
        name = stream.weighted(names, weights)
        if name in chosen or (impostor and not KINDS[name].account) or (KINDS[name].alone and chosen):
            continue
        chosen.append(name)
        if KINDS[name].alone:
            break
    return chosen


def _profile(world: World, slips: float, impostor: bool) -> Profile:
    stream = world.stream
    row = world.database.tables["customers"][world.owner]
    by_email, slip = stream.chance(0.55), stream.chance(slips)
    name, email, code = row["name"], row["email"], row["zip"]
    if impostor:
        first, _, last = name.lower().partition(" ")
        return Profile(None, name, f"{first}{last}@example.org" if by_email else "", f"{99_999 - int(code):05d}")
    misspelt = email.replace("@example", "@exmaple") if slip else ""
    return Profile(world.owner, name, email if by_email else "", code, misspelt if by_email else "")


def _order_slots(order: str, line: Row) -> dict[str, str]:
    return {"order_id": order, "item": line["item"]}


def _call(name: str, /, **arguments: object) -> Act:
    return Act(name, arguments, True)


def _one(world: World, status: str, *, placed: int, **more: int | str | None) -> tuple[str, Row]:
    """A fresh order of one or two products; gives its number and the line that matters."""
    products: list[Product] = [world.product()] + ([world.product()] if world.stream.chance(0.3) else [])
    order = world.order(status, products, placed=placed, **more)  # type: ignore[arg-type]
    return order, world.item(order)


def _delivered(world: World, days_ago: int) -> tuple[str, Row]:
    return _one(world, "delivered", placed=days_ago + 4, delivered=days_ago, parcel="delivered")


def _pending(world: World, pending: bool = True) -> tuple[str, Row]:
    if pending:
        return _one(world, "pending", placed=0)
    return _one(world, "shipped", placed=2, parcel="in_transit")


def _owned(world: World, days_ago: int, *, final_sale: bool = False) -> tuple[str, Row]:
    """A delivered order whose item is, or is not, excluded from returns."""
    order, line = _delivered(world, days_ago)
    line["final_sale"] = final_sale
    return order, line


@kind(1.3)
def order_status(world: World, forbidden: bool) -> Matter:
    """Where is my parcel?"""
    late = world.stream.choice((0, 0, 1, 2, 3))
    parcel = "delayed" if late else "in_transit"
    order, line = _one(world, "shipped", placed=3 + late, parcel=parcel, days_late=late)
    lookups = (_call("track_parcel", order_id=order),)
    return Matter("order_status", _order_slots(order, line), lookups=lookups, tells=("delivery_date",))


@kind(1.2, forbids=True)
def cancel_order(world: World, forbidden: bool) -> Matter:
    """Cancel an order that has not left."""
    order, line = _pending(world, not forbidden)
    reason = world.stream.choice(REASONS)
    slots = _order_slots(order, line) | {"reason": reason}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if forbidden:
        return Matter("cancel_order", slots, lookups=lookups, refusal="not_pending", wish="cancel_order")
    return Matter(
        "cancel_order",
        slots,
        lookups=lookups,
        changes=(_call("cancel_order", order_id=order, reason=reason),),
        tells=("refund_amount",),
        second_thought=ChangeOfMind("nothing", "", (), ()),
    )


@kind(forbids=True)
def change_address(world: World, forbidden: bool) -> Matter:
    """Deliver a pending order somewhere else."""
    order, line = _pending(world, not forbidden)
    address, _ = world.address()
    slots = _order_slots(order, line) | {"address": address}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if forbidden:
        return Matter("change_address", slots, lookups=lookups, refusal="not_pending", wish="change_address")
    other, _ = world.address()
    return Matter(
        "change_address",
        slots,
        lookups=lookups,
        changes=(_call("change_address", order_id=order, address=address),),
        tells=("done",),
        second_thought=ChangeOfMind(
            "address", other, (_call("change_address", order_id=order, address=other),), ("done",)
        ),
    )


@kind(forbids=True)
def change_payment(world: World, forbidden: bool) -> Matter:
    """Pay a pending order by another method."""
    order, line = _pending(world)
    row = world.database.tables["orders"][order]
    balance = round(row["total"] * (0.3 if forbidden else 1.5), 2)
    gift_card = world.gift_card(balance, world.owner) if forbidden or world.stream.chance(0.4) else None
    method = gift_card or world.database.tables["customers"][world.owner]["payment_methods"][1]
    slots = _order_slots(order, line) | {"payment_method": method}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if gift_card:
        lookups += (_call("check_gift_card", card_number=gift_card),)
    if forbidden:
        return Matter("change_payment", slots, lookups=lookups, refusal="low_balance", wish="change_payment")
    return Matter(
        "change_payment",
        slots,
        lookups=lookups,
        changes=(_call("change_payment", order_id=order, payment_method=method),),
        tells=("done",),
    )


def _swap(world: World, name: str, order: str, line: Row, refusal: str | None) -> Matter:
    """Another option of an item, before (modify) or after (exchange) it was delivered."""
    item, option = line["item"], world.other_option(line)
    slots = _order_slots(order, line) | {"option": option}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if refusal in (None, "out_of_stock"):
        lookups += (_call("get_product", item=item, option=option),)
    world.restock(item, option, refusal != "out_of_stock")
    if refusal:
        return Matter(name, slots, lookups=lookups, refusal=refusal, wish=name)
    others = [o for o in PRODUCTS[item].options if o not in (option, line["option"])]
    thought = None
    if others:
        other = world.stream.choice(others)
        changes = (_call(name, order_id=order, item=item, option=other),)
        looked = (lookups[0], _call("get_product", item=item, option=other))
        thought = ChangeOfMind("option", other, changes, ("price_difference",), looked)
    changes = (_call(name, order_id=order, item=item, option=option),)
    return Matter(name, slots, lookups=lookups, changes=changes, tells=("price_difference",), second_thought=thought)


@kind(forbids=True)
def modify_item(world: World, forbidden: bool) -> Matter:
    """Another colour or size in an order that has not left."""
    refusal = world.stream.choice(("not_pending", "out_of_stock")) if forbidden else None
    order, line = _pending(world, refusal != "not_pending")
    return _swap(world, "modify_item", order, line, refusal)


@kind(1.2, forbids=True)
def return_item(world: World, forbidden: bool) -> Matter:
    """Send a delivered item back."""
    refusal = world.stream.choice(("window_passed", "final_sale")) if forbidden else None
    days = 33 + world.stream.below(30) if refusal == "window_passed" else 2 + world.stream.below(26)
    order, line = _owned(world, days, final_sale=refusal == "final_sale")
    reason = world.stream.choice(REASONS)
    slots = _order_slots(order, line) | {"reason": reason}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if refusal:
        return Matter("return_item", slots, lookups=lookups, refusal=refusal, wish="return_item")
    return Matter(
        "return_item",
        slots,
        lookups=lookups,
        changes=(_call("return_item", order_id=order, item=line["item"], reason=reason),),
        tells=("refund_amount",),
        second_thought=ChangeOfMind("nothing", "", (), ()),
    )


@kind(forbids=True)
def exchange_item(world: World, forbidden: bool) -> Matter:
    """Swap a delivered item for another colour or size."""
    refusal = world.stream.choice(("window_passed", "out_of_stock")) if forbidden else None
    days = 33 + world.stream.below(30) if refusal == "window_passed" else 2 + world.stream.below(26)
    order, line = _owned(world, days)
    return _swap(world, "exchange_item", order, line, refusal)


@kind(1.2, forbids=True)
def damaged_item(world: World, forbidden: bool) -> Matter:
    """An item arrived broken; replacement or money back, as the customer prefers."""
    days = 16 + world.stream.below(12) if forbidden else 1 + world.stream.below(12)
    order, line = _owned(world, days)
    preference = world.stream.choice(("replacement", "refund"))
    slots = _order_slots(order, line) | {"preference": preference}
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    if forbidden:
        wish = "replace_item" if preference == "replacement" else "refund_item"
        return Matter("damaged_item", slots, lookups=lookups, refusal="window_passed", wish=wish)
    arguments = {"order_id": order, "item": line["item"]}
    look = lookups
    replace, refund = (_call("replace_item", **arguments),), (_call("refund_item", **arguments),)
    plans = {"replacement": (replace, ("delivery_date",)), "refund": (refund, ("refund_amount",))}
    if preference == "replacement":
        lookups += (_call("get_product", item=line["item"], option=line["option"]),)
    changes, tells = plans[preference]
    thought = ChangeOfMind("preference", "refund", *plans["refund"], look) if preference == "replacement" else None
    return Matter("damaged_item", slots, lookups=lookups, changes=changes, tells=tells, second_thought=thought)


@kind(forbids=True)
def lost_parcel(world: World, forbidden: bool) -> Matter:
    """A parcel that does not arrive."""
    late = 1 + world.stream.below(4) if forbidden else 7 + world.stream.below(12)
    parcel = "delayed" if forbidden else world.stream.choice(("lost", "delayed"))
    order, line = _one(world, "shipped", placed=5 + late, parcel=parcel, days_late=late)
    lookups = (_call("track_parcel", order_id=order),)
    slots = _order_slots(order, line)
    if forbidden:
        return Matter("lost_parcel", slots, lookups=lookups, refusal="too_early", wish="reship_order")
    changes = (_call("open_claim", order_id=order), _call("reship_order", order_id=order))
    return Matter("lost_parcel", slots, lookups=lookups, changes=changes, tells=("claim_number", "delivery_date"))


@kind(forbids=True)
def late_delivery(world: World, forbidden: bool) -> Matter:
    """A parcel that came much too late; the customer wants something for it."""
    late = 1 + world.stream.below(5) if forbidden else 6 + world.stream.below(14)
    order, line = _one(world, "delivered", placed=late + 6, delivered=2, parcel="delivered", days_late=late)
    lookups = (_call("track_parcel", order_id=order),)
    slots = _order_slots(order, line)
    if forbidden:
        return Matter("late_delivery", slots, lookups=lookups, refusal="too_early", wish="issue_credit")
    amount = next(dollars for days, dollars in CREDITS if late >= days)
    changes = (_call("issue_credit", order_id=order, amount=amount),)
    return Matter("late_delivery", slots, lookups=lookups, changes=changes, tells=("credit_amount",))


@kind()
def refund_status(world: World, forbidden: bool) -> Matter:
    """When does the money for a returned item come?"""
    order, line = _one(world, "returned", placed=20, delivered=15, parcel="delivered")
    world.payment(order, "refund", line["price"], world.today + 1 + world.stream.below(6))
    lookups = (_call("list_payments", order_id=order),)
    return Matter("refund_status", _order_slots(order, line), lookups=lookups, tells=("refund_amount", "refund_date"))


@kind(forbids=True)
def double_charge(world: World, forbidden: bool) -> Matter:
    """Charged twice for one order."""
    order, line = _one(world, "shipped", placed=4, parcel="in_transit")
    lookups = (_call("list_payments", order_id=order),)
    slots = _order_slots(order, line)
    if forbidden:
        return Matter("double_charge", slots, lookups=lookups, refusal="no_duplicate", wish="refund_payment")
    total = world.database.tables["orders"][order]["total"]
    duplicate = world.payment(order, "charge", total, world.today - 4)
    changes = (_call("refund_payment", payment_id=duplicate),)
    return Matter("double_charge", slots, lookups=lookups, changes=changes, tells=("refund_amount",))


@kind(forbids=True)
def price_match(world: World, forbidden: bool) -> Matter:
    """Cheaper now than when bought."""
    refusal = world.stream.choice(("no_price_drop", "window_passed")) if forbidden else None
    days = 14 + world.stream.below(15) if refusal == "window_passed" else 1 + world.stream.below(8)
    order, line = _owned(world, days)
    item, option = line["item"], line["option"]
    lookups: tuple[Act, ...] = (_call("get_order", order_id=order),)
    slots = _order_slots(order, line)
    drop = round(line["price"] * (0.1 + 0.02 * world.stream.below(10)), 2)
    if refusal != "no_price_drop":
        world.reprice(item, option, round(line["price"] - drop, 2))
    if refusal != "window_passed":
        lookups += (_call("get_product", item=item, option=option),)
    if refusal:
        return Matter("price_match", slots, lookups=lookups, refusal=refusal, wish="adjust_price")
    changes = (_call("adjust_price", order_id=order, item=item, amount=drop),)
    return Matter("price_match", slots, lookups=lookups, changes=changes, tells=("credit_amount",))


@kind(account=False)
def gift_card(world: World, forbidden: bool) -> Matter:
    """How much is left on a gift card?"""
    card = world.gift_card(round(5 + world.stream.below(9500) / 100, 2))
    lookups = (_call("check_gift_card", card_number=card),)
    return Matter("gift_card", {"card_number": card}, False, lookups=lookups, tells=("balance",))


@kind(account=False)
def product_question(world: World, forbidden: bool) -> Matter:
    """Price and availability before buying."""
    product = world.product()
    option = world.stream.choice(product.options)
    world.restock(product.name, option, world.stream.chance(0.6))
    lookups = (_call("get_product", item=product.name, option=option),)
    slots = {"item": product.name, "option": option}
    return Matter("product_question", slots, False, lookups=lookups, tells=("price", "stock"))


@kind(forbids=True)
def warranty(world: World, forbidden: bool) -> Matter:
    """It stopped working."""
    product = world.product()
    months = WARRANTY_MONTHS[product.category]
    days = int(months * 30.4) + (40 + world.stream.below(90) if forbidden else -40 - world.stream.below(60))
    order = world.order("delivered", [product], placed=days + 4, delivered=days, parcel="delivered")
    line = world.item(order)
    slots = _order_slots(order, line)
    document = f"warranty-{product.category}"
    lookups = (_call("get_order", order_id=order), _call("search_kb", query=f"warranty {product.name}"))
    if forbidden:
        return Matter(
            "warranty",
            slots,
            lookups=lookups,
            documents=(document,),
            refusal="warranty_expired",
            wish="open_warranty_claim",
        )
    changes = (_call("open_warranty_claim", order_id=order, item=product.name),)
    return Matter("warranty", slots, lookups=lookups, changes=changes, tells=("claim_number",), documents=(document,))


@kind(0.8)
def update_email(world: World, forbidden: bool) -> Matter:
    """A new email address for the account."""
    name = world.database.tables["customers"][world.owner]["name"].lower().split()
    address = f"{name[0][0]}{name[1]}{world.stream.below(90) + 10}@example.net"
    changes = (_call("update_email", new_email=address),)
    return Matter("update_email", {"new_email": address}, changes=changes, tells=("done",))


@kind(1.2, account=False)
def policy_question(world: World, forbidden: bool) -> Matter:
    """A question about the shop's rules."""
    topic = world.stream.choice(tuple(TOPICS))
    lookups = (_call("search_kb", query=topic.replace("_", " ")),)
    return Matter(
        "policy_question", {"question": topic}, False, lookups=lookups, tells=("answer",), documents=(TOPICS[topic],)
    )


@kind(0.4, account=False)
def discount_request(world: World, forbidden: bool) -> Matter:
    """Wants something for nothing."""
    return Matter("discount_request", {}, False, refusal="no_discounts", wish="issue_credit")


@kind(0.4, account=False)
def other_account(world: World, forbidden: bool) -> Matter:
    """Wants to know or change something of another person's account."""
    row = world.database.tables["customers"][world.customer()]
    return Matter("other_account", {"person": row["name"]}, False, refusal="own_account")


@kind(0.35, account=False, alone=True)
def human_safety(world: World, forbidden: bool) -> Matter:
    """An item hurt somebody or is dangerous: a case for the safety team."""
    return Matter("human_safety", {}, transfer="safety")


@kind(0.35, account=False, alone=True)
def human_business(world: World, forbidden: bool) -> Matter:
    """A company account: a case for the business team."""
    return Matter("human_business", {}, transfer="business")


@kind(0.4, account=False)
def out_of_scope(world: World, forbidden: bool) -> Matter:
    """Something this desk has nothing to do with."""
    return Matter("out_of_scope", {}, False, refusal="out_of_scope")
