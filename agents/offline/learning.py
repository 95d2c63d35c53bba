"""Behaviour cloning and discrete conservative Q-learning from logged episodes. Small, and whole in sight.

d3rlpy has both with much more around them, but asks for other versions of Gymnasium.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import BC, CQL
from dialogue_gym.agents.offline.agent import OfflineAgent
from dialogue_gym.agents.offline.losses import cloning_loss, cql_loss, td_targets
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.minari_logs import read_minari
from dialogue_gym.numeric_logs import LoggedEpisode, check_episode, read_episodes
from dialogue_gym.task import Task

MINARI = "minari:"
MODEL = "model.pt"


@dataclass(frozen=True)
class Cloning:
    """Hyperparameters of behaviour cloning.

    Attributes:
        learning_rate: Of Adam.
        batch_size: Turns of a step.
        hidden: Widths of the network's layers between.
        weight_decay: Decoupled, of AdamW.
    """

    learning_rate: float = 1e-3
    batch_size: int = 256
    hidden: tuple[int, ...] = (256, 256)
    weight_decay: float = 1e-4

    def __post_init__(self) -> None:
        if not self.learning_rate > 0 or self.batch_size < 1 or not self.hidden or min(self.hidden) < 1:
            raise ConfigurationError(
                f"Expected learning_rate > 0, batch_size ≥ 1 and layers with at least 1 unit, got {self}."
            )


@dataclass(frozen=True)
class ConservativeQ(Cloning):
    """Hyperparameters of discrete CQL.

    Attributes:
        alpha: Weight of the conservative gap; at 0 it is fitted Q-iteration with double targets.
        gamma: Discount of a turn.
        tau: Share of the network that its older copy takes over at each step.
    """

    alpha: float = 0.3
    gamma: float = 0.99
    tau: float = 0.005

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.alpha < 0 or not 0 <= self.gamma <= 1 or not 0 < self.tau <= 1:
            raise ConfigurationError(f"Expected alpha ≥ 0, gamma in [0, 1] and tau in (0, 1], got {self}.")


class Turns(NamedTuple):
    """Logged turns, N of them, each with what followed.

    Attributes:
        features: float32 (N, n_features).
        legal: bool (N, n_acts).
        actions: int64 (N, n_components).
        rewards: float32 (N,).
        following: int64 (N,), the turn that followed; itself where the episode ended.
        ended: bool (N,).
    """

    features: Tensor
    legal: Tensor
    actions: Tensor
    rewards: Tensor
    following: Tensor
    ended: Tensor


def read_turns(logs: str, task: Task) -> Turns:
    """The turns of a log, for a task.

    Args:
        logs: A file of episodes, or "minari:" and the id of a dataset.
        task: What is to be played.

    Raises:
        CorpusError: There is no such log, or it cannot be read.
        ConfigurationError: Its numbers mean something else on this task.
    """
    episodes = read_minari(logs.removeprefix(MINARI)) if logs.startswith(MINARI) else read_episodes(logs)
    return gather(episodes, task, logs)


def gather(episodes: Iterable[LoggedEpisode], task: Task, where: str = "the log") -> Turns:
    """The episodes' turns, one after another."""
    columns: list[tuple[Any, ...]] = []
    for episode in episodes:
        check_episode(episode, task, where)
        turns = len(episode.rewards)
        ended = np.arange(turns) == turns - 1
        columns.append(
            (
                episode.observations[:-1],
                episode.action_masks[:-1].astype(np.bool_),
                episode.actions.reshape(turns, -1),
                episode.rewards.astype(np.float32),
                ended,
            )
        )
    features, legal, actions, rewards, ended = (
        torch.from_numpy(np.concatenate(column)) for column in zip(*columns, strict=True)
    )
    following = torch.arange(len(rewards)) + (~ended).long()
    return Turns(features, legal, actions, rewards, following, ended)


class OfflineTraining:
    """A network that learns from a log; mistakes show when it is made.

    Args:
        algorithm: "bc" or "cql".
        settings: Hyperparameters.
        turns: What was logged.
        task: What is to be played.
        steps: Optimizer steps.
        seed: Of weights and batches.

    Raises:
        ConfigurationError: CQL on actions of several numbers.
    """

    reward_model = None
    """Rewards are those of the log."""

    def __init__(
        self, algorithm: str, settings: Cloning, turns: Turns, task: Task, steps: int, *, seed: int = 0
    ) -> None:
        if algorithm == CQL and len(task.act_components) > 1:
            raise ConfigurationError(f"Expected one number per action for {CQL}, got {task.action_space}. Use {BC}.")
        self.settings, self.turns, self.task, self.steps = settings, turns, task, steps
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.agent = OfflineAgent(task, settings.hidden, values=algorithm == CQL)
        self.network, self.target = self.agent.network, deepcopy(self.agent.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self._draws, self._done = torch.Generator().manual_seed(seed), 0
        self._sizes = [len(acts) for acts in task.act_components]

    def run(self, looks: Looks) -> None:
        """Learns what is left to learn."""
        while self._done < self.steps:
            batch = torch.randint(len(self.turns.rewards), (self.settings.batch_size,), generator=self._draws)
            loss = self._cql(batch, self.settings) if isinstance(self.settings, ConservativeQ) else self._bc(batch)
            if not torch.isfinite(loss):
                raise ConfigurationError(
                    f"Expected a finite loss, got {float(loss)} at step {self._done}. Lower learning_rate, and "
                    "look for rewards that are not numbers in the log."
                )
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            if isinstance(self.settings, ConservativeQ):
                self._follow(self.settings.tau)
            self._done += 1
            looks.at(self._done, self.agent)
            looks.rest()
        looks.end(self._done, self.agent)

    def _bc(self, batch: Tensor) -> Tensor:
        turns = self.turns
        return cloning_loss(self.network(turns.features[batch]), turns.actions[batch], turns.legal[batch], self._sizes)

    def _cql(self, batch: Tensor, settings: ConservativeQ) -> Tensor:
        turns = self.turns
        following = turns.following[batch]
        with torch.no_grad():
            targets = td_targets(
                turns.rewards[batch],
                turns.ended[batch],
                self.network(turns.features[following]),
                self.target(turns.features[following]),
                turns.legal[following],
                settings.gamma,
            )
        values = self.network(turns.features[batch])
        loss, _ = cql_loss(values, turns.actions[batch, 0], targets, turns.legal[batch], alpha=settings.alpha)
        return loss

    def _follow(self, tau: float) -> None:
        with torch.no_grad():
            for old, new in zip(self.target.parameters(), self.network.parameters(), strict=True):
                old.lerp_(new, tau)

    def save(self, folder: Path) -> dict[str, Any]:
        """Writes where it stands into a folder; gives the rest as JSON."""
        tensors = {
            "network": self.network.state_dict(),
            "target": self.target.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "draws": self._draws.get_state(),
        }
        torch.save(tensors, folder / MODEL)
        return {"done": self._done}

    def load(self, folder: Path, state: Mapping[str, Any]) -> None:
        """Goes back to what `save` wrote."""
        tensors = torch.load(folder / MODEL, weights_only=True)
        self.network.load_state_dict(tensors["network"])
        self.target.load_state_dict(tensors["target"])
        self.optimizer.load_state_dict(tensors["optimizer"])
        self._draws.set_state(tensors["draws"])
        self._done = state["done"]
