"""The default reward: two labels, corrected for chance, less the price of looking closer."""

from collections.abc import Sequence
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
    """0.8 × sentiment + 0.2 × topic − 0.005 per turn without a label − 0.015 for background, over the number of texts.

    Sentiment and topic are credits as in `labels.credit`: 1 if right, minus the prior odds of the named label
    if wrong, 0 for no answer; one that is asked for alone counts in full. Right labels at once are worth 1 in all,
    anything said without reading at most 0 on average.

    Args:
        fields: What is asked for: "sentiment", "topic", or both.
        texts: Texts of an episode.
        has_background: Whether there is background to ask for.
    """

    name = "task"

    def __init__(self, fields: Sequence[str], texts: int, *, has_background: bool) -> None:
        weights = dict.fromkeys(fields, 1.0) if len(fields) == 1 else {"sentiment": SENTIMENT, "topic": TOPIC}
        costs = {"turns": -EXTRA_TURN} | ({"background": -BACKGROUND} if has_background else {})
        self._weights = {name: weight / texts for name, weight in (weights | costs).items()}
        self._names = (*fields, *({"turns": "extra_turn", "background": "background"}[cost] for cost in costs))
        self._made: dict[tuple[float, ...], Reward] = {}

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward per step, from its facts."""
        return [self._score(step) for step in steps]

    def _score(self, step: Step) -> Reward:
        facts = step.facts
        amounts = tuple([facts.get(name, 0.0) for name in self._names])
        reward = self._made.get(amounts)
        if reward is None:  # a handful of credits: each reward is made once
            parts = {n: weight * amount for (n, weight), amount in zip(self._weights.items(), amounts, strict=True)}
            reward = self._made[amounts] = Reward(sum(parts.values()), parts)
        return reward
