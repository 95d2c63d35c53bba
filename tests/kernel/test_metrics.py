"""Figures that episodes have together: by hand, and beside scikit-learn's."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef, precision_score, recall_score

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.metrics import classification, coverage, ratio

LABELS = ("bad", "good", "so-so")


def read(outcome):
    return zip(outcome["right"], outcome["named"], strict=True)


METRICS = {metric.name: metric for metric in classification("tone", LABELS, read)}


def figures(outcomes):
    return {
        name: float(metric.value(np.sum([metric.count(outcome) for outcome in outcomes], axis=0)))
        for name, metric in METRICS.items()
    }


def test_figures_by_hand():
    # bad: right 2, named 1, hit 1 -> F1 2/3; good: right 2, named 2, hit 1 -> F1 1/2; so-so: never; one not answered.
    got = figures([{"right": ["bad", "bad", "good", "good"], "named": ["bad", "good", "good", ""]}])
    assert got["tone_accuracy"] == 2 / 4
    assert got["tone_macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert got["tone_weighted_f1"] == pytest.approx((2 * 2 / 3 + 2 * 1 / 2) / 4)
    assert got["tone_missing"] == 1 / 4
    # c s - p.t = 2*4 - (1*2 + 2*2) = 2; s² - p² - missing² = 16 - 5 - 1 = 10; s² - t² = 16 - 8 = 8
    assert got["tone_mcc"] == pytest.approx(2 / np.sqrt(80))


def test_figures_are_scikit_learns():
    rng = np.random.default_rng(3)
    right = rng.choice(LABELS, size=300, p=[0.2, 0.5, 0.3])
    named = np.where(rng.random(300) < 0.6, right, rng.choice(LABELS, size=300))
    outcomes = [{"right": right[i : i + 5], "named": named[i : i + 5]} for i in range(0, 300, 5)]
    got = figures(outcomes)
    assert got["tone_accuracy"] == pytest.approx(accuracy_score(right, named))
    assert got["tone_macro_f1"] == pytest.approx(f1_score(right, named, average="macro"))
    for name, score in (("precision", precision_score), ("recall", recall_score)):
        assert got[f"tone_macro_{name}"] == pytest.approx(score(right, named, average="macro", zero_division=0))
    assert got["tone_weighted_f1"] == pytest.approx(f1_score(right, named, average="weighted"))
    assert got["tone_mcc"] == pytest.approx(matthews_corrcoef(right, named))
    unanswered = np.where(rng.random(300) < 0.1, "", named)
    missing = figures([{"right": right, "named": unanswered}])
    assert missing["tone_mcc"] == pytest.approx(matthews_corrcoef(right, unanswered))
    assert missing["tone_accuracy"] == pytest.approx(accuracy_score(right, unanswered))


def test_a_constant_answer_correlates_with_nothing_and_no_answer_is_a_score_too():
    assert figures([{"right": ["bad", "good"], "named": ["good", "good"]}])["tone_mcc"] == 0
    silent = figures([{"right": ["bad", "good"], "named": ["", ""]}])
    assert silent == {
        "tone_accuracy": 0, "tone_macro_precision": 0, "tone_macro_recall": 0, "tone_macro_f1": 0,
        "tone_weighted_f1": 0, "tone_mcc": 0, "tone_missing": 1
    }  # fmt: skip


def test_nothing_at_all_has_no_figures():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(np.isnan(value) for value in figures([{"right": [], "named": []}]).values())
        assert np.isnan(ratio("r", "a", "b").value(np.zeros(2)))


def test_figures_take_many_sums_at_once():
    counts = np.array([METRICS["tone_mcc"].count({"right": LABELS, "named": LABELS})] * 4).reshape(2, 2, -1)
    assert METRICS["tone_mcc"].value(counts).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_an_unknown_label_is_an_error():
    with pytest.raises(ConfigurationError, match="bad, good, so-so, got 'dull'"):
        figures([{"right": ["bad"], "named": ["dull"]}])


def test_coverage_is_of_all_episodes_together():
    covered = coverage("coverage", "shown", 5)
    counts = np.array([covered.count({"shown": shown}) for shown in ("0 1", "1 4", "")])
    assert covered.value(counts).tolist() == [0.4, 0.4, 0.0]
    assert float(covered.value(counts.sum(0))) == 0.6, "what two episodes showed counts once"
