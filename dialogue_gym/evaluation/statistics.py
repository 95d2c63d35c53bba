"""How sure a number is: bootstrap intervals that know that episodes of one scenario are not independent.

Every interval resamples *scenarios* with replacement (the pairs cluster bootstrap: Cameron, Gelbach and
Miller 2008, "Bootstrap-Based Improvements for Inference with Clustered Errors", doi:10.1162/rest.90.3.414)
and takes percentiles. Episodes of one scenario, its trials, stay together. Plain functions of arrays; values
come with the scenario each belongs to.

    >>> mean_interval([0.0, 1.0, 1.0, 1.0], scenarios=[0, 0, 1, 1])
    Estimate(mean=0.75, low=0.5, high=1.0, episodes=4, scenarios=2)
"""

from collections.abc import Callable
from math import comb
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.errors import ConfigurationError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

REPLICATES = 4000
"""Bootstrap replicates: the ends of a 95 % interval then move by about 2 % of its width from seed to seed."""
CONFIDENCE = 0.95
_CHUNK = 1 << 22  # numbers drawn at a time: 32 MB


class Estimate(NamedTuple):
    """A mean and the interval around it.

    Attributes:
        mean: The estimate.
        low: Lower end of the 95 % interval; NaN where a single scenario, or the kind of figure, leaves it unknown.
        high: Upper end.
        episodes: Episodes behind it.
        scenarios: Scenarios behind it: the independent observations.
    """

    mean: float
    low: float
    high: float
    episodes: int
    scenarios: int


def mean_interval(
    values: npt.ArrayLike, scenarios: npt.ArrayLike, *, seed: int = 0, replicates: int = REPLICATES
) -> Estimate:
    """The mean over episodes, with its interval.

    Args:
        values: One number per episode, (n,).
        scenarios: The scenario of each, (n,).
        seed: Seeds the resampling.
        replicates: Bootstrap replicates.
    """
    x, groups, count = _clusters(values, scenarios)
    if x.min() == x.max():  # no rounding errors where there is no spread
        ends = (float("nan") if count < 2 else float(x[0]),) * 2
        return Estimate(float(x[0]), *ends, len(x), count)
    sums, sizes = np.bincount(groups, x, count), np.bincount(groups, minlength=count).astype(np.float64)
    low, high = _bootstrap(
        lambda weights: (weights @ sums) / (weights @ sizes), count, seed=seed, replicates=replicates
    )
    return Estimate(float(x.mean()), low, high, len(x), count)


def rate_interval(
    values: npt.ArrayLike, scenarios: npt.ArrayLike, *, seed: int = 0, replicates: int = REPLICATES
) -> Estimate:
    """`mean_interval` for what is true or false of an episode, or a chance between 0 and 1.

    Where all are 0 or all are 1 there is nothing to resample, yet a perfect score on few scenarios is not
    certain: the end that is open is the exact one, 0.025 ** (1 / scenarios) for all ones (Clopper and Pearson
    1934, doi:10.1093/biomet/26.4.404).

    >>> rate_interval([True] * 10, scenarios=range(10)).low
    0.6915028921812392
    """
    estimate = mean_interval(values, scenarios, seed=seed, replicates=replicates)
    slack = ((1.0 - CONFIDENCE) / 2) ** (1.0 / estimate.scenarios)
    if estimate.mean == 1.0:
        return estimate._replace(low=slack, high=1.0)
    return estimate._replace(low=0.0, high=1.0 - slack) if estimate.mean == 0.0 else estimate


