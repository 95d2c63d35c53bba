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
        self._cuts = None if isinstance(space, Discrete) else np.cumsum(space.nvec)[:-1]
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
        stream, mask = self._streams[row], np.asarray(info["action_mask"])
        if self._cuts is None:
            return _any_of(mask, stream)
        return np.array([_any_of(part, stream) for part in np.split(mask, self._cuts)], self.idle_action.dtype)


def _any_of(mask: npt.NDArray[Any], stream: Stream) -> int:
    """The index of a true entry; any index where there is none."""
    legal = np.flatnonzero(mask)
    return int(legal[stream.below(len(legal))]) if len(legal) else stream.below(len(mask))
