"""Training end to end on a toy: it learns, it resumes bit by bit, its files say what it did."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.llm.rollout import DialogueSampler
from dialogue_gym.agents.llm.trainer.config import RlOptions, SftOptions, TrainOptions
from dialogue_gym.agents.llm.trainer.environment import VectorTextEnv
from dialogue_gym.agents.llm.trainer.job import Job
from dialogue_gym.agents.llm.trainer.recipe import FROM_SCRATCH, PRETRAINED, recipe_of
from dialogue_gym.agents.llm.trainer.run import read_run, write_run
from dialogue_gym.agents.llm.trainer.sft import pick, schedule, successes
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.training_metrics import read_metrics
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.logs import LoggedDialogue, record_dialogues, write_logs
from tests.guess_colour import ACTS, TEXT


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> TrainOptions:
    """A run of seconds: imitates an agent that guesses at random, then a few iterations of PPO."""
    logs = tmp_path_factory.mktemp("logs") / "logs.jsonl.gz"
    write_logs(logs, record_dialogues(TEXT, 96, agent="random"))
    return TrainOptions(
        algorithm="ppo",
        env=TEXT,
        sft=SftOptions(logs=logs, sft_epochs=3, sft_batch=8, opening_steps=5),
        rl=RlOptions(iterations=4, dialogues=16, minibatches=2, value_warmup=1, temperature=0.9),
        max_turn_tokens=24,
        context=256,
        checkpoint_every=1,
    )


@pytest.fixture(scope="module")
def run(options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder, options)
    Job(options, folder).train()
    return folder


@pytest.mark.parametrize("algorithm", ["ppo", "reinforce"])
def test_sampling_that_drifts_in_some_dialogues_is_scored_anew(
    algorithm: str, options: TrainOptions, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = DialogueSampler.play

    def drifting(self: DialogueSampler, *args: Any, **kwargs: Any) -> list[Trajectory]:
        played = play(self, *args, **kwargs)
        return played[:5] + [replace(each, logprobs=each.logprobs + 0.01) for each in played[5:]]

    monkeypatch.setattr(DialogueSampler, "play", drifting)
    sft = replace(options.sft, logs=None, sft_epochs=0)
    rl = replace(options.rl, iterations=2, value_warmup=0, epochs=1, minibatches=1)
    drifted = replace(options, algorithm=algorithm, model=str(run / "sft"), sft=sft, rl=rl)
    write_run(tmp_path, drifted)
    Job(drifted, tmp_path).train()
    for row in read_metrics(tmp_path, "rl"):
        assert row["sampling_drift"] == pytest.approx(0.01, abs=1e-4)
        if algorithm == "ppo":
            assert row["ratio"] == pytest.approx(1.0, abs=1e-6), "the only step is the first: nothing has moved yet"


STAGES = ("openings", "sft", "rl")


class StopHereError(Exception):
    """Stands in for a kill."""


def weights(folder: Path) -> dict[str, np.ndarray]:
    return {**load_file(folder / "model.safetensors"), **load_file(folder / "value_head.safetensors")}


def without_times(rows: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in row.items() if "second" not in k} for row in rows]


def test_a_run_leaves_models_metrics_and_its_options(run: Path, options: TrainOptions) -> None:
    assert read_run(run) == options
    assert read_metrics(run, "sft")[-1]["loss"] < 0.3 * read_metrics(run, "sft")[0]["loss"]
    rows = read_metrics(run, "rl")
    assert [row["step"] for row in rows] == [0, 1, 2, 3]
    assert all(row["sampling_drift"] <= 1e-4 for row in rows)
    assert rows[0]["kl"] == pytest.approx(0.0, abs=1e-8), "the value head alone has moved"
    assert rows[-1]["kl"] > 0
    before, after = weights(run / "sft"), weights(run / "model")
    assert not any(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.slow
@pytest.mark.parametrize("kill", [("openings", 3), ("sft", 25), ("rl", 1), ("rl", 2)], ids=str)
def test_a_killed_run_resumes_bit_by_bit(
    kill: tuple[str, int], run: Path, options: TrainOptions, tmp_path: Path
) -> None:
    count = dict.fromkeys(STAGES, 0)

    def die(stage: str, done: float, metrics: dict[str, float]) -> None:
        count[stage] += 1
        if (stage, count[stage] - 1) == kill:
            raise StopHereError

    write_run(tmp_path, options)
    with pytest.raises(StopHereError):
        Job(options, tmp_path, observe=die).train()
    Job(read_run(tmp_path), tmp_path).train()
    for name, expected in weights(run / "model").items():
        np.testing.assert_array_equal(weights(tmp_path / "model")[name], expected)
    for stage in STAGES:
        assert without_times(read_metrics(tmp_path, stage)) == without_times(read_metrics(run, stage))


def test_both_models_are_played_at_the_temperature_of_training(run: Path) -> None:
    for folder in (run / "sft", run):
        agent: Any = make_agent(f"llm:{folder}", env=make_vector(TEXT, 2))
        assert agent.policy.temperature == 0.9


def test_another_temperature_may_be_asked_for_in_evaluation(run: Path, options: TrainOptions, tmp_path: Path) -> None:
    rl = replace(options.rl, iterations=1, value_warmup=0, eval_temperature=0.5)
    again = replace(options, model=str(run / "sft"), sft=replace(options.sft, sft_epochs=0), rl=rl)
    Job(again, tmp_path).train()
    agent: Any = make_agent(f"llm:{tmp_path}", env=make_vector(TEXT, 2))
    assert agent.policy.temperature == 0.5
    same = replace(again, rl=replace(rl, eval_temperature=None))
    (tmp_path / "same").mkdir()
    Job(same, tmp_path / "same").train()
    trained = [weights(folder / "model") for folder in (tmp_path, tmp_path / "same")]
    assert all(np.array_equal(trained[0][name], trained[1][name]) for name in trained[0]), (
        "training knows nothing of it"
    )


def test_reinforce_makes_one_step_an_iteration(run: Path, options: TrainOptions, tmp_path: Path) -> None:
    """Of any number of dialogues: there are no minibatches to share them out to."""
    rl = replace(options.rl, iterations=2, dialogues=5, minibatches=2)
    sft = replace(options.sft, sft_epochs=0)
    Job(replace(options, algorithm="reinforce", model=str(run), rl=rl, sft=sft), tmp_path).train()
    rows = read_metrics(tmp_path, "rl")
    assert [row["updates"] for row in rows] == [1.0, 1.0]
    assert "clip_fraction" not in rows[0]


def test_the_trained_model_is_an_agent_whose_play_does_not_depend_on_the_batch(run: Path) -> None:
    from dialogue_gym.evaluation import episode_list, play

    results = []
    for batch in (3, 8):
        rows = play(f"llm:{run}", TEXT, episode_list(8), batch=batch)
        results.append(sorted((row.scenario, row.transcript) for row in rows))
    assert results[0] == results[1]


def test_a_numeric_view_is_refused(run: Path, options: TrainOptions, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="whose actions are text"):
        make_agent(f"llm:{run}", env=make_vector(ACTS, 1))
    with pytest.raises(ConfigurationError, match="whose actions are text"):
        Job(replace(options, env=ACTS), tmp_path).train()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"context": 100_000}, "--context within the model's 4096 positions"),
        ({"model": "runs/no/such/model"}, "does not exist"),
        ({"context": 5}, "and at most 5 tokens"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(
    change: dict[str, object], message: str, options: TrainOptions, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Job(replace(options, **change), tmp_path).train()  # type: ignore[arg-type]


def test_a_model_folder_without_a_tokenizer_is_refused(run: Path, options: TrainOptions, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("config.json", "model.safetensors"):
        (bare / name).write_bytes((run / "sft" / name).read_bytes())
    with pytest.raises(ConfigurationError, match="Expected a tokenizer with the model"):
        Job(replace(options, model=str(bare)), tmp_path).train()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TrainOptions("ppo", TEXT, rl=RlOptions(dialogues=2)), "got 2 for 1 × 4. Take 4"),
        (lambda: TrainOptions("ppo", TEXT, rl=RlOptions(dialogues=10)), "got 10 for 1 × 4. Take 12"),
        (lambda: TrainOptions("ppo", TEXT).check_batches(3), "got 64 for 3 × 4. Take 72"),
        (lambda: TrainOptions("sft", TEXT).check_batches(9), "--sft-batch 8 for 9 processes"),
        (
            lambda: TrainOptions("reinforce", TEXT, rl=RlOptions(dialogues=1)),
            "--dialogues of at least 2 for reinforce, whose baseline is the mean return of the other dialogues, got 1",
        ),
        (lambda: RlOptions(dialogues=64, kl_horizon=12), "--kl-horizon above a fifth of --dialogues"),
        (lambda: RlOptions(lr=0.0), "--lr above 0"),
        (lambda: SftOptions(sft_epochs=-1), "--sft-epochs of at least 0"),
    ],
)
def test_options_out_of_range_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_an_epoch_sees_every_dialogue_once_in_an_order_of_its_own() -> None:
    epochs = [
        [i for step in range(start, start + 5) for i in pick(tuple(range(10)), 2, step, seed=1)] for start in (0, 5)
    ]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(10))
    assert epochs[0] != epochs[1]


def test_what_is_not_said_is_the_recipe_for_the_kind_of_model() -> None:
    tiny, hub = TrainOptions("sft", TEXT), TrainOptions("sft", TEXT, model="some/model")
    assert recipe_of(tiny) == FROM_SCRATCH
    assert recipe_of(hub) == PRETRAINED
    said = SftOptions(opening_steps=0, word_dropout=0.1)
    assert recipe_of(replace(tiny, sft=said)) == replace(FROM_SCRATCH, opening_steps=0, word_dropout=0.1)
    assert recipe_of(replace(hub, sft=said)) == replace(PRETRAINED, word_dropout=0.1)


def test_only_successful_dialogues_are_kept() -> None:
    outcomes = [{"success": True}, {"success": False}, {}, {"success": True}]
    logs = [LoggedDialogue([], details={"outcome": outcome}) for outcome in outcomes]
    assert successes(logs) == [logs[0], logs[3]]
    with pytest.raises(ConfigurationError, match="got 2 without"):
        successes(logs[1:3])


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [schedule(done / 100) for done in range(101)]
    assert max(rates) == rates[5] == 1.0
    assert rates[:6] == sorted(rates[:6])
    assert rates[5:] == sorted(rates[5:], reverse=True)


def test_a_dialogue_that_the_learner_cuts_does_not_hold_up_the_others() -> None:
    env = VectorTextEnv(TEXT, 2)
    env.reset([0, 1], [0, 0])
    _, rewards, terminated, truncated, infos = env.step([None, "hm"])
    assert (rewards[0], terminated[0], truncated[0], infos[0]) == (0.0, False, False, {})
    assert [episode.turn for episode in env.vector.episodes] == [0, 1]
    env.step([None, "hm"])
    env.reset([2, 3], [0, 0])
    env.step(["hm", "hm"])
    assert [episode.turn for episode in env.vector.episodes] == [1, 1]
