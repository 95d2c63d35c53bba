"""The engine: equal steps under any split, refusal of non-finite ones, state that comes back bit by bit."""

import json
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from dialogue_gym.agents.llm.batch import Batch, collate
from dialogue_gym.agents.llm.engine import Engine, engine_config
from dialogue_gym.agents.llm.losses import Counts, scale, sft_loss, touch
from dialogue_gym.agents.llm.policy import NonFiniteError, Policy
from dialogue_gym.agents.llm.trajectory import End, Trajectory, save_trajectories
from dialogue_gym.errors import ConfigurationError

WORKER = Path(__file__).with_name("engine_worker.py")


def ragged(count: int = 6) -> list[Trajectory]:
    """Trajectories of different lengths and numbers of turns, with nothing special about them."""
    rng = np.random.default_rng(3)
    made = []
    for number in range(count):
        turns = np.cumsum(rng.integers(1, 9, size=(2 * (1 + number % 3),))).reshape(-1, 2)
        actions = int((turns[:, 1] - turns[:, 0]).sum())
        made.append(
            Trajectory(
                tokens=rng.integers(0, 250, int(turns[-1, 1]) + 2),
                turns=turns,
                logprobs=rng.normal(-5.5, 0.3, actions).astype(np.float32),
                values=rng.normal(0, 1, actions).astype(np.float32),
                rewards=rng.normal(0, 1, len(turns)).astype(np.float32),
                end=End.TERMINATED,
                finished=np.ones(len(turns), np.bool_),
            )
        )
    return made


def imitation(engine: Engine, batch: Batch) -> Callable[[Batch], Tensor]:
    counts = Counts(action_tokens=batch.num_actions)

    def loss_of(part: Batch) -> Tensor:
        scores = engine.score(part)
        return scale(sft_loss(scores.logprobs), counts) + touch(scores.values)

    return loss_of


def run_workers(ranks: int, folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Losses and gradient norms of stages 0, 2 and 3, as a number of processes together make them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launcher = {"WORLD_SIZE": str(ranks), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)} if ranks > 1 else {}
    out = folder / f"losses-{ranks}.json"
    processes = []
    for rank in range(ranks):
        numbers = {"RANK": str(rank), "LOCAL_RANK": str(rank)} if ranks > 1 else {}
        command = [sys.executable, str(WORKER), str(folder / "stored"), str(out), "0", "2", "3"]
        environment = {**os.environ, **launcher, **numbers, "OMP_NUM_THREADS": "1"}
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [process.wait(timeout=240) for process in processes] == [0] * ranks
    losses: dict[str, list[tuple[float, float]]] = json.loads(out.read_text(encoding="utf-8"))
    return losses


@pytest.mark.slow
def test_two_processes_make_the_steps_of_one_at_stages_0_2_and_3(tmp_path: Path) -> None:
    save_trajectories(tmp_path / "stored", ragged())
    alone, together = run_workers(1, tmp_path), run_workers(2, tmp_path)
    for stage in ("0", "2", "3"):
        np.testing.assert_allclose(together[stage], alone["0"], atol=1e-5, rtol=1e-5)
    assert alone["0"][-1][0] < alone["0"][0][0], "the steps learn something"


def test_micro_batches_make_the_step_of_the_whole_batch(make_policy: Callable[..., Policy]) -> None:
    reports = []
    for parts in (1, 3):
        engine = Engine(make_policy())
        batch = collate(ragged())
        rows = [list(range(start, 6, parts)) for start in range(parts)]
        loss_of = imitation(engine, batch)
        reports.append([engine.step([batch.select(r) for r in rows], loss_of, learning_rate=1e-3) for _ in range(3)])
    np.testing.assert_allclose(reports[0], reports[1], rtol=1e-4)


def test_a_step_that_is_not_finite_raises_and_changes_nothing(make_policy: Callable[..., Policy]) -> None:
    engine = Engine(make_policy())
    before = [p.clone() for p in engine.policy.parameters()]
    batch = collate(ragged())
    loss_of = imitation(engine, batch)
    with pytest.raises(NonFiniteError, match="Expected a finite loss and gradient, got loss nan"):
        engine.step([batch], lambda part: loss_of(part) * float("nan"), learning_rate=1e-3)
    assert all(torch.equal(p, q) for p, q in zip(before, engine.policy.parameters(), strict=True))


def test_learning_rates_of_body_and_value_head_are_apart(make_policy: Callable[..., Policy]) -> None:
    engine = Engine(make_policy())
    body, head = engine.policy.model.get_input_embeddings().weight, engine.policy.value_head.weight
    before = body.clone(), head.clone()
    batch = collate(ragged())
    engine.step([batch], lambda part: engine.score(part).values.sum(), learning_rate=0.0, rates={"value_head": 1e-2})
    assert torch.equal(before[0], body)
    assert not torch.equal(before[1], head)


@pytest.mark.parametrize("zero", [0, 1, 2, 3])
def test_state_comes_back_bit_by_bit(zero: int, make_policy: Callable[..., Policy], tmp_path: Path) -> None:
    batch = collate(ragged())

    def steps(engine: Engine, count: int) -> list[float]:
        loss_of = imitation(engine, batch)
        return [engine.step([batch], loss_of, learning_rate=1e-2).loss for _ in range(count)]

    first = Engine(make_policy(), zero_stage=zero)
    steps(first, 2)
    first.save_state(tmp_path)
    second = Engine(make_policy(), zero_stage=zero)
    second.load_state(tmp_path)
    assert steps(first, 2) == steps(second, 2)


class Payload:
    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("executed"),)


def test_state_files_run_no_code(
    make_policy: Callable[..., Policy], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = Engine(make_policy())
    engine.save_state(tmp_path)
    (file,) = (tmp_path / "engine").glob("mp_rank_*.pt")
    torch.save({"module": Payload()}, file)
    with pytest.raises(pickle.UnpicklingError):
        engine.load_state(tmp_path)
    assert not Path("executed").exists()


@pytest.mark.parametrize("name", ["train_batch_size", "optimizer"])
def test_a_configuration_of_what_training_sets_itself_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"without {name}"):
        engine_config(0, 1.0, more={name: 1})


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="ZeRO stage of 0, 1, 2 or 3, got 4"):
        engine_config(4, 1.0)
