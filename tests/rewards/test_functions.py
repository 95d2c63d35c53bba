"""What can be a reward model, and what is told that it cannot."""

import copy
import functools
import pickle
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards import FunctionReward, Reward, RewardModel, Step, TaskReward, score_checked
from dialogue_gym.rewards.functions import as_model

Make = Callable[..., Any]


def brevity(step: Step) -> float:
    return -step.facts["length"]


def scaled(step: Step, factor: float = 2.0) -> float:
    return factor * step.facts["length"]


class Length:
    def __call__(self, step: Step) -> float:
        return step.facts["length"]

    def method(self, step: Step) -> float:
        return step.facts["length"]


class Nameless:
    def score(self, steps: Sequence[Step]) -> list[Reward]:
        return []


class AsyncModel:
    name = "slow"

    async def score(self, steps: Sequence[Step]) -> list[Reward]:
        return []


class AsyncCall:
    async def __call__(self, step: Step) -> float:
        return 0.0


async def async_reward(step: Step) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("function", "name", "totals"),
    [
        (brevity, "brevity", [-5.0, -2.0, -3.0]),
        (lambda step: step.number, "reward", [1.0, 2.0, 3.0]),
        (scaled, "scaled", [10.0, 4.0, 6.0]),
        (functools.partial(scaled, factor=3.0), "scaled", [15.0, 6.0, 9.0]),
        (functools.partial(lambda factor, step: factor, 3.0), "reward", [3.0, 3.0, 3.0]),
        (Length(), "Length", [5.0, 2.0, 3.0]),
        (Length().method, "method", [5.0, 2.0, 3.0]),
    ],
)
def test_functions_become_models(function: Any, name: str, totals: list[float], steps: list[Step]) -> None:
    model = as_model(function)
    assert isinstance(model, RewardModel)
    assert model.name == name
    assert model.score(steps) == [Reward(total, {name: total}) for total in totals]


def test_a_function_may_not_apply_and_may_give_parts(steps: list[Step]) -> None:
    def ending(step: Step) -> Reward | None:
        return Reward(1.0, {"success": 1.0}) if step.ended else None

    assert as_model(ending).score(steps) == [None, None, Reward(1.0, {"success": 1.0})]


def test_models_are_taken_as_they_are(always: Make) -> None:
    model = always(1.0)
    assert as_model(model) is model


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Length, "got the class Length. Give an instance: Length(...)."),
        (Nameless(), "got a Nameless that has score() but no `name`"),
        (AsyncModel(), "got the async AsyncModel.score"),
        (AsyncCall(), "got the async AsyncCall"),
        (async_reward, "got the async async_reward"),
        (functools.partial(async_reward), "got the async async_reward"),
        (lambda: 0.0, "of one argument, the step; got reward()."),
        (lambda step, outcome: 0.0, "of one argument, the step; got reward(step, outcome)."),
        (1.0, "got 1.0 of type float"),
        (None, "got None of type NoneType"),
        ([brevity], "of type list"),
    ],
)
def test_what_is_no_reward_is_told_so(wrong: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        as_model(wrong)


@pytest.mark.parametrize("name", ["", "raw", "a/b", 3, None])
def test_names_label_parts(name: Any, always: Make) -> None:
    with pytest.raises(ConfigurationError, match="Expected a reward's name to be"):
        as_model(always(0.0, name))


def test_the_task_reward_is_each_steps_own(
    task: Any, make_task: Make, always: Make, play: Make, steps: list[Step]
) -> None:
    other = always(Reward(7.0, {"seven": 7.0}), "sevens")
    strange = Step(play("Hi", task=make_task(other)), 1)
    rewards = score_checked(TaskReward(), [steps[0], strange, steps[2]])
    assert [reward.total for reward in rewards] == [-0.25, 7.0, 0.75]
    assert rewards[0] == task.reward.score(steps)[0]
    assert other.batches == [1]


@pytest.mark.parametrize("model", [FunctionReward(brevity), TaskReward()], ids=repr)
def test_adapters_are_shared_by_copies_and_survive_pickling(model: Any, steps: list[Step]) -> None:
    assert copy.deepcopy({"reward": model})["reward"] is model
    assert pickle.loads(pickle.dumps(TaskReward())).score(steps) == TaskReward().score(steps)
