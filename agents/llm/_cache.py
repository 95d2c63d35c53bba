"""A KV cache whose rows have lengths of their own and stay between turns.

Slot t of row b holds the key and value of token t of that row's dialogue, so a position *is* a slot and rows
never have gaps. A row that reads more tokens than another writes further; what padding writes behind a row's
end is overwritten by the next tokens and never seen, since a query sees the slots up to its own position
only. Rows that take part in a forward pass stand side by side at the front of the buffers, so that a pass
works on views and copies nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin


class _RaggedLayer(CacheLayerMixin):
    """One layer's buffers: (rows, heads, capacity, width)."""

    is_sliding = False

    def __init__(self, owner: "RaggedCache") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._owner = owner

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        def empty(like: Tensor) -> Tensor:
            return like.new_zeros(self._owner.rows, like.shape[1], self._owner.capacity, like.shape[3])

        self.keys, self.values = empty(key_states), empty(value_states)
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        assert self.keys is not None
        assert self.values is not None
        where, window = self._owner.where, self._owner.window
        self.keys[where] = key_states.transpose(1, 2)
        self.values[where] = value_states.transpose(1, 2)
        return self.keys[window], self.values[window]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return query_length, 0

    def get_seq_length(self) -> int:
        # Positions and masks are handed to the model, so nobody has to derive them from a common length.
        return 0

    def get_max_length(self) -> int:
        return -1

    get_max_cache_shape = get_max_length  # its name in earlier releases of transformers 5


class RaggedCache(Cache):
    """Keys and values of `rows` dialogues.

    Args:
        layers: Number of the model's layers.
        rows: Number of dialogues.

    Attributes:
        capacity: Slots per row; grows as needed.
        where: Index of the slots that the running forward pass writes.
        window: Index of the rows and slots that it sees.
    """

    def __init__(self, layers: int, rows: int) -> None:
        self.rows = rows
        self.capacity = 0
        self.where: Any = None
        self.window: Any = None
        super().__init__(layers=[_RaggedLayer(self) for _ in range(layers)])

    def aim(self, start: int, slots_RT: Tensor, width: int) -> None:
        """Prepares a forward pass over rows from `start` on.

        Args:
            start: First row.
            slots_RT: int64 (R, T), where the pass writes.
            width: Slots that it sees, from the first.
        """
        rows = torch.arange(start, start + len(slots_RT), device=slots_RT.device)[:, None]
        self.where = rows, slice(None), slots_RT
        self.window = slice(start, start + len(slots_RT)), slice(None), slice(0, width)

    def reserve(self, capacity: int) -> None:
        """Makes room for `capacity` slots per row, and half as many again so that growing is rare."""
        if capacity <= self.capacity:
            return
        grown = capacity + capacity // 2
        for layer in self._ready():
            layer.keys, layer.values = (
                torch.nn.functional.pad(old, (0, 0, 0, grown - self.capacity)) for old in (layer.keys, layer.values)
            )
        self.capacity = grown

    def move(self, targets: Sequence[int], sources: Sequence[int], length: int) -> None:
        """Row targets[i] becomes what row sources[i] was, in the first `length` slots."""
        for layer in self._ready():
            for buffer in (layer.keys, layer.values):
                # The right side is a copy, so rows may trade places.
                buffer[targets, :, :length] = buffer[sources, :, :length]

    def _ready(self) -> Iterator[Any]:
        return (layer for layer in self.layers if isinstance(layer, _RaggedLayer) and layer.is_initialized)
