"""Playing a fixed list of episodes: what is played does not depend on how."""

from dataclasses import asdict
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agent import AGENT_KEYS, Flags
from dialogue_gym.agents import make_agent
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import EpisodeResult, episode_list, play
from dialogue_gym.rewards import Normalise
from tests.guess_colour import ACTS, TEXT, GuessColour


def results(agent: Any, env: str, **kwargs: Any) -> list[EpisodeResult]:
    episodes = kwargs.pop("episodes", episode_list(40, trials=2))
    return sorted(play(agent, env, episodes, **kwargs), key=lambda row: row.pair)


def without_time(row: EpisodeResult) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name not in ("seconds", "versions")}


@pytest.mark.parametrize("env", [TEXT, ACTS])
@pytest.mark.parametrize("agent", ["random", "null", "oracle"])
def test_the_batch_size_changes_nothing(agent: str, env: str) -> None:
    one, many = results(agent, env, batch=1, seed=3), results(agent, env, batch=16, seed=3)
    assert [row.pair for row in one] == episode_list(40, trials=2)
    assert list(map(without_time, one)) == list(map(without_time, many))


def test_a_reward_that_learns_is_held_still() -> None:
    reward = Normalise("task")
    list(play("random", TEXT, episode_list(5), split="train", env_kwargs={"reward": reward}))
    assert reward.count == 0.0
    assert not reward.held, "and only while it is played"


def test_the_order_of_play_changes_nothing() -> None:
    episodes = episode_list(30, trials=2)
    forward, backward = results("random", TEXT, episodes=episodes), results("random", TEXT, episodes=episodes[::-1])
    assert list(map(without_time, forward)) == list(map(without_time, backward))


def test_more_episodes_leave_the_first_ones_alone() -> None:
    few, many = results("random", TEXT, episodes=episode_list(5)), results("random", TEXT, episodes=episode_list(50))
    assert list(map(without_time, few)) == list(map(without_time, many[:5]))


def test_rows_say_what_a_single_environment_says() -> None:
    env = gym.make(ACTS, split="val")
    for row in results("random", ACTS, split="val", episodes=[(3, 0), (7, 2), (499, 1)], seed=1):
        env.reset(options={"scenario": row.scenario, "trial": row.trial})
        rewards = []
        for turn in (m for m in row.transcript if m["role"] == "assistant"):
            (act,) = GuessColour().parse(turn["content"]) or (None,)
            number = 5 if act is None else 4 if act.call else _guess(act.args["colour"])
            _, reward, terminated, truncated, info = env.step(number)
            rewards.append(reward)
        assert terminated or truncated
        assert row.outcome == info["outcome"]
        assert row.stop_reason == info["stop_reason"]
        assert row.episode_return == pytest.approx(sum(rewards))
        assert row.turns == len(rewards) == len(row.turn_rewards)


def _guess(colour: str) -> int:
    return GuessColour.act_names.index(f"guess:{colour}")


def test_parts_add_up_to_the_return() -> None:
    for row in results("random", TEXT):
        assert sum(row.reward_parts.values()) == pytest.approx(row.episode_return)
        assert sum(sum(parts.values()) for parts in row.turn_rewards) == pytest.approx(row.episode_return)
        assert row.task_return == row.episode_return


class _Counts:
    """Thinks of how often it has been asked, and takes every other turn for a mistake; says nothing."""

    thoughts: list[str]
    turn_weights: list[int]

    def __init__(self, *, env: Any, seed: int) -> None:
        self.asked = [0] * env.num_envs

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        self.asked = [asked + bool(info) for asked, info in zip(self.asked, infos, strict=True)]
        self.thoughts = [str(asked) for asked in self.asked]
        self.turn_weights = [asked % 2 for asked in self.asked]
        return ["" for _ in infos]

    def reset(self, mask: Flags) -> None:
        self.asked = [0 if begins else asked for asked, begins in zip(self.asked, mask, strict=True)]

    save = load = None  # type: ignore[assignment]


def test_thoughts_are_kept_turn_by_turn_and_are_no_part_of_the_dialogue() -> None:
    for row in results(_Counts, TEXT, batch=3, episodes=episode_list(8)):
        assert row.thoughts == [str(turn) for turn in range(1, row.turns + 1)]
        assert row.turn_weights == [turn % 2 for turn in range(1, row.turns + 1)]
        assert {m["content"] for m in row.transcript if m["role"] == "assistant"} == {""}
    assert all(row.thoughts == row.turn_weights == [] for row in results("random", TEXT, episodes=episode_list(3)))


