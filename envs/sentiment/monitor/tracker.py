"""The numeric view of the desk: counts, averages and what the read texts sound like to a reader of words.

Features of each topic, by slot, from 1:

| name | values | meaning |
|---|---|---|
| present | 0, 1 | the topic is on the desk |
| season | 0, 1 | the calendar calls it busy now |
| usual | 0 .. 1 | texts an hour on an ordinary day, / 10 |
| fresh, echoes | 0 .. 1 | texts of this tick that are new, that repeat others: n / (n + 5) |
| short, long | 0 .. 1 | averages of the new ones, over some 2 and 8 ticks: n / (n + 5) |
| unread | 0 .. 1 | new texts of this tick and the last that were not read: n / (n + 5) |
| read | 0 .. 1 | texts that were just read, of 4 |
| negative, positive | 0 .. 1 | shares of those that sound so |
| gloom | 0 .. 1 | average share of negatives over some 5 texts read, 1/6 at first |
| alarm | 0, 0.5, 1 | severity of the open alarm, / 2 |
| age | 0 .. 1 | ticks that it has been open: n / (n + 5) |

and of the desk: tick (of 48), the time of day as sine and cosine, and budget (of what may be read in a day).
"""

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENT_PRIORS
from dialogue_gym.envs.sentiment.monitor.episode import BUDGET
from dialogue_gym.envs.sentiment.monitor.world import TICKS, TOPIC_COUNT
from dialogue_gym.episode import Event

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.monitor.task import SentimentMonitorTask

AT_ONCE: Final = 4
"""Texts that can be asked for in one topic and tick on the numeric view."""
COMMANDS: Final = ("nothing", "alert1", "alert2", "clear")
_OF_TOPIC: Final = (
    "present", "season", "usual", "fresh", "echoes", "short", "long", "unread", "read", "negative", "positive",
    "gloom", "alarm", "age",
)  # fmt: skip
_OF_DESK: Final = ("tick", "sine", "cosine", "budget")
FEATURES: Final = (*(f"{slot + 1}:{name}" for slot in range(TOPIC_COUNT) for name in _OF_TOPIC), *_OF_DESK)
ACT_NAMES: Final = (
    *(f"{slot + 1}:{command}" for slot in range(TOPIC_COUNT) for command in COMMANDS),
    *(f"{slot + 1}:read{count}" for slot in range(TOPIC_COUNT) for count in range(AT_ONCE + 1)),
)
CHOICES: Final = (*(len(COMMANDS),) * TOPIC_COUNT, *(AT_ONCE + 1,) * TOPIC_COUNT)
_STARTS: Final = tuple(np.cumsum((0, *CHOICES[:-1])).tolist())
"""Where each component begins in the mask."""
_HALF: Final = 5.0
"""The number that a feature shows as one half."""
_NEVER: Final = (TICKS, -1)
"""A season of no ticks."""
_SHORT, _LONG, _GLOOM = 0.5, 0.125, 0.2


class _Topic:
    """What is believed about one topic."""

    __slots__ = (
        "alarm",
        "echoes",
        "fresh",
        "gloom",
        "long",
        "name",
        "season",
        "short",
        "since",
        "tones",
        "unread",
        "usual",
    )

    def __init__(self, name: str, usual: float) -> None:
        self.name = name
        self.usual = usual
        self.season = _NEVER
        self.short = self.long = usual / 2.0
        self.gloom = SENTIMENT_PRIORS["negative"]
        self.alarm = self.since = self.echoes = 0
        self.fresh: list[str] = []
        self.unread: list[str] = []
        self.tones: list[str] = []


