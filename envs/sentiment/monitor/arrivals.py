"""When texts arrive: Ogata's thinning of one topic's intensity, a tick at a time.

Ogata 1981, "On Lewis' simulation method for point processes", IEEE Transactions on Information Theory 27: candidates
come at the rate of a bound, and each is kept with probability intensity / bound. The bound is the intensity plus
what texts of the running minute will add to it, which covers everything up to the next text, since excitation only
fades meanwhile.
"""

from functools import lru_cache
from math import log
from typing import NamedTuple

from dialogue_gym.draws import Stream
from dialogue_gym.envs.sentiment.monitor.world import MINUTES, World


class Arrival(NamedTuple):
    """One text, before it is written.

    Attributes:
        minute: Of the day, counted from its first tick.
        echo: Whether it repeats an earlier text.
    """

    minute: int
    echo: bool


def arrive(world: World, background: float, level: float, tick: int, draws: Stream) -> tuple[list[Arrival], float]:
    """The texts of one topic in one tick.

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