def test_rows_name_what_made_them() -> None:
    (row,) = play("null", ACTS, [(4, 1)], seed=9, env_kwargs={"max_turns": 2})
    task = GuessColour()
    assert (row.env, row.view, row.agent, row.seed, row.split, row.pair) == (ACTS, "numeric", "null", 9, "test", (4, 1))
    assert row.task == {"name": "guess_colour", "version": 3, "content_hash": task.content_hash()}
    assert row.env_kwargs == {"max_turns": 2}
    assert {"python", "dialogue_gym", "gymnasium", "numpy"} <= set(row.versions)
    assert row.seconds > 0
    assert next(play("null", TEXT, [(4, 1)])).view == "text"


def one_per_turn(step: Any) -> float:
    return 1.0


def test_the_tasks_own_return_is_kept_under_another_reward() -> None:
    plugged = results("random", TEXT, env_kwargs={"reward": one_per_turn})
    for row, own in zip(plugged, results("random", TEXT), strict=True):
        assert row.episode_return == row.turns
        assert row.task_return == pytest.approx(own.episode_return)
        assert row.env_kwargs["reward"].endswith(":one_per_turn")


class Watcher:
    """Says nothing and remembers what it was shown."""

    def __init__(self, env: Any, seed: int) -> None:
        self.infos: list[list[dict[str, Any]]] = []
        self.resets: list[Flags] = []

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        self.infos.append(infos)
        return ["" if info else None for info in infos]  # an idle row's action is not played

    def reset(self, mask: Flags) -> None:
        self.resets.append(mask.copy())

    def save(self, path: Any) -> None: ...

    def load(self, path: Any) -> None: ...


def test_agents_are_shown_the_white_list_and_told_of_idle_rows() -> None:
    made = []

    def make(env: Any, seed: int) -> Watcher:
        made.append(Watcher(env, seed))
        return made[-1]

    rows = list(play(make, TEXT, episode_list(6), batch=4, name="watcher"))
    (watcher,) = made
    shown = [info for infos in watcher.infos for info in infos]
    assert {name for info in shown for name in info} <= set(AGENT_KEYS)
    assert sum(bool(info) for info in shown) == sum(row.turns for row in rows)
    assert any(not info for info in shown)
    assert sum(int(mask.sum()) for mask in watcher.resets) == 6
    assert {row.agent for row in rows} == {"watcher"}


def test_an_agent_made_by_a_function_is_named_after_it() -> None:
    (row,) = play(Watcher, TEXT, [(0, 0)])
    assert row.agent.endswith(":Watcher")


def test_an_agent_with_too_few_actions_is_refused() -> None:
    class Short(Watcher):
        def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
            return [""]

    with pytest.raises(ConfigurationError, match="Expected 2 actions of the agent, one per row, got 1"):
        list(play(Short, TEXT, episode_list(2)))


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"episodes": [(500, 0)]}, "Expected scenarios below 500"),
        ({"split": "tets"}, "Expected split to be one of"),
        ({"env_kwargs": {"split": "val"}}, "split as an argument of its own"),
        ({"env_kwargs": {"max_trun": 3}}, "Expected arguments that .* takes, got another: .*max_trun"),
        ({"env": "dialogue_gym/CustomerServices-v0"}, "Expected an environment that can be made"),
        ({"env": "CartPole-v1"}, "unexpected keyword argument|dialogue environment"),
        ({"agent": "rondom"}, "Did you mean 'random'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_mistakes_are_explained(kwargs: dict[str, Any], message: str) -> None:
    arguments = {"agent": "random", "env": TEXT, "episodes": [(0, 0)], **kwargs}
    with pytest.raises((ConfigurationError, LookupError), match=message):
        list(play(**arguments))


def test_no_episodes_give_no_results() -> None:
    assert list(play("random", TEXT, [])) == []
    with pytest.raises(ConfigurationError, match="at least 1 scenario and 1 trial, got 0 and 1"):
        episode_list(0)


def test_the_oracle_sits_at_the_rows_of_its_own_environment() -> None:
    env = gym.make_vec(ACTS, 5, vectorization_mode="vector_entry_point", autoreset_mode="disabled")
    agent = make_agent("oracle", env=env)
    env.reset(options={"scenario": np.arange(5)})
    *_, info = env.step(agent.act([None] * 5, env.unwrapped.infos))
    assert info["outcome"]["success"].tolist() == [True] * 5
