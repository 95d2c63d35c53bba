"""The desk over texts of one's own: the same bulletins and acts as in the environment, without a generator or a score.

A `LiveDesk` has up to four topics, so that agents of the environment fit; it knows no hidden state. The stream's own
time rules: a tick is closed by the first text after it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.monitor.bulletin import (
    bulletin_event,
    desk_event,
    help_event,
    text_event,
    topic_event,
)
from dialogue_gym.envs.sentiment.monitor.episode import BUDGET
from dialogue_gym.envs.sentiment.monitor.world import MINUTES, TICKS, TOPIC_COUNT
from dialogue_gym.episode import Event

EXAMPLES: Final = 3
"""Texts that an alert quotes."""
_LEAST: Final = 0.5
"""Texts an hour that a topic is taken to have at least."""


class Alert(NamedTuple):
    """An alarm raised or cleared.

    Attributes:
        kind: "alert" or "clear".
        topic: Of which topic.
        severity: 1 or 2; 0 for "clear".
        reason: The counts and texts behind it.
    """

    kind: str
    topic: str
    severity: int
    reason: dict[str, Any]


class LiveDesk:
    """One desk of a live stream.

    Attributes:
        topics: Its topics, in the order they appeared.
        alarms: Open alarms: topic to (severity, tick of the day in which it was raised).
        counts: Texts per topic since the beginning.
        hours: Hours per topic since it appeared.
    """

    def __init__(self) -> None:
        self.topics: list[str] = []
        self.alarms: dict[str, list[int]] = {}
        self.counts: dict[str, int] = {}
        self.hours: dict[str, float] = {}
        self._new_day()

    def _new_day(self) -> None:
        self.budget = BUDGET
        self._texts: list[tuple[str, str]] = []
        self._originals: dict[tuple[str, str], int] = {}
        self._read: set[int] = set()
        self._wanted: list[int] = []
        self._unclear = False
        self._labels: dict[str, list[tuple[str, int]]] = {topic: [] for topic in self.topics}
        self._now: dict[str, int] = {}

    @property
    def full(self) -> bool:
        """Whether it has as many topics as it can have."""
        return len(self.topics) == TOPIC_COUNT

    def usual(self, topic: str) -> float:
        """Texts an hour so far, to a tenth."""
        return round(max(_LEAST, self.counts[topic] / max(self.hours[topic], 1.0)), 1)

    def publish(self, tick: int, texts: Mapping[str, Sequence[tuple[int, str]]], opens: bool) -> list[Event]:
        """What the desk hears when a tick is over.

        Args:
            tick: Of the day.
            texts: Topic to (minute of the day, text); topics that are new join the desk.
            opens: Whether the agent begins anew with this bulletin, as with each day.
        """
        if opens:
            self._new_day()
        known = [*self.topics]
        events: list[Event] = [help_event()] if self._unclear else []
        events += [self._show(number) for number in self._wanted]
        self._wanted, self._unclear = [], False
        for topic in texts:
            if topic not in self.topics:
                self.topics.append(topic)
                self.counts[topic], self.hours[topic], self._labels[topic] = 0, 0.0, []
        entries: dict[str, list[list[Any]]] = {}
        for topic in self.topics:
            entries[topic] = [self._take(topic, minute, text) for minute, text in texts.get(topic, ())]
            self._now[topic] = len(entries[topic])
            self.counts[topic] += len(entries[topic])
            self.hours[topic] += MINUTES / 60.0
        if opens:
            events.insert(0, desk_event({topic: self.usual(topic) for topic in self.topics}, "none", 0, 0))
        else:
            events += [topic_event(topic, self.usual(topic)) for topic in self.topics if topic not in known]
        return [*events, bulletin_event(tick % TICKS, self.budget, entries, dict(self.alarms))]

    def play(self, acts: Sequence[Act], tick: int) -> list[Alert]:
        """Carries the agent's acts out; gives the alarms raised and cleared."""
        alerts: list[Alert] = []
        for act in acts:
            topic = act.args.get("topic")
            if act.name in ("read", "label") and not act.call:
                self._handle(act)
            elif act.name == "alert" and topic in self.topics and not act.call:
                if topic not in self.alarms:
                    self.alarms[topic] = [int(act.args["severity"]), tick % TICKS]
                    alerts.append(Alert("alert", topic, int(act.args["severity"]), self._reason(topic)))
            elif act.name == "clear" and topic in self.topics and not act.call:
                if self.alarms.pop(topic, None) is not None:
                    alerts.append(Alert("clear", topic, 0, self._reason(topic)))
            else:
                self._unclear = True
        return alerts

    def trend(self, topic: str) -> dict[str, int]:
        """Texts of a topic in the last bulletin, and the day's labels so far."""
        labels = [label for label, _ in self._labels[topic]]
        return {"texts": self._now.get(topic, 0), **{name: labels.count(name) for name in SENTIMENTS}}

    def _handle(self, act: Act) -> None:
        name = str(act.args["id"])
        number = int(name[1:])
        if number >= len(self._texts):
            self._unclear = True
        elif act.name == "label":
            topic = self._texts[number][0]
            if number in self._read and all(number != labelled for _, labelled in self._labels[topic]):
                self._labels[topic].append((act.args["sentiment"], number))
        elif number not in self._read and self.budget:
            self.budget -= 1
            self._read.add(number)
            self._wanted.append(number)

    def _take(self, topic: str, minute: int, text: str) -> list[Any]:
        number = len(self._texts)
        self._texts.append((topic, text))
        original = self._originals.setdefault((topic, " ".join(text.lower().split())), number)
        return [f"t{number}", minute, "" if original == number else f"t{original}"]

    def _show(self, number: int) -> Event:
        topic, text = self._texts[number]
        return text_event(f"t{number}", topic, topic, text)

    def _reason(self, topic: str) -> dict[str, Any]:
        recent = self._labels[topic][-10:]
        return {
            "texts": self._now.get(topic, 0),
            "usual": self.usual(topic) * MINUTES / 60.0,
            "labels": {name: sum(label == name for label, _ in recent) for name in SENTIMENTS},
            "examples": [self._texts[n][1] for label, n in recent[::-1] if label == "negative"][:EXAMPLES],
        }
