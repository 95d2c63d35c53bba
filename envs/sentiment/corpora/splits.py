"""Splits that share no near-duplicates, and lists whose every beginning has the labels in their proportions.

Near-duplicates are those of `dialogue_gym.duplicates`.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from dialogue_gym.duplicates import deal
from dialogue_gym.envs.sentiment.corpora.items import Item
from dialogue_gym.errors import CorpusError
from dialogue_gym.task import SPLITS

HELD_OUT: Final = 0.15
"""Share of the items that val and test have each."""
FEWEST: Final = 500
"""Items that val and test have each, as far as there are four times as many."""


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
    size = max(int(HELD_OUT * len(items)), min(FEWEST, len(items) // 4))
    texts, groups = [item.text for item in items], [item.group for item in items]
    dealt = deal(texts, groups, [_digest(item) for item in items], size)
    return {split: [items[number] for number in numbers] for split, numbers in dealt.items()}


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
