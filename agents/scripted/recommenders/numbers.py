"""The numeric view of slates, read as lists of items: so that the same recommenders play it.

What the features leave out is made up for: an item's text is the names of its attributes, what the user says are the
attributes that the belief likes, what was opened is the shown item whose attributes were added to what is recent, and
what was done with it is how far the mood moved.
"""

from collections.abc import Sequence
from math import expm1
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete

from dialogue_gym.agents.scripted.recommenders.lists import Listed
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task

FADES = 0.85
"""Share of what is recent that is left after an item was opened."""
KEPT_MOOD = 0.8
LIKED = 0.2
"""Belief from which an attribute counts as one that the user speaks of."""
DID = ("liked", "saved", "bought")


class Numbers:
    """Reads observations of `SlateRecommendationActs`, and writes its actions.

    Args:
        task: Names the features; its catalogues tell items apart.
        split: Whose catalogue.

    Raises:
        ConfigurationError: Actions are strategies, which name no items.
    """

    def __init__(self, task: Task, split: str) -> None:
        if not isinstance(task.action_space, MultiDiscrete):
            raise ConfigurationError(
                f"Expected actions='places', where recommenders choose items, got {task.action_space}. Leave it out."
            )
        at = {name: number for number, name in enumerate(task.feature_names)}
        self._tags = [name.removeprefix("taste.") for name in task.feature_names if name.startswith("taste.")]
        self._taste = [at[f"taste.{tag}"] for tag in self._tags]
        self._recent = [at[f"recent.{tag}"] for tag in self._tags]
        self._idle, self._mood = at["idle"], at["mood"]
        self._candidates = range(1, len(task.act_components[0]))
        self._of = {
            c: (
                [at[f"c{c}.{tag}"] for tag in self._tags],
                [at[f"c{c}.{n}"] for n in ("price", "views", "stars", "sold_out")],
            )
            for c in self._candidates
        }
        self._places = len(task.act_components)
        items = task.catalogue(split).items  # type: ignore[attr-defined]
        self._ids = {_key(item.price, item.views, item.stars): item.id for item in items}

    def offered(self, observation: Any) -> list[Listed]:
        """The candidates, in the order of their numbers."""
        items = []
        for c in self._candidates:
            tags, own = self._of[c]
            price, views, stars, sold_out = observation[own].tolist()
            told = tuple(tag for tag, value in zip(self._tags, observation[tags].tolist(), strict=True) if value > 0)
            price, views, stars = round(expm1(6 * price), 1), round(expm1(12 * views)), round(2 * stars + 3, 1)
            name = self._ids.get(_key(price, views, stars), f"c{c}")
            items.append(Listed(name, "", " ".join(told), told, price, views, stars, sold_out > 0))
        return items

    def words(self, observation: Any) -> str:
        """The attributes that the belief likes."""
        likes = zip(self._tags, observation[self._taste].tolist(), strict=True)
        return " ".join(tag for tag, liking in likes if liking > LIKED)

    def opened(self, before: Any, after: Any, shown: Sequence[Listed]) -> tuple[Listed | None, tuple[str, ...]]:
        """Which of the shown items was opened between two observations, and what was done with it."""
        added = np.asarray(after[self._recent]) - FADES * np.asarray(before[self._recent])
        gained = {item: float(sum(added[self._tags.index(tag)] for tag in item.tags)) for item in shown}
        best = max(gained, key=gained.__getitem__, default=None)
        if best is None or after[self._idle] > 0 or gained[best] <= 0:
            return None, ()
        praise = round(float((after[self._mood] - KEPT_MOOD * before[self._mood]) / (1 - KEPT_MOOD)))
        return best, DID[: max(0, min(len(DID), praise))]

    def action(self, offered: Sequence[Listed], shown: Sequence[Listed]) -> Any:
        """The action that shows items at the first places."""
        numbers = [next(n for n, item in enumerate(offered, 1) if item is each) for each in shown]
        return np.array(numbers[: self._places] + [0] * (self._places - len(numbers)))


def _key(price: float, views: int, stars: float) -> tuple[int, int, int]:
    """What tells items apart in numbers, to the precision that float32 leaves of it."""
    return round(10 * price), round(100 * np.log1p(views)), round(10 * stars)
