"""Rounds, visits and slates: exact probabilities, faults of slates, and the faults of other simulators as tests."""

from itertools import permutations

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.slates import load_task
from dialogue_gym.envs.recommendation.slates.measures import intra_list_distance, ndcg
from dialogue_gym.envs.recommendation.users.choice import glances, list_value
from dialogue_gym.episode import StopReason

TEXT, ACTS = "dialogue_gym/SlateRecommendation-v0", "dialogue_gym/SlateRecommendationActs-v0"


def begun(scenario=3, split="train", trial=0, **kwargs):
    episode = load_task(kwargs.pop("difficulty", "medium"), **kwargs).episode()
    episode.start(split, scenario, trial)
    return episode


def ids(episode):
    return [episode.user.catalogue.items[number].id for number in episode.offer]


def slate(*items):
    return (Act("slate", {"items": items}),)


def test_exact_probabilities_are_those_of_many_draws():
    """One round of 3,000 trials: the share of openings of each place against the stated probability."""
    episode = begun(scenario=11)
    shown = ids(episode)[:4]
    exact = episode.click_probabilities(shown)
    counts = np.zeros(4)
    for trial in range(3000):
        episode.start("train", 11, trial)
        turn = episode.apply(slate(*shown))
        opened = next(act.args["item"] for event in turn.heard for act in event.content if act.name == "opened")
        if opened:
            counts[shown.index(opened)] += 1
    assert counts / 3000 == pytest.approx(exact, abs=0.03)
    assert 0 < sum(exact) < 1


def test_probabilities_use_their_range_and_are_no_sigmoid_of_a_sigmoid():
    chances = []
    for scenario in range(300):
        episode = begun(scenario)
        chances += [episode.click_probabilities([each])[0] for each in ids(episode)]
    assert min(chances) < 0.02
    assert max(chances) > 0.8


def test_the_user_does_not_always_take_the_first_place():
    places = np.zeros(4)
    for scenario in range(150):
        episode = begun(scenario)
        episode.apply(slate(*ids(episode)[:4]))
        places += episode.measures.clicks_by_place
    assert all(places > 0)
    assert places[0] < 0.7 * places.sum()


def test_the_order_matters():
    episode = begun(scenario=2)
    shown = ids(episode)[:4]
    assert episode.click_probabilities(shown)[0] > episode.click_probabilities(shown[::-1])[-1]


def test_the_greedy_oracle_is_the_best_of_all_slates_of_a_small_offer():
    """All 1 + 6 + 30 + 120 + 360 slates of six candidates."""
    losses = []
    for scenario in range(8):
        episode = begun(scenario)
        episode.offer = episode.offer[:6]
        user, numbers = episode.user, episode.candidates()
        weights, values = user.weights(numbers), [user.enjoyment(number) for number in numbers]
        seen = glances(user.person.examined(4), 4)
        best = max(
            list_value([weights[i] for i in order], [values[i] for i in order], user.outside, seen)
            for places in range(5)
            for order in permutations(range(len(numbers)), places)
        )
        chosen = episode.oracle_acts()[0].args["items"]
        losses.append(best - episode.slate_value(chosen))
    print("\nlost against the best of all slates:", np.round(losses, 4))
    assert min(losses) > -1e-9
    assert max(losses) < 0.02


def test_duplicates_strangers_and_too_many_are_left_out_and_counted():
    episode = begun()
    a, b, c, d, e = ids(episode)[:5]
    turn = episode.apply(slate(a, a, "i9999", b, c, d, e))
    assert turn.facts["duplicates"] == 1
    assert turn.facts["refused"] == 2
    clean = begun()
    assert [event.text for event in clean.apply(slate(a, b, c, d)).heard] == [event.text for event in turn.heard]


def test_what_is_sold_out_is_not_shown():
    task = load_task("medium")
    episode = task.episode()
    found = False
    for scenario in range(400):
        episode.start("train", scenario)
        while episode.stop_reason is None and not found:
            gone = [n for n in episode.offer if n not in episode.candidates()]
            if gone:
                item = episode.user.catalogue.items[gone[0]]
                assert "sold out" in episode.dialogue.turns[-1].heard[-1].text
                turn = episode.apply(slate(item.id))
                assert turn.facts["refused"] == 1
                found = True
            else:
                episode.apply(episode.oracle_acts())
        if found:
            return
    pytest.fail("nothing was ever sold out")


