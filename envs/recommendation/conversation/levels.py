"""What makes a conversation easy or hard, and the sizes that are the same for all."""

from collections.abc import Mapping
from typing import Final, NamedTuple

LIST: Final = 3
"""Items that a user looks at in one recommendation; what comes after them is a fault."""
TURNS: Final = 40
"""The default turn limit."""
TAKES: Final = 0.3
"""Enjoyment from which a user takes an item that was explained to them."""
WORTH_HAVING: Final = 0.55
"""Enjoyment that the best item for a wish gives at least: people look for what exists."""
WONDERS: Final = 2
"""Questions that a user has about an item before they take it."""


class Level(NamedTuple):
    """A difficulty.

    Attributes:
        wishes: How many things the user is looking for, one after the other; fewer where few kinds please them.
        tells_category: Chance that they say by themselves which kind of thing they look for.
        tells: Chance that they say by themselves, of each other thing that can be asked, what it is.
        by_name: Share of themes that they call by their name; the others they describe.
        unsure: Chance that they have no answer to a question.
        forgets: Chance that they tell one of the two themes they like only.
        changes: Chance that they want another mood, or can spend less, after a first recommendation.
        budget: Chance that a wish has a price limit.
        quirks: What remains of the likings that nobody asks for.
        patience: What they put up with for a wish, see `Shopper`.
        nlu_error: Measured share of the user's acts that the text listener misses on val wording.
        listed: Share of an item's attributes that its list of tags names; the others are in its words only.
        had: Share of the catalogue that they know already. Real people know what is recorded of them, at every level.
    """

    wishes: int
    tells_category: float
    tells: float
    by_name: float
    unsure: float
    forgets: float
    changes: float
    budget: float
    quirks: float
    patience: float
    nlu_error: float
    listed: float
    had: float


LEVELS: Final[Mapping[str, Level]] = {
    "easy": Level(2, 1.0, 0.12, 1.0, 0.0, 0.0, 0.0, 0.3, 0.3, 5.2, 0.01, 1.0, 0.0),
    "medium": Level(3, 0.8, 0.2, 0.7, 0.1, 0.3, 0.3, 0.5, 0.6, 6.5, 0.06, 0.8, 0.05),
    "hard": Level(3, 0.4, 0.2, 0.5, 0.25, 0.6, 0.6, 0.7, 1.0, 6.0, 0.1, 0.5, 0.1),
}
