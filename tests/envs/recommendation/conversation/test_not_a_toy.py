"""Asking, listening and ranking are what scores: agents that leave one of them out are far behind."""

import statistics

import gymnasium as gym
import pytest

from dialogue_gym.agents.scripted.exploits import exploit_kinds
from dialogue_gym.agents.scripted.rules import RuleAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.evaluation import episode_list, play, play_anchors, summarise

TEXT, ACTS = "dialogue_gym/Recommendation-v0", "dialogue_gym/RecommendationActs-v0"
EPISODES = episode_list(100)


def explains(features, mask):
    listed = features["heard.curious"] or features["heard.critique"] or features["heard.declined"]
    return bool(listed and mask["explain"] and features["explained"] < 0.5)


def never_asks(env, seed=0):
    """Recommends what it believes in, and learns from what is found fault with."""
    return RuleAgent(Seat.of(env).task, lambda f, m: "explain" if explains(f, m) else "recommend:match3")


def popular_only(env, seed=0):
    """Recommends what most have looked at."""
    return RuleAgent(Seat.of(env).task, lambda f, m: "explain" if explains(f, m) else "recommend:popular")


@pytest.fixture(scope="module")
def score():
    """Normalised score of an agent."""
    anchors = {}

    def normalised(agent, env, difficulty):
        kwargs = {"difficulty": difficulty}
        if difficulty not in anchors:
            anchors[difficulty] = play_anchors(TEXT, EPISODES, env_kwargs=kwargs)
        rows = list(play(agent, env, EPISODES, env_kwargs=kwargs, name="agent"))
        return summarise(rows).with_anchors(anchors[difficulty]).measures["normalised"].mean

    return normalised


@pytest.mark.slow
@pytest.mark.parametrize("env", [TEXT, ACTS])
def test_rules_do_well_at_easy_and_fall_short_at_hard(env, score):
    easy, medium, hard = (score("rule", env, difficulty) for difficulty in ("easy", "medium", "hard"))
    print(f"rule: {easy:.1f}, {medium:.1f}, {hard:.1f}")
    assert easy >= 85
    assert easy > medium > hard
    assert hard < 50


@pytest.mark.slow
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
@pytest.mark.parametrize("agent", [never_asks, popular_only])
def test_leaving_out_the_point_stays_below_25(agent, difficulty, score):
    value = score(agent, ACTS, difficulty)
    print(f"{agent.__name__} {difficulty}: {value:.1f}")
    assert value < 25


@pytest.mark.slow
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_exploits_earn_next_to_nothing(difficulty, score):
    env = gym.make(TEXT, difficulty=difficulty)
    kinds = exploit_kinds(Seat.of(env))
    assert len(kinds) > 4
    for kind in kinds:
        value = score(f"exploit:{kind}", TEXT, difficulty)
        print(f"{kind} {difficulty}: {value:.1f}")
        assert value <= 2


def test_the_oracle_needs_six_turns_at_medium():
    task = load_task("medium")
    turns = []
    for scenario in range(100):
        episode = task.episode()
        episode.start("test", scenario)
        while episode.stop_reason is None:
            episode.apply(episode.oracle_acts())
        turns.append(episode.turn)
    assert statistics.median(turns) >= 6
