"""Conversations about MovieLens' films with MovieLens' people (Harper and Konstan 2015).

A person's taste is the factorisation of their kept ratings, as for slates, and likings of subjects and times in the
order of the mean of that over the films that have them. They know already what they have rated.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.films.schema import FILMS, ranked_taste, tags_of
from dialogue_gym.envs.recommendation.films.talk import FilmTalk
from dialogue_gym.envs.recommendation.movielens import load_movielens
from dialogue_gym.envs.recommendation.users.population import Person

FACTORS_WEIGHT = 0.5
"""Share of the factors' liking; subjects and times, which people can speak of, make up the rest."""


class MovieLensTalk(FilmTalk):
    """Films, people and what they have rated.

    Args:
        corpus: The name "movielens" or a folder.
    """

    name = "movielens."

    def __init__(self, corpus: str = "movielens") -> None:
        self._corpus, self._films = corpus, load_movielens(corpus)
        items = self._films.catalogue("train").items
        tags = [tags_of(item.title, item.tags) for item in items]
        self._rows = [row for row, known in enumerate(tags) if known is not None]
        told = [item._replace(tags=known) for item, known in zip(items, tags, strict=True) if known is not None]
        factors = self._films.catalogue("train").factors
        assert factors is not None
        self._catalogue = Catalogue(
            "movielens.talk", told, (_catalogue, (corpus,)), FILMS.tags, [factors[row] for row in self._rows]
        )

    def catalogue(self, split: str) -> Catalogue:
        """The films that have a kind: the same for all splits."""
        return self._catalogue

    def person(self, scenario_key: int, split: str) -> Person:
        """One of the split's people."""
        person = self._films.person(scenario_key, split)
        factors = person.taste[len(self._films.vocabulary) :]
        means = self._means @ (self._catalogue.factor_rows @ np.array(factors))
        order = [FILMS.tags[number] for number in np.argsort(-means, kind="stable") if self._counts[number]]
        subjects = [tag for tag in order if FILMS.facet_of[tag] == "theme"]
        times = [tag for tag in order if FILMS.facet_of[tag] == "style"]
        taste = [*ranked_taste(subjects, times), *(FACTORS_WEIGHT * factor for factor in factors)]
        return person._replace(taste=tuple(taste))

    def had(self, scenario_key: int, split: str, share: float, stream: Stream) -> set[int]:
        """What they have rated."""
        rated = self._films.ratings.kept[self._films.row(scenario_key, split)] > 0
        return {number for number, row in enumerate(self._rows) if rated[row]}

    @cached_property
    def _has(self) -> npt.NDArray[np.float64]:
        """(n_tags, n_films): 1 where a film has an attribute."""
        return np.array([[tag in item.tags for item in self._catalogue.items] for tag in FILMS.tags], np.float64)

    @cached_property
    def _counts(self) -> npt.NDArray[np.float64]:
        """(n_tags,) How many films have an attribute: MovieLens knows no biography, for example."""
        return np.asarray(self._has.sum(1))

    @cached_property
    def _means(self) -> npt.NDArray[np.float64]:
        """(n_tags, n_films): rows that take the mean over the films with an attribute."""
        return np.asarray(self._has / np.maximum(self._counts, 1.0)[:, None])

    def fingerprint(self) -> bytes:
        """That of the ratings, and the schema."""
        return self._films.fingerprint() + repr(self._catalogue.items[:1]).encode() + repr(FILMS.facets).encode()


def _catalogue(corpus: str) -> Catalogue:
    from dialogue_gym.envs.recommendation.conversation.corpora import load_corpus

    return load_corpus(corpus).catalogue("train")
