"""How good a preference model is on pairs that it has not seen: accuracy, calibration, margins."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from dialogue_gym.evaluation.statistics import Estimate, rate_interval

BINS = 10


class Bin(NamedTuple):
    """Pairs about which the model is about equally sure.

    Attributes:
        confidence: Mean chance that it gives to the dialogue that it holds for the better one.
        accuracy: Share of pairs where that is the preferred one.
        pairs: Their number.
    """

    confidence: float
    accuracy: float
    pairs: int


class Quality(NamedTuple):
    """What a preference model is worth.

    Attributes:
        accuracy: Share of pairs whose preferred dialogue scores higher; equal scores count half.
        log_loss: Mean −log σ(margin), in nats; 0.693 is knowing nothing.
        calibration_error: Mean over pairs of |confidence − accuracy| of their bin.
        bins: Those with pairs in them, by confidence.
    """

    accuracy: Estimate
    log_loss: float
    calibration_error: float
    bins: list[Bin]


def judge_margins(margins: Sequence[float], groups: Sequence[str], *, seed: int = 0) -> Quality:
    """Sums up margins, each a preferred dialogue's score minus the other's.

    >>> judge_margins([2.0, 0.5, -1.0, 0.0], ["a", "b", "c", "d"]).accuracy.mean
    0.625

    Args:
        margins: One per pair.
        groups: The group of each pair; intervals resample groups.
        seed: Of the bootstrap.
    """
    m = np.asarray(margins, np.float64)
    right = np.where(m > 0, 1.0, np.where(m < 0, 0.0, 0.5))
    confidence = 1.0 / (1.0 + np.exp(-np.abs(m)))
    place = np.minimum(((confidence - 0.5) * 2 * BINS).astype(int), BINS - 1)
    bins = [
        Bin(float(confidence[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in range(BINS)
        if (place == b).any()
    ]
    error = sum(b.pairs * abs(b.confidence - b.accuracy) for b in bins) / len(m)
    numbers = np.unique(groups, return_inverse=True)[1]
    return Quality(rate_interval(right, numbers, seed=seed), float(np.logaddexp(0.0, -m).mean()), float(error), bins)


def plot_calibration(quality: Quality, path: Path) -> None:
    """Accuracy against confidence, with the number of pairs at each point."""
    figure = Figure(figsize=(4.8, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0.5, 1.0], [0.5, 1.0], "--", color="grey", lw=1)
    axes.plot([b.confidence for b in quality.bins], [b.accuracy for b in quality.bins], "o-")
    for b in quality.bins:
        axes.annotate(str(b.pairs), (b.confidence, b.accuracy), textcoords="offset points", xytext=(4, -10), fontsize=8)
    axes.set_xlabel("confidence in the better dialogue")
    axes.set_ylabel("accuracy")
    axes.set_title(f"held-out pairs, calibration error {quality.calibration_error:.3f}")
    figure.savefig(path, dpi=150)


def plot_margins(margins: Sequence[float], path: Path) -> None:
    """How far preferred dialogues score above the others."""
    figure = Figure(figsize=(5.6, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.hist(margins, bins=30)
    axes.axvline(0.0, color="black", lw=1)
    axes.set_xlabel("score of the preferred dialogue minus that of the other")
    axes.set_ylabel("held-out pairs")
    figure.savefig(path, dpi=150)
