"""Stacked infos are what Gymnasium's own vectors make of them."""

import numpy as np
import pytest
from gymnasium.vector import VectorEnv
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.views.infos import stack_infos

SHAPES = {
    "flag": st.booleans(),
    "count": st.integers(-(2**40), 2**40),
    "score": st.floats(allow_nan=False),
    "word": st.text(max_size=3),
    "list": st.lists(st.integers(), max_size=2),
    "array": st.integers(0, 9).map(lambda n: np.arange(n, n + 3, dtype=np.int8)),
    "final_obs": st.integers(0, 9).map(lambda n: np.full(2, n, dtype=np.float32)) | st.text(max_size=3),
}
leaves = st.fixed_dictionaries({}, optional=SHAPES)
rows = st.lists(
    st.none() | st.fixed_dictionaries({}, optional={**SHAPES, "terms": leaves, "final_info": leaves}),
    min_size=1,
    max_size=4,
)


def gymnasiums(infos):
    vector = VectorEnv()
    vector.num_envs = len(infos)
    stacked = {}
    for i, info in enumerate(infos):
        if info is not None:
            stacked = vector._add_info(stacked, info, i)
    return stacked


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, dict):
            assert_same(value, other[name])
        else:
            assert value.dtype == other[name].dtype, name
            assert value.shape == other[name].shape, name
            assert str(value.tolist()) == str(other[name].tolist()), name


@given(rows)
def test_the_result_is_gymnasiums(infos):
    assert_same(stack_infos(infos), gymnasiums(infos))


def test_absent_rows_are_masked():
    stacked = stack_infos([{"a": 1.5}, None, {"b": "x", "terms": {"t": 2.0}}, {}])
    assert stacked["a"].tolist() == [1.5, 0.0, 0.0, 0.0]
    assert stacked["_a"].tolist() == [True, False, False, False]
    assert stacked["b"].tolist() == [None, None, "x", None]
    assert stacked["terms"]["t"].tolist() == [0.0, 0.0, 2.0, 0.0]
    assert stacked["terms"]["_t"].tolist() == stacked["_terms"].tolist() == [False, False, True, False]


def test_nothing_stacks_to_nothing():
    assert stack_infos([None, {}]) == {}


@pytest.mark.parametrize("value", [None, (), "x"])
def test_a_value_of_none_is_kept_apart_from_absence(value):
    stacked = stack_infos([{"a": value}, {}])
    assert stacked["a"].tolist() == [value, None]
    assert stacked["_a"].tolist() == [True, False]
