"""What a killed training leaves is found by those who read it: the models, the agents and the checkpoint."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.agents.classical.options import Sizes
from dialogue_gym.agents.classical.training import CHECKPOINT, Run, train_classical
from dialogue_gym.agents.llm.agent import model_folder
from dialogue_gym.agents.llm.trainer import checkpoint
from dialogue_gym.agents.saved import FILE, agent_folder
from tests.guess_colour import ACTS


def files(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("{}")


def set_aside(folder: Path) -> Path:
    """As a kill between the two renames leaves it."""
    return folder.rename(folder.with_name(f"{folder.name}.old"))


def test_the_model_of_a_killed_run_is_its_last_one_and_not_the_imitator(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for name in ("sft", "model"):
        files(run / name, "config.json", "tokenizer_config.json")
    assert model_folder(str(run)) == str(run / "model")
    old = set_aside(run / "model")
    assert model_folder(str(run)) == model_folder(str(run / "model")) == str(old)


def test_a_killed_run_that_had_no_model_yet_has_its_imitator(tmp_path: Path) -> None:
    files(tmp_path / "sft", "config.json", "tokenizer_config.json")
    files(tmp_path / "model.partial", "config.json", "tokenizer_config.json")
    assert model_folder(str(tmp_path)) == str(tmp_path / "sft")


def test_the_agent_of_a_killed_run_is_its_best_one_and_not_the_last(tmp_path: Path) -> None:
    for name in ("best", "last"):
        files(tmp_path / name, FILE)
    assert agent_folder(tmp_path) == tmp_path / "best"
    old = set_aside(tmp_path / "best")
    assert agent_folder(tmp_path) == agent_folder(tmp_path / "best") == old


class DyingError(Exception):
    """Stands in for a kill."""


class FakeEngine:
    """One process whose weights are a number, and which may die while it writes them."""

    rank, ranks, zero_stage = 0, 1, 0

    def __init__(self) -> None:
        self.weights, self.dies = 0, False

    def save_state(self, folder: Path) -> None:
        (folder / "weights").write_text(str(self.weights))
        if self.dies:
            raise DyingError

    def load_state(self, folder: Path) -> None:
        self.weights = int((folder / "weights").read_text())


def test_a_language_models_checkpoint_outlives_kill_after_kill(tmp_path: Path) -> None:
    engine: Any = FakeEngine()
    engine.weights = 1
    checkpoint.save_checkpoint(tmp_path, engine, {"step": 1})
    set_aside(tmp_path / checkpoint.NAME)
    engine.weights, engine.dies = 2, True
    for _ in range(2):
        with pytest.raises(DyingError):
            checkpoint.save_checkpoint(tmp_path, engine, {"step": 2})
    state = checkpoint.read_state(tmp_path)
    assert state is not None
    assert state["step"] == 1
    checkpoint.load_checkpoint(tmp_path, engine)
    assert engine.weights == 1
    engine.weights, engine.dies = 3, False
    checkpoint.save_checkpoint(tmp_path, engine, {"step": 3})
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.NAME]
    checkpoint.load_checkpoint(tmp_path, engine)
    assert engine.weights == 3


def test_training_on_numbers_goes_on_from_the_checkpoint_that_was_set_aside(tmp_path: Path) -> None:
    run = Run("qlearning", ACTS, Sizes(steps=200, num_envs=2, eval_every=100))
    (tmp_path / "whole").mkdir()
    train_classical(run, tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    set_aside(tmp_path / "killed" / CHECKPOINT)
    told: list[int] = []
    longer = Run("qlearning", ACTS, Sizes(steps=300, num_envs=2, eval_every=100))
    train_classical(longer, tmp_path / "killed", observe=lambda steps, metrics: told.append(steps))
    assert told == [300], "the first two evaluations are behind it"
    assert (tmp_path / "killed" / CHECKPOINT).is_dir()
    assert not (tmp_path / "killed" / f"{CHECKPOINT}.old").exists()
