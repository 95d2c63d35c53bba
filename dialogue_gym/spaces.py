"""The space of dialogue text."""

from typing import Any

import numpy as np
from gymnasium.spaces import Space

_SAMPLE_ALPHABET = np.array(list("abcdefghijklmnopqrstuvwxyz     .,?!0123456789äßçñжд中\n"))


class Utterance(Space[str]):
    """Any Unicode text up to a length.

    `gymnasium.spaces.Text` fixes a character set, which a dialogue does not have.

    Args:
        max_length: The most characters a member may have.
        seed: Seeds `sample`.
    """

    def __init__(self, max_length: int = 20_000, seed: int | None = None) -> None:
        self.max_length = max_length
        super().__init__(shape=None, dtype=None, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Text has no fixed-size array form."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether `x` is a string of at most `max_length` characters."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: None = None, probability: None = None) -> str:
        """A short random text. It is noise: to sample sensible actions use the `random` agent."""
        if mask is not None or probability is not None:
            raise ValueError("Utterance.sample takes neither mask nor probability.")
        length = int(self.np_random.integers(1, min(40, self.max_length) + 1))
        return "".join(self.np_random.choice(_SAMPLE_ALPHABET, size=length))

    def to_jsonable(self, sample_n: Any) -> list[str]:
        """Text is JSON already."""
        return list(sample_n)

    def from_jsonable(self, sample_n: Any) -> list[str]:
        """The reverse of `to_jsonable`."""
        return list(sample_n)

    def __repr__(self) -> str:
        return f"Utterance({self.max_length})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Utterance) and self.max_length == other.max_length

    def __hash__(self) -> int:
        return hash((type(self), self.max_length))
