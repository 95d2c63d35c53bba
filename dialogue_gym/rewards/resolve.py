"""What `reward=` means: from a name, weights, a dotted path, a function or an object to a reward model."""

import importlib
from collections.abc import Mapping
from typing import Any

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards.base import RewardModel
from dialogue_gym.rewards.combine import WeightedMix
from dialogue_gym.rewards.functions import FORMS, TaskReward, as_model
from dialogue_gym.rewards.registry import TASK, find_reward
from dialogue_gym.task import Task


def resolve_reward(spec: Any, task: Task | None = None) -> RewardModel:
    """The reward model that a `reward=` argument stands for.

    | `spec` | meaning |
    |---|---|
    | "task" | the task's own reward |
    | "politeness" | a registered name |
    | {"task": 1.0, "politeness": 0.1} | the weighted sum, see `WeightedMix`; keys are names or dotted paths |
    | "my_pkg.rewards:my_reward" | whatever the module calls so |
    | a function of one step | itself, named as the function is |
    | an object with `name` and `score(steps)` | itself |

    A dotted path imports, and so runs, the module that it names: take it from the caller, never from a file.

    Args:
        spec: The argument.
        task: The task that "task" means; None for the task of whichever step is scored.

    Raises:
        UnknownNameError: Nothing is registered under the name, or the module has nothing of the name.
        ConfigurationError: It is none of these forms.
    """
    if isinstance(spec, str):
        return _resolve_name(spec, task)
    if isinstance(spec, Mapping):
        return _resolve_mix(spec, task)
    return as_model(spec)


def _resolve_name(name: str, task: Task | None) -> RewardModel:
    if name == TASK:
        return TaskReward() if task is None else task.reward
    if ":" in name:
        return _resolve_path(name)
    try:
        return find_reward(name)
    except UnknownNameError as error:
        if "." not in name:
            raise
        raise ConfigurationError(f"{error} A dotted path has a colon before the reward's own name.") from None


def _resolve_mix(weights: Mapping[Any, Any], task: Task | None) -> RewardModel:
    for name in weights:
        if not isinstance(name, str):
            raise ConfigurationError(
                f"Expected names or dotted paths as keys of a reward mix, got {name!r}. "
                "Mix objects with WeightedMix({label: (reward, weight)})."
            )
    models = {name: _resolve_name(name, task) for name in weights}
    labels = {name: models[name].name if ":" in name else name for name in weights}
    if len(set(labels.values())) < len(labels):  # two are called alike: label them by what was written
        labels = {name: name for name in weights}
    return WeightedMix({labels[name]: (models[name], weight) for name, weight in weights.items()})


def _resolve_path(path: str) -> RewardModel:
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
    return as_model(found)
