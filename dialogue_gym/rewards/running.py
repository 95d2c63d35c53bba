"""Rewards that change as training goes on: normalised by running statistics, faded in or out by a schedule.

    Normalise("my_pkg.rewards:loud")
    Schedule("politeness", start=1.0, end=0.0, turns=100_000)

State moves only with turns of the split "train", and not where it is held still (`frozen`): evaluation, which plays
"val" or "test", and re-scoring see it as it is. `reward_state` and `load_reward_state` save it with a run.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import sqrt
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards._parts import raw_parts
from dialogue_gym.rewards.base import Reward, RewardModel, Step
from dialogue_gym.rewards.check import RAW, score_applicable
from dialogue_gym.rewards.combine import AnyReward, child_model
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.sharing import Shared

State = dict[str, float]


class Running(Shared, ABC):
    """A reward model with state that training moves.

    Attributes:
        name: Names the reward.
        held: Whether the state is held still.
    """

    name: str
    held = False

    @abstractmethod
    def state(self) -> State:
        """The state as numbers by name."""

    @abstractmethod
    def load_state(self, state: Mapping[str, float]) -> None:
        """Takes over what `state` gave."""

    def learns_from(self, step: Step) -> bool:
        """Whether a turn may move the state."""
        return not self.held and step.dialogue.split == "train"


class Normalise(Running):
    """A reward divided by the standard deviation of what it has given so far in training.

    Mean and variance by Welford's recurrence (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample
    variance"). A batch is taken in before it is scored. The mean is left in unless asked for: taking it off adds
    the same to every turn, which pays (or charges) for long dialogues.

    Values 1, 3 are divided by their deviation 1; a later evaluation of 5 gives 5.

    Args:
        child: The reward.
        centre: Whether the running mean is subtracted.
        limit: The result is kept within ± this.
        name: Names the one part; the child's name by default.
    """

    def __init__(self, child: AnyReward, *, centre: bool = False, limit: float = 10.0, name: str | None = None) -> None:
        if not limit > 0:
            raise ConfigurationError(f"Expected a limit above 0, got {limit}.")
        self.child = child_model(child)
        self.name = check_name(self.child.name if name is None else name)
        self.centre, self.limit = centre, float(limit)
        self.count = self.mean = self._squares = 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation so far; 1 until there are two different values."""
        return sqrt(self._squares / self.count) if self._squares > 0 else 1.0

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call of the child."""
        given = score_applicable(self.child, steps)
        for step, reward in zip(steps, given, strict=True):
            if reward is not None and self.learns_from(step):
                self._take_in(reward.total)
        mean, deviation = self.mean if self.centre else 0.0, self.deviation
        return [None if reward is None else self._normalised(reward, mean, deviation) for reward in given]

    def _take_in(self, value: float) -> None:
        self.count += 1.0
        difference = value - self.mean
        self.mean += difference / self.count
        self._squares += difference * (value - self.mean)

    def _normalised(self, reward: Reward, mean: float, deviation: float) -> Reward:
        total = min(max((reward.total - mean) / deviation, -self.limit), self.limit)
        return Reward(total, {self.name: total, **raw_parts(self.child.name, self.child, reward)}, reward.explanation)

    def state(self) -> State:
        """Count, mean and sum of squared deviations."""
        return {"count": self.count, "mean": self.mean, "squares": self._squares}

    def load_state(self, state: Mapping[str, float]) -> None:
        """Takes over what `state` gave."""
        self.count, self.mean, self._squares = state["count"], state["mean"], state["squares"]


class Schedule(Running):
    """A reward times a factor that goes in a straight line from `start` to `end` over turns of training, and stays.

    From 1 to 0 over 4 turns, the turns' factors are 1, 0.75, 0.5, 0.25, 0, 0, … All turns of one batch have the factor
    of its beginning.

    Args:
        child: The reward.
        start: Factor of the first turn.
        end: Factor from `turns` turns on.
        turns: Turns of training, over all dialogues.
        name: Names the one part; the child's name by default.
    """

    def __init__(
        self, child: AnyReward, *, turns: int, start: float = 1.0, end: float = 0.0, name: str | None = None
    ) -> None:
        if turns < 1:
            raise ConfigurationError(f"Expected a schedule of at least 1 turn, got {turns}.")
        self.child = child_model(child)
        self.name = check_name(self.child.name if name is None else name)
        self.start, self.end, self.turns = float(start), float(end), turns
        self.seen = 0.0

    @property
    def factor(self) -> float:
        """The factor now."""
        return self.start + (self.end - self.start) * min(1.0, self.seen / self.turns)

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call of the child."""
        factor = self.factor
        self.seen += sum(map(self.learns_from, steps))
        return [
            None if reward is None else self._scaled(reward, factor) for reward in score_applicable(self.child, steps)
        ]

    def _scaled(self, reward: Reward, factor: float) -> Reward:
        total = factor * reward.total
        raw = {**raw_parts(self.child.name, self.child, reward), f"{RAW}factor": factor}
        return Reward(total, {self.name: total, **raw}, reward.explanation)

    def state(self) -> State:
        """Turns so far."""
        return {"seen": self.seen}

    def load_state(self, state: Mapping[str, float]) -> None:
        """Takes over what `state` gave."""
        self.seen = state["seen"]


def running_rewards(model: RewardModel) -> list[Running]:
    """The rewards with state in a reward and all it is made of, in a fixed order, each once.

    What a reward is made of are the rewards among its public attributes, and in their lists and mappings.
    """
    found: list[Running] = []
    _collect(model, found, set())
    return found


def _collect(model: Any, found: list[Running], seen: set[int]) -> None:
    if id(model) in seen:
        return
    seen.add(id(model))
    if isinstance(model, Running):
        found.append(model)
    for name, value in vars(model).items() if hasattr(model, "__dict__") else ():
        if name.startswith("_"):  # caches of models, mostly, and long
            continue
        values = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else [value]
        for each in values:
            child = each[0] if isinstance(each, tuple) and each else each  # a mix holds (model, weight)
            if isinstance(child, RewardModel):
                _collect(child, found, seen)


@contextmanager
def frozen(model: RewardModel) -> Iterator[None]:
    """Holds still all state in a reward, whatever split is scored."""
    found = running_rewards(model)
    before = [each.held for each in found]
    for each in found:
        each.held = True
    try:
        yield
    finally:
        for each, held in zip(found, before, strict=True):
            each.held = held


def reward_state(model: RewardModel) -> list[State]:
    """All state in a reward, as JSON; an empty list where there is none."""
    return [{**each.state()} for each in running_rewards(model)]


def load_reward_state(model: RewardModel, states: Sequence[Mapping[str, float]]) -> None:
    """Puts back what `reward_state` gave, into a reward made from the same spec.

    Raises:
        ConfigurationError: The reward has other state.
    """
    found = running_rewards(model)
    if [set(each.state()) for each in found] != [set(state) for state in states]:
        raise ConfigurationError(
            f"Expected the state of {[each.name for each in found] or 'a reward without any'}, got {list(states)}. "
            "Make the reward from the spec that the state was saved with."
        )
    for each, state in zip(found, states, strict=True):
        each.load_state(state)
