"""Stable-Baselines3 over the native vector: the same episodes, masks, and agents that come back as they were saved."""

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import Sizes
from dialogue_gym.agents.sb3.agent import SB3Agent
from dialogue_gym.agents.sb3.algorithms import ALGORITHMS, find_algorithm
from dialogue_gym.agents.sb3.learning import SB3Training
from dialogue_gym.agents.sb3.vec_env import NativeVecEnv, make_vec_env
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.evaluation import episode_list, play
from dialogue_gym.evaluation.make import make_vector
from tests.guess_colour import ACTS, TEXT, GuessColour
from tests.pick_slates import ACTS as SLATES
from tests.pick_slates import PickSlates
from tests.pick_slates import register as register_slates

SMALL: dict[str, Any] = {"policy_kwargs": {"net_arch": [32]}}


def test_rows_are_the_single_environments_episodes() -> None:
    """Seed s gives row i what a single environment seeded with s + i plays, episode after episode."""
    vec_env = make_vec_env(ACTS, 3)
    vec_env.seed(5)
    observations = vec_env.reset()
    singles = [gym.make(ACTS) for _ in range(3)]
    expected = [env.reset(seed=5 + i)[0] for i, env in enumerate(singles)]
    np.testing.assert_array_equal(observations, expected)
    ended = 0
    for turn in range(40):
        actions = np.array([turn % 4, (turn + 1) % 4, 5])
        observations, rewards, dones, infos = vec_env.step(actions)
        assert rewards.dtype == np.float32
        for i, env in enumerate(singles):
            observation, reward, terminated, truncated, info = env.step(actions[i])
            assert rewards[i] == pytest.approx(reward)
            assert dones[i] == (terminated or truncated)
            if dones[i]:
                ended += 1
                np.testing.assert_array_equal(infos[i]["terminal_observation"], observation)
                assert infos[i]["outcome"] == info["outcome"]
                assert infos[i]["TimeLimit.truncated"] is False
                observation, _ = env.reset()
            np.testing.assert_array_equal(observations[i], observation)
    assert ended > 10


def test_returns_and_lengths_are_those_of_the_episode() -> None:
    vec_env = make_vec_env(ACTS, 2)
    vec_env.seed(0)
    vec_env.reset()
    totals, lengths, seen = np.zeros(2), np.zeros(2), 0
    for turn in range(60):
        _, rewards, dones, infos = vec_env.step(np.array([turn % 4, 5]))
        totals, lengths = totals + rewards, lengths + 1
        for i in np.flatnonzero(dones):
            assert infos[i]["episode"]["r"] == pytest.approx(totals[i], abs=1e-5)
            assert infos[i]["episode"]["l"] == lengths[i]
            seen += 1
        totals[dones] = lengths[dones] = 0.0
    assert seen > 10


def test_masks_reach_the_algorithms_that_ask_for_them() -> None:
    vec_env = make_vec_env(ACTS, 2)
    vec_env.seed(0)
    vec_env.reset()
    assert is_masking_supported(vec_env)
    np.testing.assert_array_equal(get_action_masks(vec_env), vec_env.vector.action_masks())


def test_other_vectors_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="Expected autoreset_mode='same_step'"):
        NativeVecEnv(make_vector(ACTS, 2))  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="Expected the id of a numeric view, got 'dialogue_gym_tests/GuessC"):
        make_vec_env(TEXT, 2)


def trained(algorithm: str, env: str, steps: int, **hyper: Any) -> SB3Agent:
    sizes = Sizes(steps, 8, steps)
    training = SB3Training(algorithm, env, sizes, env_kwargs={}, hyper=hyper, seed=3)
    training.run(Looks(steps, lambda turns, agent: None))
    return training.agent


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_learns_something_and_comes_back_as_saved(algorithm: str, tmp_path: Path) -> None:
    more = {"buffer_size": 20_000, "learning_starts": 500} if "dqn" in algorithm else {"n_steps": 32}
    if algorithm == "recurrent_ppo":
        more |= {"policy_kwargs": {"net_arch": [32], "lstm_hidden_size": 16}, "batch_size": 128, "learning_rate": 3e-3}
    agent = trained(algorithm, ACTS, 12_000, **{**SMALL, **more})
    rows = {
        name: sorted(play(spec, ACTS, episode_list(150)), key=lambda r: r.pair)
        for name, spec in {"trained": lambda *, env, seed: agent, "random": "random"}.items()
    }
    mean = {name: np.mean([row.episode_return for row in played]) for name, played in rows.items()}
    assert mean["trained"] > mean["random"] + 0.1
    agent.save(tmp_path)
    again = sorted(play(f"sb3:{tmp_path}", ACTS, episode_list(150), batch=5), key=lambda r: r.pair)
    assert [row.transcript for row in again] == [row.transcript for row in rows["trained"]]
    text = sorted(play(f"sb3:{tmp_path}", TEXT, episode_list(20)), key=lambda r: r.pair)
    assert [row.transcript for row in text] == [row.transcript for row in again[:20]]


def test_masked_agents_only_play_legal_acts() -> None:
    agent = SB3Agent.untrained("maskable_ppo", GuessColour(), SMALL["policy_kwargs"])
    env = gym.make(ACTS)
    observation, info = env.reset(seed=0)
    only = np.zeros_like(info["action_mask"])
    only[3] = 1
    assert agent.act([observation, observation], [{"action_mask": only}, {}])[0] == 3


def test_several_numbers_are_for_the_algorithms_that_take_them() -> None:
    register_slates()
    space = PickSlates().action_space
    with pytest.raises(ConfigurationError, match="Expected one number per action for dqn, got MultiDiscrete"):
        find_algorithm("dqn", space)
    agent = trained("maskable_ppo", SLATES, 64, n_steps=8, batch_size=64, **SMALL)
    rows = list(play(lambda *, env, seed: agent, SLATES, episode_list(5)))
    assert len(rows) == 5


def test_mistakes_are_explained(tmp_path: Path) -> None:
    sizes = Sizes(100, 2, 100)
    with pytest.raises(UnknownNameError, match=r"Unknown algorithm 'maskable_pop'\. Did you mean 'maskable_ppo'"):
        SB3Training("maskable_pop", ACTS, sizes, env_kwargs={}, hyper={}, seed=0)
    with pytest.raises(ConfigurationError, match=r"Expected hyperparameters of dqn in --hyper, got n_step\. There are"):
        SB3Training("dqn", ACTS, sizes, env_kwargs={}, hyper={"n_step": 5}, seed=0)
    SB3Agent.untrained("a2c", GuessColour(), SMALL["policy_kwargs"]).save(tmp_path)
    with pytest.raises(ConfigurationError, match="Expected an agent for the features and acts of"):
        make_agent(f"sb3:{tmp_path}", env=gym.make("dialogue_gym/CustomerServiceActs-v0"))
