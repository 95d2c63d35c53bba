"""Val and test hold other content than train: wording, people, products; not only other indices."""

import itertools
import re
from importlib.resources import files

import pytest

from dialogue_gym.wording import Form, Wording

ENVS = files("dialogue_gym.envs")
SPLITS = ("train", "val", "test")
PAIRS = list(itertools.combinations(SPLITS, 2))
KEPT_IN_COMMON = 0.02
"""Share of a split's short sentences that may also be another's: there are few ways to say "yes" or "goodbye"."""
LONG = 5
"""Words that a sentence has at least to be somebody's own; numbers, names and other values count as one."""


def wordings():
    """Every folder of environment data with a file of forms per split."""
    found, folders = [], [ENVS]
    while folders:
        folder = folders.pop()
        entries = {entry.name: entry for entry in folder.iterdir()}
        folders += [entry for entry in entries.values() if entry.is_dir() and not entry.name.startswith("_")]
        if all(f"{split}.txt" in entries for split in SPLITS):
            found.append(folder)
    return sorted(found, key=str)


def delexicalised(text):
    """A form with its placeholders all alike, and its punctuation gone."""
    return " ".join(re.findall(r"\w+", re.sub(r"\{\w+\}", "SLOT", text).lower()))


def sentences(wording):
    """Every realisation of every form that says something, by section."""
    return {
        (name, delexicalised(text))
        for name, forms in wording.sections.items()
        for form in forms
        for text in itertools.islice(form.expansions(), 400)
        if len(delexicalised(text).split()) > 3
    }


@pytest.mark.parametrize("folder", wordings(), ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_wording_is_apart_by_split(folder):
    said = {split: sentences(Wording.load(folder / f"{split}.txt")) for split in SPLITS}
    for one, other in PAIRS:
        common = said[one] & said[other]
        smaller = min(len(said[one]), len(said[other]))
        assert len(common) <= KEPT_IN_COMMON * smaller, sorted(common)
        longer = {(section, text) for section, text in common if len(text.split()) >= LONG}
        assert not longer, "no two people say this much alike"


@pytest.mark.parametrize("folder", wordings(), ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_every_split_has_the_same_sections(folder):
    sections = {split: set(Wording.load(folder / f"{split}.txt").sections) for split in SPLITS}
    assert sections["val"] == sections["test"] == sections["train"]


@pytest.mark.parametrize("split", SPLITS)
def test_a_customer_has_words_for_every_matter(split, make):
    env = make("dialogue_gym/CustomerService-v0", split=split, difficulty="hard")
    episode = env.unwrapped.episode
    kinds, refusable = set(), set()
    for scenario in range(400):
        episode.start(split, scenario)
        kinds |= {matter.kind for matter in episode.matters}
        refusable |= {
            "identity" if matter.refusal == "not_verified" else matter.kind
            for matter in episode.matters
            if matter.refusal is not None
        }
    sections = env.unwrapped.task.domain.wording[split].sections.keys()
    assert kinds == set(env.unwrapped.task.domain.kinds), "every kind occurs"
    needed = {f"{how}.{kind}" for how in ("open", "restate") for kind in kinds}
    assert needed | {f"insist.{kind}" for kind in refusable} <= sections


def test_people_are_apart_by_split():
    from dialogue_gym.envs.customer_service.retail.people import POOLS

    for one, other in PAIRS:
        for field in POOLS[one]._fields:
            assert not set(getattr(POOLS[one], field)) & set(getattr(POOLS[other], field)), (one, other, field)


def test_products_of_the_test_split_are_apart():
    from dialogue_gym.envs.customer_service.retail.world import GOODS

    named = {split: {product.name for product in goods} for split, goods in GOODS.items()}
    assert not named["test"] & (named["train"] | named["val"])
    assert len(named["test"]) >= 10


def test_names_of_one_split_are_not_said_in_another(make):
    from dialogue_gym.envs.customer_service.retail.people import POOLS

    heard = {split: set() for split in SPLITS}
    for split in SPLITS:
        env = make("dialogue_gym/CustomerService-v0", split=split, difficulty="hard")
        for scenario in range(60):
            env.reset(options={"scenario": scenario})
            tables = env.unwrapped.episode.desk.database.tables
            heard[split] |= {word for row in tables["customers"].values() for word in row["name"].split()}
    for one, other in PAIRS:
        assert not heard[one] & heard[other]
        assert heard[one] <= set(POOLS[one].first) | set(POOLS[one].last)


def test_a_form_is_told_from_its_realisations():
    assert delexicalised("Where is my {item}, please?") == "where is my slot please"
    assert len(set(Form("(Hi|Hello) there").expansions())) == 2
