"""The default reward: two labels, corrected for chance, less the price of looking closer."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from dialogue_gym.rewards.base import Reward, Step

SENTIMENT: Final = 0.8
"""For the sentiment: most of the work, and an agent that only tells topics must not get far."""
TOPIC: Final = 0.2
EXTRA_TURN: Final = 0.005
"""For a turn that gives no label: three of them, all that there is time for, stay below 2 % of a right answer."""
BACKGROUND: Final = 0.015
"""For background, on top of its turn: worth it where the entity's clause cannot be told, else a waste."""


class LabelReward:
    """0.8 × sentiment + 0.2 × topic − 0.005 per turn without a label − 0.015 for background.

    Sentiment and topic are credits as in `labels.credit`: 1 if right, minus the prior odds of the named label
    if wrong, 0 for no answer. A right label at once is worth 1, anything said without reading at most 0 on
    average.
    """

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward per step, from its facts."""
        return [_score(step) for step in steps]


def _score(step: Step) -> Reward:
    get = step.facts.get
    return _reward(get("sentiment", 0.0), get("topic", 0.0), get("extra_turn", 0.0), get("background", 0.0))


@cache  # a handful of credits: each reward is made once
def _reward(sentiment: float, topic: float, extra_turn: float, background: float) -> Reward:
    parts = {
        "sentiment": SENTIMENT * sentiment,
        "topic": TOPIC * topic,
        "turns": -EXTRA_TURN * extra_turn,
        "background": -BACKGROUND * background,
    }
    return Reward(sum(parts.values()), parts)
