"""Splits of texts that share no near-duplicates.

Two texts are near-duplicates if their sets of words (small letters, links left out) overlap by 0.8 (Jaccard); groups
are what hangs together by such pairs. All pairs are found exactly, with the prefix filter of Chaudhuri, Ganti and
Kaushik 2006, "A primitive operator for similarity joins in data cleaning", doi:10.1109/ICDE.2006.9.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Final

from dialogue_gym.task import SPLITS

SIMILAR: Final = 0.8
"""Overlap of two sets of words from which on the texts are near-duplicates."""

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://\S+")


def word_set(text: str) -> frozenset[str]:
    """What near-duplicates share."""
    return frozenset(_WORD.findall(_LINK.sub(" ", text.lower())))


def near_duplicates(texts: Sequence[str]) -> list[int]:
    """The group of each text, as the number of the group's first text.

    >>> near_duplicates(["Oil up 2% on Monday", "Oil up 2% on Monday https://a.example", "Gold steady"])
    [0, 0, 2]
    """
    groups = _Groups(len(texts))
    first: dict[frozenset[str], int] = {}
    for number, text in enumerate(texts):
        groups.join(number, first.setdefault(word_set(text), number))
    often = Counter(word for words in first for word in words)
    ranked = {words: sorted(words, key=lambda word: (often[word], word)) for words in first}
    holders: dict[str, list[frozenset[str]]] = {}
    for words in sorted(first, key=lambda words: (len(words), first[words])):
        rarest = ranked[words][: len(words) - ceil(SIMILAR * len(words)) + 1]
        for other in {other for word in rarest for other in holders.get(word, ())}:
            if len(other) >= SIMILAR * len(words) and len(words & other) >= SIMILAR * len(words | other):
                groups.join(first[words], first[other])
        for word in rarest:
            holders.setdefault(word, []).append(words)
    return [groups.first(number) for number in range(len(texts))]


class _Groups:
    """Which numbers belong together: union-find."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def first(self, number: int) -> int:
        """The smallest number of its group."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Makes two groups one."""
        low, high = sorted((self.first(one), self.first(other)))
        self._parents[high] = low


def deal(texts: Sequence[str], groups: Sequence[str], order: Sequence[bytes], size: int) -> dict[str, list[int]]:
    """The numbers of the texts of each split: whole groups in a given order, dealt to test, then val, then train.

    Args:
        texts: All texts; near-duplicates among them stay together.
        groups: What else stays together: the name of each text's group, or "".
        order: What a text is sorted by; a group by its least member.
        size: Texts from which on test and val are full.
    """
    different = list(dict.fromkeys(texts))
    duplicates = dict(zip(different, near_duplicates(different), strict=True))
    joined = _Groups(len(texts))
    for labels in ([duplicates[text] for text in texts], [group or number for number, group in enumerate(groups)]):
        seen: dict[object, int] = {}
        for number, label in enumerate(labels):
            joined.join(number, seen.setdefault(label, number))
    together: dict[int, list[int]] = {}
    for number in range(len(texts)):
        together.setdefault(joined.first(number), []).append(number)
    found: dict[str, list[int]] = {split: [] for split in SPLITS}
    for group in sorted(together.values(), key=lambda group: min(order[number] for number in group)):
        split = next((split for split in ("test", "val") if len(found[split]) < size), "train")
        found[split] += group
    return found
