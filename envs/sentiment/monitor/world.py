"""What the stream is made of: one frozen dataclass of parameters, and what follows from them.

Texts of each topic and sentiment arrive by a marked Hawkes process (Hawkes 1971, "Spectra of some self-exciting and
mutually exciting point processes", Biometrika 58). In minute m of a tick whose hidden phase is z, texts of sentiment
s arrive with intensity

    mix_z(s) * (base * profile * season * gain_z  +  (1 - echo) * E(m))          fresh texts

and copies of earlier texts with intensity echo * E(m), where the excitation

    E(m) = branching * (1 - r) * sum over earlier texts of the topic of r ** (m - m_j - 1)

is made of texts that were seen: each brings `branching` others on average, of any phase. Times are kept to the
minute and excite from the next minute on, and phases change between ticks only. So everything that the intensity
depends on is shown, except for the phase, and a filter over phases that knows these numbers is exact
(`posterior.py`). `arrivals.py` draws such a day.

    >>> WORLDS["medium"].branching
    0.5
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import cos, exp, pi
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.monitor.posterior import Posterior

SEVERITIES: Final = (1, 2)
QUIET: Final = ("calm", "tense", "cheer", "busy")
"""Phases that are no surge: ordinary, uneasy, a burst of good news, a burst of volume."""
COURSE: Final = ("rise", "climb", "leap", "hold", "height")
"""Phases of a surge: two on the way up, or two at full force at once; then its height, for as long as it lasts."""
PHASES: Final = (*QUIET, *(f"{phase}{severity}" for severity in SEVERITIES for phase in COURSE))
PLACE: Final = {name: place for place, name in enumerate(PHASES)}
FIRST_SURGE: Final = len(QUIET)
"""Phases from this place on are surges."""

TICKS: Final = 48
MINUTES: Final = 30
"""Length of a tick."""
DAY: Final = TICKS * MINUTES
"""Minutes of a day."""
LAST_START: Final = TICKS - 3
"""No surge begins in a later tick: nobody could read about it in time."""
FIRST_HOUR: Final = 6
"""When the day begins."""
TOPIC_COUNT: Final = 4
LATE_TICKS: Final = (6, 30)
"""The last topic appears in a tick from the first to before the second."""
SEASON_TICKS: Final = 4
"""Length of the busy season that the calendar announces for one topic."""


Ladders = tuple[tuple[tuple[int, float], ...], ...]


class Tone(NamedTuple):
    """How texts arrive in a phase.

    Attributes:
        gain: Factor on the base rate.
        mix: Shares of negative, neutral and positive texts.
    """

    gain: float
    mix: tuple[float, float, float]


_CALM: Final = Tone(1.0, (0.11, 0.57, 0.32))
_TENSE: Final = Tone(1.25, (0.22, 0.52, 0.26))
_CHEER: Final = Tone(4.0, (0.08, 0.37, 0.55))
_BUSY: Final = Tone(7.0, (0.15, 0.57, 0.28))


@dataclass(frozen=True)
class World:
    """The parameters of a stream. Chances are per tick and topic."""

    bases: tuple[float, ...] = (2.0, 2.5, 3.0, 3.5)
    """Texts an hour that a topic gets by itself on a calm average day; each scenario draws one per topic."""
    branching: float = 0.5
    """Texts that a text brings about, on average."""
    persistence: float = 0.95
    """r: what is left of a text's excitation after another minute; 0.95 makes 20 minutes of mean delay."""
    echo: float = 0.4
    """Share of the excited texts that only repeat an earlier one."""
    season: float = 2.0
    """Factor on the base rate in the announced season."""
    calm: Tone = _CALM
    """An ordinary tick."""
    tense: Tone = _TENSE
    """An uneasy one, out of which most surges come."""
    cheer: Tone = _CHEER
    """A burst of good news."""
    busy: Tone = _BUSY
    """A burst of volume: many texts of the ordinary tone."""
    crises: tuple[Tone, Tone] = (Tone(4.0, (0.62, 0.29, 0.09)), Tone(8.0, (0.84, 0.12, 0.04)))
    """Surges of severity 1 and 2."""
    worry: float = 0.03
    """Chance that a calm topic turns tense."""
    relief: float = 0.12
    """Chance that a tense topic calms down."""
    break_out: float = 0.10
    """Chance that a tense topic turns into a surge."""
    shock: float = 0.006
    """Chance that a calm topic turns into a surge."""
    distractor: float = 0.014
    """Chance of a burst of good news in a calm topic, and as much for one of volume."""
    burst_end: float = 0.13
    """Chance that a burst ends."""
    surge_end: float = 0.16
    """Chance that a surge at its height ends."""
    severe: float = 0.45
    """Share of surges of severity 2."""
    ramp: float = 0.5
    """Share of surges that rise over two ticks; the others jump."""
    texts: str = "medium"
    """Difficulty of the headlines, see the classification task's `texts.MIXES`."""

    def posterior(self) -> "Posterior":
        """A Bayes filter for a new day, which knows these parameters and hears what everybody does."""
        from dialogue_gym.envs.sentiment.monitor.posterior import Posterior

        return Posterior(self)

    @cached_property
    def transitions(self) -> npt.NDArray[np.float64]:
        """float64 (phases, phases): row z is the distribution of the phase after z."""
        chances = np.zeros((len(PHASES), len(PHASES)))
        calm, tense, cheer, busy = range(FIRST_SURGE)
        for severity, share in zip(SEVERITIES, (1.0 - self.severe, self.severe), strict=True):
            rise, climb, leap, hold, height = (PLACE[f"{phase}{severity}"] for phase in COURSE)
            for source, chance in ((calm, self.shock), (tense, self.break_out)):
                chances[source, rise] = chance * share * self.ramp
                chances[source, leap] = chance * share * (1.0 - self.ramp)
            chances[rise, climb] = chances[climb, height] = chances[leap, hold] = chances[hold, height] = 1.0
            chances[height, calm] = self.surge_end
        chances[calm, tense] = self.worry
        chances[calm, cheer] = chances[calm, busy] = self.distractor
        chances[tense, calm] = self.relief
        chances[cheer, calm] = chances[busy, calm] = self.burst_end
        np.fill_diagonal(chances, 1.0 - chances.sum(axis=1))
        return chances

    @cached_property
    def last_transitions(self) -> npt.NDArray[np.float64]:
        """The same without any surge that begins: what would have become one stays as it is."""
        chances = self.transitions.copy()
        for phase in range(FIRST_SURGE):
            chances[phase, phase] += chances[phase, FIRST_SURGE:].sum()
            chances[phase, FIRST_SURGE:] = 0.0
        return chances

    @cached_property
    def ladders(self) -> Ladders:
        """`transitions` to draw from: per phase those after it, the likeliest first, each with the chances so far."""
        return _ladders(self.transitions)

    @cached_property
    def last_ladders(self) -> Ladders:
        """`last_transitions` to draw from."""
        return _ladders(self.last_transitions)

    def into(self, tick: int) -> npt.NDArray[np.float64]:
        """The transitions from the tick before this one into it."""
        return self.transitions if tick <= LAST_START else self.last_transitions

    @cached_property
    def tones(self) -> tuple[Tone, ...]:
        """The tone of each phase; on the way up it is one and two thirds of the way from calm to the surge."""
        courses = [
            (_between(self.calm, tone, 1 / 3), _between(self.calm, tone, 2 / 3), tone, tone, tone)
            for tone in self.crises
        ]
        return (self.calm, self.tense, self.cheer, self.busy, *(tone for course in courses for tone in course))

    @cached_property
    def gains(self) -> npt.NDArray[np.float64]:
        """float64 (phases,): each phase's factor on the base rate."""
        return np.array([tone.gain for tone in self.tones])

    @cached_property
    def mixes(self) -> npt.NDArray[np.float64]:
        """float64 (phases, 3): each phase's shares of sentiments, in the order of `labels.SENTIMENTS`."""
        return np.array([tone.mix for tone in self.tones])

    @cached_property
    def kick(self) -> float:
        """What a text adds to the excitation of the next minute."""
        return self.branching * (1.0 - self.persistence)

    @cached_property
    def family_bounds(self) -> npt.NDArray[np.float64]:
        """Chances that a text brings at most 0, 1, 2, ... others: a Poisson distribution until it is 1."""
        chance, total, bounds = exp(-self.branching), 0.0, [0.0]
        while total + chance > total:
            total += chance
            bounds.append(total)
            chance *= self.branching / (len(bounds) - 1)
        return np.array(bounds[1:])

    @cached_property
    def delay_bounds(self) -> npt.NDArray[np.float64]:
        """Chances that it does so at most 1, 2, ... minutes later, a day's worth of them."""
        return 1.0 - np.cumprod(np.full(DAY, self.persistence))

    @cached_property
    def mix_bounds(self) -> npt.NDArray[np.float64]:
        """float64 (phases, 2): chances of a negative text, and of a negative or neutral one."""
        return np.cumsum(self.mixes, axis=1)[:, :2]

    def usual(self, base: float) -> float:
        """Texts an hour of a calm topic on average over the day, those that were brought about included."""
        return base / (1.0 - self.branching)


