"""Potential-based shaping: hints on the way that leave the best policy what it is.

    {"task": 1.0, "hint": {"reward": "shaping", "potential": "my_pkg.rewards:how_far", "gamma": 1.0}}

Ng, Harada and Russell 1999, "Policy invariance under reward transformations", ICML: a reward F(s, s') = γ Φ(s') − Φ(s),
for any function Φ of states, changes no policy's rank, and (nearly) no other form does. In episodes that
end, Φ of the end has to be 0 (Grześ 2017, "Reward shaping in episodic reinforcement learning", AAMAS).
"""

from collections.abc import Sequence

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards._parts import raw_parts
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.check import score_applicable
from dialogue_gym.rewards.combine import AnyReward, child_model
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.sharing import Shared


class Shaping(Shared):
    """γ Φ(after the turn) − Φ(before it), with Φ = 0 after the last turn.

    A dialogue's discounted sum of it is −`start` however it goes, so that what it adds is guidance and never return.
    The turn limit counts as an end: its outcome is scored.

    >>> from dialogue_gym.rewards.written import written_steps
    >>> steps = written_steps("user: Hi", "agent: a", "user: b", "agent: cc", "user: d", "agent: e", outcome={})
    >>> [r.total for r in Shaping(lambda step: len(step.action_text)).score(steps)]    # Φ = 1, 2, and 0 at the end
    [1.0, 1.0, -2.0]

    Args:
        potential: Φ: a reward whose value at a turn is taken as the potential of the state after it; 0 where it does
            not apply.
        gamma: The learner's discount from turn to turn. With another one the policies' ranks are no longer kept.
        start: Φ before the first turn.
        name: Names the one part; the potential is reported under "raw/".
    """

    def __init__(self, potential: AnyReward, *, gamma: float = 1.0, start: float = 0.0, name: str = "shaping") -> None:
        if not 0.0 <= gamma <= 1.0:
            raise ConfigurationError(f"Expected gamma between 0 and 1, the learner's discount, got {gamma}.")
        self.potential = child_model(potential)
        self.gamma, self.start = float(gamma), float(start)
        self.name = check_name(name)

    def score(self, steps: Sequence[Step]) -> list[Reward]:
        """One batch call of the potential, for the states before and after all turns."""
        states: dict[tuple[int, int], Step] = {}
        for step in steps:
            states[_key(step)] = step
            if step.number > 1:
                before = Step(step.dialogue, step.number - 1)
                states.setdefault(_key(before), before)
        scored = dict(zip(states, score_applicable(self.potential, list(states.values())), strict=True))
        return [self._shape(step, scored) for step in steps]

    def _shape(self, step: Step, scored: dict[tuple[int, int], Reward | None]) -> Reward:
        dialogue, number = _key(step)
        given = scored[dialogue, number]
        before = self.start if number == 1 else _value(scored[dialogue, number - 1])
        after = 0.0 if step.ended else _value(given)
        total = self.gamma * after - before
        raw = {} if given is None else raw_parts(self.potential.name, self.potential, given)
        return Reward(total, {self.name: total, **raw})


def _key(step: Step) -> tuple[int, int]:
    return id(step.dialogue), step.number


def _value(reward: Reward | None) -> float:
    return 0.0 if reward is None else reward.total
