"""Keeps reward objects whole while Gymnasium copies specs.

`gym.make(id, reward=obj)` hands `obj` itself to the environment, but reading `env.spec` through a wrapper,
making an environment from a spec, and `make_vec` deep-copy the spec's keyword arguments. A reward model of a
gigabyte would be doubled, one with a lock could not be copied at all, and one with running statistics would
split in two. Plain functions are never copied; any other object goes into the spec inside a `SharedReward`,
which copies to itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeVar

from gymnasium.envs.registration import EnvSpec

S = TypeVar("S", bound="Shared")


class Shared:
    """Base of reward objects that a deep copy shares instead of doubling."""

    def __deepcopy__(self: S, memo: dict[int, Any]) -> S:
        return self


class SharedReward(Shared):
    """Holds any reward object so that copies of the holder share it; accepted wherever a reward is.

    Args:
        held: The reward: a `RewardModel` or a callable.
    """

    __slots__ = ("held",)

    def __init__(self, held: Any) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedReward) and self.held is other.held

    def __hash__(self) -> int:
        return id(self.held)

    def __repr__(self) -> str:
        return f"SharedReward({self.held!r})"


def share(reward: Any) -> Any:
    """The reward as it can stand in a spec: deep copies of the result share the reward object.

    Names, mixes and plain functions come back as they are. Needed by hand only for an object in the keyword
    arguments of `gymnasium.register`; our environments and wrappers do it themselves.
    """
    if isinstance(reward, (str, Mapping, FunctionType, BuiltinFunctionType, type, Shared)):
        return reward
    return SharedReward(reward)


class SharesReward:
    """Mixin for environments with a `reward` argument: what `spec` holds is shared by all its copies.

    Comes before `gym.Env` or `VectorEnv` among the bases. Gymnasium sets `spec` once the environment is made.
    """

    _shared_spec: EnvSpec | None = None

    @property
    def spec(self) -> EnvSpec | None:
        """How the environment was made."""
        return self._shared_spec

    @spec.setter
    def spec(self, spec: EnvSpec | None) -> None:
        if spec is not None and "reward" in spec.kwargs:
            reward = spec.kwargs["reward"]
            if share(reward) is not reward:
                spec = replace(spec, kwargs={**spec.kwargs, "reward": share(reward)})
        self._shared_spec = spec
