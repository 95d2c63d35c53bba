"""A training run that was stopped goes on as if nothing had happened."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dialogue_gym.agents.classical.options import CLASSICAL, KINDS, OFFLINE, Sizes
from dialogue_gym.agents.classical.rows import Rows
from dialogue_gym.agents.classical.training import CHECKPOINT, STATE, Run, train_classical
from dialogue_gym.agents.saved import FILE
from dialogue_gym.cli import main
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.numeric_logs import record_episodes, write_episodes
from tests.guess_colour import ACTS

SMALL = {"net_arch": [16]}
ON_POLICY: dict[str, Any] = {"n_steps": 16, "policy_kwargs": SMALL}
HYPER: dict[str, dict[str, Any]] = {
    "dqn": {"learning_starts": 40, "buffer_size": 150, "batch_size": 8, "policy_kwargs": SMALL},
    "a2c": ON_POLICY,
    "trpo": {**ON_POLICY, "batch_size": 16},
    "recurrent_ppo": {**ON_POLICY, "batch_size": 16, "policy_kwargs": {"net_arch": [16], "lstm_hidden_size": 8}},
    "qlearning": {"double": True},
    "linucb": {"width": 3},
    "thompson": {"explore": 1.0},
    "bc": {"hidden": [8]},
    "cql": {"hidden": [8], "tau": 0.1},
}
HYPER["qrdqn"] = HYPER["dqn"]
HYPER["ppo"] = HYPER["maskable_ppo"] = HYPER["trpo"]
REWARD = {"task": 1.0, "normalise": {"child": "brevity"}}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("logs") / "episodes.jsonl"
    write_episodes(path, record_episodes(ACTS, 40, agent="random"))
    return str(path)


def run_of(algorithm: str, steps: int = 320, logs: str = "") -> Run:
    sizes = Sizes(steps=steps, num_envs=4, eval_every=100)
    kwargs = {"reward": REWARD, **({"max_turns": 1} if KINDS[algorithm] == "bandit" else {})}
    learns_from = logs if KINDS[algorithm] == OFFLINE else None
    return Run(algorithm, ACTS, sizes, kwargs, HYPER[algorithm], seed=2, logs=learns_from)


def metrics(folder: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "steps_per_second"} for row in rows]


class StoppedError(Exception):
    pass


def stop_at_200(steps: int, values: Mapping[str, float]) -> None:
    if steps >= 200:
        raise StoppedError


@pytest.mark.parametrize("algorithm", CLASSICAL)
def test_a_stopped_run_does_what_it_would_have_done(algorithm: str, tmp_path: Path, logs: str) -> None:
    """Stopped at its second evaluation, it goes on from the checkpoint after the first: the same bits at the end."""
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    whole.mkdir()
    stopped.mkdir()
    train_classical(run_of(algorithm, logs=logs), whole)
    with pytest.raises(StoppedError):
        train_classical(run_of(algorithm, logs=logs), stopped, observe=stop_at_200)
    assert len(metrics(stopped)) == 2
    torch.manual_seed(99)
    np.random.seed(99)  # noqa: NPY002  (another process would have another state)
    train_classical(run_of(algorithm, logs=logs), stopped)
    assert metrics(stopped) == metrics(whole)
    assert [row["step"] for row in metrics(whole)][:3] == [100, 200, 300]
    for folder in ("best", "last"):
        for file in (whole / folder).iterdir():
            assert (stopped / folder / file.name).read_bytes() == file.read_bytes(), file


def test_a_finished_run_can_be_made_longer(tmp_path: Path) -> None:
    run = tmp_path / "run"
    sizes = ["--num-envs", "4", "--eval-every", "100", "--eval-episodes", "4"]
    assert main(["train", "qlearning", "--env", ACTS, "--steps", "200", "--out", str(run), *sizes]) == 0
    assert main(["train", "--resume", str(run), "--steps", "400"]) == 0
    assert [row["step"] for row in metrics(run)] == [100, 200, 300, 400]
    assert main(["train", "--resume", str(run), "--steps", "400"]) == 0, "nothing is left to do but to compare"
    assert len(metrics(run)) == 4


def test_a_checkpoint_of_another_version_is_refused(tmp_path: Path) -> None:
    train_classical(run_of("qlearning", 100), tmp_path)
    described = tmp_path / CHECKPOINT / FILE
    described.write_text(described.read_text().replace('"version": 3', '"version": 2'))
    with pytest.raises(ConfigurationError, match="version 3 of 'guess_colour', got one of version 2"):
        train_classical(run_of("qlearning", 200), tmp_path)


def test_no_checkpoint_is_code(tmp_path: Path) -> None:
    train_classical(run_of("dqn", 100), tmp_path)
    names = {path.name for path in (tmp_path / CHECKPOINT).iterdir()}
    assert names == {FILE, STATE, "model.pt", "buffer.npz"}, "read by json, torch's weights_only, and numpy's no pickle"


def test_rows_come_back_to_where_they_were() -> None:
    vector = make_vector(ACTS, 3, autoreset_mode="same_step")
    rows = Rows(vector)  # type: ignore[arg-type]
    vector.reset(seed=4)

    def step(turn: int, into: Rows) -> tuple[Any, ...]:
        actions = np.array([turn % 4, 5, (turn + 2) % 4])
        observations, rewards, terminated, truncated, _ = into.vector.step(actions)
        into.played(actions, terminated | truncated)
        return observations.tolist(), rewards.tolist(), terminated.tolist(), into.vector.action_masks().tolist()

    for turn in range(7):
        step(turn, rows)
    state = json.loads(json.dumps(rows.state()))
    other = Rows(make_vector(ACTS, 3, autoreset_mode="same_step"))  # type: ignore[arg-type]
    other.vector.reset(seed=11)
    assert other.load(state).tolist() == vector._gather().tolist()
    for turn in range(7, 40):
        assert step(turn, rows) == step(turn, other)


def test_actions_that_end_the_episode_are_not_replayed() -> None:
    vector = make_vector(ACTS, 1, autoreset_mode="same_step")
    vector.reset(options={"scenario": 0, "trial": 0})
    with pytest.raises(ConfigurationError, match="Expected an episode that outlasts its 6 actions in row 0"):
        vector.replay([[5] * 6])
