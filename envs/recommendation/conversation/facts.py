"""What is said of an item, and whether it is so: "it is about crime", "it costs €12".

Facts are pairs of what they are about and a value, in the order of `ABOUT`: a theme, tone or style that is named, a
price in euros, mean stars; last hints: values that words stand for without being their names, as in a quoted
description. What is named has to be so. A hint counts where it is so, and means nothing where it is not.
"""

import re
from collections.abc import Sequence
from typing import Final

from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.envs.recommendation.catalogue.reading import Reader
from dialogue_gym.envs.recommendation.catalogue.schema import Schema

Fact = tuple[str, str | float]
ASPECTS: Final = ("theme", "tone", "style", "price", "stars")
"""What users ask about an item."""
ABOUT: Final = (*ASPECTS, "hint")
CLOSE: Final = {"price": 0.51, "stars": 0.051}
"""How far off a number may be: prices may be told in whole euros."""
_PRICE = re.compile(r"€ ?(\d{1,6}(?:\.\d{1,2})?)|\b(\d{1,6}(?:\.\d{1,2})?) ?(?:€|euros?\b|eur\b)", re.IGNORECASE)
_FREE = re.compile(r"\b(?:is free|for free|free of charge|costs? nothing|free,)", re.IGNORECASE)
_STARS = re.compile(r"\b([1-5](?:\.\d)?) ?(?:stars?\b|of 5\b|out of 5\b|/ ?5\b)", re.IGNORECASE)
_SAYS: Final = {
    "theme": "it is about {}",
    "tone": "the mood is {}",
    "style": "the style is {}",
    "price": "it costs €{:g}",
    "stars": "others give it {:g} stars",
}
_SAID: Final = re.compile("|".join(re.sub(r"[€ ]*\{.*", "", words) for words in _SAYS.values()))


def read_facts(text: str, reader: Reader) -> tuple[Fact, ...]:
    """The facts that a text states. Of a facet whose values are named, words that only hint at others don't count."""
    facts: list[Fact] = [("price", float(one or other)) for one, other in _PRICE.findall(text)]
    if _FREE.search(text):
        facts.append(("price", 0.0))
    facts += [("stars", float(stars)) for stars in _STARS.findall(text)]
    words = _SAID.sub(" ", _STARS.sub(" ", _PRICE.sub(" ", text)))
    facet_of = reader.schema.facet_of
    named = reader.by_name(words)
    facets = {"category", *(facet_of[tag] for tag in named)}
    facts += [(facet_of[tag], tag) for tag in named if facet_of[tag] != "category"]
    facts += [("hint", tag) for tag in reader.in_order(words) if facet_of[tag] not in facets]
    return in_order(facts)


def in_order(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts in the order of `ABOUT`, each once."""
    return tuple(dict.fromkeys(sorted(facts, key=lambda fact: ABOUT.index(fact[0]))))


def say_facts(facts: Sequence[Fact]) -> str:
    """Facts in words; `read_facts` reads them back, all but hints, which are left out."""
    return ", ".join(_SAYS[about].format(value) for about, value in facts if about in _SAYS)


def values_of(item: Item, schema: Schema) -> dict[str, tuple[str | float, ...]]:
    """What can be said of an item, by aspect. Several themes are each true; what costs nothing has no price."""
    values: dict[str, tuple[str | float, ...]] = {
        facet: tuple(tag for tag in item.tags if schema.facet_of.get(tag) == facet) for facet in ASPECTS[:3]
    }
    values |= {"price": (item.price,) if item.price else (), "stars": (item.stars,)}
    return {about: known for about, known in values.items() if known}


def told(facts: Sequence[Fact], item: Item, schema: Schema) -> tuple[bool, list[str]]:
    """What a user takes from facts about an item: whether nothing is untrue, and what they were told about."""
    hinted = [schema.facet_of[str(tag)] for about, tag in facts if about == "hint" and tag in item.tags]
    stated = [fact for fact in facts if fact[0] != "hint"]
    about = dict.fromkeys([*(about for about, _ in stated), *hinted])
    return all(is_true(fact, item, schema) for fact in stated), list(about)


def is_true(fact: Fact, item: Item, schema: Schema) -> bool:
    """Whether a fact is so of an item."""
    about, value = fact
    if about in CLOSE:
        known = item.price if about == "price" else item.stars
        return isinstance(value, (int, float)) and abs(value - known) < CLOSE[about]
    return value in item.tags and schema.facet_of.get(str(value)) == about
