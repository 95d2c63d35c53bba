from collections.abc import Callable

import numpy as np
import pytest
import torch
from transformers import MambaConfig, MambaForCausalLM

from dialogue_gym.agents.llm import _readers
from dialogue_gym.agents.llm._kept import KeptReader
from dialogue_gym.agents.llm._readers import Mode, choose_mode, make_reader
from dialogue_gym.agents.llm.policy import Policy


class Transcript:
    """Plays the same script to a reader and to plain forward passes over whole dialogues, and compares."""

    def __init__(self, policy: Policy, rows: int, mode: Mode, seed: int = 0) -> None:
        self.policy = policy
        self.reader = make_reader(policy, rows, mode)
        self.heard: list[list[int]] = [[] for _ in range(rows)]
        self.random = np.random.default_rng(seed)

    def some(self, count: int) -> list[int]:
        return self.random.integers(0, 250, count).tolist()

    def begin(self, rows: list[int], prompts: list[list[int]]) -> None:
        for row in rows:
            self.heard[row] = []
        self._check("begin", rows, prompts)

    def read(self, rows: list[int], counts: list[int]) -> None:
        self._check("read", rows, [self.some(count) for count in counts])

    def _check(self, verb: str, rows: list[int], tokens: list[list[int]]) -> None:
        with self.policy.speaking():
            found = getattr(self.reader, verb)(np.array(rows), tokens)
            for i, row in enumerate(rows):
                self.heard[row] += tokens[i]
                zero = torch.zeros(1, dtype=torch.int64)
                end = zero + len(self.heard[row]) - 1
                plain = self.policy.read(torch.tensor([self.heard[row]]), zero, end)
                torch.testing.assert_close(found.logits[i], plain.logits[0], atol=1e-4, rtol=1e-4)
                torch.testing.assert_close(found.values[i], plain.values[0], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("qwen2", Mode.KEPT),
        ("llama", Mode.KEPT),
        ("llama", Mode.PER_TURN),
        ("mistral_with_window", Mode.PER_TURN),
        ("mistral_with_window", Mode.UNCACHED),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_any_order_of_reading_equals_plain_passes(
    make_policy: Callable[..., Policy], kind: str, mode: Mode, seed: int
) -> None:
    """Rows advance unequally, pause, are asked for in changing order, and begin anew beside others."""
    play = Transcript(make_policy(kind), 9, mode, seed)
    opening = play.some(20)
    prompts = [opening + play.some(count) for count in (3, 9, 1, 5)]
    play.begin(list(range(9)), [prompts[i] for i in (0, 1, 0, 2, 3, 1, 0, 2, 0)])
    for _ in range(12):
        rows = play.random.permutation(9)[: play.random.integers(1, 10)].tolist()
        play.read(rows, play.random.integers(1, 7, len(rows)).tolist())
        for _ in range(3):
            rows = rows[: max(1, len(rows) * 2 // 3)]
            play.read(rows, [1] * len(rows))
    play.begin([4, 1], [play.some(2), play.some(30)])
    play.read([4, 0, 1, 8], [1, 2, 3, 1])


def test_long_passes_are_split(make_policy: Callable[..., Policy]) -> None:
    play = Transcript(make_policy("llama"), 7, Mode.KEPT)
    play.reader = KeptReader(play.policy, 7, pass_tokens=40)
    play.begin(list(range(7)), [play.some(count) for count in (30, 3, 12, 50, 1, 8, 20)])
    play.read([6, 2, 0, 3, 1], [9, 25, 1, 4, 13])


def test_rows_at_the_models_last_position_may_stand_by(make_policy: Callable[..., Policy]) -> None:
    play = Transcript(make_policy("llama"), 3, Mode.KEPT)
    play.begin([0, 1, 2], [play.some(20), play.some(512), play.some(10)])
    play.read([2, 0], [1, 1])
    play.read([0, 2], [30, 2])


def test_the_mode_is_proven(make_policy: Callable[..., Policy], monkeypatch: pytest.MonkeyPatch) -> None:
    policy = make_policy("llama")
    assert choose_mode(policy) is Mode.KEPT
    with monkeypatch.context() as patch:
        everything = KeptReader._mask
        patch.setattr(KeptReader, "_mask", lambda *args: torch.ones_like(everything(*args)))
        assert choose_mode(policy) is Mode.PER_TURN, "seeing too much is noticed"
    assert not _readers._attends_to_everything(make_policy("mistral_with_window"))
    assert choose_mode(make_policy("mistral_with_window")) is Mode.PER_TURN


def test_a_recurrent_model_is_read_anew_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    model = MambaForCausalLM(MambaConfig(vocab_size=97, hidden_size=16, num_hidden_layers=1, state_size=4))
    assert choose_mode(Policy(model)) is Mode.UNCACHED
    assert "expect slow rollouts" in caplog.text
