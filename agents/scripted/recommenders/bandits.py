"""Contextual bandits that learn, within the episode, which items are opened and liked.

One linear model for all items: reward = x · θ, where x are hashed tags, stars, price and a constant; LinUCB's
Algorithm 1 with one arm, and Thompson sampling. Sources and maths: `dialogue_gym.agents.bandits.linear`.
"""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import Any

import numpy as np

from dialogue_gym.agents.bandits.linear import Floats, Ridge
from dialogue_gym.agents.scripted.recommenders.lists import Listed, Memory, Recommender, Round, split_of
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import key, name_key

HASHED = 64
"""Places for tags; two of them seldom share one."""
WIDTH = HASHED + 3
RIDGE = 2.0
BONUS = 0.3
"""LinUCB's alpha: standard deviations added to the estimate."""
SPREAD = 0.3
"""Thompson's v: scale of the posterior."""
PAYS = {"liked": 1.0, "saved": 1.0, "bought": 1.0}
"""Pay beyond 0.5 for having been opened."""


def context(item: Listed) -> Floats:
    """float64 (67,): an item for the model."""
    x = np.zeros(WIDTH)
    for tag in item.tags:
        x[name_key(tag) % HASHED] += 1.0
    x[HASHED:] = (1.0, (item.stars - 3.4) / 1.2, log1p(item.price) / 5)
    return x


class Linear(Recommender):
    """Ridge regression of each episode's pay on contexts.

    Args:
        seat: Where it sits.
        seed: Keys the draws of agents that draw.
        split: Of the environment.
    """

    def __init__(self, seat: Seat, seed: int = 0, split: str = "train") -> None:
        super().__init__(seat, split)
        self.seed = seed
        self._keys: dict[int, int] = {}
        self._begun: dict[int, int] = {}
        self._models: dict[int, Ridge] = {}
        self._known: dict[int, int] = {}

    def begin(self, row: int) -> None:
        """Forgets what it learned."""
        super().begin(row)
        self._begun[row] = self._begun.get(row, 0) + 1
        self._keys[row] = key(self.seed, "recommenders.row", row, self._begun[row])
        self._models[row], self._known[row] = Ridge(WIDTH, RIDGE), 0

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Keys the draws of each row's episode by hand."""
        for row, seed in seeds.items():
            self._keys[row] = key(self.seed, "recommenders.episode", seed)

    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """The estimate, or a draw or a bound of it."""
        if row not in self._models:
            self.begin(row)
            self.memories[row] = memory
        model, known = self._models[row], self._known[row]
        for each in memory.rounds[known:]:
            for item, pay in examined(each):
                model.learn(context(item), pay)
        self._known[row] = len(memory.rounds)
        xs = np.stack([context(item) for item in offered])
        scores: list[float] = self._score(xs, model, key(self._keys[row], known)).tolist()
        return scores

    def _score(self, xs: Floats, model: Ridge, draw: int) -> Floats:
        raise NotImplementedError


class LinUcb(Linear):
    """Optimism: the estimate and some standard deviations."""

    def _score(self, xs: Floats, model: Ridge, draw: int) -> Floats:
        return model.optimistic(xs, BONUS)


class Thompson(Linear):
    """A model drawn from the posterior."""

    def _score(self, xs: Floats, model: Ridge, draw: int) -> Floats:
        return model.drawn(xs, SPREAD, np.random.default_rng(draw).standard_normal(WIDTH))


def examined(each: Round) -> list[tuple[Listed, float]]:
    """The items of a round that were most likely looked at, and what each paid: down to the opened one, or all."""
    pairs: list[tuple[Listed, float]] = []
    for item in each.shown:
        if item == each.opened:
            return [*pairs, (item, 0.5 + sum(PAYS.get(done, 0.0) for done in each.did))]
        pairs.append((item, 0.0))
    return pairs


def lin_ucb(env: Any, seed: int = 0) -> LinUcb:
    """LinUCB."""
    return LinUcb(Seat.of(env), seed, split_of(env))


def thompson(env: Any, seed: int = 0) -> Thompson:
    """Thompson sampling."""
    return Thompson(Seat.of(env), seed, split_of(env))
