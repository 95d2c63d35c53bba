"""When texts arrive, and which one each repeats: a whole day at once, by families.

A Hawkes process is the sum of families (Hawkes and Oakes 1974, "A cluster process representation of a self-exciting
process", Journal of Applied Probability 11, doi:10.2307/3212693): texts that come by themselves are a Poisson
process, and each text, whatever brought it about, brings a Poisson number of others, `branching` on average, each
a geometric number of minutes later. Drawn in this way a generation of the day's texts is a few operations on arrays,
and the intensity is that of `world.py`; the tests hold it against Ogata's thinning, text by text.

The family also says what an echo repeats: the text that brought it about. Given what is shown, earlier texts are that
with chances in proportion to what is left of their excitation, whatever the phase.
"""

from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import fold, name_key, uniforms
from dialogue_gym.envs.sentiment.monitor.world import DAY, MINUTES, TICKS, World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SELVES = name_key("sentiment.monitor.selves")
_FAMILIES = name_key("sentiment.monitor.families")


class Arrivals(NamedTuple):
    """The texts of a day in the order of tick, slot and minute, int64 (texts,) each.

    Attributes:
        slot: The topic's place on the desk.
        minute: Of the day, counted from its first.
        original: The place, in this order, of the text that it repeats; its own if it is original.
        sentiment: The right label, a place in `labels.SENTIMENTS`.
    """

    slot: Ints
    minute: Ints
    original: Ints
    sentiment: Ints


def arrive(world: World, rates: Floats, phases: Ints, day_key: int) -> Arrivals:
    """The texts of a day.

    Args:
        world: The parameters.
        rates: float64 (slots, TICKS), texts a minute that come by themselves, the phase's gain included.
        phases: int64 (slots, TICKS), the phase in which a text gets its sentiment; any where the rate is and was 0.
        day_key: Keys all draws.
    """
    chances = _Chances(fold(day_key, _FAMILIES), 4 * int(2.0 * rates.sum() * MINUTES) + 256)
    slot, minute = _by_themselves(rates, fold(day_key, _SELVES))
    original = np.arange(len(slot))
    generations = [(slot, minute, original)]
    count = len(slot)
    while len(slot):
        sizes = world.family_bounds.searchsorted(chances.take(len(slot)), "right")
        born = minute.repeat(sizes)
        born += world.delay_bounds.searchsorted(chances.take(len(born)), "right")
        born += 1
        parent_original = original.repeat(sizes)
        echo = chances.take(len(born)) < world.echo
        inside = born < DAY
        minute = born[inside]
        original = np.where(echo[inside], parent_original[inside], np.arange(count, count + len(minute)))
        slot = slot.repeat(sizes)[inside]
        count += len(slot)
        generations.append((slot, minute, original))
    slot, minute, original = (np.concatenate(columns) for columns in zip(*generations, strict=True))
    tick = minute // MINUTES
    sentiment = (chances.take(count)[:, None] >= world.mix_bounds[phases[slot, tick]]).sum(axis=1)
    order = ((tick * len(rates) + slot) * DAY + minute).argsort(kind="stable")
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return Arrivals(slot[order], minute[order], rank[original[order]], sentiment[original[order]])


class _Chances:
    """Draws from [0, 1) by the array: one block for all that a day mostly takes, and others after it."""

    def __init__(self, draws_key: int, size: int) -> None:
        self._key, self._size = draws_key, size
        self._block, self._used = uniforms(draws_key, size), 0

    def take(self, count: int) -> Floats:
        """The next draws, float64 (count,)."""
        if self._used + count > len(self._block):
            self._key = fold(self._key, self._used)
            self._block, self._used = uniforms(self._key, max(count, self._size)), 0
        self._used += count
        return self._block[self._used - count : self._used]


def _by_themselves(rates: Floats, draws_key: int) -> tuple[Ints, Ints]:
    """Slots and minutes of the texts that nothing brought about.

    A Poisson process of rate 1 runs through the expected numbers of all ticks, one after another.
    """
    expected = rates.ravel() * MINUTES
    ends = np.cumsum(expected)
    total = float(ends[-1])
    points: list[float] = []
    now, size = 0.0, int(total + 5.0 * total**0.5) + 16
    while now < total:
        draws_key = fold(draws_key, len(points))
        for chance in uniforms(draws_key, size).tolist():
            now -= log(1.0 - chance)
            points.append(now)
    at = np.array(points)
    at = at[at < total]
    cell = ends.searchsorted(at, "right")
    part = (at - (ends[cell] - expected[cell])) / expected[cell]
    minute = np.minimum((part * MINUTES).astype(np.int64), MINUTES - 1)
    return cell // TICKS, cell % TICKS * MINUTES + minute
