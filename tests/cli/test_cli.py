"""The command line: what is printed, what is written, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.cli import NOT_YET, main
from dialogue_gym.evaluation import read_results
from tests.guess_colour import ACTS, TEXT


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    waiting = iter(lines)

    def answer(prompt: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", answer)


def evaluate(*arguments: str, agent: str = "random", env: str = TEXT) -> int:
    return main(["evaluate", "--agent", agent, "--env", env, *arguments])


def test_evaluate_prints_a_table_and_writes_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--episodes", "12", "--trials", "2") == 0
    out = capsys.readouterr().out
    for word in ("success", "return", "turns", "satisfaction", "pass^2", "normalised", "95 % interval", " to "):
        assert word in out
    folder = Path("runs/evaluate-random-GuessColour-v0")
    assert len(read_results(folder / "episodes.jsonl")) == 24
    assert [row.agent for row in read_results(folder / "anchors.jsonl")] == ["null"] * 24 + ["oracle"] * 24
    assert json.loads((folder / "summary.json").read_text())["complete"] is True


def test_evaluate_shows_the_metrics_that_the_task_declares(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--episodes", "48", "--no-anchors", env="SentimentClassification-v0", agent="oracle") == 0
    out = capsys.readouterr().out
    for word in ("sentiment_accuracy", "sentiment_macro_f1", "topic_weighted_f1", "topic_mcc", "topic_missing"):
        assert word in out
    summary = json.loads(Path("runs/evaluate-oracle-SentimentClassification-v0/summary.json").read_text())
    assert {summary["measures"][f"{field}_mcc"]["mean"] for field in ("sentiment", "topic")} == {1.0}
    assert summary["metrics"][0] == "sentiment_accuracy"


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--episodes", "8", "--json", "--out", "here/run", "--seed", "4") == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads(Path("here/run/summary.json").read_text())
    assert (document["agent"], document["env"], document["view"], document["seed"]) == ("random", TEXT, "text", 4)
    assert document["task"]["name"] == "guess_colour"
    assert set(document["measures"]["success"]) == {"mean", "low", "high", "episodes", "scenarios"}


def test_a_second_run_leaves_the_first_alone(capsys: pytest.CaptureFixture[str]) -> None:
    documents = []
    for seed in ("0", "1"):
        evaluate("--episodes", "4", "--json", "--out", "run", "--seed", seed)
        documents.append(json.loads(capsys.readouterr().out))
    assert [document["run"] for document in documents] == ["run", "run-2"]
    assert json.loads(Path("run/summary.json").read_text())["seed"] == 0


def test_unknown_intervals_are_null_in_json_and_said_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--episodes", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["measures"]["return"]["low"] is None
    assert evaluate("--episodes", "1") == 0
    assert "unknown" in capsys.readouterr().out


STOPS = """
class Stops:
    turns = 0
    def __init__(self, *, env, seed): pass
    def act(self, observations, infos):
        self.turns += 1
        if self.turns > {turns}:
            raise KeyboardInterrupt
        return [5 for _ in infos]
    def reset(self, mask): pass
    def save(self, path): pass
    def load(self, path): pass
