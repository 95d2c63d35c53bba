"""Rewards by name: registered in code, or offered by installed packages.

    @register_reward("brevity")
    def brevity(step: Step) -> float:
        return -0.01 * len(step.action_text)

    gym.make("dialogue_gym/CustomerService-v0", reward={"task": 1.0, "brevity": 0.5})

A function may have further arguments with defaults, and a class of reward objects may be registered: both are
made with the arguments that a spec gives them (see `resolve`).

A package offers rewards without being imported first through an entry point in its pyproject.toml:

    [project.entry-points."dialogue_gym.rewards"]
    brevity = "my_pkg.rewards:brevity"
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from types import FunctionType
from typing import Any, TypeVar, overload

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards.functions import as_model, check_name, is_reward_class
from dialogue_gym.rewards.library import SHIPPED

ENTRY_POINT_GROUP = "dialogue_gym.rewards"
TASK = "task"
"""The reserved name of each task's default reward."""

R = TypeVar("R")

_registered: dict[str, Any] = {}
_loaded: dict[str, Any] = {}
"""Of our library and of installed packages, as they were asked for."""


@overload
def register_reward(name: str) -> Callable[[R], R]: ...
@overload
def register_reward(name: str, reward: R) -> R: ...
def register_reward(name: str, reward: Any = None) -> Any:
    """Registers a reward under a name, as a decorator or with the reward as second argument.

    Doing it twice with the same reward, or with a new definition of it (a notebook cell run again), is
    harmless. The registration holds in this process; one that is spawned has to import the registering module
    too, which a dotted path or an entry point does by itself.

    Args:
        name: The name, without ":" and "/". "task" is reserved.
        reward: A function of one step, an object with `name` and `score(steps)`, or a class of such objects, which
            is called with a spec's arguments. Leave out to decorate.

    Raises:
        ConfigurationError: The name is reserved or taken, or this is no reward.
    """
    if not isinstance(name, str):
        raise ConfigurationError(f'Expected a name, got {name!r}. Write @register_reward("name").')
    if reward is None:
        return lambda decorated: register_reward(name, decorated)
    if name == TASK:
        raise ConfigurationError(f"Expected another name than {TASK!r}, which is each task's own reward.")
    if ":" in check_name(name):
        raise ConfigurationError(f"Expected a name without ':', which marks dotted paths, got {name!r}.")
    taken = _registered.get(name) or (find_reward(name) if name in SHIPPED else None)
    if taken is not None and taken is not reward and _origin(taken) != _origin(reward):
        raise ConfigurationError(
            f"Expected a free name, but {_origin(taken)} is already registered as {name!r}. Choose another."
        )
    _registered[name] = _checked(reward, name)
    return reward


def find_reward(name: str) -> Any:
    """What is registered under a name: a reward model, a function with arguments, or a class of reward models.

    Those registered in code come before the shipped ones, and these before those of installed packages.

    Raises:
        UnknownNameError: There is none.
        ConfigurationError: The package that offers it cannot be loaded, or two packages offer it.
    """
    if name in _registered:
        return _registered[name]
    if name not in _loaded:
        shipped = [EntryPoint(name, SHIPPED[name], ENTRY_POINT_GROUP)] if name in SHIPPED else []
        _loaded[name] = _load(name, shipped or list(entry_points(group=ENTRY_POINT_GROUP, name=name)))
    return _loaded[name]


def reward_names() -> list[str]:
    """All names that `gym.make(..., reward=name)` takes, "task" included."""
    return sorted({TASK, *SHIPPED, *_registered, *(point.name for point in entry_points(group=ENTRY_POINT_GROUP))})


def _load(name: str, points: list[EntryPoint]) -> Any:
    if not points:
        raise UnknownNameError("reward", name, reward_names())
    offers = sorted({f"{point.value} ({_package(point)})" for point in points})
    if len({point.value for point in points}) > 1:
        raise ConfigurationError(
            f"Expected one package to offer reward {name!r}, got {', '.join(offers)}. Use a dotted path."
        )
    try:
        reward = points[0].load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"Reward {name!r} cannot be loaded from {offers[0]}: {error}.") from error
    return _checked(reward, name)


def _checked(reward: Any, name: str) -> Any:
    """The reward as it is kept: functions and classes stay what they are, until their arguments are known."""
    if is_reward_class(reward):
        return reward
    model = as_model(reward, name)
    return reward if isinstance(reward, FunctionType) else model


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "unknown package"


def _origin(reward: object) -> str:
    named = reward if hasattr(reward, "__qualname__") else type(reward)
    return f"{named.__module__}.{named.__qualname__}"
