"""What one dialogue leaves behind for learning, and how many of them become one batch.

A `Trajectory` holds token ids exactly as they were sampled or read, and *spans* that say which of them the
policy chose. Masks are made from the spans and never from token ids, so padding with the end-of-sequence
token is safe. Nothing here knows a tokenizer, a model or a loss.

Shapes: L tokens and K turns of one dialogue, A of its tokens chosen by the policy; B dialogues of a batch, T
tokens of the longest one, N action tokens of the whole batch, dialogue after dialogue.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from dialogue_gym.errors import ConfigurationError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class End(StrEnum):
    """Why a trajectory ends. Only `CUT` bootstraps: after the other two the outcome was scored."""

    TERMINATED = "terminated"
    """The task ended."""
    TRUNCATED = "truncated"
    """The task's own turn limit was reached; stalling up to it must not pay, so nothing is bootstrapped."""
    CUT = "cut"
    """The trainer stopped reading, for want of context; the dialogue could have gone on."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One dialogue as the policy saw and made it.

    Attributes:
        tokens: int64 (L,), the whole context: prompt, turns, what was heard, in order. After a cut it ends
            with the last observation and the generation prompt, where `bootstrap_value` was read.
        turns: int64 (K, 2), half-open spans of the tokens that the policy chose, in order. Never empty.
        logprobs: float32 (A,), log-probability of each action token when it was sampled, at the sampling
            temperature.
        values: float32 (A,), value read where each action token was predicted.
        rewards: float32 (K,), what the environment paid for each turn.
        end: Why it ended.
        bootstrap_value: Value of the state a cut leaves behind; 0 otherwise.
        finished: bool (K,), whether the policy ended the turn itself; False where the token budget cut it.
        scenario: The environment's scenario index.
        trial: The environment's trial. Dialogues with the same (scenario, trial) form a group.
        dialogue: Number of the dialogue within the iteration; part of the key of its random draws.
        info: JSON-able extras: "messages" (the dialogue as text), "outcome", "stop_reason", "reward_terms"
            per turn.
    """

    tokens: Ints
    turns: Ints
    logprobs: Floats
    values: Floats
    rewards: Floats
    end: End
    finished: npt.NDArray[np.bool_]
    bootstrap_value: float = 0.0
    scenario: int = 0
    trial: int = 0
    dialogue: int = 0
    info: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        turns, length = self.turns, len(self.tokens)
        if turns.ndim != 2 or turns.shape[1] != 2 or not len(turns):
            raise ConfigurationError(f"Expected at least one turn, as spans (K, 2), got shape {turns.shape}.")
        starts, stops = turns[:, 0], turns[:, 1]
        if (stops <= starts).any() or (starts[1:] < stops[:-1]).any() or starts[0] < 1 or stops[-1] > length:
            raise ConfigurationError(
                "Expected non-empty turns in order, apart, after at least one token and within "
                f"{length} tokens, got {turns.tolist()}."
            )
        actions = int((stops - starts).sum())
        expected = {"logprobs": actions, "values": actions, "rewards": len(turns), "finished": len(turns)}
        for name, count in expected.items():
            if getattr(self, name).shape != (count,):
                raise ConfigurationError(
                    f"Expected {name} of shape ({count},) for {len(turns)} turns with {actions} action "
                    f"tokens, got {getattr(self, name).shape}."
                )
        if self.end is not End.CUT and self.bootstrap_value != 0.0:
            raise ConfigurationError(
                f"A dialogue that ended as {self.end.value!r} was scored and never bootstraps, "
                f"got bootstrap_value {self.bootstrap_value}."
            )

    @classmethod
    def from_log(cls, tokens: Sequence[int], turns: Sequence[tuple[int, int]], **more: Any) -> Self:
        """A logged dialogue: somebody else chose the turns; log-probabilities, values and rewards are 0."""
        spans = np.asarray(turns, np.int64).reshape(-1, 2)
        zeros = np.zeros(int((spans[:, 1] - spans[:, 0]).sum()), np.float32)
        return cls(
            tokens=np.asarray(tokens, np.int64),
            turns=spans,
            logprobs=zeros,
            values=zeros,
            rewards=np.zeros(len(spans), np.float32),
            end=End.TERMINATED,
            finished=np.ones(len(spans), np.bool_),
            **more,
        )

    @property
    def action_positions(self) -> Ints:
        """int64 (A,), where the action tokens stand in `tokens`."""
        return np.concatenate([np.arange(start, stop) for start, stop in self.turns.tolist()])

    @property
    def total_reward(self) -> float:
        """Undiscounted sum of the rewards."""
        return float(self.rewards.sum())


_ARRAYS = ("tokens", "turns", "logprobs", "values", "rewards", "finished")
_SCALARS = ("end", "bootstrap_value", "scenario", "trial", "dialogue", "info")


def save_trajectories(path: str | os.PathLike[str], trajectories: Sequence[Trajectory]) -> None:
    """Writes trajectories to one safetensors file, atomically.

    Arrays are concatenated, with offsets beside them; what is not an array becomes JSON in a byte tensor.
    """
    content: dict[str, npt.NDArray[Any]] = {}
    for name in _ARRAYS:
        parts = [getattr(t, name) for t in trajectories]
        content[name] = np.concatenate(parts)
        content[f"{name}.offsets"] = np.cumsum([0, *map(len, parts)])
    rows = [{name: getattr(t, name) for name in _SCALARS} for t in trajectories]
    content["json"] = np.frombuffer(json.dumps(rows).encode(), np.uint8)
    partial = Path(f"{os.fspath(path)}.partial")
    save_file(content, partial)
    partial.replace(path)


def load_trajectories(path: str | os.PathLike[str]) -> list[Trajectory]:
    """Reads what `save_trajectories` wrote. Nothing in the file is executed."""
    content = load_file(path)
    rows = json.loads(content["json"].tobytes())
    spans = {name: list(pairwise(content[f"{name}.offsets"].tolist())) for name in _ARRAYS}
    trajectories = []
    for i, row in enumerate(rows):
        arrays: dict[str, Any] = {name: content[name][slice(*spans[name][i])] for name in _ARRAYS}
        trajectories.append(Trajectory(**arrays, **{**row, "end": End(row["end"])}))
    return trajectories
