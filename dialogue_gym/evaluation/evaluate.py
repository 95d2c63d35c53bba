"""One agent on one environment: every episode as a row, and the table that sums them up.

evaluation = evaluate("rule", "dialogue_gym/CustomerService-v0", scenarios=100)
print(evaluation.measures["success"].mean, evaluation.measures["normalised"].low)
"""

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.anchors import Anchors, play_anchors
from dialogue_gym.evaluation.make import make_single
from dialogue_gym.evaluation.play import BATCH, AgentSpec, episode_list, play
from dialogue_gym.evaluation.results import EpisodeResult, check_comparable
from dialogue_gym.evaluation.statistics import (
    Estimate,
    mean_interval,
    pass_hat_k,
    rate_interval,
    statistic_interval,
)
from dialogue_gym.metrics import Metric


@dataclass(frozen=True)
class Evaluation:
    """Episodes of one agent, and what they amount to.

    Attributes:
        rows: One per episode, ordered by scenario and trial.
        measures: "return", "turns", every numeric or bool entry of the outcome, the metrics that the task declares,
            "pass^k" for several trials and "normalised" where anchors were played; each with its 95 % interval.
        anchors: The anchors' episodes, if they were played.
    """

    rows: list[EpisodeResult]
    measures: dict[str, Estimate]
    anchors: Anchors | None = field(default=None, repr=False)

    def with_anchors(self, anchors: Anchors, *, seed: int = 0) -> "Evaluation":
        """The same with the measure "normalised".

        Raises:
            ConfigurationError: The anchors played another task set, or the oracle is not better than null.
        """
        measures = {**self.measures, "normalised": anchors.normalise(self.rows, seed=seed)}
        return Evaluation(self.rows, measures, anchors)


def evaluate(
    agent: AgentSpec,
    env: str,
    *,
    scenarios: int = 100,
    trials: int = 1,
    split: str = "test",
    env_kwargs: Mapping[str, Any] | None = None,
    seed: int = 0,
    batch: int = BATCH,
    anchors: bool = True,
    name: str | None = None,
    on_result: Callable[[EpisodeResult], object] = lambda row: None,
) -> Evaluation:
    """Plays an agent on the first scenarios of a split and sums the episodes up.

    Args:
        agent: Who plays: a name for `make_agent`, or anything called as `agent(env=env, seed=seed)`.
        env: The environment's id.
        scenarios: How many scenarios.
        trials: How often each is played.
        split: Which scenarios; agents are compared on "test".
        env_kwargs: More arguments of the environment.
        seed: Keys the draws of agents that draw, and the bootstrap.
        batch: Episodes played side by side.
        anchors: Whether null and oracle play too, for the normalised score.
        name: The agent's name in the results.
        on_result: Called with every episode of the agent as it ends.
    """
    episodes = episode_list(scenarios, trials)
    rows = []
    for row in play(agent, env, episodes, split=split, env_kwargs=env_kwargs, seed=seed, batch=batch, name=name):
        on_result(row)
        rows.append(row)
    evaluation = summarise(rows, metrics=task_metrics(env, env_kwargs), seed=seed)
    if not anchors:
        return evaluation
    references = play_anchors(env, episodes, split=split, env_kwargs=env_kwargs, batch=batch)
    try:
        return evaluation.with_anchors(references, seed=seed)
    except ConfigurationError as error:  # the episodes are worth keeping all the same
        warnings.warn(f"No normalised score: {error}", stacklevel=2)
        return evaluation


def task_metrics(env: str, env_kwargs: Mapping[str, Any] | None = None) -> tuple[Metric, ...]:
    """The metrics that an environment's task declares."""
    kwargs = {name: value for name, value in (env_kwargs or {}).items() if name != "reward"}
    return make_single(env, **kwargs).task.metrics


def summarise(rows: Iterable[EpisodeResult], *, metrics: Sequence[Metric] = (), seed: int = 0) -> Evaluation:
    """Sums up the episodes of one agent; `Evaluation.with_anchors` adds the normalised score.

    Args:
        rows: Its episodes, in any order.
        metrics: The task's own, see `task_metrics`. One that the episodes leave undefined is not among the measures.
        seed: Seeds the bootstrap.

    Raises:
        ConfigurationError: No rows, or rows of different agents.
        IncomparableError: Rows of different task sets.
    """
    ordered = sorted(rows, key=lambda row: row.pair)
    agents = {(row.agent, row.env) for row in ordered}
    if len(agents) != 1:
        raise ConfigurationError(f"Expected episodes of one agent on one environment, got {sorted(agents) or 'none'}.")
    check_comparable(ordered)
    return Evaluation(ordered, _means(ordered, seed) | _figures(ordered, metrics, seed) | _pass_hat(ordered, seed))


def _means(rows: Sequence[EpisodeResult], seed: int) -> dict[str, Estimate]:
    columns: dict[str, list[tuple[int, Any]]] = {"success": [], "return": [], "turns": []}
    for row in rows:
        numbers: dict[str, Any] = {k: v for k, v in row.outcome.items() if isinstance(v, Real | np.bool_) and v == v}
        numbers |= {"return": row.episode_return, "turns": row.turns}
        for name, value in numbers.items():
            columns.setdefault(name, []).append((row.scenario, value))
    measures = {}
    for name, column in columns.items():
        if column:
            scenarios, values = zip(*column, strict=True)
            is_rate = name == "success" or all(isinstance(value, bool | np.bool_) for value in values)
            interval = rate_interval if is_rate else mean_interval
            measures[name] = interval(np.array(values, np.float64), scenarios, seed=seed)
    return measures


def _figures(rows: Sequence[EpisodeResult], metrics: Sequence[Metric], seed: int) -> dict[str, Estimate]:
    scenarios = [row.scenario for row in rows]
    figures: dict[str, Estimate] = {}
    for metric in metrics:
        counts = _counts(rows, metric)
        if metric.has_interval:
            figures[metric.name] = statistic_interval(counts, scenarios, metric.value, seed=seed)
        else:
            value = float(metric.value(counts.sum(0)))
            figures[metric.name] = Estimate(value, math.nan, math.nan, len(rows), len(set(scenarios)))
    return {name: figure for name, figure in figures.items() if not math.isnan(figure.mean)}


def _counts(rows: Sequence[EpisodeResult], metric: Metric) -> npt.NDArray[np.float64]:
    """(len(rows), d): what each episode adds to a metric."""
    return np.stack([np.asarray(metric.count(row.outcome), np.float64) for row in rows])


def _pass_hat(rows: Sequence[EpisodeResult], seed: int) -> dict[str, Estimate]:
    """pass^k for every k that all scenarios have trials for, from 2 up: pass^1 is the success rate."""
    scored = [row for row in rows if "success" in row.outcome]
    if not scored:
        return {}
    scenarios = [row.scenario for row in scored]
    successes = [float(row.outcome["success"]) for row in scored]
    fewest = int(np.unique(scenarios, return_counts=True)[1].min())
    return {f"pass^{k}": pass_hat_k(successes, scenarios, k, seed=seed) for k in range(2, fewest + 1)}
