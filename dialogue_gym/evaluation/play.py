"""Plays an agent over a fixed list of episodes, in batches, and yields one result per episode.

    for result in play("random", "dialogue_gym/CustomerService-v0", episode_list(500, trials=1),
    split="test"):
        print(result.outcome["success"])

The batch size is a matter of speed alone: rows of a vector environment are refilled from the list as their
episodes end, and agents that draw are told by which key (see `EpisodeSeeded`).
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

import numpy as np

from dialogue_gym.agent import Agent, EpisodeSeeded, Thinks, WeighsTurns, agent_infos
from dialogue_gym.draws import key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.evaluation.results import EpisodeResult, describe
from dialogue_gym.rewards.base import Step, sum_parts
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.running import frozen
from dialogue_gym.task import Task
from dialogue_gym.views.scenario import check_split, scenario_count
from dialogue_gym.views.vector import DialogueVectorEnv
from dialogue_gym.views.view import TextView

AgentSpec: TypeAlias = "str | Callable[..., Agent]"
"""A name for `make_agent`, or anything called as `spec(env=env, seed=seed)`."""

BATCH = 16


def episode_list(scenarios: int, trials: int = 1) -> list[tuple[int, int]]:
    """The first scenarios of a split, each with so many trials: (scenario, trial) pairs."""
    if scenarios < 1 or trials < 1:
        raise ConfigurationError(f"Expected at least 1 scenario and 1 trial, got {scenarios} and {trials}.")
    return [(scenario, trial) for scenario in range(scenarios) for trial in range(trials)]


def check_playable(env: str, scenarios: int, *, split: str = "test", env_kwargs: Mapping[str, Any]) -> None:
    """Refuses what `play` would refuse whoever plays: to be asked before long work that ends with it.

    Args:
        env: The environment's id.
        scenarios: How many are to be played, from the first on.
        split: Which they are.
        env_kwargs: More arguments of the environment.

    Raises:
        ConfigurationError: The environment cannot be made, or its split has fewer scenarios.
    """
    kwargs = _checked(split, {name: value for name, value in env_kwargs.items() if name != "reward"})
    with closing(make_vector(env, 1, split=split, **kwargs)) as vector:
        _check_scenarios(vector.task, split, episode_list(max(1, scenarios)))


def play(
    agent: AgentSpec,
    env: str,
    episodes: Sequence[tuple[int, int]],
    *,
    split: str = "test",
    env_kwargs: Mapping[str, Any] | None = None,
    seed: int = 0,
    batch: int = BATCH,
    name: str | None = None,
) -> Iterator[EpisodeResult]:
    """Plays the episodes and yields results in the order in which they end.

    Args:
        agent: Who plays.
        env: The environment's id.
        episodes: (scenario, trial) pairs.
        split: Which scenarios they are.
        env_kwargs: More arguments of the environment.
        seed: Keys the draws of agents that draw.
        batch: Episodes played side by side: raise it for agents that work in batches.
        name: The agent's name in the results; by default what `agent` is called.

    Raises:
        ConfigurationError: A scenario outside the split, or an agent or environment that cannot be made.
    """
    kwargs = _checked(split, env_kwargs or {})
    if not episodes:
        return
    with closing(make_vector(env, max(1, min(batch, len(episodes))), split=split, **kwargs)) as vector:
        _check_scenarios(vector.task, split, episodes)
        table = _Table(vector, _make(agent, vector, seed), seed)
        constants = {
            "env": env,
            "view": "text" if isinstance(vector.views[0], TextView) else "numeric",
            "env_kwargs": describe(kwargs),
            "task": task_set(vector.task),
            "split": split,
            "agent": name or (agent if isinstance(agent, str) else describe(agent)),
            "seed": seed,
            "versions": versions(),
        }
        own_reward = kwargs.get("reward", "task") == "task"
        with frozen(vector.reward_model):
            for row in table.play(episodes):
                yield _result(vector, row, constants, own_reward)


class _Row:
    """One row's running episode."""

    def __init__(self, number: int, pair: tuple[int, int]) -> None:
        self.number = number
        self.pair = pair
        self.rewards: list[float] = []
        self.parts: list[dict[str, float]] = []
        self.thoughts: list[str] = []
        self.turn_weights: list[int] = []
        self.seconds = 0.0


