"""Figures that episodes have together and none has alone, such as an F1. A task declares them, evaluation has them.

Means need no metric: evaluation gives one for every number of an outcome. A metric counts things in each episode's
outcome. Counts add up over episodes, and the figure is a function of the sums, so that resampled episodes are only
counts with other weights.

    class MyTask(Task):
        metrics = (ratio("click_rate", "clicks", "views"), *classification("intent", INTENTS, read_intents))

`sentiment_classification` is the smallest task that has some.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.errors import ConfigurationError

Floats = npt.NDArray[np.float64]
Outcome = Mapping[str, Any]


@dataclass(frozen=True)
class Metric:
    """A figure of a set of episodes.

    Attributes:
        name: What it is called among the measures.
        count: What one outcome adds: (d,) numbers, always as many.
        value: The figure from summed counts: (..., d) to (...), NaN where the sums leave it undefined.
        has_interval: Whether resampled episodes tell how sure it is.
    """

    name: str
    count: Callable[[Outcome], npt.ArrayLike]
    value: Callable[[Floats], Floats]
    has_interval: bool = True


def ratio(name: str, numerator: str, denominator: str) -> Metric:
    """Sum of one entry of the outcomes over the sum of another: a rate per event, precision, recall.

    Undefined where the denominator adds up to 0.

    >>> rate = ratio("precision", "hits", "alerts")
    >>> float(rate.value(np.sum([rate.count({"hits": 1, "alerts": 4}), rate.count({"hits": 2, "alerts": 2})], axis=0)))
    0.5
    """
    return Metric(name, lambda outcome: (outcome[numerator], outcome[denominator]), _quotient_of_two)


def coverage(name: str, entry: str, size: int) -> Metric:
    """Share of the items of a catalogue that some episode has in an entry of its outcome.

    It has no interval: an episode that is drawn twice covers no more than once, so that resampled sets cover less.

    Args:
        name: What it is called.
        entry: The outcome's entry: a string of numbers below `size`, with spaces between (outcomes hold no lists).
        size: How many items there are.

    >>> shown = coverage("coverage", "shown", 4)
    >>> float(shown.value(np.sum([shown.count({"shown": "0 1"}), shown.count({"shown": "1"})], axis=0)))
    0.5
    """

    def count(outcome: Outcome) -> Floats:
        counts = np.zeros(size)
        counts[[int(number) for number in outcome[entry].split()]] = 1.0
        return counts

    return Metric(name, count, lambda counts: np.asarray((counts > 0).mean(axis=-1)), has_interval=False)


def classification(
    prefix: str, labels: Sequence[str], read: Callable[[Outcome], Iterable[tuple[str, str]]]
) -> tuple[Metric, ...]:
    """Accuracy, macro precision, recall and F1, weighted F1, Matthews correlation, and the share of missing answers.

    A missing answer is wrong: it counts against accuracy, the recall of the right label, and the correlation.

    - accuracy: right answers / all
    - macro_precision, macro_recall: means over the labels that were right or named, of TP / named and of TP / right, 0
      for a label that was never named or never right
    - macro_f1: mean over the labels that were right or named, of 2 TP / (named + right)
    - weighted_f1: the same mean, each label weighted by how often it was right
    - mcc: (c s - Σ p t) / sqrt((s² - Σ p²) (s² - Σ t²)), where c of s answers are right and label k was named p_k
      times and right t_k times ("no answer" is one more p); 0 where the root is. Gorodkin 2004, "Comparing two
      K-category assignments by a K-category correlation coefficient", doi:10.1016/j.compbiolchem.2004.09.006.
    - missing: answers that were not given / all

    Args:
        prefix: Put before each name, with an underscore.
        labels: All labels, each once.
        read: The (right, named) labels of an outcome; "" for an answer that was not given.
    """
    places = {label: place for place, label in enumerate(labels)}
    size = len(places)

    def count(outcome: Outcome) -> Floats:
        counts = np.zeros(3 * size + 1)
        for right, named in read(outcome):
            for label in (right, named) if named else (right,):
                if label not in places:
                    raise ConfigurationError(f"Expected a label among {', '.join(labels)}, got {label!r}.")
            counts[2 * size + places[right]] += 1
            if not named:
                counts[-1] += 1
                continue
            counts[size + places[named]] += 1
            counts[places[named]] += right == named
        return counts

    figures = {
        "accuracy": _accuracy,
        "macro_precision": lambda counts: _macro(counts, _parts(counts)[1]),
        "macro_recall": lambda counts: _macro(counts, _parts(counts)[2]),
        "macro_f1": _macro_f1,
        "weighted_f1": _weighted_f1,
        "mcc": _matthews,
        "missing": lambda counts: _quotient(counts[..., -1], _parts(counts)[2].sum(-1)),
    }
    return tuple(Metric(f"{prefix}_{name}", count, value) for name, value in figures.items())


def _parts(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Per label how often it was named rightly, named, and right: (..., k) each."""
    hits, named, right = np.split(counts[..., :-1], 3, axis=-1)
    return hits, named, right


def _accuracy(counts: Floats) -> Floats:
    hits, _, right = _parts(counts)
    return _quotient(hits.sum(-1), right.sum(-1))


def _f1(counts: Floats) -> Floats:
    """(..., k), NaN for labels that were neither right nor named."""
    hits, named, right = _parts(counts)
    return _quotient(2.0 * hits, named + right)


def _macro(counts: Floats, among: Floats) -> Floats:
    """The mean over labels of the share of `among` that were hits."""
    hits, named, right = _parts(counts)
    known = (named + right) > 0
    return _quotient(np.nan_to_num(_quotient(hits, among)).sum(-1), known.sum(-1).astype(np.float64))


def _macro_f1(counts: Floats) -> Floats:
    scores = _f1(counts)
    known = ~np.isnan(scores)
    return _quotient(np.where(known, scores, 0.0).sum(-1), known.sum(-1).astype(np.float64))


def _weighted_f1(counts: Floats) -> Floats:
    right = _parts(counts)[2]
    return _quotient((np.nan_to_num(_f1(counts)) * right).sum(-1), right.sum(-1))


def _matthews(counts: Floats) -> Floats:
    hits, named, right = _parts(counts)
    total, missing = right.sum(-1), counts[..., -1]
    covariance = hits.sum(-1) * total - (named * right).sum(-1)
    spread = (total**2 - (named**2).sum(-1) - missing**2) * (total**2 - (right**2).sum(-1))
    undefined = np.where(total > 0, 0.0, np.nan)
    return np.where(spread > 0, covariance / np.sqrt(np.where(spread > 0, spread, 1.0)), undefined)


def _quotient_of_two(counts: Floats) -> Floats:
    return _quotient(counts[..., 0], counts[..., 1])


def _quotient(numerator: Floats, denominator: Floats) -> Floats:
    """NaN where the denominator is 0."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1.0), np.nan)
