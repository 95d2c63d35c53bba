"""An agent and a single environment, for tests that look at each turn."""

from typing import Any

import gymnasium as gym
import numpy as np

from dialogue_gym.agent import Agent, agent_info


def episode(env: gym.Env[Any, Any], agent: Agent, scenario: int) -> tuple[list[Any], list[dict[str, Any]]]:
    """Plays one episode; gives the actions, and the info before each of them and after the last."""
    observation, info = env.reset(options={"scenario": scenario})
    agent.reset(np.ones(1, dtype=np.bool_))
    actions, infos, over = list[Any](), [info], False
    while not over:
        (action,) = agent.act([observation], [agent_info(info)])
        observation, _, terminated, truncated, info = env.step(action)
        actions.append(action)
        infos.append(info)
        over = terminated or truncated
    return actions, infos
