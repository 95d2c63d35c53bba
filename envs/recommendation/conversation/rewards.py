"""The default reward: what is taken, as much as it is enjoyed, less the effort."""

from collections.abc import Sequence
from typing import Final

from dialogue_gym.rewards.base import Reward, Step

EFFORT: Final = 0.01
"""For each question, list and explanation."""
FAULT: Final = 0.03
"""For each repeated question, question that was not answered or not truly, unknown item, and item beyond the third."""
UNMET: Final = 0.1
"""For each wish that is not met in the end."""
_FAULTS: Final = ("repeated", "unknown", "surplus", "evaded", "untrue")


class FoundReward:
    """Enjoyment of what was taken, 0.3 to 1 for each wish; effort, faults and unmet wishes are taken off."""

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward per step, from its facts."""
        return [found(step) for step in steps]


def found(step: Step) -> Reward:
    """The reward of one step.

    By hand: the third question of a dialogue, asked before: −0.01 − 0.03. An explanation after which an item is taken
    that is enjoyed by 0.8: 0.8 − 0.01.
    """
    facts = step.facts
    efforts = facts.get("questions", 0.0) + facts.get("lists", 0.0) + facts.get("explained", 0.0)
    faults = sum([facts.get(name, 0.0) for name in _FAULTS])
    parts = {
        "enjoyment": facts.get("enjoyed", 0.0),
        "effort": 0.0 - EFFORT * efforts,
        "faults": 0.0 - FAULT * faults,
        "unmet": 0.0 - UNMET * facts.get("unmet", 0.0),
    }
    return Reward(sum(parts.values()), parts)
