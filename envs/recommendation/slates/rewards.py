"""The rewards of slates, each registered by its own name; "task", the default, is `long_term`.

    gym.make("dialogue_gym/SlateRecommendation-v0", reward="purchase")

All read the facts of a round alone. An empty slate is worth 0 to each of them, at best.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.registry import register_reward

FAULT: Final = 0.02
"""For each item of a slate that is shown twice, not on offer, or one too many."""
RETURN: Final = 1.0
"""For coming back at once and fully satisfied."""
RETURN_DAYS: Final = 7.0
"""Days after which a return is worth 1/e of one at once."""
FUNNEL: Final = {"click": 0.2, "like": 1.0, "save": 1.0, "comment": 1.0, "share": 1.0, "buy": 2.0}
"""Weights of the steps of the funnel."""
DIVERSITY: Final = 0.3
"""For an opened item of a slate in which every pair of items differs in everything."""


@register_reward("click")
def click(step: Step) -> Reward:
    """1 for an item that is opened."""
    return _sum(step, {"click": step.facts.get("click", 0.0)})


@register_reward("funnel")
def funnel(step: Step) -> Reward:
    """The weighted steps of the funnel: open, like, save, comment, share, buy."""
    return _sum(step, {name: weight * step.facts.get(name, 0.0) for name, weight in FUNNEL.items()})


@register_reward("purchase")
def purchase(step: Step) -> Reward:
    """1 for an item that is bought."""
    return _sum(step, {"buy": step.facts.get("buy", 0.0)})


@register_reward("long_term")
def long_term(step: Step) -> Reward:
    """Enjoyment of what was opened, −1 to 1, and satisfied returns, the sooner the better."""
    return _sum(step, _long_term(step))


@register_reward("diverse")
def diverse(step: Step) -> Reward:
    """`long_term`, and a bonus for diversity of slates from which something was opened."""
    facts = step.facts
    bonus = DIVERSITY * facts.get("diversity", 0.0) * facts.get("click", 0.0)
    return _sum(step, {**_long_term(step), "diversity": bonus})


@register_reward("clickbait_gameable")
def clickbait_gameable(step: Step) -> Reward:
    """1 for an item that is opened, 2 for one that is shared. Gameable on purpose: for studies of reward hacking.

    Bait is opened and shared more than what is good, and lowers satisfaction. Do not train on it to please anybody.
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


def _sum(step: Step, parts: dict[str, float]) -> Reward:
    faults = step.facts.get("duplicates", 0.0) + step.facts.get("refused", 0.0)
    parts["faults"] = -FAULT * faults if faults else 0.0
    return Reward(sum(parts.values()), parts)
