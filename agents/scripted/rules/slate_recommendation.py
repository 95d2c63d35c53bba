"""Shows what the belief says is worth its time, in the order in which it adds to the list.

The rules know how users choose on average (see docs/environments/slate_recommendation.md), not the user at hand. They
take the belief for the taste, the stars for the quality and the sound of the title for clickbait, and build the list
from the top. Each place gets the candidate that adds most to the expected enjoyment, as long as one adds.
"""

from collections.abc import Mapping, Sequence
from math import exp, expm1, log1p, tanh
from typing import Final, NamedTuple

PLACES: Final = 4
OUTSIDE: Final = exp(1.2)
"""exp(utility) of opening nothing."""
GOES_ON: Final = 0.75
"""Chance that a user who looked at a place looks at the next."""
TIME_WORTH: Final = 0.4
BAIT_PULL: Final = 1.4
BAIT_COST: Final = 1.6
BORED: Final = 1.8
"""What recent consumption takes, where 1 is four items or more."""
QUALITY: Final = 0.75
"""Quality that a star above the mean is worth, noise considered."""
MEAN_STARS: Final = 3.4


class _Candidate(NamedTuple):
    name: str
    weight: float
    value: float


def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> Sequence[str]:
    """The names of what stands at each place; where slates are chosen by strategy, the one that is nearest to it."""
    if "match" in mask:
        return "match" if features["idle"] > 0 or features["round"] < 0.1 else "fresh_match"
    numbers = sorted({name.partition(":")[2] for name in mask} - {"empty"}, key=int)
    left = [_read(features, number) for number in numbers if mask[f"1:{number}"]]
    names: list[str] = []
    worth, total, looks = 0.0, OUTSIDE, 1.0
    for place in range(1, PLACES + 1):
        best = max(left, key=lambda c: (worth + c.weight * c.value) / (total + c.weight), default=None)
        if best is None or best.value <= worth / total:
            names += [f"{empty}:empty" for empty in range(place, PLACES + 1)]
            break
        left.remove(best)
        names.append(f"{place}:{best.name}")
        worth, total = worth + looks * best.weight * best.value, total + looks * best.weight
        looks *= GOES_ON
    return names


def _read(features: Mapping[str, float], number: str) -> _Candidate:
    def of(name: str) -> float:
        return features[f"c{number}.{name}"]

    stars = 2 * of("stars") + 3
    bored = sum(
        features[f"recent.{tag}"] * of(tag) for tag in _boring(tuple(features)) if features[f"recent.{tag}"] > 0
    )
    liking = 3 * of("match") - BORED * bored
    value = tanh(liking + QUALITY * (stars - MEAN_STARS) - BAIT_COST * of("bait") - TIME_WORTH)
    utility = liking + 0.5 * (stars - MEAN_STARS) + BAIT_PULL * of("bait") - 0.15 * log1p(expm1(6 * of("price")))
    return _Candidate(number, exp(utility - 3 * of("opened")), value)


def _boring(names: tuple[str, ...]) -> list[str]:
    """The attributes that bore: categories and themes, which come first."""
    return [name.removeprefix("recent.") for name in names if name.startswith("recent.")][:19]