class _Table:
    """The rows of a vector environment, and who sits at them.

    Rows that have nothing left to play are left alone; the agent sees them as rows without a running episode.
    """

    def __init__(self, vector: DialogueVectorEnv, agent: Agent, seed: int) -> None:
        self.vector = vector
        self.agent = agent
        self.seed = seed
        self.rows: list[_Row | None] = [None] * vector.num_envs
        self.pairs: list[tuple[int, int]] = [(0, 0)] * vector.num_envs
        self.infos: list[dict[str, Any] | None] = [None] * vector.num_envs
        self.observations: Any = None

    def play(self, episodes: Sequence[tuple[int, int]]) -> Iterator[_Row]:
        """Plays all episodes; yields rows as they end, before they are begun anew."""
        queue = iter(episodes)
        ended = np.ones(self.vector.num_envs, dtype=np.bool_)
        while True:
            started = time.perf_counter()
            self._refill(ended, queue)
            playing = [row for row in self.rows if row is not None]
            if not playing:
                return
            ended = self._step()
            share = (time.perf_counter() - started) / len(playing)
            for row in playing:
                row.seconds += share
            for row in playing:
                if ended[row.number]:
                    yield row

    def _refill(self, ended: Any, queue: Iterator[tuple[int, int]]) -> None:
        begun = np.zeros_like(ended)
        for number in np.flatnonzero(ended).tolist():
            pair = next(queue, None)
            self.rows[number] = None if pair is None else _Row(number, pair)
            begun[number] = pair is not None
            self.pairs[number] = pair or self.pairs[number]
        if not begun.any():
            return
        scenarios, trials = (np.array(column) for column in zip(*self.pairs, strict=True))
        options = {"scenario": scenarios, "trial": trials}
        if self.observations is not None:
            options["reset_mask"] = begun
        self.observations, _ = self.vector.reset(options=options)
        self._take_infos()
        self.agent.reset(begun)
        if isinstance(self.agent, EpisodeSeeded):
            split = self.vector.split
            self.agent.seed_episodes({n: key(self.seed, split, *self.pairs[n]) for n in np.flatnonzero(begun).tolist()})

    def _step(self) -> Any:
        seen = [info if row is not None else None for row, info in zip(self.rows, self.infos, strict=True)]
        actions = self.agent.act(list(self.observations), agent_infos(seen))
        if len(actions) != len(self.rows):
            raise ConfigurationError(
                f"Expected {len(self.rows)} actions of the agent, one per row, got {len(actions)}."
            )
        if isinstance(self.agent, Thinks):
            for played in filter(None, self.rows):
                played.thoughts.append(self.agent.thoughts[played.number])
        if isinstance(self.agent, WeighsTurns):
            for played in filter(None, self.rows):
                played.turn_weights.append(self.agent.turn_weights[played.number])
        actions = [None if row is None else action for row, action in zip(self.rows, actions, strict=True)]
        self.observations, rewards, terminated, truncated, _ = self.vector.step(actions)
        self._take_infos()
        for row in self.rows:
            info = self.infos[row.number] if row is not None else None
            if row is not None and info is not None:
                row.rewards.append(float(rewards[row.number]))
                row.parts.append(info["reward_terms"])
        return terminated | truncated

    def _take_infos(self) -> None:
        """Keeps the infos of rows that the last call left alone."""
        self.infos = [new if new is not None else old for new, old in zip(self.vector.infos, self.infos, strict=True)]


def _result(vector: DialogueVectorEnv, row: _Row, constants: dict[str, Any], own_reward: bool) -> EpisodeResult:
    dialogue = vector.views[row.number].dialogue
    assert dialogue.stop is not None, "a row is yielded when its episode has ended"
    total = sum(row.rewards)
    if own_reward:
        task_total = total
    else:
        steps = [Step(dialogue, number) for number in range(1, len(dialogue.turns) + 1)]
        task_total = sum(reward.total for reward in score_checked(dialogue.task.reward, steps))
    return EpisodeResult(
        **constants,
        scenario=row.pair[0],
        trial=row.pair[1],
        episode_return=total,
        task_return=task_total,
        reward_parts=sum_parts(row.parts),
        turn_rewards=row.parts,
        turns=len(dialogue.turns),
        stop_reason=dialogue.stop.value,
        outcome=dict(dialogue.outcome or {}),
        transcript=dialogue.messages(),
        thoughts=row.thoughts,
        turn_weights=row.turn_weights,
        seconds=row.seconds,
    )


def _make(agent: AgentSpec, env: DialogueVectorEnv, seed: int) -> Agent:
    if not isinstance(agent, str):
        return agent(env=env, seed=seed)
    from dialogue_gym.agents import make_agent

    return make_agent(agent, env=env, seed=seed)


def _checked(split: str, env_kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The environment's arguments, without a split of their own."""
    check_split(split)
    if "split" in env_kwargs:
        raise ConfigurationError("Expected the split as an argument of its own, got it in the environment's arguments.")
    return dict(env_kwargs)


def _check_scenarios(task: Task, split: str, episodes: Sequence[tuple[int, int]]) -> None:
    count, highest = scenario_count(task, split), max(scenario for scenario, _ in episodes)
    if highest >= count:
        raise ConfigurationError(
            f"Expected scenarios below {count}, which is all that split {split!r} of task {task.name!r} has, "
            f"got {highest}. Ask for fewer scenarios, or for more trials of each."
        )


def task_set(task: Task) -> dict[str, Any]:
    """What identifies the scenarios that results were made on."""
    return {"name": task.name, "version": task.version, "content_hash": task.content_hash()}


@cache
def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions() -> dict[str, str]:
    """Versions of Python and of those packages in use that results may depend on."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in ("dialogue_gym", "gymnasium", "numpy", "stable_baselines3", "torch", "transformers"):
        installed = _installed(package) if package in sys.modules else None
        if installed:
            found[package] = installed
    return found
