"""Which item of an ordered list is opened: examination first, then choice among what was examined.

By hand: two items, both of weight e^0 = 1, outside option of weight 2. A user who always looks at both opens either
with probability 1 / 4. One who looks at the first only, half of the time, opens the first with probability
½ · 1/4 + ½ · 1/3 = 7/24 and the second with ½ · 1/4 = 1/8.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

ExaminedSets = tuple[tuple[float, tuple[int, ...]], ...]
"""Pairs of a probability and the places (from 0, in order) that are examined; the probabilities add up to 1."""


@lru_cache(maxsize=256)
def examine_by_position(places: int, exponent: float) -> ExaminedSets:
    """Each place is examined by itself, place p (from 1) with probability p^−exponent.

    The position-based model: Craswell et al. 2008, "An experimental comparison of click position-bias models", sec. 2.
    """
    chances = [(place + 1) ** -exponent for place in range(places)]
    sets = []
    for looks in product((True, False), repeat=places):
        probability = 1.0
        for look, chance in zip(looks, chances, strict=True):
            probability *= chance if look else 1.0 - chance
        if probability > 0.0:
            sets.append((probability, tuple(place for place, look in enumerate(looks) if look)))
    return tuple(sets)


@lru_cache(maxsize=256)
def examine_in_cascade(places: int, continuation: float) -> ExaminedSets:
    """Places are examined from the top, going on from each to the next with probability `continuation`.

    Chapelle and Zhang 2009, "A dynamic Bayesian network click model for web search ranking", without the effect of
    a click on going on: one list is one choice here.
    """
    if not places:
        return ((1.0, ()),)
    stops = [continuation**depth * (1.0 - continuation) for depth in range(places - 1)]
    stops.append(continuation ** (places - 1))
    return tuple((chance, tuple(range(depth + 1))) for depth, chance in enumerate(stops) if chance > 0.0)


Glances = tuple[tuple[tuple[float, tuple[int, ...]], ...], ...]
"""For each place, pairs of a probability that it is examined and the places above that were examined before."""


@lru_cache(maxsize=256)
def glances(examined: ExaminedSets, places: int) -> Glances:
    """The same as `examined`, seen place by place: what a list built from the top needs to know."""
    seen: list[dict[tuple[int, ...], float]] = [{} for _ in range(places)]
    for probability, looked in examined:
        for count, place in enumerate(looked):
            above = looked[:count]
            seen[place][above] = seen[place].get(above, 0.0) + probability
    return tuple(tuple((chance, above) for above, chance in each.items()) for each in seen)


def gain(weight: float, value: float, above: Sequence[tuple[float, float, float]]) -> float:
    """What an item at the next place adds to the expected value of a list.

    Args:
        weight: Its exp(utility).
        value: What it is worth if it is opened; opening nothing is worth 0.
        above: For each way to have come to this place: its probability; Σ weight · value of what was examined above;
            the total weight of that and of the outside option.
    """
    added = 0.0
    for chance, worth, total in above:
        added += chance * ((worth + weight * value) / (total + weight) - worth / total)
    return added


def list_value(weights: Sequence[float], values: Sequence[float], outside: float, seen: Glances) -> float:
    """The exact expected value of an ordered list: Σ over places of `gain`, equal to Σ click probability · value."""
    return sum(
        gain(weight, value, reached(weights, values, outside, seen[place]))
        for place, (weight, value) in enumerate(zip(weights, values, strict=True))
    )


def reached(
    weights: Sequence[float], values: Sequence[float], outside: float, ways: tuple[tuple[float, tuple[int, ...]], ...]
) -> list[tuple[float, float, float]]:
    """The ways to come to a place, as `gain` takes them."""
    return [
        (
            chance,
            sum([weights[place] * values[place] for place in above]),
            outside + sum([weights[place] for place in above]),
        )
        for chance, above in ways
    ]


def best_list(weights: Sequence[float], values: Sequence[float], outside: float, seen: Glances) -> list[int]:
    """The greedy list: at each place from the top what adds most, and nothing more where nothing adds.

    The objective is the expected value of an assortment under the logit model, where taking the best first is optimal
    for equal values and close to it otherwise; `tests/envs/recommendation/users/test_choice.py` measures how close.

    Returns:
        Numbers of the items, first place first.
    """
    chosen: list[int] = []
    while len(chosen) < len(seen):
        above = reached([weights[i] for i in chosen], [values[i] for i in chosen], outside, seen[len(chosen)])
        best, most = -1, 1e-12
        for i, (weight, value) in enumerate(zip(weights, values, strict=True)):
            if value > 0.0 and i not in chosen:
                added = gain(weight, value, above)
                if added > most:
                    best, most = i, added
        if best < 0:
            break
        chosen.append(best)
    return chosen


def click_probabilities(weights: Sequence[float], outside: float, examined: ExaminedSets) -> list[float]:
    """The exact probability that each place is opened; what is missing to 1 is that none is.

    Conditional logit among the examined items and the outside option: McFadden 1974, "Conditional logit analysis of
    qualitative choice behavior", eq. 12. Utilities enter as they are, once: nothing is squashed before.

    Args:
        weights: exp(utility) of the item at each place.
        outside: exp(utility) of opening nothing.
        examined: Which places are looked at, with which probability.
    """
    chances = [0.0] * len(weights)
    for probability, places in examined:
        total = outside
        for place in places:
            total += weights[place]
        share = probability / total
        for place in places:
            chances[place] += share * weights[place]
    return chances
