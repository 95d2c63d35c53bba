"""The user of a conversation: what they answer, what they look at, what they take, and how long they bear with it."""

from collections.abc import Sequence
from math import exp
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.conversation.facts import values_of
from dialogue_gym.envs.recommendation.conversation.levels import TAKES, WONDERS, Level
from dialogue_gym.envs.recommendation.conversation.wishes import Wish, fitting
from dialogue_gym.envs.recommendation.users.parameters import UserParameters
from dialogue_gym.envs.recommendation.users.population import Person
from dialogue_gym.envs.recommendation.users.user import User

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.corpora import Corpus

ABOUT: Final = ("category", "theme", "tone", "style", "budget", "avoid")
"""What can be asked about; "open" gets the first of these that was not told yet."""
PASSING: Final = frozenset({"category", "tone", "budget"})
"""What belongs to a wish; the rest lasts."""
UNAFFORDABLE: Final = exp(-8.0)
"""What a price beyond the limit leaves of an item's weight."""
DELIGHTED: Final = 0.75
PLEASED: Final = 0.5
"""Enjoyments from which a review sounds so; below them it is mixed."""


class Shopper:
    """One user, with wishes one after the other. Items are given by their number in the catalogue.

    Attributes:
        schema: The attributes of the catalogue.
        catalogue: What is recommended from.
        user: Their taste and feelings.
        wishes: All of them.
        met: How many have been met.
        wish: The present one; the last, once all are met.
        patience: What is left of it for this wish.
        told: What was told of this wish or, for themes, style and what to avoid, ever.
        shown: Items that were recommended for this wish.
        dropped: Items about which they were not told what they had asked.
        curious: The item that they want to know more about.
        wonders: What they still want to know about it, the first thing first.
    """

    def __init__(
        self,
        person: Person,
        wishes: Sequence[Wish],
        had: set[int],
        level: Level,
        parameters: UserParameters,
        corpus: "Corpus",
        catalogue: Catalogue,
    ) -> None:
        self.person, self.wishes, self.level = person, tuple(wishes), level
        self.corpus, self.schema, self.catalogue = corpus, corpus.schema, catalogue
        self.user = User(parameters, person, catalogue)
        self.user.opened = had
        self.met = 0
        self.told: set[str] = set()
        self._likes: dict[str, list[str]] = {}
        self._take_up(self.wishes[0])

    def _take_up(self, wish: Wish) -> None:
        self.patience = self.level.patience * (0.75 + 0.25 * self.person.patience)
        self.told -= PASSING
        self.shown: set[int] = set()
        self.dropped: set[int] = set()
        self.lose_interest()
        self._want(wish)

    def _want(self, wish: Wish) -> None:
        self.wish = wish
        self.user.taste = wish.taste(self.person, self.schema)
        self._reconsider()

    def _reconsider(self) -> None:
        """Items may be worth something else than before."""
        self._ranked: list[int] | None = None
        self._worths: dict[int, float] = {}

    def lose_interest(self) -> None:
        """Nothing more to know about the item that they were curious about."""
        self.curious: int | None = None
        self.wonders: list[str] = []

    @property
    def content(self) -> bool:
        """Whether all wishes are met."""
        return self.met == len(self.wishes)

    def look(self, greeting: str, stream: Stream) -> list[Act]:
        """Says what they are looking for, as far as they do by themselves."""
        said, level = [Act(greeting)], self.level
        if stream.chance(level.tells_category):
            said = [Act(greeting, {"category": self._value("category")})]
            self.told.add("category")
        for about in ABOUT[1:]:
            tells = stream.chance(level.tells)
            known = bool(self.corpus.prices) if about == "budget" else self._value(about) is not None
            if tells and known and about not in self.told:
                said.append(Act("inform", {about: self._value(about)}))
                self.told.add(about)
        return said

    def answer(self, about: str, stream: Stream) -> Act:
        """The answer to a question about something, which is told from now on."""
        unsure, forgets = stream.chance(self.level.unsure), stream.chance(self.level.forgets)
        self.told.add(about)
        if unsure and about != "category":
            return Act("unsure")
        if about == "theme" and not forgets:
            return Act("inform", {"theme": self.likes("theme")[0], "other": self.likes("theme")[1]})
        value = self._value(about)
        return Act("unsure") if value is None and about != "budget" else Act("inform", {about: value})

    def next_question(self) -> str:
        """What an open question gets an answer to."""
        return next((about for about in ABOUT if about not in self.told), ABOUT[0])

    def _value(self, about: str) -> Any:
        if about in PASSING:
            return getattr(self.wish, about)
        liked = self.likes("style" if about == "style" else "theme")
        return liked[-1 if about == "avoid" else 0] if liked else None

    def likes(self, facet: str) -> list[str]:
        """Attributes by how much they are liked for good, the best first."""
        if facet not in self._likes:
            taste, number = self.person.taste, self.schema.number
            self._likes[facet] = sorted(self.schema.facets[facet], key=lambda tag: -taste[number[tag]])
        return self._likes[facet]

    def weights(self, numbers: Sequence[int]) -> list[float]:
        """exp(utility) of items, as they look before they are explained."""
        return [
            weight * (1.0 if self.wish.affords(self.catalogue.items[number].price) else UNAFFORDABLE)
            for number, weight in zip(numbers, self.user.weights(numbers), strict=True)
        ]

    def choose(self, numbers: Sequence[int], stream: Stream) -> int | None:
        """Which item of a list they want to know more about, if any: a conditional logit, as in slates."""
        target = stream.uniform()
        for number, chance in zip(numbers, self.user.choice_of(self.weights(numbers)), strict=True):
            target -= chance
            if target < 0:
                return None if number in self.dropped else number
        return None

    def wonder(self, number: int, stream: Stream) -> Act:
        """They become curious about an item, and ask the first of the things that they want to know about it."""
        known = tuple(values_of(self.catalogue.items[number], self.schema))
        self.curious, self.wonders = number, stream.sample(known, min(WONDERS, len(known)))
        return Act("curious", {"item": self.catalogue.items[number].id, "about": self.wonders[0]})

    def worth(self, number: int) -> float:
        """How much an item would be enjoyed; −1 if it costs too much, is known already or was given up."""
        worth = self._worths.get(number)
        if worth is None:
            known = number in self.user.opened or number in self.dropped
            able = self.wish.affords(self.catalogue.items[number].price) and not known
            worth = self._worths[number] = self.user.enjoyment(number) if able else -1.0
        return worth

    def would_take(self, number: int) -> bool:
        """Whether they take an item once it has been explained."""
        return self.worth(number) >= TAKES

    def best(self) -> list[int]:
        """Items for the wish, the one that would be enjoyed most first."""
        if self._ranked is None:
            numbers = fitting(self.wish, self.catalogue)
            ranked = numbers[np.argsort(-self.user.joys(numbers), kind="stable")].tolist()
            left = self.user.opened | self.dropped
            self._ranked = [number for number in ranked if number not in left]
        return self._ranked

    def drop(self, number: int) -> None:
        """They want to hear no more about an item."""
        self.dropped.add(number)
        self._reconsider()
        self.lose_interest()

    def fault_of(self, number: int) -> Act:
        """What they say against an item: what is wrong with it, the worst first."""
        item, number_of = self.catalogue.items[number], self.schema.number
        if number in self.user.opened:
            return Act("critique", {"item": item.id})
        if item.tags[0] != self.wish.category:
            return Act("critique", {"category": self.wish.category})
        if self.wish.budget is not None and not self.wish.affords(item.price):
            return Act("critique", {"budget": self.wish.budget})
        worst = min(item.tags[1:], key=lambda tag: self.user.taste[number_of[tag]], default=None)
        if worst is not None and self.user.taste[number_of[worst]] < 0:
            return Act("critique", {self.schema.facet_of[worst]: worst})
        return Act("critique")

    def change_mind(self) -> Act | None:
        """Another mood than before, for those who change their mind; once per wish."""
        tone = self.wish.later_tone
        if tone is None:
            return None
        self._want(self.wish._replace(tone=tone, later_tone=None))
        self.told.add("tone")
        return Act("change", {"tone": tone})

    def take(self, number: int, stream: Stream) -> tuple[float, tuple[str, ...]]:
        """Takes an item: the enjoyment and what they do with it. The next wish comes up."""
        enjoyed, did = self.user.consume(number, stream)
        self.met += 1
        self._reconsider()
        if not self.content:
            self._take_up(self.wishes[self.met])
        return enjoyed, tuple(name for name, done in zip(did._fields, did, strict=True) if done)


def mood_of(enjoyed: float) -> str:
    """How a review of what was taken sounds."""
    return "delighted" if enjoyed >= DELIGHTED else "pleased" if enjoyed >= PLEASED else "mixed"
