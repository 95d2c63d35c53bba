"""The agent that plays any legal act with equal probability."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Discrete, MultiDiscrete, Space

from dialogue_gym.agent import idle_action
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError


class RandomAgent(ScriptedAgent):
    """Draws uniformly over the acts that the mask allows; on a `MultiDiscrete` space, component by component.

    Args:
        space: The numeric view's action space.
        seed: Keys the draws, together with the row and the number of its episode (or what `seed_episodes`
            says).
    """

    def __init__(self, space: Space[Any], seed: int = 0) -> None:
        if not isinstance(space, Discrete | MultiDiscrete):
            raise ConfigurationError(f"Expected an action space Discrete or MultiDiscrete, got {space}.")
        super().__init__(idle_action(space))
        self.seed = seed
        self.space = space
        self._streams: dict[int, Stream] = {}
        self._begun: dict[int, int] = {}

    def begin(self, row: int) -> None:
        """Starts the draws of the row's next episode."""
        count = self._begun[row] = self._begun.get(row, 0) + 1
        self._streams[row] = Stream(key(self.seed, "row", row, count))

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Keys the draws of each row's episode by hand."""
        for row, seed in seeds.items():
            self._streams[row] = Stream(key(self.seed, "episode", seed))

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """A legal act."""
        if row not in self._streams:
            self.begin(row)
        return any_legal(self.space, info["action_mask"], self._streams[row])


def any_legal(space: Space[Any], mask: npt.ArrayLike, stream: Stream) -> Any:
    """An action that the mask allows, each with equal probability; any where it allows none.

    Args:
        space: `Discrete`, or `MultiDiscrete`: component by component.
        mask: Of the length of all components together.
        stream: Gives the draws, one for each component.
    """
    allowed = np.asarray(mask)
    if isinstance(space, MultiDiscrete):
        parts = np.split(allowed, np.cumsum(space.nvec)[:-1])
        return np.array([_any_of(part, stream) for part in parts], space.dtype)
    return _any_of(allowed, stream)


def _any_of(mask: npt.NDArray[Any], stream: Stream) -> int:
    """The index of a true entry; any index where there is none."""
    legal = np.flatnonzero(mask)
    return int(legal[stream.below(len(legal))]) if len(legal) else stream.below(len(mask))
