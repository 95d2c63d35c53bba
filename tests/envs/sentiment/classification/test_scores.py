"""What agents score: nothing for not reading, everything for knowing, less on harder levels for a lexicon."""

from functools import cache
from statistics import fmean

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agent import agent_info
from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted.exploits import exploit_kinds
from dialogue_gym.agents.seat import Seat
from dialogue_gym.envs.sentiment.classification.env import SentimentClassificationVectorEnv
from dialogue_gym.envs.sentiment.classification.labels import LABELS

TEXT, ACTS = "dialogue_gym/SentimentClassification-v0", "dialogue_gym/SentimentClassificationActs-v0"
SCENARIOS = 528


def returns_of(choose, env, begin=lambda: None):
    """The return of every scenario of the env's list, and the share of successes."""
    totals, successes = [], []
    for scenario in range(SCENARIOS):
        observation, info = env.reset(options={"scenario": scenario})
        begin()
        total, ended = 0.0, False
        while not ended:
            observation, reward, terminated, truncated, info = env.step(choose(observation, info))
            total += reward
            ended = terminated or truncated
        totals.append(total)
        successes.append(info["outcome"]["success"])
    return fmean(totals), fmean(successes)


@cache
def score(agent_name, env_id=TEXT, difficulty="medium", split="test"):
    """Normalised: doing nothing is 0, always right 100."""
    env = gym.make(env_id, split=split, difficulty=difficulty)
    agent = make_agent(agent_name, env=env)
    total, _ = returns_of(
        lambda observation, info: agent.act([observation], [agent_info(info)])[0],
        env,
        lambda: agent.reset(np.ones(1, dtype=bool)),
    )
    return 100 * (total + 0.015) / 1.015


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
@pytest.mark.parametrize("difficulty", ["easy", "hard"])
def test_anchors_are_where_they_should_be(env_id, difficulty):
    assert score("null", env_id, difficulty) == pytest.approx(0)
    assert score("oracle", env_id, difficulty) == pytest.approx(100)


EXPLOITS = [(env_id, kind) for env_id in (TEXT, ACTS) for kind in exploit_kinds(Seat.of(gym.make(env_id)))]


@pytest.mark.parametrize(("env_id", "kind"), EXPLOITS)
def test_exploits_score_at_most_2(env_id, kind):
    assert score(f"exploit:{kind}", env_id) <= 2


def test_the_exploits_that_matter_here_were_tried():
    kinds = exploit_kinds(Seat.of(SentimentClassificationVectorEnv(1)))
    assert {"constant_label", "echo", "list_every_answer", "very_long_text", "prompt_injection"} <= set(kinds)


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_every_constant_label_scores_at_most_2(label):
    env = gym.make(TEXT, split="val")
    total, _ = returns_of(lambda observation, info: str(label), env)
    assert total == pytest.approx(0, abs=1e-9)  # exactly: the list holds whole blocks
    assert 100 * (total + 0.015) / 1.015 < 2


def test_guessing_scores_about_nothing():
    assert abs(score("random", ACTS)) < 6


def test_telling_topics_only_stays_below_25():
    env = gym.make(TEXT, split="test")
    total, _ = returns_of(lambda observation, info: f"neutral, {env.unwrapped.episode.headline.label.topic}", env)
    assert 100 * (total + 0.015) / 1.015 < 25


def test_a_lexicon_is_good_at_easy_and_worse_the_harder_it_gets():
    easy, medium, hard = (score("rule", ACTS, difficulty) for difficulty in ("easy", "medium", "hard"))
    assert easy >= 85
    assert easy - 10 > medium > hard + 10
    assert hard < 60


def test_the_lexicon_plays_text_as_it_plays_numbers():
    assert score("rule", TEXT, "hard") == pytest.approx(score("rule", ACTS, "hard"))
