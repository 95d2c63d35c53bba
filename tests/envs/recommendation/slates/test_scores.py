"""What agents score: nothing 0, the clairvoyant 100; rules in between; popularity and exploits next to nothing."""

from functools import cache

import gymnasium as gym
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted.exploits import exploit_kinds
from dialogue_gym.agents.seat import Seat
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import evaluate

TEXT, ACTS = "dialogue_gym/SlateRecommendation-v0", "dialogue_gym/SlateRecommendationActs-v0"
OURS = "dialogue_gym.agents.scripted.recommenders:"


@cache
def measures(agent, difficulty="medium", env_id=TEXT, scenarios=30):
    return evaluate(agent, env_id, scenarios=scenarios, env_kwargs={"difficulty": difficulty}).measures


def score(agent, difficulty="medium", env_id=TEXT, scenarios=30):
    return measures(agent, difficulty, env_id, scenarios)["normalised"].mean


@pytest.mark.slow
def test_the_rules_are_good_at_easy_and_worse_the_harder_it_gets():
    easy, medium, hard = (score("rule", difficulty, scenarios=60) for difficulty in ("easy", "medium", "hard"))
    assert easy >= 80
    assert easy - 10 > medium > hard + 10
    assert hard < 50


@pytest.mark.slow
@pytest.mark.parametrize("agent", ["random", OURS + "popularity"])
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_agents_that_ask_nothing_of_the_user_stay_below_25(agent, difficulty):
    assert score(agent, difficulty) < 25


@pytest.mark.slow
@pytest.mark.parametrize("name", ["content", "item_item", "lin_ucb", "thompson"])
def test_recommenders_play_whole_episodes(name):
    measured = measures(OURS + name, scenarios=10)
    assert measured["click_through"].mean > 0.3
    assert measured["return"].mean < measures("rule", scenarios=10)["return"].mean


def test_words_beat_popularity_at_finding_what_is_liked():
    assert (
        measures(OURS + "content", scenarios=10)["ndcg"].mean > measures(OURS + "popularity", scenarios=10)["ndcg"].mean
    )


def test_popularity_shows_the_same_by_number_as_by_text():
    text, numbers = (measures(OURS + "popularity", env_id=env_id, scenarios=5) for env_id in (TEXT, ACTS))
    assert numbers["return"].mean == pytest.approx(text["return"].mean)


@pytest.mark.parametrize("name", ["content", "item_item", "lin_ucb", "thompson"])
def test_recommenders_read_numbers(name):
    measured = measures(OURS + name, env_id=ACTS, scenarios=3)
    assert measured["click_through"].mean > 0.3
    assert measured["diversity"].mean > 0


def test_what_was_opened_is_read_in_numbers():
    env = gym.make(ACTS)
    agent = make_agent(OURS + "popularity", env=env)
    right = rounds = 0
    for scenario in range(5):
        observation, info = env.reset(options={"scenario": scenario})
        agent.reset([True])
        ended = False
        while not ended:
            (action,) = agent.act([observation], [info])
            observation, _, terminated, truncated, info = env.step(action)
            ended = terminated or truncated
        turns = env.unwrapped.view.dialogue.turns
        for turn, read in zip(turns, agent.memories[0].rounds, strict=False):
            opened = next(act.args["item"] for event in turn.heard for act in event.content if act.name == "opened")
            rounds += 1
            right += opened == ("" if read.opened is None else read.opened.id)
    assert right > 0.9 * rounds > 20


def test_recommenders_choose_items_and_no_strategies():
    with pytest.raises(ConfigurationError, match="places"):
        make_agent(OURS + "popularity", env=gym.make(ACTS, actions="strategies"))


EXPLOITS = [(env_id, kind) for env_id in (TEXT, ACTS) for kind in exploit_kinds(Seat.of(gym.make(env_id)))]


@pytest.mark.parametrize(("env_id", "kind"), EXPLOITS)
def test_exploits_score_at_most_2(env_id, kind):
    assert score(f"exploit:{kind}", env_id=env_id, scenarios=5) <= 2


def test_the_oracle_plays_numbers_as_well_as_text():
    assert score("oracle", env_id=ACTS, scenarios=10) == pytest.approx(100)
    assert score("rule", env_id=ACTS, scenarios=10) == pytest.approx(score("rule", scenarios=10))
