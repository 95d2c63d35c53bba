"""The task apart from any one user: items, acts, their text form, and what a listener makes of the user's words."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, Final

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.conversation import understanding
from dialogue_gym.envs.recommendation.conversation.corpora import Corpus, load_corpus
from dialogue_gym.envs.recommendation.conversation.episode import RecommendationEpisode
from dialogue_gym.envs.recommendation.conversation.hearing import SHOWED, hear
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, LIST, TURNS
from dialogue_gym.envs.recommendation.conversation.measures import metrics
from dialogue_gym.envs.recommendation.conversation.rewards import FoundReward
from dialogue_gym.envs.recommendation.conversation.shelf import Shelf
from dialogue_gym.envs.recommendation.conversation.speech import Voice
from dialogue_gym.envs.recommendation.conversation.tools import CatalogueTools, schema
from dialogue_gym.envs.recommendation.conversation.tracker import ACT_NAMES, RecommendationTracker, feature_names
from dialogue_gym.envs.recommendation.users.parameters import ENGAGED, UserParameters
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import DIFFICULTIES, SPLITS, Task

GENERATOR: Final = 3
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""
PARAMETERS: Final[UserParameters] = replace(
    ENGAGED, time_worth=1.2, boredom_weight=0.1, drift=0.0, comment_liked=0.6, comment_unliked=0.3, share=-2.5
)
"""Of all users: as for slates, but what is taken home has to be worth more than what is opened in passing, and who is
in a conversation speaks more of it."""

INSTRUCTIONS: Final = f"""\
You help one customer of a shop to find things they will enjoy. They look for one thing after another.

Find out what they are looking for: what kind of thing, which themes they like and which they avoid, which mood
and style, and what it may cost. Then recommend up to {LIST} items of the catalogue by id or exact title, best first.
They ask about the item that they like best: answer just what they ask, and truly ("More about i1042: it costs €12.").
They take it when their questions are answered, if it is what they like. Titles that promise too much disappoint.

Every question and every list costs some of their patience; asking what they have told already, answering something
else than they asked and recommending what is not in the catalogue costs more. You cannot see the catalogue: look things
up with the tools before you name them."""


class RecommendationTask(Task):
    """Find out what somebody wants, and recommend it.

    Args:
        difficulty: One of `levels.LEVELS`.
        corpus: None, "movielens" or "redial".
    """

    version = 0
    max_turns = TURNS
    null_act = "hold"
    act_names = ACT_NAMES
    test_scenarios = 500
    instructions = INSTRUCTIONS
    parameters = PARAMETERS

    def __init__(self, difficulty: str, corpus: str | None = None) -> None:
        if difficulty not in DIFFICULTIES:
            raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
        self.difficulty = difficulty
        self._corpus = corpus
        self.corpus: Corpus = load_corpus(corpus)
        self.level = LEVELS[difficulty]
        if not self.corpus.described:
            self.level = self.level._replace(listed=1.0, by_name=1.0, had=1.0)
        self.name = f"recommendation.{self.corpus.name}{difficulty}"
        self.nlu_error = self.level.nlu_error
        self.feature_names = feature_names(self.corpus.schema)
        self.metrics = metrics(max(len(self.corpus.catalogue(split)) for split in SPLITS))
        self.tools: list[dict[str, Any]] = schema(self.corpus.schema.facets["category"])
        self._reward = FoundReward()
        self._listed: dict[str, tuple[str, ...]] = {}

    @property
    def reward(self) -> FoundReward:
        """Enjoyment of what is taken."""
        return self._reward

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""
        return self.corpus.catalogue(split)

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
            catalogue.name: Shelf(catalogue, {item.id: self.listed(item) for item in catalogue.items}, self.corpus)
            for catalogue in map(self.catalogue, SPLITS)
        }

    def tools_of(self, split: str) -> CatalogueTools:
        """The tools over a split's catalogue."""
        return self._tools[split]

    def voice(self, split: str) -> Voice:
        """How users of a split speak."""
        return self._voices[split]

    @cached_property
    def _voices(self) -> Mapping[str, Voice]:
        return {split: Voice(self.corpus, split, self.level.by_name) for split in SPLITS}

    @cached_property
    def _tools(self) -> Mapping[str, CatalogueTools]:
        return {split: CatalogueTools(self.catalogue(split), self.listed, self.corpus.reader) for split in SPLITS}

    @cached_property
    def _listener(self) -> understanding.Listener:
        titles = {item.title: item.id for split in SPLITS for item in self.catalogue(split).items}
        return understanding.Listener(titles, self.corpus.knowing)

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
                heard.append(hear(message, asked, self.corpus.reader))
        return tuple(heard)

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each act of the user is lost with probability `error`; results of tools are exact."""
        return [event if event.role == "tool" else _misheard(event, stream, error) for event in heard]

    def content_hash(self) -> str:
        """SHA-256 over version, generators, difficulty and the corpus."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR} {self.level} {self.parameters}".encode())
        digest.update(self.corpus.fingerprint())
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, (self.difficulty, self._corpus)


@cache
def load_task(difficulty: str, corpus: str | None = None) -> RecommendationTask:
    """The task, made once per process.

    Args:
        difficulty: One of `levels.LEVELS`.
        corpus: None for the built-in catalogue, people and wording; "movielens" or "redial" for real films.

    Raises:
        ConfigurationError: There is no such difficulty, or the corpus' data are not there.
        UnknownNameError: There is no such corpus.
    """
    return RecommendationTask(difficulty, corpus)


def _asked(acts: Sequence[Act]) -> str:
    """What the last of an agent's acts calls for."""
    act = acts[-1]
    return act.args.get("about", "") if act.name == "ask" else SHOWED if act.name in ("recommend", "explain") else ""


def _misheard(event: Event, stream: Stream, error: float) -> Event:
    kept = tuple(act for act in event.content if not stream.chance(error))
    return event if len(kept) == len(event.content) else Event(event.role, kept, lambda: event.text)
