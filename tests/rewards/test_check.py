"""Nothing that a reward does wrong gets past the check, and nothing right is refused."""

import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.errors import DialogueGymError, RewardError
from dialogue_gym.rewards import FunctionReward, Reward, Step, score_checked
from dialogue_gym.rewards.check import checked

Make = Callable[..., Any]
WHERE = "fake, train scenario 7, trial 0, turn 1"


def test_a_sound_reward_is_passed_on_as_it_is(always: Make, steps: list[Step]) -> None:
    reward = Reward(0.5, {"a": 0.75, "b": -0.25, "raw/c": 9.0}, "because")
    assert all(given is reward for given in score_checked(always(reward), steps))


def test_a_number_becomes_a_part_of_the_rewards_name(always: Make, steps: list[Step]) -> None:
    assert score_checked(always(0.5, "brevity"), steps) == [Reward(0.5, {"brevity": 0.5})] * 3


def test_a_reward_without_parts_gets_one(always: Make, steps: list[Step]) -> None:
    assert score_checked(always(Reward(0.5, {}, "so"), "brevity"), steps[:1]) == [Reward(0.5, {"brevity": 0.5}, "so")]


def test_where_a_reward_does_not_apply_it_is_zero_without_parts(always: Make, steps: list[Step]) -> None:
    first, second, _ = score_checked(always(None), steps)
    assert first == Reward(0.0, {})
    assert first.parts is not second.parts


@pytest.mark.parametrize(
    "value",
    [1, True, np.float32(1), np.float64(1), np.int64(1), np.bool_(True)],
    ids=lambda value: type(value).__name__,
)
def test_numbers_of_all_kinds_become_floats(value: Any, always: Make, steps: list[Step]) -> None:
    (plain,) = score_checked(always(value), steps[:1])
    (parted,) = score_checked(always(Reward(value, {"a": value, "raw/b": value})), steps[:1])
    assert (plain.total, parted.total, dict(parted.parts)) == (1.0, 1.0, {"a": 1.0, "raw/b": 1.0})
    for number in (plain.total, parted.total, *parted.parts.values()):
        assert type(number) is float


@pytest.mark.parametrize(
    "value",
    ["1", b"1", (1.0,), [1.0], {"a": 1.0}, 1j, Decimal(1), np.array([1.0]), np.array(1.0), object(), Step],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(
    "place",
    [lambda v: v, lambda v: Reward(v), lambda v: Reward(0.0, {"a": v}), lambda v: Reward(0.0, {"raw/a": v})],
    ids=["reward", "total", "part", "raw part"],
)
def test_what_is_not_a_number_is_refused(value: Any, place: Make, always: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match=rf"Reward 'model': expected a number.*{type(value).__name__}"):
        score_checked(always(place(value)), steps)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan"), 10**400], ids=str)
@pytest.mark.parametrize(
    "place",
    [
        lambda v: v,
        lambda v: Reward(v),
        lambda v: Reward(v, {"a": v}),
        lambda v: Reward(0.0, {"a": v, "b": -v}),
        lambda v: Reward(0.0, {"a": 0.0, "raw/a": v}),
    ],
    ids=["reward", "total", "total and part", "parts", "raw part"],
)
def test_what_is_not_finite_is_refused(value: Any, place: Make, always: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match=r"Reward 'model': expected .*finite, got"):
        score_checked(always(place(value)), steps)


@pytest.mark.parametrize("parts", [{"a": 0.5}, {"a": 1.0, "b": 1e-5}, {"raw/a": 1.0}, {"a": 0.9, "raw/b": 0.1}])
def test_parts_must_add_up(parts: dict[str, float], always: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match=r"expected parts that add up to the total 1, got .*raw/"):
        score_checked(always(Reward(1.0, parts)), steps)


@pytest.mark.parametrize("parts", [{"a": 1 + 9e-7}, {"a": 1e10, "b": -1e10 + 1.001}], ids=["one", "large"])
def test_rounding_is_forgiven(parts: dict[str, float], always: Make, steps: list[Step]) -> None:
    (reward,) = score_checked(always(Reward(1.0, parts)), steps[:1])
    assert reward.parts == parts


@pytest.mark.parametrize("parts", [None, [1.0], {1: 1.0}, "abc"], ids=str)
def test_parts_are_a_mapping_from_names(parts: Any, always: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match="expected parts as a mapping from names to numbers"):
        score_checked(always(Reward(1.0, parts)), steps)


@pytest.mark.parametrize(
    "rewards",
    [[], [0.0] * 2, [0.0] * 4, 0.0, None, "abc", {0: 0.0}, {0.0}, Reward(0.0), np.zeros(()), np.zeros(2)],
    ids=repr,
)
def test_the_count_must_be_right(rewards: Any, make_model: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match=r"'model': expected score\(\) to give a sequence of 3 rewards"):
        score_checked(make_model(lambda _: rewards), steps)


def test_a_generator_is_not_a_sequence(make_model: Make, steps: list[Step]) -> None:
    with pytest.raises(RewardError, match="of type generator"):
        score_checked(make_model(lambda batch: (0.0 for _ in batch)), steps)


@pytest.mark.parametrize("rewards", [(1.0, 2.0, 3.0), np.array([1.0, 2.0, 3.0], np.float32)], ids=["tuple", "array"])
def test_any_sequence_will_do(rewards: Any, make_model: Make, steps: list[Step]) -> None:
    assert [reward.total for reward in score_checked(make_model(lambda _: rewards), steps)] == [1.0, 2.0, 3.0]


def test_an_exception_names_reward_and_batch(make_model: Make, steps: list[Step]) -> None:
    def fail(_: Any) -> Any:
        raise KeyError("mood")

    with pytest.raises(RewardError) as caught:
        score_checked(make_model(fail), steps)
    assert str(caught.value) == (
        f"Reward 'model' raised KeyError: 'mood' (in a batch of 3 steps that begins with {WHERE})."
    )
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(RewardError, match=rf"\({WHERE}\)"):
        score_checked(make_model(fail), steps[:1])


def test_an_exception_in_a_function_names_the_very_step(steps: list[Step]) -> None:
    def late(step: Step) -> float:
        return 1 / (2 - step.number)

    with pytest.raises(RewardError, match=r"Reward 'late' raised ZeroDivisionError: .*turn 2\)") as caught:
        score_checked(FunctionReward(late), steps)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert isinstance(caught.value, DialogueGymError)


def test_an_interrupt_passes(make_model: Make, steps: list[Step]) -> None:
    def stop(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_checked(make_model(stop), steps)


def test_a_coroutine_is_refused_and_closed(always: Make, steps: list[Step]) -> None:
    async def judge() -> float:
        return 1.0

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RewardError, match="an async one"):
            score_checked(always(judge()), steps[:1])


def test_without_steps_the_model_is_not_called(always: Make) -> None:
    model = always(1.0)
    assert score_checked(model, []) == []
    assert model.batches == []


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.floats())))
def test_what_comes_out_is_finite_or_an_error(steps: list[Step], value: Any) -> None:
    for given_value in (value, Reward(value, {"a": value}), Reward(0.0, {"a": 0.0, "raw/b": value})):
        try:
            reward = checked("r", given_value, steps[0])
        except RewardError:
            continue
        if reward is None:
            assert given_value is None
        else:
            assert np.isfinite([reward.total, *reward.parts.values()]).all()