"""


@pytest.mark.parametrize("table", [False, True])
def test_ctrl_c_leaves_what_has_been_played(
    table: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"agents_that_stop_{table}"
    (tmp_path / f"{name}.py").write_text(STOPS.format(turns=15))
    monkeypatch.syspath_prepend(tmp_path)
    flags = [] if table else ["--json"]
    assert evaluate("--episodes", "100", "--out", "run", *flags, agent=f"{name}:Stops", env=ACTS) == 130
    rows = read_results(Path("run/episodes.jsonl"))
    summary = json.loads(Path("run/summary.json").read_text())
    assert 0 < len(rows) < 100
    assert summary["complete"] is False
    assert summary["episodes"] == len(rows) == summary["measures"]["success"]["episodes"]
    out = capsys.readouterr().out
    assert "Interrupted" in out if table else json.loads(out) == summary


def test_ctrl_c_before_the_first_result_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agent_that_stops_at_once.py").write_text(STOPS.format(turns=0))
    monkeypatch.syspath_prepend(tmp_path)
    assert evaluate(agent="agent_that_stops_at_once:Stops", env=ACTS) == 130
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--agent", "rnadom", "--env", TEXT], "Unknown agent 'rnadom'. Did you mean 'random'?"),
        (["--agent", "null", "--env", "CustomerServic-v0"], "Did you mean 'dialogue_gym/CustomerService-v0'?"),
        (["--agent", "null", "--env", TEXT, "--env-kwargs", "{"], "Expected --env-kwargs to be a JSON object"),
        (["--agent", "null", "--env", TEXT, "--env-kwargs", "[]"], "a JSON object in braces, got '[]'"),
        (["--agent", "null", "--env", TEXT, "--env-kwargs", '{"x": 1}'], "unexpected keyword argument 'x'"),
        (["--agent", "null", "--env", TEXT, "--episodes", "501"], "Expected scenarios below 500"),
        (["--agent", "null", "--env", TEXT, "--episodes", "0"], "at least 1 scenario"),
    ],
    ids=["agent", "env", "json", "list", "argument", "too many", "none"],
)
def test_mistakes_end_with_2_and_a_message(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert message in captured.err
    assert not Path("runs").exists()


@pytest.mark.parametrize("command", NOT_YET)
def test_what_is_not_there_yet_says_so(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "ppo", "--some-flag", "3"]) == 2
    assert f"got '{command}', which is not implemented yet" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["play"], ["no-such-command"], ["evaluate", "--agnet", "null"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("command", ["envs", "play", "evaluate"])
def test_help_has_a_sentence_for_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    from dialogue_gym.cli import _commands

    cls: Any = _commands()[command]
    for name in cls.__dataclass_fields__:
        assert name.replace("_", "-") in out.replace("_", "-").lower()


def test_envs_lists_what_is_registered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["envs"]) == 0
    assert "dialogue_gym/SentimentClassificationActs-v0\n" in capsys.readouterr().out
    assert main(["envs", "--json"]) == 0
    entries = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert entries["dialogue_gym/SentimentClassification-v0"]["view"] == "text"


def test_a_person_plays_the_text_view(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(monkeypatch, "Is it \x1b[31mred?", "Is it green?", "Is it blue?", "Is it grey?", "Is it red?")
    assert main(["play", TEXT, "--scenario", "3"]) == 0
    out = capsys.readouterr().out
    assert "Guess my colour, one of red" in out
    assert "them: What is my colour?" in out
    assert "[reward " in out
    assert "The episode has ended" in out


def test_a_person_plays_the_numeric_view(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(monkeypatch, "77", "red", "-1", "4")
    assert main(["play", ACTS]) == 0
    out = capsys.readouterr().out
    assert "4 call:transfer_to_human" in out
    assert out.count("Expected one of the numbers above") == 3
    assert "The episode has ended: transferred" in out
    assert "success: False" in out


@pytest.mark.parametrize("lines", [(), ("/quit",), ("red?", "/quit")])
@pytest.mark.parametrize("env", [TEXT, ACTS])
def test_a_person_may_leave(
    lines: tuple[str, ...], env: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, *lines)
    assert main(["play", env, "--scenario", "0"]) == 0
    assert "Left after" in capsys.readouterr().out


def test_what_the_other_side_says_cannot_control_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.guess_colour.GuessEpisode.instructions", "\x1b[2Jclear")
    type_in(monkeypatch)
    assert main(["play", TEXT]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_the_other_side_is_not_there_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", TEXT, "--side", "other"]) == 2
    assert "cannot play the other side yet" in capsys.readouterr().err


def test_the_module_is_the_command() -> None:
    run = subprocess.run([sys.executable, "-m", "dialogue_gym", "report"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("error: Expected a command that this version has, got 'report'")


def test_help_loads_no_heavy_library() -> None:
    code = """
import sys
from dialogue_gym.cli import main
try:
    main([*sys.argv[1:], "--help"])
except SystemExit:
    heavy = ("deepspeed", "matplotlib", "scipy", "sklearn", "stable_baselines3", "torch", "transformers")
    print(sorted(set(heavy) & set(sys.modules)))
"""
    for command in ([], ["train"]):
        run = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
        assert "--help" in run.stdout
        assert run.stdout.splitlines()[-1] == "[]"


def test_importing_the_command_line_is_light() -> None:
    code = "import sys, dialogue_gym.cli; print(sorted({'torch', 'tyro', 'rich', 'scipy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
