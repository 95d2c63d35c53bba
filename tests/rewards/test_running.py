"""Rewards with state: it moves in training, stands still in evaluation, and is saved."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.episode import Dialogue
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards import (
    Gate,
    Normalise,
    Schedule,
    Step,
    WeightedMix,
    frozen,
    load_reward_state,
    rescore,
    reward_state,
    running_rewards,
    score_checked,
)

Play = Callable[..., Dialogue]


def length(step: Step) -> float:
    return step.facts["length"]


def totals(model: Any, steps: list[Step]) -> list[float]:
    return [reward.total for reward in score_checked(model, steps)]


@pytest.fixture
def test_steps(task: Any) -> list[Step]:
    """The same dialogue as `steps`, of the split "test"."""
    episode = task.episode()
    episode.start("test", 7)
    for text in ("Hello", "Ok", "bye"):
        episode.apply(task.parse(text), text)
    return [Step(episode.dialogue, n + 1) for n in range(3)]


def test_normalised_by_hand(steps: list[Step]) -> None:
    """Lengths 5, 2, 3 have mean 10/3 and variance 14/9."""
    deviation = np.sqrt(14 / 9)
    rewards = score_checked(Normalise(length), steps)
    assert [r.total for r in rewards] == pytest.approx([5 / deviation, 2 / deviation, 3 / deviation])
    assert rewards[0].parts["raw/length"] == 5.0
    centred = totals(Normalise(length, centre=True), steps)
    assert centred == pytest.approx([(5 - 10 / 3) / deviation, (2 - 10 / 3) / deviation, (3 - 10 / 3) / deviation])


@given(values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30))
def test_running_statistics_are_those_of_all_values(values: list[float], steps: list[Step]) -> None:
    left = iter(values)
    model = Normalise(lambda step: next(left))
    for _ in values:
        score_checked(model, steps[:1])
    assert model.mean == pytest.approx(np.mean(values), abs=1e-9)
    if np.std(values) > 1e-6:
        assert model.deviation == pytest.approx(np.std(values), rel=1e-6)


def test_one_value_is_left_as_it_is_and_extremes_are_cut(steps: list[Step]) -> None:
    assert totals(Normalise(length, limit=4.0), steps[:1]) == [4.0]
    assert totals(Normalise(length), steps[:1]) == [5.0]


def test_evaluation_moves_no_state_and_vector_is_single_there(steps: list[Step], test_steps: list[Step]) -> None:
    model = WeightedMix({"n": (Normalise(length), 1.0), "s": (Schedule(length, turns=10), 1.0)})
    totals(model, steps)
    before = reward_state(model)
    together = totals(model, test_steps)
    assert together == [totals(model, [step])[0] for step in test_steps]
    with frozen(model):
        totals(model, steps)
    rescore([steps[0].dialogue], model)
    assert reward_state(model) == before
    totals(model, steps)
    assert reward_state(model) != before, "training goes on afterwards"


def test_a_schedule_by_hand(steps: list[Step]) -> None:
    model = Schedule(lambda step: 1.0, turns=4, start=1.0, end=0.0, name="hint")
    assert [totals(model, [step])[0] for step in [*steps, *steps]] == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    (reward,) = score_checked(model, steps[:1])
    assert reward.parts == {"hint": 0.0, "raw/reward": 1.0, "raw/factor": 0.0}


def test_state_is_json_and_comes_back(steps: list[Step]) -> None:
    def make() -> Any:
        inner = Normalise(length)
        return Gate(WeightedMix({"a": (inner, 1.0), "b": (Schedule(inner, turns=9), 1.0)}), lambda step: 1.0)

    trained, fresh = make(), make()
    totals(trained, steps)
    assert len(running_rewards(trained)) == 2, "a child that stands in two places counts once"
    load_reward_state(fresh, json.loads(json.dumps(reward_state(trained))))
    assert reward_state(fresh) == reward_state(trained)
    assert totals(fresh, steps) == totals(trained, steps)


def test_state_of_another_reward_is_refused(steps: list[Step]) -> None:
    with pytest.raises(ConfigurationError, match="Make the reward from the spec"):
        load_reward_state(Normalise(length), [{"seen": 1.0}])
    with pytest.raises(ConfigurationError, match="a reward without any"):
        load_reward_state(WeightedMix({"a": (length, 1.0)}), [{"seen": 1.0}])


@pytest.mark.parametrize("make", [lambda: Schedule(length, turns=0), lambda: Normalise(length, limit=0.0)])
def test_impossible_settings_are_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(ConfigurationError):
        make()