class DeskTracker:
    """The belief about one day.

    Args:
        task: The task that is played: it has the reader of what is read.
    """

    def __init__(self, task: "SentimentMonitorTask") -> None:
        self._task = task
        self.features: npt.NDArray[np.float32] = np.zeros(len(FEATURES), np.float32)
        self.mask: npt.NDArray[np.int8] = np.zeros(len(ACT_NAMES), np.int8)
        self.reset(())

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""
        self._topics: list[_Topic] = []
        self._slots: dict[str, int] = {}
        self._labels: list[Act] = []
        self._read: set[str] = set()
        self._tick = 0
        self._budget = BUDGET
        self.observe((), heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""
        for topic in self._topics:
            topic.tones = []
        self._labels = []
        for event in heard:
            for act in event.content:
                take = _TAKERS.get(act.name)
                if take is not None:
                    take(self, act.args)
        self._write()

    def ground(self, action: npt.NDArray[np.int64]) -> tuple[Act, ...]:
        """Labels of what was just read, then the alarms, then the texts to read, newest first.

        Components that the mask forbids do nothing, and no more is read than the budget allows.
        """
        acts = [*self._labels]
        legal = [n if self.mask[start + n] else 0 for n, start in zip(action.tolist(), _STARTS, strict=True)]
        budget = self._budget
        wanted: list[Act] = []
        for slot, topic in enumerate(self._topics):
            command, count = legal[slot], min(legal[TOPIC_COUNT + slot], budget)
            if command == 3:
                acts.append(Act("clear", {"topic": topic.name}))
            elif command:
                acts.append(Act("alert", {"topic": topic.name, "severity": command}))
            budget -= count
            wanted += [Act("read", {"id": name}) for name in topic.unread[::-1][:count]]
        return (*acts, *wanted)

    def toward(self, acts: Sequence[Act]) -> npt.NDArray[np.int64]:
        """The action with these alarms, and as many texts read of each topic as it can; labels are its own."""
        action = np.zeros(len(CHOICES), np.int64)
        for act in acts:
            if act.name in ("alert", "clear") and act.args["topic"] in self._slots:
                action[self._slots[act.args["topic"]]] = 3 if act.name == "clear" else act.args["severity"]
            elif act.name == "read":
                for slot, topic in enumerate(self._topics):
                    if act.args["id"] in topic.unread and action[TOPIC_COUNT + slot] < AT_ONCE:
                        action[TOPIC_COUNT + slot] += 1
        return action

    def _take_desk(self, desk: Mapping[str, Any]) -> None:
        for name, usual in desk["topics"].items():
            self._add(name, usual)
        if desk["season"] in self._slots:
            self._topics[self._slots[desk["season"]]].season = desk["first"], desk["last"]

    def _take_topic(self, topic: Mapping[str, Any]) -> None:
        self._add(topic["name"], topic["usual"])

    def _add(self, name: str, usual: float) -> None:
        if name not in self._slots and len(self._topics) < TOPIC_COUNT:
            self._slots[name] = len(self._topics)
            self._topics.append(_Topic(name, usual))

    def _take_text(self, text: Mapping[str, Any]) -> None:
        name, slot = text["id"], self._slots.get(text["topic"])
        if slot is None or name in self._read:
            return
        self._read.add(name)
        topic = self._topics[slot]
        heard = self._task.source.reader.tone(text["text"], text["entity"], text["topic"])
        topic.tones.append(heard)
        topic.gloom += _GLOOM * ((heard == "negative") - topic.gloom)
        self._labels.append(Act("label", {"id": name, "sentiment": heard}))

    def _take_bulletin(self, bulletin: Mapping[str, Any]) -> None:
        self._tick, self._budget = bulletin["tick"], bulletin["budget"]
        texts, alarms, read = bulletin["texts"], bulletin["alarms"], self._read
        for topic in self._topics:
            entries = texts.get(topic.name, ())
            fresh = [name for name, _, original in entries if not original]
            topic.echoes = len(entries) - len(fresh)
            topic.unread = [name for name in (*topic.fresh, *fresh) if name not in read]
            topic.fresh = fresh
            topic.short += _SHORT * (len(fresh) - topic.short)
            topic.long += _LONG * (len(fresh) - topic.long)
            topic.alarm, topic.since = alarms.get(topic.name, (0, 0))

    def _write(self) -> None:
        """Features and mask, each put together as a list: that is faster than place by place."""
        tick = self._tick
        features: list[float] = []
        commands: list[int] = []
        reads: list[int] = []
        for topic in self._topics:
            tones, count, fresh, unread = topic.tones, len(topic.tones), len(topic.fresh), len(topic.unread)
            age = tick - topic.since if topic.alarm else 0
            features += (
                1.0,
                topic.season[0] <= tick <= topic.season[1],
                min(topic.usual / 10.0, 1.0),
                fresh / (fresh + _HALF),
                topic.echoes / (topic.echoes + _HALF),
                topic.short / (topic.short + _HALF),
                topic.long / (topic.long + _HALF),
                unread / (unread + _HALF),
                min(count / AT_ONCE, 1.0),
                tones.count("negative") / count if count else 0.0,
                tones.count("positive") / count if count else 0.0,
                topic.gloom,
                min(topic.alarm / 2.0, 1.0),
                age / (age + _HALF) if age > 0 else 0.0,
            )
            commands += _COMMAND_MASKS[topic.alarm > 0]
            reads += _READ_MASKS[min(unread, self._budget, AT_ONCE)]
            topic.echoes = 0
        absent = TOPIC_COUNT - len(self._topics)
        features += _ABSENT * absent
        sine, cosine = _HANDS[tick % TICKS]
        features += (min(tick / TICKS, 1.0), sine, cosine, min(self._budget / BUDGET, 1.0))
        self.features[:] = features
        self.mask[:] = commands + _NO_COMMAND * absent + reads + _READ_MASKS[0] * absent


_COMMAND_MASKS: Final = ([1, 1, 1, 0], [1, 1, 1, 1])
_NO_COMMAND: Final = [1, 0, 0, 0]
_READ_MASKS: Final = [[1] * (1 + count) + [0] * (AT_ONCE - count) for count in range(AT_ONCE + 1)]
_ABSENT: Final = [0.0] * len(_OF_TOPIC)
_HANDS: Final = [(sin(2.0 * pi * tick / TICKS), cos(2.0 * pi * tick / TICKS)) for tick in range(TICKS)]
"""Where the hand of a clock of 24 hours points."""

_TAKERS: Final = {
    "desk": DeskTracker._take_desk,
    "topic": DeskTracker._take_topic,
    "text": DeskTracker._take_text,
    "bulletin": DeskTracker._take_bulletin,
}
