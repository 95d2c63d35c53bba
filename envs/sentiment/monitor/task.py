"""The task apart from any one day: acts and their text form, spaces, and what a listener makes of a message."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from gymnasium.spaces import MultiDiscrete

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.corpora import STREAMS, Corpus, load_corpus
from dialogue_gym.envs.sentiment.monitor.bulletin import bulletin_event, read_message, text_event
from dialogue_gym.envs.sentiment.monitor.episode import BUDGET, SentimentMonitorEpisode
from dialogue_gym.envs.sentiment.monitor.outcome import METRICS
from dialogue_gym.envs.sentiment.monitor.reward import DeskReward
from dialogue_gym.envs.sentiment.monitor.sources import FromCorpus, Generated, Source
from dialogue_gym.envs.sentiment.monitor.tracker import ACT_NAMES, CHOICES, FEATURES, DeskTracker
from dialogue_gym.envs.sentiment.monitor.world import TICKS, WORLDS, World
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import DIFFICULTIES, Task

GENERATOR: Final = 1
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""

INSTRUCTIONS: Final = f"""\
You watch the news desk of an investor for one day, from 06:00 to 06:00. Every half hour a bulletin lists the texts
that came in on each topic: their names, the minute, and which earlier text one only repeats. You see a text's words
when you ask for it; they come with the next bulletin. You may read {BUDGET} texts in the day, and each costs a little.

Raise an alarm on a topic as soon as bad news about it surges: many more texts than its usual number for the time of
day, and most of them bad for the shareholders of whom they are about. Early alarms are worth most, alarms without
a surge cost. Bursts of good news, bursts of ordinary texts, the rush hours (about 08:30 and 16:00) and the season
that the calendar announces are no surge. Severity is 1, or 2 for a surge of many times the usual number that is
almost all bad. Clear the alarm when the surge is over. Label what you have read.

Write one act a line, as many as you like, or nothing at all:
alert <topic> <severity>
clear <topic>
read <id>
label <id> <negative, neutral or positive>

For instance:
read t101
label t98 negative
alert regulation 1"""

_LINE = re.compile(r"[^\s,.;:]+")
_ID = re.compile(r"t[0-9]{1,6}")
_SEVERITY: Final = {"1": 1, "2": 2}


class SentimentMonitorTask(Task):
    """A day at the news desk: read, label, raise the alarm.

    Args:
        difficulty: How the stream behaves, see `world.WORLDS`.
        source: Where its words come from.
        made_by: The arguments of `load_task` that make this task.

    Attributes:
        generator: The parameters of the stream: the door for references that know them, such as the Bayes filter.
    """

    version = 1
    max_turns = TICKS
    act_names = ACT_NAMES
    feature_names = FEATURES
    null_act = "1:nothing"
    test_scenarios = 500
    instructions = INSTRUCTIONS
    metrics = METRICS

    def __init__(self, difficulty: str, source: Source, made_by: tuple[Any, ...]) -> None:
        self.difficulty = difficulty
        self.name = ".".join(filter(None, ("sentiment_monitor", difficulty, source.name)))
        self.generator: World = WORLDS[difficulty]
        self.source = source
        self._made_by = made_by
        self.tools: list[dict[str, Any]] = []
        self._reward = DeskReward()

    @property
    def action_space(self) -> MultiDiscrete:
        """A command and a number of texts to read for each topic."""
        return MultiDiscrete(np.array(CHOICES))

    @property
    def reward(self) -> DeskReward:
        """Surges found early, less false alarms and costs."""
        return self._reward

    def episode(self, max_turns: int | None = None) -> SentimentMonitorEpisode:
        """A new state machine."""
        return SentimentMonitorEpisode(self, max_turns)

    def tracker(self) -> DeskTracker:
        """A new belief tracker."""
        return DeskTracker(self)

    def parse(self, text: str) -> tuple[Act, ...]:
        """One act a line; a line that is none is unclear, and the others stand. Case and punctuation do not matter."""
        message, calls = split_action(text)
        acts = [act for line in message.splitlines() if line.strip() for act in _read_line(line)]
        return (*acts, *calls)

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts: one a line, the empty string for none."""
        said = [_say(act) for act in acts if not act.call]
        return join_action("\n".join(said), [act for act in acts if act.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Takes the desk's fixed forms apart again, which never fails: `nlu_error` is 0."""
        return tuple(read_message(message["content"]) for message in messages if message["role"] != "assistant")

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each entry of a bulletin is overlooked, and each word of a text lost, with probability `error`."""
        return [_mishear(event, stream, error) for event in heard]

    def content_hash(self) -> str:
        """SHA-256 over name, version, generator, parameters and the texts or what they are made from."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR} {self.generator!r}".encode())
        for content in self.source.content():
            digest.update(content)
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, self._made_by


def load_task(difficulty: str, corpus: str | None = None, data_dir: str | None = None) -> SentimentMonitorTask:
    """The task at a difficulty, made once per process.

    Args:
        difficulty: How the stream behaves, see `world.WORLDS`.
        corpus: Real texts with sentiments for its words: a name or a path, see `envs.sentiment.corpora`.
        data_dir: The folder of published data sets; None for the one that DIALOGUE_GYM_DATA names.
    """
    if difficulty not in DIFFICULTIES:
        raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
    if corpus is None:
        return _generated(difficulty)
    if corpus in STREAMS:
        raise ConfigurationError(
            f"Expected corpus to have labelled texts, got {corpus!r}, a stream of which nobody knows the surges. "
            f"Watch it with: dialogue-gym monitor --input {corpus}"
        )
    return _from_corpus(load_corpus(corpus, data_dir), (difficulty, corpus, data_dir))


@cache
def _generated(difficulty: str) -> SentimentMonitorTask:
    return SentimentMonitorTask(difficulty, Generated(WORLDS[difficulty].texts), (difficulty, None, None))


@cache
def _from_corpus(corpus: Corpus, made_by: tuple[Any, ...]) -> SentimentMonitorTask:
    return SentimentMonitorTask(made_by[0], FromCorpus(corpus), made_by)


def _read_line(line: str) -> list[Act]:
    match _LINE.findall(line.lower()):
        case ["alert", topic, severity] if severity in _SEVERITY:
            return [Act("alert", {"topic": topic, "severity": _SEVERITY[severity]})]
        case ["clear", topic]:
            return [Act("clear", {"topic": topic})]
        case ["label", name, sentiment] if _ID.fullmatch(name) and sentiment in SENTIMENTS:
            return [Act("label", {"id": name, "sentiment": sentiment})]
        case ["read", *names] if names and all(map(_ID.fullmatch, names)):
            return [Act("read", {"id": name}) for name in names]
    return [Act("unclear")]


def _say(act: Act) -> str:
    if act.name in ("alert", "clear", "read", "label"):
        return " ".join([act.name, *map(str, act.args.values())])
    return "?"


def _mishear(event: Event, stream: Stream, error: float) -> Event:
    (act,) = event.content
    if act.name == "text":
        a = act.args
        words = " ".join(word for word in a["text"].split() if not stream.chance(error))
        return text_event(a["id"], a["topic"], a["entity"], words)
    if act.name == "bulletin":
        a = act.args
        seen = {
            topic: [entry for entry in entries if not stream.chance(error)] for topic, entries in a["texts"].items()
        }
        return bulletin_event(a["tick"], a["budget"], seen, a["alarms"])
    return event
