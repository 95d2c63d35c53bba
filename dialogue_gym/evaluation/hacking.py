"""Is a plugged reward still about the task? Its correlation with the outcome, and signs that it is being gamed.

An agent that is trained on a stand-in for what is wanted gets better at the stand-in, and from some point on worse
at the thing itself. Here the simulator measures the thing itself, so the point can be seen:

    diagnose(rows)                             # correlation of each part with success and with the task's own reward
    silence_of(parts)                          # None, or a sentence: it never applied
    warning_of(returns, successes)             # None, or a sentence: one rises while the other falls
    Watch().observe(metrics, parts, successes) # both, iteration by iteration
    curve = overoptimisation(read_metrics(folder, "rl"))
    plot_overoptimisation(curve, folder / "overoptimisation.png")

Sources: Gao, Schulman and Hilton 2022, "Scaling Laws for Reward Model Overoptimization", arXiv:2210.10760 (both
rewards against √KL); Skalse et al. 2022, "Defining and Characterizing Reward Hacking", arXiv:2209.13085.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.results import EpisodeResult, to_json
from dialogue_gym.evaluation.statistics import Estimate, correlation_interval

logger = logging.getLogger(__name__)

TOTAL = "total"
OUTCOMES = ("success", "task_return")
WINDOW = 12
"""Iterations that a trend is told from: halves of six are enough to beat the noise of 64 dialogues an iteration."""


def diagnose(rows: Sequence[EpisodeResult], *, seed: int = 0) -> dict[str, dict[str, Estimate]]:
    """For each part of the reward, and "total", the correlation of its sum over a dialogue with the outcome.

    Args:
        rows: Episodes under the plugged reward; those without a measured success are left out.
        seed: Seeds the bootstrap.

    Returns:
        {part: {"success": …, "task_return": …}}; NaN where a part or the outcome is always the same.
    """
    scored = [row for row in rows if "success" in row.outcome]
    if not scored:
        return {}
    scenarios = [row.scenario for row in scored]
    outcomes = {
        "success": [float(row.outcome["success"]) for row in scored],
        "task_return": [row.task_return for row in scored],
    }
    columns = {TOTAL: [row.episode_return for row in scored]}
    for part in dict.fromkeys(part for row in scored for part in row.reward_parts):
        columns[part] = [row.reward_parts.get(part, 0.0) for row in scored]
    return {
        part: {name: correlation_interval(values, outcomes[name], scenarios, seed=seed) for name in OUTCOMES}
        for part, values in columns.items()
    }


def part_correlations(parts: Sequence[Mapping[str, float]], outcomes: Sequence[float]) -> dict[str, float]:
    """Pearson's correlation of each part with the outcome; parts without spread are left out.

    Args:
        parts: Each dialogue's sums of parts.
        outcomes: Each dialogue's outcome.

    >>> part_correlations([{"a": 1.0}, {"a": 2.0}, {"a": 3.0}], [0.0, 0.0, 1.0])
    {'a': 0.866}
    """
    found = {}
    for part in dict.fromkeys(part for row in parts for part in row):
        column = [row.get(part, 0.0) for row in parts]
        estimate = correlation_interval(column, outcomes, range(len(parts)), replicates=1)
        if estimate.mean == estimate.mean:
            found[part] = round(estimate.mean, 4)
    return found


def silence_of(parts: Sequence[Mapping[str, float]]) -> str | None:
    """A sentence if a reward applied to no turn of any dialogue; else None.

    Args:
        parts: Each dialogue's sums of parts.

    >>> silence_of([{"click": 0.0}, {}]) is None
    True
    """
    if any(parts):
        return None
    return (
        f"The plugged reward applied to no turn of {len(parts)} dialogues, so it paid nothing: it is not made for this "
        "task, or what it reads is missing."
    )


def warning_of(proxy: Sequence[float], outcome: Sequence[float], *, window: int = WINDOW) -> str | None:
    """A sentence if, over the last iterations, the plugged reward rises while the outcome falls; else None.

    Each trend is the difference of the means of the window's halves, and counts beyond two standard errors.

    Args:
        proxy: Mean plugged return of each iteration.
        outcome: Mean outcome of each iteration.
        window: How many iterations are looked at.

    >>> warning_of([0, 0, 0, 1, 1, 1], [5, 5, 5, 4, 4, 4], window=6)[:68]
    'The plugged reward rises (0 to 1) while the outcome falls (5 to 4) o'
    >>> warning_of([0, 0, 0, 1, 1, 1], [5, 5, 5, 6, 6, 6], window=6) is None
    True
    """
    if len(proxy) < window or len(outcome) < window:
        return None
    rising, falling = _change(proxy[-window:]), _change(outcome[-window:])
    if not (rising.size > 2.0 and falling.size < -2.0):
        return None
    return (
        f"The plugged reward rises ({rising.before:g} to {rising.after:g}) while the outcome falls ({falling.before:g} "
        f"to {falling.after:g}) over the last {window} iterations: "
        "it is being gamed. Stop here, raise the KL weight, or mend the reward; the folder's disagreements show how."
    )


class Watch:
    """Is told how training on a plugged reward goes, and warns where it looks like gaming.

    Args:
        rows: Metrics of what came before, where a run goes on: "return" and "success" of each iteration.
    """

    def __init__(self, rows: Sequence[Mapping[str, float]] = ()) -> None:
        self.rows = [dict(row) for row in rows]
        self._warned_at = -WINDOW

    def observe(
        self, metrics: Mapping[str, float], parts: Sequence[Mapping[str, float]], outcomes: Sequence[float]
    ) -> dict[str, float]:
        """Takes in an iteration or an evaluation; gives further metrics: "correlation/<part>".

        Args:
            metrics: Its mean "return" and "success".
            parts: Each dialogue's sums of the reward's parts, "total" among them.
            outcomes: Each dialogue's success.
        """
        self.rows.append(dict(metrics))
        count = len(self.rows)
        silent = silence_of([{part: value for part, value in row.items() if part != TOTAL} for row in parts])
        if silent:
            logger.warning("Iteration %d: %s", count - 1, silent)
        told = warning_of([row["return"] for row in self.rows], [row["success"] for row in self.rows])
        if told and count - self._warned_at >= WINDOW:
            self._warned_at = count
            logger.warning("Iteration %d: %s", count - 1, told)
        found = part_correlations(parts, outcomes)
        return {f"correlation/{part}": value for part, value in found.items()}


class _Change(NamedTuple):
    before: float
    after: float
    size: float
    """In standard errors."""


def _change(values: Sequence[float]) -> _Change:
    half = len(values) // 2
    first, second = np.array(values[:half], np.float64), np.array(values[-half:], np.float64)
    error = sqrt(first.var(ddof=1) / half + second.var(ddof=1) / half) if half > 1 else float("inf")
    difference = float(second.mean() - first.mean())
    size = difference / error if error > 0 else float(np.sign(difference)) * float("inf") if difference else 0.0
    return _Change(round(float(first.mean()), 4), round(float(second.mean()), 4), size)


class Point(NamedTuple):
    """One iteration of a run.

    Attributes:
        root_kl: √KL of a whole dialogue, in √nats, from where training began.
        proxy: Mean return under the plugged reward.
        outcome: Mean success.
    """

    root_kl: float
    proxy: float
    outcome: float


def overoptimisation(metrics: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Proxy and true outcome against √KL, from the rows of a run's reinforcement learning, in order.

    KL of a dialogue = KL per token × tokens per turn × turns.
    """
    return [
        Point(sqrt(max(0.0, row["kl"] * row["turn_tokens"] * row["turns"])), row["return"], row["success"])
        for row in metrics
    ]


