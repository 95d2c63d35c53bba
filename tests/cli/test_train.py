"""`dialogue-gym train` and `dialogue-gym data`, from the outside."""

import json
import sys
from pathlib import Path

import pytest

from dialogue_gym.agents.llm.trainer.config import TrainOptions
from dialogue_gym.agents.llm.trainer.run import write_run
from dialogue_gym.cli import main
from dialogue_gym.logs import read_logs
from tests.guess_colour import ACTS, TEXT

IMITATION = "--sft-epochs 1 --sft-batch 8 --checkpoint-every 1 --context 200 --eval-episodes 4".split()
SMALL = [*IMITATION, *"--dialogues 8 --minibatches 2 --iterations 2 --max-turn-tokens 16".split()]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / "logs.jsonl"
    assert main(["data", "logs", "--env", TEXT, "--agent", "random", "--episodes", "24", "--out", str(path)]) == 0
    return path


def error_of(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(argv) == 2
    return capsys.readouterr().err


def test_logs_are_chat_jsonl_with_instructions_tools_and_outcome(logs: Path) -> None:
    dialogues = read_logs(logs)
    assert len(dialogues) == 24
    row = json.loads(logs.read_text(encoding="utf-8").splitlines()[0])
    assert row["messages"][0]["role"] == "system"
    assert {"tools", "scenario", "trial", "return", "outcome", "env", "agent"} <= set(row)


def test_an_existing_file_of_logs_is_not_overwritten(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = error_of(["data", "logs", "--env", TEXT, "--agent", "random", "--out", str(logs)], capsys)
    assert "Expected --out to be a new file" in error


@pytest.mark.slow
def test_training_ends_with_a_table_of_before_and_after_and_resumes(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    argv = ["train", "ppo", "--env", TEXT, "--logs", str(logs), "--out", str(folder), *SMALL]
    monkeypatch.setattr(sys, "argv", ["dialogue-gym", *argv])
    assert main(argv) == 0
    shown = capsys.readouterr().out
    for name in ("null", "random", "oracle", "sft", "ppo", "success: ppo − sft = "):
        assert name in shown
    table = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    assert set(table["agents"]) == {"null", "random", "oracle", "sft", "ppo"}, "the task has no rules"
    assert len((folder / "episodes.jsonl").read_text(encoding="utf-8").splitlines()) == 5 * 4
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["command"].startswith("dialogue-gym train ppo")
    assert main(["train", "--resume", str(folder), "--iterations", "3"]) == 0
    steps = [json.loads(line)["step"] for line in (folder / "metrics.jsonl").read_text().splitlines() if '"rl"' in line]
    assert steps == [0, 1, 2]


@pytest.mark.slow
def test_imitation_ends_with_its_own_model_in_the_table(logs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert main(["train", "sft", "--env", TEXT, "--logs", str(logs), "--out", str(folder), *IMITATION]) == 0
    table = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    assert set(table["agents"]) == {"null", "random", "oracle", "sft"}


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["grpo"], "got 'grpo', which is not implemented yet. Use one of: sft, ppo, reinforce"),
        (["pppo"], "Unknown algorithm 'pppo'. Did you mean 'ppo'?"),
        (["ppo", "--env", "CustomerServise-v0"], "Unknown environment"),
        (["ppo", "--env-kwargs", "easy"], "Expected --env-kwargs to be a JSON object"),
        (["ppo", "--logs", "no/such/file"], "Expected --logs to be a file"),
        (["ppo", "--deepspeed", "no/such/file"], "Expected --deepspeed to be a JSON file"),
        (["--resume", "no/such/run"], "Expected the folder of a training run"),
    ],
    ids=str,
)
def test_mistakes_are_explained(argv: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in error_of(["train", *argv], capsys)


def test_the_wrong_view_is_refused_before_anything_is_made(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "run")]
    error = error_of(["train", "sft", "--env", ACTS, "--logs", str(logs), *out], capsys)
    assert "whose actions are text" in error
    error = error_of(["train", "dqn", "--env", TEXT, *out], capsys)
    assert "Expected the id of a numeric view" in error
    error = error_of(["train", "qlearning", "--env", ACTS, "--hyper", '{"alfa": 0.1}', *out], capsys)
    assert "Expected hyperparameters of qlearning in --hyper, got alfa. There are: alpha, gamma" in error


@pytest.mark.parametrize(
    ("algorithm", "hyper"), [("ppo", '{"n_steps": 64, "batch_size": 64}'), ("qlearning", '{"double": true}')]
)
def test_agents_of_numeric_views_are_trained_compared_and_kept(algorithm: str, hyper: str, tmp_path: Path) -> None:
    """On a numeric view "ppo" is Stable-Baselines3's."""
    run = tmp_path / "run"
    sizes = ["--steps", "256", "--num-envs", "2", "--eval-every", "100", "--eval-episodes", "5"]
    argv = ["train", algorithm, "--env", ACTS, "--hyper", hyper, "--out", str(run), *sizes]
    assert main(argv) == 0
    table = json.loads((run / "table.json").read_text(encoding="utf-8"))
    assert set(table["agents"]) == {"null", "random", "oracle", algorithm}
    looks = [json.loads(line)["step"] for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert looks == [100, 200, 256]
    assert {(run / name / "agent.json").is_file() for name in ("best", "last")} == {True}
    prefix = "qlearning" if algorithm == "qlearning" else "sb3"
    out = str(tmp_path / "evaluation")
    assert main(["evaluate", "--agent", f"{prefix}:{run}", "--env", TEXT, "--episodes", "3", "--out", out]) == 0


def test_a_plugged_reward_is_watched_on_numeric_views_too(tmp_path: Path) -> None:
    run = tmp_path / "run"
    sizes = ["--steps", "200", "--num-envs", "2", "--eval-every", "100", "--eval-episodes", "0"]
    kwargs = ["--env-kwargs", '{"reward": {"task": 1.0, "turn_cost": 1.0}}']
    assert main(["train", "qlearning", "--env", ACTS, "--out", str(run), *kwargs, *sizes]) == 0
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        assert row["return"] == pytest.approx(row["task_return"] - 0.01 * row["turns"])
        assert row["correlation/turn_cost"] < 0, "whom the other side has left early has failed at little cost"
        assert row["correlation/total"] > 0.5 > row["correlation/turn_cost"]


def test_a_run_that_goes_on_reads_few_options_and_no_other_algorithm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(tmp_path, TrainOptions(algorithm="reinforce", env=TEXT))
    resume = ["train", "--resume", str(tmp_path)]
    error = error_of([*resume, "--lr", "0.1", "--seed", "3"], capsys)
    assert "reads when it goes on (" in error
    assert "--minutes" in error
    assert "--steps" not in error
    assert "got --lr, --seed: it goes on as it was begun" in error
    error = error_of(["train", "sft", *resume[1:]], capsys)
    assert "Expected no algorithm with --resume, or the run's, got 'sft' for a run of reinforce on a text view" in error
    assert "--algorithm" not in error_of([*resume, "--lr", "0.1"], capsys), "which is not written so"
    error = error_of([*resume, "--env-kwargs", '{"max_turns": 3}'], capsys)
    assert """Expected no --env-kwargs with --resume, or the run's own, got {"max_turns": 3}""" in error
    assert "--env-kwargs" in error_of([*resume, "--env-kwargs", "{no"], capsys)


def test_a_launchers_processes_start_none_themselves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    error = error_of(["train", "sft", "--env", TEXT, "--num-processes", "4", "--out", str(tmp_path / "run")], capsys)
    assert "Expected --num-processes 1 under a launcher, which has started 2 processes, got 4" in error


@pytest.mark.parametrize(
    "options",
    [
        {"algorithm": "ppo", "env": TEXT},
        {"algorithm": "ppo", "env": TEXT, "sft": {"logs": None, "gone": 1}, "rl": {}},
        ["ppo"],
        {"classical": {"steps": 5, "num_envs": 2, "eval_every": 5, "gone": 1}, "algorithm": "dqn", "env": ACTS},
        {"classical": {"steps": 5, "num_envs": 2, "eval_every": 5}},
    ],
    ids=["less", "more", "a list", "more of a numeric view", "less of a numeric view"],
)
def test_the_options_of_another_version_are_explained(
    options: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"options": options}), encoding="utf-8")
    assert "Expected the options of this version in" in error_of(["train", "--resume", str(tmp_path)], capsys)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["ppo", "--env", TEXT, "--env-kwargs", '{"nope": 1}'], "Expected arguments that"),
        (["ppo", "--env", TEXT, "--env-kwargs", '{"split": "val"}'], "Expected the split as an argument of its own"),
        (["sft", "--env", TEXT, "--eval-episodes", "501"], "Expected scenarios below 500"),
        (["ppo", "--env", ACTS, "--eval-episodes", "501"], "Expected scenarios below 500"),
        (["dqn", "--env", TEXT], "Expected the id of a numeric view"),
        (["ppo", "--env", TEXT, "--sft-epochs", "0"], "Expected --sft-epochs above 0 for a tiny model"),
        (["reward", "--pairs", "none.jsonl"], "Expected a file of preference pairs"),
    ],
    ids=str,
)
def test_a_mistake_leaves_no_folder_behind(
    argv: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in error_of(["train", *argv, "--out", str(tmp_path / "run")], capsys)
    assert not (tmp_path / "run").exists()


def test_code_that_only_a_run_folder_names_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reward = {"task": 1.0, "clip": {"child": "no_such_package.rewards:mine", "low": 0, "high": 1}}
    write_run(tmp_path, TrainOptions(algorithm="ppo", env=TEXT, env_kwargs={"reward": reward}))
    error = error_of(["train", "--resume", str(tmp_path)], capsys)
    assert "it names code, no_such_package.rewards:mine, which is not run because a file says so" in error
    error = error_of(["train", "--resume", str(tmp_path), "--env-kwargs", json.dumps({"reward": reward})], capsys)
    assert "Cannot import the module of reward" in error
