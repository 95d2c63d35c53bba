"""The default reward of customer service, in named parts.

| part | when | value |
|---|---|---|
| success | at the end | 1 if everything was right |
| progress | each turn | 0.5 × the gain in the share of necessary pieces done |
| violations | each turn | -0.3 for each broken clause |
| turns | each turn | -0.01 |
| satisfaction | at the end | 0.2 × satisfaction, in [0, 1] |

Progress counts a piece once and only if it is right, so it adds up to 0.5 at most; an agent that says nothing earns
about -0.07 before the customer hangs up.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from dialogue_gym.rewards.base import Reward, Step

SUCCESS, PROGRESS, VIOLATION, TURN, SATISFACTION = 1.0, 0.5, -0.3, -0.01, 0.2


class CustomerServiceReward:
    """Success, graded progress, rule violations, turn cost and satisfaction."""

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward]:
        """One reward per step; only the episode's facts are read."""
        return [_score(step.turn.facts) for step in steps]


def _score(facts: Mapping[str, float]) -> Reward:
    if len(facts) == _FACTS_OF_A_TURN:
        return _within(facts["progress"], facts["violations"])
    return _reward(facts)


def _reward(facts: Mapping[str, float]) -> Reward:
    parts = {
        "success": SUCCESS * facts.get("success", 0.0),
        "progress": PROGRESS * facts["progress"],
        "violations": VIOLATION * facts["violations"],
        "turns": TURN,
        "satisfaction": SATISFACTION * facts.get("satisfaction", 0.0),
    }
    return Reward(sum(parts.values()), parts)


@lru_cache(maxsize=1 << 10)
def _within(progress: float, violations: float) -> Reward:
    """The reward of a turn that does not end the episode: few different ones, each made once."""
    return _reward({"progress": progress, "violations": violations})


_FACTS_OF_A_TURN = 2
"""Progress and violations; the end adds more."""
