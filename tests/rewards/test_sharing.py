"""Gymnasium may copy specs as it likes: the reward stays one object."""

import copy
import functools
import pickle
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Discrete
from gymnasium.vector import AutoresetMode, VectorEnv

from dialogue_gym.rewards import RerewardWrapper, Reward, SharedReward, SharesReward, resolve_reward, share

ID = "tests_of_rewards/Fake-v0"
HELD_ID = "tests_of_rewards/Held-v0"


class Locked:
    """A reward that cannot be copied."""

    name = "locked"

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def score(self, steps: Any) -> list[Reward]:
        return [Reward(1.0) for _ in steps]

    def method(self, step: Any) -> float:
        return 1.0


def plain(step: Any) -> float:
    return 1.0


class FakeEnv(SharesReward, gym.Env[Any, Any]):
    observation_space = action_space = Discrete(2)
    last_step = None

    def __init__(self, reward: Any = "task") -> None:
        self.reward_model = resolve_reward(reward)


class FakeVectorEnv(SharesReward, VectorEnv[Any, Any, Any]):
    metadata: ClassVar[dict[str, Any]] = {"autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(self, num_envs: int, reward: Any = "task") -> None:
        self.num_envs = num_envs
        self.reward_model = resolve_reward(reward)


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    gym.register(ID, entry_point=FakeEnv, vector_entry_point=FakeVectorEnv, disable_env_checker=True)
    yield
    del gym.registry[ID]


def held(env: Any) -> Any:
    return env.unwrapped.reward_model


@pytest.mark.filterwarnings("error")
def test_an_object_stays_itself_through_make_and_spec() -> None:
    reward = Locked()
    env = gym.make(ID, reward=reward)
    assert env.spec is not None
    assert held(env) is reward
    assert held(gym.make(env.spec)) is reward
    assert held(gym.make(gym.make(env.spec).spec)) is reward  # type: ignore[arg-type]
    assert held(gym.make(copy.deepcopy(env.spec))) is reward


@pytest.mark.filterwarnings("error")
def test_an_object_stays_itself_through_make_vec() -> None:
    reward = Locked()
    vector = gym.make_vec(ID, num_envs=2, reward=reward)
    assert held(vector) is reward
    assert held(gym.make_vec(vector.spec)) is reward
    rows = gym.make_vec(ID, num_envs=2, vectorization_mode="sync", reward=reward)
    assert [held(env) for env in rows.envs] == [reward, reward]


@pytest.mark.filterwarnings("error")
def test_an_object_stays_itself_in_the_wrapper() -> None:
    reward = Locked()
    env = gym.wrappers.TimeLimit(RerewardWrapper(gym.make(ID), reward), 5)
    again = gym.make(env.spec)  # type: ignore[arg-type]
    assert again.get_wrapper_attr("reward_model") is reward


@pytest.mark.filterwarnings("error")
def test_an_object_registered_by_hand() -> None:
    reward = Locked()
    gym.register(HELD_ID, entry_point=FakeEnv, kwargs={"reward": share(reward)}, disable_env_checker=True)
    try:
        assert held(gym.make(HELD_ID)) is reward
    finally:
        del gym.registry[HELD_ID]


@pytest.mark.parametrize(
    "reward",
    [Locked().method, functools.partial(plain), Locked()],
    ids=["bound method", "partial", "model"],
)
def test_whatever_a_deep_copy_would_split_is_held(reward: Any) -> None:
    shared = share(reward)
    assert isinstance(shared, SharedReward)
    assert copy.deepcopy({"reward": shared})["reward"] is shared
    assert share(shared) is shared
    assert shared == SharedReward(reward)
    assert hash(shared) == hash(SharedReward(reward))
    assert shared != SharedReward(plain)


@pytest.mark.parametrize("reward", ["task", {"task": 1.0}, plain, len], ids=["name", "mix", "function", "builtin"])
def test_what_copies_cannot_split_is_left_alone(reward: Any) -> None:
    assert share(reward) is reward


@pytest.mark.parametrize("reward", ["task", {"task": 1.0, "m:f": 0.5}])
def test_names_survive_json(reward: Any) -> None:
    env = FakeEnv()
    env.spec = gym.envs.registration.EnvSpec(ID, entry_point="m:Env", kwargs={"reward": reward})
    assert gym.envs.registration.EnvSpec.from_json(env.spec.to_json()).kwargs == {"reward": reward}


def test_the_wrappers_names_survive_json() -> None:
    env = RerewardWrapper(FakeEnv(), {"task": 0.5})
    env.unwrapped.spec = gym.envs.registration.EnvSpec(ID, entry_point=f"{__name__}:FakeEnv")
    spec = gym.envs.registration.EnvSpec.from_json(env.spec.to_json())  # type: ignore[union-attr]
    assert spec.additional_wrappers[0].kwargs == {"reward": {"task": 0.5}}
    assert spec.additional_wrappers[0].entry_point == "dialogue_gym.rewards.wrapper:RerewardWrapper"


def test_holders_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(SharedReward(np.abs))).held is np.abs
