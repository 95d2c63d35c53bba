"""Trajectories side by side as tensors, and how they are split for the device's memory.

Shapes: B dialogues of a batch, T tokens of the longest one, N action tokens of the whole batch, dialogue
    after dialogue.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.errors import ConfigurationError


@dataclass(frozen=True, eq=False)
class Batch:
    """Trajectories side by side, padded on the right.

    Per-token tensors are (B, T) and stand at the token they speak of: `logprobs_BT[b, t]` is that of token t,
    `values` the value read at position t - 1, where token t was predicted. They are 0 off the action tokens.
    `flat` lists them as (N,), the layout of the losses, in which neither padding nor environment tokens
    exist.

    Attributes:
        tokens: int64 (B, T).
        lengths: int64 (B,), tokens before the padding.
        action_mask: bool (B, T), True on the tokens that the policy chose.
        turn_end: bool (B, T), True on the last action token of each turn.
        logprobs: float32 (B, T), at sampling time.
        values: float32 (B, T), at sampling time.
        rewards: float32 (B, T); a turn's reward sits on its last token.
        bootstrap: float32 (B,), value after a cut, 0 otherwise.
        groups: int64 (B,), equal for dialogues of the same scenario and trial.
        advantages: float32 (B, T), filled in by the trainer.
        returns: float32 (B, T), targets of the values, filled in by the trainer.
        reference_logprobs: float32 (B, T), of the reference policy, filled in by the trainer.
    """

    tokens: Tensor
    lengths: Tensor
    action_mask: Tensor
    turn_end: Tensor
    logprobs: Tensor
    values: Tensor
    rewards: Tensor
    bootstrap: Tensor
    groups: Tensor
    advantages: Tensor | None = None
    returns: Tensor | None = None
    reference_logprobs: Tensor | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def num_actions(self) -> int:
        """N, the number of action tokens."""
        return int(self.action_mask.sum())

    @property
    def action_index(self) -> tuple[Tensor, Tensor]:
        """int64 (N,) rows and columns of the action tokens. They are predicted at columns - 1."""
        rows, columns = self.action_mask.nonzero(as_tuple=True)
        return rows, columns

    def flat(self, values_BT: Tensor) -> Tensor:
        """(N,): the entries of a per-token tensor at the action tokens."""
        return values_BT[self.action_mask]

    def spread(self, values_N: Tensor) -> Tensor:
        """(B, T): the inverse of `flat`, 0 elsewhere."""
        spread_BT = values_N.new_zeros(self.tokens.shape)
        spread_BT[self.action_mask] = values_N
        return spread_BT

    def select(self, rows: Sequence[int]) -> "Batch":
        """The batch of some of its dialogues, with the padding they do not need cut off."""
        index = torch.as_tensor(rows, device=self.tokens.device)
        width = int(self.lengths[index].max())
        return self._map(lambda x: x[index, :width] if x.ndim == 2 else x[index])

    def to(self, device: torch.device | str) -> "Batch":
        """The batch on another device."""
        return self._map(lambda x: x.to(device, non_blocking=True))

    def _map(self, change: Callable[[Tensor], Tensor]) -> "Batch":
        present = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}
        return replace(self, **{name: change(value) for name, value in present.items()})


def collate(trajectories: Sequence[Trajectory], *, pad_id: int = 0, keep_tail: bool = False) -> Batch:
    """Pads trajectories on the right into one `Batch`.

    Args:
        trajectories: At least one.
        pad_id: Fills the padding. Any id does, the end-of-sequence token too: nothing looks at it.
        keep_tail: Keep what was read after the last action token. Only needed to read the value after a cut
            anew; no loss depends on it, so training leaves it out.
    """
    lengths = [len(t.tokens) if keep_tail else int(t.turns[-1, 1]) for t in trajectories]
    shape = len(trajectories), max(lengths)
    tokens = np.full(shape, pad_id, np.int64)
    action_mask, turn_end = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    logprobs, values, rewards = (np.zeros(shape, np.float32) for _ in range(3))
    for row, (t, length) in enumerate(zip(trajectories, lengths, strict=True)):
        tokens[row, :length] = t.tokens[:length]
        actions, ends = t.action_positions, t.turns[:, 1] - 1
        action_mask[row, actions] = True
        turn_end[row, ends] = True
        logprobs[row, actions], values[row, actions] = t.logprobs, t.values
        rewards[row, ends] = t.rewards
    groups: dict[tuple[int, int], int] = {}
    return Batch(
        tokens=torch.from_numpy(tokens),
        lengths=torch.tensor(lengths),
        action_mask=torch.from_numpy(action_mask),
        turn_end=torch.from_numpy(turn_end),
        logprobs=torch.from_numpy(logprobs),
        values=torch.from_numpy(values),
        rewards=torch.from_numpy(rewards),
        bootstrap=torch.tensor([t.bootstrap_value for t in trajectories], dtype=torch.float32),
        groups=torch.tensor([groups.setdefault((t.scenario, t.trial), len(groups)) for t in trajectories]),
    )


def plan_micro_batches(lengths: Sequence[int], max_tokens: int, *, at_least: int = 1) -> list[list[int]]:
    """Splits dialogues into micro-batches of similar length, so that little of each is padding.

    Args:
        lengths: Tokens of each dialogue.
        max_tokens: Bound on rows × longest row of a micro-batch. A longer single dialogue gets one of its
            own.
        at_least: Number of micro-batches to reach by splitting, for ranks that must run equally many.

    Returns:
        Row numbers per micro-batch, the longest dialogues first: if memory does not suffice, it shows at
        once.
    """
    if not 1 <= at_least <= len(lengths):
        raise ConfigurationError(
            f"Expected at_least between 1 and the {len(lengths)} dialogues there are, got {at_least}. "
            "Give every rank at least as many dialogues as the largest number of micro-batches."
        )
    plan: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if plan and (len(plan[-1]) + 1) * lengths[plan[-1][0]] <= max_tokens:
            plan[-1].append(row)
        else:
            plan.append([row])
    while len(plan) < at_least:
        largest = max(range(len(plan)), key=lambda i: len(plan[i]))
        rows = plan[largest]
        plan[largest : largest + 1] = [rows[: len(rows) // 2], rows[len(rows) // 2 :]]
    return plan