def paired_difference(
    values: npt.ArrayLike,
    scenarios: npt.ArrayLike,
    other_values: npt.ArrayLike,
    other_scenarios: npt.ArrayLike,
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Estimate:
    """How much better the first agent is than the other, on the scenarios that both have played.

    A scenario's trials are averaged first, so every common scenario counts once.

    Raises:
        ConfigurationError: They have no scenario in common.
    """
    (ours, theirs), episodes = _common_means((values, scenarios), (other_values, other_scenarios))
    differences = ours - theirs
    count = len(differences)
    low, high = _bootstrap(lambda weights: weights @ differences / count, count, seed=seed, replicates=replicates)
    return Estimate(float(differences.mean()), low, high, episodes, count)


def pass_hat_k(
    successes: npt.ArrayLike,
    scenarios: npt.ArrayLike,
    k: int,
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Estimate:
    """pass^k: the chance that k trials of one scenario *all* succeed.

    With c successes in n trials a scenario contributes comb(c, k) / comb(n, k), which is unbiased (Yao et al.
    2024, "tau-bench", arXiv:2406.12045, section 3). For k = 1 it is the success rate.

    Args:
        successes: Whether each episode succeeded, (n,).
        scenarios: The scenario of each, (n,).
        k: Number of trials, at most the fewest that a scenario has.
        seed: Seeds the resampling.
        replicates: Bootstrap replicates.

    Raises:
        ConfigurationError: A scenario has fewer than k trials.
    """
    x, groups, count = _clusters(successes, scenarios)
    trials = np.bincount(groups, minlength=count)
    if k < 1 or k > trials.min():
        raise ConfigurationError(
            f"Expected k from 1 to {trials.min()}, the fewest trials of a scenario, got {k}. Play more."
        )
    wins = np.bincount(groups, x > 0, count).astype(int)
    chances = np.array([comb(c, k) / comb(n, k) for c, n in zip(wins.tolist(), trials.tolist(), strict=True)])
    estimate = rate_interval(chances, np.arange(count), seed=seed, replicates=replicates)
    return estimate._replace(episodes=len(x))


def normalised_score(
    agent: tuple[npt.ArrayLike, npt.ArrayLike],
    null: tuple[npt.ArrayLike, npt.ArrayLike],
    oracle: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Estimate:
    """100 * (agent - null) / (oracle - null), on the scenarios that all three have played.

    Agent and anchors are resampled together, so the interval holds the uncertainty of all three and the
    scenarios' difficulty cancels.

    Args:
        agent: (values, scenarios) of its episodes.
        null: The same of the agent that does nothing: it scores 0.
        oracle: The same of the clairvoyant reference: it scores 100.
        seed: Seeds the resampling.
        replicates: Bootstrap replicates.

    Raises:
        ConfigurationError: No scenario in common, or an oracle that is not better than doing nothing.
    """
    (x, zero, hundred), episodes = _common_means(agent, null, oracle)
    gained, span = x - zero, hundred - zero
    if not span.mean() > 0:
        raise ConfigurationError(
            f"Expected the oracle to score above the null agent, got {hundred.mean():g} and {zero.mean():g} "
            f"on {len(x)} scenarios. Play more scenarios, or report raw returns."
        )

    def ratio(weights: Floats) -> Floats:
        spans = weights @ span
        return 100.0 * (weights @ gained) / np.where(spans > 0, spans, np.nan)

    low, high = _bootstrap(ratio, len(x), seed=seed, replicates=replicates)
    return Estimate(float(100.0 * gained.mean() / span.mean()), low, high, episodes, len(x))


def correlation_interval(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    scenarios: npt.ArrayLike,
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Estimate:
    """Pearson's correlation of two numbers per episode; NaN where one of them is always the same.

    Resamples in which one of them is always the same do not count.

    >>> correlation_interval([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], scenarios=[0, 1, 2]).mean
    1.0
    """
    xs, groups, count = _clusters(x, scenarios)
    ys, _, _ = _clusters(y, scenarios)
    unknown = Estimate(float("nan"), float("nan"), float("nan"), len(xs), count)
    if len(xs) < 2 or xs.min() == xs.max() or ys.min() == ys.max():
        return unknown
    xs, ys = xs - xs.mean(), ys - ys.mean()
    sums = [np.bincount(groups, v, count) for v in (np.ones(len(xs)), xs, ys, xs * xs, ys * ys, xs * ys)]

    def pearson(weights: Floats) -> Floats:
        n, sx, sy, sxx, syy, sxy = (weights @ column for column in sums)
        spread = (sxx - sx * sx / n) * (syy - sy * sy / n)
        known = spread > 1e-18 * (sums[3].sum() * sums[4].sum())
        return np.where(known, (sxy - sx * sy / n) / np.sqrt(np.where(known, spread, 1.0)), np.nan)

    mean = float(np.clip(pearson(np.ones((1, count)))[0], -1.0, 1.0))
    low, high = _bootstrap(pearson, count, seed=seed, replicates=replicates, defined_only=True)
    return Estimate(round(mean, 12), max(low, -1.0), min(high, 1.0), len(xs), count)


def statistic_interval(
    counts: npt.ArrayLike,
    scenarios: npt.ArrayLike,
    value: Callable[[Floats], Floats],
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Estimate:
    """A figure that is a function of summed counts, such as an F1; see `dialogue_gym.metrics.Metric`.

    Resamples for which it is undefined (NaN) do not count.

    Args:
        counts: What each episode adds, (n, d).
        scenarios: The scenario of each, (n,).
        value: The figure from sums (..., d), NaN where undefined.
        seed: Seeds the resampling.
        replicates: Bootstrap replicates.
    """
    x, keys = np.asarray(counts, np.float64), np.asarray(scenarios)
    if x.ndim != 2 or x.shape[:1] != keys.shape or not len(x):
        raise ConfigurationError(
            f"Expected counts of shape (episodes, d) and one scenario each, got {x.shape} and {keys.shape}."
        )
    unique, groups = np.unique(keys, return_inverse=True)
    sums = np.zeros((len(unique), x.shape[1]))
    np.add.at(sums, groups, x)
    low, high = _bootstrap(
        lambda weights: value(weights @ sums), len(unique), seed=seed, replicates=replicates, defined_only=True
    )
    return Estimate(float(value(sums.sum(0))), low, high, len(x), len(unique))


def _bootstrap(
    statistic: Callable[[Floats], Floats], count: int, *, seed: int, replicates: int, defined_only: bool = False
) -> tuple[float, float]:
    """The percentile interval of a statistic of weights (r, count): how often each scenario is drawn.

    NaN among the replicates makes both ends NaN, unless `defined_only` leaves them out.
    """
    if count < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    rows = max(1, _CHUNK // count)
    results = []
    for start in range(0, replicates, rows):
        size = min(rows, replicates - start)
        drawn = rng.integers(count, size=(size, count))
        drawn += count * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        results.append(statistic(weights.astype(np.float64)))
    values = np.concatenate(results)
    if defined_only:
        values = values[~np.isnan(values)]
        if not len(values):
            return float("nan"), float("nan")
    tail = 50.0 * (1.0 - CONFIDENCE)
    low, high = np.percentile(values, (tail, 100.0 - tail))
    return float(low), float(high)


def _clusters(values: npt.ArrayLike, scenarios: npt.ArrayLike) -> tuple[Floats, Integers, int]:
    """Values (n,), the number of each one's scenario (n,) counted from 0, and the count of scenarios."""
    x, keys = np.asarray(values, np.float64), np.asarray(scenarios)
    if x.ndim != 1 or x.shape != keys.shape or not len(x):
        raise ConfigurationError(
            f"Expected as many values as scenarios, at least one, got shapes {x.shape} and {keys.shape}."
        )
    if not np.isfinite(x).all():
        raise ConfigurationError(f"Expected finite values, got {x[~np.isfinite(x)][0]}. Leave such episodes out.")
    unique, groups = np.unique(keys, return_inverse=True)
    return x, groups.astype(np.int64), len(unique)


def _common_means(*sets: tuple[npt.ArrayLike, npt.ArrayLike]) -> tuple[list[Floats], int]:
    """Per set the mean of each common scenario (c,), in one order; and the first set's episodes in them."""
    common: npt.NDArray[Any] = np.unique(np.asarray(sets[0][1]))
    for _, scenarios in sets[1:]:
        common = np.intersect1d(common, np.asarray(scenarios))
    if not len(common):
        raise ConfigurationError("Expected agents that have played some of the same scenarios, got none in common.")
    means, episodes = [], 0
    for values, scenarios in sets:
        kept = np.isin(np.asarray(scenarios), common)
        x, groups, count = _clusters(np.asarray(values, np.float64)[kept], np.asarray(scenarios)[kept])
        means.append(np.bincount(groups, x, count) / np.bincount(groups, minlength=count))
        episodes = episodes or len(x)
    return means, episodes
