"""The state machine of a day at the desk: a tick is a turn, from one bulletin to the next."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.draws import LongStream, Stream, fold, key, name_key
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENT_PRIORS, SENTIMENTS, TOPICS, credit
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
from dialogue_gym.envs.sentiment.monitor.texts import Text, write
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
_NAME = re.compile(r"t[0-9]{1,6}")

_DESK = name_key("sentiment.monitor.desk")
_PHASES = name_key("sentiment.monitor.phases")
_ARRIVALS = name_key("sentiment.monitor.arrivals")


class Topic(NamedTuple):
    """What does not change about a topic during the day.

    Attributes:
        name: One of `labels.TOPICS`.
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
        self._world_key = 0
        self._levels: list[float] = []
        self._recent: list[list[Text]] = []
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
        names = draws.sample(TOPICS, TOPIC_COUNT)
        days = draw_days(world, lambda attempt: key(scenario_key, _PHASES, attempt))
        self.topics = tuple(
            Topic(name, draws.choice(world.bases), phases, tuple(surges_of(slot, phases)))
            for slot, (name, phases) in enumerate(zip(names, days, strict=True))
        )
        self.season = draws.below(TOPIC_COUNT - 1), 4 + draws.below(TICKS - SEASON_TICKS - 8)
        self._world_key = key(scenario_key)
        self._slots = {name: slot for slot, name in enumerate(names)}
        self.texts = []
        self.alarms = {}
        self.budget = BUDGET
        self.score = Score()
        self._levels = [0.0] * TOPIC_COUNT
        self._recent = [[] for _ in names]
        self._read, self._heard, self._labelled, self._hit = set(), set(), set(), set()
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
        self._count("credit", credit(named, right == named, SENTIMENT_PRIORS))
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
        entity, words = write(text, topic, self.dialogue.split, self.task.mix, self._world_key)
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
                [text.name, text.minute, f"t{text.original}" if text.is_echo else ""]
                for text in self._arrive(slot, topic, tick)
            ]
        alarms = {self.topics[slot].name: [*alarm] for slot, alarm in sorted(self.alarms.items())}
        events.append(bulletin_event(tick, self.budget, published, alarms))
        return events

    def _arrive(self, slot: int, topic: Topic, tick: int) -> list[Text]:
        world, phase = self.task.generator, topic.phases[tick]
        draws: Stream = LongStream(self.world_stream(fold(_ARRIVALS, slot)).state)
        background = self.background(slot, tick) * float(world.gains[phase])
        arrivals, self._levels[slot] = arrive(world, background, self._levels[slot], tick, draws)
        recent, texts = self._recent[slot], []
        for minute, echo in arrivals:
            number = len(self.texts)
            if echo:
                earlier = [text for text in recent if text.minute < minute]
                weights = [world.persistence ** (minute - text.minute) for text in earlier]
                original = draws.weighted(earlier, weights)
                text = Text(number, slot, minute, original.original, original.sentiment)
            else:
                text = Text(number, slot, minute, number, draws.weighted(range(3), world.tones[phase].mix))
            self.texts.append(text)
            recent.append(text)
            texts.append(text)
        kept = [text for text in recent if text.minute >= (tick - _MEMORY) * MINUTES]
        self._recent[slot] = kept or recent[-1:]
        return texts

    def background(self, slot: int, tick: int) -> float:
        """Texts a minute that come by themselves while the topic is calm: all in it is shown."""
        named, first = self.season
        season = self.task.generator.season if slot == named and first <= tick < first + SEASON_TICKS else 1.0
        return self.topics[slot].base / 60.0 * PROFILE[tick] * season

    def _measure(self) -> Mapping[str, Any]:
        ticks = range(self.turn)
        surges = [surge for topic in self.topics for surge in topic.surges if surge.first < self.turn]
        quiet = sum(0 <= topic.phases[tick] < FIRST_SURGE for topic in self.topics for tick in ticks)
        return self.score.outcome(surges=len(surges), quiet=quiet, reads=BUDGET - self.budget)


_MEMORY: Final = 4
"""Ticks after which a text is not repeated any more, unless it is the last; it excites further texts all the same."""
