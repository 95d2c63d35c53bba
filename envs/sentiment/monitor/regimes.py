"""The hidden phases of each topic: a Markov chain from tick to tick, drawn so that every day has a surge.

A day without any surge is drawn anew. Its phases are thereby the chain's given that at least one topic surges, which
`posterior.py` takes into account.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from dialogue_gym.draws import LongStream, Stream
from dialogue_gym.envs.sentiment.monitor.world import (
    FIRST_SURGE,
    LAST_START,
    LATE_TICKS,
    PHASES,
    PLACE,
    TICKS,
    TOPIC_COUNT,
    World,
    severity_of,
)

ABSENT = -1
"""In place of a phase before the topic appears."""
Phases = tuple[int, ...]
CALM = PLACE["calm"]


class Surge(NamedTuple):
    """One surge of a topic.

    Attributes:
        slot: The topic's place on the desk.
        first: The tick it begins with.
        last: Its last tick.
        severity: 1 or 2.
    """

    slot: int
    first: int
    last: int
    severity: int


def draw_days(world: World, keys: Callable[[int], int]) -> tuple[Phases, ...]:
    """The phases of every topic over the day, at least one of them with a surge. The last topic appears late.

    When it appears is drawn with the phases, anew with every attempt, so that the whole day is the plain chains' day
    given that something surges.

    Args:
        world: The parameters.
        keys: Gives the key of the draws of an attempt, counted from 0.

    Returns:
        For each topic a phase per tick, `ABSENT` before it appears; a topic is calm when it appears.
    """
    attempt = 0
    while True:
        draws = LongStream(keys(attempt))
        first, end = LATE_TICKS
        starts = [0] * (TOPIC_COUNT - 1) + [first + draws.below(end - first)]
        days = tuple(draw_day(world, start, draws) for start in starts)
        if any(phase >= FIRST_SURGE for day in days for phase in day):
            return days
        attempt += 1


def draw_day(world: World, start: int, draws: Stream) -> Phases:
    """The phases of one topic, whatever they are."""
    phase = CALM
    phases = [ABSENT] * start + [phase]
    for tick in range(start + 1, TICKS):
        chance = draws.uniform()
        for after, bound in _ladders(world, tick > LAST_START)[phase]:
            if chance < bound:
                phase = after
                break
        phases.append(phase)
    return tuple(phases)


def surges_of(slot: int, phases: Phases) -> list[Surge]:
    """The surges of a topic in order: unbroken runs of their phases, which calm parts."""
    surges: list[Surge] = []
    for tick, phase in enumerate(phases):
        if phase < FIRST_SURGE:
            continue
        if surges and surges[-1].last == tick - 1:
            surges[-1] = surges[-1]._replace(last=tick)
        else:
            surges.append(Surge(slot, tick, tick, severity_of(phase)))
    return surges


@lru_cache(maxsize=64)
def _ladders(world: World, last: bool) -> tuple[tuple[tuple[int, float], ...], ...]:
    """Per phase the phases after it, the likeliest first, each with the chance of it or one before it."""
    ladders = []
    for row in world.last_transitions if last else world.transitions:
        order = sorted(range(len(PHASES)), key=lambda phase, row=row: (-row[phase], phase))  # type: ignore[misc]
        possible = [phase for phase in order if row[phase] > 0.0]
        bounds = [*accumulate(float(row[phase]) for phase in possible)]
        bounds[-1] = 2.0  # whatever rounding left of 1
        ladders.append(tuple(zip(possible, bounds, strict=True)))
    return tuple(ladders)
