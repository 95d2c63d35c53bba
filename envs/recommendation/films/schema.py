"""Films in the form of a conversation's catalogue: what kind of film, what it is about, from which time."""

import re
from collections.abc import Sequence
from typing import Final

from dialogue_gym.envs.recommendation.catalogue.reading import Reader
from dialogue_gym.envs.recommendation.catalogue.schema import Schema

KINDS: Final = ("animation", "documentary", "horror", "thriller", "action", "comedy", "drama")
"""Genres that say what kind of film it is. A film is of the first of these that it has."""
SUBJECTS: Final = (
    "adventure", "biography", "crime", "family", "fantasy", "history", "music", "mystery", "romance", "sci-fi", "sport",
    "war", "western",
)  # fmt: skip
"""Genres that say what a film is about; it may have several."""
OTHER_NAMES: Final = {"children": "family", "musical": "music", "film-noir": "crime"}
"""Genres that are told as another."""
TIMES: Final = {1969: "vintage", 1979: "seventies", 1989: "eighties", 1999: "nineties", 2009: "noughties"}
"""The last year of each time; what is later is recent."""
RECENT: Final = "recent"

FILMS: Final = Schema({"category": KINDS, "theme": SUBJECTS, "tone": (), "style": (*TIMES.values(), RECENT)})
READER: Final = Reader(FILMS, word=re.compile(r"sci-fi|[^\W\d_]+"))
"""Reads genres and times by their names."""
CALLED: Final = {"horror": "horror film", "action": "action film", "animation": "animation film"}
"""What one film of a kind is called, where that is not the kind's name."""
_YEAR = re.compile(r"\((\d{4})\)")


def tags_of(title: str, genres: Sequence[str]) -> tuple[str, ...] | None:
    """A film's kind, subjects and time, by its genres and the year in its title; None if it has no kind.

    >>> tags_of("Alien (1979)", ("horror", "sci-fi", "thriller"))
    ('horror', 'sci-fi', 'seventies')
    """
    names = [OTHER_NAMES.get(genre, genre) for genre in genres]
    kind = next((kind for kind in KINDS if kind in names), None)
    if kind is None:
        return None
    year = _YEAR.search(title)
    time = () if year is None else (next((name for last, name in TIMES.items() if int(year[1]) <= last), RECENT),)
    return (kind, *(subject for subject in SUBJECTS if subject in names), *time)


def ranked_taste(subjects: Sequence[str], times: Sequence[str]) -> list[float]:
    """Likings of all attributes of films, from subjects and times by liking, the best first.

    The sizes are those of the built-in population: the two best subjects 1.5 and 1.1, the last −1.2, the best and
    the last time 0.5 and −0.5, the others small.
    """
    taste = [0.0] * len(FILMS.tags)
    for place, subject in enumerate(subjects):
        last = len(subjects) - 1
        middle = 0.3 - 0.6 * place / last
        taste[FILMS.number[subject]] = {0: 1.5, 1: 1.1, last: -1.2}.get(place, middle)
    if times:
        taste[FILMS.number[times[0]]] = 0.5
        taste[FILMS.number[times[-1]]] -= 0.5
    return taste
