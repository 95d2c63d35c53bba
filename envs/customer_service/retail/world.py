"""Making a shop: customers, orders, items, payments, parcels, stock. Everything is drawn from one keyed stream."""

from collections.abc import Sequence

from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.database import Database, Row
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS, Product
from dialogue_gym.envs.customer_service.retail.people import POOLS

GOODS = {
    "train": tuple(p for p in PRODUCTS.values() if not p.held_out),
    "val": tuple(p for p in PRODUCTS.values() if not p.held_out),
    "test": tuple(p for p in PRODUCTS.values() if p.held_out),
}
"""What customers of each split have bought: the test customers' goods occur in no other split."""

_SHELF = {
    f"{p.name}/{option}": {"item": p.name, "option": option, "price": round(p.price + i * p.step, 2), "stock": True}
    for p in PRODUCTS.values()
    for i, option in enumerate(p.options)
}


class World:
    """A shop under construction.

    Args:
        stream: Where all chances come from.
        split: Which people and goods.

    Attributes:
        database: The records so far.
        today: Today's day number.
        owner: Row of the customer whom the episode is about.
    """

    def __init__(self, stream: Stream, split: str) -> None:
        self.stream = stream
        self.split = split
        self.today = 90 + stream.below(240)
        self._unsold = list(GOODS[split])
        tables: dict[str, dict[str, Row]] = {
            name: {} for name in ("customers", "orders", "items", "payments", "gift_cards", "claims")
        }
        tables["products"] = dict(_SHELF)
        self.database = Database(tables)
        self.owner = self.customer()

    def customer(self) -> str:
        """A new customer with two cards or accounts; gives the row."""
        stream, pool = self.stream, POOLS[self.split]
        customers = self.database.tables["customers"]
        first, last = stream.choice(pool.first), stream.choice(pool.last)
        key = f"C{1000 + stream.below(9000)}"
        while key in customers:
            key = f"C{1000 + stream.below(9000)}"
        digits = str(stream.below(90) + 10) if stream.chance(0.3) else ""
        address, code = self.address()
        customers[key] = {
            "name": f"{first} {last}",
            "email": f"{first}.{last}{digits}@example.com".lower(),
            "zip": code,
            "address": address,
            "payment_methods": [self._card(), "paypal" if stream.chance(0.5) else self._card()],
        }
        return key

    def address(self) -> tuple[str, str]:
        """A new address and its postcode."""
        stream, pool = self.stream, POOLS[self.split]
        code = str(10_000 + stream.below(90_000))
        return f"{1 + stream.below(98)} {stream.choice(pool.streets)}, {stream.choice(pool.towns)} {code}", code

    def product(self) -> Product:
        """A product that nobody in this shop has ordered yet, so that an item's name finds its order."""
        unsold = self._unsold
        i = self.stream.below(len(unsold))
        unsold[i], unsold[-1] = unsold[-1], unsold[i]
        return unsold.pop()

    def order(
        self,
        status: str,
        products: Sequence[Product],
        *,
        placed: int,
        delivered: int | None = None,
        parcel: str | None = None,
        days_late: int = 0,
        customer: str | None = None,
    ) -> str:
        """A new order of one of each product; days count back from today. Gives its number."""
        stream, tables = self.stream, self.database.tables
        key = self.number()
        customer = customer or self.owner
        owner = tables["customers"][customer]
        total = 0.0
        for product in products:
            option = stream.choice(product.options)
            price = tables["products"][f"{product.name}/{option}"]["price"]
            total += price
            tables["items"][f"{key}/{product.name}"] = {
                "order": key,
                "item": product.name,
                "option": option,
                "price": price,
                "final_sale": product.final_sale,
                "status": "ordered",
            }
        expected = self.today - delivered if delivered is not None else self.today + 2 + stream.below(5)
        tables["orders"][key] = {
            "customer": customer,
            "status": status,
            "placed": self.today - placed,
            "delivered": None if delivered is None else self.today - delivered,
            "address": owner["address"],
            "payment_method": owner["payment_methods"][0],
            "total": round(total, 2),
            "parcel": parcel,
            "expected": expected,
            "days_late": days_late,
        }
        self.payment(key, "charge", round(total, 2), self.today - placed)
        return key

    def reprice(self, item: str, option: str, price: float) -> None:
        """Gives a variant another price than the catalogue's."""
        self._variant(item, option)["price"] = price

    def restock(self, item: str, option: str, stock: bool) -> None:
        """Says whether a variant is in stock."""
        self._variant(item, option)["stock"] = stock

    def _variant(self, item: str, option: str) -> Row:
        """A variant's row, made this shop's own: the shelf is shared between all shops."""
        products = self.database.tables["products"]
        key = f"{item}/{option}"
        products[key] = dict(products[key])
        return products[key]

    def payment(self, order: str, kind: str, amount: float, day: int) -> str:
        """A new payment; gives its row."""
        payments = self.database.tables["payments"]
        key = f"P{order[1:]}{len(payments)}"
        payments[key] = {"order": order, "kind": kind, "amount": amount, "day": day}
        return key

    def gift_card(self, balance: float, owner: str | None = None) -> str:
        """A new gift card, on an account if one is given."""
        cards = self.database.tables["gift_cards"]
        key = f"GC-{1000 + self.stream.below(9000)}"
        while key in cards:
            key = f"GC-{1000 + self.stream.below(9000)}"
        cards[key] = {"balance": balance}
        if owner is not None:
            self.database.tables["customers"][owner]["payment_methods"].append(key)
        return key

    def number(self) -> str:
        """An order number that is not taken."""
        while True:
            key = f"W{10_000 + self.stream.below(90_000)}"
            if key not in self.database.tables["orders"]:
                return key

    def item(self, order: str) -> Row:
        """The first line of an order."""
        return next(line for line in self.database.tables["items"].values() if line["order"] == order)

    def other_option(self, line: Row) -> str:
        """Another colour or size of an item."""
        return self.stream.choice([o for o in PRODUCTS[line["item"]].options if o != line["option"]])

    def _card(self) -> str:
        return f"{self.stream.choice(('visa', 'mastercard'))}-{1000 + self.stream.below(9000)}"
