"""What agents score: nothing 0, the clairvoyant 100; rules in between; popularity and exploits next to nothing."""

from functools import cache

import gymnasium as gym
import pytest

from dialogue_gym.agents.scripted.exploits import exploit_kinds
from dialogue_gym.agents.seat import Seat
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


def test_recommenders_say_which_view_they_play():
    from dialogue_gym.agents import make_agent
    from dialogue_gym.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="text view"):
        make_agent(OURS + "popularity", env=gym.make(ACTS))


EXPLOITS = [(env_id, kind) for env_id in (TEXT, ACTS) for kind in exploit_kinds(Seat.of(gym.make(env_id)))]


@pytest.mark.parametrize(("env_id", "kind"), EXPLOITS)
def test_exploits_score_at_most_2(env_id, kind):
    assert score(f"exploit:{kind}", env_id=env_id, scenarios=5) <= 2


def test_the_oracle_plays_numbers_as_well_as_text():
    assert score("oracle", env_id=ACTS, scenarios=10) == pytest.approx(100)
    assert score("rule", env_id=ACTS, scenarios=10) == pytest.approx(score("rule", scenarios=10))
