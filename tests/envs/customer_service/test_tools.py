"""A tool does what it is told, to the records it is told about and to no others; what it can't do it says."""

import inspect
from typing import Literal, get_args, get_origin

import pytest

from dialogue_gym.envs.customer_service.retail.calendar import iso
from dialogue_gym.envs.customer_service.retail.tools import DAYS_TO_SHIP, TOOLS
from dialogue_gym.envs.customer_service.tools import Desk, Result, ToolError, tool

JSON_NAMES = {str: "string", float: "number", int: "integer"}
PUBLIC = {"find_customer", "get_product", "check_gift_card", "search_kb", "transfer_to_human"}


@pytest.fixture
def desk(shop):
    """One order of each state: W10001 pending, W10002 shipped, W10003 delivered ten days ago; W20001 of another."""
    shop.order("W10001", "desk lamp", "black", 40.0)
    shop.order("W10002", "kettle", "white", 42.0, status="shipped", placed=5, late=2, parcel="delayed")
    shop.delivered("W10003", 10, "rain jacket", "M", price=82.5)
    shop.line("W10003", "yoga mat", "grey", 34.5, final_sale=True)
    shop.order("W20001", "toaster", "red", 44.9, customer="C2000")
    shop.variant("desk lamp", "white", 44.5)
    shop.variant("rain jacket", "L", 80.0, stock=False)
    shop.gift_card("GC-1000", 50.0)
    shop.payment("R10003", "W10003", "refund", 10.0, 107)
    return shop.desk()


# What the agent is told about tools


@pytest.mark.parametrize("name", TOOLS)
def test_the_schema_says_what_the_function_takes(name):
    described = TOOLS[name].schema["function"]
    signature = inspect.signature(TOOLS[name].run)
    wanted = {argument: p for argument, p in signature.parameters.items() if argument != "desk"}
    properties = described["parameters"]["properties"]
    assert described["name"] == name
    assert list(properties) == list(wanted)
    assert described["parameters"]["required"] == [a for a, p in wanted.items() if p.default is inspect.Parameter.empty]
    for argument, parameter in wanted.items():
        if get_origin(parameter.annotation) is Literal:
            assert properties[argument]["enum"] == list(get_args(parameter.annotation))
            assert properties[argument]["type"] == "string"
        else:
            assert properties[argument]["type"] == JSON_NAMES[parameter.annotation]
            assert "enum" not in properties[argument]


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_and_argument_is_described_in_words(name):
    described = TOOLS[name].schema["function"]
    texts = [described["description"], *(p["description"] for p in described["parameters"]["properties"].values())]
    assert all(len(text.split()) > 0 and text.endswith(".") for text in texts)


def test_every_tool_is_private_but_the_few_that_open_no_account():
    assert {name for name, each in TOOLS.items() if not each.private} == PUBLIC


def test_an_argument_must_be_described():
    def ping(desk: Desk, often: int) -> Result:
        """Pings."""
        return {}

    with pytest.raises(KeyError, match="often"):
        tool()(ping)


def test_an_argument_must_have_a_type_that_json_has():
    def ping(desk: Desk, often: list) -> Result:
        """Pings.

        Args:
            often: How often.
        """
        return {}

    with pytest.raises(AssertionError, match="str, int, float or Literal"):
        tool()(ping)


def test_an_error_of_the_tool_is_its_answer():
    def ping(desk: Desk) -> Result:
        """Pings."""
        raise ToolError("no line")

    assert tool()(ping).call(None, {}) == {"error": "no line"}


# What the tools show


