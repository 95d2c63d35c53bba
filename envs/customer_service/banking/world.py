"""Making a bank: customers, accounts, cards, and what moved on them. Everything is drawn from one keyed stream."""

from collections.abc import Callable
from typing import Any, TypeVar

from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN, Articles
from dialogue_gym.envs.customer_service.banking.places import RATES, SHOPS
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.database import Database, Row
from dialogue_gym.envs.customer_service.retail.people import POOLS

T = TypeVar("T")
PLANS = ("basic", "plus", "metal")
FIRST_DAY, DAYS = 90, 240
"""The first day on which a conversation may take place, and how many there are."""
LARGEST_LIMIT = {"basic": 800.0, "plus": 2000.0, "metal": 5000.0}
"""Dollars a day that each plan's cards can be set to at most."""
POST_DAYS = {"basic": 9, "plus": 5, "metal": 2}
TRANSFER_DAYS = {"basic": 3, "plus": 1, "metal": 0}
REFUND_DAYS = {"basic": 10, "plus": 7, "metal": 3}
"""How long a new card, a transfer and a merchant's refund take by plan, as the articles say; a test holds the two
together."""
TRANSFER_FEE = {"basic": 4.0, "plus": 2.0, "metal": 1.0}
PERCENT = {
    "payment": {"basic": 1.6, "plus": 0.7, "metal": 0.1},
    "withdrawal": {"basic": 2.0, "plus": 1.0, "metal": 0.5},
}
"""The tariff's fees: dollars for a transfer, and percent of a payment in another currency and of cash."""
PARTIES = {"payment": "merchant", "debit": "merchant", "transfer": "payee", "incoming": "payee"}
"""What names the other side of a transaction, by its kind; cash and top-ups have none."""


class Bank:
    """A bank under construction.

    Args:
        stream: Where all chances come from.
        split: Which people and shops.
        articles: The bank's terms.

    Attributes:
        database: The records so far.
        today: Today's day number.
        owner: Row of the customer whom the episode is about.
    """

    def __init__(self, stream: Stream, split: str, articles: Articles = BUILT_IN) -> None:
        self.stream = stream
        self.split = split
        self.articles = articles
        self.today = FIRST_DAY + stream.below(DAYS)
        names = ("customers", "cards", "transactions", "claims", "rates")
        tables: dict[str, dict[str, Row]] = {name: {} for name in names}
        tables["rates"] = {name: {"rate": round(rate * (1 + stream.below(9) / 100), 2)} for name, rate in RATES.items()}
        self.database = Database(tables)
        self._parties: set[str] = set()
        self._amounts: set[float] = set()
        self.owner = self.customer()

    def customer(self) -> str:
        """A new customer with an account; gives the row."""
        stream, pool, customers = self.stream, POOLS[self.split], self.database.tables["customers"]
        row = f"C{1000 + len(customers) * 997 + stream.below(900)}"
        name, plan = self.person(), stream.choice(PLANS)
        customers[row] = {
            "name": name,
            "email": f"{name.replace(' ', '.')}{stream.below(90) + 10}@example.com".lower(),
            "zip": f"{10_000 + stream.below(90_000)}",
            "address": f"{1 + stream.below(98)} {stream.choice(pool.streets)}, {stream.choice(pool.towns)}",
            "plan": plan,
            "balance": self.amount(),
            "account_number": f"AC{10_000_000 + stream.below(90_000_000)}",
            "passcode": "set",
            "devices": 1,
            "open": True,
        }
        customers[row]["address"] += f" {customers[row]['zip']}"
        return row

    def person(self) -> str:
        """A full name that occurs once."""
        pool = POOLS[self.split]
        return _fresh(lambda: f"{self.stream.choice(pool.first)} {self.stream.choice(pool.last)}", self._parties)

    def amount(self) -> float:
        """A sum of money that occurs once."""
        return _fresh(lambda: round(5 + self.stream.below(39_500) / 100, 2), self._amounts)

    def address(self) -> str:
        """A new address."""
        stream, pool = self.stream, POOLS[self.split]
        town = f"{stream.choice(pool.towns)} {10_000 + stream.below(90_000)}"
        return f"{1 + stream.below(98)} {stream.choice(pool.streets)}, {town}"

    def card(self, kind: str = "physical", customer: str = "", **state: Any) -> str:
        """A new card: active, with a working PIN and contactless, unless `state` says otherwise. Gives its row."""
        stream, cards = self.stream, self.database.tables["cards"]
        brand = stream.choice(("visa", "mastercard"))
        digits = {row[-4:] for row in cards}
        number = f"{1000 + stream.below(9000)}"
        while number in digits or number[0] + number[2] + number[1] + number[3] in digits:
            number = f"{1000 + stream.below(9000)}"
        cards[f"{brand}-{number}"] = {
            "customer": customer or self.owner,
            "kind": kind,
            "status": "active",
            "pin": "working",
            "contactless": True,
            "limit": 500.0,
            **state,
        }
        return f"{brand}-{number}"

    def transaction(self, kind: str, *, days: int, customer: str = "", **state: Any) -> str:
        """A new transaction of some days ago: settled, unless `state` says otherwise. Gives its row.

        Args:
            kind: payment, debit, withdrawal, transfer, incoming, top_up or deposit.
            days: How long ago it was.
            customer: Whose it is; empty for the owner's.
            state: Further fields. Whole numbers of fields that end in "_date" are days from today.
        """
        row = f"T{10_000 + len(self.database.tables['transactions']) * 331 + self.stream.below(300)}"
        fields: Row = {"customer": customer or self.owner, "kind": kind, "amount": self.amount()}
        party = PARTIES.get(kind)
        if party is not None:
            shops = SHOPS[self.split]
            person = party == "payee"
            fields[party] = self.person() if person else _fresh(lambda: self.stream.choice(shops), self._parties)
        fields |= {"day": self.today - days, "status": "settled"}
        fields |= {name: iso(self.today + value) if name.endswith("_date") else value for name, value in state.items()}
        self.database.tables["transactions"][row] = fields
        return row

    def tariff(self, kind: str, amount: float) -> float:
        """The fee that the tariff of the owner's plan sets for a payment, withdrawal or transfer."""
        plan = self.database.tables["customers"][self.owner]["plan"]
        return TRANSFER_FEE[plan] if kind == "transfer" else max(0.01, round(amount * PERCENT[kind][plan] / 100, 2))

    def again(self, transaction: str) -> str:
        """The same transaction once more; gives its row."""
        rows = self.database.tables["transactions"]
        row = f"T{10_000 + len(rows) * 331 + self.stream.below(300)}"
        rows[row] = dict(rows[transaction])
        return row


def _fresh(draw: Callable[[], T], taken: set[T]) -> T:
    """The first draw that was not taken before."""
    while (drawn := draw()) in taken:
        pass
    taken.add(drawn)
    return drawn
