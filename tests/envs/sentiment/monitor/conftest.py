"""Days of the stream without an episode around them, for the tests of its laws."""

from functools import lru_cache
from math import log
from typing import NamedTuple

import numpy as np
import pytest

from dialogue_gym.draws import Stream, key, uniforms
from dialogue_gym.envs.sentiment.monitor.arrivals import arrive
from dialogue_gym.envs.sentiment.monitor.regimes import draw_day
from dialogue_gym.envs.sentiment.monitor.world import MINUTES, PROFILE, TICKS, World


@pytest.fixture(scope="session")
def day_of_one_topic():
    """The texts of a topic over a plain day, and its phases."""

    def day(world, base, number, phases=None):
        path = np.array(phases or draw_day(world, 0, uniforms(key("tests.day", number), TICKS).tolist()))
        rates = base / 60.0 * np.array(PROFILE) * world.gains[path]
        return arrive(world, rates[None], path[None], key("tests.arrivals", number)), path

    return day


@pytest.fixture(scope="session")
def days_of_one_topic(day_of_one_topic):
    """The counts of one topic over plain days, and its phases: int (days, ticks) each."""

    def days(world, base, count, phases=None):
        made = [day_of_one_topic(world, base, number, phases) for number in range(count)]
        counts = [np.bincount(texts.minute // MINUTES, minlength=TICKS) for texts, _ in made]
        return np.array(counts), np.array([path for _, path in made])

    return days


@pytest.fixture(scope="session")
def thinned():
    """Ogata's thinning, tick by tick: the other way to draw the same process."""
    return thin


class Arrival(NamedTuple):
    """One text, before it is written.

    Attributes:
        minute: Of the day, counted from its first tick.
        echo: Whether it repeats an earlier text.
    """

    minute: int
    echo: bool


def thin(world: World, background: float, level: float, tick: int, draws: Stream) -> tuple[list[Arrival], float]:
    """The texts of one topic in one tick, by Ogata 1981, "On Lewis' simulation method for point processes".

    Candidates come at the rate of a bound, and each is kept with probability intensity / bound. The bound is the
    intensity plus what texts of the running minute will add to it. Nothing of it is shared with `arrivals.py`.

    Args:
        world: The parameters.
        background: Texts a minute that come by themselves in this tick.
        level: The excitation E at its first minute, in texts a minute.
        tick: Which tick.
        draws: Where chances come from.

    Returns:
        The arrivals in order, and E at the first minute of the next tick.
    """
    fading = _powers(world.persistence)
    fresh_part, kick = 1.0 - world.echo, world.kick
    arrivals: list[Arrival] = []
    now, minute, pending = 0.0, 0, 0.0
    while True:
        bound = background + level + pending
        if bound <= 0.0:
            break
        now -= log(1.0 - draws.uniform()) / bound
        if now >= MINUTES:
            break
        if int(now) > minute:
            level = level * fading[int(now) - minute] + pending * fading[int(now) - minute - 1]
            minute, pending = int(now), 0.0
        place = draws.uniform() * bound
        if place < background + level:
            arrivals.append(Arrival(tick * MINUTES + minute, place >= background + fresh_part * level))
            pending += kick
    rest = MINUTES - minute
    return arrivals, level * fading[rest] + pending * fading[rest - 1]


@lru_cache(maxsize=16)
def _powers(base: float) -> tuple[float, ...]:
    """The powers of a base from 0 to MINUTES, by multiplication, which is the same on every machine."""
    powers = [1.0]
    for _ in range(MINUTES):
        powers.append(powers[-1] * base)
    return tuple(powers)
