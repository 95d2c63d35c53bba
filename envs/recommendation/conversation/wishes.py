"""What somebody is looking for: a category, a mood and a price limit beside their lasting taste."""

from functools import lru_cache
from math import tanh
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.catalogue.schema import Schema
from dialogue_gym.envs.recommendation.conversation.levels import WORTH_HAVING, Level
from dialogue_gym.envs.recommendation.users.parameters import UserParameters
from dialogue_gym.envs.recommendation.users.population import Person
from dialogue_gym.envs.recommendation.users.user import User

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.corpora import Corpus

Floats = npt.NDArray[np.float64]

MOOD: Final = 0.8
"""Liking of the mood that a wish asks for, and disliking of each other mood."""
OTHER_CATEGORY: Final = -6.0
"""Liking of a category that is not what is looked for: it is never taken."""
BUDGETS: Final = (0.25, 0.7)
"""Where a price limit lies between a category's lowest and highest price."""
TRIES: Final = 30


class Wish(NamedTuple):
    """What is looked for. Hidden from agents.

    Attributes:
        category: What kind of thing.
        tone: The mood it should have; None for any.
        budget: The most it may cost, in euros; None for any price.
        later_tone: The mood they want after a first recommendation, if they change their mind.
    """

    category: str
    tone: str | None
    budget: float | None
    later_tone: str | None = None

    def affords(self, price: float) -> bool:
        """Whether a price is within the limit."""
        return self.budget is None or price <= self.budget

    def taste(self, person: Person, schema: Schema) -> list[float]:
        """The person's taste while they look for this.

        By hand: somebody who likes films by 0.9 and looks for a funny book likes books by 0, films by −6, funny things
        by 0.8, serious ones by −0.8, and crime as they always do.
        """
        taste = list(person.taste)
        for category in schema.facets["category"]:
            taste[schema.number[category]] = 0.0 if category == self.category else OTHER_CATEGORY
        if self.tone is not None:
            for tone in schema.facets["tone"]:
                taste[schema.number[tone]] = MOOD if tone == self.tone else -MOOD
        return taste


def draw_wishes(
    person: Person,
    had: set[int],
    level: Level,
    parameters: UserParameters,
    corpus: "Corpus",
    catalogue: Catalogue,
    stream: Stream,
) -> tuple[Wish, ...]:
    """The things that somebody looks for, one after the other, each in a category of its own, each to be found.

    They are fewer where fewer categories hold anything worth having; if none does, the best of all is looked for.
    """
    wishes, others = list[Wish](), list[tuple[float, Wish]]()
    categories = stream.sample(corpus.schema.facets["category"], len(corpus.schema.facets["category"]))
    joys = _joys(person, parameters, corpus.schema, catalogue)
    joys[list(had)] = -np.inf
    while len(wishes) < level.wishes and categories:
        wish, most = _draw(categories.pop(), joys, level, corpus, catalogue, stream)
        if most >= WORTH_HAVING:
            wishes.append(wish)
        else:
            others.append((most, wish))
    return tuple(wishes or [max(others, key=lambda pair: pair[0])[1]])


def _joys(person: Person, parameters: UserParameters, schema: Schema, catalogue: Catalogue) -> Floats:
    """(n_items,) What each item would give to who looks for something of its category, whatever its mood."""
    user = User(parameters, person, catalogue)
    for tag in (*schema.facets["category"], *schema.facets["tone"]):
        user.taste[schema.number[tag]] = 0.0
    return user.joys(np.arange(len(catalogue)))


def _draw(
    category: str, joys: Floats, level: Level, corpus: "Corpus", catalogue: Catalogue, stream: Stream
) -> tuple[Wish, float]:
    """A wish of a category, and how much the best item for it would be enjoyed."""
    low, high = corpus.prices.get(category, (0.0, 0.0))
    limited, changes = stream.chance(level.budget) and high > 0, stream.chance(level.changes)
    tones = corpus.schema.facets["tone"]
    best, most = Wish(category, tones[0] if tones else None, None), -1.0
    for _ in range(TRIES if tones else 1):
        first, second = stream.sample(tones, 2) if tones else (None, None)
        share = BUDGETS[0] + (BUDGETS[1] - BUDGETS[0]) * stream.uniform()
        budget = float(round(low + share * (high - low))) if limited else None
        wish = Wish(category, first, budget, second if changes else None)
        numbers = fitting(wish, catalogue)
        found = min(_best(tone, joys, numbers, catalogue) for tone in {first, wish.later_tone or first})
        if found > most:
            best, most = wish, found
        if most >= WORTH_HAVING:
            break
    return best, most


def _best(tone: str | None, joys: Floats, numbers: npt.NDArray[np.int64], catalogue: Catalogue) -> float:
    """How much the best of some items would be enjoyed, if the mood that is looked for were `tone`."""
    found = joys[numbers] if tone is None else joys[numbers] + _moods(catalogue, tone)[numbers]
    return tanh(found.max(initial=-9.0))


@lru_cache(maxsize=256)
def _moods(catalogue: Catalogue, tone: str) -> Floats:
    """(n_items,) What each item gains or loses where a mood is looked for."""
    return np.where([tone in item.tags for item in catalogue.items], MOOD, -MOOD)


def fitting(wish: Wish, catalogue: Catalogue) -> npt.NDArray[np.int64]:
    """Numbers, in order, of the items of a wish's category that are there and can be afforded."""
    numbers = catalogue.of_category(wish.category)
    return numbers if wish.budget is None else numbers[catalogue.prices[numbers] <= wish.budget]


def without_quirks(person: Person, schema: Schema, share: float) -> Person:
    """The person with a share only of the likings that nobody asks for: the smaller, the better words tell the taste.

    What is told are the two themes and the style that are liked most, and the theme that is liked least.
    """
    taste = [share * liking for liking in person.taste]

    def by_liking(facet: str) -> list[str]:
        return sorted(schema.facets[facet], key=lambda tag: -person.taste[schema.number[tag]])

    likes = by_liking("theme")
    for tag in (*likes[:2], likes[-1], *by_liking("style")[:1]):
        taste[schema.number[tag]] = person.taste[schema.number[tag]]
    return person._replace(taste=tuple(taste))
