"""Intervals and scores, on numbers that can be worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.statistics import (
    mean_interval,
    normalised_score,
    paired_difference,
    pass_hat_k,
    rate_interval,
    statistic_interval,
)


def test_two_scenarios_by_hand() -> None:
    # The four resamples of (0, 1) have means 0, 1/2, 1/2, 1: a quarter of them at each end.
    assert mean_interval([0, 1], [0, 1]) == (0.5, 0.0, 1.0, 2, 2)


def test_four_scenarios_by_hand() -> None:
    # (0, 0, 0, 1): the count of ones is binomial(4, 1/4). P(0) = .316, P(4) = .004 < .025 <= P(3 or 4) = .051.
    assert mean_interval([0, 0, 0, 1], [0, 1, 2, 3]) == (0.25, 0.0, 0.75, 4, 4)


def test_uneven_scenarios_by_hand() -> None:
    # Scenario 0 has (1, 1, 1), scenario 1 has (0): resamples give 1, 3/4, 3/4, 0.
    assert mean_interval([1, 1, 1, 0], [0, 0, 0, 1]) == (0.75, 0.0, 1.0, 4, 2)


def test_repeating_an_episode_is_no_evidence() -> None:
    values, scenarios = np.arange(20) % 3, np.arange(20)
    once, often = mean_interval(values, scenarios), mean_interval(np.repeat(values, 7), np.repeat(scenarios, 7))
    assert often[:3] == pytest.approx(once[:3])
    assert (often.episodes, often.scenarios) == (140, 20)


def test_a_single_scenario_has_no_interval() -> None:
    estimate = mean_interval([1.0, 2.0], [7, 7])
    assert estimate.mean == 1.5
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


def test_equal_values_have_an_interval_without_width_and_rounding() -> None:
    assert mean_interval([0.1] * 9, range(9))[:3] == (0.1, 0.1, 0.1)


def test_a_perfect_rate_is_not_certain() -> None:
    low = 0.025 ** (1 / 20)
    assert rate_interval([True] * 20, range(20))[:3] == (1.0, pytest.approx(low), 1.0)
    assert rate_interval([False] * 20, range(20))[:3] == (0.0, 0.0, pytest.approx(1 - low))
    assert rate_interval([0, 1], [0, 1]) == mean_interval([0, 1], [0, 1])


def test_intervals_agree_with_the_normal_approximation() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    estimate = mean_interval(values, range(400))
    half = 1.96 * values.std() / 20
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_clustered_intervals_cover_the_truth_and_naive_ones_do_not() -> None:
    rng = np.random.default_rng(0)
    covered, naive, repeats, scenarios, trials = 0, 0, 300, 40, 4
    groups = np.repeat(np.arange(scenarios), trials)
    for _ in range(repeats):
        x = np.repeat(rng.normal(size=scenarios), trials) + 0.5 * rng.normal(size=scenarios * trials)
        clustered = mean_interval(x, groups, replicates=400)
        independent = mean_interval(x, np.arange(len(x)), replicates=400)
        covered += clustered.low <= 0.0 <= clustered.high
        naive += independent.low <= 0.0 <= independent.high
    assert 0.90 <= covered / repeats <= 0.98
    assert naive / repeats < 0.75


def test_resampling_is_seeded() -> None:
    values, scenarios = np.random.default_rng(0).normal(size=50), range(50)
    assert mean_interval(values, scenarios, seed=1) == mean_interval(values, scenarios, seed=1)
    assert mean_interval(values, scenarios, seed=1) != mean_interval(values, scenarios, seed=2)


def test_chunks_do_not_change_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    values, scenarios = np.random.default_rng(0).normal(size=50), range(50)
    whole = mean_interval(values, scenarios)
    monkeypatch.setattr("dialogue_gym.evaluation.statistics._CHUNK", 1000)
    assert mean_interval(values, scenarios)[:3] == pytest.approx(whole[:3], abs=0.02)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(0, 5)), min_size=1, max_size=30))
@settings(max_examples=50)
def test_the_interval_lies_within_the_values(pairs: list[tuple[float, int]]) -> None:
    values, scenarios = zip(*pairs, strict=True)
    estimate = mean_interval(values, scenarios, replicates=200)
    slack = 1e-9 * (1 + max(map(abs, values)))
    assert min(values) - slack <= estimate.mean <= max(values) + slack
    if estimate.scenarios > 1:
        assert min(values) - slack <= estimate.low <= estimate.high <= max(values) + slack


def test_paired_differences_by_hand() -> None:
    # Common scenarios 1 and 2: trials are averaged first, (2 + 4) / 2 - 1 = 2 and 0 - 0 = 0.
    estimate = paired_difference([9, 2, 4, 0], [0, 1, 1, 2], [1, 0, 5], [1, 2, 3])
    assert estimate == (1.0, 0.0, 2.0, 3, 2)


def test_pairing_removes_the_difficulty_of_scenarios() -> None:
    rng = np.random.default_rng(0)
    difficulty = 10 * rng.normal(size=100)
    ours, theirs = difficulty + 1 + rng.normal(size=100), difficulty + rng.normal(size=100)
    paired = paired_difference(ours, range(100), theirs, range(100))
    assert paired.low > 0
    assert paired.high - paired.low < 0.2 * (mean_interval(ours, range(100)).high - ours.mean()) * 2


def test_agents_without_a_common_scenario_cannot_be_compared() -> None:
    with pytest.raises(ConfigurationError, match="none in common"):
        paired_difference([1], [0], [1], [1])


def test_pass_hat_k_by_hand() -> None:
    # 3 of 4 and 1 of 4: comb(3, 2) / comb(4, 2) = 1/2 and 0.
    successes, scenarios = [1, 1, 1, 0, 1, 0, 0, 0], [0] * 4 + [1] * 4
    assert [pass_hat_k(successes, scenarios, k).mean for k in (1, 2, 3, 4)] == [0.5, 0.25, 0.125, 0.0]
    assert pass_hat_k(successes, scenarios, 2)[1:] == (0.0, 0.5, 8, 2)


def test_pass_hat_k_is_unbiased() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((20_000, 4)) < 0.6
    scenarios = np.repeat(np.arange(20_000), 4)
    assert pass_hat_k(x.ravel(), scenarios, 3, replicates=2).mean == pytest.approx(0.6**3, abs=0.01)


@pytest.mark.parametrize("k", [0, 3])
def test_pass_hat_k_needs_enough_trials(k: int) -> None:
    with pytest.raises(ConfigurationError, match=f"from 1 to 2, .*got {k}"):
        pass_hat_k([1, 1, 0, 1, 1], [0, 0, 0, 1, 1], k)


def test_normalised_scores_by_hand() -> None:
    # Gains over null (1, 1), spans (2, 6): 100 * 2 / 8; resamples give 50, 25, 25, 100 / 6.
    estimate = normalised_score(([1, 2], [0, 1]), ([0, 1], [0, 1]), ([2, 7], [0, 1]))
    assert estimate[:3] == pytest.approx((25.0, 100 / 6, 50.0))


def test_anchors_score_0_and_100() -> None:
    rng = np.random.default_rng(0)
    null, oracle = (rng.normal(size=30), range(30)), (3 + rng.normal(size=30), range(30))
    assert normalised_score(null, null, oracle)[:3] == (0.0, 0.0, 0.0)
    assert normalised_score(oracle, null, oracle)[:3] == pytest.approx((100.0, 100.0, 100.0), rel=1e-12)


def test_scores_do_not_depend_on_units() -> None:
    rng = np.random.default_rng(0)
    sets = [(offset + rng.normal(size=30), range(30)) for offset in (1, 0, 3)]
    scaled = [(7 - 0.01 + 40 * values, scenarios) for values, scenarios in sets]
    assert normalised_score(*scaled)[:3] == pytest.approx(normalised_score(*sets)[:3])


def test_an_oracle_no_better_than_nothing_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="oracle to score above the null agent, got 1 and 1"):
        normalised_score(([2], [0]), ([1], [0]), ([1], [0]))


@pytest.mark.parametrize(
    ("values", "scenarios", "message"),
    [([], [], "at least one"), ([1, 2], [0], "as many values"), ([1, math.nan], [0, 1], "finite values, got nan")],
)
def test_unusable_values_are_refused(values: list[float], scenarios: list[int], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        mean_interval(values, scenarios)


def test_a_figure_of_sums_resamples_scenarios() -> None:
    counts, scenarios = [[1, 1], [0, 1], [1, 1], [0, 1]], [0, 0, 1, 1]
    same = statistic_interval(counts, scenarios, lambda sums: sums[..., 0] / sums[..., 1])
    assert same == (0.5, 0.5, 0.5, 4, 2), "every scenario has the same share"
    by_mean = mean_interval([1, 0, 0, 0, 1], [0, 1, 2, 3, 4], seed=4)
    by_sums = statistic_interval(
        [[1, 1], [0, 1], [0, 1], [0, 1], [1, 1]], [0, 1, 2, 3, 4], lambda sums: sums[..., 0] / sums[..., 1], seed=4
    )
    assert by_sums == pytest.approx(by_mean)


def test_resamples_that_leave_a_figure_undefined_do_not_count() -> None:
    def share(sums):
        return np.where(sums[..., 1] > 0, sums[..., 0] / np.maximum(sums[..., 1], 1), np.nan)

    estimate = statistic_interval([[1, 2], [0, 0]], [0, 1], share)
    assert estimate == (0.5, 0.5, 0.5, 2, 2)
    nothing = statistic_interval([[0, 0], [0, 0]], [0, 1], share)
    assert all(np.isnan(nothing[:3]))
    with pytest.raises(ConfigurationError, match=r"shape \(episodes, d\)"):
        statistic_interval([1.0, 2.0], [0, 1], share)
