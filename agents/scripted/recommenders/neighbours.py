"""Item-item collaborative filtering: who opened this also opened that.

Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms": cosine of the columns of the matrix
of visitors by opened items. The logs are of other people: scenarios beyond those that are usually evaluated, played by
a policy that shows any four items.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from math import sqrt
from typing import Any

import gymnasium as gym

from dialogue_gym.agents.scripted.recommenders.lists import Listed, Memory, Recommender, split_of
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import Stream, key

LOGGED = 150
"""Visitors in the logs."""
LAST = 500
"""Logs are of the scenarios below this, the length of the test list."""
SHRINKAGE = 5.0
"""Visitors that a pair of items must have had in common for half of its similarity to count."""
_OPENED = re.compile(r"Opened (\w+)")
_ID = re.compile(r"(?m)^\d+\. (\w+) \|")


class Similarities:
    """Similarity of items from who opened what.

    Args:
        baskets: The items that each visitor has opened.
    """

    def __init__(self, baskets: Iterable[Iterable[str]]) -> None:
        self.counts: dict[str, int] = {}
        self._common: dict[tuple[str, str], int] = {}
        for basket in baskets:
            items = sorted(set(basket))
            for item in items:
                self.counts[item] = self.counts.get(item, 0) + 1
            for place, one in enumerate(items):
                for other in items[place + 1 :]:
                    self._common[one, other] = self._common.get((one, other), 0) + 1

    def between(self, one: str, other: str) -> float:
        """Shrunken cosine, 0 where no visitor opened both."""
        common = self._common.get((min(one, other), max(one, other)), 0)
        if not common:
            return 0.0
        return common / sqrt(self.counts[one] * self.counts[other]) * common / (common + SHRINKAGE)


class ItemItem(Recommender):
    """Ranks by similarity to what was opened; by the number of visitors who opened it as long as nothing was.

    Args:
        seat: Where it sits.
        similarities: From the logs.
        split: Of the environment.
    """

    def __init__(self, seat: Seat, similarities: Similarities, split: str = "train") -> None:
        super().__init__(seat, split)
        self.similarities = similarities

    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """Sum of similarities, and a little popularity where there are none."""
        opened = [each.opened.id for each in memory.rounds if each.opened is not None]
        between, counts = self.similarities.between, self.similarities.counts
        return [sum(between(item.id, other) for other in opened) + 1e-4 * counts.get(item.id, 0) for item in offered]


@cache
def logged_baskets(env_id: str, split: str, kwargs: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, ...], ...]:
    """What each logged visitor has opened."""
    env = gym.make(env_id, disable_env_checker=True, split=split, **dict(kwargs))
    baskets = []
    for scenario in range(LAST - LOGGED, LAST):
        text, _ = env.reset(options={"scenario": scenario, "trial": 1})
        stream, opened, ended = Stream(key("recommenders.logs", scenario)), [], False
        while not ended:
            action = ", ".join(stream.sample(_ID.findall(text), 4))
            text, _, terminated, truncated, _ = env.step(action)
            opened += _OPENED.findall(text)
            ended = terminated or truncated
        baskets.append(tuple(each for each in opened if each != "nothing"))
    return tuple(baskets)


def item_item(env: Any, seed: int = 0) -> ItemItem:
    """Item-item on logs of the environment's own split."""
    seat = Seat.of(env)
    split = split_of(env)
    task = seat.task
    kwargs = tuple((name, getattr(task, name)) for name in ("difficulty", "population"))
    baskets = logged_baskets("dialogue_gym/SlateRecommendation-v0", split, kwargs)
    return ItemItem(seat, Similarities(baskets), split)
