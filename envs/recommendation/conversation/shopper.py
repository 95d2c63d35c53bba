"""The user of a conversation: what they answer, what they look at, what they take, and how long they bear with it."""

from collections.abc import Sequence
from math import exp
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.catalogue.schema import FACET_OF, STYLES, TAG_NUMBER, THEMES
from dialogue_gym.envs.recommendation.conversation.levels import TAKES, Level
from dialogue_gym.envs.recommendation.conversation.wishes import Wish, fitting
from dialogue_gym.envs.recommendation.users.parameters import UserParameters
from dialogue_gym.envs.recommendation.users.population import Person
from dialogue_gym.envs.recommendation.users.user import User

ABOUT: Final = ("category", "theme", "tone", "style", "budget", "avoid")
"""What can be asked about; "open" gets the first of these that was not told yet."""
UNAFFORDABLE: Final = exp(-8.0)
"""What a price beyond the limit leaves of an item's weight."""


class Shopper:
    """One user, with wishes one after the other. Items are given by their number in the catalogue.

    Attributes:
        user: Their taste and feelings.
        wishes: All of them.
        met: How many have been met.
        wish: The present one; the last, once all are met.
        patience: What is left of it for this wish.
        told: What was told of this wish or, for themes, style and what to avoid, ever.
        shown: Items that were recommended for this wish.
        curious: The item that they want to hear more about.
        heard_of: Items that were explained to them.
    """

    def __init__(
        self, person: Person, wishes: Sequence[Wish], level: Level, parameters: UserParameters, catalogue: Catalogue
    ) -> None:
        self.person, self.wishes, self.level = person, tuple(wishes), level
        self.user = User(parameters, person, catalogue)
        self.met = 0
        self.told: set[str] = set()
        self.heard_of: set[int] = set()
        self._take_up(self.wishes[0])

    def _take_up(self, wish: Wish) -> None:
        self.wish = wish
        self.user.taste = wish.taste(self.person)
        self.patience = self.level.patience * (0.75 + 0.25 * self.person.patience)
        self.told -= {"category", "tone", "budget"}
        self.shown: set[int] = set()
        self.curious: int | None = None

    @property
    def catalogue(self) -> Catalogue:
        """What is recommended from."""
        return self.user.catalogue

    @property
    def content(self) -> bool:
        """Whether all wishes are met."""
        return self.met == len(self.wishes)

    def look(self, greeting: str) -> Act:
        """Says what they are looking for, as far as they do by themselves."""
        told = {about: self._value(about) for about in (self.level.following if self.met else self.level.opening)}
        self.told.update(told)
        return Act(greeting, told)

    def answer(self, about: str, stream: Stream) -> Act:
        """The answer to a question about something, which is told from now on."""
        unsure, forgets = stream.chance(self.level.unsure), stream.chance(self.level.forgets)
        self.told.add(about)
        if unsure and about != "category":
            return Act("unsure")
        if about == "theme" and not forgets:
            return Act("inform", {"theme": self.likes(THEMES)[0], "other": self.likes(THEMES)[1]})
        return Act("inform", {about: self._value(about)})

    def next_question(self) -> str:
        """What an open question gets an answer to."""
        return next((about for about in ABOUT if about not in self.told), ABOUT[0])

    def _value(self, about: str) -> Any:
        if about in ("category", "tone", "budget"):
            return getattr(self.wish, about)
        if about == "avoid":
            return self.likes(THEMES)[-1]
        return self.likes(THEMES if about == "theme" else STYLES)[0]

    def likes(self, tags: Sequence[str]) -> list[str]:
        """Attributes by how much they are liked, the best first."""
        return sorted(tags, key=lambda tag: -self.person.taste[TAG_NUMBER[tag]])

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
                return number
        return None

    def worth(self, number: int) -> float:
        """How much an item would be enjoyed; −1 if it costs too much or was had before."""
        item = self.catalogue.items[number]
        if not self.wish.affords(item.price) or number in self.user.opened:
            return -1.0
        return self.user.enjoyment(number)

    def would_take(self, number: int) -> bool:
        """Whether they take an item once it has been explained."""
        return self.worth(number) >= TAKES

    def best(self) -> list[int]:
        """Items for the wish, the one that would be enjoyed most first."""
        return sorted(fitting(self.wish, self.catalogue), key=lambda number: -self.worth(number))

    def fault_of(self, number: int) -> Act:
        """What they say against an item: what is wrong with it, the worst first."""
        item = self.catalogue.items[number]
        if number in self.user.opened:
            return Act("critique", {"item": item.id})
        if item.tags[0] != self.wish.category:
            return Act("critique", {"category": self.wish.category})
        if self.wish.budget is not None and not self.wish.affords(item.price):
            return Act("critique", {"budget": self.wish.budget})
        worst = min(item.tags[1:], key=lambda tag: self.user.taste[TAG_NUMBER[tag]])
        if self.user.taste[TAG_NUMBER[worst]] < 0:
            return Act("critique", {FACET_OF[worst]: worst})
        return Act("critique")

    def change_mind(self) -> Act | None:
        """Another mood than before, for those who change their mind; once per wish."""
        tone = self.wish.later_tone
        if tone is None:
            return None
        self.wish = self.wish._replace(tone=tone, later_tone=None)
        self.user.taste = self.wish.taste(self.person)
        self.told.add("tone")
        return Act("change", {"tone": tone})

    def take(self, number: int, stream: Stream) -> tuple[float, tuple[str, ...]]:
        """Takes an item: the enjoyment and what they do with it. The next wish comes up."""
        enjoyed, did = self.user.consume(number, stream)
        self.met += 1
        if not self.content:
            self._take_up(self.wishes[self.met])
        return enjoyed, tuple(name for name, done in zip(did._fields, did, strict=True) if done)
