"""How numbers become slates: a candidate for each place, or one strategy for the whole slate."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Discrete, MultiDiscrete, Space

from dialogue_gym.envs.recommendation.slates.levels import CANDIDATES, PLACES
from dialogue_gym.errors import ConfigurationError

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.slates.tracker import SlateTracker

ACTIONS: Final = ("places", "strategies")


class ByPlace:
    """`MultiDiscrete`: for each place 0 (empty) or a candidate's number. A candidate stands where it comes first."""

    space: Space[Any] = MultiDiscrete([CANDIDATES + 1] * PLACES)
    names = tuple(
        f"{place}:{candidate or 'empty'}" for place in range(1, PLACES + 1) for candidate in range(CANDIDATES + 1)
    )

    def mask(self, tracker: "SlateTracker") -> npt.NDArray[np.int8]:
        """int8 (PLACES × (CANDIDATES + 1),): all but what is sold out."""
        mask = np.ones((PLACES, CANDIDATES + 1), np.int8)
        sold_out = tracker.rows[:, -2]
        if sold_out.any():
            mask[:, 1:] = sold_out == 0.0
        return mask.reshape(-1)

    def order(self, action: Any, tracker: "SlateTracker") -> list[int]:
        """The candidates that are named, in order; duplicates stay, for the task to count."""
        return [int(number) - 1 for number in action if number and tracker.mask[number]]

    def number(self, order: Sequence[int], tracker: "SlateTracker") -> Any:
        """The numbers of an order's places."""
        numbers = [candidate + 1 for candidate in order[:PLACES]]
        return np.array(numbers + [0] * (PLACES - len(numbers)))


class ByStrategy:
    """`Discrete`: a whole slate is filled by one strategy. For algorithms that take one number, such as DQN."""

    names = ("empty", "match", "match_few", "popular", "stars", "fresh_match", "cheap", "varied")
    space: Space[Any] = Discrete(len(names))

    def mask(self, tracker: "SlateTracker") -> npt.NDArray[np.int8]:
        """int8 (8,): every strategy, always."""
        return np.ones(len(self.names), np.int8)

    def order(self, action: Any, tracker: "SlateTracker") -> list[int]:
        """What the strategy shows."""
        name = self.names[int(action)]
        if name == "empty":
            return []
        rows = tracker.rows
        price, views, stars, bait, opened, sold_out, match = rows[:, -7:].T
        scores = {
            "match": match - 0.3 * bait + 0.1 * stars,
            "match_few": match - 0.3 * bait + 0.1 * stars,
            "popular": views,
            "stars": stars,
            "fresh_match": match - 0.3 * bait - 0.3 * (rows[:, : len(tracker.recent)] @ tracker.recent),
            "cheap": -price,
            "varied": match - 0.3 * bait,
        }[name]
        possible = [c for c in np.argsort(-scores, kind="stable").tolist() if not sold_out[c] and not opened[c]]
        if name == "varied":
            possible = _first_of_each(possible, rows[:, :9])
        return possible[: 2 if name == "match_few" else PLACES]

    def number(self, order: Sequence[int], tracker: "SlateTracker") -> Any:
        """The strategy whose slate is most like an order: most of it, best placed, in as few items."""
        if not order:
            return 0
        wanted = {candidate: 1.0 / (place + 2) for place, candidate in enumerate(order)}
        likeness = []
        for action in range(1, len(self.names)):
            shown = self.order(action, tracker)
            likeness.append(sum(wanted.get(c, -0.1) for c in shown) + 0.01 * (shown[:1] == list(order[:1])))
        return 1 + int(np.argmax(likeness))


def _first_of_each(order: list[int], categories: npt.NDArray[np.float32]) -> list[int]:
    """The order with the first of every category before the rest."""
    seen: set[int] = set()
    first: list[int] = []
    rest: list[int] = []
    for candidate in order:
        category = int(np.argmax(categories[candidate]))
        (rest if category in seen else first).append(candidate)
        seen.add(category)
    return first + rest


def slates_by(actions: str) -> ByPlace | ByStrategy:
    """How numbers become slates, by name.

    Raises:
        ConfigurationError: There is no such way.
    """
    if actions not in ACTIONS:
        raise ConfigurationError(f"Expected actions to be one of {', '.join(ACTIONS)}, got {actions!r}.")
    return ByPlace() if actions == "places" else ByStrategy()
