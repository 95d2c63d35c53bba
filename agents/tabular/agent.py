"""A table as an agent: greedy, and among equals the first act. Saved as arrays and JSON."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.agent import Agent, Flags
from dialogue_gym.agents.saved import agent_folder, check_task, read_description, write_description
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.seat import Seat
from dialogue_gym.agents.tabular.discretise import Discretiser
from dialogue_gym.agents.tabular.table import QTable
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task

TABLE = "table.npz"


class QLearningAgent(ScriptedAgent):
    """Plays the numeric view by a table.

    Args:
        table: The values.
        task: What it was learnt on.
    """

    score_kind = "action value"

    def __init__(self, table: QTable, task: Task) -> None:
        super().__init__(0)
        self.table, self.task = table, task
        self._discretise = Discretiser(task)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> int:
        """The best legal act."""
        legal: Flags = np.asarray(info["action_mask"], np.bool_)
        return self.table.best(self._discretise(observation), legal)

    def act_scores(self, features: npt.NDArray[np.float32], legal: Flags) -> npt.NDArray[np.float64]:
        """(n, n_acts) action values; NaN in states that the table has never met."""
        met = [any(state in table for table in self.table.tables) for state in self._discretise.many(features)]
        values = np.stack([self.table.values(state) for state in self._discretise.many(features)]).astype(np.float64)
        values[~np.array(met)] = np.nan
        return values

    def save(self, path: str | Path) -> None:
        """Writes states and values into a folder."""
        write_description(path, self.task, states=[len(table) for table in self.table.tables])
        arrays = {}
        for number, table in enumerate(self.table.tables):
            states = [np.frombuffer(state, np.int8) for state in table if isinstance(state, bytes)]
            arrays[f"states.{number}"] = np.array(states, np.int8)
            arrays[f"values.{number}"] = np.array(list(table.values()), np.float32)
        np.savez_compressed(Path(path) / TABLE, allow_pickle=False, **arrays)

    def load(self, path: str | Path) -> None:
        """Reads a table that was learnt on the same task."""
        read = read_description(path, "states")
        check_task(path, read, self.task)
        table = QTable(len(self.task.act_names), double=len(read["states"]) > 1)
        with np.load(Path(path) / TABLE, allow_pickle=False) as arrays:
            for number, rows in enumerate(table.tables):
                states, values = arrays[f"states.{number}"], arrays[f"values.{number}"]
                rows.update({state.tobytes(): row for state, row in zip(states, values, strict=True)})
        self.table = table


def make_qlearning_agent(path: str, *, env: Any, seed: int = 0) -> Agent:
    """The agent behind "qlearning:<path>", a run's folder or one that `QLearningAgent.save` wrote; plays both views."""
    seat = Seat.of(env)
    agent = QLearningAgent(empty_table(seat.task), seat.task)
    agent.load(agent_folder(path))
    return PlaysActs(agent, seat.task) if seat.text else agent


def empty_table(task: Task, *, double: bool = False) -> QTable:
    """A table for a task.

    Raises:
        ConfigurationError: Its actions have several numbers.
    """
    if len(task.act_components) > 1:
        raise ConfigurationError(
            f"Expected one number per action for a table, got {task.action_space}. Use maskable_ppo."
        )
    return QTable(len(task.act_names), double=double)
