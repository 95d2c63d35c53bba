"""The space of dialogue text."""

import pickle

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.spaces import Utterance


@given(st.text(st.characters(codec=None, categories=None), max_size=30))
def test_any_text_up_to_the_length_is_a_member(text):
    assert (text in Utterance(20)) == (len(text) <= 20)


@pytest.mark.parametrize("value", [None, b"text", 1, ["text"], ("t",), np.array("text")], ids=repr)
def test_nothing_else_is_a_member(value):
    assert value not in Utterance()


def test_samples_are_members_and_vary():
    space = Utterance(10, seed=3)
    samples = [space.sample() for _ in range(200)]
    assert all(type(sample) is str and sample in space and sample for sample in samples)
    assert len(set(samples)) > 150
    assert all(Utterance(1, seed=i).sample() in Utterance(1) for i in range(20))


def test_samples_are_seeded():
    one, other = Utterance(seed=7), Utterance()
    other.seed(7)
    assert [one.sample() for _ in range(10)] == [other.sample() for _ in range(10)]


def test_masks_are_refused():
    with pytest.raises(ValueError, match="neither mask nor probability"):
        Utterance().sample(mask=np.ones(3))  # type: ignore[arg-type]


def test_equality_is_by_length():
    assert Utterance(5) == Utterance(5, seed=1)
    assert hash(Utterance(5)) == hash(Utterance(5))
    assert Utterance(5) != Utterance(6)
    assert Utterance(5) != gym.spaces.Text(5)
    assert repr(Utterance(5)) == "Utterance(5)"


def test_json_and_pickle_round_trips():
    space = Utterance(9, seed=2)
    samples = ["a", "ß\n", ""]
    assert space.from_jsonable(space.to_jsonable(samples)) == samples
    copied = pickle.loads(pickle.dumps(space))
    assert copied == space
    assert copied.sample() == space.sample()


def test_it_is_batched_as_a_tuple_of_texts():
    space = Utterance(9)
    batch = batch_space(space, 3)
    assert isinstance(batch, gym.spaces.Tuple)
    assert batch.contains(("a", "", "b"))
    assert list(iterate(batch, ("a", "", "b"))) == ["a", "", "b"]
    empty = create_empty_array(space, 2)
    assert concatenate(space, ["a", "b"], empty) == ("a", "b")
    assert not space.is_np_flattenable
