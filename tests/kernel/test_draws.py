"""Golden values: the draws may never change, for scenarios are made of them."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.draws import LongStream, Stream, fold, key, name_key, uniforms

SPLITMIX_1234567 = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]
"""The first outputs for seed 1234567, as published with other implementations of SplitMix64 (Rosetta Code,
"Pseudo-random numbers/Splitmix64")."""
FNV1A = {
    "": 0xCBF29CE484222325,
    "a": 0xAF63DC4C8601EC8C,
    "foobar": 0x85944171F73967E8,
}
"""Test vectors of the FNV reference (draft-eastlake-fnv, appendix)."""

names = st.text(st.characters(codec="utf-8"), max_size=20)
parts = st.lists(st.one_of(st.integers(0, 2**64 - 1), names), max_size=5)
states = st.integers(0, 2**64 - 1)


def splitmix(state, count):
    """SplitMix64 with NumPy's wrapping integers: another road to the same numbers."""
    outputs = []
    with np.errstate(over="ignore"):
        x = np.uint64(state)
        for _ in range(count):
            x += np.uint64(0x9E3779B97F4A7C15)
            z = x
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            outputs.append(int(z ^ (z >> np.uint64(31))))
    return outputs


def test_bits_are_the_published_ones():
    stream = Stream(1234567)
    assert [stream.bits() for _ in range(5)] == SPLITMIX_1234567
    assert splitmix(1234567, 5) == SPLITMIX_1234567


@given(states)
def test_bits_are_splitmix64(state):
    stream = Stream(state)
    assert [stream.bits() for _ in range(4)] == splitmix(state, 4)


@given(states)
def test_a_long_stream_is_the_same_sequence(state):
    long, short = LongStream(state), Stream(state)
    assert [long.bits() for _ in range(150)] == [short.bits() for _ in range(150)]
    assert long.choice(range(1000)) == short.choice(range(1000))
    assert (long.uniform(), long.below(7), long.chance(0.5)) == (short.uniform(), short.below(7), short.chance(0.5))


@given(parts, states)
def test_folding_one_more_part_is_the_key_of_all(given_parts, part):
    assert fold(key(*given_parts), part) == key(*given_parts, part)


@pytest.mark.parametrize("name", FNV1A)
def test_a_names_key_is_fnv1a(name):
    assert name_key(name) == FNV1A[name]


@pytest.mark.parametrize(
    ("folded", "value"),
    [
        # key() starts from gamma = 0x9E3779B97F4A7C15 and folds in part p by mix(folded + gamma + p): what SplitMix64
        # puts out first from the state folded + p. So key(0) is the first output from state gamma, which is the
        # second from state 0: 0x6E789E6AA1B965F4, published with Vigna's splitmix64.c for seed 0.
        ((0,), 0x6E789E6AA1B965F4),
        ((), 0x9E3779B97F4A7C15),
    ],
)
def test_keys_worked_out_by_hand(folded, value):
    assert key(*folded) == value


@given(parts)
def test_a_key_folds_its_parts_in_order(given_parts):
    folded = 0x9E3779B97F4A7C15
    for part in given_parts:
        number = name_key(part) if isinstance(part, str) else part
        (folded,) = splitmix((folded + number) % 2**64, 1)
    assert key(*given_parts) == folded


def test_golden_keys():
    """Computed once by a plain-integer implementation of SplitMix64 and FNV-1a that shares no code with this one."""
    assert key("customer_service.retail.medium", 0, "train", 7) == 0xB3071F4083FFE07F
    assert key("demo", 7, 0) == 0x9DC138448999A945


def test_golden_draws():
    stream = Stream(key("golden", 1))
    assert [stream.below(10) for _ in range(10)] == [9, 2, 7, 5, 7, 8, 7, 1, 1, 6]
    assert [round(stream.uniform(), 12) for _ in range(3)] == [0.01931853704, 0.681829593569, 0.487409520523]
    assert stream.choice("abcdefgh") == "c"
    assert stream.sample(range(10), 4) == [3, 9, 5, 2]
    assert [stream.weighted("xyz", (1, 2, 3)) for _ in range(6)] == list("zyzyyz")
    assert [stream.chance(0.3) for _ in range(6)] == [False, False, False, False, False, True]


