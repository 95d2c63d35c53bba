"""`dialogue-gym evaluate --rescore` and `--reward`: another reward, and what it has to do with success."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.cli import main
from dialogue_gym.evaluation import read_results
from tests.guess_colour import TEXT


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def error_of(argv: list[str], capsys: Any) -> str:
    assert main(argv) == 2
    return str(capsys.readouterr().err)


def test_a_run_is_scored_anew(capsys: Any) -> None:
    assert main(["evaluate", "--agent", "random", "--env", TEXT, "--episodes", "20", "--out", "run"]) == 0
    capsys.readouterr()
    mix = '{"task": 1.0, "turn_cost": {"cost": 0.5, "weight": 2}}'
    assert main(["evaluate", "--rescore", "run", "--reward", mix]) == 0
    out = capsys.readouterr().out
    for word in (
        "correlation of the reward's parts",
        "turn_cost",
        "task/right",
        "success",
        "Results: runs/rescore-run",
    ):
        assert word in out
    old, new = read_results("run/episodes.jsonl"), read_results("runs/rescore-run/episodes.jsonl")
    for before, after in zip(old, new, strict=True):
        assert after.episode_return == pytest.approx(before.task_return - before.turns)
        assert after.task_return == before.task_return
        assert after.reward_parts["turn_cost"] == -before.turns
        assert after.env_kwargs["reward"]["task"] == 1.0
    summary = json.loads(Path("runs/rescore-run/summary.json").read_text())
    assert summary["correlations"]["task/right"]["success"]["mean"] == pytest.approx(1.0)
    assert len(Path("runs/rescore-run/disagreements.jsonl").read_text().splitlines()) == 20


def test_a_rescored_run_can_be_scored_anew(capsys: Any) -> None:
    main(["evaluate", "--agent", "oracle", "--env", TEXT, "--episodes", "3", "--out", "run", "--reward", "turn_cost"])
    capsys.readouterr()
    assert main(["evaluate", "--rescore", "run/episodes.jsonl", "--reward", "task", "--json", "--out", "b"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rescored"] == "run/episodes.jsonl"
    rows = read_results("b/episodes.jsonl")
    assert [row.episode_return for row in rows] == pytest.approx([row.task_return for row in rows])


def test_a_plugged_reward_is_diagnosed(capsys: Any) -> None:
    arguments = ["--env", TEXT, "--episodes", "12", "--reward", "turn_cost", "--json", "--out", "run"]
    assert main(["evaluate", "--agent", "random", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["env_kwargs"]["reward"] == "turn_cost"
    assert set(document["correlations"]) == {"total", "turn_cost"}
    assert Path("run/disagreements.jsonl").exists()


@pytest.mark.parametrize(("reward", "warns"), [("click", True), ("turn_cost", False)])
def test_a_reward_that_never_applies_is_told(reward: str, warns: bool, capsys: Any) -> None:
    arguments = ["--env", TEXT, "--episodes", "3", "--no-anchors", "--reward", reward, "--out", "run"]
    assert main(["evaluate", "--agent", "random", *arguments]) == 0
    assert ("applied to no turn of 3 dialogues" in capsys.readouterr().err) == warns


def test_a_reward_that_fails_leaves_what_was_played(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("fails_later.py").write_text(
        "def reward(step):\n    if step.dialogue.scenario >= 4:\n        raise OSError('gone')\n    return 0.0\n"
    )
    monkeypatch.syspath_prepend(".")
    arguments = ["--episodes", "8", "--batch", "1", "--reward", "fails_later:reward", "--out", "run"]
    error = error_of(["evaluate", "--agent", "oracle", "--env", TEXT, *arguments], capsys)
    assert "Reward 'reward' raised OSError: gone (guess_colour, test scenario 4, trial 0, turn 1)" in error
    assert [row.scenario for row in read_results("run/episodes.jsonl")] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Expected --agent, who plays, or --rescore"),
        (["--rescore", "run"], "Expected --reward with --rescore"),
        (["--rescore", "none", "--reward", "task"], "Expected a file of results at none"),
        (["--rescore", "none", "--reward", "polteness"], "Did you mean 'politeness'?"),
        (["--rescore", "none", "--reward", "{broken"], "Expected --reward to be a JSON object"),
    ],
)
def test_mistakes_are_told(arguments: list[str], message: str, capsys: Any) -> None:
    assert message in error_of(["evaluate", *arguments], capsys)
