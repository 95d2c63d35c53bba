"""Reading dialogues again at every turn, for models that a cache with rows of unequal length would mislead.

Sliding windows and recurrent states are such. Within a turn, transformers' own cache serves, over rows padded
on the left; a model that cannot even do that reads its dialogues again for every token.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from dialogue_gym.agents.llm.policy import Policy, Reading

Rows = npt.NDArray[np.int64]
Tokens = Sequence[Sequence[int]]


class RereadReader:
    """Reads dialogues again at each turn.

    Args:
        policy: Any causal model.
        rows: Number of dialogues.
        cached: Keep transformers' own cache within a turn.
    """

    def __init__(self, policy: Policy, rows: int, *, cached: bool = True) -> None:
        self._policy = policy
        self._cached = cached
        self._tokens: list[list[int]] = [[] for _ in range(rows)]
        # The running turn: cache, mask of what it holds, and where rows that have read along so far are in
        # it.
        self._cache: Any = None
        self._mask_BT = torch.empty(0)
        self._row_at: dict[int, int] = {}

    def begin(self, rows: Rows, prompts: Tokens) -> Reading:
        """As in `Reader`."""
        for row in rows:
            self._tokens[row] = []
        self._row_at = {}
        return self.read(rows, prompts)

    def read(self, rows: Rows, tokens: Tokens) -> Reading:
        """As in `Reader`."""
        for row, new in zip(rows, tokens, strict=True):
            self._tokens[row] += new
        reads_on = self._cached and all(len(new) == 1 for new in tokens)
        if reads_on and all(row in self._row_at for row in rows.tolist()):
            return self._read_on(rows.tolist())
        return self._reread(rows.tolist())

    def _reread(self, rows: list[int]) -> Reading:
        device = self._policy.device
        longest = max(len(self._tokens[row]) for row in rows)
        ids_BT = torch.zeros((len(rows), longest), dtype=torch.int64)
        mask_BT = torch.zeros_like(ids_BT)
        lengths = torch.tensor([len(self._tokens[row]) for row in rows], device=device)
        for i, row in enumerate(rows):
            new = torch.tensor(self._tokens[row])
            if self._cached:
                ids_BT[i, longest - len(new) :], mask_BT[i, longest - len(new) :] = new, 1
            else:
                ids_BT[i, : len(new)] = new
        every = torch.arange(len(rows), device=device)
        if not self._cached:
            return self._policy.read(ids_BT.to(device), every, lengths - 1)
        self._mask_BT = mask_BT.to(device)
        self._cache = DynamicCache(config=self._policy.config)
        self._row_at = {row: i for i, row in enumerate(rows)}
        positions_BT = (self._mask_BT.cumsum(1) - 1).clamp_min(0)
        return self._pass(ids_BT.to(device), positions_BT, every)

    def _read_on(self, rows: list[int]) -> Reading:
        """One more token; rows of the turn that have ended read along, and are not asked for again."""
        device = self._policy.device
        at = torch.tensor([self._row_at[row] for row in rows], device=device)
        self._row_at = {row: self._row_at[row] for row in rows}
        ids_BT = torch.zeros((len(self._mask_BT), 1), dtype=torch.int64, device=device)
        ids_BT[at, 0] = torch.tensor([self._tokens[row][-1] for row in rows], device=device)
        self._mask_BT = torch.nn.functional.pad(self._mask_BT, (0, 1), value=1)
        return self._pass(ids_BT, self._mask_BT.sum(1, keepdim=True) - 1, at)

    def _pass(self, ids_BT: Tensor, positions_BT: Tensor, wanted_N: Tensor) -> Reading:
        return self._policy.read(
            ids_BT,
            wanted_N,
            torch.full_like(wanted_N, ids_BT.shape[1] - 1),
            attention_mask=self._mask_BT,
            position_ids=positions_BT,
            past_key_values=self._cache,
            use_cache=True,
        )
