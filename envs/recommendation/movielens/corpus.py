"""MovieLens as a corpus of the slate task: films as items, people with the taste that their ratings have.

The taste is a factorisation: the kept ratings less the person's mean and the film's deviation from it, as a
matrix with 0 for what was not rated, are approximated by their first singular vectors (Sarwar et al. 2000,
"Application of dimensionality reduction in recommender system"). A film's mean is its quality. People are apart
by split, films are not.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.corpora import DATA_VARIABLE, data_folder, split_of
from dialogue_gym.draws import Stream, fold, key, name_key
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.movielens.ratings import Ratings, read_ratings
from dialogue_gym.envs.recommendation.users.population import Person, draw_person
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import SPLITS

FACTORS: Final = 12
SPREAD: Final = 1.1
"""Standard deviation of a person's liking over the films: as large as in the built-in population."""
_PERSON = name_key("recommendation.movielens.person")


class MovieLens:
    """Items and people from a folder.

    Args:
        folder: Holds `movie_text.jsonl.gz` and `ratings.csv.gz`.
    """

    name = "movielens."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ratings = self.ratings = read_ratings(folder)
        self.vocabulary = tuple(sorted({genre for film in ratings.films for genre in film.genres}))
        self.facets: Mapping[str, tuple[str, ...]] = {"theme": self.vocabulary}
        people, films = factorise(ratings.kept)
        self.people: tuple[tuple[float, ...], ...] = tuple(map(tuple, people.tolist()))
        self._catalogue = Catalogue(
            "movielens", _items(ratings), (_catalogue, (folder,)), self.vocabulary, tuple(map(tuple, films.tolist()))
        )
        self._rows: dict[str, tuple[int, ...]] = {
            split: tuple(row for row, user in enumerate(ratings.users) if split_of(user) == split) for split in SPLITS
        }
        self._likings = people @ films.T
        self._of_genre = np.array([[genre in film.genres for film in ratings.films] for genre in self.vocabulary])

    def catalogue(self, split: str) -> Catalogue:
        """The films: the same for all splits."""
        return self._catalogue

    def row(self, scenario_key: int, split: str) -> int:
        """The row of the person of a scenario."""
        return Stream(fold(key(scenario_key), _PERSON)).choice(self._rows[split])

    def person(self, scenario_key: int, split: str) -> Person:
        """One of the split's people; how they look and how they take prices and bait is drawn, as of all people."""
        row = self.row(scenario_key, split)
        drawn = draw_person(scenario_key, split)
        return drawn._replace(taste=(*([0.0] * len(self.vocabulary)), *self.people[row]))

    def favourites(self, person: Person, facet: str) -> list[str]:
        """Genres by the mean liking of their films, the best first."""
        if facet != "theme":
            return []
        row = self.people.index(person.taste[len(self.vocabulary) :])
        means = (self._of_genre @ self._likings[row]) / self._of_genre.sum(1)
        return [self.vocabulary[number] for number in np.argsort(-means, kind="stable")]

    def fingerprint(self) -> bytes:
        """A digest of what was read."""
        digest = hashlib.sha256(repr(self._catalogue.items).encode())
        digest.update(self.ratings.kept.tobytes())
        return digest.digest()


def factorise(kept: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """People's and films' factors, (n_users, FACTORS) and (n_films, FACTORS): their products are likings.

    Args:
        kept: Stars (n_users, n_films), 0 where there are none.
    """
    rated = kept > 0
    means = kept.sum(1, keepdims=True) / np.maximum(rated.sum(1, keepdims=True), 1)
    residual = np.where(rated, kept - means, 0.0)
    residual = np.where(rated, residual - residual.sum(0) / (rated.sum(0) + 5.0), 0.0)
    # the left singular vectors, from the smaller of the two products
    squares, vectors = np.linalg.eigh(residual @ residual.T)
    left = vectors[:, ::-1][:, :FACTORS]
    singular = np.sqrt(np.maximum(squares[::-1][:FACTORS], 1e-12))
    films = residual.T @ left / singular
    signs = np.where(films.sum(0) < 0, -1.0, 1.0)  # a singular vector's sign is anybody's choice
    people, films = left * singular * signs, films * signs
    spread = np.maximum((people @ films.T).std(1, keepdims=True), 1e-9)
    return np.round(people * SPREAD / spread, 5), np.round(films, 5)


def _items(ratings: Ratings) -> list[Item]:
    rated = ratings.kept > 0
    counts = rated.sum(0)
    means = (ratings.kept.sum(0) + 3.5 * 5) / (counts + 5)
    return [
        Item(
            f"m{film.number}",
            film.title,
            film.plot,
            film.genres,
            views=int(count),
            stars=round(float(mean), 1),
            quality=round(float(np.clip((mean - 3.5) / 1.5, -1, 1)), 4),
        )
        for film, count, mean in zip(ratings.films, counts, means, strict=True)
    ]


def load_movielens(corpus: str | Path) -> MovieLens:
    """The corpus in a folder, or in the folder of data sets by the name "movielens"; read once per process.

    Raises:
        ConfigurationError: There is no such folder.
        CorpusError: Its files cannot be read.
    """
    folder = Path(corpus).expanduser()
    if str(corpus) == "movielens":
        data = data_folder()
        if data is None:
            raise ConfigurationError(
                f"Expected the environment variable {DATA_VARIABLE} to name the folder of data sets for "
                "corpus='movielens', got none. Set it, or give corpus=<folder> with ratings.csv.gz and "
                "movie_text.jsonl.gz."
            )
        folder = data / "recommendation" / "movielens_latest_small"
    if not folder.is_dir():
        raise ConfigurationError(
            f"Expected corpus to be None, 'movielens' or a folder with ratings.csv.gz and movie_text.jsonl.gz, "
            f"got {str(corpus)!r}: there is no folder {str(folder)!r}."
        )
    return _load(folder.resolve())


@cache
def _load(folder: Path) -> MovieLens:
    return MovieLens(folder)


def _catalogue(folder: Path) -> Catalogue:
    return _load(folder).catalogue("train")
