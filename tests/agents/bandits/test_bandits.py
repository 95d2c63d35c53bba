"""Bandits: the model by hand and against the closed form, the laws of their choices, and what they learn."""

import json
from dataclasses import asdict
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.bandits.agent import BanditAgent, Contexts, best
from dialogue_gym.agents.bandits.learning import Bandit, BanditTraining, make_one_turn
from dialogue_gym.agents.bandits.linear import Ridge
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import episode_list, play
from dialogue_gym.evaluation.results import to_json
from tests.guess_colour import ACTS, TEXT, GuessColour
from tests.pick_slates import PickSlates
from tests.pick_slates import register as register_slates

SENTIMENT = "dialogue_gym/SentimentClassificationActs-v0"
EASY = {"difficulty": "easy"}


def test_one_feature_by_hand() -> None:
    model = Ridge(1, 1.0)
    model.learn(np.ones(1), 3.0)
    model.learn(np.ones(1), 1.0)
    assert model.mean == pytest.approx([4 / 3])
    assert model.deviations(np.array([[2.0]])) == pytest.approx([2 / np.sqrt(3)])
    assert model.optimistic(np.array([[2.0]]), 0.5) == pytest.approx([8 / 3 + 1 / np.sqrt(3)])
    assert model.drawn(np.array([[2.0]]), 0.5, np.array([-2.0])) == pytest.approx([8 / 3 - 2 / np.sqrt(3)])


def test_many_observations_give_ridge_regression() -> None:
    draws = np.random.default_rng(0)
    xs, pays = draws.normal(size=(40, 6)), draws.normal(size=40)
    model = Ridge(6, 2.0)
    for x, pay in zip(xs, pays, strict=True):
        model.learn(x, pay)
    precision = 2.0 * np.eye(6) + xs.T @ xs
    np.testing.assert_allclose(model.covariance, np.linalg.inv(precision), atol=1e-12)
    np.testing.assert_allclose(model.mean, np.linalg.solve(precision, xs.T @ pays), atol=1e-12)


def test_a_drawn_model_varies_as_the_posterior_says() -> None:
    model = Ridge(2, 1.0)
    model.learn(np.array([2.0, 1.0]), 1.0)
    xs, draws = np.array([[1.0, -1.0]]), np.random.default_rng(1)
    drawn = [model.drawn(xs, 0.7, draws.standard_normal(2))[0] for _ in range(4000)]
    assert np.mean(drawn) == pytest.approx((xs @ model.mean)[0], abs=0.05)
    assert np.std(drawn) == pytest.approx(0.7 * model.deviations(xs)[0], rel=0.05)


def test_the_best_is_legal_the_first_of_equals_and_anything_where_nothing_is_legal() -> None:
    scores = np.array([[1.0, 3.0, 3.0], [1.0, 3.0, 2.0], [0.0, 1.0, 0.0]])
    legal = np.array([[True, True, True], [True, False, True], [False, False, False]])
    assert best(scores, legal).tolist() == [1, 2, 1]


def test_few_features_are_a_context_as_they_are_and_many_are_hashed_with_signs() -> None:
    features = np.array([[0.0, 0.5, 0.0, 1.0]], np.float32)
    assert Contexts(GuessColour(), 4)(features).tolist() == [[0.0, 0.5, 0.0, 1.0, 1.0]]
    hashed = Contexts(GuessColour(), 2)
    unit = np.eye(4, dtype=np.float32)
    np.testing.assert_allclose(hashed(features)[0, :-1], 0.5 * hashed(unit)[1, :-1] + hashed(unit)[3, :-1])
    assert np.abs(hashed(unit)[:, :-1]).sum(axis=1).tolist() == [1.0] * 4
    assert hashed(unit)[:, -1].tolist() == [1.0] * 4


@pytest.mark.parametrize("algorithm", ["linucb", "thompson"])
def test_bandits_learn_to_label_texts_and_come_back_as_saved(algorithm: str, tmp_path: Path) -> None:
    vector = make_one_turn(SENTIMENT, 16, EASY)
    training = BanditTraining(algorithm, Bandit(), vector, 4000, seed=1)
    training.run(Looks(4000, lambda steps, agent: agent.save(tmp_path / "best")))
    rows = list(play(lambda *, env, seed: training.agent, SENTIMENT, episode_list(150), split="val", env_kwargs=EASY))
    again = list(play(f"bandit:{tmp_path}", SENTIMENT, episode_list(150), split="val", env_kwargs=EASY, batch=7))
    assert all(json.loads(to_json(asdict(row)))["turn_weights"] == [] for row in rows), "its weights are a model's"
    returns = {row.pair: row.episode_return for row in rows}
    assert returns == {row.pair: row.episode_return for row in again}
    assert np.mean(list(returns.values())) > 0.15, "any label that is named without reading is worth 0"


def test_tasks_of_several_decisions_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="Expected episodes of one decision for a bandit, got 'guess_colour'"):
        make_one_turn(ACTS, 2, {})
    with pytest.raises(ConfigurationError, match=r"got 'sentiment_classification.medium.2' with up to 6 turns"):
        make_one_turn(SENTIMENT, 2, {"texts_per_episode": 2})
    with pytest.raises(ConfigurationError, match="Expected a numeric view for a bandit"):
        make_one_turn(TEXT, 2, {"max_turns": 1})
    with pytest.raises(ConfigurationError, match="Expected explore ≥ 0, ridge > 0 and width ≥ 1"):
        Bandit(ridge=0.0)
    register_slates()
    with pytest.raises(ConfigurationError, match="Expected one number per action for a bandit, got MultiDiscrete"):
        BanditAgent(PickSlates(), 8)


def test_a_bandit_of_another_task_is_refused(tmp_path: Path) -> None:
    BanditAgent(GuessColour(), 8).save(tmp_path)
    with pytest.raises(ConfigurationError, match="Expected an agent for the features and acts of"):
        make_agent(f"bandit:{tmp_path}", env=gym.make(SENTIMENT))
    make_agent(f"bandit:{tmp_path}", env=gym.make(TEXT))
