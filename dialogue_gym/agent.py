"""What an agent is, to everything that plays one: four methods over a batch of rows.

    agent.reset(np.ones(n, dtype=bool))              # these rows begin a new episode
    actions = agent.act(observations, infos)         # one action per row

Agents are made by name with `dialogue_gym.agents.make_agent`. A loop that plays one hands it the white-listed
part of `info` only (`agent_info`), never rewards or outcomes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Discrete, Space

Flags = npt.NDArray[np.bool_]

AGENT_KEYS = ("instructions", "tools", "messages", "action_mask")
"""The entries of `info` that reach an agent."""


@runtime_checkable
class Agent(Protocol):
    """Plays a batch of dialogues. Row i of every call is the same dialogue until `reset` says otherwise."""

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row.

        Args:
            observations: What each row observes.
            infos: What `agent_info` leaves of each row's info. An empty one marks a row without a running
                episode: whatever is returned for it is not played, so spend nothing on it.
        """

    def reset(self, mask: Flags) -> None:
        """Tells which rows begin a new episode: bool (n_rows,)."""

    def save(self, path: str | Path) -> None:
        """Writes what the agent has learned."""

    def load(self, path: str | Path) -> None:
        """Reads what `save` wrote."""


@runtime_checkable
class EpisodeSeeded(Protocol):
    """An agent that draws at random and can be told by which key, row by row.

    Evaluation keys the draws of every episode by (seed, scenario, trial), so that results depend neither on
    the batch size nor on the order of play. It is optional: an agent without it is seeded by its own means.
    """

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Gives rows, by number, the key of the episode that they begin. Called after `reset`."""


@runtime_checkable
class Thinks(Protocol):
    """An agent that says what its actions are based on, to whoever reads its dialogues. No environment hears it.

    Attributes:
        thoughts: One text per row about the last call of `act`; empty where there is nothing to say.
    """

    thoughts: list[str]


@runtime_checkable
class WeighsTurns(Protocol):
    """An agent that knows which of its turns are not to be imitated.

    Attributes:
        turn_weights: One number per row about the last call of `act`: 1, or 0 for a turn that was a mistake.
    """

    turn_weights: list[int]


def agent_info(info: Mapping[str, Any] | None) -> dict[str, Any]:
    """The part of a step's info that an agent may see.

    >>> agent_info({"messages": [], "outcome": {"success": True}})
    {'messages': []}
    """
    return {name: info[name] for name in AGENT_KEYS if name in info} if info else {}


def agent_infos(infos: Sequence[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """`agent_info` for every row."""
    return [agent_info(info) for info in infos]


def idle_action(space: Space[Any]) -> Any:
    """Some member of a view's action space, for rows that nobody plays: the empty string, or act 0."""
    if isinstance(space, Discrete):
        return int(space.start)
    return "" if space.shape is None else np.zeros(space.shape, space.dtype)
