"""The task apart from any one user: items, acts, their text form, and what a listener makes of the user's words."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.catalogue.builtin import DATA as ITEM_DATA
from dialogue_gym.envs.recommendation.catalogue.builtin import VERSION, builtin_catalogue
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.catalogue.reading import read_tags
from dialogue_gym.envs.recommendation.catalogue.schema import CATEGORIES, FACET_OF, TAG_NUMBER, TAGS, THEMES
from dialogue_gym.envs.recommendation.conversation import speech, understanding
from dialogue_gym.envs.recommendation.conversation.episode import RecommendationEpisode
from dialogue_gym.envs.recommendation.conversation.hearing import SHOWED, hear
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, LIST, TURNS
from dialogue_gym.envs.recommendation.conversation.rewards import FoundReward
from dialogue_gym.envs.recommendation.conversation.tools import SCHEMA, CatalogueTools
from dialogue_gym.envs.recommendation.conversation.tracker import ACT_NAMES, FEATURE_NAMES, RecommendationTracker
from dialogue_gym.envs.recommendation.slates.tracker import bait_score
from dialogue_gym.envs.recommendation.users.parameters import ENGAGED, UserParameters
from dialogue_gym.envs.recommendation.users.user import MEAN_STARS
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import DIFFICULTIES, SPLITS, Task

GENERATOR: Final = 1
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""
PARAMETERS: Final[UserParameters] = replace(ENGAGED, time_worth=1.2, boredom_weight=0.1, drift=0.0)
"""Of all users: as for slates, but what is taken home has to be worth more than what is opened in passing."""

INSTRUCTIONS: Final = f"""\
You help one customer of a shop to find things they will enjoy: films, series, books, games, albums, news, things for
the kitchen and outdoors, gadgets. They look for one thing after another.

Find out what they are looking for: what kind of thing, which themes they like and which they avoid, which mood
and style, and what it may cost. Then recommend up to {LIST} items of the catalogue by id or exact title, best first.
Tell them more about an item ("More about i1042: ..."): they take it only then, if it is what they like. Titles that
promise too much disappoint.

