"""Agents that watch the desk with a change detector on their own labels, and the ones that skip the reading.

All think in the numeric view's features and play the text view through `PlaysActs`. A topic draws attention when more
texts come than usual for the time of day; then as many are read as one may, and the detector is fed with how they
sound. An alarm takes both: a detector above its threshold, and more texts than usual.
"""

from collections.abc import Callable, Mapping
from math import atan2, cos, inf, pi
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.agent import Agent, idle_action
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.scripted.monitor.detectors import Adwin, Cusum, Detector, Ewma, PageHinkley, ToneCusum
from dialogue_gym.agents.seat import Seat
from dialogue_gym.task import Task

ATTENTION: Final = 2.0
"""Times the usual number of texts from which on a topic is read closely."""
VOLUME: Final = 1.8
"""Times the usual number of texts, over the last two ticks or so, that an alarm takes."""
SETTLED: Final = 3
"""Ticks for which a topic is left alone after a close look at it."""
RESERVE: Final = 1.2
"""Times an even pace's share of the budget that is kept for topics that draw attention."""
SEVERE: Final = 5.0
"""Times the usual number from which on a surge is called severe."""
CALM: Final = 0.4
"""Average share of bad texts below which an alarm is cleared, or once the number of texts is back to usual."""
QUIET: Final = 1.4
"""Times the usual number of texts below which an alarm is cleared, too."""
NOTHING, ALERT, SEVERE_ALERT, CLEAR = range(4)
AT_ONCE: Final = 4
RHYTHM: Final = ((8.5, 9.5, 2.0), (16.0, 17.0, 1.8))
"""Rush hours: from, to, and times the rest of the day."""


