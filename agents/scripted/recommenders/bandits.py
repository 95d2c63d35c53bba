"""Contextual bandits that learn, within the episode, which items are opened and liked.

One linear model for all items: reward = x · θ, where x are hashed tags, stars, price and a constant. Li et al. 2010, "A
contextual-bandit approach to personalized news article recommendation" (LinUCB, disjoint models' Algorithm 1 with one
arm); Agrawal and Goyal 2013, "Thompson sampling for contextual bandits with linear payoffs", Algorithm 1.
"""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.agents.scripted.recommenders.lists import Listed, Memory, Recommender, Round, split_of
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import key, name_key

Floats = npt.NDArray[np.float64]

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
        self._models: dict[int, tuple[Floats, Floats, int]] = {}

    def begin(self, row: int) -> None:
        """Forgets what it learned."""
        super().begin(row)
        self._begun[row] = self._begun.get(row, 0) + 1
        self._keys[row] = key(self.seed, "recommenders.row", row, self._begun[row])
        self._models[row] = (RIDGE * np.eye(WIDTH), np.zeros(WIDTH), 0)

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Keys the draws of each row's episode by hand."""
        for row, seed in seeds.items():
            self._keys[row] = key(self.seed, "recommenders.episode", seed)

    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """The estimate, or a draw or a bound of it."""
        if row not in self._models:
            self.begin(row)
            self.memories[row] = memory
        precision, evidence, known = self._models[row]
        for each in memory.rounds[known:]:
            for item, pay in examined(each):
                x = context(item)
                precision += np.outer(x, x)
                evidence += pay * x
        self._models[row] = precision, evidence, len(memory.rounds)
        covariance: Floats = np.asarray(np.linalg.inv(precision), np.float64)
        xs = np.stack([context(item) for item in offered])
        scores: list[float] = self._score(xs, covariance @ evidence, covariance, key(self._keys[row], known)).tolist()
        return scores

    def _score(self, xs: Floats, mean: Floats, covariance: Floats, draw: int) -> Floats:
        raise NotImplementedError


class LinUcb(Linear):
    """Optimism: the estimate and some standard deviations."""

    def _score(self, xs: Floats, mean: Floats, covariance: Floats, draw: int) -> Floats:
        spread: Floats = np.sqrt(np.einsum("ij,jk,ik->i", xs, covariance, xs))
        return np.asarray(xs @ mean + BONUS * spread)


class Thompson(Linear):
    """A model drawn from the posterior."""

    def _score(self, xs: Floats, mean: Floats, covariance: Floats, draw: int) -> Floats:
        normal = np.random.default_rng(draw).standard_normal(WIDTH)
        return np.asarray(xs @ (mean + SPREAD * np.linalg.cholesky(covariance) @ normal))


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
