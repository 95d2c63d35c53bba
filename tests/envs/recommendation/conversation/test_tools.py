"""Looking things up: the search finds what is asked for, and wrong calls are answered."""

import json

import pytest

from dialogue_gym.acts import Act, malformed
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.conversation.tools import FOUND

TOOLS = load_task("easy").tools_of("train")


def call(name, **arguments):
    return json.loads(TOOLS.call(Act(name, arguments, True)).text)


def test_a_search_keeps_to_category_and_price_and_finds_by_attributes():
    found = call("search_catalogue", query="thrilling crime", category="book", max_price=20)["items"]
    assert 0 < len(found) <= FOUND
    assert all(item["tags"][0] == "book" and item["price"] <= 20 for item in found)
    assert {"crime", "thrilling"} & set(found[0]["tags"])


def test_a_title_finds_its_item():
    item = TOOLS.catalogue.items[TOOLS.catalogue.available(0)[17]]
    assert call("search_catalogue", query=item.title)["items"][0]["id"] == item.id
    shown = call("show_item", item=item.id)
    assert (shown["title"], shown["description"], shown["views"]) == (item.title, item.description, item.views)
    assert not {"quality", "clickbait"} & shown.keys()


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("buy", {}, "there is no tool 'buy'"),
        ("search_catalogue", {}, "needs query"),
        ("search_catalogue", {"query": 3}, "query must be a string"),
        ("search_catalogue", {"query": "x", "max_price": "cheap"}, "max_price must be a number"),
        ("search_catalogue", {"query": "x", "category": "car"}, "category must be one of"),
        ("search_catalogue", {"query": "x", "sort": "price"}, "takes no argument 'sort'"),
        ("show_item", {"item": "i9"}, "no item 'i9'"),
    ],
)
def test_wrong_calls_are_answered(name, arguments, error):
    assert error in call(name, **arguments)["error"]


def test_a_call_that_cannot_be_read_is_answered():
    assert json.loads(TOOLS.call(malformed("not JSON")).text) == {"error": "not JSON"}
