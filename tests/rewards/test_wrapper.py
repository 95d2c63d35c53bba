"""Other rewards for environments that are made and dialogues that are over."""

import re
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.errors import ConfigurationError, RewardError
from dialogue_gym.rewards import RerewardVectorWrapper, RerewardWrapper, Reward, Step, rescore
from dialogue_gym.views import DialogueEnv, DialogueVectorEnv, TextView

Make = Callable[..., Any]


def brevity(step: Step) -> float:
    return -step.facts["length"]


def ending(step: Step) -> float | None:
    return 2.0 if step.ended else None


@pytest.fixture
def env(task: Any) -> DialogueEnv:
    return DialogueEnv(TextView(task), split="train", reward="task", render_mode=None)


@pytest.fixture
def make_vector(task: Any) -> Make:
    def make(mode: str = "next_step") -> DialogueVectorEnv:
        return DialogueVectorEnv(lambda: TextView(task), 2, split="train", reward="task", autoreset_mode=mode)

    return make


def test_a_wrapped_environment_gives_the_other_reward(env: DialogueEnv) -> None:
    wrapped = RerewardWrapper(env, brevity)
    wrapped.reset(seed=0)
    observation, reward, terminated, truncated, info = wrapped.step("Hello")
    assert (observation, reward, terminated, truncated) == ("You said 'Hello'.", -5.0, False, False)
    assert info["reward_terms"] == {"brevity": -5.0}
    assert info["messages"] == [{"role": "user", "content": "You said 'Hello'."}]


def test_wrapping_with_the_tasks_reward_changes_nothing(env: DialogueEnv) -> None:
    wrapped = RerewardWrapper(gym.wrappers.OrderEnforcing(env), "task")
    wrapped.reset(seed=0)
    _, reward, terminated, _, info = wrapped.step("bye")
    assert (reward, terminated) == (0.75, True)
    assert info["reward_terms"] == {"success": 1.0, "turn_cost": -0.25}
    assert info["outcome"] == {"success": True}


def test_a_reward_that_does_not_apply_is_zero(env: DialogueEnv) -> None:
    wrapped = RerewardWrapper(env, ending)
    wrapped.reset(seed=0)
    _, reward, _, _, info = wrapped.step("Hello")
    assert (reward, info["reward_terms"]) == (0.0, {})


def test_a_failing_reward_names_itself_and_the_turn(env: DialogueEnv) -> None:
    def fails(step: Step) -> float:
        raise RuntimeError("no")

    wrapped = RerewardWrapper(env, fails)
    wrapped.reset(options={"scenario": 11, "trial": 2})
    message = re.escape("Reward 'fails' raised RuntimeError: no (fake, train scenario 11, trial 2, turn 1).")
    with pytest.raises(RewardError, match=message):
        wrapped.step("Hello")


def test_other_environments_are_refused(env: DialogueEnv, make_vector: Make) -> None:
    with pytest.raises(ConfigurationError, match="got CartPoleEnv"):
        RerewardWrapper(gym.make("CartPole-v1"), "task")
    with pytest.raises(TypeError):
        RerewardWrapper(make_vector(), "task")
    with pytest.raises(TypeError):
        RerewardVectorWrapper(env, "task")  # type: ignore[arg-type]


def test_an_unsound_spec_is_refused_when_wrapping(env: DialogueEnv) -> None:
    with pytest.raises(ConfigurationError, match="got None"):
        RerewardWrapper(env, None)


WORDS = [("Hello", "bye"), ("bye", "Ok"), ("Ok", "Ok"), ("Hi", "bye")]


@pytest.mark.parametrize("mode", ["next_step", "same_step"])
def test_a_wrapped_vector_equals_one_made_with_the_reward(mode: str, task: Any, make_vector: Make) -> None:
    made = DialogueVectorEnv(lambda: TextView(task), 2, split="train", reward=brevity, autoreset_mode=mode)
    wrapped = RerewardVectorWrapper(make_vector(mode), brevity)
    for env in (made, wrapped):
        env.reset(seed=3)
    for words in WORDS:
        expected, actual = made.step(words), wrapped.step(words)
        for one, other in zip(expected[:4], actual[:4], strict=True):
            np.testing.assert_array_equal(one, other)
        assert_same(expected[4], actual[4])
        assert made.infos == wrapped.infos


def assert_same(one: Any, other: Any) -> None:
    """Stacked infos are equal, down to types."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_same(one[name], other[name])
    else:
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_a_vector_makes_one_call_per_step(make_vector: Make, always: Make) -> None:
    model = always(1.0)
    wrapped = RerewardVectorWrapper(make_vector(), model)
    wrapped.reset(seed=3)
    assert wrapped.step(("bye", "Ok"))[1].tolist() == [1.0, 1.0]
    assert wrapped.step(("-", "Ok"))[1].tolist() == [0.0, 1.0]  # the first row begins anew
    assert model.batches == [2, 1]


def test_dialogues_are_rescored_in_one_call(play: Make, always: Make) -> None:
    dialogues = [play("Hello", "bye"), play(), play("Ok")]
    model = always(1.0)
    assert [len(rewards) for rewards in rescore(dialogues, model)] == [2, 0, 1]
    assert model.batches == [3]
    assert rescore(dialogues, brevity) == [
        [Reward(-5.0, {"brevity": -5.0}), Reward(-3.0, {"brevity": -3.0})],
        [],
        [Reward(-2.0, {"brevity": -2.0})],
    ]


def test_rescoring_with_task_gives_what_was_given(play: Make, task: Any, env: DialogueEnv) -> None:
    env.reset(seed=0)
    given = [env.step(words)[1] for words in ("Hello", "Ok", "bye")]
    assert env.last_step is not None
    (rewards,) = rescore([env.last_step.dialogue], "task")
    assert [reward.total for reward in rewards] == given
    assert rescore([], "task") == []
