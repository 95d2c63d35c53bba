"""How a batch of growing dialogues is read: each token once where the model allows it, else at each turn.

A reader keeps what the model has read of each dialogue. `begin` starts dialogues anew, `read` appends tokens
and gives the logits and the value after the last one. Rows may be any subset, in any order, with any number
of new tokens each.

Which reader is right for a model is not guessed: `choose_mode` takes the fastest that agrees with plain
forward passes.
"""

import logging
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

from dialogue_gym.agents.llm._kept import SHARED_PREFIX, KeptReader
from dialogue_gym.agents.llm._reread import RereadReader
from dialogue_gym.agents.llm.policy import Policy, Reading, close

logger = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]
Tokens = Sequence[Sequence[int]]


class Mode(StrEnum):
    """How dialogues are read."""

    KEPT = "kept"
    """One KV cache from the first turn to the last."""
    PER_TURN = "per_turn"
    """Read again at each turn, cached within it."""
    UNCACHED = "uncached"
    """Read again for each token."""


class Reader(Protocol):
    """Reads dialogues, row by row of one batch."""

    def begin(self, rows: Rows, prompts: Tokens) -> Reading:
        """Forgets the rows and reads prompts into them. Gives the reading after each prompt."""

    def read(self, rows: Rows, tokens: Tokens) -> Reading:
        """Reads on, at least one token per row. Gives the reading after the last token of each."""


def make_reader(policy: Policy, rows: int, mode: Mode) -> Reader:
    """A reader for `rows` dialogues."""
    if mode is Mode.KEPT:
        return KeptReader(policy, rows)
    return RereadReader(policy, rows, cached=mode is Mode.PER_TURN)


def choose_mode(policy: Policy) -> Mode:
    """The fastest mode that is right for this model, proven on a small batch against plain forward passes."""
    if _attends_to_everything(policy) and _agrees(policy, Mode.KEPT):
        return Mode.KEPT
    if _agrees(policy, Mode.PER_TURN):
        return Mode.PER_TURN
    logger.warning(
        "%s gives other results with transformers' cache than without, so every token re-reads its "
        "dialogue: expect slow rollouts.",
        type(policy.model).__name__,
    )
    return Mode.UNCACHED


def _attends_to_everything(policy: Policy) -> bool:
    """Whether each layer attends to all earlier tokens, through kernels that take a mask per row."""
    model, config = policy.model, policy.config
    layers = DynamicCache(config=config).layers
    return (
        bool(layers)
        and all(type(layer) is DynamicLayer for layer in layers)
        and not model._is_stateful
        and config._attn_implementation in ("sdpa", "eager")
    )


def _agrees(policy: Policy, mode: Mode) -> bool:
    """Whether two turns of three dialogues of unequal length read the same as in plain forward passes."""
    vocabulary = policy.config.get_text_config().vocab_size
    stream = iter((np.arange(200) * 7919 % vocabulary).tolist())

    def some(*counts: int) -> list[list[int]]:
        return [[next(stream) for _ in range(count)] for count in counts]

    start = [next(stream) for _ in range(SHARED_PREFIX)]
    prompts = [start + end for end in some(3, 7, 1)]
    script = [([1, 0, 2], some(1, 1, 1)), ([2, 0], some(1, 1)), ([0, 2, 1], some(5, 2, 9)), ([1], some(1))]
    reader, heard = make_reader(policy, 3, mode), [list(prompt) for prompt in prompts]
    with policy.speaking():
        try:
            readings = [reader.begin(np.arange(3), prompts)]
            readings += [reader.read(np.array(rows), new) for rows, new in script]
        except (TypeError, ValueError):
            # The model does not take a cache, positions or a mask of this kind.
            return False
        plain = [_plain(policy, heard)]
        for rows, new in script:
            for row, more in zip(rows, new, strict=True):
                heard[row] += more
            plain.append(_plain(policy, [heard[row] for row in rows]))
    dtype = policy.model.dtype
    return all(close(one.logits, other.logits, dtype) for one, other in zip(readings, plain, strict=True))


def _plain(policy: Policy, dialogues: list[list[int]]) -> Reading:
    """The readings after whole dialogues, one pass each."""
    zero = torch.zeros(1, dtype=torch.int64, device=policy.device)
    readings = [policy.read(torch.tensor([d], device=policy.device), zero, zero + len(d) - 1) for d in dialogues]
    return Reading(torch.cat([r.logits for r in readings]), torch.cat([r.values for r in readings]))
