"""The task apart from any one headline: acts, their text form, and what a listener makes of a message."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream
from dialogue_gym.envs.sentiment.classification import texts
from dialogue_gym.envs.sentiment.classification.episode import (
    SentimentClassificationEpisode,
    background_event,
    headline_event,
    help_event,
    read_label,
)
from dialogue_gym.envs.sentiment.classification.labels import BLOCK, LABELS, SENTIMENT_PRIORS, TOPIC_PRIORS
from dialogue_gym.envs.sentiment.classification.reward import LabelReward
from dialogue_gym.envs.sentiment.classification.tracker import FEATURES, HashedWords
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import DIFFICULTIES, SPLITS, Task
from dialogue_gym.wording import Wording

GENERATOR: Final = 1
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""

INSTRUCTIONS: Final = """\
You label financial headlines. You are shown one headline and one entity. Say what the headline is about as
far as that entity is concerned, and whether it is good or bad news for the entity's shareholders. A headline
may speak of two companies, with good news for one and bad news for the other: only the entity counts. It may
call companies by their trade ("the brewer") instead of by name.

Sentiment, one of: negative, neutral, positive.
Topic, one of:
- earnings: profit, sales, guidance
- mergers: takeovers, sales of units, bids
- dividends: dividends and share buybacks
- management: chief executives, boards, founders
- regulation: authorities, courts, licences, fines
- products: goods and services, orders, plants, recalls
- ratings: analysts' ratings and price targets
- economy: currencies, interest rates, tariffs, growth

Answer with the sentiment and the topic and nothing else, like this:
negative, dividends

If you need to know what kind of company the entity is, answer with the single word:
background
This costs a little and is given once. To see the headline again, answer: hold
You have three turns. An answer in any other form, or with several sentiments or topics, is no answer."""

_WORDS = re.compile(r"[^\W\d_]+")
_HEADLINE = re.compile(r"Headline: (.*)\nEntity: (.*)", re.DOTALL)
_BACKGROUND = re.compile(r"Background: (.*)", re.DOTALL)

_LABEL_ACTS = tuple(Act("label", label._asdict()) for label in LABELS)
_ACTS = {
    **{f"label:{label.sentiment}:{label.topic}": act for label, act in zip(LABELS, _LABEL_ACTS, strict=True)},
    "background": Act("background"),
    "hold": Act("hold"),
}
_GROUNDED = tuple((act,) for act in _ACTS.values())


class SentimentClassificationTask(Task):
    """One financial headline, one entity: which topic, and good or bad news?

    Args:
        difficulty: What headlines are made of, see `texts.MIXES`.
    """

    version = 0
    max_turns = 3
    act_names = tuple(_ACTS)
    feature_names = FEATURES
    null_act = "hold"
    test_scenarios = 11 * BLOCK  # whole blocks, in which every label is as frequent as its prior says
    instructions = INSTRUCTIONS

    def __init__(self, difficulty: str) -> None:
        if difficulty not in DIFFICULTIES:
            raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
        self.difficulty = difficulty
        self.name = f"sentiment_classification.{difficulty}"
        self.mix = texts.MIXES[difficulty]
        self.tools: list[dict[str, Any]] = []
        self._reward = LabelReward()
        self._wording: dict[str, Wording] = {split: texts.wording(split) for split in SPLITS}

    @property
    def reward(self) -> LabelReward:
        """Chance-corrected labels less small costs."""
        return self._reward

    def wording(self, split: str) -> Wording:
        """The forms of a split."""
        return self._wording[split]

    def episode(self, max_turns: int | None = None) -> SentimentClassificationEpisode:
        """A new state machine."""
        return SentimentClassificationEpisode(self, max_turns)

    def tracker(self) -> HashedWords:
        """A new belief tracker."""
        return HashedWords(_GROUNDED, self.act_names.index("background"))

    def parse(self, text: str) -> tuple[Act, ...]:
        """The label, request or silence that a string stands for; case and punctuation do not matter.

        What is said comes before calls; calls are answered as not understood, for there are no tools.
        """
        message, calls = split_action(text)
        if message or not calls:
            return (_read_answer(message), *calls)
        return calls

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts."""
        said = [_say(act) for act in acts if not act.call]
        return join_action("\n".join(said), [act for act in acts if act.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Takes the desk's fixed forms apart again, which never fails: `nlu_error` is 0."""
        return tuple(_read_message(message) for message in messages if message["role"] != "assistant")

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each word of a headline is lost with probability `error`."""
        return [self._mishear_one(event, stream, error) for event in heard]

    def _mishear_one(self, event: Event, stream: Stream, error: float) -> Event:
        (act,) = event.content
        if act.name != "headline":
            return event
        words = [word for word in act.args["text"].split() if not stream.chance(error)]
        return headline_event(" ".join(words), act.args["entity"])

    def content_hash(self) -> str:
        """SHA-256 over version, generator, difficulty and the wording files."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR}".encode())
        for split in SPLITS:
            digest.update((texts.DATA / f"{split}.txt").read_bytes())
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, (self.difficulty, None)


def load_task(difficulty: str, corpus: None = None) -> SentimentClassificationTask:
    """The task at a difficulty, made once per process.

    Args:
        difficulty: What headlines are made of, see `texts.MIXES`.
        corpus: Reserved for real texts; None only.
    """
    if corpus is not None:
        raise ConfigurationError(
            f"Expected corpus=None, got {corpus!r}: this version has built-in headlines only. Leave it out."
        )
    return _load(difficulty)


@cache
def _load(difficulty: str) -> SentimentClassificationTask:
    return SentimentClassificationTask(difficulty)


def _read_answer(message: str) -> Act:
    words = _WORDS.findall(message.lower())
    if words == ["background"]:
        return Act("background")
    if words == ["hold"] or not message:
        return Act("hold")
    if len(words) == 2:
        for sentiment, topic in (words, words[::-1]):
            if sentiment in SENTIMENT_PRIORS and topic in TOPIC_PRIORS:
                return Act("label", {"sentiment": sentiment, "topic": topic})
    return Act("unclear")


def _say(act: Act) -> str:
    label = read_label(act)
    if label is not None:
        return str(label)
    return act.name if act in (Act("background"), Act("hold")) else "?"


def _read_message(message: Mapping[str, str]) -> Event:
    text = message["content"]
    if match := _HEADLINE.fullmatch(text):
        return headline_event(match[1], match[2])
    if match := _BACKGROUND.fullmatch(text):
        return background_event(match[1])
    return help_event()