def severity_of(phase: int) -> int:
    """The severity of a surge's phase."""
    return SEVERITIES[(phase - FIRST_SURGE) // len(COURSE)]


def _ladders(transitions: npt.NDArray[np.float64]) -> Ladders:
    ladders = []
    for row in transitions.tolist():
        order = sorted(np.flatnonzero(row).tolist(), key=row.__getitem__, reverse=True)
        bounds = [*accumulate(row[phase] for phase in order)]
        bounds[-1] = 2.0  # whatever rounding left of 1
        ladders.append(tuple(zip(order, bounds, strict=True)))
    return tuple(ladders)


def _between(low: Tone, high: Tone, part: float) -> Tone:
    gain = low.gain + part * (high.gain - low.gain)
    mix = [a + part * (b - a) for a, b in zip(low.mix, high.mix, strict=True)]
    return Tone(gain, (mix[0], mix[1], mix[2]))


def daily_profile() -> tuple[float, ...]:
    """A factor on the base rate for each tick of the day, 1 on average: a wave, and peaks at opening and closing."""
    hours = [(FIRST_HOUR + tick * MINUTES / 60) % 24 for tick in range(TICKS)]
    wave = [1.0 - 0.4 * cos(2 * pi * (hour - 2.0) / 24) for hour in hours]
    peaks = [1.2 if 8.5 <= hour < 9.5 else 0.8 if 16.0 <= hour < 17.0 else 0.0 for hour in hours]
    factors = [round(low + high, 2) for low, high in zip(wave, peaks, strict=True)]
    scale = TICKS / sum(factors)
    return tuple(factor * scale for factor in factors)


PROFILE: Final = daily_profile()

WORLDS: Final[Mapping[str, World]] = {
    "easy": World(
        tense=Tone(1.1, (0.12, 0.56, 0.32)),
        cheer=Tone(5.0, (0.03, 0.27, 0.70)),
        busy=Tone(11.0, (0.08, 0.62, 0.30)),
        crises=(Tone(5.0, (0.92, 0.06, 0.02)), Tone(13.0, (0.98, 0.01, 0.01))),
        distractor=0.010,
        surge_end=0.10,
        ramp=0.0,
        texts="easy",
    ),
    "medium": World(),
    "hard": World(
        crises=(Tone(3.0, (0.50, 0.38, 0.12)), Tone(5.0, (0.72, 0.22, 0.06))),
        cheer=Tone(3.0, (0.08, 0.37, 0.55)),
        busy=Tone(4.5, (0.15, 0.57, 0.28)),
        distractor=0.018,
        ramp=0.8,
        texts="hard",
    ),
}
assert len(SENTIMENTS) == len(World.calm.mix)
