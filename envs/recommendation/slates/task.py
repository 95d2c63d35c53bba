"""The task apart from any one user: items, acts, their text form, and what a listener makes of a message."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Space

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.slates import speech
from dialogue_gym.envs.recommendation.slates.corpora import load_corpus
from dialogue_gym.envs.recommendation.slates.episode import SlateRecommendationEpisode, read_slate
from dialogue_gym.envs.recommendation.slates.levels import CANDIDATES, LEVELS, PLACES, ROUNDS
from dialogue_gym.envs.recommendation.slates.measures import metrics
from dialogue_gym.envs.recommendation.slates.numbers import slates_by
from dialogue_gym.envs.recommendation.slates.rewards import LongTermReward
from dialogue_gym.envs.recommendation.slates.tracker import SPREAD, SlateTracker, card, feature_names
from dialogue_gym.envs.recommendation.users.parameters import PRESETS, UserParameters
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.task import DIFFICULTIES, SPLITS, Task

GENERATOR: Final = 1
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""

INSTRUCTIONS: Final = f"""\
You recommend items to one user, round after round. Each round you are shown {CANDIDATES} items with id, title,
description, tags, price, views and stars. Choose up to {PLACES} of them and put the one that the user should see first
at the first place. The user looks at your list, mostly at its top, opens one item or none, and may like, save, comment
on, share or buy it.

What counts is that the user enjoys what they open, stays, and comes back. An item that is opened but not enjoyed does
harm: titles that promise too much are opened and regretted. The user's taste shows in what they say, open, like and
pass by; it changes, and too much of the same bores. Show fewer items where few are worth it.

