"""What somebody is looking for: a category, a mood and a price limit beside their lasting taste."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.catalogue.schema import CATEGORIES, PRICES, STYLES, TAG_NUMBER, THEMES, TONES
from dialogue_gym.envs.recommendation.conversation.levels import WORTH_HAVING, Level
from dialogue_gym.envs.recommendation.users.parameters import UserParameters
from dialogue_gym.envs.recommendation.users.population import Person
from dialogue_gym.envs.recommendation.users.user import User

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
        tone: The mood it should have.
        budget: The most it may cost, in euros; None for any price.
        later_tone: The mood they want after a first recommendation, if they change their mind.
    """

    category: str
    tone: str
    budget: float | None
    later_tone: str | None = None

    def affords(self, price: float) -> bool:
        """Whether a price is within the limit."""
        return self.budget is None or price <= self.budget

    def taste(self, person: Person) -> list[float]:
        """The person's taste while they look for this.

        By hand: somebody who likes films by 0.9 and looks for a funny book likes books by 0, films by −6, funny things
        by 0.8, serious ones by −0.8, and crime as they always do.
        """
        taste = list(person.taste)
        for category in CATEGORIES:
            taste[TAG_NUMBER[category]] = 0.0 if category == self.category else OTHER_CATEGORY
        for tone in TONES:
            taste[TAG_NUMBER[tone]] = MOOD if tone == self.tone else -MOOD
        return taste


def draw_wishes(
    person: Person, level: Level, parameters: UserParameters, catalogue: Catalogue, stream: Stream
) -> tuple[Wish, ...]:
    """The things that somebody looks for, one after the other, each in a category of its own, each to be found."""
    wishes: list[Wish] = []
    categories = stream.sample(CATEGORIES, len(CATEGORIES))
    while len(wishes) < level.wishes:
        wishes.append(_draw(person, categories.pop(), level, parameters, catalogue, stream))
    return tuple(wishes)


def _draw(
    person: Person, category: str, level: Level, parameters: UserParameters, catalogue: Catalogue, stream: Stream
) -> Wish:
    low, high = PRICES[category]
    limited, changes = stream.chance(level.budget) and high > 0, stream.chance(level.changes)
    best, most = Wish(category, TONES[0], None), -1.0
    for _ in range(TRIES):
        tones = stream.sample(TONES, 2)
        share = BUDGETS[0] + (BUDGETS[1] - BUDGETS[0]) * stream.uniform()
        budget = float(round(low + share * (high - low))) if limited else None
        wish = Wish(category, tones[0], budget, tones[1] if changes else None)
        found = min(
            best_enjoyment(person, each, parameters, catalogue)
            for each in (wish, *([wish._replace(tone=wish.later_tone)] if wish.later_tone else []))
        )
        if found > most:
            best, most = wish, found
        if most >= WORTH_HAVING:
            break
    return best


def best_enjoyment(person: Person, wish: Wish, parameters: UserParameters, catalogue: Catalogue) -> float:
    """How much the best item for a wish would be enjoyed."""
    user = User(parameters, person._replace(taste=tuple(wish.taste(person))), catalogue)
    return max((user.enjoyment(number) for number in fitting(wish, catalogue)), default=-1.0)


def fitting(wish: Wish, catalogue: Catalogue) -> Sequence[int]:
    """Numbers of the items of a wish's category that are there and can be afforded."""
    return [
        number
        for number in catalogue.available(0)
        if catalogue.items[number].tags[0] == wish.category and wish.affords(catalogue.items[number].price)
    ]


def without_quirks(person: Person, share: float) -> Person:
    """The person with a share only of their likings other than themes: the smaller, the better words tell the taste."""
    taste = list(person.taste)
    likes = sorted(THEMES, key=lambda theme: -person.taste[TAG_NUMBER[theme]])
    told = {*likes[:2], likes[-1], max(STYLES, key=lambda style: person.taste[TAG_NUMBER[style]])}
    for tag, number in TAG_NUMBER.items():
        if tag not in told:
            taste[number] *= share
    return person._replace(taste=tuple(taste))
