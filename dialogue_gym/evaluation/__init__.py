"""Comparing agents honestly: the same episodes, intervals by default, results that know their source."""

from dialogue_gym.evaluation.anchors import Anchors, play_anchors
from dialogue_gym.evaluation.evaluate import Evaluation, evaluate, summarise, task_metrics
from dialogue_gym.evaluation.play import episode_list, play
from dialogue_gym.evaluation.replay import replay
from dialogue_gym.evaluation.results import (
    EpisodeResult,
    IncomparableError,
    ResultWriter,
    check_comparable,
    read_results,
)
from dialogue_gym.evaluation.statistics import (
    Estimate,
    correlation_interval,
    mean_interval,
    normalised_score,
    paired_difference,
    pass_hat_k,
    rate_interval,
    statistic_interval,
)

__all__ = [
    "Anchors",
    "EpisodeResult",
    "Estimate",
    "Evaluation",
    "IncomparableError",
    "ResultWriter",
    "check_comparable",
    "correlation_interval",
    "episode_list",
    "evaluate",
    "mean_interval",
    "normalised_score",
    "paired_difference",
    "pass_hat_k",
    "play",
    "play_anchors",
    "rate_interval",
    "read_results",
    "replay",
    "statistic_interval",
    "summarise",
    "task_metrics",
]
