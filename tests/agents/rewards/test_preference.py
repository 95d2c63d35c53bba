"""Pairs, a Bradley-Terry model that learns them, what is said of it, and the reward that it makes."""

import json
import math
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.agents.llm.agent import load_model
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.tiny import make_tiny
from dialogue_gym.agents.llm.trainer.config import RewardOptions
from dialogue_gym.agents.rewards import PreferenceReward
from dialogue_gym.agents.rewards.pairs import Pair, pairs_from_runs, read_pairs, split_pairs
from dialogue_gym.agents.rewards.preference import encode, raw_scores
from dialogue_gym.agents.rewards.quality import judge_margins
from dialogue_gym.agents.rewards.training import train_preferences
from dialogue_gym.cli import main
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.evaluation import ResultWriter, episode_list, play
from dialogue_gym.rewards import score_checked, written_steps
from tests.guess_colour import TEXT, register

THINGS = "lamp kettle chair table spoon shirt boots gloves hose stove".split()


@pytest.fixture(scope="module", autouse=True)
def _registered() -> None:
    register()


def dialogue(thing: str, answer: str) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": f"where is my {thing}"},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": "bye"},
    ]


def polite_pairs(count: int = 120) -> list[Pair]:
    """The polite answer is preferred, whatever the thing."""
    return [
        Pair(
            dialogue(THINGS[i % 10], f"sorry, your {THINGS[(i + 3) % 10]} will come"),
            dialogue(THINGS[i % 10], f"go away, your {THINGS[(i + 5) % 10]} will come"),
            f"g{i}",
        )
        for i in range(count)
    ]


