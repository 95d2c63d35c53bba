"""Watches a plugged reward while a policy is trained on it: is it still about the task?

In each iteration the correlation of its parts with the dialogues' success goes into the metrics
("correlation/<part>"). Where the plugged return rises while success falls a warning says so. In the run's folder
are then

    overoptimisation.json, .png      plugged return and success against √KL, over the whole run
    disagreements.jsonl              dialogues of the last iteration with much reward and no success, and the reverse
    reward.json                      the state of rewards that have some
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.training_metrics import Metrics, read_metrics
from dialogue_gym.evaluation.hacking import TOTAL, Watch, overoptimisation, plot_overoptimisation
from dialogue_gym.evaluation.results import to_json
from dialogue_gym.rewards import load_reward_state, resolve_reward
from dialogue_gym.rewards.base import sum_parts

STATE = "reward.json"
KEPT = 10
"""Dialogues that are kept of each kind."""


class RewardWatch:
    """Watches one run; silent where the task's own reward is trained on.

    Args:
        folder: The run's folder.
        env_kwargs: Arguments of the environment, the reward among them.
        first: The iteration that the run goes on with.
    """

    def __init__(self, folder: Path, env_kwargs: Mapping[str, Any], first: int) -> None:
        self.folder = folder
        self.plugged = env_kwargs.get("reward", "task") != "task"
        self._watch = Watch(read_metrics(folder, "rl")[:first] if self.plugged and first else ())
        self._last: Sequence[Trajectory] = ()

    def observe(self, metrics: Metrics, trajectories: Sequence[Trajectory]) -> Metrics:
        """Takes in an iteration; gives further metrics.

        Args:
            metrics: Of all processes together.
            trajectories: This process's dialogues, which the correlations are of.
        """
        if not self.plugged:
            return {}
        self._last = trajectories
        return self._watch.observe(metrics, [_sums(t) for t in trajectories], [_success(t) for t in trajectories])

    def write(self, state: Sequence[Mapping[str, float]]) -> None:
        """Writes the curve, the disagreements, and the reward's state."""
        if not self.plugged or not self._watch.rows:
            return
        (self.folder / STATE).write_text(to_json(list(state)) + "\n", encoding="utf-8")
        curve = overoptimisation(self._watch.rows)
        document = [point._asdict() for point in curve]
        (self.folder / "overoptimisation.json").write_text(to_json(document, indent=1) + "\n", encoding="utf-8")
        plot_overoptimisation(curve, self.folder / "overoptimisation.png")
        if not self._last:  # nothing was played since the run was resumed: what was written then stays
            return
        gaps = sorted(self._last, key=lambda t: (_success(t), -t.total_reward))
        failed = [t for t in gaps if not _success(t)][:KEPT]
        succeeded = [t for t in gaps if _success(t)][: -KEPT - 1 : -1]
        with (self.folder / "disagreements.jsonl").open("w", encoding="utf-8", errors="backslashreplace") as file:
            for t in (*failed, *succeeded):
                row = {"scenario": t.scenario, "trial": t.trial, "return": t.total_reward, **dict(t.info)}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def with_saved_state(env_kwargs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """The environment's arguments, with the reward as training has left it where it has state."""
    states = json.loads((folder / STATE).read_text(encoding="utf-8")) if (folder / STATE).is_file() else []
    if not states:
        return env_kwargs
    model = resolve_reward(env_kwargs["reward"])
    load_reward_state(model, states)
    return {**env_kwargs, "reward": model}


def _success(trajectory: Trajectory) -> float:
    return float(bool(trajectory.info["outcome"].get("success")))


def _sums(trajectory: Trajectory) -> dict[str, float]:
    """Each part's sum over the dialogue, and their total."""
    return {TOTAL: trajectory.total_reward, **sum_parts(trajectory.info["reward_terms"])}
