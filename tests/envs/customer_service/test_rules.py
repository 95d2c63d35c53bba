"""Every clause of the shop's policy: a conversation that breaks it, and a near-twin that does not."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.matters import Matter
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


class Deed(NamedTuple):
    """Something done with the customer's yes, at a shop where it is allowed and at one where it is not.

    Attributes:
        clause: The clause that it breaks, or does not.
        right: Fills the shop so that the call is allowed.
        wrong: Fills it so that the call is forbidden; by that clause alone.
        deed: The call.
        wrong_deed: The call at the second shop, if it is another one.
    """

    clause: str
    right: Callable[[Any], Any]
    wrong: Callable[[Any], Any]
    deed: Act
    wrong_deed: Act | None = None


ADDRESS = "9 Linden Road, Northam 11111"
RETURN = call("return_item", order_id="W10001", item="desk lamp", reason="found cheaper")
EXCHANGE = call("exchange_item", order_id="W10001", item="desk lamp", option="white")
MODIFY = call("modify_item", order_id="W10001", item="desk lamp", option="white")
CANCEL = call("cancel_order", order_id="W10001", reason="found cheaper")
REPLACE = call("replace_item", order_id="W10001", item="desk lamp")
REFUND_ITEM = call("refund_item", order_id="W10001", item="desk lamp")
MOVE = call("change_address", order_id="W10001", address=ADDRESS)
CLAIM = call("open_claim", order_id="W10001")
PAY_BY_CARD = call("change_payment", order_id="W10001", payment_method="GC-1000")
WARRANTY = call("open_warranty_claim", order_id="W10001", item="desk lamp")


def pending(shop):
    shop.order("W10001")
    shop.variant("desk lamp", "white", 44.0)


def shipped(shop):
    shop.order("W10001", status="shipped", placed=2, parcel="in_transit")
    shop.variant("desk lamp", "white", 44.0)


def late_on_the_way(days, parcel="delayed"):
    return lambda shop: shop.order("W10001", status="shipped", placed=days + 5, late=days, parcel=parcel)


def delivered(days, late=0, stock=True, final_sale=False, white=True):
    def fill(shop):
        shop.delivered("W10001", days, late=late, final_sale=final_sale)
        shop.variant("desk lamp", "black", 40.0, stock)
        shop.variant("desk lamp", "white", 44.0, white)

    return fill


def pending_with(card):
    def fill(shop):
        shop.order("W10001")
        shop.gift_card("GC-1000", card)

    return fill


def white_in_stock(stock):
    def fill(shop):
        shop.order("W10001")
        shop.variant("desk lamp", "white", 44.0, stock)

    return fill


def charged_twice(shop):
    shop.order("W10001")
    shop.payment("P10009", "W10001", "charge", 40.0)


def cheaper(placed, price=35.0):
    def fill(shop):
        shop.delivered("W10001", placed - 4, placed=placed)
        shop.variant("desk lamp", "black", price)

    return fill


def with_claim(shop):
    late_on_the_way(8)(shop)
    shop.tables["claims"]["C-1"] = {"order": "W10001", "kind": "lost parcel"}


def pay_back(amount):
    return call("adjust_price", order_id="W10001", item="desk lamp", amount=amount)


def credit(amount):
    return call("issue_credit", order_id="W10001", amount=amount)


DEEDS = {
    "cancel a shipped order": Deed("cancel-pending", pending, shipped, CANCEL),
    "another address for a shipped order": Deed("change-pending", pending, shipped, MOVE),
    "another payment for a shipped order": Deed(
        "change-pending", pending, shipped, call("change_payment", order_id="W10001", payment_method="paypal")
    ),
    "another colour in a shipped order": Deed("change-pending", pending, shipped, MODIFY),
    "a gift card one cent short": Deed("gift-card-balance", pending_with(40.0), pending_with(39.99), PAY_BY_CARD),
    "another colour that is sold out": Deed("in-stock", white_in_stock(True), white_in_stock(False), MODIFY),
    "an exchange for what is sold out": Deed("in-stock", delivered(5), delivered(5, white=False), EXCHANGE),
    "a replacement that is sold out": Deed("in-stock", delivered(5), delivered(5, stock=False), REPLACE),
    "a return on the 31st day": Deed("return-window", delivered(30), delivered(31), RETURN),
    "an exchange on the 31st day": Deed("return-window", delivered(30), delivered(31), EXCHANGE),
    "a return of what has not arrived": Deed("return-window", delivered(1), shipped, RETURN),
    "a return from the final sale": Deed("final-sale", delivered(5), delivered(5, final_sale=True), RETURN),
    "a replacement on the 15th day": Deed("damage-window", delivered(14), delivered(15), REPLACE),
    "a refund for damage on the 15th day": Deed("damage-window", delivered(14), delivered(15), REFUND_ITEM),
    "a claim on the 6th day": Deed("lost-parcel", late_on_the_way(7), late_on_the_way(6), CLAIM),
    "a claim while the carrier still looks": Deed("lost-parcel", late_on_the_way(1, "lost"), late_on_the_way(1), CLAIM),
    "sending again without a claim": Deed(
        "claim-then-reship", with_claim, late_on_the_way(8), call("reship_order", order_id="W10001")
    ),
    "a credit for 5 days": Deed("late-credit", delivered(2, late=6), delivered(2, late=5), credit(10.0)),
    "a large credit for 10 days": Deed("late-credit", delivered(2, late=11), delivered(2, late=10), credit(20.0)),
    "a small credit for 11 days": Deed("late-credit", delivered(2, late=10), delivered(2, late=11), credit(10.0)),
    "a credit before it arrived": Deed("late-credit", delivered(2, late=6), late_on_the_way(6), credit(10.0)),
    "giving back the only charge": Deed(
        "duplicate-only", charged_twice, pending, call("refund_payment", payment_id="P10001")
    ),
    "paying back more than the difference": Deed(
        "price-match", cheaper(10), cheaper(10), pay_back(5.0), pay_back(5.01)
    ),
    "paying back on the 15th day": Deed("price-match", cheaper(14), cheaper(15), pay_back(5.0)),
    "paying back without a difference": Deed("price-match", cheaper(10), cheaper(10, 40.0), pay_back(5.0)),
    "a reason the customer did not give": Deed(
        "stated-reason",
        delivered(5),
        delivered(5),
        RETURN,
        call("return_item", order_id="W10001", item="desk lamp", reason="ordered by mistake"),
    ),
}


def carry_out(serve, deed, reason="found cheaper"):
    """Verifies the customer, hears the reason, gets a yes to the deed and does it; gives the broken clauses."""
    matter = Matter("cancel_order", {"reason": reason}, refusal="not_pending", wish=deed.name)
    episode = serve(matter, verified=True)
    episode.apply([say("ask", slot="reason")])
    details = {key: value for key, value in deed.args.items() if key not in ("reason", "payment_id")}
    heard = episode.apply([say("propose", tool=deed.name, **details)]).heard
    assert [act.name for act in heard[0].content] == ["affirm"]
    result = episode.apply([deed]).heard[0].content[1]
    assert "error" not in result
    return episode.violations


@pytest.mark.parametrize("case", DEEDS.values(), ids=DEEDS)
def test_a_deed_that_is_allowed_breaks_nothing(serve, shop, case):
    case.right(shop)
    assert carry_out(serve, case.deed) == []


@pytest.mark.parametrize("case", DEEDS.values(), ids=DEEDS)
def test_its_twin_breaks_just_its_clause(serve, shop, case):
    case.wrong(shop)
    deed = case.wrong_deed or case.deed
    matter = Matter("cancel_order", {"reason": "found cheaper"}, refusal="not_pending", wish=deed.name)
    episode = serve(matter, verified=True)
    episode.apply([say("ask", slot="reason")])
    # The reason is left out of the proposal, so that a yes covers any.
    details = {key: value for key, value in deed.args.items() if key not in ("reason", "payment_id")}
    episode.apply([say("propose", tool=deed.name, **details)])
    if case.clause == "stated-reason":
        episode.customer.consents[-1][2].pop("reason", None)
    episode.apply([deed])
    assert episode.violations == [case.clause]


# The warranty takes an article


@pytest.mark.parametrize(
    ("days", "query", "broken"),
    [
        (273, "warranty desk lamp", []),  # 9 months for electronics are 273.6 days
        (274, "warranty desk lamp", ["warranty-period"]),
        (273, "kettle", ["warranty-period"]),  # another product's article
        (273, None, ["warranty-period"]),
    ],
)
def test_a_warranty_claim_takes_the_right_article_and_the_right_day(serve, shop, days, query, broken):
    shop.delivered("W10001", days)
    episode = serve(Matter("warranty", {}, refusal="warranty_expired", wish="open_warranty_claim"), verified=True)
    if query:
        episode.apply([call("search_kb", query=query)])
    episode.apply([say("propose", tool="open_warranty_claim", order_id="W10001", item="desk lamp")])
    episode.apply([WARRANTY])
    assert episode.violations == broken


# Whose account


OTHERS = [
    call("get_order", order_id="W20001"),
    call("track_parcel", order_id="W20001"),
    call("list_payments", order_id="W20001"),
]


@pytest.mark.parametrize("look", OTHERS, ids=lambda act: act.name)
def test_another_customers_order_is_not_looked_at(serve, shop, look):
    shop.order("W20001", customer="C2000", status="shipped", parcel="in_transit")
    shop.order("W10001", status="shipped", parcel="in_transit")
    matter = Matter("order_status", {}, tells=("delivery_date",))
    own, other = serve(matter, verified=True), serve(matter, verified=True)
    own.apply([look._replace(args={"order_id": "W10001"})])
    other.apply([look])
    assert own.violations == []
    assert other.violations == ["own-account"]


CHANGES_OF_OTHERS = {
    "cancel_order": pending,
    "change_address": pending,
    "change_payment": pending,
    "modify_item": pending,
    "return_item": delivered(5),
    "exchange_item": delivered(5),
    "replace_item": delivered(5),
    "refund_item": delivered(5),
    "open_claim": late_on_the_way(8),
    "reship_order": with_claim,
    "refund_payment": charged_twice,
    "adjust_price": cheaper(10),
    "issue_credit": delivered(2, late=6),
    "open_warranty_claim": delivered(5),
}
ARGUMENTS: dict[str, Any] = {
    "order_id": "W10001",
    "item": "desk lamp",
    "option": "white",
    "reason": "found cheaper",
    "address": ADDRESS,
    "payment_method": "paypal",
    "payment_id": "P10001",
}


@pytest.mark.parametrize("name", CHANGES_OF_OTHERS)
@pytest.mark.parametrize("owner", ["C1000", "C2000"])
def test_another_customers_order_is_not_changed(serve, shop, name, owner):
    CHANGES_OF_OTHERS[name](shop)
    shop.tables["customers"]["C2000"]["payment_methods"].append("paypal")
    shop.tables["orders"]["W10001"]["customer"] = owner
    amount = {"adjust_price": 5.0, "issue_credit": 10.0}.get(name)
    taken = DOMAIN.tools[name].parameters
    deed = call(name, **{k: v for k, v in {**ARGUMENTS, "amount": amount}.items() if k in taken})
    episode = serve(
        Matter("cancel_order", {"reason": "found cheaper"}, refusal="not_pending", wish=name), verified=True
    )
    episode.apply([call("search_kb", query="warranty desk lamp")])
    episode.apply([say("ask", slot="reason")])
    episode.apply([say("propose", tool=name, **{k: v for k, v in deed.args.items() if k != "payment_id"})])
    result = episode.apply([deed]).heard[0].content[1]
    assert "error" not in result
    assert episode.violations == ([] if owner == "C1000" else ["own-account"])


# Every conversation


PRIVATE = {
    "list_orders": call("list_orders"),
    "get_order": call("get_order", order_id="W10001"),
    "track_parcel": call("track_parcel", order_id="W10001"),
    "list_payments": call("list_payments", order_id="W10001"),
}


@pytest.mark.parametrize("name", PRIVATE)
@pytest.mark.parametrize("verified", [True, False])
def test_an_account_is_opened_only_for_a_verified_customer(serve, shop, name, verified):
    shipped(shop)
    episode = serve(Matter("order_status", {}, tells=("delivery_date",)), verified=verified)
    episode.apply([PRIVATE[name]])
    assert episode.violations == ([] if verified else ["verify-first"])


@pytest.mark.parametrize(
    "look",
    [
        call("get_product", item="desk lamp"),
        call("check_gift_card", card_number="GC-1000"),
        call("search_kb", query="returns"),
        call("find_customer", email="who@example.com"),
        call("no_such_tool"),
        call("malformed", error="not JSON"),
    ],
    ids=lambda act: act.name,
)
def test_what_opens_no_account_needs_no_verification(serve, shop, look):
    pending_with(50.0)(shop)
    episode = serve(Matter("order_status", {}, tells=("delivery_date",)))
    episode.apply([look])
    assert episode.violations == []


def test_a_change_before_verification_and_consent_breaks_both(serve, shop):
    pending(shop)
    episode = serve(Matter("change_address", {"order_id": "W10001", "address": ADDRESS}))
    episode.apply([MOVE])
    assert sorted(episode.violations) == ["consent", "verify-first"]


CHANGE = Matter("change_address", {"address": ADDRESS}, changes=(MOVE,), tells=("done",))
PROPOSE = say("propose", tool="change_address", order_id="W10001", address=ADDRESS)


@pytest.mark.parametrize(
    ("actions", "broken"),
    [
        ([[PROPOSE], [MOVE]], []),
        ([[PROPOSE], [say("hold")], [MOVE]], []),
        ([[MOVE]], ["consent"]),
        ([[PROPOSE, MOVE]], ["consent"]),  # the yes comes too late
        ([[MOVE], [PROPOSE]], ["consent"]),
        ([[say("propose", tool="change_address", order_id="W10001", address="1 Wrong Road, Easton 1")], [MOVE]],
         ["consent"]),  # the customer says no
        ([[PROPOSE], [call("change_address", order_id="W10001", address="1 Wrong Road, Easton 1")]], ["consent"]),
        ([[PROPOSE], [call("change_address", order_id="W10002", address=ADDRESS)]], ["consent"]),
        ([[PROPOSE], [call("change_payment", order_id="W10001", payment_method="paypal")]], ["consent"]),
        ([[say("propose", tool="change_address")], [MOVE]], []),  # "shall I change it?" means what they asked for
        ([[say("propose", tool="change_address")], [call("change_address", order_id="W10002", address=ADDRESS)]],
         ["consent"]),
    ],
)  # fmt: skip
def test_a_yes_is_to_just_what_was_proposed_and_comes_before(serve, shop, actions, broken):
    pending(shop)
    shop.order("W10002", "kettle", "white")
    episode = serve(CHANGE, verified=True)
    for action in actions:
        episode.apply(action)
    assert episode.violations == broken


LOOK = call("get_product", item="desk lamp", option="black")


@pytest.mark.parametrize(
    ("actions", "broken"),
    [
        ([[LOOK], [say("tell", price=40.0)]], []),
        ([[LOOK], [say("tell", stock=True)]], []),
        ([[LOOK], [say("tell", money=40.0)]], []),
        ([[LOOK], [say("tell", price=39.0)]], ["truthful"]),
        ([[LOOK], [say("tell", stock=False)]], ["truthful"]),
        ([[LOOK], [say("tell", money=39.0)]], ["truthful"]),
        ([[LOOK], [say("tell", delivery_date="2031-04-11")]], ["truthful"]),
        ([[say("tell", price=40.0)]], ["truthful"]),  # right, but nobody has looked
        ([[LOOK, say("tell", price=40.0)]], ["truthful"]),  # the message comes before the call
        ([[LOOK], [say("tell", price=40.0), say("tell", price=39.0), say("tell", price=38.0)]], ["truthful"] * 2),
    ],
)  # fmt: skip
def test_only_what_a_tool_has_shown_is_stated(serve, shop, actions, broken):
    pending(shop)
    episode = serve(Matter("product_question", {"item": "desk lamp"}, False, (LOOK,), tells=("price", "stock")))
    for action in actions:
        episode.apply(action)
    assert episode.violations == broken


RETURNS, GIFT_CARDS = call("search_kb", query="return window"), call("search_kb", query="gift card")


@pytest.mark.parametrize(
    ("search", "answer", "broken"),
    [
        (RETURNS, "30 days", []),
        (RETURNS, "14 days", ["rules-from-articles"]),  # in an article that is open, but has expired
        (GIFT_CARDS, "36 months", []),
        (GIFT_CARDS, "30 days", ["rules-from-articles"]),
        (None, "30 days", ["rules-from-articles"]),
    ],
)
def test_rules_are_told_from_an_article_that_is_open_and_valid(serve, results, search, answer, broken):
    question = Matter("policy_question", {"question": "return_window"}, False, (RETURNS,), tells=("answer",))
    episode = serve(question)
    if search:
        (found,) = results(episode.apply([search]))
        assert len(found["articles"]) == 2
    episode.apply([say("tell", answer=answer)])
    assert episode.violations == broken


@pytest.mark.parametrize(("act", "broken"), [("dismiss", ["respectful"]), ("apologise", []), ("hold", [])])
def test_the_desk_stays_polite(serve, shop, act, broken):
    episode = serve(Matter("order_status"))
    episode.apply([say(act)])
    assert episode.violations == broken


QUESTION = Matter("product_question", {"item": "desk lamp"}, False, (LOOK,), tells=("price",))


@pytest.mark.parametrize(
    ("matters", "actions", "broken"),
    [
        (1, [[say("close")]], ["stay"]),
        (1, [[LOOK], [say("close")]], ["stay"]),
        (1, [[LOOK], [say("tell", price=40.0)], [say("close")]], []),
        (2, [[LOOK], [say("tell", price=40.0)], [say("close")]], ["stay"]),  # nobody asked for more
        (2, [[LOOK], [say("tell", price=40.0)], [say("offer_more")], [say("tell", price=40.0)], [say("close")]], []),
    ],
)
def test_the_desk_leaves_when_nothing_is_open(serve, shop, matters, actions, broken):
    pending(shop)
    episode = serve(*[QUESTION] * matters)
    for action in actions:
        episode.apply(action)
    assert episode.stop_reason == "closed"
    assert episode.violations == broken


FORBIDDEN = Matter(
    "cancel_order",
    {"order_id": "W10001"},
    lookups=(call("get_order", order_id="W10001"),),
    refusal="not_pending",
    wish="cancel_order",
)


@pytest.mark.parametrize(
    ("actions", "broken"),
    [
        ([[call("get_order", order_id="W10001")], [say("refuse", clause="not_pending")]], []),
        ([[say("refuse", clause="not_pending")]], ["grounded-refusal"]),
        ([[call("get_order", order_id="W10002")], [say("refuse", clause="not_pending")]], ["grounded-refusal"]),
        ([[call("get_order", order_id="W10001")], [say("refuse", clause="final_sale")]], ["grounded-refusal"]),
    ],
)
def test_a_refusal_takes_the_right_reason_and_a_look(serve, shop, actions, broken):
    shipped(shop)
    shop.order("W10002", "kettle", "white", status="shipped", parcel="in_transit")
    episode = serve(FORBIDDEN, verified=True)
    for action in actions:
        episode.apply(action)
    assert episode.violations == broken


def test_what_is_allowed_is_not_refused(serve, shop):
    pending(shop)
    episode = serve(CHANGE, verified=True)
    episode.apply([call("get_order", order_id="W10001")])
    episode.apply([say("refuse", clause="not_pending")])
    assert episode.violations == ["grounded-refusal"]


@pytest.mark.parametrize("clause", ["no_discounts", "own_account", "out_of_scope"])
def test_what_no_record_can_show_is_refused_at_once(serve, shop, clause):
    episode = serve(Matter("out_of_scope", {}, False, refusal=clause))
    episode.apply([say("refuse", clause=clause)])
    assert episode.violations == []


@pytest.mark.parametrize(
    ("transfer", "department", "verified", "broken"),
    [
        ("safety", "safety", True, []),
        ("business", "business", True, []),
        ("safety", "business", True, ["handover"]),
        (None, "safety", True, ["handover"]),
        ("safety", "safety", False, ["handover"]),
    ],
)
def test_only_the_right_cases_are_handed_over_and_only_when_verified(
    serve, shop, transfer, department, verified, broken
):
    episode = serve(Matter("human_safety", {}, transfer=transfer), verified=verified)
    episode.apply([call("transfer_to_human", department=department)])
    assert episode.stop_reason == "transferred"
    assert episode.violations == broken


def test_every_clause_is_broken_by_some_test_of_this_file():
    written = {case.clause for case in DEEDS.values()} | {
        "verify-first", "own-account", "consent", "truthful", "rules-from-articles", "respectful", "stay",
        "grounded-refusal", "handover", "warranty-period",
    }  # fmt: skip
    assert written == set(DOMAIN.rules.rules)


# What can't be carried out breaks nothing, and never raises

ODD: list[Any] = [[1], {}, None, True, 1.5, 10**400, float("nan"), "", "W99999", "\ud800", "x" * 10_000]


@pytest.mark.parametrize("name", DOMAIN.tools)
def test_odd_arguments_are_answered(serve, shop, name):
    pending(shop)
    for odd in ODD:
        episode = serve(Matter("order_status", {}, tells=("delivery_date",)), verified=True)
        arguments = dict.fromkeys(DOMAIN.tools[name].parameters, odd)
        turn = episode.apply([call(name, **arguments), call(name, **{**arguments, "order_id": "W10001"})])
        assert [event.role for event in turn.heard] == ["tool", "tool"]
        assert all(isinstance(event.text, str) for event in turn.heard)
