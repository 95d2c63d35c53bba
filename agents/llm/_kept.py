"""Reading dialogues with one KV cache from the first turn to the last: each token is read once.

For models with full attention. Prompts are read once for all dialogues that share them, and so is what all
prompts have in common.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dialogue_gym.agents.llm._cache import RaggedCache
from dialogue_gym.agents.llm.policy import Policy, Reading

Rows = npt.NDArray[np.int64]
Tokens = Sequence[Sequence[int]]

SHARED_PREFIX = 16
"""Tokens that all prompts must have in common before it pays to read them apart."""
_MOSTLY = 0.75
"""Share of the rows in a pass that must be wanted ones; below it, wanted rows are moved together."""


class KeptReader:
    """One cache for all turns.

    Args:
        policy: A model with full attention in every layer.
        rows: Number of dialogues.
        pass_tokens: Bound on the tokens of one forward pass, against running out of memory on long prompts.
    """

    def __init__(self, policy: Policy, rows: int, *, pass_tokens: int = 16_384) -> None:
        self._policy = policy
        self._cache = RaggedCache(policy.config.get_text_config().num_hidden_layers, rows)
        self._pass_tokens = pass_tokens
        # Dialogues move between the places of the cache; lengths stay with the dialogue.
        self._place = np.arange(rows)
        self._at = np.arange(rows)
        self._lengths = np.zeros(rows, np.int64)
        self._additive_mask = policy.config._attn_implementation == "eager"

    def begin(self, rows: Rows, prompts: Tokens) -> Reading:
        """As in `Reader`; equal prompts are read once."""
        firsts: dict[tuple[int, ...], int] = {}
        which = [firsts.setdefault(tuple(prompt), len(firsts)) for prompt in prompts]
        unique = list(firsts)
        readers = rows[[which.index(i) for i in range(len(unique))]]
        self._lengths[rows] = 0
        shared = _common_prefix(unique) if len(unique) > 1 else 0
        if shared >= SHARED_PREFIX:
            self.read(readers[:1], [unique[0][:shared]])
            self._copy(readers[1:], readers[np.zeros(len(unique) - 1, np.int64)])
        else:
            shared = 0
        reading = self.read(readers, [prompt[shared:] for prompt in unique])
        self._copy(rows, readers[which])
        pick = torch.tensor(which, device=reading.logits.device)
        return Reading(reading.logits[pick], reading.values[pick])

    def read(self, rows: Rows, tokens: Tokens) -> Reading:
        """As in `Reader`."""
        counts = np.array([len(new) for new in tokens])
        width, longest = self._bring_forward(rows), int(counts.max())
        places = self._place[rows]
        starts = self._lengths[self._at[:width]]
        # Rows in between that are not wanted read idle tokens behind their end, which the next overwrite.
        last = np.zeros_like(starts)
        last[places] = starts[places] + counts - 1
        slots = starts[:, None] + np.arange(longest)
        ids = np.zeros((width, longest), np.int64)
        for place, new in zip(places, tokens, strict=True):
            ids[place, : len(new)] = new
        self._cache.reserve(int(slots.max()) + 1)
        self._lengths[rows] += counts

        step = max(1, self._pass_tokens // longest)
        parts, order = [], []
        for first in range(0, width, step):
            mine = np.flatnonzero((places >= first) & (places < first + step))
            if len(mine):
                piece = slice(first, first + step)
                seen = int(last[places[mine]].max()) + 1
                at = places[mine] - first, counts[mine] - 1
                parts.append(self._forward(first, ids[piece], slots[piece], last[piece], seen, at))
                order.append(mine)
        if len(parts) == 1:
            return parts[0]
        back = torch.from_numpy(np.argsort(np.concatenate(order))).to(parts[0].logits.device)
        return Reading(torch.cat([p.logits for p in parts])[back], torch.cat([p.values for p in parts])[back])

    def _forward(
        self,
        first: int,
        ids: npt.NDArray[np.int64],
        slots: npt.NDArray[np.int64],
        last: npt.NDArray[np.int64],
        seen: int,
        at: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    ) -> Reading:
        """One pass over neighbouring rows of the cache."""
        device = self._policy.device
        slots_RT = torch.from_numpy(slots).to(device)
        # Padding must not ask for positions that the model does not have.
        positions_RT = torch.from_numpy(np.minimum(slots, last[:, None])).to(device)
        from_scratch = slots.shape[1] > 1 and not slots[:, 0].any()
        seen = slots.shape[1] if from_scratch else seen
        self._cache.aim(first, slots_RT, seen)
        return self._policy.read(
            torch.from_numpy(ids).to(device),
            *(torch.from_numpy(index).to(device) for index in at),
            # Without a past, causality is all the mask there is, and kernels have that built in.
            attention_mask=None if from_scratch else self._mask(slots_RT, seen),
            position_ids=positions_RT,
            past_key_values=self._cache,
            use_cache=True,
        )

    def _mask(self, slots_RT: Tensor, seen: int) -> Tensor:
        """(R, 1, T, seen): which slots each query sees."""
        visible = torch.arange(seen, device=slots_RT.device) <= slots_RT[:, None, :, None]
        if not self._additive_mask:
            return visible
        dtype = self._policy.model.dtype
        return torch.zeros(visible.shape, dtype=dtype, device=visible.device).masked_fill(
            ~visible, torch.finfo(dtype).min
        )

    def _bring_forward(self, rows: Rows) -> int:
        """Number of places, from the first, that a pass over the rows covers, with wanted rows moved."""
        count, width = len(rows), int(self._place[rows].max()) + 1
        if count >= _MOSTLY * width:
            return width
        incoming = self._place[rows[self._place[rows] >= count]]
        leaving = np.flatnonzero(~np.isin(self._at[:count], rows))
        self._trade(np.concatenate([leaving, incoming]), np.concatenate([incoming, leaving]))
        return count

    def _trade(self, targets: Rows, sources: Rows) -> None:
        moved = self._at[sources]
        self._cache.move(targets.tolist(), sources.tolist(), int(self._lengths[moved].max()))
        self._at[targets] = moved
        self._place[moved] = targets

    def _copy(self, rows: Rows, sources: Rows) -> None:
        """Gives rows what others have read."""
        different = rows != sources
        rows, sources = rows[different], sources[different]
        if len(rows):
            length = int(self._lengths[sources].max())
            self._cache.move(self._place[rows].tolist(), self._place[sources].tolist(), length)
            self._lengths[rows] = self._lengths[sources]


def _common_prefix(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with, leaving at least one of each."""
    low, high = min(map(list, prompts)), max(map(list, prompts))
    bound = min(map(len, prompts)) - 1
    return next((i for i in range(bound) if low[i] != high[i]), bound)
