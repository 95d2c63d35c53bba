"""The shop desk's tools. Each does what it is told if it technically can; the policy says when to tell it."""

from typing import Literal

from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.retail.articles import search
from dialogue_gym.envs.customer_service.retail.calendar import iso
from dialogue_gym.envs.customer_service.tools import Desk, Result, ToolError, tool, toolbox

DAYS_TO_SHIP = 4
"""Standard delivery time, in days."""


@tool(private=False)
def find_customer(desk: Desk, email: str = "", name: str = "", zip: str = "") -> Result:
    """Verifies a customer's identity, by email or by full name and postcode.

    Args:
        email: Email address of the account.
        name: First and last name.
        zip: Postcode of the account's address.
    """
    for key, row in desk.database.tables["customers"].items():
        by_email = bool(email) and row["email"] == email.lower()
        by_name = bool(name and zip) and row["name"].lower() == name.lower() and row["zip"] == zip
        if by_email or by_name:
            desk.customer = key
            return {
                "customer": key,
                "name": row["name"],
                "email": row["email"],
                "payment_methods": row["payment_methods"],
            }
    raise ToolError("no account matches: check the email, or the full name and postcode")


@tool()
def list_orders(desk: Desk) -> Result:
    """Lists the verified customer's orders."""
    if desk.customer is None:
        raise ToolError("no customer is verified yet")
    tables = desk.database.tables
    orders = []
    for key, order in tables["orders"].items():
        if order["customer"] == desk.customer:
            names = [item["item"] for item in tables["items"].values() if item["order"] == key]
            orders.append({"order_id": key, "status": order["status"], "items": names})
    return {"orders": orders}


@tool()
def get_order(desk: Desk, order_id: str) -> Result:
    """Shows an order: status, dates, items, payment.

    Args:
        order_id: Number of the order, such as W40213.
    """
    order = _order(desk, order_id)
    items = [
        {"item": i["item"], "option": i["option"], "price": i["price"], "status": i["status"]}
        | ({"final_sale": True} if i["final_sale"] else {})
        for i in desk.database.tables["items"].values()
        if i["order"] == order_id
    ]
    result = {
        "order_id": order_id,
        "customer": order["customer"],
        "status": order["status"],
        "placed_days_ago": desk.today - order["placed"],
        "total": order["total"],
        "payment_method": order["payment_method"],
        "address": order["address"],
        "items": items,
    }
    if order["delivered"] is not None:
        result["delivered_days_ago"] = desk.today - order["delivered"]
    return result


@tool()
def track_parcel(desk: Desk, order_id: str) -> Result:
    """Shows where an order's parcel is, when it comes or came, and how many days late it is.

    Args:
        order_id: Number of the order.
    """
    order = _order(desk, order_id)
    if order["parcel"] is None:
        raise ToolError(f"order {order_id} has not been sent yet")
    return {"parcel": order["parcel"], "delivery_date": iso(order["expected"]), "days_late": order["days_late"]}


@tool(private=False)
def get_product(desk: Desk, item: str, option: str = "") -> Result:
    """Shows price and availability of a product in one option, or of all its options.

    Args:
        item: Name of the product.
        option: Colour or size; leave it out to see all.
    """
    variants = {
        row["option"]: {"price": row["price"], "stock": row["stock"]}
        for row in desk.database.tables["products"].values()
        if row["item"] == item
    }
    if not variants:
        raise ToolError(f"no product {item!r}")
    if not option:
        return {"item": item, "options": variants}
    if option not in variants:
        raise ToolError(f"{item} comes in {', '.join(variants)}, not in {option!r}")
    return {"item": item, "option": option, **variants[option]}


@tool()
def list_payments(desk: Desk, order_id: str) -> Result:
    """Lists an order's charges and refunds.

    Args:
        order_id: Number of the order.
    """
    _order(desk, order_id)
    payments = [(key, p) for key, p in desk.database.tables["payments"].items() if p["order"] == order_id]
    result: Result = {
        "payments": [
            {"payment_id": key, "kind": p["kind"], "amount": p["amount"], "date": iso(p["day"])} for key, p in payments
        ]
    }
    for _, payment in payments:
        if payment["kind"] == "refund":
            result |= {"refund_amount": payment["amount"], "refund_date": iso(payment["day"])}
    return result


