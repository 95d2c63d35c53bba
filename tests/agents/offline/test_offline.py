"""Offline learning: the losses by hand, a known optimum, logs in both forms, and agents that come back as saved."""

import math
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.offline.agent import OfflineAgent
from dialogue_gym.agents.offline.learning import Cloning, ConservativeQ, OfflineTraining, Turns, gather
from dialogue_gym.agents.offline.losses import cloning_loss, conservative_gap, cql_loss, td_targets
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import episode_list, play
from dialogue_gym.numeric_logs import LoggedEpisode, record_episodes, view_of
from tests.guess_colour import ACTS, TEXT, GuessColour
from tests.pick_slates import ACTS as SLATES
from tests.pick_slates import PickSlates
from tests.pick_slates import register as register_slates

ALL = torch.ones(1, 2, dtype=torch.bool)
NOBODY = Looks(10**9, lambda steps, agent: None)


def test_cloning_is_cross_entropy_over_legal_acts() -> None:
    logits, act = torch.tensor([[0.0, math.log(3.0)]]), torch.tensor([[0]])
    assert float(cloning_loss(logits, act, ALL, [2])) == pytest.approx(math.log(4.0))
    only = torch.tensor([[True, False]])
    assert float(cloning_loss(logits, act, only, [2])) == 0.0
    assert float(cloning_loss(logits, torch.tensor([[1]]), only, [2])) == pytest.approx(math.log(4.0 / 3.0))


def test_cloning_sums_over_the_numbers_of_an_action() -> None:
    logits, legal = torch.zeros(1, 5), torch.ones(1, 5, dtype=torch.bool)
    loss = cloning_loss(logits, torch.tensor([[1, 2]]), legal, [2, 3])
    assert float(loss) == pytest.approx(math.log(2.0) + math.log(3.0))


def test_targets_take_the_older_networks_word_for_the_act_that_the_newer_one_picks() -> None:
    online, old = torch.tensor([[1.0, 2.0], [5.0, 0.0], [5.0, 0.0]]), torch.tensor([[10.0, 20.0]] * 3)
    legal = torch.tensor([[True, True], [True, True], [False, True]])
    ended = torch.tensor([False, True, False])
    targets = td_targets(torch.tensor([1.0, 1.0, 1.0]), ended, online, old, legal, 0.5)
    assert targets.tolist() == [11.0, 1.0, 11.0]


def test_the_conservative_gap_by_hand() -> None:
    assert float(conservative_gap(torch.ones(1, 2), torch.tensor([1]), ALL)) == pytest.approx(math.log(2.0))
    only = torch.tensor([[True, False]])
    assert float(conservative_gap(torch.tensor([[1.0, 9.0]]), torch.tensor([0]), only)) == 0.0
    loss, gap = cql_loss(torch.ones(1, 2), torch.tensor([1]), torch.tensor([4.0]), ALL, alpha=2.0)
    assert float(gap) == pytest.approx(math.log(2.0))
    assert float(loss) == pytest.approx((3.0 - 0.5) + 2.0 * math.log(2.0)), "Huber: |error| - 1/2 beyond 1"


def corridor(episodes: int) -> Turns:
    """Four rooms; act 1 goes on (and pays 1 behind the last), act 0 ends with 0.4. Logged: mostly act 0."""
    draws, rows = np.random.default_rng(3), []
    for _ in range(episodes):
        room = 0
        while True:
            act = int(draws.random() < 0.4)
            last, over = room == 3, act == 0 or room == 3
            rows.append((room, act, (1.0 if last else 0.0) if act else 0.4, over))
            if over:
                break
            room += 1
    rooms, acts, rewards, ended = map(np.array, zip(*rows, strict=True))
    legal = torch.zeros(len(rooms), 6, dtype=torch.bool)
    legal[:, :2] = True
    return Turns(
        torch.eye(4)[torch.from_numpy(rooms)],
        legal,
        torch.from_numpy(acts)[:, None],
        torch.from_numpy(rewards.astype(np.float32)),
        torch.arange(len(rooms)) + torch.from_numpy(~ended).long(),
        torch.from_numpy(ended),
    )


