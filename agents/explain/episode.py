"""Plays episodes and has each turn explained."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from dialogue_gym.agent import Agent, EpisodeSeeded, agent_info
from dialogue_gym.draws import key
from dialogue_gym.episode import Message
from dialogue_gym.views.env import DialogueEnv


class Explains(Protocol):
    """Says of each turn what the agent went by."""

    def before(self, observation: Any, info: Mapping[str, Any]) -> None:
        """Looks at a place before the agent acts there."""

    def after(self, action: Any) -> dict[str, Any]:
        """What the agent went by when it took this action, as JSON."""


def explain_episode(
    env: DialogueEnv, agent: Agent, explains: Explains, scenario: int, trial: int = 0, *, seed: int = 0
) -> dict[str, Any]:
    """An episode as JSON: what was heard, said and paid in each turn, and why.

    Args:
        env: Single, of either view.
        agent: Made for it.
        explains: Made for the agent.
        scenario: Its index in the environment's split.
        trial: Which repetition.
        seed: Keys the agent's draws.
    """
    observation, info = env.reset(options={"scenario": scenario, "trial": trial})
    agent.reset(np.ones(1, np.bool_))
    dialogue = env.view.dialogue
    if isinstance(agent, EpisodeSeeded):
        agent.seed_episodes({0: key(seed, dialogue.split, scenario, trial)})
    turns: list[dict[str, Any]] = []
    ended = False
    while not ended:
        explains.before(observation, info)
        action = agent.act([observation], [agent_info(info)])[0]
        why = explains.after(action)
        observation, reward, terminated, truncated, info = env.step(action)
        turns.append({"reward": float(reward), "reward_terms": info["reward_terms"], **why})
        ended = terminated or truncated
    return {
        "split": dialogue.split,
        "scenario": scenario,
        "trial": trial,
        "return": sum(turn["reward"] for turn in turns),
        "stop_reason": info["stop_reason"],
        "outcome": info["outcome"],
        "turns": [{**said, **turn} for said, turn in zip(_spoken(dialogue.messages()), turns, strict=True)],
    }


def _spoken(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The transcript by turns: what was heard before each, and what the agent said."""
    turns: list[dict[str, Any]] = []
    heard: list[Message] = []
    for message in messages:
        if message["role"] == "assistant":
            turns.append({"heard": heard, "said": message["content"]})
            heard = []
        else:
            heard.append(message)
    return turns