@tool(private=False)
def check_gift_card(desk: Desk, card_number: str) -> Result:
    """Shows the balance of a gift card.

    Args:
        card_number: Number of the card, such as GC-4711.
    """
    card = desk.database.get("gift_cards", card_number)
    if card is None:
        raise ToolError(f"no gift card {card_number[:40]!r}")
    return {"card_number": card_number, "balance": card["balance"]}


@tool(private=False)
def search_kb(desk: Desk, query: str) -> Result:
    """Searches the shop's articles and opens the two best matches.

    Args:
        query: What to look for, in words.
    """
    return {"articles": search(query)}


@tool(changes=True)
def cancel_order(
    desk: Desk, order_id: str, reason: Literal["no longer needed", "ordered by mistake", "found cheaper"]
) -> Result:
    """Cancels an order and refunds its total.

    Args:
        order_id: Number of the order.
        reason: Why, as the customer gave it.
    """
    order = _order(desk, order_id)
    desk.database.set("orders", order_id, "status", "cancelled")
    desk.database.set("orders", order_id, "reason", reason)
    return _done("cancel_order", refund_amount=order["total"])


@tool(changes=True)
def change_address(desk: Desk, order_id: str, address: str) -> Result:
    """Sends an order to another address.

    Args:
        order_id: Number of the order.
        address: New address: number, street, city, postcode.
    """
    _order(desk, order_id)
    desk.database.set("orders", order_id, "address", address)
    return _done("change_address")


@tool(changes=True)
def change_payment(desk: Desk, order_id: str, payment_method: str) -> Result:
    """Moves an order's payment to another method of the customer.

    Args:
        order_id: Number of the order.
        payment_method: As the account lists it, such as visa-4242, paypal or GC-4711.
    """
    order = _order(desk, order_id)
    customer = desk.database.get("customers", order["customer"])
    if customer is None or payment_method not in customer["payment_methods"]:
        raise ToolError(f"the account has no payment method {payment_method[:40]!r}")
    desk.database.set("orders", order_id, "payment_method", payment_method)
    return _done("change_payment")


@tool(changes=True)
def modify_item(desk: Desk, order_id: str, item: str, option: str) -> Result:
    """Changes colour or size of an item in an order that has not been sent.

    Args:
        order_id: Number of the order.
        item: Name of the item.
        option: New colour or size.
    """
    return _swap(desk, "modify_item", order_id, item, option, "ordered")


@tool(changes=True)
def return_item(
    desk: Desk, order_id: str, item: str, reason: Literal["no longer needed", "ordered by mistake", "found cheaper"]
) -> Result:
    """Takes back a delivered item and refunds its price.

    Args:
        order_id: Number of the order.
        item: Name of the item.
        reason: Why, as the customer gave it.
    """
    key, line = _line(desk, order_id, item)
    desk.database.set("items", key, "status", "returned")
    desk.database.set("items", key, "reason", reason)
    return _done("return_item", refund_amount=line["price"])


@tool(changes=True)
def exchange_item(desk: Desk, order_id: str, item: str, option: str) -> Result:
    """Swaps a delivered item for another colour or size.

    Args:
        order_id: Number of the order.
        item: Name of the item.
        option: New colour or size.
    """
    return _swap(desk, "exchange_item", order_id, item, option, "exchanged")


@tool(changes=True)
def replace_item(desk: Desk, order_id: str, item: str) -> Result:
    """Sends a damaged item again, free of charge.

    Args:
        order_id: Number of the order.
        item: Name of the item.
    """
    key, _ = _line(desk, order_id, item)
    desk.database.set("items", key, "status", "replaced")
    return _done("replace_item", delivery_date=iso(desk.today + DAYS_TO_SHIP))


@tool(changes=True)
def refund_item(desk: Desk, order_id: str, item: str) -> Result:
    """Refunds a damaged item, which the customer keeps.

    Args:
        order_id: Number of the order.
        item: Name of the item.
    """
    key, line = _line(desk, order_id, item)
    desk.database.set("items", key, "status", "refunded")
    return _done("refund_item", refund_amount=line["price"])


@tool(changes=True)
def open_claim(desk: Desk, order_id: str) -> Result:
    """Opens a claim with the carrier for a lost parcel.

    Args:
        order_id: Number of the order.
    """
    _order(desk, order_id)
    number = _claim_number(order_id, 3)
    desk.database.insert("claims", number, {"order": order_id, "kind": "lost parcel"})
    return _done("open_claim", claim_number=number)


