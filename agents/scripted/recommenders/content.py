"""By what items are: their popularity, or the likeness of their words to the user's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from dialogue_gym.agents.scripted.recommenders.lists import Listed, Memory, Recommender, split_of
from dialogue_gym.agents.seat import Seat

PASSED = -0.15
"""Weight of an item that was shown and not opened, where one that was opened has 1."""


class Popularity(Recommender):
    """Shows what most others have opened."""

    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """Views."""
        return [float(item.views) for item in offered]


class Content(Recommender):
    """TF-IDF likeness to a profile: the user's words, what was opened, less what was passed by.

    Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"; Rocchio's formula for the profile.
    Document frequencies are those of the items seen so far in the episode.
    """

    def __init__(self, seat: Seat, split: str = "train") -> None:
        super().__init__(seat, split)
        self._hash = HashingVectorizer(n_features=1 << 12, norm=None, alternate_sign=False, stop_words="english")
        self._counts: dict[int, tuple[np.ndarray[Any, Any], int]] = {}

    def begin(self, row: int) -> None:
        """Forgets the row's last episode."""
        super().begin(row)
        self._counts[row] = (np.zeros(1 << 12), 0)

    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """Cosine of TF-IDF vectors."""
        items = self._hash.transform([item.text for item in offered]).toarray()
        counts, seen = self._counts.get(row, (np.zeros(1 << 12), 0))
        counts, seen = counts + (items > 0).sum(0), seen + len(offered)
        self._counts[row] = counts, seen
        idf = np.log((1 + seen) / (1 + counts))
        texts, weights = [" ".join(memory.words[:1])], [1.0]
        for each in memory.rounds:
            texts += [item.text for item in each.shown]
            weights += [1.0 if item == each.opened else PASSED for item in each.shown]
        profile = np.asarray(weights) @ _unit(self._hash.transform(texts).toarray() * idf)
        scores: list[float] = (_unit(items * idf) @ profile).tolist()
        return scores


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def popularity(env: Any, seed: int = 0) -> Popularity:
    """The most popular first."""
    return Popularity(Seat.of(env), split_of(env))


def content(env: Any, seed: int = 0) -> Content:
    """The most alike first."""
    return Content(Seat.of(env), split_of(env))
