"""A batch of dialogues from the policy's side: it hears, it speaks, and nothing is read twice.

This is the part of a rollout that knows no environment; an evaluation agent drives it just as
`DialogueSampler` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from dialogue_gym.agents.llm._readers import Mode, choose_mode, make_reader
from dialogue_gym.agents.llm._sampling import draw, uniforms
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import NonFiniteError, Policy, Reading
from dialogue_gym.errors import ConfigurationError

Info = Mapping[str, Any]

_RESERVE = 32
"""Positions kept free behind the context limit, where the observation after a cut is read for its value."""


@dataclass
class TokenDialogue:
    """One dialogue in the making, as tokens."""

    tokens: list[int]
    pending: list[int]
    """Tokens that the model has not read yet; always some, and the last ones of `tokens`."""
    turns: list[tuple[int, int]] = field(default_factory=list)
    logprobs: list[npt.NDArray[np.float32]] = field(default_factory=list)
    values: list[npt.NDArray[np.float32]] = field(default_factory=list)
    finished: list[bool] = field(default_factory=list)


class Conversations:
    """A batch of dialogues from the policy's side: it hears and speaks.

    Args:
        policy: Speaks.
        chat: Turns messages into tokens and back.
        rows: Number of dialogues.
        mode: How dialogues are read; None proves the fastest right one anew.
        max_turn_tokens: Budget of one turn, its end included.
        context_limit: No turn begins that could grow beyond this many tokens.
    """

    def __init__(
        self,
        policy: Policy,
        chat: ChatFormat,
        rows: int,
        *,
        mode: Mode | None = None,
        max_turn_tokens: int = 128,
        context_limit: int = 2048,
    ) -> None:
        self.policy = policy
        self.chat = chat
        self.max_turn_tokens = max_turn_tokens
        # Recurrent models declare no number of positions, and need none.
        declared = getattr(policy.config.get_text_config(), "max_position_embeddings", None)
        self._positions: int = declared or 2 * context_limit
        self.context_limit = min(context_limit, self._positions - _RESERVE)
        self._mode = choose_mode(policy) if mode is None else mode
        self._rows, self._reader = rows, make_reader(policy, rows, self._mode)
        self._begun: set[int] = set()
        self.dialogues: dict[int, TokenDialogue] = {}
        self._ends = torch.tensor(sorted(chat.turn_end_ids), device=policy.device)

    def make_room(self, rows: int) -> None:
        """Takes in more dialogues, where there are more than before. All are read again when they next speak."""
        if rows <= self._rows:
            return
        self._rows, self._reader = rows, make_reader(self.policy, rows, self._mode)
        self._begun.clear()
        for dialogue in self.dialogues.values():
            dialogue.pending = list(dialogue.tokens)

    def begin(self, rows: Sequence[int], infos: Sequence[Info]) -> None:
        """Starts dialogues in rows, from the infos of their reset (one per row given)."""
        for row, info in zip(rows, infos, strict=True):
            prompt = self.chat.prompt(info["instructions"], info["tools"], info["messages"])
            if len(prompt) + self.max_turn_tokens > self.context_limit:
                raise ConfigurationError(
                    f"Expected a prompt and a turn of {self.max_turn_tokens} tokens to fit into "
                    f"{self.context_limit}, got a prompt of {len(prompt)}. Raise context_limit (the model "
                    f"has {self._positions} positions) or lower max_turn_tokens."
                )
            self.dialogues[row] = TokenDialogue(prompt, list(prompt))
            self._begun.discard(row)

    def hear(self, rows: Sequence[int], infos: Sequence[Info]) -> None:
        """Appends what the environment said to dialogues that go on, with the prompt for the next turn."""
        for row, info in zip(rows, infos, strict=True):
            dialogue = self.dialogues[row]
            increment = self.chat.increment(info["messages"], last_token=dialogue.tokens[-1])
            dialogue.tokens += increment
            dialogue.pending += increment

    def is_full(self, row: int) -> bool:
        """Whether there is no room for another turn."""
        return len(self.dialogues[row].tokens) + self.max_turn_tokens > self.context_limit

    def speak(self, rows: Sequence[int], keys: Sequence[int] | None) -> list[str]:
        """One turn in each row. Gives what the policy says.

        Args:
            rows: Rows that were begun or have heard something since they last spoke.
            keys: One key per row for its draws; None takes the most likely token each time.
        """
        count, budget = len(rows), self.max_turn_tokens
        tokens = np.zeros((count, budget), np.int64)
        logprobs, values = np.zeros((2, count, budget), np.float32)
        lengths = np.zeros(count, np.int64)
        finished = np.zeros(count, np.bool_)
        draws = None if keys is None else torch.from_numpy(uniforms(keys, budget)).to(self.policy.device)
        speaking, places = np.arange(count), np.array(rows, np.int64)
        with self.policy.speaking():
            reading = self._read_pending(places)
            for step in range(budget):
                drawn = None if draws is None else draws[torch.from_numpy(speaking).to(draws.device), step]
                token_N, logprob_N = draw(reading.logits, drawn)
                ended = torch.isin(token_N, self._ends).cpu().numpy()
                tokens[speaking, step] = token_N.cpu().numpy()
                logprobs[speaking, step] = logprob_N.cpu().numpy()
                values[speaking, step] = reading.values.cpu().numpy()
                lengths[speaking] += 1
                finished[speaking[ended]] = True
                speaking = speaking[~ended]
                # The last token of a turn is read with what is heard next.
                if not len(speaking) or step + 1 == budget:
                    break
                reading = self._reader.read(places[speaking], tokens[speaking, step, None].tolist())
        if not np.isfinite(logprobs).all():
            raise NonFiniteError("Expected finite logits, got some that are not. The policy has diverged.")
        said = []
        for i, row in enumerate(rows):
            dialogue, length = self.dialogues[row], int(lengths[i])
            turn = tokens[i, :length].tolist()
            dialogue.turns.append((len(dialogue.tokens), len(dialogue.tokens) + length))
            dialogue.tokens += turn
            dialogue.pending = turn[-1:]
            dialogue.logprobs.append(logprobs[i, :length])
            dialogue.values.append(values[i, :length])
            dialogue.finished.append(bool(finished[i]))
            said.append(self.chat.text(turn))
        return said

    def bootstrap_values(self, rows: Sequence[int]) -> list[float]:
        """Values of the states in which rows would speak next. These dialogues do not go on afterwards."""
        if not rows:
            return []
        for row in rows:
            dialogue = self.dialogues[row]
            excess = len(dialogue.tokens) - self._positions
            if excess > 0:
                # Too long a last observation loses its middle: only its value is read, nobody answers it.
                half = (len(dialogue.pending) - excess) // 2
                read = len(dialogue.tokens) - len(dialogue.pending)
                dialogue.pending = dialogue.pending[:half] + dialogue.pending[half + excess :]
                dialogue.tokens = dialogue.tokens[:read] + dialogue.pending
        with self.policy.speaking():
            values: list[float] = self._read_pending(np.array(rows, np.int64)).values.tolist()
        return values

    def _read_pending(self, rows: npt.NDArray[np.int64]) -> Reading:
        """Reads what rows have heard, prompts of new dialogues included."""
        pending = [self.dialogues[row].pending for row in rows.tolist()]
        new = ~np.isin(rows, list(self._begun))
        self._begun.update(rows.tolist())
        if new.all():
            return self._reader.begin(rows, pending)
        if not new.any():
            return self._reader.read(rows, pending)
        parts = [np.flatnonzero(new), np.flatnonzero(~new)]
        fresh = self._reader.begin(rows[new], [pending[i] for i in parts[0]])
        old = self._reader.read(rows[~new], [pending[i] for i in parts[1]])
        back = torch.from_numpy(np.argsort(np.concatenate(parts))).to(self.policy.device)
        return Reading(*(torch.cat(both)[back] for both in zip(fresh, old, strict=True)))
