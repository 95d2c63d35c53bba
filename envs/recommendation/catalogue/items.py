"""An item and a catalogue of items."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.recommendation.catalogue.schema import TAGS
from dialogue_gym.errors import UnknownNameError

NEVER = 1 << 30
"""The day on which an item that is always there sells out."""
_NONE = np.array([], np.int64)


class Item(NamedTuple):
    """One thing that can be recommended.

    What is shown to anybody: id, title, description, listed tags, price, views and stars. What is hidden: all tags,
    quality, clickbait.

    Attributes:
        id: Its name in actions, such as "i1042".
        title: A few words.
        description: A sentence or two, in which the attributes are said in words.
        tags: Its attributes, one value of each facet for items of the built-in catalogue.
        price: In euros; 0 for what costs nothing.
        views: How often others have opened it: Zipf-distributed.
        stars: Mean rating by others, 1 to 5: quality, seen through noise.
        quality: How good it is whatever one's taste, −1 to 1.
        clickbait: How much more its title promises than it holds, 0 to 1.
        arrives: The day from which it is there.
        sold_out: The day from which it is not.
    """

    id: str
    title: str
    description: str
    tags: tuple[str, ...]
    price: float = 0.0
    views: int = 0
    stars: float = 3.0
    quality: float = 0.0
    clickbait: float = 0.0
    arrives: int = 0
    sold_out: int = NEVER


Source = tuple[Callable[..., "Catalogue"], tuple[Any, ...]]


class Catalogue:
    """Items, in a fixed order.

    Args:
        name: Names it in messages and hashes.
        items: The items; ids are all different.
        source: Function and arguments that make it again: how it is pickled.
        vocabulary: The attributes that tastes are about.
        factors: For each item, what else tastes are about: numbers without a name. None for most catalogues.
    """

    def __init__(
        self,
        name: str,
        items: Sequence[Item],
        source: Source | None = None,
        vocabulary: Sequence[str] = TAGS,
        factors: Sequence[tuple[float, ...]] | None = None,
    ) -> None:
        self.name = name
        self.items = tuple(items)
        self.vocabulary = tuple(vocabulary)
        self.factors = None if factors is None else tuple(factors)
        self._source = source
        self.number: dict[str, int] = {item.id: number for number, item in enumerate(self.items)}
        assert len(self.number) == len(self.items), "ids are all different"

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, item_id: str) -> Item:
        try:
            return self.items[self.number[item_id]]
        except KeyError:
            raise UnknownNameError(f"item of catalogue {self.name!r}", item_id, self.number) from None

    def __deepcopy__(self, memo: dict[int, object]) -> "Catalogue":
        return self  # nothing about a catalogue changes after it was made

    def __reduce__(self) -> tuple[Callable[..., "Catalogue"], tuple[Any, ...]]:
        return self._source or (Catalogue, (self.name, self.items, None, self.vocabulary, self.factors))

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.number

    @cached_property
    def tag_numbers(self) -> tuple[tuple[int, ...], ...]:
        """For each item, the numbers in `vocabulary` of its attributes; other tags are left out."""
        numbers = {tag: number for number, tag in enumerate(self.vocabulary)}
        return tuple(tuple(numbers[tag] for tag in item.tags if tag in numbers) for item in self.items)

    @cached_property
    def tag_columns(self) -> npt.NDArray[np.int64]:
        """(most attributes of an item, n_items): `tag_numbers` on its side, filled up with the vocabulary's length."""
        most = max(map(len, self.tag_numbers), default=0)
        beyond = len(self.vocabulary)
        filled = [[*tags, *[beyond] * (most - len(tags))] for tags in self.tag_numbers]
        return np.array(filled, np.int64).reshape(len(self), most).T.copy()

    @cached_property
    def factor_rows(self) -> npt.NDArray[np.float64]:
        """(n_items, n_factors): `factors`, of catalogues that have them."""
        assert self.factors is not None
        return np.array(self.factors)

    @cached_property
    def prices(self) -> npt.NDArray[np.float64]:
        """(n_items,) In euros."""
        return np.array([item.price for item in self.items])

    @cached_property
    def _of_category(self) -> dict[str, npt.NDArray[np.int64]]:
        found: dict[str, list[int]] = {}
        for number in self.available(0):
            found.setdefault(self.items[number].tags[0], []).append(number)
        return {category: np.array(numbers, np.int64) for category, numbers in found.items()}

    def of_category(self, category: str) -> npt.NDArray[np.int64]:
        """Numbers, in order, of the items whose first attribute is a category, that are there on the first day."""
        return self._of_category.get(category, _NONE)

    @cached_property
    def arrives(self) -> tuple[int, ...]:
        """The day from which each item is there."""
        return tuple(item.arrives for item in self.items)

    def available(self, day: int) -> tuple[int, ...]:
        """Numbers of the items that have arrived and are not sold out on a day."""
        return tuple(n for n, item in enumerate(self.items) if item.arrives <= day < item.sold_out)