class _Watch:
    """What is remembered of one topic."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self.volume = 1.0
        self.settled = 0
        self.settled_at = 0.0
        self.last = 1.0


class DetectorAgent(ScriptedAgent):
    """Reads where more comes than usual and raises the alarm when its detector says so.

    Args:
        task: The task that is played.
        detector: Makes a detector, one for each topic.
        threshold: The level that an alarm takes. Raise it for fewer and later alarms.
    """

    def __init__(self, task: Task, detector: Callable[[], Detector], threshold: float) -> None:
        super().__init__(idle_action(task.action_space))
        self.detector = detector
        self.threshold = threshold
        self._places = {name: place for place, name in enumerate(task.feature_names)}
        self._slots = sum(name.endswith(":present") for name in task.feature_names)
        self._watches: dict[int, list[_Watch]] = {}

    def begin(self, row: int) -> None:
        """Forgets the last day."""
        self._watches[row] = [_Watch(self.detector()) for _ in range(self._slots)]

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> npt.NDArray[np.int64]:
        """A command and a number of texts to read for each topic."""
        if row not in self._watches:
            self.begin(row)
        values = observation.tolist()
        desk = {name: values[self._places[name]] for name in ("tick", "sine", "cosine", "budget")}
        action = np.zeros(2 * self._slots, np.int64)
        for slot, watch in enumerate(self._watches[row]):
            start = self._places[f"{slot + 1}:present"]
            topic = dict(zip(_FEATURES, values[start:], strict=False))
            if topic["present"]:
                action[slot], action[self._slots + slot] = self._attend(watch, topic, desk)
        return action

    def _attend(self, watch: _Watch, topic: Mapping[str, float], desk: Mapping[str, float]) -> tuple[int, int]:
        texts = round(AT_ONCE * topic["read"])
        bad, good = round(texts * topic["negative"]), round(texts * topic["positive"])
        for number in range(texts):
            watch.detector.update(float(number < bad), float(number >= texts - good))
        usual = max(0.25, 10.0 * topic["usual"] / 2.0 * rhythm(desk) * (2.0 if topic["season"] else 1.0))
        now = (_number(topic["fresh"]) + 1.0) / (usual + 1.0)
        watch.volume = 0.5 * (watch.volume + now)
        command = self._command(watch, topic, now)
        unread = round(_number(topic["unread"]))
        if texts >= 3 and bad <= 0.2 * texts:
            watch.settled, watch.settled_at = SETTLED, watch.last
        elif watch.settled:
            watch.settled -= 1
        watch.last = now
        if topic["alarm"] or command:
            return command, min(unread, 1)
        if now > ATTENTION and not (watch.settled and now < 1.5 * watch.settled_at):
            return command, min(unread, AT_ONCE)
        spare = desk["budget"] > min(1.0, RESERVE * (1.0 - desk["tick"]))
        return command, min(unread, 1 if spare else 0)

    def _command(self, watch: _Watch, topic: Mapping[str, float], now: float) -> int:
        volume = max(watch.volume, now)
        if topic["alarm"]:
            if _number(topic["age"]) >= 1.0 and (topic["gloom"] < CALM or now < QUIET):
                watch.detector = self.detector()
                return CLEAR
            return NOTHING
        if watch.detector.level > self.threshold and volume > VOLUME:
            return SEVERE_ALERT if now > SEVERE else ALERT
        return NOTHING


class CusumAgent(DetectorAgent):
    """The rule agent: CUSUM on the negative, neutral and positive labels of a reader of words.

    Args:
        task: The task that is played.
        threshold: The level that an alarm takes.
    """

    def __init__(self, task: Task, threshold: float = 3.5) -> None:
        super().__init__(task, ToneCusum, threshold)


class VolumeAgent(DetectorAgent):
    """Raises the alarm at many texts, whatever they say: it reads none.

    Args:
        task: The task that is played.
        threshold: Times the usual number of texts that an alarm takes.
    """

    def __init__(self, task: Task, threshold: float = 3.0) -> None:
        super().__init__(task, ToneCusum, threshold)

    def _attend(self, watch: _Watch, topic: Mapping[str, float], desk: Mapping[str, float]) -> tuple[int, int]:
        usual = max(0.25, 10.0 * topic["usual"] / 2.0 * rhythm(desk) * (2.0 if topic["season"] else 1.0))
        now = (_number(topic["fresh"]) + 1.0) / (usual + 1.0)
        watch.volume = 0.5 * (watch.volume + now)
        if topic["alarm"]:
            return (CLEAR if watch.volume < 1.2 else NOTHING), 0
        if now <= self.threshold:
            return NOTHING, 0
        return (SEVERE_ALERT if now > SEVERE else ALERT), 0


_FEATURES: Final = (
    "present", "season", "usual", "fresh", "echoes", "short", "long", "unread", "read", "negative", "positive",
    "gloom", "alarm", "age",
)  # fmt: skip


def rhythm(desk: Mapping[str, float]) -> float:
    """Times the usual number of texts at this time of day, as anyone who has watched a few days knows."""
    hour = (6.0 + 24.0 * atan2(desk["sine"], desk["cosine"]) / (2.0 * pi)) % 24.0
    rush = next((factor for begin, end, factor in RHYTHM if begin - 0.01 <= hour < end - 0.01), 1.0)
    return (0.93 - 0.56 * cos(2.0 * pi * (hour - 2.0) / 24.0)) * rush


def _number(feature: float) -> float:
    """The number behind a feature n / (n + 5)."""
    return 5.0 * feature / (1.0 - feature) if feature < 1.0 else inf


def _seated(env: Any, make: Callable[[Task], Agent]) -> Agent:
    seat = Seat.of(env)
    agent = make(seat.task)
    return PlaysActs(agent, seat.task) if seat.text else agent


def rule(env: Any, seed: int = 0, threshold: float = 3.5) -> Agent:
    """CUSUM on all three labels, as the rule agent has it."""
    return _seated(env, lambda task: CusumAgent(task, threshold))


def cusum(env: Any, seed: int = 0, threshold: float = 4.5) -> Agent:
    """CUSUM on bad and other texts."""
    return _seated(env, lambda task: DetectorAgent(task, Cusum, threshold))


def ewma(env: Any, seed: int = 0, threshold: float = 2.0) -> Agent:
    """EWMA on the labels of a reader of words."""
    return _seated(env, lambda task: DetectorAgent(task, Ewma, threshold))


def page_hinkley(env: Any, seed: int = 0, threshold: float = 1.5) -> Agent:
    """Page-Hinkley on the labels of a reader of words."""
    return _seated(env, lambda task: DetectorAgent(task, PageHinkley, threshold))


def adwin(env: Any, seed: int = 0, delta: float = 0.5) -> Agent:
    """ADWIN on the labels of a reader of words."""
    return _seated(env, lambda task: DetectorAgent(task, lambda: Adwin(delta), 0.5))


def volume_only(env: Any, seed: int = 0, threshold: float = 3.0) -> Agent:
    """Alarms at many texts, without reading any."""
    return _seated(env, lambda task: VolumeAgent(task, threshold))
