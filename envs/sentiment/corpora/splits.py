"""Splits that share no near-duplicates, and lists whose every beginning has the labels in their proportions.

Two texts are near-duplicates if their sets of words (small letters, links left out) overlap by 0.8 (Jaccard); groups
are what hangs together by such pairs. All pairs are found exactly, with the prefix filter of Chaudhuri, Ganti and
Kaushik 2006, "A primitive operator for similarity joins in data cleaning", doi:10.1109/ICDE.2006.9.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import ceil
from typing import Final, TypeVar

from dialogue_gym.envs.sentiment.corpora.items import Item
from dialogue_gym.errors import CorpusError
from dialogue_gym.task import SPLITS

SIMILAR: Final = 0.8
"""Overlap of two sets of words from which on the texts are near-duplicates."""
HELD_OUT: Final = 0.1
"""Share of the items that val and test have each."""
FEWEST: Final = 500
"""Items that val and test have each, as far as there are four times as many."""

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://\S+")
T = TypeVar("T")


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


def split_items(items: Sequence[Item], where: str) -> dict[str, tuple[Item, ...]]:
    """The items of each split: those that the items name, else by groups.

    Val and test are equally long, and each of their beginnings has the labels in the proportions of the whole.

    Args:
        items: All of them.
        where: Where they are from, for messages.

    Raises:
        CorpusError: A split gets no items.
    """
    unique = list(dict.fromkeys(items))
    found = _named_splits(unique) if unique[0].split else _grouped_splits(unique)
    empty = [split for split in SPLITS if not found[split]]
    if empty:
        raise CorpusError(
            f"{where}: expected texts for train, val and test, got none for {', '.join(empty)} "
            f"({len(unique)} different texts in all). Add texts, or name the splits in column 'split'."
        )
    size = min(len(found["val"]), len(found["test"]))
    return {
        "train": tuple(shuffled(found["train"])),
        **{split: spread(found[split][:size]) for split in ("val", "test")},
    }


def _named_splits(items: Sequence[Item]) -> dict[str, list[Item]]:
    return {split: shuffled(item for item in items if item.split == split) for split in SPLITS}


def _grouped_splits(items: Sequence[Item]) -> dict[str, list[Item]]:
    """Whole groups in an order that depends on nothing but their texts, dealt to test, then val, then train."""
    texts = list(dict.fromkeys(item.text for item in items))
    duplicates = dict(zip(texts, near_duplicates(texts), strict=True))
    joined = _Groups(len(items))
    for labels in (
        [duplicates[item.text] for item in items],
        [item.group or number for number, item in enumerate(items)],
    ):
        seen: dict[object, int] = {}
        for number, label in enumerate(labels):
            joined.join(number, seen.setdefault(label, number))
    groups: dict[int, list[Item]] = {}
    for number, item in enumerate(items):
        groups.setdefault(joined.first(number), []).append(item)
    size = max(int(HELD_OUT * len(items)), min(FEWEST, len(items) // 4))
    found: dict[str, list[Item]] = {split: [] for split in SPLITS}
    for group in sorted(groups.values(), key=lambda group: min(map(_digest, group))):
        split = next((split for split in ("test", "val") if len(found[split]) < size), "train")
        found[split] += group
    return found


def shuffled(items: Iterable[Item]) -> list[Item]:
    """The items in an order that looks random and depends on nothing but themselves."""
    return sorted(items, key=_digest)


def spread(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items in such an order that every beginning has each label in its proportion, give or take one.

    So an answer that never changes scores on a part of the list what it scores on all of it.
    """
    by_label: dict[tuple[str, str], list[Item]] = {}
    for item in shuffled(items):
        by_label.setdefault((item.sentiment, item.topic), []).append(item)
    placed = [
        ((place + 0.5) / len(same), label, item) for label, same in by_label.items() for place, item in enumerate(same)
    ]
    return tuple(item for _, _, item in sorted(placed))


def _digest(item: Item) -> bytes:
    return sha256("\n".join(item).encode()).digest()
