"""The rewards of slates, each shipped under its own name; "task", the default, is `long_term`.

    gym.make("dialogue_gym/SlateRecommendation-v0", reward="purchase")

All read the facts of a round alone, and apply to nothing else. An empty slate is worth 0 to each of them, at best.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

from dialogue_gym.rewards.base import Reward, Step

FAULT: Final = 0.02
"""For each item of a slate that is shown twice, not on offer, or one too many."""
RETURN: Final = 1.0
"""For coming back at once and fully satisfied."""
RETURN_DAYS: Final = 7.0
"""Days after which a return is worth 1/e of one at once."""
FUNNEL: Final = {"click": 0.2, "like": 1.0, "save": 1.0, "comment": 1.0, "share": 1.0, "buy": 2.0}
"""Weights of the steps of the funnel."""
_ROUND: Final = frozenset({"duplicates", "click", "idle", "returned"})
"""Facts of which every round has one."""
DIVERSITY: Final = 0.3
"""For an opened item of a slate in which every pair of items differs in everything."""


def click(step: Step) -> Reward | None:
    """1 for an item that is opened.

    One item is opened a round, or none. The part `faults` takes off 0.02 for each item of the slate that is shown
    twice, not on offer, or one too many; all rewards of slates have it.

    By hand: a slate with one duplicate, from which something is opened: 1 − 0.02 = 0.98.
    """
    return _sum(step, {"click": step.facts.get("click", 0.0)})


def funnel(step: Step) -> Reward | None:
    """The weighted steps of the funnel: open 0.2; like, save, comment and share 1 each; buy 2.

    What is opened can be liked, saved, commented on, shared and bought in the same round; each step is a part of its
    own. `faults` as in `click`.

    By hand: opened, liked and bought: 0.2 + 1 + 2 = 3.2.
    """
    return _sum(step, {name: weight * step.facts.get(name, 0.0) for name, weight in FUNNEL.items()})


def purchase(step: Step) -> Reward | None:
    """1 for an item that is bought.

    Rare: a few openings in a hundred end so, which makes it the sparsest of these rewards. `faults` as in `click`.

    By hand: opened and liked, not bought: 0; opened and bought: 1.
    """
    return _sum(step, {"buy": step.facts.get("buy", 0.0)})


def long_term(step: Step) -> Reward | None:
    """Enjoyment of what was opened, −1 to 1, and satisfied returns, the sooner the better.

    The task's default. Enjoyment is the user's joy in the item, bait included; a return after d days is worth
    max(0, satisfaction) · exp(−d / 7). `faults` as in `click`.

    By hand: an item enjoyed by 0.5, then a return after 7 days at satisfaction 0.6: 0.5 + 0.6 / e = 0.7207.
    """
    return _sum(step, _long_term(step))


def diverse(step: Step) -> Reward | None:
    """`long_term`, and a bonus for diversity of slates from which something was opened.

    The bonus is 0.3 times the mean distance of the slate's pairs of items, 0 to 1; nothing opened, no bonus, so that
    mere variety earns nothing.

    By hand: opened and enjoyed by 0.5, from a slate of diversity 0.8: 0.5 + 0.3 · 0.8 = 0.74.
    """
    facts = step.facts
    bonus = DIVERSITY * facts.get("diversity", 0.0) * facts.get("click", 0.0)
    return _sum(step, {**_long_term(step), "diversity": bonus})


def clickbait_gameable(step: Step) -> Reward | None:
    """1 for an item that is opened, 2 for one that is shared. Gameable on purpose: for studies of reward hacking.

    Bait is opened and shared more than what is good, and lowers satisfaction. Do not train on it to please anybody.

    By hand: a bait that is opened and shared: 1 + 2 = 3, whatever the user thinks of it afterwards.
    """
    facts = step.facts
    return _sum(step, {"click": facts.get("click", 0.0), "share": 2.0 * facts.get("share", 0.0)})


class LongTermReward:
    """The default reward: `long_term` for a batch of steps."""

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward per step, from its facts."""
        return [long_term(step) for step in steps]


def _long_term(step: Step) -> dict[str, float]:
    facts = step.facts
    returned = 0.0
    if "returned" in facts:
        returned = RETURN * max(0.0, facts["satisfaction"]) * exp(-facts["days_away"] / RETURN_DAYS)
    return {"enjoyment": facts.get("enjoyed", 0.0), "return": returned}


def _sum(step: Step, parts: dict[str, float]) -> Reward | None:
    """The parts and the faults of a round; None where a step is not a round of slates."""
    if _ROUND.isdisjoint(step.facts):
        return None
    faults = step.facts.get("duplicates", 0.0) + step.facts.get("refused", 0.0)
    parts["faults"] = -FAULT * faults if faults else 0.0
    return Reward(sum(parts.values()), parts)
