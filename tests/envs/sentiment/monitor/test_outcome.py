"""Figures of many days, from sums worked out by hand."""

import math

import numpy as np
import pytest

from dialogue_gym.envs.sentiment.monitor.outcome import METRICS, Score


def figures(*outcomes):
    """Every metric of some days."""
    found = {}
    for metric in METRICS:
        counts = [metric.count(outcome) for outcome in outcomes]
        found[metric.name] = float(metric.value(np.sum(counts, axis=0, dtype=float)))
    return found


def day(hits=(), false=0, surges=0, quiet=100, labels=()):
    score = Score()
    for delay, severity in hits:
        score.hit(delay, severity)
    score.false_alarms = false
    for right, named in labels:
        score.label(right, named)
    return score.outcome(surges=surges, quiet=quiet, reads=len(labels))


def test_alarms_by_hand():
    """Two days: 3 + 2 surges, of which 2 + 2 are hit after 0, 1 and 3, 12 ticks; 1 + 0 false alarms."""
    got = figures(
        day([(0, True), (1, False)], false=1, surges=3, quiet=150), day([(3, True), (12, True)], surges=2, quiet=90)
    )
    assert got["alert_precision"] == pytest.approx(4 / 5)
    assert got["alert_recall"] == pytest.approx(4 / 5)
    assert got["alert_f1"] == pytest.approx(8 / 10)
    assert got["detection_delay"] == pytest.approx(16 / 4)
    assert got["detection_delay_p90"] == 9.0, "delays from 9 on are counted together"
    assert got["missed_rate"] == pytest.approx(1 / 5)
    assert got["arl_to_false_alarm"] == pytest.approx(240)
    assert got["severity_accuracy"] == pytest.approx(3 / 4)


@pytest.mark.parametrize(("delays", "expected"), [([2], 2), ([0] * 9 + [7], 0), ([0] * 8 + [5, 7], 5)])
def test_the_ninetieth_percentile_by_hand(delays, expected):
    outcome = day([(delay, True) for delay in delays], surges=len(delays))
    assert figures(outcome)["detection_delay_p90"] == expected


def test_labels_by_hand():
    """3 of 4 are right; F1: negative 2 * 1 / (1 + 2), neutral 2 * 2 / (3 + 2)."""
    labels = [("negative", "negative"), ("negative", "neutral"), ("neutral", "neutral"), ("neutral", "neutral")]
    got = figures(day(labels=labels))
    assert got["label_accuracy"] == pytest.approx(3 / 4)
    assert got["label_macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_what_cannot_be_told_is_not_a_number():
    got = figures(day(surges=1))
    assert math.isnan(got["alert_precision"])
    assert math.isnan(got["detection_delay"])
    assert math.isnan(got["detection_delay_p90"])
    assert math.isnan(got["arl_to_false_alarm"])
    assert got["alert_recall"] == 0.0
    assert got["missed_rate"] == 1.0


@pytest.mark.parametrize(
    ("outcome", "success"),
    [
        (day([(0, True)], surges=1), 1.0),
        (day([(0, True)], surges=2), 0.0),
        (day([(0, True)], false=1, surges=1), 0.0),
        (day(), 0.0),
    ],
)
def test_a_day_succeeds_if_every_surge_was_found_and_nothing_else(outcome, success):
    assert outcome["success"] == success
