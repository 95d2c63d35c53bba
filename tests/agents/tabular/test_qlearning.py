"""Q-learning: the rule by hand, the optimum of a small exact case, and an agent that comes back as it was saved."""

from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.saved import FILE
from dialogue_gym.agents.tabular.discretise import Discretiser
from dialogue_gym.agents.tabular.learning import QLearning, QTraining
from dialogue_gym.agents.tabular.table import Learner, QTable
from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import episode_list, play
from dialogue_gym.evaluation.make import make_vector
from tests.guess_colour import ACTS, TEXT, GuessColour
from tests.pick_slates import ACTS as SLATES
from tests.pick_slates import register as register_slates

ALL = np.ones(2, np.bool_)


def test_one_step_by_hand() -> None:
    table = QTable(2)
    table.row("t")[:] = (2.0, 1.0)
    error = Learner(table, alpha=0.5, gamma=0.9, trace=0.0).learn("s", 0, 1.0, "t", ALL, greedy=True)
    assert error == pytest.approx(2.8)
    assert table.values("s") == pytest.approx([1.4, 0.0])


def test_what_follows_is_judged_by_its_legal_acts_and_the_end_is_worth_nothing() -> None:
    table = QTable(2)
    table.row("t")[:] = (2.0, 1.0)
    learner = Learner(table, alpha=1.0, gamma=1.0, trace=0.0)
    learner.learn("s", 0, 0.0, "t", np.array([False, True]), greedy=True)
    learner.learn("s", 1, 0.5, None, ALL, greedy=True)
    assert table.values("s") == pytest.approx([1.0, 0.5])


def test_traces_carry_an_error_back_until_somebody_explores() -> None:
    for explored, first in ((False, 0.5 * 0.5), (True, 0.0)):
        table = QTable(2)
        learner = Learner(table, alpha=0.5, gamma=1.0, trace=0.5)
        learner.learn("a", 0, 0.0, "b", ALL, greedy=True)
        learner.learn("b", 0, 1.0, None, ALL, greedy=not explored)
        assert table.values("b")[0] == pytest.approx(0.5)
        assert table.values("a")[0] == pytest.approx(first)


def test_the_second_table_judges_the_first() -> None:
    table = QTable(2, double=True)
    table.row("t", 0)[:] = (5.0, 0.0)
    table.row("t", 1)[:] = (1.0, 3.0)
    Learner(table, alpha=1.0, gamma=1.0, trace=0.0).learn("s", 0, 0.0, "t", ALL, greedy=True, number=0)
    assert table.tables[0]["s"][0] == pytest.approx(1.0), "its own best act is 0, the other one thinks that worth 1"


@pytest.mark.parametrize(("trace", "double"), [(0.0, False), (0.8, False), (0.0, True)])
def test_it_finds_what_value_iteration_finds(trace: float, double: bool) -> None:
    """A corridor of five rooms: act 1 goes right, or back with chance 0.2; the end pays 1, a step costs 0.05."""
    rooms, gamma, slip, cost = 5, 0.9, 0.2, 0.05
    value = np.zeros(rooms + 1)
    for _ in range(500):
        stay = -cost + gamma * value[:rooms]
        right = np.append(value[1:rooms], 0.0)
        ahead = (1 - slip) * (np.append(np.zeros(rooms - 1), 1.0) + gamma * right) + slip * gamma * value[
            np.maximum(np.arange(rooms) - 1, 0)
        ]
        value[:rooms] = np.maximum(stay, ahead - cost)
    table, stream = QTable(2, double=double), Stream(key("corridor", int(10 * trace), double))
    learner = Learner(table, alpha=0.05, gamma=gamma, trace=trace)
    for _ in range(6000):
        room = stream.below(rooms)
        learner.begin()
        for _ in range(30):
            best = table.best(room, ALL)
            act = stream.below(2) if stream.chance(0.3) else best
            reward, following = -cost, room
            if act == 1:
                following = max(room - 1, 0) if stream.chance(slip) else room + 1
            if following == rooms:
                learner.learn(room, act, reward + 1.0, None, ALL, greedy=act == best, number=stream.below(1 + double))
                break
            learner.learn(room, act, reward, following, ALL, greedy=act == best, number=stream.below(1 + double))
            room = following
    for room in range(rooms):
        assert table.best(room, ALL) == 1
        assert table.values(room).max() == pytest.approx(value[room], abs=0.06)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    looks: list[int] = []
    vector = make_vector(ACTS, 4, autoreset_mode="same_step")
    training = QTraining(QLearning(), vector, 8000, seed=1)
    training.run(Looks(3000, lambda steps, agent: looks.append(steps)))
    assert looks == [3000, 6000, 8000]
    folder = tmp_path_factory.mktemp("q") / "best"
    training.agent.save(folder)
    return folder.parent


@pytest.mark.parametrize("env", [ACTS, TEXT])
def test_it_learns_to_guess_what_was_not_guessed_yet_and_plays_both_views(env: str, trained: Path) -> None:
    def success(agent: str) -> float:
        return float(np.mean([row.outcome["success"] for row in play(agent, env, episode_list(200))]))

    # Four colours, no hint, and a chance of 0.15 after each miss that the other side leaves.
    best = np.mean([0.85**misses for misses in range(4)])
    assert success(f"qlearning:{trained}") == pytest.approx(best, abs=0.08)
    assert success("random") < 0.55


def test_a_table_of_another_version_or_task_is_refused(trained: Path, tmp_path: Path) -> None:
    env = gym.make(ACTS)
    for old, new, message in (
        ('"version": 3', '"version": 2', "version 3 of 'guess_colour', got one of version 2"),
        ('"not_red"', '"not_pink"', "Expected an agent for the features and acts of"),
        ('"states"', '"weights"', "expected states of an agent of this kind"),
    ):
        for file in (trained / "best").iterdir():
            content = file.read_bytes()
            (tmp_path / file.name).write_bytes(
                content.replace(old.encode(), new.encode()) if file.name == FILE else content
            )
        with pytest.raises(ConfigurationError, match=message):
            make_agent(f"qlearning:{tmp_path}", env=env)
    with pytest.raises(ConfigurationError, match="Expected a trained agent at 'nowhere'"):
        make_agent("qlearning:nowhere", env=env)


def test_several_numbers_and_wrong_hyperparameters_are_refused() -> None:
    register_slates()
    with pytest.raises(ConfigurationError, match="Expected one number per action for a table"):
        QTraining(QLearning(), make_vector(SLATES, 2, autoreset_mode="same_step"), 10)
    with pytest.raises(ConfigurationError, match="Expected alpha between 0 and 1, got 2"):
        QLearning(alpha=2.0)


def test_states_are_signs_of_what_is_kept() -> None:
    features = np.array([[0.0, 0.4, -0.2, 1.0], [0.0, 0.9, -0.1, 0.3]], np.float32)
    one, other = Discretiser(GuessColour()).many(features)
    assert one == other == Discretiser(GuessColour())(features[0]) == bytes([0, 1, 255, 1])
