"""Splits share no near-duplicates, and every beginning of a list has the labels in their proportions."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_gym.duplicates import SIMILAR, near_duplicates, word_set
from dialogue_gym.envs.sentiment.corpora.items import Item
from dialogue_gym.envs.sentiment.corpora.splits import split_items, spread
from dialogue_gym.errors import CorpusError


def overlap(one, other):
    one, other = word_set(one), word_set(other)
    return 1.0 if one == other else len(one & other) / len(one | other)


def test_near_duplicates_by_hand():
    texts = [
        "Oil rises for a third day https://a.example/1",
        "oil rises, for a THIRD day",  # the same words
        "Gold rises for a third day",  # 5 of 7: another text
        "Oil rises for a third day today",  # 6 of 7
        "Nothing in common",
        "Oil rises for a third day today in London",  # 6 of 9 of the first, 7 of 9 of the one before
    ]
    assert near_duplicates(texts) == [0, 0, 2, 0, 4, 5]


words = st.lists(st.sampled_from("abcdefgh"), min_size=0, max_size=7).map(" ".join)


@settings(derandomize=True)
@given(st.lists(words, max_size=14))
def test_every_pair_is_found_and_no_other(texts):
    found = near_duplicates(texts)
    parents = list(range(len(texts)))
    for i in range(len(texts)):  # the slow way
        for j in range(i):
            if overlap(texts[i], texts[j]) >= SIMILAR:
                old, new = max(parents[i], parents[j]), min(parents[i], parents[j])
                parents = [new if parent == old else parent for parent in parents]
    assert found == parents


def items(count, shares=(0.2, 0.5, 0.3)):
    labels = [
        label
        for label, share in zip(("negative", "neutral", "positive"), shares, strict=True)
        for _ in range(round(share * count))
    ]
    return [Item(f"text w{i} x{i} y{i}", sentiment=label) for i, label in enumerate(labels)]


def test_every_beginning_has_labels_in_proportion():
    made = spread(items(200))
    assert sorted(made) == sorted(items(200))
    for length in range(1, 201):
        counts = Counter(item.sentiment for item in made[:length])
        for label, share in {"negative": 0.2, "neutral": 0.5, "positive": 0.3}.items():
            assert abs(counts[label] - share * length) <= 1.0


def test_splits_are_equally_long_and_depend_on_the_texts_only():
    made = split_items(items(6000), "here")
    assert len(made["val"]) == len(made["test"]) == 900
    assert len(made["train"]) == 4200
    assert split_items(items(6000)[::-1], "here") == made
    assert {item for split in made.values() for item in split} == set(items(6000))
    assert {len(split_items(items(3000), "here")[split]) for split in ("val", "test")} == {500}
    assert {len(split_items(items(400), "here")[split]) for split in ("val", "test")} == {100}


def test_near_duplicates_and_groups_stay_together():
    twins = [Item(f"twin{i} is z{i} u{i} v{i} {more}", sentiment="positive") for i in range(300) for more in ("", "q")]
    grouped = [Item(f"a{i} b{i}", sentiment="negative", group=f"g{i // 5}") for i in range(500)]
    homes = {}
    for split, members in split_items([*twins, *grouped, *items(2000)], "here").items():
        for item in members:
            homes.setdefault(item.group or item.text.split(" is ")[0], set()).add(split)
    assert all(len(splits) == 1 for splits in homes.values())


def test_a_text_that_comes_twice_with_one_label_counts_once():
    made = split_items([*items(2000), *items(2000)], "here")
    assert sum(map(len, made.values())) == 2000


def test_named_splits_are_kept():
    named = [item._replace(split=("train", "val", "test", "test")[i % 4]) for i, item in enumerate(items(400))]
    made = split_items(named, "here")
    assert {split: len(members) for split, members in made.items()} == {"train": 100, "val": 100, "test": 100}
    assert all(item.split == split for split, members in made.items() for item in members)
    with pytest.raises(CorpusError, match=r"here: .*got none for val"):
        split_items([item for item in named if item.split != "val"], "here")
    with pytest.raises(CorpusError, match="got none for train"):
        split_items([item._replace(group="one", split="") for item in named], "here")
