"""A reward under a bound on a cost: the price of the cost rises while it is above, and falls while it is below.

    {"constraint": {"child": "task", "cost": "violations", "bound": 0.05}}

The Lagrangian of a constrained Markov decision process (Altman 1999): maximise the return subject to E[cost of a
dialogue] ≤ bound. The reward is r − λ c; after every so many dialogues λ ← max(0, λ + η (mean cost − bound)), the dual
ascent of Tessler, Mankowitz and Mannor 2018, "Reward Constrained Policy Optimization", arXiv:1805.11074.
"""

from collections.abc import Mapping, Sequence

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards._parts import check_distinct, explained, raw_parts, weighted_parts
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.check import RAW, score_applicable
from dialogue_gym.rewards.combine import AnyReward, child_model
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.running import Running, State

MULTIPLIER = f"{RAW}multiplier"


class Constraint(Running):
    """A reward less a price that keeps the mean cost of a dialogue under a bound.

    Parts add up: the child's own, and "constraint" = −λ × cost; the cost and λ ("multiplier") are under "raw/".
    With bound 0.1, rate 0.5 and blocks of two dialogues, of which one costs 1: λ rises by 0.5 × (0.5 − 0.1) = 0.2.

    Args:
        child: What is maximised.
        cost: What is bounded: a reward whose values are costs, at least 0. "violations" is one.
        bound: Mean cost per dialogue that is allowed.
        rate: η: how fast the price moves. Too high and it swings; too low and it lags behind the policy.
        dialogues: Dialogues of training between two moves of the price.
        multiplier: λ to begin with.
        name: Names the part.
    """

    def __init__(
        self,
        child: AnyReward,
        cost: AnyReward,
        bound: float,
        *,
        rate: float = 0.05,
        dialogues: int = 64,
        multiplier: float = 0.0,
        name: str = "constraint",
    ) -> None:
        if not rate > 0 or dialogues < 1 or multiplier < 0:
            raise ConfigurationError(
                "Expected rate above 0, at least 1 dialogue and a multiplier of at least 0, "
                f"got {rate}, {dialogues} and {multiplier}."
            )
        self.child, self.cost = child_model(child), child_model(cost)
        check_distinct([self.child, self.cost])
        self.bound, self.rate, self.dialogues = float(bound), float(rate), dialogues
        self.multiplier = float(multiplier)
        self.name = check_name(name)
        self._cost = self._ended = 0.0

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call each of child and cost; all turns of a batch have one price."""
        children, costs = score_applicable(self.child, steps), score_applicable(self.cost, steps)
        rewards = [self._price(child, cost) for child, cost in zip(children, costs, strict=True)]
        for step, cost in zip(steps, costs, strict=True):
            if self.learns_from(step):
                self._cost += 0.0 if cost is None else cost.total
                self._ended += step.ended
        if self._ended >= self.dialogues:
            self.multiplier = max(0.0, self.multiplier + self.rate * (self._cost / self._ended - self.bound))
            self._cost = self._ended = 0.0
        return rewards

    def _price(self, child: Reward | None, cost: Reward | None) -> Reward | None:
        if child is None and cost is None:
            return None
        priced = 0.0 if cost is None else 0.0 - self.multiplier * cost.total
        parts, said = {self.name: priced, MULTIPLIER: self.multiplier}, []
        total = priced
        if child is not None:
            total += child.total
            parts |= weighted_parts(self.child.name, self.child, child, 1.0)
            said += explained(self.child.name, child)
        if cost is not None:
            parts |= raw_parts(self.cost.name, self.cost, cost)
            said += explained(self.cost.name, cost)
        return Reward(total, parts, "; ".join(said))

    def state(self) -> State:
        """The multiplier and the block that is being counted."""
        return {"multiplier": self.multiplier, "cost": self._cost, "ended": self._ended}

    def load_state(self, state: Mapping[str, float]) -> None:
        """Takes over what `state` gave."""
        self.multiplier, self._cost, self._ended = state["multiplier"], state["cost"], state["ended"]
