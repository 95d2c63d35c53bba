"""A contextual bandit as an agent: for each act a linear model of its pay. Saved as arrays and JSON.

A context is the view's features and a constant. More of them than `width` are hashed into so many places, each with a
sign (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"), by their names, so that the same
feature is in the same place on every machine.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.agent import Agent, Flags
from dialogue_gym.agents.bandits.linear import Floats, Ridge
from dialogue_gym.agents.saved import agent_folder, check_task, read_description, write_description
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import name_key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task

WEIGHTS = "weights.npy"


class Contexts:
    """Turns feature vectors into contexts.

    Args:
        task: Names the features.
        width: Places for them at most, the constant left out.
    """

    def __init__(self, task: Task, width: int) -> None:
        names = task.feature_names
        self._hashed = len(names) > width
        self.width = (width if self._hashed else len(names)) + 1
        keys = [name_key(f"bandits.{name}") for name in names]
        self._places = np.array([(key >> 1) % width for key in keys])
        self._signs = np.array([1.0 if key & 1 else -1.0 for key in keys])

    def __call__(self, features: npt.NDArray[np.float32]) -> Floats:
        """float64 (n, width) contexts of (n, n_features) features."""
        contexts: Floats = np.ones((len(features), self.width))
        if self._hashed:
            contexts[:, :-1] = 0.0
            for context, row in zip(contexts, features, strict=True):
                found = np.flatnonzero(row)
                np.add.at(context, self._places[found], self._signs[found] * row[found])
        else:
            contexts[:, :-1] = features
        return contexts


class BanditAgent(ScriptedAgent):
    """Plays the legal act of the highest estimate, without exploring.

    Args:
        task: What is played.
        width: Places for features.
        ridge: Precision of the prior; for learning only.
    """

    score_kind = "action value"

    def __init__(self, task: Task, width: int, ridge: float = 1.0) -> None:
        if len(task.act_components) > 1:
            raise ConfigurationError(f"Expected one number per action for a bandit, got {task.action_space}.")
        super().__init__(0)
        self.task, self.contexts, self._places = task, Contexts(task, width), width
        self._ridge = ridge
        self._models: list[Ridge] = []
        self._weights: Floats | None = None

    @property
    def models(self) -> list[Ridge]:
        """One model for each act, made when they are first asked for: playing needs only their means."""
        if not self._models:
            self._models = [Ridge(self.contexts.width, self._ridge) for _ in self.task.act_names]
        return self._models

    @property
    def weights(self) -> Floats:
        """(n_acts, width) the models' means."""
        return np.stack([model.mean for model in self.models]) if self._weights is None else self._weights

    def estimates(self, features: npt.NDArray[np.float32]) -> Floats:
        """(n, n_acts) what acts pay at (n, n_features) features."""
        estimates: Floats = self.contexts(features) @ self.weights.T
        return estimates

    def act_scores(self, features: npt.NDArray[np.float32], legal: Flags) -> Floats:
        """(n, n_acts) estimates of what acts pay."""
        return self.estimates(features)

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row."""
        legal = np.stack([_legal(info, len(self.task.act_names)) for info in infos])
        return [int(act) for act in best(self.estimates(np.stack(observations)), legal)]

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> int:
        """The act of one row."""
        return int(self.act([observation], [info])[0])

    def save(self, path: str | Path) -> None:
        """Writes the means into a folder."""
        write_description(path, self.task, width=self._places)
        np.save(Path(path) / WEIGHTS, self.weights, allow_pickle=False)

    def load(self, path: str | Path) -> None:
        """Reads the means of a bandit for the same task."""
        check_task(path, read_description(path, "width"), self.task)
        self._weights = np.load(Path(path) / WEIGHTS, allow_pickle=False)


def best(scores: Floats, legal: Flags) -> npt.NDArray[np.int64]:
    """(n,) the legal acts of the highest (n, n_acts) scores, the first of equals; of all acts where none is legal."""
    allowed = legal | ~legal.any(axis=1, keepdims=True)
    chosen: npt.NDArray[np.int64] = np.where(allowed, scores, -np.inf).argmax(axis=1)
    return chosen


def make_bandit_agent(path: str, *, env: Any, seed: int = 0) -> Agent:
    """The agent behind "bandit:<path>": a run's folder, or one that `BanditAgent.save` wrote; plays both views."""
    seat, folder = Seat.of(env), agent_folder(path)
    agent = BanditAgent(seat.task, read_description(folder, "width")["width"])
    agent.load(folder)
    return PlaysActs(agent, seat.task) if seat.text else agent


def _legal(info: dict[str, Any], acts: int) -> Flags:
    """The legal acts of a row; all of one that nobody plays."""
    return np.asarray(info["action_mask"], np.bool_) if info else np.ones(acts, np.bool_)
