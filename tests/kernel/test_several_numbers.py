"""Actions of several numbers go through the same kernel, views, agents and evaluation as single ones."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_sb3

from dialogue_gym.acts import Act
from dialogue_gym.agents.scripted.rules import RuleAgent
from dialogue_gym.errors import ActionTypeError, ConfigurationError, UnknownNameError
from dialogue_gym.evaluation import EpisodeResult, episode_list, play
from tests.pick_slates import ACTS, ITEMS, PLACES, TEXT, PickSlates, first_offered, register


@pytest.fixture(autouse=True)
def ids() -> None:
    register()


def results(agent: Any, env: str, **kwargs: Any) -> list[EpisodeResult]:
    return sorted(play(agent, env, episode_list(60, trials=2), **kwargs), key=lambda row: row.pair)


def test_the_checkers_have_nothing_to_say() -> None:
    check_env(gym.make(ACTS).unwrapped, skip_render_check=True)
    check_sb3(gym.make(ACTS))


def test_act_names_come_by_component() -> None:
    components = PickSlates().act_components
    assert components[1] == ("2:empty", "2:lamp", "2:mat", "2:mug", "2:tent")
    assert sum(components, ()) == PickSlates.act_names


def test_the_oracle_plays_the_same_on_both_views_and_is_the_best() -> None:
    text, numbers, random = results("oracle", TEXT), results("oracle", ACTS), results("random", ACTS)
    assert [row.transcript for row in text] == [row.transcript for row in numbers]
    assert [row.outcome for row in text] == [row.outcome for row in numbers]
    mean = [np.mean([row.episode_return for row in rows]) for rows in (numbers, random, results("null", ACTS))]
    assert mean[0] > 1.5 * mean[1] > 0 == mean[2]


@pytest.mark.parametrize("batch", [1, 7])
def test_random_slates_are_legal_and_do_not_depend_on_the_batch(batch: int) -> None:
    rows = results("random", ACTS, batch=batch)
    assert [row.transcript for row in rows] == [row.transcript for row in results("random", ACTS, batch=16)]
    said = {m["content"] for row in rows for m in row.transcript if m["role"] == "assistant"}
    assert {"", "lamp", "mug, mat"} <= said


def test_rules_name_one_act_for_each_component() -> None:
    def rule(*, env: Any, seed: int) -> Any:
        return RuleAgent(PickSlates(), first_offered)

    for row in results(rule, ACTS):
        offers = [m["content"].removeprefix("Offered: ").split(", ") for m in row.transcript if m["role"] == "user"]
        said = [m["content"] for m in row.transcript if m["role"] == "assistant"]
        assert said == [f"{offer[0]}, {offer[-1]}" for offer in offers]


@pytest.mark.parametrize(
    ("named", "error", "message"),
    [
        (["1:mug"], ConfigurationError, "Expected 2 names of the rule policy, one per component, got 1"),
        (["1:mug", "1:mat"], UnknownNameError, "Unknown act of a rule policy '1:mat'. Did you mean '2:mat'"),
    ],
)
def test_rules_that_name_something_else_are_told(named: list[str], error: type[Exception], message: str) -> None:
    agent = RuleAgent(PickSlates(), lambda features, mask: named)
    env = gym.make(ACTS)
    observation, info = env.reset(seed=0)
    with pytest.raises(error, match=message):
        agent.act([observation], [info])


def test_only_the_forbidden_part_of_an_action_does_nothing() -> None:
    env = gym.make(ACTS)
    _, info = env.reset(options={"scenario": 0, "trial": 0})
    forbidden = np.split(info["action_mask"], PLACES)[0].tolist().index(0)
    offered = next(number for number in range(1, len(ITEMS) + 1) if number != forbidden)
    env.step(np.array([forbidden, offered]))
    (turn,) = env.unwrapped.view.dialogue.turns
    assert turn.acts == (Act("slate", {"items": (ITEMS[offered - 1],)}),)


def test_a_wrong_action_is_refused_and_nothing_is_played() -> None:
    env = gym.make(ACTS)
    env.reset(seed=0)
    for wrong in (3, np.array([1, 9]), np.array([1])):
        with pytest.raises(ActionTypeError, match="Expected a member of MultiDiscrete"):
            env.step(wrong)
    assert env.unwrapped.view.dialogue.turns == []


def test_the_world_draws_the_same_in_every_trial_and_whatever_is_done() -> None:
    def sold_out(trial: int, action: list[int]) -> list[str]:
        env, seen = gym.make(ACTS), []
        env.reset(options={"scenario": 5, "trial": trial})
        for _ in range(3):
            seen.append(env.unwrapped.episode.sold_out)
            env.step(np.array(action))
        return seen

    # The last is a golden value: the draws are the same on every machine.
    assert sold_out(0, [0, 0]) == sold_out(0, [2, 3]) == sold_out(1, [4, 4]) == ["mat", "lamp", "tent"]
