"""One user: a person's state from round to round, and the exact probabilities that follow from it."""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log1p
from typing import Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.users.choice import click_probabilities
from dialogue_gym.envs.recommendation.users.feelings import drifted, enjoyment, next_boredom, next_satisfaction
from dialogue_gym.envs.recommendation.users.funnel import Reactions, react
from dialogue_gym.envs.recommendation.users.parameters import UserParameters
from dialogue_gym.envs.recommendation.users.population import Person

MEAN_STARS: Final = 3.4
BORING: Final = 2
"""How many of an item's attributes bore, counted from the first: its category and its theme."""


class User:
    """What is hidden from agents. Items are given by their number in the catalogue.

    Attributes:
        taste: Liking of each of `TAGS`, now.
        boredom: Recent consumption of each of `TAGS`.
        satisfaction: −1 .. 1.
        opened: Numbers of the items that were opened so far.
        outside: exp(utility) of opening nothing.
    """

    def __init__(self, parameters: UserParameters, person: Person, catalogue: Catalogue) -> None:
        self.parameters = parameters
        self.person = person
        self.catalogue = catalogue
        self.taste: list[float] = list(person.taste)
        self.boredom: list[float] = [0.0] * len(self.taste)
        self.satisfaction = 0.0
        self.opened: set[int] = set()
        self.outside = exp(parameters.outside)

    def liking(self, number: int) -> float:
        """How well an item meets the taste, boredom taken off."""
        catalogue = self.catalogue
        tags = catalogue.tag_numbers[number]
        taste, boredom = self.taste, self.boredom
        met = 0.0
        for tag in tags:
            met += taste[tag]
        if catalogue.factors is not None:
            for liked, factor in zip(taste[len(catalogue.vocabulary) :], catalogue.factors[number], strict=True):
                met += liked * factor
        for tag in tags[:BORING]:
            met -= self.parameters.boredom_weight * boredom[tag]
        return met

    def utility(self, number: int) -> float:
        """How much an item attracts, by what is seen of it."""
        p, item = self.parameters, self.catalogue.items[number]
        attraction = p.taste_weight * self.liking(number) + p.stars_weight * (item.stars - MEAN_STARS)
        attraction += self.person.gullible * p.bait_pull * item.clickbait
        if item.price:
            attraction -= self.person.thrift * p.price_weight * log1p(item.price)
        return attraction - p.seen_penalty if number in self.opened else attraction

    def joy(self, number: int) -> float:
        """What an item would give once opened, before it is squashed: 0 if it was just worth its time."""
        p, item = self.parameters, self.catalogue.items[number]
        return self.liking(number) + p.quality_weight * item.quality - p.bait_cost * item.clickbait - p.time_worth

    def joys(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """`joy` of several items, up to rounding: quicker where there are many."""
        catalogue, p = self.catalogue, self.parameters
        size = len(catalogue.vocabulary)
        taste = np.array([*self.taste[:size], 0.0])  # the last for items with fewer attributes than others
        lasting = taste - p.boredom_weight * np.array([*self.boredom[:size], 0.0])
        found = _worths(catalogue, p)[numbers]
        for place, tags in enumerate(catalogue.tag_columns[:, numbers]):
            found += (lasting if place < BORING else taste)[tags]
        if catalogue.factors is not None:
            found += catalogue.factor_rows[numbers] @ np.array(self.taste[size:])
        return found

    def enjoyment(self, number: int) -> float:
        """How an item would be enjoyed once opened, −1 .. 1."""
        return enjoyment(self.joy(number))

    def weights(self, slate: Sequence[int]) -> list[float]:
        """exp(utility) of each item."""
        return [exp(self.utility(number)) for number in slate]

    def click_probabilities(self, slate: Sequence[int]) -> list[float]:
        """The exact probability that each item of an ordered slate is the one that is opened."""
        return self.choice_of(self.weights(slate))

    def choice_of(self, weights: Sequence[float]) -> list[float]:
        """`click_probabilities` from the items' weights."""
        return click_probabilities(weights, self.outside, self.person.examined(len(weights)))

    def choose(self, slate: Sequence[int], stream: Stream) -> int | None:
        """Draws the item that is opened, if any."""
        target = stream.uniform()
        for number, chance in zip(slate, self.click_probabilities(slate), strict=True):
            target -= chance
            if target < 0:
                return number
        return None

    def consume(self, number: int, stream: Stream) -> tuple[float, Reactions]:
        """Opens an item: the enjoyment and what is done with it. Taste, boredom and satisfaction move."""
        p, item = self.parameters, self.catalogue.items[number]
        enjoyed = self.enjoyment(number)
        reactions = react(
            p,
            enjoyed=enjoyed,
            price=item.price,
            clickbait=item.clickbait,
            thrift=self.person.thrift,
            stream=stream,
        )
        tags = self.catalogue.tag_numbers[number]
        self.taste = drifted(self.taste, tags, enjoyed, p.drift)
        self.boredom = next_boredom(self.boredom, p.boredom_kept, tags[:BORING])
        self.satisfaction = next_satisfaction(
            self.satisfaction, enjoyed, kept=p.satisfaction_kept, gain=p.satisfaction_gain
        )
        self.opened.add(number)
        return enjoyed, reactions

    def pass_by(self) -> None:
        """A round in which nothing was worth opening."""
        p = self.parameters
        self.boredom = next_boredom(self.boredom, p.boredom_kept)
        self.satisfaction = next_satisfaction(self.satisfaction, -p.frustration, kept=p.satisfaction_kept, gain=1.0)

    def rest(self, days: int) -> None:
        """Days between visits: boredom passes."""
        self.boredom = next_boredom(self.boredom, self.parameters.boredom_kept_per_day**days)


@lru_cache(maxsize=64)
def _worths(catalogue: Catalogue, p: UserParameters) -> npt.NDArray[np.float64]:
    """What each item's joy is apart from taste."""
    return np.array(
        [p.quality_weight * item.quality - p.bait_cost * item.clickbait - p.time_worth for item in catalogue.items]
    )