def plot_overoptimisation(curve: Sequence[Point], path: str | Path) -> None:
    """Draws the curve: the plugged return on the left axis, success on the right one."""
    if not curve:
        raise ConfigurationError("Expected at least one iteration of reinforcement learning to draw, got none.")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    left = figure.subplots()
    right = left.twinx()
    x = [point.root_kl for point in curve]
    left.plot(x, [point.proxy for point in curve], "o-", ms=3, color="tab:blue")
    right.plot(x, [point.outcome for point in curve], "s-", ms=3, color="tab:red")
    left.set_xlabel("√KL from the start, √nats per dialogue")
    left.set_ylabel("plugged reward, mean return", color="tab:blue")
    right.set_ylabel("true outcome, success rate", color="tab:red")
    figure.savefig(path, dpi=150)


def largest_disagreements(rows: Sequence[EpisodeResult], count: int = 10) -> list[tuple[float, EpisodeResult]]:
    """The episodes where the plugged reward and the task's own one see things most differently.

    Both are ranked; the number is the difference of an episode's two ranks as shares, from +1 (best by the plugged
    reward, worst by the task) to −1. Gives the `count` largest and the `count` smallest, largest first.
    """
    if not rows:
        return []
    gap = _shares([row.episode_return for row in rows]) - _shares([row.task_return for row in rows])
    order = np.argsort(-gap, kind="stable").tolist()
    chosen = order if len(order) <= 2 * count else order[:count] + order[-count:]
    return [(float(gap[i]), rows[i]) for i in chosen]


def write_disagreements(rows: Sequence[EpisodeResult], path: Path, count: int = 10) -> None:
    """Writes the largest disagreements as JSONL: result rows with one more entry, "disagreement"."""
    lines = [to_json({"disagreement": gap, **asdict(row)}) for gap, row in largest_disagreements(rows, count)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="backslashreplace")


def _shares(values: Sequence[float]) -> Any:
    """Each value's rank as a share in [0, 1]; equal values share the middle of their ranks."""
    from scipy.stats import rankdata

    ranks = rankdata(values, method="average")
    return (ranks - 1.0) / max(1, len(values) - 1)
