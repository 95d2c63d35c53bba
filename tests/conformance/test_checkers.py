"""The checkers that other people's tools come with are content, without a single warning."""

import warnings

import gymnasium as gym
from gymnasium.utils.env_checker import check_env
from gymnasium.utils.passive_env_checker import env_reset_passive_checker, env_step_passive_checker
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3.common.env_checker import check_env as check_env_sb3
from stable_baselines3.common.vec_env import DummyVecEnv

from dialogue_gym.draws import Stream


def test_gymnasiums_checker_is_content_with_every_difficulty(env_id, difficulty, make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(env_id, difficulty=difficulty).unwrapped, skip_render_check=True)


def test_gymnasiums_checker_is_content_with_rendering(env_id, make, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(env_id).unwrapped)


def test_stable_baselines_checker_is_content(acts_id, make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env_sb3(make(acts_id).unwrapped)


def test_gymnasiums_passive_checker_is_silent_through_whole_episodes(env_id, tools):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gym.make(env_id)
        assert env.get_wrapper_attr("checked_reset") is False, "gym.make adds the passive checker"
        for scenario in range(2):
            tools.play(env, "wandering", scenario)


def test_gymnasiums_passive_checker_accepts_every_step(env_id, make, tools):
    env = make(env_id).unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env_reset_passive_checker(env, seed=3)
        while env.view.dialogue.stop is None:
            env_step_passive_checker(env, tools.choices["wandering"](env.view, Stream(env.episode.turn)))


def test_every_observation_is_in_the_space(env_id, make, tools):
    env = make(env_id, difficulty="hard")
    for scenario in range(5):
        for seen in tools.play(env, "random", scenario)[1]:
            assert env.observation_space.contains(seen.observation)


def test_masks_are_where_maskable_ppo_looks_for_them(acts_id, make):
    env = DummyVecEnv([lambda: make(acts_id)] * 2)
    assert is_masking_supported(env)
    env.reset()
    masks = get_action_masks(env)
    rows = [e.unwrapped for e in env.envs]
    assert masks.tolist() == [row.view.info()["action_mask"].astype(bool).tolist() for row in rows]
    assert masks.any(axis=1).all()
