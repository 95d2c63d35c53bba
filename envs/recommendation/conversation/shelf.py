"""A catalogue as the numeric view's strategies see it: numbers made of the items' texts, category by category."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.conversation.facts import ASPECTS, Fact
from dialogue_gym.envs.recommendation.slates.tracker import bait_score
from dialogue_gym.envs.recommendation.users.user import MEAN_STARS

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.corpora import Corpus

Floats = npt.NDArray[np.float32]


class Aisle(NamedTuple):
    """Some items of a catalogue side by side: what lists are made by.

    Attributes:
        rows: int64 (n,): their rows of the catalogue.
        tags: float32 (n, n_tags): 1 where an attribute is listed, 0.5 where it is read in words.
        stars: float32 (n,), less the mean.
        prices: float32 (n,).
        views: float32 (n,).
        bait: float32 (n,): how much the title sounds like clickbait.
    """

    rows: npt.NDArray[np.int64]
    tags: Floats
    stars: Floats
    prices: Floats
    views: Floats
    bait: Floats

    def up_to(self, price: float) -> "Aisle":
        """What costs no more than a price."""
        return self.of(self.prices <= price)

    def of(self, rows: npt.NDArray[Any]) -> "Aisle":
        """Some of the items, by number or by mask."""
        return Aisle._make(column[rows] for column in self)


class Shelf:
    """What can be told of the items of a catalogue, row by row.

    Args:
        catalogue: The items.
        listed: Id to the attributes that an item's list of tags names.
        corpus: Reads the others in the items' words.

    Attributes:
        ids: Ids of the items.
        number: Id to row.
        themes: For each item, the number among the themes of the one that is told, −1 if none is.
        of_category: What is there, by number of the category; all of it under −1.
    """

    def __init__(self, catalogue: Catalogue, listed: Mapping[str, tuple[str, ...]], corpus: "Corpus") -> None:
        items, schema = catalogue.items, corpus.schema
        self._items, self._schema = items, schema
        self.ids = tuple(item.id for item in items)
        self.number = catalogue.number
        self._tags: Floats = np.array([_tags(item, listed[item.id], corpus) for item in items], np.float32)
        themes = self._tags[:, [schema.number[theme] for theme in schema.facets["theme"]]]
        self.themes: tuple[int, ...] = tuple(np.where(themes.max(axis=1) > 0, themes.argmax(axis=1), -1).tolist())
        everything = Aisle(
            np.arange(len(items)),
            self._tags,
            np.array([item.stars - MEAN_STARS for item in items], np.float32),
            np.array([item.price for item in items], np.float32),
            np.array([item.views for item in items], np.float32),
            np.array([bait_score(item.title) * corpus.described for item in items], np.float32),
        )
        there = {-1: np.array(catalogue.available(0))} | {
            number: catalogue.of_category(category) for number, category in enumerate(schema.facets["category"])
        }
        self.of_category = {number: Aisle(*(column[rows] for column in everything)) for number, rows in there.items()}

    def fact(self, item_id: str, about: str) -> Fact | None:
        """What can be said of an item; None if its text does not tell."""
        row = self.number.get(item_id)
        if row is None:
            return None
        if about in ("price", "stars"):
            return (about, getattr(self._items[row], about))
        assert about in ASPECTS
        values = self._schema.facets[about]
        told = self._tags[row, [self._schema.number[value] for value in values]]
        return (about, values[int(told.argmax())]) if len(values) and told.max() > 0 else None


def _tags(item: Item, listed: Sequence[str], corpus: "Corpus") -> list[float]:
    facet_of = corpus.schema.facet_of
    told = {facet_of[tag] for tag in listed}
    read = corpus.reader.tags(f"{item.title}. {item.description}") if corpus.described else ()
    hinted = [tag for tag in read if facet_of[tag] not in told]
    return [1.0 if tag in listed else 0.5 if tag in hinted else 0.0 for tag in corpus.schema.tags]
