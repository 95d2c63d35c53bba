"""Turns what people write into reward models: a function of a step, a class instance, the task's own reward.

What is none of these is refused here, when the environment is made, with a message that says what would do.

    model = as_model(lambda step: -0.01 * len(step.action_text))          # model.name == "reward"
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, RewardFunction, RewardModel, Step
from dialogue_gym.rewards.check import RAW, checked, failure, score_applicable
from dialogue_gym.rewards.sharing import Shared, SharedReward

FORMS = (
    'a registered name, weights such as {"task": 1.0, "politeness": 0.1}, a name with arguments such as '
    '{"brevity": {"limit": 30}}, a dotted path "my_pkg.rewards:my_reward", '
    "a function of one step, or an object with `name` and `score(steps)`"
)


class FunctionReward(Shared):
    """A reward model from a function of one step.

    Args:
        function: Gives a number, a `Reward`, or None where it does not apply.
        name: Its name in logs and messages; the function's own by default, "reward" for a lambda.
    """

    def __init__(self, function: RewardFunction, name: str | None = None) -> None:
        self.name = check_name(_name_of(function) if name is None else name)
        _check_function(function)
        self.function = function

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One call per step."""
        return [self._score_one(step) for step in steps]

    def _score_one(self, step: Step) -> Reward | None:
        try:
            value = self.function(step)
        except Exception as error:
            raise failure(self.name, (step,), error) from error
        return checked(self.name, value, step)

    def __repr__(self) -> str:
        return f"FunctionReward({self.name!r})"


class TaskReward(Shared):
    """The default reward of whatever task a step belongs to: "task", for combinators and stored dialogues."""

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One call per task among the steps."""
        rows_of: dict[int, list[int]] = {}
        for i, step in enumerate(steps):
            rows_of.setdefault(id(step.dialogue.task), []).append(i)
        rewards: list[Reward | None] = [None] * len(steps)
        for rows in rows_of.values():
            model = steps[rows[0]].dialogue.task.reward
            for i, reward in zip(rows, score_applicable(model, [steps[i] for i in rows]), strict=True):
                rewards[i] = reward
        return rewards

    def __repr__(self) -> str:
        return "TaskReward()"


def as_model(reward: Any, name: str | None = None) -> RewardModel:
    """The reward model that an object is or can be made into.

    Args:
        reward: A `RewardModel`, a function of one step, or a `SharedReward` around either.
        name: Overrides a function's own name.

    Raises:
        ConfigurationError: It is neither, or a class where an instance is needed.
    """
    if isinstance(reward, SharedReward):
        return as_model(reward.held, name)
    if isinstance(reward, type):
        kind = reward.__name__
        raise ConfigurationError(f"Expected a reward object, got the class {kind}. Give an instance: {kind}(...).")
    if callable(getattr(reward, "score", None)):
        return _check_model(reward)
    if callable(reward):
        return FunctionReward(reward, name)
    raise ConfigurationError(f"Expected a reward as {FORMS}; got {reward!r} of type {type(reward).__name__}.")


def is_reward_class(reward: Any) -> bool:
    """Whether it is a class whose objects are reward models, to be made with arguments."""
    return isinstance(reward, type) and callable(getattr(reward, "score", None))


def check_name(name: Any) -> str:
    """Gives the name back if it can label parts: not empty, without "/", and not the reserved "raw"."""
    if not isinstance(name, str) or not name or "/" in name or name == RAW[:-1]:
        raise ConfigurationError(
            f"Expected a reward's name to be a non-empty str without '/', not {RAW[:-1]!r}; got {name!r}."
        )
    return name


def _check_model(model: Any) -> RewardModel:
    kind = type(model).__name__
    if not isinstance(model, RewardModel):
        raise ConfigurationError(f"Expected a reward model, got a {kind} that has score() but no `name`. Add one.")
    check_name(model.name)
    _refuse_async(model.score, f"{kind}.score")
    return model


def _check_function(function: Callable[..., Any]) -> None:
    called = _name_of(function)
    _refuse_async(function, called)
    _refuse_async(vars(type(function)).get("__call__"), called)  # of an object, `async def` shows only there
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some callables have none
        return
    try:
        signature.bind(None)
    except TypeError:
        raise ConfigurationError(
            f"Expected a reward function of one argument, the step; got {called}{signature}."
        ) from None


def _refuse_async(function: Any, called: str) -> None:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise ConfigurationError(
            f"Expected a plain function as reward, got the async {called}. "
            "Write an object with score(steps) that calls asyncio.run once per batch."
        )


def _name_of(function: Callable[..., Any]) -> str:
    while isinstance(function, partial):
        function = function.func
    name = getattr(function, "name", None) or getattr(function, "__name__", type(function).__name__)
    return name if isinstance(name, str) and name != "<lambda>" else "reward"
