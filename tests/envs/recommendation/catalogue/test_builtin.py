"""The built-in catalogue: many items of many kinds, described in words, apart by split, the same everywhere."""

import hashlib

import pytest

from dialogue_gym.envs.recommendation.catalogue import (
    CATEGORIES,
    FACETS,
    STYLES,
    TAGS,
    THEMES,
    TONES,
    builtin_catalogue,
    read_tags,
)
from dialogue_gym.envs.recommendation.catalogue.items import NEVER
from dialogue_gym.errors import UnknownNameError

SPLITS = ("train", "val", "test")


@pytest.mark.parametrize("split", SPLITS)
def test_there_are_enough_items_of_every_kind(split):
    catalogue = builtin_catalogue(split)
    assert len(catalogue) >= 600
    for values in (CATEGORIES, THEMES, TONES, STYLES):
        counts = {value: sum(value in item.tags for item in catalogue.items) for value in values}
        assert sum(counts.values()) == len(catalogue), "one value of each facet"
        assert min(counts.values()) > 0.5 * len(catalogue) / len(values)
    assert len(CATEGORIES) >= 8
    assert len(set(TAGS)) == len(TAGS)


def test_splits_share_neither_items_nor_titles_nor_descriptions():
    for name in ("id", "title", "description"):
        values = [{getattr(item, name) for item in builtin_catalogue(split).items} for split in SPLITS]
        assert not values[0] & values[1]
        assert not values[0] & values[2]
        assert not values[1] & values[2]
        if name == "title":
            assert all(len(each) == 648 for each in values), "no title twice"


@pytest.mark.parametrize("split", SPLITS)
def test_views_follow_zipf(split):
    views = sorted((item.views for item in builtin_catalogue(split).items), reverse=True)
    assert views[0] == 90_000
    for rank in (1, 9, 99, 499):
        assert views[rank] == pytest.approx(90_000 / (rank + 1) ** 0.9, abs=0.5)


@pytest.mark.parametrize("split", SPLITS)
def test_some_items_bait_arrive_late_or_sell_out(split):
    items = builtin_catalogue(split).items
    assert 0.15 < sum(item.clickbait > 0.5 for item in items) / len(items) < 0.25
    assert 0.1 < sum(item.arrives > 0 for item in items) / len(items) < 0.2
    sold_out = [item for item in items if item.sold_out < NEVER]
    assert 0.03 < len(sold_out) / len(items) < 0.08
    assert {item.tags[0] for item in sold_out} == {"kitchen", "outdoor", "gadget"}
    assert all(item.sold_out > item.arrives for item in items)
    available = builtin_catalogue(split).available(0)
    assert 0.8 * len(items) < len(available) < len(items)


@pytest.mark.parametrize("split", SPLITS)
def test_stars_tell_quality_through_noise(split):
    items = builtin_catalogue(split).items
    good = [item.stars for item in items if item.quality > 0.2]
    bad = [item.stars for item in items if item.quality < -0.2]
    assert sum(good) / len(good) > sum(bad) / len(bad) + 0.5
    assert all(1 <= item.stars <= 5 for item in items)


@pytest.mark.parametrize("split", SPLITS)
def test_news_are_free_and_goods_cost(split):
    for item in builtin_catalogue(split).items:
        assert (item.price == 0) == ("news" in item.tags)


def recall(split, facet):
    """How often the value of a facet is read from title and description."""
    items = builtin_catalogue(split).items
    values = FACETS[facet]
    read = [read_tags(f"{item.title}. {item.description}") for item in items]
    right = [next(tag for tag in item.tags if tag in values) in tags for item, tags in zip(items, read, strict=True)]
    return sum(right) / len(right)


@pytest.mark.parametrize("facet", FACETS)
def test_the_words_say_the_attributes_and_held_out_words_say_them_otherwise(facet):
    train, test = recall("train", facet), recall("test", facet)
    assert train > 0.95
    assert 0.15 < test < train - 0.05


def test_the_catalogue_is_the_same_on_every_machine():
    digest = hashlib.sha256(repr([builtin_catalogue(split).items for split in SPLITS]).encode()).hexdigest()
    assert digest == "5512fb79276d4e35995f0862bd758e6a516842c6a340ed3d707cffd78b44fc38", (
        "items changed: raise builtin.VERSION"
    )


def test_an_unknown_item_is_explained():
    catalogue = builtin_catalogue("train")
    assert catalogue["i1042"].id == "i1042"
    with pytest.raises(UnknownNameError, match="Did you mean 'i1042'"):
        catalogue["i1042x"]
    assert "i1042" in catalogue
    assert "i5042" not in catalogue
