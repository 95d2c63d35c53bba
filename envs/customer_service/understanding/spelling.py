"""Words that are one slip of the finger away from a known one.

A slip is a letter left out or put in, or two letters in each other's place: three of the four single errors of Damerau
1964, "A technique for computer detection and correction of spelling errors", doi:10.1145/363958.363994. A wrong letter
is none: too many words are one letter from another, as "dream" from "cream". Found through what is left of words when
one letter goes (the idea of SymSpell, W. Garbe).
"""

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 5
"""Shorter words are too close to each other, but for two letters that have changed places: "teh", "yuor"."""
_KEPT = 4096
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ly", "ing")
"""Another form of a known word is no slip."""


class Speller:
    """Corrects slips to the one known word that they can be of.

    Args:
        words: The known words, in small letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {word for word in words if word.isalpha()}
        self._shorter: defaultdict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for less in _shortened(word) if len(word) >= SHORTEST - 1 else ():
                self._shorter[less].add(word)
        self._kept: dict[str, str] = {}

    def correct(self, word: str) -> str:
        """The known word that an unknown one is a slip of; the word itself where that is none, or not clear.

        >>> Speller(["delivered", "refund"]).correct("delivred"), Speller(["refund"]).correct("refunds")
        ('delivered', 'refunds')
        """
        found = self._kept.get(word)
        if found is None:
            found = self._find(word)
            if len(self._kept) < _KEPT:
                self._kept[word] = found
        return found

    def _find(self, word: str) -> str:
        if not word.isalpha() or self._is_form(word):
            return word
        if len(word) < SHORTEST:
            swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} & self._words
            return swapped.pop() if len(swapped) == 1 and len(word) > 2 else word
        near = set(self._shorter.get(word, ()))
        for less in _shortened(word):
            near |= self._shorter.get(less, set())
            if less in self._words and len(less) >= SHORTEST - 1:
                near.add(less)
        near = {known for known in near if _is_one_slip(word, known) and not _is_form_of(word, known)}
        return near.pop() if len(near) == 1 else word

    def _is_form(self, word: str) -> bool:
        return any(word.endswith(ending) and word[: -len(ending)] in self._words for ending in _ENDINGS)


def _shortened(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_form_of(word: str, known: str) -> bool:
    """Whether they differ in their endings only, like "refunded" and "refunder"."""
    return any(known == word + ending or known[:-1] == word[:-1] for ending in _ENDINGS)


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter more, or two letters that changed places, make the difference."""
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, longer = one[start:], other[start:]
    if len(one) == len(other):
        swapped = rest[1::-1] + rest[2:] if len(rest) > 1 else ""
        return swapped == longer
    return rest == longer[1:] and len(other) == len(one) + 1
