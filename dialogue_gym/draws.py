"""Keyed random draws: the same number for the same key on every machine, process and library version.

A simulated side draws its chances by *what they are for*, not by when they happen to be drawn. A key is
(task, scenario, trial, turn, purpose); replaying a dialogue replays its chances, and a draw added to one
purpose shifts no other. NumPy and `random` promise neither across versions, so the generator is SplitMix64
(Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA), a few lines of
integer arithmetic whose golden values are tested.

    >>> Stream(key("demo", 7, 0)).below(6)
    2
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")

_MASK = 0xFFFFFFFFFFFFFFFF
_GAMMA = 0x9E3779B97F4A7C15
_TO_UNIT = 1.0 / (1 << 53)


@lru_cache(maxsize=1 << 12)  # keys are folded from the same few names all the time
def name_key(name: str) -> int:
    """A 64-bit key for a name: FNV-1a over its UTF-8 bytes (Python's own `hash` differs per process)."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return value


def key(*parts: int | str) -> int:
    """Folds integers and names, in order, into one 64-bit key."""
    folded = _GAMMA
    for part in parts:
        if isinstance(part, str):
            part = name_key(part)
        # `fold`, written out: this is the hottest line of the simulators
        folded = (folded + _GAMMA + part) & _MASK
        folded = ((folded ^ (folded >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        folded = ((folded ^ (folded >> 27)) * 0x94D049BB133111EB) & _MASK
        folded ^= folded >> 31
    return folded


def fold(folded: int, part: int) -> int:
    """`key(*parts, part)` from `folded = key(*parts)`: for keys that differ in their last part only."""
    folded = (folded + _GAMMA + part) & _MASK
    folded = ((folded ^ (folded >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    folded = ((folded ^ (folded >> 27)) * 0x94D049BB133111EB) & _MASK
    return folded ^ (folded >> 31)


class Stream:
    """A sequence of draws under one key.

    Args:
        state: The key. Two streams with one key give the same sequence.
    """

    __slots__ = ("state",)

    def __init__(self, state: int) -> None:
        self.state = state

    def bits(self) -> int:
        """The next 64 random bits, as an integer in [0, 2**64)."""
        self.state = value = (self.state + _GAMMA) & _MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        return value ^ (value >> 31)

    def uniform(self) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self.bits() >> 11) * _TO_UNIT

    def below(self, bound: int) -> int:
        """An integer in [0, bound). The bias of the multiply-shift is below bound / 2**64."""
        return (self.bits() * bound) >> 64

    def choice(self, options: Sequence[T]) -> T:
        """One of `options`, each equally likely."""
        return options[(self.bits() * len(options)) >> 64]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of `options` with probability proportional to its weight."""
        target = self.uniform() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            target -= weight
            if target < 0:
                return option
        return options[-1]

    def chance(self, probability: float) -> bool:
        """True with the given probability. Always draws, so that a changed probability shifts no later draw."""
        return (self.bits() >> 11) * _TO_UNIT < probability

    def within(self, groups: Sequence[Sequence[T]]) -> T:
        """A member of one of `groups`, each group equally likely and each member of it: one draw for both."""
        product = self.bits() * len(groups)
        group = groups[product >> 64]
        return group[((product & _MASK) * len(group)) >> 64]

    def pair(self, options: Sequence[T]) -> tuple[T, T]:
        """Two different members of `options`, as `sample(options, 2)` gives them."""
        size = len(options)
        first, second = (self.bits() * size) >> 64, 1 + ((self.bits() * (size - 1)) >> 64)
        return options[first], options[0 if second == first else second]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different members of `options`, in random order (a partial Fisher-Yates shuffle)."""
        size = len(options)
        moved: dict[int, T] = {}  # what lies elsewhere than in `options`: few members of many
        drawn: list[T] = []
        for i in range(count):
            j = i + self.below(size - i)
            drawn.append(moved[j] if j in moved else options[j])
            if j > i:
                moved[j] = moved[i] if i in moved else options[i]
        return drawn


class LongStream(Stream):
    """The same sequence, drawn by the block: half the price where some sixty draws or more are made at once.

    SplitMix64 numbers its states, so that a block of outputs is a few operations on an array.
    """

    __slots__ = ("bits",)

    def __init__(self, state: int) -> None:
        super().__init__(state)
        self.bits = chain.from_iterable(_blocks(state)).__next__  # type: ignore[method-assign]


def first_bits(states: Sequence[int], count: int) -> npt.NDArray[np.uint64]:
    """uint64 (len(states), count): row i holds the first bits of `Stream(states[i])`."""
    return _outputs(np.array(states, np.uint64)[:, None] + _steps(count))


def uniforms(state: int, count: int) -> npt.NDArray[np.float64]:
    """float64 (count,): the first `count` draws of `Stream(state).uniform()`."""
    return (_outputs(_steps(count) + np.uint64(state)) >> np.uint64(11)).astype(np.float64) * _TO_UNIT


def _outputs(states: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's output in each of its states."""
    states = (states ^ (states >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    states = (states ^ (states >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return states ^ (states >> np.uint64(31))


def _steps(count: int) -> npt.NDArray[np.uint64]:
    """How far the next states are."""
    return _far_steps(1 << (count - 1).bit_length() if count > 0 else 1)[:count]


@lru_cache(maxsize=32)
def _far_steps(count: int) -> npt.NDArray[np.uint64]:
    return np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GAMMA)


def _blocks(state: int) -> Iterator[list[int]]:
    """The outputs after a state, 64 at a time."""
    while True:
        yield _outputs(_steps(64) + np.uint64(state)).tolist()
        state = (state + 64 * _GAMMA) & _MASK
