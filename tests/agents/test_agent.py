"""The contract between agents and whatever plays them."""

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agent import Agent, agent_info, agent_infos, idle_action
from dialogue_gym.agents import make_agent
from dialogue_gym.spaces import Utterance
from tests.guess_colour import ACTS, TEXT


def test_agents_see_the_white_list_and_nothing_else() -> None:
    env = gym.make(TEXT, max_turns=1)
    _, opening = env.reset(seed=0)
    *_, info = env.step("")
    assert set(agent_info(opening)) == {"instructions", "tools", "messages"}
    assert {"outcome", "stop_reason", "reward_terms"} <= set(info)
    assert set(agent_info(info)) == {"messages"}


def test_rows_without_info_are_empty() -> None:
    assert agent_infos([None, {"action_mask": 1, "goal": 2}]) == [{}, {"action_mask": 1}]


@pytest.mark.parametrize("name", ["null", "random", "oracle", "exploit:echo"])
def test_scripted_agents_keep_the_protocol(name: str) -> None:
    assert isinstance(make_agent(name, env=gym.make(TEXT)), Agent)


@pytest.mark.parametrize("name", ["null", "random", "oracle", "exploit:always_escalate"])
@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_rows_without_an_episode_get_an_idle_action(name: str, env_id: str) -> None:
    env = gym.make_vec(env_id, 2, vectorization_mode="vector_entry_point", autoreset_mode="disabled")
    observations, _ = env.reset(seed=0)
    agent = make_agent(name, env=env)
    agent.reset(np.ones(2, dtype=bool))
    idle, _ = agent.act(list(observations), agent_infos([None, env.unwrapped.infos[1]]))
    assert idle in env.unwrapped.single_action_space


@pytest.mark.parametrize(
    "space", [gym.spaces.Discrete(3), gym.spaces.Discrete(3, start=2), gym.spaces.MultiDiscrete([2, 3]), Utterance()]
)
def test_idle_actions_are_members_of_their_space(space: gym.Space[object]) -> None:
    assert idle_action(space) in space
