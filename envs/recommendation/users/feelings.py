"""What an item leaves behind: enjoyment, satisfaction that leaks, boredom that passes, a taste that moves."""

from collections.abc import Sequence
from math import tanh


def enjoyment(joy: float) -> float:
    """Joy squashed to −1 .. 1; 0 where an item was just worth its time."""
    return tanh(joy)


def next_satisfaction(satisfaction: float, enjoyed: float, *, kept: float, gain: float) -> float:
    """Satisfaction after an item: it leaks, and moves with what was enjoyed.

    Of the form of the "Choc vs Kale" user in Ie et al. 2019, "RecSim", sec. 5: s' = kept · s + gain · enjoyment, where
    clickbait ("choc") is opened more and enjoyed less. Bounded to −1 .. 1.
    """
    return min(1.0, max(-1.0, kept * satisfaction + gain * enjoyed))


def next_boredom(memory: Sequence[float], kept: float, consumed: Sequence[int] = ()) -> list[float]:
    """The memory of what was consumed, per attribute: it fades to `kept` of itself, and consumption adds 1.

    Warlop, Lazaric and Mary 2018, "Fighting boredom in recommender systems with linear reinforcement learning": the
    reward of an action falls with how much of it there was lately, and recovers.
    """
    faded = [kept * each for each in memory]
    for number in consumed:
        faded[number] += 1.0
    return faded


def drifted(
    taste: Sequence[float], tags: Sequence[int], enjoyed: float, rate: float, bound: float = 2.5
) -> list[float]:
    """The taste after an item: it moves towards attributes that were enjoyed and away from those that were not."""
    moved = list(taste)
    for number in tags:
        moved[number] = min(bound, max(-bound, moved[number] + rate * enjoyed))
    return moved
