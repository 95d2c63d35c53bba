"""What is said of an item is true, untrue, or a hint that counts only where it is so."""

import pytest

from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.envs.recommendation.catalogue.schema import BUILTIN
from dialogue_gym.envs.recommendation.conversation.facts import told, values_of
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.task import SPLITS

ITEM = Item("i1042", "A title", "", ("film", "crime", "funny", "modern"), price=12.4, stars=4.1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([("theme", "crime")], (True, ["theme"])),
        ([("theme", "food")], (False, ["theme"])),
        ([("theme", "crime"), ("theme", "food")], (False, ["theme"])),
        ([("tone", "crime")], (False, ["tone"])),
        ([("price", 12.0)], (True, ["price"])),
        ([("price", 13.0)], (False, ["price"])),
        ([("stars", 4.1)], (True, ["stars"])),
        ([("stars", 4.2)], (False, ["stars"])),
        ([("hint", "funny"), ("hint", "food")], (True, ["tone"])),
        ([("price", 12.4), ("hint", "modern")], (True, ["price", "style"])),
        ([], (True, [])),
    ],
)
def test_by_hand(facts, expected):
    assert told(facts, ITEM, BUILTIN) == expected


def test_a_thing_without_a_price_is_not_asked_for_it():
    assert "price" not in values_of(ITEM._replace(price=0.0), BUILTIN)
    assert values_of(ITEM, BUILTIN)["theme"] == ("crime",)


@pytest.mark.parametrize("split", SPLITS)
def test_quoting_a_description_tells_what_is_in_it_and_is_never_untrue(split):
    task = load_task("medium")
    heard = {"theme": 0, "tone": 0, "style": 0}
    items = task.catalogue(split).items
    for item in items:
        (act,) = task.parse(f"More about {item.id}: {item.description}")[:1]
        true, about = told(act.args.get("facts", ()), item, BUILTIN)
        assert true, item
        for each in set(about) & set(heard):
            heard[each] += 1
    print(split, {about: round(count / len(items), 2) for about, count in heard.items()})
    assert min(heard.values()) > 0.7 * len(items)
