"""What makes an episode easy or hard, and the sizes that are the same for all."""

from collections.abc import Mapping
from typing import Final, NamedTuple

PLACES: Final = 4
"""Items of a slate."""
CANDIDATES: Final = 12
"""Items on offer each round."""
ROUNDS: Final = 40
"""The default turn limit."""


class Level(NamedTuple):
    """A difficulty.

    Attributes:
        listed: Share of an item's attributes that its list of tags names; the others are in its words only.
        themes: How many liked themes the user names when they come.
        by_name: Share of themes that they call by their name; the others they describe.
        kind: Chance that they name a category they like too.
        tone: Chance that they then name a tone too.
        avoids: Chance that they name the theme to avoid.
        quirks: What remains of the likings and dislikings that they don't name.
        boredom: What a unit of recent consumption takes from utility and joy.
        taste_weight: What a unit of taste adds to the utility of opening: how clearly clicks tell the taste.
        drift: How far a taste moves with an enjoyed item.
    """

    listed: float
    themes: int
    by_name: float
    kind: float
    tone: float
    avoids: float
    quirks: float
    boredom: float
    taste_weight: float
    drift: float


LEVELS: Final[Mapping[str, Level]] = {
    "easy": Level(1.0, 2, 1.0, 1.0, 1.0, 1.0, 0.3, 0.2, 1.2, 0.0),
    "medium": Level(0.8, 2, 0.7, 0.5, 0.5, 0.5, 0.8, 0.45, 1.0, 0.04),
    "hard": Level(0.5, 1, 0.5, 0.2, 0.0, 0.0, 1.0, 0.6, 0.8, 0.08),
}