@tool(changes=True)
def reship_order(desk: Desk, order_id: str) -> Result:
    """Sends a lost order again.

    Args:
        order_id: Number of the order.
    """
    _order(desk, order_id)
    desk.database.set("orders", order_id, "reshipped", True)
    return _done("reship_order", delivery_date=iso(desk.today + DAYS_TO_SHIP))


@tool(changes=True)
def refund_payment(desk: Desk, payment_id: str) -> Result:
    """Gives back a charge.

    Args:
        payment_id: As list_payments shows it.
    """
    payment = desk.database.get("payments", payment_id)
    if payment is None or payment["kind"] != "charge":
        raise ToolError(f"no charge {payment_id[:40]!r}")
    desk.database.set("payments", payment_id, "kind", "refunded charge")
    return _done("refund_payment", refund_amount=payment["amount"])


@tool(changes=True)
def adjust_price(desk: Desk, order_id: str, item: str, amount: float) -> Result:
    """Pays back the difference after a price drop.

    Args:
        order_id: Number of the order.
        item: Name of the item.
        amount: Difference in dollars between what was paid and today's price.
    """
    key, _ = _line(desk, order_id, item)
    desk.database.set("items", key, "credited", amount)
    return _done("adjust_price", credit_amount=amount)


@tool(changes=True)
def issue_credit(desk: Desk, order_id: str, amount: float) -> Result:
    """Credits the customer for a late delivery.

    Args:
        order_id: Number of the order.
        amount: Dollars.
    """
    _order(desk, order_id)
    desk.database.set("orders", order_id, "credited", amount)
    return _done("issue_credit", credit_amount=amount)


@tool(changes=True)
def open_warranty_claim(desk: Desk, order_id: str, item: str) -> Result:
    """Opens a warranty claim for an item that stopped working.

    Args:
        order_id: Number of the order.
        item: Name of the item.
    """
    _line(desk, order_id, item)
    number = _claim_number(order_id, 7)
    desk.database.insert("claims", number, {"order": order_id, "kind": "warranty", "item": item})
    return _done("open_warranty_claim", claim_number=number)


@tool(changes=True)
def update_email(desk: Desk, new_email: str) -> Result:
    """Changes the verified customer's email address.

    Args:
        new_email: The new address.
    """
    if desk.customer is None:
        raise ToolError("no customer is verified yet")
    desk.database.set("customers", desk.customer, "email", new_email.lower())
    return _done("update_email")


@tool(private=False)
def transfer_to_human(desk: Desk, department: Literal["safety", "business"]) -> Result:
    """Hands the conversation over to a person; it ends here.

    Args:
        department: safety for injuries and hazards, business for company accounts.
    """
    return {"transferred": department}


TOOLS = toolbox(
    [
        find_customer,
        list_orders,
        get_order,
        track_parcel,
        get_product,
        list_payments,
        check_gift_card,
        search_kb,
        cancel_order,
        change_address,
        change_payment,
        modify_item,
        return_item,
        exchange_item,
        replace_item,
        refund_item,
        open_claim,
        reship_order,
        refund_payment,
        adjust_price,
        issue_credit,
        open_warranty_claim,
        update_email,
        transfer_to_human,
    ]
)


def _done(name: str, **facts: object) -> Result:
    return {"done": name, **facts}


def _order(desk: Desk, order_id: str) -> Row:
    order = desk.database.get("orders", order_id)
    if order is None:
        raise ToolError(f"no order {order_id[:40]!r}")
    return order


def _line(desk: Desk, order_id: str, item: str) -> tuple[str, Row]:
    _order(desk, order_id)
    key = f"{order_id}/{item}"
    line = desk.database.get("items", key)
    if line is None:
        raise ToolError(f"order {order_id} has no {item[:40]!r}")
    return key, line


def _swap(desk: Desk, name: str, order_id: str, item: str, option: str, status: str) -> Result:
    key, line = _line(desk, order_id, item)
    variant = desk.database.get("products", f"{item}/{option}")
    if variant is None:
        raise ToolError(f"{item} does not come in {option[:40]!r}")
    difference = round(variant["price"] - line["price"], 2)
    desk.database.set("items", key, "option", option)
    desk.database.set("items", key, "status", status)
    return _done(name, price_difference=difference)


def _claim_number(order_id: str, factor: int) -> str:
    """A claim's number follows from the order's, so that the same acts give the same records."""
    return f"C-{int(order_id[1:]) * factor % 90_000 + 10_000}"
