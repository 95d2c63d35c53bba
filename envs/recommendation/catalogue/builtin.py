"""The built-in catalogue: composed from the wording files in `data/`, one for each split, nothing in common.

    catalogue = builtin_catalogue("train")
    catalogue.items[0].title

The same split gives the same 648 items everywhere: every draw is keyed by (split, item, purpose).
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.catalogue.items import NEVER, Catalogue, Item
from dialogue_gym.envs.recommendation.catalogue.schema import CATEGORIES, GOODS, PRICES, STYLES, THEMES, TONES
from dialogue_gym.wording import Wording

DATA = files("dialogue_gym.envs.recommendation.catalogue") / "data"
VERSION: Final = 1
"""Raised whenever this code makes other items from the same data."""

PER_CATEGORY: Final = 72
BAIT_SHARE: Final = 0.2
"""Share of items whose title promises more than they hold."""
LATE_SHARE: Final = 0.15
"""Share of items that arrive after day 0, and of goods that sell out."""
DAYS: Final = 40
"""Within how many days items arrive and sell out."""
MOST_VIEWS: Final = 90_000
ZIPF_EXPONENT: Final = 0.9
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou])")
_FIRST_ID: Final = {"train": 1000, "val": 3000, "test": 5000}


@cache
def wording(split: str) -> Wording:
    """The words that the items of a split are described with."""
    return Wording.load(DATA / f"{split}.txt")


@cache
def builtin_catalogue(split: str) -> Catalogue:
    """The items of a split ("train", "val" or "test")."""
    size = PER_CATEGORY * len(CATEGORIES)
    ids = Stream(key("recommendation.ids", VERSION, split)).sample(range(size), size)
    titles: set[str] = set()
    drafts = [_compose(split, number, titles) for number in range(size)]
    ranks = _popularity_ranks(split, drafts)
    return Catalogue(
        f"builtin.{split}",
        sorted(
            (
                draft._replace(
                    id=f"i{_FIRST_ID[split] + ids[number]}",
                    views=round(MOST_VIEWS / (1 + ranks[number]) ** ZIPF_EXPONENT),
                )
                for number, draft in enumerate(drafts)
            ),
            key=lambda item: item.id,
        ),
        (builtin_catalogue, (split,)),
    )


def _compose(split: str, number: int, titles: set[str]) -> Item:
    """An item without id and views, with a title that is not among `titles`, which it joins."""
    stream = Stream(key("recommendation.item", VERSION, split, number))
    category = CATEGORIES[number // PER_CATEGORY]
    theme = THEMES[number % len(THEMES)]  # every theme equally often in every category, as far as numbers allow
    tone, style = stream.choice(TONES), stream.choice(STYLES)
    quality = _bell(stream)
    stars = min(5.0, max(1.0, 3.4 + 1.2 * quality + 0.4 * _bell(stream)))
    baits = stream.chance(BAIT_SHARE)
    clickbait = 0.6 + 0.4 * stream.uniform() if baits else 0.15 * stream.uniform()
    low, high = PRICES[category]
    price = round(low * (high / low) ** stream.uniform(), 1) if low else 0.0
    arrives = 1 + stream.below(DAYS) if stream.chance(LATE_SHARE) else 0
    sells_out = stream.chance(LATE_SHARE) and category in GOODS
    sold_out = arrives + 1 + stream.below(DAYS) if sells_out else NEVER
    title, description = _words(split, category, theme, tone, style, baits, stream)
    while title in titles:
        title, description = _words(split, category, theme, tone, style, baits, stream)
    titles.add(title)
    tags = (category, theme, tone, style)
    return Item("", title, description, tags, price, 0, round(stars, 1), quality, clickbait, arrives, sold_out)


def _words(
    split: str, category: str, theme: str, tone: str, style: str, baits: bool, stream: Stream
) -> tuple[str, str]:
    """Title and description."""
    forms = wording(split)

    def say(section: str) -> str:
        text = forms.say(section, {}, stream)[0]
        return text if section.startswith(("name", "place")) else text[:1].lower() + text[1:]

    slots = {
        "thing": say(f"thing.{theme}"),
        "adjective": say("adjective"),
        "place": say("place"),
        "name": say("name"),
        "kind": say(f"kind.{category}"),
        "theme": say(f"theme.{theme}"),
        "tone": say(f"tone.{tone}"),
        "style": say(f"style.{style}"),
    }
    title = forms.say(f"title.{category}", slots, stream)[0]
    if baits:
        title = forms.say("bait", {"title": title}, stream)[0]
    return sentence(title), sentence(forms.say(f"description.{category}", slots, stream)[0])


def sentence(text: str) -> str:
    """With a capital, and with "an" before vowels, which placeholders don't know of."""
    return _ARTICLE.sub(r"\1n ", text[:1].upper() + text[1:])


def _popularity_ranks(split: str, items: list[Item]) -> list[int]:
    """0 for the most popular. What is good is a little more popular, and what baits a little more than that."""
    stream = Stream(key("recommendation.popularity", VERSION, split))
    pull = [_bell(stream) + 0.3 * item.quality + 0.4 * item.clickbait for item in items]
    order = sorted(range(len(items)), key=lambda number: -pull[number])
    ranks = [0] * len(items)
    for rank, number in enumerate(order):
        ranks[number] = rank
    return ranks


def _bell(stream: Stream) -> float:
    """A number between −1 and 1, mostly near 0: the mean of three even draws."""
    return (stream.uniform() + stream.uniform() + stream.uniform()) * 2 / 3 - 1
