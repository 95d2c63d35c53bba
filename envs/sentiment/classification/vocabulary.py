"""Words as numbers without understanding them: hashed places, and weights from how rare a word is in the train split.

A word is written at two places of a bank, `bits % size` and `(bits >> 32) % size` with `bits = draws.key(word)`, so
that another word hardly ever looks like it (as in a Bloom filter). Its weight is log((1 + N) / (1 + n)), where n of the
N texts (or forms of texts) of the train split have it: the idf of TF-IDF; its tf is 1, for a word counts once per text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from math import log, sqrt
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import key

NEAR: Final = 4096
FAR: Final = 256
ENTITY, NAME = "entity", "name"
"""The words that stand for the entity asked about and, where names are hidden, for other proper names."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MOST_CHUNKS: Final = 1 << 16


class Mark(NamedTuple):
    """A word's weight, its square, and the word's places in the near and in the far bank."""

    weight: float
    square: float
    near: int
    other_near: int
    far: int
    other_far: int


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
        self._entity = self._marks_of(ENTITY, inner=False)

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
            into.update(self._entity)
            clause = f"{clause[: mention[0]]}|{clause[mention[1] :]}"
        known = self._first
        for chunk in clause.split(" "):
            try:
                into.update(known[chunk])
            except KeyError:
                into.update(self._marks_of(chunk, inner=known is self._inner))
            known = self._inner

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
            low, high = bits, bits >> 32
            weight = self.weight(spelt)
            marks[spelt] = Mark(weight, weight * weight, low % NEAR, high % NEAR, low % FAR, high % FAR)
        cache[chunk] = marks
        return marks


def write_near(bank: npt.NDArray[np.float32], marks: Marks) -> None:
    """Writes words into the near bank, so that their squares add up to 1; where two share a place the later one has it.

    Args:
        bank: float32 (NEAR,), all 0.
        marks: The words.
    """
    found = marks.values()
    scale = _scale(found)
    for weight, _, one, other, _, _ in found:
        bank[one] = bank[other] = weight * scale


def write_far(bank: npt.NDArray[np.float32], marks: Marks) -> None:
    """The same for the far bank, float32 (FAR,)."""
    found = marks.values()
    scale = _scale(found)
    for weight, _, _, _, one, other in found:
        bank[one] = bank[other] = weight * scale


def _scale(marks: Iterable[Mark]) -> float:
    square = sum([mark[1] for mark in marks])
    return 1.0 / sqrt(2.0 * square) if square else 0.0  # 0: nothing but the entity's name, which tells nothing
