"""The attributes that items have and tastes are about: one value of each facet per item."""

from collections.abc import Mapping
from typing import Final

CATEGORIES: Final = ("film", "series", "book", "game", "album", "news", "kitchen", "outdoor", "gadget")
THEMES: Final = ("nature", "crime", "history", "technology", "romance", "sport", "food", "travel", "science", "family")
TONES: Final = ("funny", "thrilling", "cosy", "serious", "inspiring")
STYLES: Final = ("classic", "modern", "handmade", "minimal")

FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "category": CATEGORIES,
    "theme": THEMES,
    "tone": TONES,
    "style": STYLES,
}
"""Facet to its values. All values of all facets are different words."""

TAGS: Final = tuple(tag for values in FACETS.values() for tag in values)
"""All attribute values, in the order of the facets: the dimensions of a taste."""
TAG_NUMBER: Final[Mapping[str, int]] = {tag: number for number, tag in enumerate(TAGS)}
FACET_OF: Final[Mapping[str, str]] = {tag: facet for facet, values in FACETS.items() for tag in values}

PRICES: Final[Mapping[str, tuple[float, float]]] = {
    "film": (3.0, 15.0),
    "series": (5.0, 25.0),
    "book": (6.0, 30.0),
    "game": (8.0, 60.0),
    "album": (6.0, 18.0),
    "news": (0.0, 0.0),
    "kitchen": (12.0, 120.0),
    "outdoor": (15.0, 200.0),
    "gadget": (15.0, 250.0),
}
"""Lowest and highest price of a category; news cost nothing."""
GOODS: Final = frozenset({"kitchen", "outdoor", "gadget"})
"""Categories of things that can be sold out."""
