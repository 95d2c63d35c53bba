"""Logged episodes of numeric views: what offline reinforcement learning starts from.

One JSON object per line and episode, ".gz" at the end of a name compresses. With T turns::

    {"observations": [[...], ...],     T + 1 feature vectors; the last is what the episode ended with
     "action_masks": [[1, 0, ...], ...],  T + 1, 1 where an act is legal
     "actions": [3, ...],              T acts, each a number or a list of numbers
     "rewards": [-0.01, ...],          T
     "terminated": true, "truncated": false, "env": "...", "task": {...}, "view": "...", "scenario": 3, "trial": 0,
     "agent": "rule", "return": 1.4, "stop_reason": "...", "outcome": {"success": true, ...}, ...}

"view" is a hash of the names of features and acts, whose order the numbers rely on. `dialogue_gym.minari_logs` has the
same as Minari datasets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.agent import EpisodeSeeded, agent_info
from dialogue_gym.draws import key
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.evaluation.make import make_single
from dialogue_gym.evaluation.play import task_set
from dialogue_gym.evaluation.results import describe, to_json
from dialogue_gym.jsonl import open_text, read_rows
from dialogue_gym.task import Task
from dialogue_gym.views.env import ActsEnv

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class LoggedEpisode:
    """One episode of T turns.

    Attributes:
        observations: float32 (T + 1, n_features).
        action_masks: int8 (T + 1, n_acts).
        actions: int64 (T,) or (T, n_components).
        rewards: float64 (T,).
        truncated: Whether the turn limit ended it. It was scored all the same: nothing is left to bootstrap.
        details: "env", "env_kwargs", "task" (name, version, content_hash), "view", "split", "scenario", "trial",
            "agent", "seed", "stop_reason", "outcome".
    """

    observations: Array
    action_masks: Array
    actions: Array
    rewards: Array
    truncated: bool
    details: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The episode as a line of a log."""
        return {
            **self.details,
            "return": float(self.rewards.sum()),
            "terminated": not self.truncated,
            "truncated": self.truncated,
            "observations": _shortest(self.observations),
            "action_masks": self.action_masks.tolist(),
            "actions": self.actions.tolist(),
            "rewards": self.rewards.tolist(),
        }


def _shortest(values: Array) -> list[list[float]]:
    """float32 numbers with no more digits than tell them apart: 0.1, not 0.10000000149011612."""
    short = {value: float(str(value)) for value in np.unique(values)}
    return [[short[value] for value in row] for row in values]


def view_of(task: Task) -> str:
    """A hash of the names of a task's features and acts."""
    return f"{key(*task.feature_names, '|', *task.act_names):016x}"


def record_episodes(
    env: str,
    count: int,
    *,
    agent: str,
    env_kwargs: Mapping[str, Any] | None = None,
    split: str = "train",
    first: int = 0,
    seed: int = 0,
) -> Iterator[LoggedEpisode]:
    """Lets an agent play scenarios of a numeric view and yields the episodes.

    Args:
        env: The environment's id.
        count: Number of scenarios, each played once.
        agent: Who plays, by a name that `make_agent` knows.
        env_kwargs: More arguments of the environment.
        split: Which scenarios.
        first: The first one's index.
        seed: Keys the agent's draws.

    Raises:
        ConfigurationError: It is no numeric view.
    """
    from dialogue_gym.agents import make_agent

    made = make_single(env, split=split, **(env_kwargs or {}))
    if not isinstance(made, ActsEnv):
        raise ConfigurationError(
            f"Expected the id of a numeric view to log its episodes, got {env!r}. Take the one with 'Acts', or make "
            "chat logs."
        )
    player, task = make_agent(agent, env=made, seed=seed), made.view.task
    constants = {
        "env": env,
        "env_kwargs": describe(dict(env_kwargs or {})),
        "task": task_set(task),
        "view": view_of(task),
        "split": split,
        "trial": 0,
        "agent": agent,
        "seed": seed,
    }
    for scenario in range(first, first + count):
        observation, info = made.reset(options={"scenario": scenario})
        player.reset(np.ones(1, np.bool_))
        if isinstance(player, EpisodeSeeded):
            player.seed_episodes({0: key(seed, split, scenario, 0)})
        observations, masks, actions, rewards = [observation], [info["action_mask"]], [], []
        ended = truncated = False
        while not ended:
            action = player.act([observation], [agent_info(info)])[0]
            observation, reward, terminated, truncated, info = made.step(action)
            observations.append(observation)
            masks.append(info["action_mask"])
            actions.append(action)
            rewards.append(float(reward))
            ended = terminated or truncated
        yield LoggedEpisode(
            np.array(observations, np.float32),
            np.array(masks, np.int8),
            np.array(actions, np.int64),
            np.array(rewards),
            truncated,
            {**constants, "scenario": scenario, "stop_reason": info["stop_reason"], "outcome": info["outcome"]},
        )


