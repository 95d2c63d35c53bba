"""Where the bank's customers spend their money. Shops and countries of the test split occur in no other."""

_EARLY_SHOPS = tuple(
    """Barlow Books;Copper Kettle Cafe;Delmar Fuel;Easel and Ink;Fennimore Foods;Greenleaf Garden Centre;Halden Hotel;
    Ivory Dental;Juniper Pharmacy;Kestrel Airlines;Larkspur Florist;Mistral Pizza;Northgate Cinema;Oakwood Furniture;
    Pelican Parking;Quickstep Shoes;Rowan Records;Saffron Grill;Tidewater Tickets;Umber Clothing;Velvet Cosmetics;
    Windmill Bakery;Yellow Cab Collective;Zephyr Bikes""".replace("\n    ", "").split(";")
)
_LATE_SHOPS = tuple(
    """Amberline Trains;Birch and Bone;Cobalt Electronics;Dunlin Outdoor;Elmtree Vets;Foxglove Toys;Gilded Spoon;
    Harrow Hardware;Indigo Music Store;Jackdaw Jewellers;Kiln Ceramics;Lantern Lodge;Marigold Market;Nutmeg Deli;
    Osprey Car Rental;Pinecrest Spa""".replace("\n    ", "").split(";")
)
SHOPS = {"train": _EARLY_SHOPS, "val": _EARLY_SHOPS, "test": _LATE_SHOPS}
"""Merchants by split."""

_EARLY_COUNTRIES = (
    "Austria", "Brazil", "Canada", "Denmark", "France", "Germany", "India", "Italy", "Kenya", "Mexico", "Norway",
    "Poland", "Spain", "Thailand", "Turkey",
)  # fmt: skip
_LATE_COUNTRIES = ("Argentina", "Belgium", "Chile", "Finland", "Greece", "Indonesia", "Latvia", "Morocco", "Portugal")
COUNTRIES = {"train": _EARLY_COUNTRIES, "val": _EARLY_COUNTRIES, "test": _LATE_COUNTRIES}
"""Countries by split."""

RATES = {
    "euros": 1.09, "pounds": 1.27, "yen": 0.01, "francs": 1.13, "kronor": 0.09, "zloty": 0.25, "pesos": 0.05,
    "rupees": 0.02, "dirhams": 0.27, "lira": 0.03,
}  # fmt: skip
"""Dollars for one of each currency, give or take what a day brings."""
CURRENCIES = tuple(RATES)
