"""Training on a plugged reward: what is written about it, and what happens when it fails."""

import json
import logging
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from dialogue_gym.agents.llm.conversations import Conversations
from dialogue_gym.agents.llm.policy import NonFiniteError
from dialogue_gym.agents.llm.trainer.config import RlOptions, SftOptions, TrainOptions
from dialogue_gym.agents.llm.trainer.job import Job
from dialogue_gym.agents.llm.trainer.run import read_run, write_run
from dialogue_gym.agents.llm.trainer.watch import with_saved_state
from dialogue_gym.agents.training_metrics import read_metrics
from dialogue_gym.errors import RewardError
from dialogue_gym.logs import record_dialogues, write_logs
from dialogue_gym.rewards import Step, reward_state
from tests.guess_colour import TEXT, register

pytestmark = pytest.mark.slow

PLUGGED = {"reward": {"task": 1.0, "normalise": {"child": "turn_cost", "weight": 0.1}}}


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> TrainOptions:
    """A few iterations of PPO, from a model that guesses at random."""
    register()
    folder = tmp_path_factory.mktemp("imitation")
    logs = folder / "logs.jsonl.gz"
    write_logs(logs, record_dialogues(TEXT, 96, agent="random"))
    sft = TrainOptions(
        algorithm="sft",
        env=TEXT,
        sft=SftOptions(logs=logs, sft_epochs=3, sft_batch=8, opening_steps=0, word_dropout=0.0),
        max_turn_tokens=32,
        context=256,
        checkpoint_every=1,
    )
    Job(sft, folder).train()
    return replace(
        sft,
        algorithm="ppo",
        model=str(folder / "sft"),
        sft=SftOptions(sft_epochs=0),
        rl=RlOptions(iterations=3, dialogues=16, minibatches=2, value_warmup=1),
        env_kwargs=PLUGGED,
    )


def test_a_plugged_reward_leaves_its_correlations_curve_and_disagreements(
    options: TrainOptions, tmp_path: Path
) -> None:
    write_run(tmp_path, options)
    Job(options, tmp_path).train()
    rows = read_metrics(tmp_path, "rl")
    assert rows[0]["correlation/task/right"] == pytest.approx(1.0), "the part that is the task's success"
    assert all(-1.0 <= value <= 1.0 for row in rows for name, value in row.items() if name.startswith("correlation"))
    curve = json.loads((tmp_path / "overoptimisation.json").read_text())
    assert [point["proxy"] for point in curve] == [row["return"] for row in rows]
    assert (tmp_path / "overoptimisation.png").exists()
    kept = [json.loads(line) for line in (tmp_path / "disagreements.jsonl").read_text().splitlines()]
    assert kept
    assert not kept[0]["outcome"]["success"] or all(row["outcome"]["success"] for row in kept)
    state = json.loads((tmp_path / "checkpoint" / "state.json").read_text())
    assert state["reward"][0]["count"] > 0
    model = with_saved_state(PLUGGED, tmp_path)["reward"]
    assert reward_state(model) == state["reward"], "evaluation goes on with what training has learnt"
    assert with_saved_state(PLUGGED, tmp_path / "none") is PLUGGED


def test_a_finished_run_that_is_resumed_keeps_what_was_written(options: TrainOptions, tmp_path: Path) -> None:
    write_run(tmp_path, options)
    Job(options, tmp_path).train()
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")}
    Job(options, tmp_path).train()
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")} == written
    assert written["disagreements.jsonl"]


def test_a_policy_that_diverges_while_it_speaks_leaves_no_other_dialogues(
    options: TrainOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak, turns = Conversations.speak, count()

    def diverges(self: Conversations, *args: Any) -> list[str]:
        if next(turns) == at:
            raise NonFiniteError("diverged")
        return speak(self, *args)

    monkeypatch.setattr(Conversations, "speak", diverges)
    for at in (0, 12):
        (tmp_path / str(at)).mkdir()
        with pytest.raises(NonFiniteError, match="diverged"):
            Job(options, tmp_path / str(at)).train()
        assert not list((tmp_path / str(at)).glob("failed-*"))
    assert read_metrics(tmp_path / "12", "rl"), "the second failed in a later iteration"


def test_the_tasks_own_reward_is_not_watched(options: TrainOptions, tmp_path: Path) -> None:
    Job(replace(options, env_kwargs={}, rl=replace(options.rl, iterations=1)), tmp_path).train()
    assert not (tmp_path / "overoptimisation.json").exists()
    assert not any(name.startswith("correlation") for name in read_metrics(tmp_path, "rl")[0])


class FailsOnce:
    """A reward whose endpoint is down at its so-and-so-many-th call."""

    name = "fails_once"
    calls = 0
    fails_at = 0

    def score(self, steps: Any) -> list[float]:
        cls = type(self)
        cls.calls += 1
        if cls.calls == cls.fails_at:
            raise ConnectionError("down")
        return [float(len(step.action_text)) for step in steps]


def test_a_run_whose_reward_fails_goes_on_where_it_stopped(options: TrainOptions, tmp_path: Path) -> None:
    path = f"{__name__}:FailsOnce"
    child = {"normalise": {"child": path, "weight": 0.1}, "task": 1.0}
    options = replace(options, env_kwargs={"reward": child}, checkpoint_every=50)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        folder.mkdir()
        write_run(folder, options)
    FailsOnce.calls = FailsOnce.fails_at = 0
    Job(options, whole).train()
    FailsOnce.fails_at, FailsOnce.calls = FailsOnce.calls // 2, 0
    with pytest.raises(RewardError, match=r"'fails_once' raised ConnectionError: down .*guess_colour, train scenario"):
        Job(options, broken).train()
    done = json.loads((broken / "checkpoint" / "state.json").read_text())["step"]
    assert done == len(read_metrics(broken, "rl")) > 0, "no finished iteration is lost"
    Job(read_run(broken), broken).train()
    for name, expected in load_file(whole / "model" / "model.safetensors").items():
        np.testing.assert_array_equal(load_file(broken / "model" / "model.safetensors")[name], expected)


def stalling(step: Step) -> float:
    """Pays for whatever does not end the dialogue: the way to earn is not to guess."""
    return 0.0 if step.ended else 1.0


def test_a_gameable_reward_is_warned_of(options: TrainOptions, tmp_path: Path, caplog: Any) -> None:
    rl = replace(options.rl, iterations=13, dialogues=32, kl_coef=0.0, kl_target=None, early_stop_kl=None, lr=1e-3)
    gamed = replace(options, env_kwargs={"reward": f"{__name__}:stalling"}, rl=rl, checkpoint_every=50)
    with caplog.at_level(logging.WARNING):
        Job(gamed, tmp_path).train()
    rows = read_metrics(tmp_path, "rl")
    assert "it is being gamed" in caplog.text
    first, last = (
        {name: sum(row[name] for row in part) / 3 for name in ("return", "success")} for part in (rows[:3], rows[-3:])
    )
    assert last["return"] > first["return"] + 0.3
    assert last["success"] < first["success"] - 0.15
    assert rows[0]["correlation/stalling"] < 0, "it showed from the first iteration on"
