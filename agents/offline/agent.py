"""A network that scores acts, as an agent: greedy over legal acts. Saved as weights and JSON."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from dialogue_gym.agent import Agent, Flags
from dialogue_gym.agents.offline.losses import masked
from dialogue_gym.agents.saved import agent_folder, check_task, read_description, write_description
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.seat import Seat
from dialogue_gym.task import Task

WEIGHTS = "network.safetensors"


def make_network(task: Task, hidden: Sequence[int]) -> nn.Sequential:
    """From features to a score for each act: linear layers with ReLUs between."""
    sizes = [len(task.feature_names), *hidden, len(task.act_names)]
    layers: list[nn.Module] = []
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class OfflineAgent(ScriptedAgent):
    """Plays the legal act of the highest score; of an action with several numbers that of each.

    Args:
        task: What is played.
        hidden: Widths of the network's layers between.
        values: Whether scores are values of acts; else logits.
    """

    def __init__(self, task: Task, hidden: Sequence[int], *, values: bool = False) -> None:
        several = len(task.act_components) > 1
        super().__init__(np.zeros(len(task.act_components), np.int64) if several else 0)
        self.task, self.hidden, self._values = task, tuple(hidden), values
        self.score_kind = "action value" if values else "probability"
        self.network = make_network(task, hidden)
        self._sizes = [len(acts) for acts in task.act_components]

    def scores(self, features: Any) -> torch.Tensor:
        """float32 (n, n_acts) scores at (n, n_features) features."""
        with torch.no_grad():
            scores: torch.Tensor = self.network(torch.as_tensor(np.asarray(features, np.float32)))
        return scores

    def act_scores(self, features: npt.NDArray[np.float32], legal: Flags) -> npt.NDArray[np.float64]:
        """(n, n_acts) values, or probabilities over the legal acts of each component."""
        scores = self.scores(features)
        if not self._values:
            allowed = masked(scores, torch.from_numpy(legal)).split(self._sizes, 1)
            scores = torch.cat([part.softmax(1) for part in allowed], 1)
        return scores.numpy().astype(np.float64)

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row."""
        acts = len(self.task.act_names)
        legal = np.stack([np.asarray(info["action_mask"]) if info else np.ones(acts) for info in infos])
        scores = masked(self.scores(np.stack(observations)), torch.from_numpy(legal.astype(np.bool_)))
        best = torch.stack([part.argmax(1) for part in scores.split(self._sizes, 1)], 1).numpy()
        return [row if len(self._sizes) > 1 else int(row[0]) for row in best]

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """The action of one row."""
        return self.act([observation], [info])[0]

    def save(self, path: str | Path) -> None:
        """Writes the network into a folder."""
        write_description(path, self.task, hidden=list(self.hidden), values=self._values)
        save_file(self.network.state_dict(), Path(path) / WEIGHTS)

    def load(self, path: str | Path) -> None:
        """Reads a network of the same task."""
        check_task(path, read_description(path, "hidden", "values"), self.task)
        self.network.load_state_dict(load_file(Path(path) / WEIGHTS))


def make_offline_agent(path: str, *, env: Any, seed: int = 0) -> Agent:
    """The agent behind "offline:<path>": a run's folder, or one that `OfflineAgent.save` wrote; plays both views."""
    seat, folder = Seat.of(env), agent_folder(path)
    read = read_description(folder, "hidden", "values")
    agent = OfflineAgent(seat.task, read["hidden"], values=read["values"])
    agent.load(folder)
    return PlaysActs(agent, seat.task) if seat.text else agent
