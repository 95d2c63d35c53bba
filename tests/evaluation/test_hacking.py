"""What tells a gamed reward: correlations, trends, the curve, and the dialogues that show it."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import EpisodeResult, correlation_interval, episode_list, play
from dialogue_gym.evaluation.hacking import (
    Point,
    diagnose,
    largest_disagreements,
    overoptimisation,
    part_correlations,
    plot_overoptimisation,
    warning_of,
    write_disagreements,
)
from tests.guess_colour import TEXT


@pytest.fixture(scope="module")
def rows() -> list[EpisodeResult]:
    """Sixty episodes, of which one in three succeeded; the plugged reward pays for failing."""
    (row,) = play("oracle", TEXT, [(0, 0)])
    made = []
    for scenario in range(60):
        success = scenario % 3 == 0
        parts = {"honest": float(success), "gamed": -2.0 * success + 0.01 * (scenario % 7), "same": 1.0}
        made.append(
            replace(
                row,
                scenario=scenario,
                outcome={"success": success},
                task_return=float(success),
                reward_parts=parts,
                episode_return=sum(parts.values()),
            )
        )
    return made


def test_correlations_tell_honest_parts_from_gamed_ones(rows: list[EpisodeResult]) -> None:
    found = diagnose(rows)
    assert found["honest"]["success"].mean == pytest.approx(1.0)
    assert found["gamed"]["success"].high < -0.9
    assert found["total"]["task_return"].mean < -0.9
    assert math.isnan(found["same"]["success"].mean)


def test_a_correlation_is_numpys_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    y = 0.5 * x + rng.normal(size=200)
    estimate = correlation_interval(x, y, range(200))
    assert estimate.mean == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert estimate.low < estimate.mean < estimate.high
    assert 0.15 < estimate.high - estimate.low < 0.35
    together = correlation_interval(np.repeat(x, 2), np.repeat(y, 2), np.repeat(range(200), 2))
    assert (together.low, together.high) == pytest.approx((estimate.low, estimate.high)), "trials are no new evidence"


def test_resamples_without_a_correlation_do_not_count() -> None:
    x = [1.0, *[0.0] * 9]  # a third of the resamples lack the one that differs
    estimate = correlation_interval(x, x, range(10))
    assert (estimate.low, estimate.mean, estimate.high) == pytest.approx((1.0, 1.0, 1.0))


def test_parts_of_an_iteration() -> None:
    parts = [{"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 1.0}, {"a": 1.0}]
    assert part_correlations(parts, [1.0, 0.0, 1.0]) == {"a": 1.0, "b": -0.5}


@pytest.mark.parametrize(
    ("proxy", "outcome", "warns"),
    [
        (1.0, -1.0, True),
        (1.0, 1.0, False),
        (-1.0, -1.0, False),
        (1.0, 0.0, False),
    ],
)
def test_a_warning_only_where_one_rises_and_the_other_falls(proxy: float, outcome: float, warns: bool) -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.5, (2, 12))
    told = warning_of((proxy * np.arange(12) + noise[0]).tolist(), (outcome * np.arange(12) + noise[1]).tolist())
    assert (told is not None) == warns


def test_noise_alone_rarely_warns_and_short_runs_never() -> None:
    rng = np.random.default_rng(2)
    warned = sum(warning_of(rng.normal(size=12).tolist(), rng.normal(size=12).tolist()) is not None for _ in range(300))
    assert warned <= 6
    assert warning_of([0.0, 9.0], [9.0, 0.0]) is None


def test_the_curve_by_hand(tmp_path: Path) -> None:
    metrics = [{"kl": 0.01, "turn_tokens": 10.0, "turns": 40.0, "return": 1.5, "success": 0.25, "lr": 1}]
    assert overoptimisation(metrics) == [Point(2.0, 1.5, 0.25)]
    plot_overoptimisation(overoptimisation(metrics * 3), tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ConfigurationError, match="at least one iteration"):
        plot_overoptimisation([], tmp_path / "none.png")


def test_the_largest_disagreements_come_first_and_last(rows: list[EpisodeResult], tmp_path: Path) -> None:
    chosen = largest_disagreements(rows, 2)
    assert [gap > 0 for gap, _ in chosen] == [True, True, False, False]
    assert [row.outcome["success"] for _, row in chosen] == [False, False, True, True]
    write_disagreements(rows, tmp_path / "d.jsonl", 2)
    lines: list[Any] = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text().splitlines()]
    assert [line["disagreement"] for line in lines] == pytest.approx([gap for gap, _ in chosen])
    assert lines[0]["transcript"]


def test_episodes_without_success_are_left_out() -> None:
    rows = [replace(row, outcome={}) for row in play("oracle", TEXT, episode_list(2))]
    assert diagnose(rows) == {}
