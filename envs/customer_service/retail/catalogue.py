"""The shop's goods, as plain data."""

from dataclasses import dataclass
from typing import Literal

Category = Literal["kitchen", "textile", "outdoor", "electronics", "home"]


@dataclass(frozen=True, slots=True)
class Product:
    """An article of the shop.

    Attributes:
        name: As customers and records call it.
        category: Decides the warranty.
        options: Colours or sizes.
        price: Price of the first option, in dollars.
        step: What each further option costs more, so that no two options cost the same.
        final_sale: It can't be returned.
        held_out: It occurs only in the test split.
    """

    name: str
    category: Category
    options: tuple[str, ...]
    price: float
    step: float
    final_sale: bool = False
    held_out: bool = False


_GOODS = (
    Product("desk lamp", "electronics", ("black", "white", "brass"), 39.90, 4.50),
    Product("rain jacket", "textile", ("S", "M", "L", "XL"), 79.00, 3.50),
    Product("trail shoes", "outdoor", ("39", "40", "41", "42", "43"), 109.00, 2.40),
    Product("espresso machine", "kitchen", ("black", "red", "steel"), 249.00, 15.00),
    Product("wool blanket", "textile", ("grey", "green", "rust"), 64.50, 5.25),
    Product("backpack", "outdoor", ("navy", "olive", "black"), 72.00, 4.00),
    Product("headphones", "electronics", ("black", "silver", "blue"), 129.00, 8.50),
    Product("water bottle", "outdoor", ("green", "clear", "blue"), 18.90, 1.60),
    Product("coffee grinder", "kitchen", ("black", "cream"), 54.90, 5.60),
    Product("yoga mat", "outdoor", ("purple", "grey", "teal"), 34.50, 2.75, final_sale=True),
    Product("kettle", "kitchen", ("white", "steel", "mint"), 42.00, 6.30),
    Product("office chair", "home", ("black", "grey", "blue"), 189.00, 12.50),
    Product("cutting board", "kitchen", ("oak", "walnut"), 29.90, 7.20, final_sale=True),
    Product("table fan", "electronics", ("white", "black"), 36.00, 3.80),
    Product("toaster", "kitchen", ("red", "steel", "cream"), 44.90, 5.10),
    Product("tent", "outdoor", ("green", "orange"), 219.00, 14.00),
    Product("sleeping bag", "outdoor", ("short", "regular", "long"), 89.00, 9.00, final_sale=True),
    Product("travel mug", "outdoor", ("black", "teal", "coral"), 22.50, 1.90),
    Product("wall clock", "home", ("oak", "white", "black"), 48.00, 4.20),
    Product("cast iron skillet", "kitchen", ("small", "medium", "large"), 31.00, 9.50),
    Product("air fryer", "kitchen", ("black", "white"), 99.00, 7.50, held_out=True),
    Product("rice cooker", "kitchen", ("small", "large"), 58.00, 17.00, held_out=True),
    Product("cycling gloves", "textile", ("S", "M", "L"), 26.90, 1.30, final_sale=True, held_out=True),
    Product("floor mirror", "home", ("round", "arched"), 119.00, 16.40, held_out=True),
    Product("camping stove", "outdoor", ("single", "double"), 47.50, 22.00, held_out=True),
    Product("linen shirt", "textile", ("S", "M", "L", "XL"), 52.00, 2.20, held_out=True),
    Product("keyboard", "electronics", ("grey", "white", "black"), 84.00, 6.70, held_out=True),
    Product("garden hose", "outdoor", ("short", "long"), 33.40, 11.80, held_out=True),
    Product("bread knife", "kitchen", ("steel", "olive"), 24.90, 5.40, held_out=True),
    Product("bookshelf", "home", ("pine", "oak", "white"), 139.00, 18.50, held_out=True),
    Product("hiking boots", "outdoor", ("39", "40", "41", "42", "43"), 149.00, 2.90, held_out=True),
    Product("laptop sleeve", "textile", ("navy", "rust", "grey"), 28.00, 2.10, held_out=True),
)

PRODUCTS: dict[str, Product] = {product.name: product for product in _GOODS}
"""Every product by name."""
