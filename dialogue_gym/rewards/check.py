"""The one place that calls reward models, and trusts none of them.

A reward that raises, gives something that is not a number, gives too few, or whose parts do not add up is an
error that names the reward, the task, scenario and turn. Nothing is swallowed and nothing is replaced by 0.
What is fine as it came costs a microsecond or two to check.

    rewards = score_checked(model, steps)        # one Reward per step, every number a finite float
"""

import inspect
from collections.abc import Mapping, Sequence
from math import fsum, isfinite
from typing import Any

import numpy as np

from dialogue_gym.errors import RewardError
from dialogue_gym.rewards.base import Reward, RewardModel, Step

RAW = "raw/"
"""Parts under this prefix are reported, not added."""
TOLERANCE = 1e-6
"""How far the parts' sum may be from the total, relative to the largest number among them (at least 1)."""

_NUMBERS = (float, int, np.floating, np.integer, np.bool_)


def score_checked(model: RewardModel, steps: Sequence[Step]) -> list[Reward]:
    """Scores a batch: one sound `Reward` per step, 0 without parts where the reward does not apply.

    Raises:
        RewardError: The model failed, or gave something that is not a reward.
    """
    rewards = _score(model, steps)
    for reward in rewards:
        if reward is None or not _is_sound(reward):
            break
    else:
        return rewards
    scored = (checked(model.name, reward, step) for reward, step in zip(rewards, steps, strict=True))
    return [Reward(0.0) if reward is None else reward for reward in scored]


def score_applicable(model: RewardModel, steps: Sequence[Step]) -> list[Reward | None]:
    """Like `score_checked`, with None where the reward does not apply."""
    rewards = _score(model, steps)
    return [checked(model.name, reward, step) for reward, step in zip(rewards, steps, strict=True)]


def _score(model: RewardModel, steps: Sequence[Step]) -> list[Any]:
    """Calls the model; one value per step, not looked at yet."""
    if not steps:
        return []
    try:
        rewards = model.score(steps)
    except RewardError:
        raise  # from a model inside this one, and more exact
    except Exception as error:
        raise failure(model.name, steps, error) from error
    if type(rewards) is list and len(rewards) == len(steps):
        return rewards
    return _as_list(model.name, rewards, steps)


def checked(name: str, value: Any, step: Step) -> Reward | None:
    """What one reward gave for one step, as a sound `Reward`; None stays None.

    Args:
        name: The reward's name; the part of a plain number is called so.
        value: What it gave: a number, a `Reward` or None.
        step: The step, for messages.
    """
    if value is None:
        return None
    if _is_sound(value):
        sound: Reward = value
        return sound
    if not isinstance(value, Reward):
        total = _number(name, "a number, a Reward or None", value, step)
        return Reward(total, {name: total})
    total = _number(name, "a number as total", value.total, step)
    given: Any = value.parts
    if not isinstance(given, Mapping) or not all(isinstance(part, str) for part in given):
        raise _fault(name, step, "parts as a mapping from names to numbers", _describe(given))
    parts = {part: _number(name, f"a number as part {part!r}", v, step) for part, v in given.items()}
    if not parts:
        return Reward(total, {name: total}, value.explanation)
    added = [number for part, number in parts.items() if not part.startswith(RAW)]
    scale = max(1.0, abs(total), *map(abs, added))
    if not abs(fsum(added) - total) <= TOLERANCE * scale:
        raise _fault(
            name,
            step,
            f"parts that add up to the total {total:g}",
            f"{fsum(added):g} from {parts}",
            f"Put parts that are only reported under {RAW!r}.",
        )
    return Reward(total, parts, str(value.explanation))


def failure(name: str, steps: Sequence[Step], error: Exception) -> RewardError:
    """The error to raise from an exception that a reward raised."""
    where = steps[0].where()
    if len(steps) > 1:
        where = f"in a batch of {len(steps)} steps that begins with {where}"
    return RewardError(f"Reward {name!r} raised {type(error).__name__}: {error} ({where}).")


def _is_sound(reward: object) -> bool:
    """Whether a reward can be passed on as it is. Quick; False only means that it needs a closer look."""
    if type(reward) is not Reward:
        return False
    rest = reward.total
    parts = reward.parts
    if type(rest) is not float or type(parts) is not dict or not parts or type(reward.explanation) is not str:
        return False
    for name, value in parts.items():
        if type(value) is not float or type(name) is not str:
            return False
        if name[:4] != RAW:
            rest -= value
        elif not isfinite(value):
            return False
    return -TOLERANCE <= rest <= TOLERANCE  # whatever infinity or NaN went in, none comes out as True


def _as_list(name: str, rewards: Any, steps: Sequence[Step]) -> list[Any]:
    _refuse_awaitable(name, rewards, steps[0])
    expected = f"score() to give a sequence of {len(steps)} rewards, one per step"
    # A sequence, or an array with a first axis; not a lone number, string, set, generator or mapping.
    if isinstance(rewards, (str, bytes, Mapping)) or not hasattr(rewards, "__getitem__"):
        raise _fault(name, steps[0], expected, _describe(rewards))
    try:
        values = list(rewards)
    except TypeError:  # an array without axes
        raise _fault(name, steps[0], expected, _describe(rewards)) from None
    if len(values) != len(steps):
        raise _fault(name, steps[0], expected, str(len(values)))
    return values


def _number(name: str, expected: str, value: Any, step: Step) -> float:
    if not isinstance(value, _NUMBERS):
        _refuse_awaitable(name, value, step)
        todo = "Convert arrays and tensors with .item() or .tolist()." if hasattr(value, "__array__") else ""
        raise _fault(name, step, expected, _describe(value), todo)
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        todo = "If the reward does not apply to a step, give None."
        raise _fault(name, step, f"{expected}, and finite", repr(number), todo)
    return number


def _refuse_awaitable(name: str, value: Any, step: Step) -> None:
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()  # else Python warns that it was never awaited
        raise _fault(name, step, "a plain function", "an async one", "Call asyncio.run inside score(steps).")


def _fault(name: str, step: Step, expected: str, got: str, todo: str = "") -> RewardError:
    return RewardError(f"Reward {name!r}: expected {expected}, got {got} ({step.where()}). {todo}".rstrip())


def _describe(value: object) -> str:
    text = repr(value)
    return f"{text if len(text) <= 80 else text[:77] + '...'} of type {type(value).__name__}"
