"""One agent on one environment, summed up."""

import math
from dataclasses import replace

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import IncomparableError, episode_list, evaluate, play_anchors, summarise, task_metrics
from dialogue_gym.metrics import ratio
from dialogue_gym.rewards.base import Reward
from tests.guess_colour import ACTS, TEXT, GuessColour, GuessReward


def test_anchors_score_0_and_100() -> None:
    for agent, score in (("null", 0.0), ("oracle", 100.0)):
        assert evaluate(agent, ACTS, scenarios=30).measures["normalised"].mean == pytest.approx(score)


def test_measures_are_the_means_of_the_rows() -> None:
    evaluation = evaluate("random", TEXT, scenarios=50, trials=3, seed=2)
    rows, measures = evaluation.rows, evaluation.measures
    assert [row.pair for row in rows] == episode_list(50, 3)
    assert measures["success"].mean == sum(row.outcome["success"] for row in rows) / 150
    assert measures["return"].mean == pytest.approx(sum(row.episode_return for row in rows) / 150)
    assert measures["turns"].mean == sum(row.turns for row in rows) / 150
    assert set(measures) == {"success", "return", "turns", "satisfaction", "pass^2", "pass^3", "normalised"}
    assert measures["success"].mean > measures["pass^2"].mean > measures["pass^3"].mean > 0
    for estimate in measures.values():
        assert estimate.low < estimate.mean < estimate.high
        assert (estimate.episodes, estimate.scenarios) == (150, 50)


def test_the_score_is_of_the_default_reward_whatever_is_plugged_in() -> None:
    own = evaluate("random", ACTS, scenarios=40)
    plugged = evaluate("random", ACTS, scenarios=40, env_kwargs={"reward": lambda step: 5.0})
    assert plugged.measures["normalised"] == own.measures["normalised"]
    assert plugged.measures["return"] != own.measures["return"]


def test_anchors_can_be_left_out() -> None:
    evaluation = evaluate("null", ACTS, scenarios=3, anchors=False)
    assert "normalised" not in evaluation.measures
    assert evaluation.anchors is None


def test_results_are_reported_as_they_come() -> None:
    seen = []
    evaluation = evaluate("null", ACTS, scenarios=5, anchors=False, on_result=seen.append)
    assert sorted(seen, key=lambda row: row.pair) == evaluation.rows


def test_a_score_that_cannot_be_had_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuessReward, "score", lambda self, steps: [Reward(0.0, {"nothing": 0.0}) for _ in steps])
    with pytest.warns(UserWarning, match="No normalised score: Expected the oracle to score above"):
        evaluation = evaluate("null", ACTS, scenarios=2)
    assert "success" in evaluation.measures


def test_anchors_of_another_task_set_are_refused() -> None:
    evaluation = evaluate("random", ACTS, scenarios=3, anchors=False)
    others = play_anchors(ACTS, episode_list(3), env_kwargs={"salt": "other"})
    with pytest.raises(IncomparableError, match="one task set"):
        evaluation.with_anchors(others)


def test_rows_of_two_agents_are_not_summed_up() -> None:
    rows = evaluate("null", ACTS, scenarios=2, anchors=False).rows
    with pytest.raises(ConfigurationError, match="one agent on one environment"):
        summarise([rows[0], replace(rows[1], agent="other")])
    with pytest.raises(ConfigurationError, match="got none"):
        summarise([])


def test_outcomes_that_are_not_numbers_are_left_out() -> None:
    rows = evaluate("null", ACTS, scenarios=3, anchors=False).rows
    odd = [replace(row, outcome={"success": 1, "delay": float("nan"), "note": "x"}) for row in rows[:2]]
    odd.append(replace(rows[2], outcome={"success": 0, "delay": 4.0}))
    measures = summarise(odd).measures
    assert measures["delay"][0] == 4.0
    assert measures["delay"].scenarios == 1
    assert "note" not in measures


def test_a_metric_of_which_resamples_tell_nothing_has_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    joy = ratio("joy", "satisfaction", "success")
    monkeypatch.setattr(GuessColour, "metrics", (joy, replace(joy, name="joy_as_is", has_interval=False)))
    measures = evaluate("random", TEXT, scenarios=40, anchors=False, env_kwargs={"salt": "m"}).measures
    assert measures["joy_as_is"].mean == measures["joy"].mean
    assert measures["joy"].low < measures["joy"].high
    assert math.isnan(measures["joy_as_is"].low)
    assert math.isnan(measures["joy_as_is"].high)


def test_the_tasks_own_metrics_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuessColour, "metrics", (ratio("joy_per_success", "satisfaction", "success"),))
    evaluation = evaluate("random", TEXT, scenarios=40, anchors=False, env_kwargs={"salt": "m"})
    rows, measures = evaluation.rows, evaluation.measures
    joys, successes = (sum(row.outcome[name] for row in rows) for name in ("satisfaction", "success"))
    assert measures["joy_per_success"].mean == pytest.approx(joys / successes)
    assert measures["joy_per_success"].low < joys / successes < measures["joy_per_success"].high
    for row in rows:
        row.outcome["success"] = False
    assert "joy_per_success" not in summarise(rows, metrics=task_metrics(TEXT)).measures, "x/0 is no figure"