def write_episodes(path: str | Path, episodes: Iterable[LoggedEpisode]) -> int:
    """Writes a log, atomically, and gives the number of episodes."""
    path, rows = Path(path), 0
    partial = path.with_name(path.name + ".partial")
    with open_text(partial, "wt", compressed=path.suffix == ".gz") as file:
        for episode in episodes:
            rows += 1
            file.write(to_json(episode.row()) + "\n")
    partial.replace(path)
    return rows


def read_episodes(path: str | Path) -> Iterator[LoggedEpisode]:
    """The episodes of a log, one after another.

    Raises:
        CorpusError: The file is missing, or a line is not an episode.
    """
    path, found = Path(path), False
    for where, row in read_rows(path, what="logged episodes (`dialogue-gym data episodes` writes them)"):
        found = True
        yield _parse(row, where)
    if not found:
        raise CorpusError(f"{path}: expected at least one episode, got none.")


def check_episode(episode: LoggedEpisode, task: Task, where: str) -> None:
    """Refuses an episode whose numbers mean something else on a task.

    Raises:
        ConfigurationError: Features or acts are others, or the task is another version.
    """
    version, view = episode.details["task"]["version"], episode.details["view"]
    if view != view_of(task):
        raise ConfigurationError(
            f"Expected episodes with the features and acts of {task.name!r}, got those of "
            f"{episode.details['task']['name']!r} in {where}. Log episodes of this environment."
        )
    if version != task.version:
        raise ConfigurationError(
            f"Expected episodes of version {task.version} of {task.name!r}, got version {version} in {where}. Log them "
            "again."
        )


_ARRAYS: Sequence[tuple[str, Any, int]] = (
    ("observations", np.float32, 2),
    ("action_masks", np.int8, 2),
    ("actions", np.int64, 0),
    ("rewards", np.float64, 1),
)
"""Name, type and number of dimensions; 0 for one or two."""


def _parse(row: dict[str, Any], where: str) -> LoggedEpisode:
    needed = [name for name, *_ in _ARRAYS] + ["truncated", "task", "view"]
    missing = [name for name in needed if name not in row]
    if missing:
        raise CorpusError(
            f"{where}: expected an episode of a numeric view, with {', '.join(needed)}; {', '.join(missing)} is "
            "missing. Chat logs are for language models."
        )
    arrays = {}
    for name, dtype, dimensions in _ARRAYS:
        try:
            arrays[name] = np.array(row.pop(name), dtype)
        except (TypeError, ValueError) as error:
            raise CorpusError(f"{where}: expected {name} to be numbers, got {error}.") from None
        if arrays[name].ndim not in ((1, 2) if dimensions == 0 else (dimensions,)):
            raise CorpusError(f"{where}: expected {name} of another shape, got {arrays[name].shape}.")
    turns = len(arrays["rewards"])
    lengths = {name: len(array) for name, array in arrays.items()}
    if (
        lengths != {"observations": turns + 1, "action_masks": turns + 1, "actions": turns, "rewards": turns}
        or not turns
    ):
        raise CorpusError(
            f"{where}: expected T ≥ 1 actions and rewards, and T + 1 observations and masks, got {lengths}."
        )
    details = {name: value for name, value in row.items() if name not in ("return", "terminated", "truncated")}
    return LoggedEpisode(**arrays, truncated=bool(row["truncated"]), details=details)