Answer with ids of the list and nothing else, best first, like this:
i1042, i1007, i1311
Items that are sold out cannot be shown. An empty answer shows nothing."""

_IDS = re.compile(r"[A-Za-z]+\d+")
_BETWEEN = re.compile(r"[\s,;\[\]]*")


class SlateRecommendationTask(Task):
    """Order items for one user over some visits.

    Args:
        difficulty: One of `levels.LEVELS`.
        population: One of `users.PRESETS`.
        actions: "places" or "strategies": see `numbers`.
        corpus: None, "movielens" or a folder.
    """

    version = 0
    max_turns = ROUNDS
    null_act = "hold"
    test_scenarios = 500
    instructions = INSTRUCTIONS

    def __init__(self, difficulty: str, population: str, actions: str, corpus: str | None) -> None:
        if difficulty not in DIFFICULTIES:
            raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
        if population not in PRESETS:
            raise UnknownNameError("population", population, PRESETS)
        self.difficulty = difficulty
        self.population = population
        self.actions = actions
        self.level = LEVELS[difficulty]
        self._corpus = corpus
        self.corpus = load_corpus(corpus)
        self.vocabulary = self.corpus.vocabulary
        self.vocabulary_number = {tag: number for number, tag in enumerate(self.vocabulary)}
        self.facet_of = {tag: facet for facet, tags in self.corpus.facets.items() for tag in tags}
        self.by_name = self.level.by_name if corpus is None else 1.0  # only built-in themes can be described
        self.name = f"slate_recommendation.{self.corpus.name}{population}.{difficulty}"
        self.parameters: UserParameters = replace(
            PRESETS[population],
            taste_weight=self.level.taste_weight,
            boredom_weight=self.level.boredom,
            drift=self.level.drift,
        )
        self.slates = slates_by(actions)
        self.act_names = self.slates.names
        self.null_act = self.slates.names[0]
        self.feature_names = feature_names(self.vocabulary)
        self.tools: list[dict[str, Any]] = []
        self._reward = LongTermReward()
        catalogues = {catalogue.name: catalogue for catalogue in map(self.corpus.catalogue, SPLITS)}
        self.metrics = metrics(max(map(len, catalogues.values())))
        self._items = [item for each in catalogues.values() for item in each.items]
        self._numbers = {item.id: number for number, item in enumerate(self._items)}
        self._listed: dict[str, tuple[str, ...]] = {}

    @property
    def action_space(self) -> Space[Any]:
        """The numeric view's action space."""
        return self.slates.space

    @property
    def reward(self) -> LongTermReward:
        """Enjoyment and satisfied returns."""
        return self._reward

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""
        return self.corpus.catalogue(split)

    def listed(self, item: Item) -> tuple[str, ...]:
        """The attributes of an item that its list of tags names; the category is always among them."""
        if item.id not in self._listed:
            stream = Stream(key("recommendation.slates.listed", item.id))
            first, *others = item.tags
            self._listed[item.id] = (first, *(tag for tag in others if stream.chance(self.level.listed)))
        return self._listed[item.id]

    def card_number(self, item_id: str) -> int:
        """The row of `cards` of an item; −1, a row of zeros, for what is no item."""
        return self._numbers.get(item_id, -1)

    @cached_property
    def cards(self) -> npt.NDArray[np.float32]:
        """float32 (n_items + 1, n): what the numeric view shows of each item of all splits, from its text."""
        rows = [card(item, self.listed(item), self.facet_of) for item in self._items]
        return np.stack([*rows, np.zeros_like(rows[0])])

    @cached_property
    def weighted_tags(self) -> npt.NDArray[np.float32]:
        """float32 (n_items + 1, n_tags): attributes of `cards` times the variance of taste of their facets."""
        spread = np.array([SPREAD[self.facet_of[tag]] for tag in self.vocabulary], np.float32)
        return self.cards[:, : len(self.vocabulary)] * spread

    def episode(self, max_turns: int | None = None) -> SlateRecommendationEpisode:
        """A new state machine."""
        return SlateRecommendationEpisode(self, max_turns)

    def tracker(self) -> SlateTracker:
        """A new belief tracker."""
        return SlateTracker(self)

    def parse(self, text: str) -> tuple[Act, ...]:
        """The slate that a string stands for: ids, with commas, spaces or brackets between. Words make it unclear."""
        message, calls = split_action(text)
        if message or not calls:
            return (_read_order(message), *calls)
        return calls

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts."""
        said = [_say(act) for act in acts if not act.call]
        return join_action("\n".join(said), [act for act in acts if act.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Takes the fixed forms apart again, which never fails: `nlu_error` is 0."""
        return tuple(speech.read_message(message) for message in messages if message["role"] != "assistant")

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each word that the user says is lost with probability `error`; offers and reports are exact."""
        return [_mishear_one(event, stream, error) for event in heard]

    def content_hash(self) -> str:
        """SHA-256 over version, generator, difficulty, population and the wording files."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR} {self.parameters}".encode())
        digest.update(self.corpus.fingerprint())
        for split in SPLITS:
            digest.update((speech.DATA / f"{split}.txt").read_bytes())
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, (self.difficulty, self.population, self.actions, self._corpus)


def load_task(
    difficulty: str, population: str = "engaged", actions: str = "places", corpus: str | None = None
) -> SlateRecommendationTask:
    """The task, made once per process.

    Args:
        difficulty: One of `levels.LEVELS`.
        population: One of `users.PRESETS`.
        actions: "places" or "strategies".
        corpus: None for the built-in catalogue and people; "movielens" or a folder for those of MovieLens.
    """
    if corpus is not None and not isinstance(corpus, str):
        raise ConfigurationError(f"Expected corpus to be None, 'movielens' or a folder's name, got {corpus!r}.")
    return _load(difficulty, population, actions, corpus)


@cache
def _load(difficulty: str, population: str, actions: str, corpus: str | None) -> SlateRecommendationTask:
    return SlateRecommendationTask(difficulty, population, actions, corpus)


def _read_order(message: str) -> Act:
    if message == "hold":
        return Act("hold")
    if all(_BETWEEN.fullmatch(gap) for gap in _IDS.split(message)):
        return Act("slate", {"items": tuple(_IDS.findall(message))})
    return Act("unclear")


def _say(act: Act) -> str:
    order = read_slate(act)
    if order is not None:
        return ", ".join(order)
    return "hold" if act == Act("hold") else "?"


def _mishear_one(event: Event, stream: Stream, error: float) -> Event:
    (act,) = event.content
    if act.name != "said":
        return event
    return speech.said_event(" ".join(word for word in act.args["text"].split() if not stream.chance(error)))
