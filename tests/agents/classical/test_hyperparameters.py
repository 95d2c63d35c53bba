"""Checked-in hyperparameters: each file is of an environment, and its values are ones that the algorithm takes."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from dialogue_gym.agents.classical import hyperparameters
from dialogue_gym.agents.classical.hyperparameters import FOLDER, FOUND, tuned
from dialogue_gym.agents.classical.options import CLASSICAL, KINDS, OFFLINE, Sizes
from dialogue_gym.agents.classical.training import Run, prepare
from dialogue_gym.cli import main
from dialogue_gym.numeric_logs import record_episodes, write_episodes
from tests.guess_colour import ACTS

FILES = sorted(FOLDER.glob("*.toml"))


def tables() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file in FILES:
        for algorithm, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            yield f"dialogue_gym/{file.stem}", algorithm, table


@pytest.mark.parametrize(
    ("env", "algorithm", "table"), list(tables()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_table_says_how_it_was_found_and_holds_what_the_algorithm_takes(
    env: str, algorithm: str, table: dict[str, Any], tmp_path: Path
) -> None:
    assert env in gym.registry
    assert algorithm in CLASSICAL
    assert len(table[FOUND]) > 40
    values = tuned(env, algorithm).values
    assert FOUND not in values
    assert values
    logs = None
    if KINDS[algorithm] == OFFLINE:
        logs = str(tmp_path / "episodes.jsonl")
        write_episodes(logs, record_episodes(env, 1, agent="random"))
    prepare(Run(algorithm, env, Sizes(16, 1, 16), hyper=values, logs=logs))


def test_there_is_something_checked_in() -> None:
    assert FILES


def test_train_takes_them_and_hyper_goes_over_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyperparameters, "FOLDER", tmp_path)
    text = '[qlearning]\nfound = "by hand"\nalpha = 0.4\ntrace = 0.1\n'
    (tmp_path / "GuessColourActs-v0.toml").write_text(text, encoding="utf-8")
    sizes = ["--steps", "8", "--num-envs", "2", "--eval-every", "8", "--eval-episodes", "0"]
    run = tmp_path / "run"
    argv = ["train", "qlearning", "--env", ACTS, "--hyper", '{"trace": 0.6}', "--out", str(run), *sizes]
    assert main(argv) == 0
    assert '"alpha": 0.4' in (run / "run.json").read_text()
    assert '"trace": 0.6' in (run / "run.json").read_text()
    assert tuned("dialogue_gym/NoSuchActs-v0", "dqn").values == {}
