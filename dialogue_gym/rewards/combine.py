"""Rewards made of rewards: a weighted mix, and two that do not add: clip and gate. More in `ensemble` and `running`.

    WeightedMix({"task": (TaskReward(), 1.0), "polite": (politeness, 0.1)})
    Clip(TaskReward(), -1.0, 1.0)
    Gate(TaskReward(), gate=obeys_format)

The mix reports weighted parts that add up to its total: "polite" for a child without parts of its own, else
"polite/part". The others report one part and keep what their children gave, unweighted, under "raw/".
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from numbers import Real
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards._parts import check_distinct, explained, raw_parts, weighted_parts
from dialogue_gym.rewards.base import Reward, RewardModel, Step
from dialogue_gym.rewards.check import score_applicable
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.sharing import Shared

AnyReward = Any
"""Anything that `resolve_reward` takes: a name, a mix, a function, an object."""


class WeightedMix(Shared):
    """The weighted sum of several rewards; a child that does not apply to a step is left out there.

    A child with weight 0 is scored and reported under "raw/" but changes nothing: for watching a reward.

    Args:
        children: Each label's reward and weight.
        name: Names the mix where it is part of something else.
    """

    def __init__(self, children: Mapping[str, tuple[AnyReward, float]], *, name: str = "mix") -> None:
        if not children:
            raise ConfigurationError("Expected at least one reward in a mix, got none.")
        self.name = check_name(name)
        self.children = {
            check_name(label): (child_model(child), _check_weight(label, weight))
            for label, (child, weight) in children.items()
        }

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call per child."""
        columns = [score_applicable(model, steps) for model, _ in self.children.values()]
        return [self._mix(row) for row in zip(*columns, strict=True)]

    def _mix(self, row: Iterable[Reward | None]) -> Reward | None:
        total, applies = 0.0, False
        parts: dict[str, float] = {}
        said: list[str] = []
        for (label, (model, weight)), reward in zip(self.children.items(), row, strict=True):
            if reward is None:
                continue
            applies = True
            if weight:
                total += weight * reward.total
                parts |= weighted_parts(label, model, reward, weight)
            else:
                parts |= raw_parts(label, model, reward)
            said += explained(label, reward)
        return Reward(total, parts, "; ".join(said)) if applies else None

    def __repr__(self) -> str:
        return f"WeightedMix({ {label: weight for label, (_, weight) in self.children.items()} })"


class Clip(Shared):
    """A reward kept within bounds.

    By hand: within −1 and 0, a child's −1.3 becomes −1, its −0.4 stays, its 0.2 becomes 0.

    Args:
        child: The reward.
        low: The least it may give.
        high: The most it may give.
        name: Names the one part; the child's name by default.
    """

    def __init__(self, child: AnyReward, low: float, high: float, *, name: str | None = None) -> None:
        self.child = child_model(child)
        self.name = check_name(self.child.name if name is None else name)
        if not low <= high:
            raise ConfigurationError(f"Expected bounds with low <= high, got low={low}, high={high}.")
        self.low = float(low)
        self.high = float(high)

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call of the child."""
        return [self._clip(reward) for reward in score_applicable(self.child, steps)]

    def _clip(self, reward: Reward | None) -> Reward | None:
        if reward is None:
            return None
        total = min(max(reward.total, self.low), self.high)
        raw = raw_parts(self.child.name, self.child, reward)
        return Reward(total, {self.name: total, **raw}, reward.explanation)


class Gate(Shared):
    """A reward that counts only where another one is above a threshold, and is 0 elsewhere.

    Where the gate does not apply it is open; where the child does not apply, neither does the whole.

    By hand: a child of 0.8 behind a gate of 0.3 gives 0.8 with threshold 0, and 0 with threshold 0.3.

    Args:
        child: The reward that is let through.
        gate: The reward that decides.
        threshold: The gate opens above this.
        name: Names the one part; the child's name by default.
    """

    def __init__(self, child: AnyReward, gate: AnyReward, *, threshold: float = 0.0, name: str | None = None) -> None:
        self.child = child_model(child)
        self.gate = child_model(gate)
        check_distinct([self.child, self.gate])
        self.threshold = float(threshold)
        self.name = check_name(self.child.name if name is None else name)

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call each of gate and child."""
        children, gates = score_applicable(self.child, steps), score_applicable(self.gate, steps)
        return [self._gate(child, gate) for child, gate in zip(children, gates, strict=True)]

    def _gate(self, child: Reward | None, gate: Reward | None) -> Reward | None:
        if child is None:
            return None
        raw = raw_parts(self.child.name, self.child, child)
        said = explained(self.child.name, child)
        is_open = True
        if gate is not None:
            is_open = gate.total > self.threshold
            raw |= raw_parts(self.gate.name, self.gate, gate)
            said += explained(self.gate.name, gate)
        total = child.total if is_open else 0.0
        return Reward(total, {self.name: total, **raw}, "; ".join(said))


def child_model(child: Any) -> RewardModel:
    """The model of a combinator's child: anything that `resolve_reward` takes."""
    from dialogue_gym.rewards.resolve import resolve_reward  # which makes combinators

    return resolve_reward(child)


def _check_weight(label: str, weight: object) -> float:
    if isinstance(weight, bool) or not isinstance(weight, Real) or not isfinite(weight):
        raise ConfigurationError(f"Expected a finite number as weight of reward {label!r}, got {weight!r}.")
    return float(weight)
