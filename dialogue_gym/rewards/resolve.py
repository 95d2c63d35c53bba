"""What `reward=` means: from a name, weights, arguments, a dotted path, a function or an object to a reward model."""

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType
from typing import Any

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards.base import RewardModel
from dialogue_gym.rewards.combine import WeightedMix
from dialogue_gym.rewards.functions import FORMS, FunctionReward, TaskReward, as_model, is_reward_class
from dialogue_gym.rewards.registry import TASK, find_reward
from dialogue_gym.task import Task

_PATH = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
WEIGHT, REWARD = "weight", "reward"
"""What an entry of a mix can hold beside arguments: its weight, and the name where the key is a label."""


def resolve_reward(spec: Any, task: Task | None = None) -> RewardModel:
    """The reward model that a `reward=` argument stands for.

    | `spec` | meaning |
    |---|---|
    | "task" | the task's own reward |
    | "politeness" | a registered name |
    | {"task": 1.0, "politeness": 0.1} | the weighted sum, see `WeightedMix`; keys are names or dotted paths |
    | {"brevity": {"limit": 30}} | a name or dotted path with arguments |
    | {"task": 1.0, "brevity": {"limit": 30, "weight": 0.1}} | both: an entry's weight stands among its arguments |
    | {"kind": {"reward": "judge", "prompt": "…"}, "clear": {"reward": "judge", …}} | the key is a label |
    | "my_pkg.rewards:my_reward" | whatever the module calls so |
    | a function of one step | itself, named as the function is |
    | an object with `name` and `score(steps)` | itself |

    All but the last two are JSON and survive `EnvSpec.to_json()`. Arguments go to a function's further parameters or
    to a class, and an argument may be a spec itself: {"clip": {"child": {"brevity": {"limit": 30}}, "low": -1,
    "high": 0}}. A mapping of one entry that names no weight is that reward; any other is a mix.

    A dotted path imports, and so runs, the module that it names: take it from the caller, never from a file.

    Args:
        spec: The argument.
        task: The task that "task" means; None for the task of whichever step is scored.

    Raises:
        UnknownNameError: Nothing is registered under the name, or the module has nothing of the name.
        ConfigurationError: It is none of these forms, or the arguments do not fit.
    """
    if isinstance(spec, str):
        return _resolve_name(spec, {}, task)
    if isinstance(spec, Mapping):
        return _resolve_mix(spec, task)
    return as_model(spec)


def dotted_paths(spec: Any) -> list[str]:
    """The dotted paths in a spec: what would run code if a spec were taken from a file.

    >>> dotted_paths({"task": 1.0, "clip": {"child": "my_pkg.rewards:mine", "low": 0, "high": 1}})
    ['my_pkg.rewards:mine']
    """
    if isinstance(spec, str):
        return [spec] if _PATH.fullmatch(spec) else []
    if isinstance(spec, Mapping):
        return [path for pair in spec.items() for each in pair for path in dotted_paths(each)]
    if isinstance(spec, list | tuple):
        return [path for each in spec for path in dotted_paths(each)]
    return []


def _resolve_name(name: str, arguments: Mapping[str, Any], task: Task | None) -> RewardModel:
    if name == TASK:
        model = TaskReward() if task is None else task.reward
        return _with_arguments(name, model, arguments)
    if ":" in name:
        return _with_arguments(name, _find_path(name), arguments)
    try:
        return _with_arguments(name, find_reward(name), arguments)
    except UnknownNameError as error:
        if "." not in name:
            raise
        raise ConfigurationError(f"{error} A dotted path has a colon before the reward's own name.") from None


def _resolve_mix(entries: Mapping[Any, Any], task: Task | None) -> RewardModel:
    for label in entries:
        if not isinstance(label, str):
            raise ConfigurationError(
                f"Expected names or dotted paths as keys of a reward mix, got {label!r}. "
                "Mix objects with WeightedMix({label: (reward, weight)})."
            )
    models = {label: _resolve_entry(label, entry, task) for label, entry in entries.items()}
    weights = {
        label: entry.get(WEIGHT, 1.0) if isinstance(entry, Mapping) else entry for label, entry in entries.items()
    }
    if len(entries) == 1:
        ((label, entry),) = entries.items()
        if isinstance(entry, Mapping) and WEIGHT not in entry:
            return models[label]
    labels = {label: models[label].name if ":" in label else label for label in entries}
    if len(set(labels.values())) < len(labels):  # two are called alike: label them by what was written
        labels = {label: label for label in entries}
    return WeightedMix({labels[label]: (models[label], weights[label]) for label in entries})


def _resolve_entry(label: str, entry: Any, task: Task | None) -> RewardModel:
    """The reward of a mix's entry, which is a weight, or arguments with the weight and the name among them."""
    if not isinstance(entry, Mapping):
        return _resolve_name(label, {}, task)
    arguments = {name: value for name, value in entry.items() if name not in (WEIGHT, REWARD)}
    name = entry.get(REWARD, label)
    if not isinstance(name, str):
        raise ConfigurationError(f"Expected a name or dotted path as {REWARD!r} of {label!r}, got {name!r}.")
    return _resolve_name(name, arguments, task)


def _with_arguments(name: str, found: Any, arguments: Mapping[str, Any]) -> RewardModel:
    """The reward model that a function, class or model makes with arguments."""
    if is_reward_class(found):
        _check_arguments(name, found, (), arguments)
        return as_model(found(**arguments))
    if isinstance(found, FunctionType):
        _check_arguments(name, found, (None,), arguments)
        called = name if ":" not in name else None
        return FunctionReward(partial(found, **arguments) if arguments else found, called)
    if arguments:
        raise ConfigurationError(
            f"Reward {name!r} takes no arguments, got {', '.join(map(str, arguments))}. "
            "Arguments are for functions with further parameters and for classes."
        )
    return as_model(found)


def _check_arguments(name: str, made: Callable[..., Any], first: tuple[Any, ...], arguments: Mapping[str, Any]) -> None:
    signature = inspect.signature(made)
    try:
        signature.bind(*first, **arguments)
    except TypeError as error:
        taken = list(signature.parameters)[len(first) :]
        raise ConfigurationError(
            f"Reward {name!r} takes the arguments {', '.join(taken) or '(none)'}, got "
            f"{', '.join(map(str, arguments)) or 'none'}: {error}."
        ) from None


def _find_path(path: str) -> Any:
    module_name, _, attributes = path.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), *attributes.split("."))):
        raise ConfigurationError(f"Expected a dotted path like 'my_pkg.rewards:my_reward', got {path!r}.")
    try:
        found: Any = importlib.import_module(module_name)
    except ImportError as error:
        raise ConfigurationError(
            f"Cannot import the module of reward {path!r}: {error}. Is its folder installed or on PYTHONPATH?"
        ) from error
    for attribute in attributes.split("."):
        if not hasattr(found, attribute):
            public = [name for name in dir(found) if not name.startswith("_")]
            raise UnknownNameError(f"reward in {module_name}", attribute, public)
        found = getattr(found, attribute)
    if isinstance(found, (str, Mapping)) or not (callable(found) or hasattr(found, "score")):
        raise ConfigurationError(f"Expected a reward at {path!r}, got {found!r}. A reward is {FORMS}.")
    return found
