"""The customers' words: many forms for each matter, and nothing of the test split in the others."""

import re
from itertools import combinations

import pytest

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.retail.matters import KINDS, make_scenario
from dialogue_gym.envs.customer_service.retail.people import POOLS
from dialogue_gym.envs.customer_service.retail.world import GOODS
from dialogue_gym.task import SPLITS

PAIRS = list(combinations(SPLITS, 2))


BARE = re.compile(r"\W*(?:\{\w+\}\W*)+")
"""A form that is nothing but values; it is the same for everybody."""


def normalised(text):
    return " ".join(text.lower().split()).rstrip(".!?")


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_matter_can_be_put_in_forty_ways_or_more(split, kind):
    wording = DOMAIN.wording[split]
    sections = [f"{how}.{kind}" for how in ("open", "restate", "insist") if f"{how}.{kind}" in wording.sections]
    ways = {text for section in sections for form in wording.forms(section) for text in form.expansions()}
    assert len(ways) >= 40
    assert len(ways) == sum(map(wording.count, sections))  # no way is counted twice


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_line_is_in_two_splits(one, other):
    lines = [
        {
            normalised(form.text)
            for forms in DOMAIN.wording[split].sections.values()
            for form in forms
            if not BARE.fullmatch(form.text)
        }
        for split in (one, other)
    ]
    assert lines[0] & lines[1] == set()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_way_of_putting_a_matter_is_in_two_splits(one, other):
    ways = [
        {
            normalised(text)
            for section, forms in DOMAIN.wording[split].sections.items()
            if section.startswith(("open.", "restate.", "insist.", "topic."))
            for form in forms
            for text in form.expansions()
        }
        for split in (one, other)
    ]
    assert ways[0] & ways[1] == set()


def test_no_line_is_twice_in_a_section():
    for split in SPLITS:
        for section, forms in DOMAIN.wording[split].sections.items():
            assert len({form.text for form in forms}) == len(forms), (split, section)


def test_the_splits_have_the_same_sections():
    sections = [set(DOMAIN.wording[split].sections) for split in SPLITS]
    assert sections[0] == sections[1] == sections[2]


@pytest.mark.parametrize("split", SPLITS)
def test_every_section_has_a_form_that_fits_the_least_that_is_known(split):
    """A matter may be opened without any detail, a value may be given alone, and all else names nothing."""
    wording = DOMAIN.wording[split]
    for section in wording.sections:
        how, _, slot = section.partition(".")
        given = {"inform", "again", "correct", "change"}
        slots = {"name", "zip"} if slot == "name_zip" else {slot} if how in given else set()
        assert wording.fitting(section, slots), section


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("part", ["first", "last", "streets", "towns"])
def test_people_and_places_are_apart(one, other, part):
    assert set(getattr(POOLS[one], part)).isdisjoint(getattr(POOLS[other], part))


def test_the_goods_of_the_test_split_are_apart():
    held_out = {product.name for product in GOODS["test"]}
    assert held_out == {name for name, product in PRODUCTS.items() if product.held_out}
    for split in ("train", "val"):
        assert held_out.isdisjoint(product.name for product in GOODS[split])


@pytest.mark.parametrize("split", SPLITS)
def test_scenarios_are_made_of_their_splits_people_and_goods(split):
    pool, goods = POOLS[split], {product.name for product in GOODS[split]}
    for i in range(200):
        scenario = make_scenario(Stream(key("split", split, i)), split, "hard")
        first, _, last = scenario.profile.name.partition(" ")
        assert first in pool.first
        assert last in pool.last
        assert {row["item"] for row in scenario.database.tables["items"].values()} <= goods
        assert all(matter.slots.get("item", next(iter(goods))) in goods for matter in scenario.matters)


def test_no_two_options_of_a_product_cost_the_same():
    for product in PRODUCTS.values():
        prices = [round(product.price + i * product.step, 2) for i in range(len(product.options))]
        assert len(set(prices)) == len(prices) >= 2