@pytest.mark.parametrize(
    ("name", "arguments", "shown"),
    [
        ("get_order", {"order_id": "W10001"}, {"status": "pending", "total": 40.0, "placed_days_ago": 0}),
        ("get_order", {"order_id": "W10003"}, {"status": "delivered", "delivered_days_ago": 10, "total": 117.0}),
        (
            "get_order",
            {"order_id": "W10003"},
            {
                "items": [
                    {"item": "rain jacket", "option": "M", "price": 82.5, "status": "ordered"},
                    {"item": "yoga mat", "option": "grey", "price": 34.5, "status": "ordered", "final_sale": True},
                ]
            },
        ),
        (
            "track_parcel",
            {"order_id": "W10002"},
            {"parcel": "delayed", "delivery_date": "2031-04-13", "days_late": 2},
        ),
        (
            "get_product",
            {"item": "rain jacket", "option": "L"},
            {"item": "rain jacket", "option": "L", "price": 80.0, "stock": False},
        ),
        (
            "get_product",
            {"item": "desk lamp"},
            {"options": {"black": {"price": 40.0, "stock": True}, "white": {"price": 44.5, "stock": True}}},
        ),
        (
            "list_payments",
            {"order_id": "W10001"},
            {"payments": [{"payment_id": "P10001", "kind": "charge", "amount": 40.0, "date": "2031-04-11"}]},
        ),
        ("list_payments", {"order_id": "W10003"}, {"refund_amount": 10.0, "refund_date": "2031-04-18"}),
        ("check_gift_card", {"card_number": "GC-1000"}, {"card_number": "GC-1000", "balance": 50.0}),
        (
            "list_orders",
            {},
            {
                "orders": [
                    {"order_id": "W10001", "status": "pending", "items": ["desk lamp"]},
                    {"order_id": "W10002", "status": "shipped", "items": ["kettle"]},
                    {"order_id": "W10003", "status": "delivered", "items": ["rain jacket", "yoga mat"]},
                ]
            },
        ),
        ("transfer_to_human", {"department": "safety"}, {"transferred": "safety"}),
    ],
)
def test_a_look_shows_the_records_and_leaves_them_alone(desk, name, arguments, shown):
    result = TOOLS[name].call(desk, arguments)
    assert {key: result.get(key) for key in shown} == shown
    assert desk.database.changes() == {}


def test_only_a_delivered_order_has_a_day_of_delivery(desk):
    assert "delivered_days_ago" not in TOOLS["get_order"].call(desk, {"order_id": "W10002"})


def test_day_100_is_the_eleventh_of_april():
    assert iso(100) == "2031-04-11"


def test_a_search_opens_the_two_best_articles(desk):
    found = TOOLS["search_kb"].call(desk, {"query": "gift card expiry"})["articles"]
    assert [article["id"] for article in found] == ["gift-card-expiry", "gift-card-use"]
    assert TOOLS["search_kb"].call(desk, {"query": "xyzzy"}) == {"articles": []}


@pytest.mark.parametrize(
    "arguments",
    [
        {"email": "mira.holt@example.com"},
        {"email": "Mira.Holt@Example.com"},
        {"name": "Mira Holt", "zip": "12345"},
        {"name": "mira HOLT", "zip": "12345"},
        {"email": "wrong@example.com", "name": "Mira Holt", "zip": "12345"},
    ],
)
def test_email_or_name_with_postcode_verifies(shop, arguments):
    desk = shop.desk(None)
    assert TOOLS["find_customer"].call(desk, arguments)["customer"] == "C1000"
    assert desk.customer == "C1000"
    assert desk.database.changes() == {}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"email": ""},
        {"email": "mira.holt@exmaple.com"},
        {"name": "Mira Holt"},
        {"zip": "12345"},
        {"name": "Mira Holt", "zip": "54321"},
        {"name": "Mira Holt", "zip": ""},
        {"name": "", "zip": "12345"},
    ],
)
def test_anything_less_verifies_nobody(shop, arguments):
    desk = shop.desk(None)
    assert "no account matches" in TOOLS["find_customer"].call(desk, arguments)["error"]
    assert desk.customer is None


# What the tools change

