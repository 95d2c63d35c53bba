"""Where items and people come from: the built-in catalogue and population, or MovieLens."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from dialogue_gym.envs.recommendation.catalogue.builtin import DATA, VERSION, builtin_catalogue
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.catalogue.schema import FACETS, TAG_NUMBER, TAGS
from dialogue_gym.envs.recommendation.users.population import Person, draw_person
from dialogue_gym.task import SPLITS


class Corpus(Protocol):
    """Items, and people with a taste for them.

    Attributes:
        name: Part of the task's name, empty or with a dot at its end.
        vocabulary: All attributes.
        facets: Facet to its attributes; there is a "theme" at least.
    """

    name: str
    vocabulary: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""

    def person(self, scenario_key: int, split: str) -> Person:
        """The user of a scenario."""

    def favourites(self, person: Person, facet: str) -> Sequence[str]:
        """The attributes of a facet by liking, the best first; none where people don't speak of it."""

    def fingerprint(self) -> bytes:
        """Changes with the content."""


class Builtin:
    """The built-in catalogue and population."""

    name = ""
    vocabulary: tuple[str, ...] = TAGS
    facets: Mapping[str, tuple[str, ...]] = FACETS

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""
        return builtin_catalogue(split)

    def person(self, scenario_key: int, split: str) -> Person:
        """The user of a scenario."""
        return draw_person(scenario_key, split)

    def favourites(self, person: Person, facet: str) -> Sequence[str]:
        """The attributes of a facet by liking."""
        return sorted(FACETS[facet], key=lambda tag: -person.taste[TAG_NUMBER[tag]])

    def fingerprint(self) -> bytes:
        """The wording files and the version of the code."""
        return b"".join([str(VERSION).encode(), *((DATA / f"{split}.txt").read_bytes() for split in SPLITS)])


@cache
def load_corpus(corpus: str | None) -> Corpus:
    """A corpus by name or folder; None for the built-in one.

    Raises:
        ConfigurationError: There is none.
    """
    if corpus is None:
        return Builtin()
    from dialogue_gym.envs.recommendation.movielens.corpus import load_movielens

    movielens: Corpus = load_movielens(corpus)
    return movielens
