"""What scripted agents share: one row is handled at a time, and there is nothing to save."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

from dialogue_gym.agent import Flags


class ScriptedAgent(ABC):
    """An agent that handles its rows one by one.

    Args:
        idle_action: What is returned for rows without a running episode.
    """

    def __init__(self, idle_action: Any) -> None:
        self.idle_action = idle_action

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row."""
        return [
            self.choose(row, observation, info) if info else self.idle_action
            for row, (observation, info) in enumerate(zip(observations, infos, strict=True))
        ]

    def reset(self, mask: Flags) -> None:
        """Tells which rows begin a new episode."""
        for row in np.flatnonzero(mask):
            self.begin(int(row))

    def save(self, path: str | Path) -> None:
        """Does nothing: a scripted agent has learned nothing."""
        return

    def load(self, path: str | Path) -> None:
        """Does nothing: a scripted agent has learned nothing."""
        return

    def begin(self, row: int) -> None:
        """Forgets the row's last episode. Agents without memory have nothing to do."""
        return

    @abstractmethod
    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """The row's next action."""
