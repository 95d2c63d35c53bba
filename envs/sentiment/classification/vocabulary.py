"""Words as numbers without understanding them: hashed places, and weights from how rare a word is in the train split.

A word is written at three places of the near bank, `(bits >> shift) % 1024` for shifts 0, 21 and 42 with
`bits = draws.key(word)`, so that another word hardly ever looks like it (as in a Bloom filter), and at two of the far
bank, for shifts 0 and 32. Its weight is log((1 + N) / (1 + n)), where n of the N texts (or forms of texts) of the train
split have it: the idf of TF-IDF; its tf is 1, for a word counts once per text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from math import log, sqrt
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import key

NEAR: Final = 1024
FAR: Final = 256
ENTITY, NAME = "entity", "name"
"""The words that stand for the entity asked about and, where names are hidden, for other proper names."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MOST_CHUNKS: Final = 1 << 16


class Mark(NamedTuple):
    """A word's weight and its places in the near and in the far bank."""

    weight: float
    near: tuple[int, int, int]
    far: tuple[int, int]


Marks = dict[str, Mark]


class Vocabulary:
    """The words of the train split.

    Args:
        documents: Its texts, or the forms that they are made from.
        hide_names: Whether words with a capital inside a text are all the same word, `name`.
    """

    def __init__(self, documents: Iterable[str], *, hide_names: bool) -> None:
        self.hide_names = hide_names
        counts: Counter[str] = Counter()
        total = 0
        for document in documents:
            total += 1
            counts.update({word.lower() for word in _WORD.findall(document)})
        counts[ENTITY] = total
        if hide_names:
            counts[NAME] = total // 2
        self._counts, self._total = counts, total
        self._inner: dict[str, Marks] = {}
        self._first: dict[str, Marks] = {}

    def weight(self, word: str) -> float:
        """How much a word tells by being there."""
        return log((1 + self._total) / (1 + self._counts[word]))

    def collect(self, clause: str, mention: tuple[int, int] | None, into: Marks) -> None:
        """Adds the words of a clause.

        Args:
            clause: Its text.
            mention: Where it mentions the entity, from and to: those words are replaced by one.
            into: What they are added to.
        """
        if mention is not None:
            into.update(self._marks_of(ENTITY, inner=False))
            clause = f"{clause[: mention[0]]}|{clause[mention[1] :]}"
        first, *others = clause.split(" ")
        marks = self._first.get(first)
        into.update(self._marks_of(first, inner=False) if marks is None else marks)
        known = self._inner.get
        for chunk in others:
            marks = known(chunk)
            into.update(self._marks_of(chunk, inner=True) if marks is None else marks)

    def _marks_of(self, chunk: str, *, inner: bool) -> Marks:
        """The words of what stands between two spaces; at the beginning of a clause a capital makes no name."""
        cache = self._inner if inner else self._first
        if len(cache) >= _MOST_CHUNKS:
            cache.clear()
        marks: Marks = {}
        for place, word in enumerate(_WORD.findall(chunk)):
            proper = self.hide_names and (inner or place) and word[0].isupper() and not word.isupper()
            spelt = NAME if proper else word.lower()
            bits = key(spelt)
            near = (bits % NEAR, (bits >> 21) % NEAR, (bits >> 42) % NEAR)
            marks[spelt] = Mark(self.weight(spelt), near, (bits % FAR, (bits >> 32) % FAR))
        cache[chunk] = marks
        return marks


def write_near(bank: npt.NDArray[np.float32], marks: Marks) -> None:
    """Writes words into the near bank, so that their squares add up to 1; where two share a place the later one has it.

    Args:
        bank: float32 (NEAR,), all 0.
        marks: The words.
    """
    found = marks.values()
    scale = _scale(found, 3)
    for weight, (one, two, three), _ in found:
        bank[one] = bank[two] = bank[three] = weight * scale


def write_far(bank: npt.NDArray[np.float32], marks: Marks) -> None:
    """The same for the far bank, float32 (FAR,)."""
    found = marks.values()
    scale = _scale(found, 2)
    for weight, _, (one, other) in found:
        bank[one] = bank[other] = weight * scale


def _scale(marks: Iterable[Mark], places: int) -> float:
    square = places * sum([mark[0] * mark[0] for mark in marks])
    return 1.0 / sqrt(square) if square else 0.0  # 0: nothing but the entity's name, which tells nothing
