"""What an agent can look up in the catalogue of a conversation: search, and one item in full."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from dialogue_gym.acts import MALFORMED, Act
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.catalogue.reading import Reader
from dialogue_gym.envs.recommendation.conversation.speech import tool_event
from dialogue_gym.episode import Event

FOUND: Final = 8
"""Items that a search gives at most."""
_WORD = re.compile(r"[^\W_]+")
_encode = json.JSONEncoder(ensure_ascii=False).encode

_SHOW: Final[dict[str, Any]] = {
    "type": "function",
    "function": {
        "name": "show_item",
        "description": "Tells all that is known about an item.",
        "parameters": {
            "type": "object",
            "properties": {"item": {"type": "string", "description": "Its id, such as i1042."}},
            "required": ["item"],
        },
    },
}


def schema(categories: Sequence[str]) -> list[dict[str, Any]]:
    """JSON schema of the tools over a catalogue of these categories."""
    search = {
        "type": "function",
        "function": {
            "name": "search_catalogue",
            "description": f"Finds up to {FOUND} items by words, best first.",
            "parameters": {
                "type": "object",
                "properties": {
                    "query": {"type": "string", "description": "Words: themes, moods, styles, parts of a title."},
                    "category": {"type": "string", "enum": list(categories), "description": "Only of this category."},
                    "max_price": {"type": "number", "description": "Only up to this price, in euros."},
                },
                "required": ["query"],
            },
        },
    }
    return [search, _SHOW]


_TYPES: Final[Mapping[str, type]] = {"query": str, "category": str, "item": str}


class CatalogueTools:
    """The tools over one catalogue.

    Args:
        catalogue: What is looked up.
        listed: Gives what is listed of an item's attributes.
        reader: Reads attributes in queries and texts.
    """

    def __init__(self, catalogue: Catalogue, listed: Callable[[Item], tuple[str, ...]], reader: Reader) -> None:
        self.catalogue, self._listed, self._reader = catalogue, listed, reader
        self._categories = reader.schema.facets["category"]
        self._tools = {tool["function"]["name"]: tool["function"] for tool in schema(self._categories)}

    def call(self, act: Act) -> Event:
        """Carries out a call; whatever is wrong with it is its result."""
        result = self._result(act)
        return tool_event(act, result, _encode(result))

    def _result(self, act: Act) -> dict[str, Any]:
        if act.name == MALFORMED:
            return {"error": str(act.args.get("error"))}
        tool = self._tools.get(act.name)
        if tool is None:
            return {"error": f"there is no tool {act.name[:40]!r}, only search_catalogue and show_item"}
        parameters = tool["parameters"]
        for name in act.args:
            if name not in parameters["properties"]:
                return {
                    "error": f"{act.name} takes no argument {name[:40]!r}, only {', '.join(parameters['properties'])}"
                }
        for name in parameters["required"]:
            if name not in act.args:
                return {"error": f"{act.name} needs {name}"}
        for name, kind in _TYPES.items():
            if name in act.args and not isinstance(act.args[name], kind):
                return {"error": f"{name} must be a string"}
        price = act.args.get("max_price")
        if price is not None and (isinstance(price, bool) or not isinstance(price, (int, float)) or price != price):
            return {"error": "max_price must be a number"}
        if act.args.get("category", self._categories[0]) not in self._categories:
            return {"error": f"category must be one of: {', '.join(self._categories)}"}
        if act.name == "show_item":
            number = self.catalogue.number.get(act.args["item"])
            return {"error": f"no item {act.args['item'][:40]!r}"} if number is None else self._shown(number, True)
        return {"items": [self._shown(number) for number in self.search(**act.args)]}

    def search(self, query: str, category: str | None = None, max_price: float | None = None) -> list[int]:
        """Numbers of the items whose title holds a query, then of those that share most words and attributes with it.

        Of equal ones those with more stars come first.
        """
        wanted, words, tags = query.strip().casefold(), _words(query), set(self._reader.tags(query))
        found = []
        for number in self.catalogue.available(0):
            item = self.catalogue.items[number]
            if category not in (None, item.tags[0]) or (max_price is not None and item.price > max_price):
                continue
            texts, listed = self._index[number]
            title, common = item.title.casefold(), 2 * len(tags & listed) + len(words & texts)
            named = bool(wanted) and wanted in title
            found.append((wanted != title, not named, -common, -item.stars, number))
        return [number for *_, number in sorted(found)[:FOUND]]

    @cached_property
    def _index(self) -> list[tuple[set[str], set[str]]]:
        """For each item its words, and the attributes that are listed or can be read."""
        return [
            (
                _words(f"{item.title} {item.description}"),
                {*self._listed(item), *self._reader.tags(f"{item.title}. {item.description}")},
            )
            for item in self.catalogue.items
        ]

    def _shown(self, number: int, all_of_it: bool = False) -> dict[str, Any]:
        item = self.catalogue.items[number]
        shown: dict[str, Any] = {"id": item.id, "title": item.title, "tags": list(self._listed(item))}
        shown |= {"price": item.price, "stars": item.stars}
        return shown | ({"description": item.description, "views": item.views} if all_of_it else {})


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 2}