def test_order_and_kind_of_parts_matter():
    keys = [key(1, 2), key(2, 1), key("1", 2), key(1), key(1, 2, 0), key("12"), key("a", "b"), key("ab")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("neighbours", [lambda i: key("task", i), lambda i: key("task", 7, i, "purpose"), lambda i: i])
def test_first_draws_of_neighbouring_keys_are_uniform(neighbours):
    """Chi-square over 20 cells, 8000 draws: 19 degrees of freedom, 99.9 % below 43.8."""
    counts = [0] * 20
    for i in range(8000):
        counts[Stream(neighbours(i)).below(20)] += 1
    assert sum((count - 400) ** 2 / 400 for count in counts) < 43.8


def test_draws_of_one_stream_are_uniform_and_uncorrelated():
    stream = Stream(key("uniform"))
    draws = [stream.uniform() for _ in range(8000)]
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    assert ((counts - 400) ** 2 / 400).sum() < 43.8
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4 / math.sqrt(8000)


def test_a_permutation_is_as_likely_as_any_other():
    """24 permutations of four, 4800 samples: 23 degrees of freedom, 99.9 % below 49.7."""
    stream = Stream(key("permutations"))
    counts: dict[tuple[str, ...], int] = {}
    for _ in range(4800):
        order = tuple(stream.sample("abcd", 4))
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 24
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 49.7


def test_weights_are_kept():
    """Three cells, 6000 draws: 2 degrees of freedom, 99.9 % below 13.8."""
    stream = Stream(key("weights"))
    draws = [stream.weighted("abc", (3, 0, 1)) for _ in range(6000)]
    assert "b" not in draws
    a = draws.count("a")
    assert (a - 4500) ** 2 / 4500 + (6000 - a - 1500) ** 2 / 1500 < 13.8
    assert abs(sum(stream.chance(0.2) for _ in range(6000)) - 1200) < 4 * math.sqrt(6000 * 0.16)


@given(states, st.integers(1, 10**6))
def test_draws_are_in_range(state, bound):
    stream = Stream(state)
    assert 0 <= stream.below(bound) < bound
    assert 0.0 <= stream.uniform() < 1.0


@given(states)
def test_what_is_certain_happens(state):
    stream = Stream(state)
    assert stream.chance(1.0)
    assert not stream.chance(0.0)
    assert stream.weighted("ab", (0.0, 1e-9)) == "b"
    assert stream.weighted("ab", (1e-9, 0.0)) == "a"


@given(states, st.lists(st.integers(), max_size=12), st.data())
def test_a_sample_has_no_member_twice_and_leaves_its_source(state, options, data):
    count = data.draw(st.integers(0, len(options)))
    before = list(options)
    drawn = Stream(state).sample(options, count)
    assert options == before
    assert len(drawn) == count
    remaining = list(options)
    for member in drawn:
        remaining.remove(member)


@given(states, st.lists(st.integers(), min_size=2, max_size=40), st.data())
def test_a_sample_is_a_partial_fisher_yates_shuffle(state, options, data):
    count = data.draw(st.integers(0, len(options)))
    stream, pool = Stream(state), list(options)
    for i in range(count):
        j = i + stream.below(len(pool) - i)
        pool[i], pool[j] = pool[j], pool[i]
    assert Stream(state).sample(options, count) == pool[:count]
    assert list(Stream(state).pair(options)) == Stream(state).sample(options, 2)


@given(states, st.integers(0, 300))
def test_an_array_of_draws_is_the_stream(state, count):
    stream = Stream(state)
    assert uniforms(state, count).tolist() == [stream.uniform() for _ in range(count)]


def test_a_member_of_a_group_is_as_likely_as_its_group_and_place():
    """Groups of 1, 2 and 3, 6000 draws: each group a third, and alike within; 4.5 standard deviations."""
    stream = Stream(key("within"))
    drawn = [stream.within(("a", "bc", "def")) for _ in range(6000)]
    for group in ("a", "bc", "def"):
        for member in group:
            share = 1 / 3 / len(group)
            assert abs(drawn.count(member) / 6000 - share) < 4.5 * (share * (1 - share) / 6000) ** 0.5
    one, other = Stream(5), Stream(5)
    one.within("ab")
    other.bits()
    assert one.state == other.state, "one draw"


@given(states, st.floats(0, 1), st.floats(0, 1))
def test_a_changed_probability_shifts_no_later_draw(state, one, other):
    streams = Stream(state), Stream(state)
    streams[0].chance(one)
    streams[1].chance(other)
    assert streams[0].bits() == streams[1].bits()


def test_the_same_in_another_process():
    code = "from dialogue_gym.draws import *; print(key('a', 1, 'ß'), Stream(key('x')).bits())"
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(1)}
    assert runs == {f"{key('a', 1, 'ß')} {Stream(key('x')).bits()}\n".encode()}