CHANGES = [
    (
        "cancel_order",
        {"order_id": "W10001", "reason": "found cheaper"},
        {("orders", "W10001", "status"): "cancelled", ("orders", "W10001", "reason"): "found cheaper"},
        {"refund_amount": 40.0},
    ),
    (
        "change_address",
        {"order_id": "W10001", "address": "9 Linden Road, Northam 11111"},
        {("orders", "W10001", "address"): "9 Linden Road, Northam 11111"},
        {},
    ),
    (
        "change_payment",
        {"order_id": "W10001", "payment_method": "GC-1000"},
        {("orders", "W10001", "payment_method"): "GC-1000"},
        {},
    ),
    (
        "modify_item",
        {"order_id": "W10001", "item": "desk lamp", "option": "white"},
        {("items", "W10001/desk lamp", "option"): "white"},
        {"price_difference": 4.5},
    ),
    (
        "exchange_item",
        {"order_id": "W10003", "item": "rain jacket", "option": "L"},
        {("items", "W10003/rain jacket", "option"): "L", ("items", "W10003/rain jacket", "status"): "exchanged"},
        {"price_difference": -2.5},
    ),
    (
        "return_item",
        {"order_id": "W10003", "item": "rain jacket", "reason": "no longer needed"},
        {
            ("items", "W10003/rain jacket", "status"): "returned",
            ("items", "W10003/rain jacket", "reason"): "no longer needed",
        },
        {"refund_amount": 82.5},
    ),
    (
        "replace_item",
        {"order_id": "W10003", "item": "yoga mat"},
        {("items", "W10003/yoga mat", "status"): "replaced"},
        {"delivery_date": iso(100 + DAYS_TO_SHIP)},
    ),
    (
        "refund_item",
        {"order_id": "W10003", "item": "yoga mat"},
        {("items", "W10003/yoga mat", "status"): "refunded"},
        {"refund_amount": 34.5},
    ),
    (
        "open_claim",
        {"order_id": "W10002"},
        {("claims", "C-40006", "order"): "W10002", ("claims", "C-40006", "kind"): "lost parcel"},
        {"claim_number": "C-40006"},  # 10002 * 3 + 10000
    ),
    (
        "reship_order",
        {"order_id": "W10002"},
        {("orders", "W10002", "reshipped"): True},
        {"delivery_date": iso(100 + DAYS_TO_SHIP)},
    ),
    (
        "refund_payment",
        {"payment_id": "P10001"},
        {("payments", "P10001", "kind"): "refunded charge"},
        {"refund_amount": 40.0},
    ),
    (
        "adjust_price",
        {"order_id": "W10003", "item": "rain jacket", "amount": 2.5},
        {("items", "W10003/rain jacket", "credited"): 2.5},
        {"credit_amount": 2.5},
    ),
    (
        "issue_credit",
        {"order_id": "W10003", "amount": 20.0},
        {("orders", "W10003", "credited"): 20.0},
        {"credit_amount": 20.0},
    ),
    (
        "open_warranty_claim",
        {"order_id": "W10003", "item": "rain jacket"},
        {
            ("claims", "C-80021", "order"): "W10003",
            ("claims", "C-80021", "kind"): "warranty",
            ("claims", "C-80021", "item"): "rain jacket",
        },
        {"claim_number": "C-80021"},  # 10003 * 7 + 10000
    ),
    ("update_email", {"new_email": "New@Example.net"}, {("customers", "C1000", "email"): "new@example.net"}, {}),
]


def test_every_change_is_tried_below():
    assert {name for name, *_ in CHANGES} == {name for name, each in TOOLS.items() if each.changes}


@pytest.mark.parametrize(("name", "arguments", "changes", "shown"), CHANGES, ids=[case[0] for case in CHANGES])
def test_a_change_changes_its_fields_and_no_others(desk, name, arguments, changes, shown):
    result = TOOLS[name].call(desk, arguments)
    assert result == {"done": name, **shown}
    assert desk.database.changes() == changes
    assert desk.customer == "C1000"


def test_a_whole_number_of_dollars_is_an_amount(desk):
    assert TOOLS["issue_credit"].call(desk, {"order_id": "W10003", "amount": 20}) == {
        "done": "issue_credit",
        "credit_amount": 20.0,
    }


def test_a_charge_is_given_back_once(desk):
    TOOLS["refund_payment"].call(desk, {"payment_id": "P10001"})
    assert "no charge" in TOOLS["refund_payment"].call(desk, {"payment_id": "P10001"})["error"]