def write(path: Path, pairs: list[Pair]) -> Path:
    rows = [{"chosen": p.chosen, "rejected": p.rejected, "group": p.group} for p in pairs]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A preference model trained from the command line."""
    folder = tmp_path_factory.mktemp("preference")
    pairs = write(folder / "pairs.jsonl", polite_pairs())
    argv = ["train", "reward", "--pairs", str(pairs), "--out", str(folder / "run"), "--context", "128"]
    assert main([*argv, "--reward-batch", "8", "--reward-epochs", "2", "--reward-lr", "2e-3"]) == 0
    return folder / "run"


def test_it_learns_what_is_preferred_and_says_how_well(run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text())
    assert summary["accuracy"]["mean"] == 1.0
    assert summary["accuracy"]["low"] < 1.0, "a perfect score on few pairs is not certain"
    assert summary["log_loss"] < 0.5
    assert summary["pairs"]["training"] + summary["pairs"]["held_out"] == 120
    steps = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert steps[0]["loss"] == pytest.approx(math.log(2), abs=1e-4), "at first both are alike"
    assert steps[-1]["loss"] < 0.3
    for name in ("calibration.png", "margins.png"):
        assert (run / name).read_bytes().startswith(b"\x89PNG")


def test_the_model_is_found_where_a_kill_has_set_it_aside(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run / "model", tmp_path / "model.old")
    steps = written_steps("user: where is my lamp", "agent: sorry, your lamp will come", outcome={})
    found, expected = (PreferenceReward(str(path)) for path in (tmp_path, run))
    assert [reward.total for reward in found.score(steps)] == [reward.total for reward in expected.score(steps)]


@pytest.mark.slow
def test_two_processes_learn_it_too(tmp_path: Path) -> None:
    pairs = write(tmp_path / "pairs.jsonl", polite_pairs())
    options = "--context 128 --reward-batch 8 --reward-epochs 2 --reward-lr 2e-3 --num-processes 2".split()
    argv = ["train", "reward", "--pairs", str(pairs), "--out", str(tmp_path / "run"), *options]
    process = subprocess.run([sys.executable, "-m", "dialogue_gym", *argv], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["accuracy"]["mean"] == 1.0


def test_the_reward_prefers_new_dialogues_of_the_kind(run: Path) -> None:
    reward = PreferenceReward(str(run), device="cpu")
    assert not any(p.requires_grad for p in reward._policy.parameters())
    ends = {"success": True}
    good = written_steps("user: where is my lamp", "agent: sorry, your hose will come", "user: bye", outcome=ends)
    bad = written_steps("user: where is my lamp", "agent: go away, your hose will come", "user: bye", outcome=ends)
    better, worse = score_checked(reward, [*good, *bad])
    assert better.total > 0.5 > -0.5 > worse.total
    assert better.parts["preference"] == pytest.approx((better.parts["raw/score"] - reward._mean) / reward._deviation)
    assert score_checked(reward, good)[0] == better
    open_end = written_steps("user: where is my lamp", "agent: sorry", "user: bye")
    assert score_checked(reward, open_end)[0].parts == {}
    assert score_checked(PreferenceReward(str(run / "model"), every_turn=True, device="cpu"), open_end)[0].parts


def test_a_batch_of_dialogues_scores_each_as_alone(run: Path) -> None:
    policy, chat = load_model(str(run / "model"))
    encoded = [encode(chat, p.chosen + p.rejected[: 2 * (i % 2)], context=128) for i, p in enumerate(polite_pairs(6))]
    together = raw_scores(policy, encoded)
    assert together == pytest.approx([raw_scores(policy, [one])[0] for one in encoded], abs=1e-5)


def test_the_end_of_a_long_dialogue_is_read(run: Path) -> None:
    _, chat = load_model(str(run / "model"))
    whole = encode(chat, polite_pairs(1)[0].chosen, context=128)
    cut = encode(chat, polite_pairs(1)[0].chosen, context=8)
    assert cut.tokens.tolist() == whole.tokens.tolist()[-8:]


def test_micro_batches_change_nothing(tmp_path: Path) -> None:
    pairs = polite_pairs(8)
    make_tiny(tmp_path, list(chain.from_iterable((p.chosen, p.rejected) for p in pairs)))
    losses = []
    for micro_tokens in (10_000, 60):
        policy, chat = load_model(str(tmp_path))
        encoded = [(encode(chat, p.chosen, context=128), encode(chat, p.rejected, context=128)) for p in pairs]
        seen: list[float] = []
        train_preferences(
            Engine(policy),
            encoded,
            steps=3,
            batch=8,
            learning_rate=1e-3,
            seed=0,
            micro_tokens=micro_tokens,
            after_step=lambda step, metrics, seen=seen: seen.append(metrics["loss"]),  # type: ignore[misc]
        )
        losses.append(seen)
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_runs_give_pairs_of_one_scenario_the_higher_return_first(tmp_path: Path) -> None:
    for agent in ("oracle", "null"):
        with ResultWriter(tmp_path / f"{agent}.jsonl") as writer:
            for row in play(agent, TEXT, episode_list(6)):
                writer.write(row)
    pairs = pairs_from_runs([tmp_path / "oracle.jsonl", tmp_path / "null.jsonl"])
    assert len(pairs) == 6
    assert all("Yes!" in pair.chosen[-1]["content"] for pair in pairs)
    assert [pair.group for pair in pairs] == [f"scenario {i}" for i in range(6)]
    with pytest.raises(ConfigurationError, match="6 episodes that give no pair"):
        pairs_from_runs([tmp_path / "null.jsonl"])


def test_groups_are_not_torn() -> None:
    pairs = [pair._replace(group=f"g{i // 4}") for i, pair in enumerate(polite_pairs())]
    training, held_out = split_pairs(pairs, 0.3, seed=1)
    assert not {p.group for p in training} & {p.group for p in held_out}
    assert len(training) + len(held_out) == 120
    with pytest.raises(ConfigurationError, match="Give more groups"):
        split_pairs([pairs[0]], 0.3, seed=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: expected a JSON object"),
        ("[]", "expected a JSON object"),
        ('{"chosen": []}', 'expected "chosen"'),
        ('{"chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}', 'expected "rejected"'),
        (
            '{"chosen": [{"role": "assistant", "content": "a"}], "rejected": [{"role": "assistant", "content": "a"}]}',
            "the same one twice",
        ),
        ("", "at least one pair"),
    ],
)
def test_faults_of_a_file_name_the_line(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_pairs(tmp_path / "pairs.jsonl")


def test_quality_by_hand() -> None:
    """Margins log 4 (chance 0.8) right thrice and wrong once, and 0 once."""
    quality = judge_margins([math.log(4)] * 3 + [-math.log(4), 0.0], list("abcde"))
    assert quality.accuracy.mean == pytest.approx(3.5 / 5)
    assert quality.log_loss == pytest.approx((3 * math.log(1.25) + math.log(5) + math.log(2)) / 5)
    assert [tuple(b) for b in quality.bins] == [(0.5, 0.5, 1), (pytest.approx(0.8), 0.75, 4)]
    assert quality.calibration_error == pytest.approx(4 * 0.05 / 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "got neither"),
        (["--pairs", "a", "--from-runs", "b"], "got both"),
        (["--pairs", "none.jsonl"], "Expected a file of preference pairs at none.jsonl"),
    ],
)
def test_mistakes_of_the_command_line(arguments: list[str], message: str, capsys: Any, tmp_path: Path) -> None:
    assert main(["train", "reward", "--out", str(tmp_path / "run"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_holds_no_preference_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"preference model with a preference.json"):
        PreferenceReward(str(tmp_path))


@pytest.mark.parametrize("wrong", [{"holdout": 1.0}, {"reward_batch": 0}, {"reward_lr": 0.0}, {"reward_epochs": 0.0}])
def test_impossible_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        RewardOptions(**wrong)  # type: ignore[arg-type]
