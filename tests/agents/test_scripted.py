"""Null, random, oracle, rules and the bridge from numbered acts to text."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agent import agent_info
from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted import PlaysActs, RandomAgent, RuleAgent
from dialogue_gym.errors import UnknownNameError
from tests.guess_colour import ACTS, COLOURS, TEXT, GuessColour
from tests.playing import episode

FRESH = np.ones(1, dtype=bool)


def test_null_says_nothing_and_holds() -> None:
    assert make_agent("null", env=gym.make(TEXT)).act(["?"], [{"messages": []}]) == [""]
    assert make_agent("null", env=gym.make(ACTS)).act([None], [{"action_mask": None}]) == [
        GuessColour.act_names.index("hold")
    ]


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_the_oracle_always_succeeds(env_id: str) -> None:
    env = gym.make(env_id, split="test")
    agent = make_agent("oracle", env=env)
    for scenario in range(50):
        actions, infos = episode(env, agent, scenario)
        assert infos[-1]["outcome"]["success"]
        assert len(actions) == 1


def test_the_oracle_falls_back_where_no_act_is_what_it_wants() -> None:
    env = gym.make(ACTS)
    _, info = env.reset(options={"scenario": 0})
    env.unwrapped.view.tracker.mask[:] = 0  # type: ignore[attr-defined]
    env.unwrapped.view.tracker.mask[5] = 1  # type: ignore[attr-defined]
    assert make_agent("oracle", env=env).act([None], [agent_info(info)]) == [5]


def test_random_is_uniform_over_legal_acts() -> None:
    agent = RandomAgent(gym.spaces.Discrete(5), seed=3)
    info = {"action_mask": np.array([1, 0, 1, 1, 0], np.int8)}
    counts = Counter(agent.act([None], [info])[0] for _ in range(3000))
    assert set(counts) == {0, 2, 3}
    assert all(abs(count - 1000) < 130 for count in counts.values())  # five standard deviations


def test_random_is_uniform_over_the_parts_of_a_multi_discrete_action() -> None:
    agent = RandomAgent(gym.spaces.MultiDiscrete([2, 3]), seed=3)
    info = {"action_mask": np.array([0, 1, 1, 0, 1], np.int8)}
    drawn = {tuple(agent.act([None], [info])[0].tolist()) for _ in range(50)}
    assert drawn == {(1, 0), (1, 2)}


def test_random_without_a_legal_act_still_acts() -> None:
    agent = RandomAgent(gym.spaces.Discrete(5))
    assert agent.act([None], [{"action_mask": np.zeros(5, np.int8)}])[0] in range(5)


def test_random_depends_on_the_seed_and_the_episodes_key_alone() -> None:
    info = {"action_mask": np.ones(50, np.int8)}

    def acts(seed: int, row: int, rows: int, episode: int) -> list[int]:
        agent = RandomAgent(gym.spaces.Discrete(50), seed)
        agent.reset(np.ones(rows, dtype=bool))
        agent.seed_episodes({row: episode})
        return [agent.act([None] * rows, [info] * rows)[row] for _ in range(8)]

    assert acts(1, 0, 1, 9) == acts(1, 3, 4, 9)
    assert acts(1, 0, 1, 9) != acts(2, 0, 1, 9)
    assert acts(1, 0, 1, 9) != acts(1, 0, 1, 8)


def test_the_bridge_plays_the_same_dialogue_as_the_numeric_view() -> None:
    text, acts = gym.make(TEXT, split="test"), gym.make(ACTS, split="test")
    on_text, on_acts = (make_agent("random", env=env, seed=5) for env in (text, acts))
    for scenario in range(30):
        _, text_infos = episode(text, on_text, scenario)
        _, acts_infos = episode(acts, on_acts, scenario)
        assert text_infos[-1]["outcome"] == acts_infos[-1]["outcome"]
        assert text.unwrapped.view.dialogue.messages() == acts.unwrapped.view.dialogue.messages()  # type: ignore[attr-defined]


def test_the_bridge_hears_messages_only() -> None:
    agent = make_agent("random", env=gym.make(TEXT), seed=0)
    assert isinstance(agent, PlaysActs)
    agent.reset(FRESH)
    guessed = set()
    for _ in range(40):  # told "no" every time, it never makes a guess twice
        (words,) = agent.act(["unread"], [{"messages": [{"role": "user", "content": "No."}]}])
        colours = [colour for colour in COLOURS if colour in words]
        assert not guessed & set(colours)
        guessed |= set(colours)
    assert guessed == set(COLOURS)


def in_order(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
    """Guesses what is not ruled out, in order."""
    return next(f"guess:{c}" for c in COLOURS if not features[f"not_{c}"] and mask[f"guess:{c}"])


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_rules_see_features_and_mask_by_name(env_id: str) -> None:
    env = gym.make(env_id, split="test")
    task = env.unwrapped.task  # type: ignore[attr-defined]
    agent: Any = RuleAgent(task, in_order)
    agent = PlaysActs(agent, task) if env_id == TEXT else agent
    for scenario in range(20):
        _, infos = episode(env, agent, scenario)
        hidden = env.unwrapped.episode.colour  # type: ignore[attr-defined]
        turns = len(env.unwrapped.view.dialogue.turns)  # type: ignore[attr-defined]
        if infos[-1]["stop_reason"] == "completed":
            assert turns == COLOURS.index(hidden) + 1


def test_rules_that_name_no_act_are_an_error() -> None:
    agent = RuleAgent(GuessColour(), lambda features, mask: "gues:red")
    with pytest.raises(UnknownNameError, match="Did you mean 'guess:red'"):
        agent.act([np.zeros(4, np.float32)], [{"action_mask": np.ones(6, np.int8)}])
