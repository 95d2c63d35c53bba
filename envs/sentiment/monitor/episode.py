"""The state machine of a day at the desk: a tick is a turn, from one bulletin to the next."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key, name_key
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENT_PRIORS, SENTIMENTS, credit
from dialogue_gym.envs.sentiment.monitor.arrivals import arrive
from dialogue_gym.envs.sentiment.monitor.bulletin import (
    bulletin_event,
    desk_event,
    help_event,
    over_event,
    text_event,
    topic_event,
)
from dialogue_gym.envs.sentiment.monitor.outcome import Score
from dialogue_gym.envs.sentiment.monitor.regimes import ABSENT, Phases, Surge, draw_days, surges_of
from dialogue_gym.envs.sentiment.monitor.reward import AFTER, WRONG_SEVERITY, promptness
from dialogue_gym.envs.sentiment.monitor.texts import Text, repeat
from dialogue_gym.envs.sentiment.monitor.world import (
    FIRST_SURGE,
    MINUTES,
    PROFILE,
    SEASON_TICKS,
    SEVERITIES,
    TICKS,
    TOPIC_COUNT,
)
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.monitor.task import SentimentMonitorTask

BUDGET: Final = 150
"""Texts that may be read in a day."""
_CREDITS: Final = {
    (named, right): credit(named, named == right, SENTIMENT_PRIORS) for named in SENTIMENTS for right in SENTIMENTS
}
_NAME = re.compile(r"t[0-9]{1,6}")

_DESK = name_key("sentiment.monitor.desk")
_PHASES = name_key("sentiment.monitor.phases")
_WORDS = name_key("sentiment.monitor.words")
_ARRIVALS = name_key("sentiment.monitor.arrivals")


class Topic(NamedTuple):
    """What does not change about a topic during the day.

    Attributes:
        name: One of the source's topics.
        base: Texts an hour that come by themselves on a calm average day.
        phases: Its hidden phase in every tick, `ABSENT` before it appears.
        surges: Its surges (hidden).
    """

    name: str
    base: float
    phases: Phases
    surges: tuple[Surge, ...]


class Alarm(NamedTuple):
    """An open alarm.

    Attributes:
        severity: 1 or 2.
        tick: The tick whose bulletin it was raised on.
    """

    severity: int
    tick: int


class SentimentMonitorEpisode(Episode):
    """One day at the desk.

    Attributes:
        topics: The topics, by slot (phases and surges are hidden state).
        season: The slot that the calendar names, and the first tick of its season.
        texts: Every text that has come, by number.
        alarms: Open alarms, by slot.
        budget: Texts that may still be read.
        score: What has been counted so far (hidden state).
    """

    task: "SentimentMonitorTask"
    topics: tuple[Topic, ...]
    season: tuple[int, int]

    def __init__(self, task: "SentimentMonitorTask", max_turns: int | None = None) -> None:
        super().__init__(task, max_turns)
        self.texts: list[Text] = []
        self.alarms: dict[int, Alarm] = {}
        self.budget = BUDGET
        self.score = Score()
        self._words_key = 0
        self._coming: list[tuple[int, ...]] = []
        self._ends: list[int] = []
        self._places: list[int] = []
        self._read: set[int] = set()
        self._heard: set[int] = set()
        self._labelled: set[int] = set()
        self._hit: set[Surge] = set()
        self._slots: dict[str, int] = {}

    @property
    def instructions(self) -> str:
        """What the agent is asked to do, and in which format."""
        return self.task.instructions

    @property
    def tick(self) -> int:
        """The tick of the last bulletin."""
        return min(self.turn, TICKS - 1)

    def surge(self, slot: int, tick: int) -> Surge | None:
        """The surge of a topic in a tick: hidden state, for references and tests."""
        return next((surge for surge in self.topics[slot].surges if surge.first <= tick <= surge.last), None)

    def heard_sentiment(self, name: str) -> str:
        """The right label of a text that was read, for references that read without error.

        Raises:
            KeyError: No text of this name was read and heard.
        """
        text = self._named(name)
        if text is None or text.number not in self._heard:
            raise KeyError(f"Expected the name of a text that was read and heard, got {name!r}.")
        return SENTIMENTS[text.sentiment]

    def oracle_acts(self) -> tuple[Act, ...]:
        """Labels what was heard, alarms every surge with its first tick, clears it after the last, reads all it may."""
        acts = [
            Act("label", {"id": f"t{number}", "sentiment": SENTIMENTS[self.texts[number].sentiment]})
            for number in sorted(self._heard - self._labelled)
            if not self.texts[number].is_echo
        ]
        for slot, topic in enumerate(self.topics):
            surge = self.surge(slot, self.tick)
            if surge is None and slot in self.alarms:
                acts.append(Act("clear", {"topic": topic.name}))
            elif surge is not None and slot not in self.alarms and surge not in self._hit:
                acts.append(Act("alert", {"topic": topic.name, "severity": surge.severity}))
        if self.turn < TICKS - 1:
            fresh = [t.name for t in self.texts if t.minute // MINUTES == self.tick and not t.is_echo]
            acts += [Act("read", {"id": name}) for name in fresh[: self.budget]]
        return tuple(acts)

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        draws = Stream(key(scenario_key, _DESK))
        world = self.task.generator
        names = draws.sample(self.task.source.topics, TOPIC_COUNT)
        days = draw_days(world, lambda attempt: key(scenario_key, _PHASES, attempt))
        self.topics = tuple(
            Topic(name, draws.choice(world.bases), phases, tuple(surges_of(slot, phases)))
            for slot, (name, phases) in enumerate(zip(names, days, strict=True))
        )
        self.season = draws.below(TOPIC_COUNT - 1), 4 + draws.below(TICKS - SEASON_TICKS - 8)
        self._words_key = key(scenario_key, _WORDS)
        self._slots = {name: slot for slot, name in enumerate(names)}
        self.texts = []
        self.alarms = {}
        self.budget = BUDGET
        self.score = Score()
        self._read, self._heard, self._labelled, self._hit = set(), set(), set(), set()
        self._draw_texts(key(scenario_key, _ARRIVALS))
        there = {topic.name: world.usual(topic.base) for topic in self.topics if topic.phases[0] != ABSENT}
        slot, first = self.season
        desk = desk_event(there, names[slot], first, first + SEASON_TICKS - 1)
        return (desk, *self._publish(0))

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        wanted: list[Text] = []
        unclear = False
        for act in acts:
            unclear = not self._play(act, wanted) or unclear
        for slot, alarm in self.alarms.items():
            if alarm.tick < self._now and self.surge(slot, self._now) is None:
                self._count("stale")
        heard = [help_event()] if unclear else []
        heard += [self._show(text) for text in wanted]
        if self.turn < TICKS:
            return (*heard, *self._publish(self.turn))
        self.stop(StopReason.COMPLETED)
        return (*heard, over_event())

    @property
    def _now(self) -> int:
        """The tick whose bulletin the running action answers."""
        return self.turn - 1

    def _play(self, act: Act, wanted: list[Text]) -> bool:
        """Carries out one act; False if it is none of the desk's. What cannot be done has no effect."""
        if act.call:
            return False
        arguments = act.args
        if act.name == "read" and (text := self._named(arguments.get("id"))) is not None:
            if text.number not in self._read and self.budget:
                self.budget -= 1
                self._read.add(text.number)
                self._count("reads")
                wanted.append(text)
            return True
        if act.name == "label" and (text := self._named(arguments.get("id"))) is not None:
            named = arguments.get("sentiment")
            if isinstance(named, str) and named in SENTIMENT_PRIORS:
                self._label(text, named)
                return True
            return False
        slot = self._slot(arguments.get("topic"))
        if slot is None:
            return False
        if act.name == "alert" and arguments.get("severity") in SEVERITIES:
            self._alert(slot, int(arguments["severity"]))
            return True
        if act.name == "clear":
            self.alarms.pop(slot, None)
            return True
        return False

    def _named(self, name: Any) -> Text | None:
        """The published text of a name."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return None
        number = int(name[1:])
        return self.texts[number] if number < len(self.texts) else None

    def _slot(self, name: Any) -> int | None:
        """The slot of a topic that is on the desk."""
        slot = self._slots.get(name) if isinstance(name, str) else None
        return slot if slot is not None and self.topics[slot].phases[self._now] != ABSENT else None

    def _label(self, text: Text, named: str) -> None:
        if text.number not in self._heard or text.original in self._labelled:
            return
        self._labelled.add(text.original)
        right = SENTIMENTS[text.sentiment]
        self._count("credit", _CREDITS[named, right])
        self.score.label(right, named)

    def _alert(self, slot: int, severity: int) -> None:
        surge = self._surge_of_alarm(slot)
        if slot in self.alarms or surge in self._hit:
            self.score.repeated += 1
            self.alarms.setdefault(slot, Alarm(severity, self._now))
            return
        self.alarms[slot] = Alarm(severity, self._now)
        if surge is None:
            self._count("false_alarms")
            self.score.false_alarms += 1
            return
        self._hit.add(surge)
        delay = self._now - surge.first
        right = severity == surge.severity
        self._count("hits")
        self._count("hit_value", promptness(delay) * (1.0 if right else WRONG_SEVERITY))
        self.score.hit(delay, right)

    def _surge_of_alarm(self, slot: int) -> Surge | None:
        """The surge that an alarm now is about: the running one, or one that has just ended."""
        now = self._now
        return next((s for s in self.topics[slot].surges[::-1] if s.first <= now <= s.last + AFTER), None)

    def _count(self, fact: str, amount: float = 1.0) -> None:
        self.facts[fact] = self.facts.get(fact, 0.0) + amount

    def _show(self, text: Text) -> Event:
        assert self.dialogue is not None
        self._heard.add(text.number)
        topic = self.topics[text.slot].name
        split = self.dialogue.split
        place = self._places[text.original]
        entity, words = self.task.source.original(split, topic, SENTIMENTS[text.sentiment], place, self._words_key)
        if text.is_echo:
            words = repeat(text, words, split, self._words_key)
        return text_event(text.name, topic, entity, words)

    def _publish(self, tick: int) -> list[Event]:
        """The bulletin of a tick, whose texts come into being with it; before it, the topic that appears."""
        events: list[Event] = []
        published: dict[str, list[list[Any]]] = {}
        world = self.task.generator
        for slot, topic in enumerate(self.topics):
            if topic.phases[tick] == ABSENT:
                continue
            if tick and topic.phases[tick - 1] == ABSENT:
                events.append(topic_event(topic.name, world.usual(topic.base)))
            published[topic.name] = [
                [f"t{number}", minute, f"t{original}" if original != number else ""]
                for number, _, minute, original, _ in self._arrive(tick, slot)
            ]
        alarms = {self.topics[slot].name: [*alarm] for slot, alarm in sorted(self.alarms.items())}
        events.append(bulletin_event(tick, self.budget, published, alarms))
        return events

    def _arrive(self, tick: int, slot: int) -> list[Text]:
        """The texts of a topic in a tick, which are thereby published."""
        first, end = self._ends[tick * TOPIC_COUNT + slot], self._ends[tick * TOPIC_COUNT + slot + 1]
        texts = list(map(Text._make, self._coming[first:end]))
        self.texts += texts
        return texts

    def _draw_texts(self, draws_key: int) -> None:
        """The day's texts, none of which hangs on what the agent does."""
        phases = np.array([topic.phases for topic in self.topics])
        rates = np.array([self.background(slot) for slot in range(TOPIC_COUNT)])
        rates *= np.where(phases == ABSENT, 0.0, self.task.generator.gains[phases])
        slot, minute, original, sentiment = arrive(self.task.generator, rates, phases, draws_key)
        columns = (range(len(slot)), slot.tolist(), minute.tolist(), original.tolist(), sentiment.tolist())
        self._coming = list(zip(*columns, strict=True))
        places = minute // MINUTES * TOPIC_COUNT + slot
        self._ends = np.searchsorted(places, np.arange(TICKS * TOPIC_COUNT + 1)).tolist()
        self._places = _places_in_pools(slot * len(SENTIMENTS) + sentiment, original)

    def background(self, slot: int) -> npt.NDArray[np.float64]:
        """Texts a minute that come by themselves in each tick while the topic is calm: all in it is shown."""
        rates = self.topics[slot].base / 60.0 * np.array(PROFILE)
        named, first = self.season
        if slot == named:
            rates[first : first + SEASON_TICKS] *= self.task.generator.season
        return rates

    def _measure(self) -> Mapping[str, Any]:
        ticks = range(self.turn)
        surges = [surge for topic in self.topics for surge in topic.surges if surge.first < self.turn]
        quiet = sum(0 <= topic.phases[tick] < FIRST_SURGE for topic in self.topics for tick in ticks)
        return self.score.outcome(surges=len(surges), quiet=quiet, reads=BUDGET - self.budget)


def _places_in_pools(pools: npt.NDArray[np.int64], original: npt.NDArray[np.int64]) -> list[int]:
    """The place of each original among those of its pool; of an echo any number."""
    pools = np.where(original == np.arange(len(original)), pools, TOPIC_COUNT * len(SENTIMENTS))
    order = pools.argsort(kind="stable")
    sorted_pools = pools[order]
    places = np.empty(len(pools), np.int64)
    places[order] = np.arange(len(pools)) - sorted_pools.searchsorted(sorted_pools)
    numbers: list[int] = places.tolist()
    return numbers
