"""Who the users are: each their own taste, eye, thrift and patience, drawn from the scenario's key.

Liked themes come in pairs. A third of the pairs is found in val and test only: held-out people, not only held-out
numbers.
"""

from itertools import combinations
from typing import Final, NamedTuple

from dialogue_gym.draws import LongStream, fold, key, name_key
from dialogue_gym.envs.recommendation.catalogue.schema import CATEGORIES, STYLES, TAG_NUMBER, TAGS, THEMES, TONES
from dialogue_gym.envs.recommendation.users.choice import ExaminedSets, examine_by_position, examine_in_cascade

_PERSON = name_key("recommendation.person")

_PAIRS: Final = tuple(combinations(THEMES, 2))
THEME_PAIRS: Final = {
    "train": tuple(pair for number, pair in enumerate(_PAIRS) if number % 3),
    "val": tuple(pair for number, pair in enumerate(_PAIRS) if number % 6 == 0),
    "test": tuple(pair for number, pair in enumerate(_PAIRS) if number % 6 == 3),
}
"""Pairs of themes that the people of a split like."""

POSITION_EXPONENTS: Final = (0.4, 0.8)
CONTINUATIONS: Final = (0.65, 0.85)


class Person(NamedTuple):
    """What makes one user differ from another. Hidden from agents.

    Attributes:
        taste: Liking of each of the catalogue's attributes, mostly within −1.5 .. 1.5, and of its factors if any.
        cascade: Whether lists are read from the top; otherwise places are glanced at, each by itself.
        eye: The parameter of the examination: continuation, or the position's exponent.
        thrift: How much prices matter, 1 on average.
        gullible: How much clickbait attracts, 1 on average.
        patience: How little idle rounds annoy, 1 on average.
    """

    taste: tuple[float, ...]
    cascade: bool
    eye: float
    thrift: float
    gullible: float
    patience: float

    def examined(self, places: int) -> ExaminedSets:
        """Which of so many places are looked at."""
        return (examine_in_cascade if self.cascade else examine_by_position)(places, self.eye)


def draw_person(scenario_key: int, split: str) -> Person:
    """The user of a scenario."""
    stream = LongStream(fold(key(scenario_key), _PERSON))
    taste = [0.2 * (stream.uniform() + stream.uniform() - 1.0) for _ in TAGS]
    first, second = stream.choice(THEME_PAIRS[split])
    if stream.chance(0.5):
        first, second = second, first
    avoided = stream.choice([theme for theme in THEMES if theme not in (first, second)])
    categories = stream.sample(CATEGORIES, 4)
    tones = stream.sample(TONES, 2)
    styles = stream.sample(STYLES, 2)
    for tag, liking in (
        (first, 1.5),
        (second, 1.1),
        (avoided, -1.2),
        (categories[0], 0.9),
        (categories[1], 0.6),
        (categories[2], -0.6),
        (categories[3], -0.9),
        (tones[0], 0.7),
        (tones[1], -0.7),
        (styles[0], 0.4),
        (styles[1], -0.4),
    ):
        taste[TAG_NUMBER[tag]] += liking
    cascade = stream.chance(0.5)
    eye = stream.choice(CONTINUATIONS if cascade else POSITION_EXPONENTS)
    thrift, gullible, patience = (0.5 + stream.uniform() for _ in range(3))
    return Person(tuple(taste), cascade, eye, thrift, gullible, patience)
