"""The hidden phases of each topic: a Markov chain from tick to tick, drawn so that every day has a surge.

A day without any surge is drawn anew. Its phases are thereby the chain's given that at least one topic surges, which
`posterior.py` takes into account.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dialogue_gym.draws import uniforms
from dialogue_gym.envs.sentiment.monitor.world import (
    FIRST_SURGE,
    LAST_START,
    LATE_TICKS,
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
    first, end = LATE_TICKS
    while True:
        late, *chances = uniforms(keys(attempt), 1 + TOPIC_COUNT * TICKS).tolist()
        starts = [0] * (TOPIC_COUNT - 1) + [first + int(late * (end - first))]
        days = tuple(
            draw_day(world, start, chances[slot * TICKS : (slot + 1) * TICKS]) for slot, start in enumerate(starts)
        )
        if any(max(day) >= FIRST_SURGE for day in days):
            return days
        attempt += 1


def draw_day(world: World, start: int, chances: Sequence[float]) -> Phases:
    """The phases of one topic, whatever they are.

    Args:
        world: The parameters.
        start: The tick in which it appears.
        chances: A number from [0, 1) for every tick of the day.
    """
    before, after_last = world.ladders, world.last_ladders
    phase = CALM
    phases = [ABSENT] * start + [phase]
    for tick in range(start + 1, TICKS):
        chance = chances[tick]
        for after, bound in (after_last if tick > LAST_START else before)[phase]:
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
