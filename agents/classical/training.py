"""One training run on a numeric view: learn, look at val scenarios now and then, keep the best, compare on test.

runs/maskable_ppo-CustomerServiceActs-v0/
    run.json          options, versions, the exact command
    best/ last/       agents, as make_agent("sb3:...") and ("qlearning:...") load them
    metrics.jsonl     one row per evaluation on val, also in tensorboard/
    checkpoint/       to resume from: written after each evaluation, whole or not at all
    episodes.jsonl    test episodes; table.json sums them up
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any, Protocol, TypeVar

from dialogue_gym.agent import Agent
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import BC, CQL, KINDS, OFFLINE, Sizes, check_hyper
from dialogue_gym.agents.saved import check_task, read_description, write_description
from dialogue_gym.agents.training_metrics import MetricsWriter, read_metrics
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import EpisodeResult, episode_list, play
from dialogue_gym.evaluation.hacking import TOTAL, Watch
from dialogue_gym.evaluation.make import make_single, make_vector
from dialogue_gym.rewards import RewardModel, load_reward_state, reward_state
from dialogue_gym.runs import whole_folder, write_folder
from dialogue_gym.task import Task
from dialogue_gym.views import ActsEnv

Settings = TypeVar("Settings")
VAL_EPISODES = 100
CHECKPOINT, STATE = "checkpoint", "state.json"


class Training(Protocol):
    """Something that learns on a vector of episodes, made before anything is written, so that mistakes show first."""

    @property
    def task(self) -> Task:
        """What is played."""

    @property
    def reward_model(self) -> RewardModel | None:
        """What rewards are made by while it learns; None where they are logged."""

    def run(self, looks: Looks) -> None:
        """Learns what is left to learn, and says how it goes."""

    def save(self, folder: Path) -> dict[str, Any]:
        """Writes where it stands into a folder; gives the rest as JSON. Called where `looks.rest` pauses."""

    def load(self, folder: Path, state: Mapping[str, Any]) -> None:
        """Goes back to what `save` wrote, with its JSON."""


@dataclass(frozen=True)
class Run:
    """What a run is.

    Attributes:
        algorithm: One of `CLASSICAL`.
        env: The id of a numeric view.
        sizes: How much.
        env_kwargs: More arguments of the environment.
        hyper: Hyperparameters over the defaults.
        seed: Of everything that is drawn.
        logs: What bc and cql learn from: a file of episodes, or "minari:" and the id of a dataset.
    """

    algorithm: str
    env: str
    sizes: Sizes
    env_kwargs: Mapping[str, Any] = field(default_factory=dict)
    hyper: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    logs: str | None = None


def train_classical(
    run: Run,
    folder: Path,
    *,
    observe: Callable[[int, Mapping[str, float]], object] = lambda steps, metrics: None,
    begin: Callable[[], object] = lambda: None,
) -> None:
    """Trains in a folder, made by the caller; goes on where there is a checkpoint.

    A run that was stopped and goes on does what it would have done: the same turns, weights and metrics, bit by bit, on
    one machine and as many threads.

    Args:
        run: What to do.
        folder: Where.
        observe: Told of each evaluation.
        begin: Called once no mistake has shown.

    Raises:
        ConfigurationError: The algorithm cannot play here, or does not have such hyperparameters.
    """
    training = prepare(run)
    begin()
    found = whole_folder(folder / CHECKPOINT)
    state = json.loads((found / STATE).read_text(encoding="utf-8")) if found else {}
    writer = MetricsWriter(folder, resume_at=state.get("metrics"))
    journal = _Journal(run, folder, training, writer, observe, state)
    if found:
        check_task(found, read_description(found), training.task)
        training.load(found, state["training"])
        if training.reward_model is not None:
            load_reward_state(training.reward_model, state["reward"])
    try:
        training.run(journal.looks)
    finally:
        writer.close()


class _Journal:
    """Evaluates, logs, keeps the best agent and the checkpoint."""

    def __init__(
        self,
        run: Run,
        folder: Path,
        training: Training,
        writer: MetricsWriter,
        observe: Callable[[int, Mapping[str, float]], object],
        state: Mapping[str, Any],
    ) -> None:
        self.run, self.folder, self.training, self.writer, self.observe = run, folder, training, writer, observe
        self.best = float("-inf") if state.get("best") is None else state["best"]
        self.began = time.monotonic() - state.get("seconds", 0.0)
        self.looks = Looks(run.sizes.eval_every, self._look, self._pause)
        if state:
            self.looks.load(state["looks"])
        plugged = run.env_kwargs.get("reward", "task") != "task"
        self.watch = Watch(read_metrics(folder, "rl") if state else ()) if plugged else None

    def _look(self, steps: int, agent: Agent) -> None:
        rows = play_val(agent, self.run.env, self.run.env_kwargs)
        metrics = _means(rows) | {"steps_per_second": steps / (time.monotonic() - self.began)}
        if self.watch is not None:
            parts = [{TOTAL: row.episode_return, **row.reward_parts} for row in rows]
            metrics |= self.watch.observe(metrics, parts, [float(bool(row.outcome.get("success"))) for row in rows])
        self.writer.write("rl", steps, metrics)
        self.observe(steps, metrics)
        write_folder(self.folder / "last", agent.save)
        if metrics["return"] > self.best:
            self.best = metrics["return"]
            write_folder(self.folder / "best", agent.save)

    def _pause(self) -> None:
        write_folder(self.folder / CHECKPOINT, self._fill)

    def _fill(self, folder: Path) -> None:
        write_description(folder, self.training.task)
        state = {
            "best": self.best,
            "seconds": time.monotonic() - self.began,
            "metrics": self.writer.position,
            "looks": self.looks.state(),
            "reward": [] if self.training.reward_model is None else reward_state(self.training.reward_model),
            "training": self.training.save(folder),
        }
        (folder / STATE).write_text(json.dumps(state), encoding="utf-8")


def prepare(run: Run) -> Training:
    """What trains, not begun yet; mistakes show here."""
    kind, sizes = KINDS.get(run.algorithm), run.sizes
    if run.logs is not None and kind != OFFLINE:
        raise ConfigurationError(
            f"Expected --logs with {BC} or {CQL} alone, got it with {run.algorithm}, which plays by itself."
        )
    if kind == "qlearning":
        from dialogue_gym.agents.tabular.learning import QLearning, QTraining

        table = _settings(QLearning, run)
        vector = make_vector(run.env, sizes.num_envs, autoreset_mode="same_step", **run.env_kwargs)
        return QTraining(table, vector, sizes.steps, seed=run.seed)
    if kind == "bandit":
        from dialogue_gym.agents.bandits.learning import Bandit, BanditTraining, make_one_turn

        bandit = _settings(Bandit, run)
        episodes = make_one_turn(run.env, sizes.num_envs, run.env_kwargs)
        return BanditTraining(run.algorithm, bandit, episodes, sizes.steps, seed=run.seed)
    if kind == OFFLINE:
        return _offline(run)
    from dialogue_gym.agents.sb3.learning import SB3Training

    return SB3Training(run.algorithm, run.env, sizes, env_kwargs=run.env_kwargs, hyper=run.hyper, seed=run.seed)


def _offline(run: Run) -> Training:
    from dialogue_gym.agents.offline.learning import Cloning, ConservativeQ, OfflineTraining, read_turns

    if run.logs is None:
        raise ConfigurationError(
            f"Expected --logs with {run.algorithm}, got none: a file that `dialogue-gym data episodes` wrote, or "
            "minari:<dataset id>."
        )
    env = make_single(run.env, **run.env_kwargs)
    if not isinstance(env, ActsEnv):
        raise ConfigurationError(f"Expected the id of a numeric view, got {run.env!r}. Take the one with 'Acts'.")
    settings = _settings(ConservativeQ if run.algorithm == CQL else Cloning, run)
    task = env.view.task
    turns = read_turns(run.logs, task)
    return OfflineTraining(run.algorithm, settings, turns, task, run.sizes.steps, seed=run.seed)


def _settings(kind: type[Settings], run: Run) -> Settings:
    """Hyperparameters as the dataclass that has them."""
    check_hyper(run.algorithm, run.hyper, signature(kind).parameters)
    return kind(**run.hyper)


def play_val(agent: Agent, env: str, env_kwargs: Mapping[str, Any]) -> list[EpisodeResult]:
    """An agent's episodes on the first scenarios of val."""
    episodes = episode_list(VAL_EPISODES)
    return list(play(lambda *, env, seed: agent, env, episodes, split="val", env_kwargs=env_kwargs))


def _means(rows: Sequence[EpisodeResult]) -> dict[str, float]:
    """What is logged of an evaluation; `task_return` is under the task's own reward."""
    return {
        "return": sum(row.episode_return for row in rows) / len(rows),
        "task_return": sum(row.task_return for row in rows) / len(rows),
        "success": sum(bool(row.outcome.get("success")) for row in rows) / len(rows),
        "turns": sum(row.turns for row in rows) / len(rows),
    }


def say(steps: int, metrics: Mapping[str, float], *, unit: str = "turns") -> None:
    """One line on the terminal; steps are of a unit."""
    print(
        f"{steps:9d} {unit}  success {metrics['success']:.2f}  return {metrics['return']:+.2f}  "
        f"{metrics['steps_per_second']:.0f} {unit}/s",
        file=sys.stderr,
        flush=True,
    )