@pytest.mark.parametrize("alpha", [0.0, 0.02])
def test_fitted_and_conservative_q_find_the_optimum_that_the_log_seldom_plays(alpha: float) -> None:
    """Going on is worth γ^(3 - room): 0.9^3 = 0.729 from the first room, more than 0.4; cloning would stop."""
    settings = ConservativeQ(alpha=alpha, gamma=0.9, hidden=(32,), batch_size=128, learning_rate=3e-3, tau=0.05)
    training = OfflineTraining("cql", settings, corridor(2000), GuessColour(), 1200, seed=1)
    training.run(NOBODY)
    values = training.agent.scores(np.eye(4))
    assert (values[:, 1] > values[:, 0]).all()
    if alpha == 0.0:
        assert values[:, 1].numpy() == pytest.approx([0.9**3, 0.9**2, 0.9, 1.0], abs=0.06)
        assert values[:, 0].numpy() == pytest.approx([0.4] * 4, abs=0.06)


def test_cloning_finds_the_authors_habits() -> None:
    turns = corridor(2000)
    training = OfflineTraining("bc", Cloning(hidden=(32,)), turns, GuessColour(), 600, seed=1)
    training.run(NOBODY)
    chances = training.agent.scores(np.eye(4)).masked_fill(~turns.legal[:4], -1e9).softmax(1)
    assert chances[0, :2].numpy() == pytest.approx([0.6, 0.4], abs=0.06)


def learnt(algorithm: str, author: str, **hyper: Any) -> OfflineAgent:
    task = GuessColour()
    turns = gather(record_episodes(ACTS, 800, agent=author), task)
    settings = (ConservativeQ if algorithm == "cql" else Cloning)(hidden=(32,), **hyper)
    training = OfflineTraining(algorithm, settings, turns, task, 800, seed=0)
    training.run(NOBODY)
    return training.agent


def success(agent: Any, env: str = ACTS) -> float:
    return float(np.mean([row.outcome["success"] for row in play(agent, env, episode_list(200))]))


def test_cql_learns_from_random_play_what_cloning_cannot(tmp_path: Path) -> None:
    cql = learnt("cql", "random", alpha=0.1)
    cql.save(tmp_path)
    best = np.mean([0.85**misses for misses in range(4)])
    for env in (ACTS, TEXT):
        assert success(f"offline:{tmp_path}", env) == pytest.approx(best, abs=0.08)
    assert success("random") < 0.55


def test_several_numbers_can_be_cloned_but_not_valued() -> None:
    register_slates()
    task = PickSlates()
    turns = gather(record_episodes(SLATES, 20, agent="random"), task)
    assert turns.actions.shape[1] == len(task.act_components)
    training = OfflineTraining("bc", Cloning(hidden=(8,)), turns, task, 5)
    training.run(NOBODY)
    assert len(list(play(lambda *, env, seed: training.agent, SLATES, episode_list(5)))) == 5
    with pytest.raises(ConfigurationError, match="Expected one number per action for cql, got MultiDiscrete"):
        OfflineTraining("cql", ConservativeQ(), turns, task, 5)


def test_episodes_of_another_task_or_version_and_wrong_hyperparameters_are_refused() -> None:
    task = GuessColour()
    other = {"task": {"name": "other", "version": 3}, "view": "0", "scenario": 0}
    zeros = np.zeros((2, 4), np.float32), np.ones((2, 6), np.int8), np.zeros(1, np.int64), np.zeros(1)
    with pytest.raises(
        ConfigurationError, match="features and acts of 'guess_colour', got those of 'other' in the log"
    ):
        gather([LoggedEpisode(*zeros, False, other)], task)
    old = {**other, "task": {"name": "guess_colour", "version": 2}, "view": view_of(task)}
    with pytest.raises(ConfigurationError, match="Expected episodes of version 3 of 'guess_colour', got version 2"):
        gather([LoggedEpisode(*zeros, False, old)], task)
    with pytest.raises(ConfigurationError, match="Expected learning_rate > 0"):
        Cloning(learning_rate=0.0)
    with pytest.raises(ConfigurationError, match="Expected alpha ≥ 0"):
        ConservativeQ(alpha=-1.0)


def test_a_network_of_another_task_is_refused(tmp_path: Path) -> None:
    OfflineAgent(GuessColour(), (8,)).save(tmp_path)
    with pytest.raises(ConfigurationError, match="Expected an agent for the features and acts of"):
        make_agent(f"offline:{tmp_path}", env=gym.make("dialogue_gym/CustomerServiceActs-v0"))
