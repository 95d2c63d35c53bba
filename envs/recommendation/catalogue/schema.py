"""The attributes that items have and tastes are about: one value of each facet per item."""

from collections.abc import Mapping
from typing import Final


class Schema:
    """The attributes of a catalogue, facet by facet. All values of all facets are different words.

    Args:
        facets: Facet to its values.

    Attributes:
        facets: The same.
        tags: All values, in the order of the facets: the dimensions of a taste.
        number: Value to its place in `tags`.
        facet_of: Value to its facet.
    """

    def __init__(self, facets: Mapping[str, tuple[str, ...]]) -> None:
        self.facets = facets
        self.tags = tuple(tag for values in facets.values() for tag in values)
        self.number: Mapping[str, int] = {tag: number for number, tag in enumerate(self.tags)}
        self.facet_of: Mapping[str, str] = {tag: facet for facet, values in facets.items() for tag in values}

    def __deepcopy__(self, memo: dict[int, object]) -> "Schema":
        return self  # nothing about it changes


CATEGORIES: Final = ("film", "series", "book", "game", "album", "news", "kitchen", "outdoor", "gadget")
THEMES: Final = ("nature", "crime", "history", "technology", "romance", "sport", "food", "travel", "science", "family")
TONES: Final = ("funny", "thrilling", "cosy", "serious", "inspiring")
STYLES: Final = ("classic", "modern", "handmade", "minimal")

BUILTIN: Final = Schema({"category": CATEGORIES, "theme": THEMES, "tone": TONES, "style": STYLES})
FACETS: Final = BUILTIN.facets
TAGS: Final = BUILTIN.tags
TAG_NUMBER: Final = BUILTIN.number
FACET_OF: Final = BUILTIN.facet_of

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
