"""Films with texts, and who gave them how many stars; a fifth of the ratings, drawn or the latest, is held out."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.corpora import read_rows
from dialogue_gym.draws import Stream, fold, key
from dialogue_gym.errors import CorpusError

HELD_OUT: Final = 0.2
"""Share of ratings that nothing is learned from."""
FEWEST: Final = 5
"""Kept ratings that a film must have."""
_HELD_OUT = key("recommendation.movielens.held_out")
LIKED: Final = 4.0
"""Stars from which a film counts as liked."""


class Film(NamedTuple):
    """A film as its texts tell.

    Attributes:
        number: MovieLens' movieId.
        title: With the year.
        genres: In small letters.
        plot: One sentence.
    """

    number: int
    title: str
    genres: tuple[str, ...]
    plot: str


class Ratings(NamedTuple):
    """Who rated what.

    Attributes:
        films: The films, by column.
        users: MovieLens' userIds, by row.
        kept: float32 (n_users, n_films), stars; 0 where there are none.
        held_out: The same, of the ratings that are held out.
    """

    films: tuple[Film, ...]
    users: tuple[int, ...]
    kept: npt.NDArray[np.float32]
    held_out: npt.NDArray[np.float32]


@cache
def read_ratings(folder: Path, described: bool = True, latest: bool = False) -> Ratings:
    """Reads `movie_text.jsonl.gz` and `ratings.csv.gz` of a folder, once per process.

    Args:
        folder: Where they are.
        described: Keep films that have a text and enough ratings only; otherwise all, without their texts.
        latest: Hold out the last fifth of each person's ratings by time; otherwise a fifth of all that is drawn.

    Raises:
        CorpusError: A file or a column is missing, or a value is no number; names file and line.
    """
    texts = {film.number: film for film in _read_films(folder / "movie_text.jsonl.gz")} if described else {}
    triples: list[tuple[int, int, float, bool]] = []
    of_user: dict[int, list[tuple[float, int, float]]] = {}
    for where, row in read_rows(folder / "ratings.csv.gz"):
        user, film, stars = (_number(where, row, name) for name in ("userId", "movieId", "rating"))
        if not described:
            texts[int(film)] = Film(int(film), "", (), "")
        if int(film) not in texts:
            continue
        if latest:
            when = _number(where, row, "timestamp")
            of_user.setdefault(int(user), []).append((when, int(film), stars))
        else:
            triples.append((int(user), int(film), stars, _is_held_out(int(user), int(film))))
    for user, rated in of_user.items():
        first = len(rated) - max(1, int(HELD_OUT * len(rated)))
        triples += [(user, film, stars, place >= first) for place, (_, film, stars) in enumerate(sorted(rated))]
    counts: dict[int, int] = {}
    for _, number, _, held_out in triples:
        counts[number] = counts.get(number, 0) + (not held_out)
    films = tuple(film for number, film in sorted(texts.items()) if counts.get(number, 0) >= described * FEWEST)
    users = tuple(sorted({user for user, *_ in triples}))
    columns = {film.number: column for column, film in enumerate(films)}
    rows = {user: row for row, user in enumerate(users)}
    kept, held = (np.zeros((len(users), len(films)), np.float32) for _ in range(2))
    for user, number, stars, held_out in triples:
        if number in columns:
            (held if held_out else kept)[rows[user], columns[number]] = stars
    return Ratings(films, users, kept, held)


def _read_films(path: Path) -> list[Film]:
    films = []
    for where, row in read_rows(path):
        title, plot, genres = row.get("title"), row.get("plot"), row.get("genres")
        if not isinstance(title, str) or not isinstance(plot, str) or not isinstance(genres, list):
            raise CorpusError(f"{where}: expected title, plot and genres, got {', '.join(map(str, row))}.")
        plot = " ".join(plot.replace("|", "/").split())
        names = tuple(str(genre).lower() for genre in genres if genre != "(no genres listed)")
        if names:
            number = int(_number(where, row, "movieId"))
            films.append(Film(number, " ".join(title.replace("|", "/").split()), names, plot))
    return films


def _number(where: str, row: Mapping[str, Any], name: str) -> float:
    try:
        return float(row[name])
    except (KeyError, TypeError, ValueError):
        raise CorpusError(f"{where}: expected a number as {name}, got {row.get(name)!r}.") from None


def _is_held_out(user: int, film: int) -> bool:
    return Stream(fold(fold(_HELD_OUT, user), film)).chance(HELD_OUT)