def test_items_arrive_after_the_first_day():
    episode = begun()
    late, first = 0, 0
    for scenario in range(150):
        episode.start("train", scenario)
        items = episode.user.catalogue.items
        first += sum(items[number].arrives > 0 for number in episode.offer)
        while episode.stop_reason is None:
            episode.apply(episode.oracle_acts())
            late += sum(items[number].arrives > 0 for number in episode.offer)
    assert first == 0
    assert late > 0


def test_offers_belong_to_the_world_and_not_to_the_trial():
    one, other = begun(trial=0), begun(trial=7)
    for _ in range(3):
        assert one.offer == other.offer
        one.apply(slate())
        other.apply(slate(*ids(other)[:2]))
        if one.day or other.day:
            break


def test_the_turn_limit_truncates_and_losing_the_user_terminates():
    env = gym.make(TEXT, max_turns=3)
    env.reset(options={"scenario": 1})
    flags = []
    while not flags or not any(flags[-1]):
        *_, terminated, truncated, info = env.step("")
        flags.append((terminated, truncated))
    assert flags[-1] == (info["stop_reason"] != "max_turns", info["stop_reason"] == "max_turns")
    lost = 0
    for scenario in range(40):
        episode = begun(scenario)
        while episode.stop_reason is None:
            episode.apply(slate())
        lost += episode.stop_reason is StopReason.HUNG_UP
    assert lost > 20, "who shows nothing loses the user"


def test_an_environment_goes_on_after_it_was_closed():
    def played(env):
        observation, _ = env.reset(seed=2)
        after, reward, *_ = env.step(np.zeros(4, np.int64))
        return observation.tolist(), after.tolist(), reward

    closed = gym.make(ACTS)
    closed.reset(seed=1)
    closed.close()
    assert played(closed) == played(gym.make(ACTS))


def test_the_taste_is_in_no_observation():
    """Two users with opposite tastes who say the same see the same first round."""
    env = gym.make(ACTS)
    observation, _ = env.reset(options={"scenario": 4})
    taste = np.array(env.unwrapped.episode.user.taste, np.float32)
    names = env.unwrapped.task.feature_names
    believed = observation[[name.startswith("taste.") for name in names]]
    assert np.count_nonzero(believed) <= 5, "what was said, no more"
    assert not np.allclose(believed * 2, taste, atol=0.1)


def test_satisfaction_decides_about_returns():
    played = {}
    for name in ("good", "bad"):
        days, lost = [], 0
        for scenario in range(60):
            episode = begun(scenario)
            while episode.stop_reason is None:
                worst = sorted(episode.candidates(), key=lambda n: episode.user.enjoyment(n))[:4]
                bad = slate(*(episode.user.catalogue.items[n].id for n in worst))
                turn = episode.apply(episode.oracle_acts() if name == "good" else bad)
                if "days_away" in turn.facts:
                    days.append(turn.facts["days_away"])
                lost += turn.facts.get("lost", 0)
        played[name] = (np.mean(days), lost)
    print("\nmean days away and users lost:", played)
    assert played["good"][0] < 0.6 * played["bad"][0]
    assert played["good"][1] < 3 < 30 < played["bad"][1]


def test_outcomes_hold_the_measures_as_numbers():
    episode = begun()
    while episode.stop_reason is None:
        episode.apply(episode.oracle_acts())
    outcome = episode.dialogue.outcome
    assert outcome["regret"] == pytest.approx(0.0)
    assert outcome["ndcg"] > 0.8
    assert set(outcome) >= {
        "success", "click_through", "conversion", "ndcg", "regret", "diversity", "coverage", "satisfaction",
        "session_rounds", "return_days",
    }  # fmt: skip
    shown = outcome.pop("shown").split()
    assert all(type(value) is float for value in outcome.values())
    assert len(shown) == len(set(shown)) > outcome["rounds"] / 4, "which items were shown, each once"
    assert outcome["coverage"] <= 1.0


def test_measures_by_hand():
    assert intra_list_distance([(0, 1, 2, 3), (0, 1, 2, 3)]) == 0.0
    assert intra_list_distance([(0, 1, 2, 3), (0, 5, 6, 7)]) == 0.75
    assert intra_list_distance([(0, 1, 2, 3)]) == 0.0
    assert ndcg([3.0, 2.0], [1.0, 2.0, 3.0]) == pytest.approx((3 + 2 / np.log2(3)) / (3 + 2 / np.log2(3) + 0.5))
    assert ndcg([], [0.0, 0.0]) == 1.0


def test_population_and_actions_are_checked():
    with pytest.raises(LookupError, match="Did you mean 'browsing'"):
        gym.make(TEXT, population="browsin")
    with pytest.raises(ValueError, match="places, strategies"):
        gym.make(ACTS, actions="discrete")