# What the tools can't do


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("get_order", {"order_id": "W99999"}, "no order 'W99999'"),
        ("get_order", {"order_id": ""}, "no order ''"),
        ("track_parcel", {"order_id": "W10001"}, "has not been sent yet"),
        ("track_parcel", {"order_id": "W99999"}, "no order"),
        ("list_payments", {"order_id": "W99999"}, "no order"),
        ("get_product", {"item": "moon rock"}, "no product 'moon rock'"),
        ("get_product", {"item": "desk lamp", "option": "pink"}, "comes in black, white, not in 'pink'"),
        ("check_gift_card", {"card_number": "GC-9999"}, "no gift card"),
        ("cancel_order", {"order_id": "W99999", "reason": "found cheaper"}, "no order"),
        ("change_address", {"order_id": "W99999", "address": "1 Mill Lane, Easton 12345"}, "no order"),
        ("change_payment", {"order_id": "W99999", "payment_method": "paypal"}, "no order"),
        ("change_payment", {"order_id": "W10001", "payment_method": "visa-2222"}, "no payment method"),
        ("modify_item", {"order_id": "W10001", "item": "desk lamp", "option": "pink"}, "does not come in"),
        ("modify_item", {"order_id": "W10001", "item": "kettle", "option": "white"}, "has no 'kettle'"),
        ("exchange_item", {"order_id": "W10003", "item": "rain jacket", "option": "pink"}, "does not come in"),
        ("exchange_item", {"order_id": "W99999", "item": "rain jacket", "option": "L"}, "no order"),
        ("return_item", {"order_id": "W10003", "item": "kettle", "reason": "found cheaper"}, "has no"),
        ("replace_item", {"order_id": "W10003", "item": "kettle"}, "has no"),
        ("refund_item", {"order_id": "W10003", "item": "kettle"}, "has no"),
        ("open_claim", {"order_id": "W99999"}, "no order"),
        ("reship_order", {"order_id": "W99999"}, "no order"),
        ("refund_payment", {"payment_id": "P99999"}, "no charge"),
        ("refund_payment", {"payment_id": "R10003"}, "no charge"),
        ("adjust_price", {"order_id": "W10003", "item": "kettle", "amount": 1.0}, "has no"),
        ("issue_credit", {"order_id": "W99999", "amount": 10.0}, "no order"),
        ("open_warranty_claim", {"order_id": "W10003", "item": "kettle"}, "has no"),
        ("transfer_to_human", {"department": "sales"}, "department"),
        ("cancel_order", {"order_id": "W10001", "reason": "just because"}, "reason"),
        ("return_item", {"order_id": "W10003", "item": "rain jacket", "reason": "too big"}, "reason"),
        ("issue_credit", {"order_id": "W10003", "amount": float("nan")}, "amount"),
        ("issue_credit", {"order_id": "W10003", "amount": float("inf")}, "amount"),
        ("issue_credit", {"order_id": "W10003", "amount": 10**400}, "amount"),
    ],
)
def test_a_fault_is_answered_and_changes_nothing(desk, name, arguments, complaint):
    result = TOOLS[name].call(desk, arguments)
    assert set(result) == {"error"}
    assert complaint in result["error"]
    assert desk.database.changes() == {}
    assert desk.customer == "C1000"


@pytest.mark.parametrize("name", ["list_orders", "update_email"])
def test_without_a_verified_customer_there_is_no_account_to_work_on(shop, name):
    desk = shop.desk(None)
    arguments = {"new_email": "a@example.net"} if name == "update_email" else {}
    assert TOOLS[name].call(desk, arguments) == {"error": "no customer is verified yet"}
    assert desk.database.changes() == {}


ARGUMENTS = [(name, argument) for name, each in TOOLS.items() for argument in each.parameters]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_value_of_the_wrong_type_is_answered(desk, name, argument):
    right = next((arguments for tool_name, arguments, *_ in CHANGES if tool_name == name), {})
    kind = TOOLS[name].parameters[argument][0]
    wrong = ["10", None, True, [1], {}] if kind is float else [10, 1.5, None, True, ["W10001"], {}]
    for value in wrong:
        result = TOOLS[name].call(desk, {**right, argument: value})
        assert set(result) == {"error"}
        assert argument in result["error"]
    assert desk.database.changes() == {}


@pytest.mark.parametrize("name", TOOLS)
def test_a_missing_or_an_unknown_argument_is_answered(desk, name):
    right = next((arguments for tool_name, arguments, *_ in CHANGES if tool_name == name), {})
    result = TOOLS[name].call(desk, {**right, "colour": "red"})
    assert "takes no argument 'colour'" in result["error"]
    for argument in TOOLS[name].schema["function"]["parameters"]["required"]:
        rest = {key: value for key, value in right.items() if key != argument}
        assert TOOLS[name].call(desk, rest)["error"].startswith(f"{name} needs ")
    assert desk.database.changes() == {}