Every question and every list costs some of their patience; asking again what they have told and recommending what is
not in the catalogue costs more. You cannot see the catalogue: look things up with the tools before you name them."""


class Shelf:
    """A catalogue as the numeric view's strategies see it: numbers made of the items' texts, row by row.

    Attributes:
        ids: Ids of the items.
        number: Id to row.
        tags: float32 (n, n_tags): 1 where an attribute is listed, 0.5 where it is read in words.
        stars: float32 (n,), less the mean.
        prices: float32 (n,).
        views: float32 (n,).
        bait: float32 (n,): how much the title sounds like clickbait.
        categories: int64 (n,): numbers in `CATEGORIES`.
        themes: int64 (n,): numbers in `THEMES` of the theme that is told, −1 if none is.
        available: bool (n,): what is there.
    """

    def __init__(self, catalogue: Catalogue, listed: Mapping[str, tuple[str, ...]]) -> None:
        items = catalogue.items
        self.ids = tuple(item.id for item in items)
        self.number = catalogue.number
        self.tags: npt.NDArray[np.float32] = np.array([_tags(item, listed[item.id]) for item in items], np.float32)
        self.stars = np.array([item.stars - MEAN_STARS for item in items], np.float32)
        self.prices = np.array([item.price for item in items], np.float32)
        self.views = np.array([item.views for item in items], np.float32)
        self.bait = np.array([bait_score(item.title) for item in items], np.float32)
        self.categories = np.array([CATEGORIES.index(item.tags[0]) for item in items])
        themes = self.tags[:, [TAG_NUMBER[theme] for theme in THEMES]]
        self.themes = np.where(themes.max(axis=1) > 0, themes.argmax(axis=1), -1)
        self.available = np.zeros(len(items), bool)
        self.available[list(catalogue.available(0))] = True


def _tags(item: Item, listed: Sequence[str]) -> list[float]:
    told = {FACET_OF[tag] for tag in listed}
    read = [tag for tag in read_tags(f"{item.title}. {item.description}") if FACET_OF[tag] not in told]
    return [1.0 if tag in listed else 0.5 if tag in read else 0.0 for tag in TAGS]


class RecommendationTask(Task):
    """Find out what somebody wants, and recommend it.

    Args:
        difficulty: One of `levels.LEVELS`.
    """

    version = 0
    max_turns = TURNS
    null_act = "hold"
    act_names = ACT_NAMES
    feature_names = FEATURE_NAMES
    test_scenarios = 500
    instructions = INSTRUCTIONS
    parameters = PARAMETERS

    def __init__(self, difficulty: str) -> None:
        if difficulty not in DIFFICULTIES:
            raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
        self.difficulty = difficulty
        self.level = LEVELS[difficulty]
        self.name = f"recommendation.{difficulty}"
        self.nlu_error = self.level.nlu_error
        self.tools: list[dict[str, Any]] = SCHEMA
        self._reward = FoundReward()
        self._listed: dict[str, tuple[str, ...]] = {}

    @property
    def reward(self) -> FoundReward:
        """Enjoyment of what is taken."""
        return self._reward

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""
        return builtin_catalogue(split)

    def listed(self, item: Item) -> tuple[str, ...]:
        """The attributes of an item that its list of tags names; the category is always among them."""
        if item.id not in self._listed:
            stream = Stream(key("recommendation.conversation.listed", item.id))
            first, *others = item.tags
            self._listed[item.id] = (first, *(tag for tag in others if stream.chance(self.level.listed)))
        return self._listed[item.id]

    @cached_property
    def shelves(self) -> Mapping[str, Shelf]:
        """Every split's catalogue by name, as strategies see it."""
        return {
            catalogue.name: Shelf(catalogue, {item.id: self.listed(item) for item in catalogue.items})
            for catalogue in map(self.catalogue, SPLITS)
        }

    def tools_of(self, split: str) -> CatalogueTools:
        """The tools over a split's catalogue."""
        return self._tools[split]

    @cached_property
    def _tools(self) -> Mapping[str, CatalogueTools]:
        return {split: CatalogueTools(self.catalogue(split), self.listed) for split in SPLITS}

    @cached_property
    def _listener(self) -> understanding.Listener:
        titles = {item.title: item.id for split in SPLITS for item in self.catalogue(split).items}
        return understanding.Listener(titles)

    def episode(self, max_turns: int | None = None) -> RecommendationEpisode:
        """A new state machine."""
        return RecommendationEpisode(self, max_turns)

    def tracker(self) -> RecommendationTracker:
        """A new belief tracker."""
        return RecommendationTracker(self)

    def parse(self, text: str) -> tuple[Act, ...]:
        """What the user takes a string for, then the calls."""
        message, calls = split_action(text)
        return (*self._listener.understand(message), *calls) if message or not calls else calls

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts."""
        return join_action(understanding.render([act for act in acts if not act.call]), [a for a in acts if a.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """What messages mean, by rules of cues and what the agent asked."""
        heard, asked = list[Event](), ""
        for message in messages:
            if message["role"] == "assistant":
                asked = _asked(self.parse(message["content"]))
            else:
                heard.append(hear(message, asked))
        return tuple(heard)

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each act of the user is lost with probability `error`; results of tools are exact."""
        return [event if event.role == "tool" else _misheard(event, stream, error) for event in heard]

    def content_hash(self) -> str:
        """SHA-256 over version, generators, difficulty and the wording files."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR} {VERSION} {self.parameters}".encode())
        for split in SPLITS:
            digest.update((speech.DATA / f"{split}.txt").read_bytes())
            digest.update((ITEM_DATA / f"{split}.txt").read_bytes())
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, (self.difficulty,)


def load_task(difficulty: str, corpus: str | None = None) -> RecommendationTask:
    """The task, made once per process.

    Args:
        difficulty: One of `levels.LEVELS`.
        corpus: None.

    Raises:
        ConfigurationError: `corpus` is given; only the built-in catalogue is there.
    """
    if corpus is not None:
        raise ConfigurationError(
            f"Expected corpus=None, got {corpus!r}: conversations are about the built-in catalogue only. Leave it out."
        )
    return _load(difficulty)


@cache
def _load(difficulty: str) -> RecommendationTask:
    return RecommendationTask(difficulty)


def _asked(acts: Sequence[Act]) -> str:
    """What the last of an agent's acts calls for."""
    act = acts[-1]
    return act.args.get("about", "") if act.name == "ask" else SHOWED if act.name in ("recommend", "explain") else ""


def _misheard(event: Event, stream: Stream, error: float) -> Event:
    kept = tuple(act for act in event.content if not stream.chance(error))
    return event if len(kept) == len(event.content) else Event(event.role, kept, lambda: event.text)
