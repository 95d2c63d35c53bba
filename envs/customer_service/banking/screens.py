"""The bank desk's tools that look things up, and the ones that choose an answer and hand over."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from dialogue_gym.envs.customer_service.banking.articles import Articles
from dialogue_gym.envs.customer_service.banking.kinds import KINDS
from dialogue_gym.envs.customer_service.banking.world import LARGEST_LIMIT
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.tools import Desk, Result, Tool, ToolError, tool

_UNSHOWN = frozenset({"customer", "day"})
_TEMPLATES = files("dialogue_gym.envs.customer_service.banking").joinpath("templates.json")


@lru_cache(maxsize=1)
def templates() -> dict[str, str]:
    """The desk's answer templates by kind of matter; a fact's name in braces stands for its value."""
    texts: dict[str, str] = json.loads(_TEMPLATES.read_text(encoding="utf-8"))
    return texts


@tool(private=False)
def find_customer(desk: Desk, email: str = "", name: str = "", zip: str = "") -> Result:
    """Verifies a customer's identity, by postcode and either email or full name.

    Args:
        email: Email address of the account.
        name: First and last name.
        zip: Postcode of the account's address.
    """
    wanted = {**({"email": email.lower()} if email else {"name": name.lower()}), "zip": zip}
    if all(wanted.values()):
        for key, row in desk.database.tables["customers"].items():
            if all(row[field].lower() == value for field, value in wanted.items()):
                desk.customer = key
                return {"customer": key, "verified": row["name"]}
    raise ToolError("nobody matches: check the postcode, and the email or the full name")


@tool()
def get_account(desk: Desk) -> Result:
    """Shows the verified customer's account: plan, balance, number."""
    row = _owner(desk)
    return {
        "plan": row["plan"],
        "balance": row["balance"],
        "account_number": row["account_number"],
        "largest_limit": LARGEST_LIMIT[row["plan"]],
    }


@tool()
def list_cards(desk: Desk) -> Result:
    """Lists the verified customer's cards: kind, status, PIN, contactless, daily limit, delivery."""
    _owner(desk)
    cards = []
    for key, row in desk.database.tables["cards"].items():
        if row["customer"] == desk.customer:
            shown = {"card": key, **{name: value for name, value in row.items() if name not in ("customer", "due")}}
            if "due" in row:
                shown |= {"delivery_date": iso(row["due"]), "days_late": max(0, desk.today - row["due"])}
            cards.append(shown)
    return {"cards": cards}


@tool()
def list_payments(desk: Desk) -> Result:
    """Lists the verified customer's card payments and direct debits."""
    return {"payments": _transactions(desk, "payment", "debit")}


@tool()
def list_withdrawals(desk: Desk) -> Result:
    """Lists the verified customer's cash withdrawals."""
    return {"withdrawals": _transactions(desk, "withdrawal")}


@tool()
def list_transfers(desk: Desk) -> Result:
    """Lists the verified customer's transfers, out (transfer) and in (incoming)."""
    return {"transfers": _transactions(desk, "transfer", "incoming")}


@tool()
def list_top_ups(desk: Desk) -> Result:
    """Lists the verified customer's top-ups, and deposits of cash and cheques."""
    return {"top_ups": _transactions(desk, "top_up", "deposit")}


@tool(private=False)
def get_rate(desk: Desk, currency: str) -> Result:
    """Shows today's price of a currency, in dollars.

    Args:
        currency: Its name in the plural, such as euros.
    """
    row = desk.database.get("rates", currency)
    if row is None:
        raise ToolError(f"no currency {currency[:40]!r}, only {', '.join(desk.database.tables['rates'])}")
    return {"currency": currency, "rate": row["rate"]}


def search_in(articles: Articles) -> Tool:
    """The tool that searches a bank's articles."""

    @tool(private=False)
    def search_kb(desk: Desk, query: str) -> Result:
        """Searches the bank's articles and opens the three best matches.

        Args:
            query: What to look for, in words.
        """
        return {"today": iso(desk.today), "articles": articles.search(query)}

    return search_kb


@tool(private=False)
def use_template(desk: Desk, template: Literal[KINDS]) -> Result:  # type: ignore[valid-type]
    """Chooses the answer template of the customer's matter and files the conversation under it.

    Args:
        template: What the matter is.
    """
    return {"template": template, "says": templates()[template]}


@tool(private=False)
def transfer_to_human(desk: Desk, department: Literal["fraud", "verification"]) -> Result:
    """Hands the conversation over to a person; it ends here.

    Args:
        department: fraud for cash that somebody else drew, verification where identity can't be proved in the app.
    """
    return {"transferred": department}


def _owner(desk: Desk) -> Row:
    row = desk.database.get("customers", desk.customer or "")
    if row is None:
        raise ToolError("no customer is verified yet")
    return row


def _transactions(desk: Desk, *kinds: str) -> list[dict[str, Any]]:
    """The verified customer's transactions of some kinds, latest last."""
    _owner(desk)
    found = [
        (row["day"], key, row)
        for key, row in desk.database.tables["transactions"].items()
        if row["customer"] == desk.customer and row["kind"] in kinds
    ]
    return [
        {
            "transaction_id": key,
            "date": iso(day),
            "days_ago": desk.today - day,
            **{name: value for name, value in row.items() if name not in _UNSHOWN},
        }
        for day, key, row in sorted(found, key=lambda each: each[:2])
    ]
