"""What is counted over a day, and the figures of many days: precision, recall, delays, label scores.

Entries of the outcome add up over episodes, and `METRICS` are functions of the sums:

| figure | of the sums |
|---|---|
| alert_precision | hits / alarms |
| alert_recall | hits / surges |
| alert_f1 | 2 hits / (alarms + surges) |
| detection_delay | delay / hits, in ticks after a surge's first |
| detection_delay_p90 | the smallest d that nine tenths of the hits do not exceed, from delay_0 .. delay_9 |
| missed_rate | missed / surges |
| arl_to_false_alarm | quiet_ticks / false_alarms: topic-ticks without a surge for one false alarm |
| severity_accuracy | severity_correct / hits |
| label_accuracy, label_macro_f1, ... | from the counts label_<right>_<named>, see `metrics.classification` |
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.metrics import Metric, classification, ratio

LONGEST: Final = 9
"""Delays from here on are worth nothing and counted together."""


class Score:
    """Counts of one day.

    Attributes:
        false_alarms: Alarms raised in topics without a surge.
        repeated: Alarms raised again while open, or in a surge that was hit.
    """

    def __init__(self) -> None:
        self.false_alarms = 0
        self.repeated = 0
        self._delays: Counter[int] = Counter()
        self._delay = 0
        self._severities = 0
        self._labels: Counter[tuple[str, str]] = Counter()

    def hit(self, delay: int, severity: bool) -> None:
        """Counts an alarm in a surge, so many ticks after its first, and whether its severity was right."""
        self._delays[min(delay, LONGEST)] += 1
        self._delay += delay
        self._severities += severity

    def label(self, right: str, named: str) -> None:
        """Counts a label."""
        self._labels[right, named] += 1

    def outcome(self, *, surges: int, quiet: int, reads: int) -> dict[str, Any]:
        """The outcome of the day.

        Args:
            surges: Surges that began.
            quiet: Ticks without a surge, added up over topics.
            reads: Texts that were asked for.
        """
        hits = sum(self._delays.values())
        counts = {
            "surges": surges,
            "hits": hits,
            "missed": surges - hits,
            "alarms": hits + self.false_alarms,
            "false_alarms": self.false_alarms,
            "repeated_alarms": self.repeated,
            "severity_correct": self._severities,
            "delay": self._delay,
            "quiet_ticks": quiet,
            "reads": reads,
            **{f"delay_{delay}": self._delays[delay] for delay in range(LONGEST + 1)},
            **{f"label_{right}_{named}": self._labels[right, named] for right in SENTIMENTS for named in SENTIMENTS},
        }
        success = hits == surges > 0 and not self.false_alarms
        return {"success": float(success), **{name: float(count) for name, count in counts.items()}}


Floats = npt.NDArray[np.float64]


def _delays(outcome: Mapping[str, Any]) -> list[float]:
    return [outcome[f"delay_{delay}"] for delay in range(LONGEST + 1)]


def _ninetieth(counts: Floats) -> Floats:
    """The 90th percentile of delays from their counts, NaN where there are none: (..., LONGEST + 1) to (...)."""
    total = counts.sum(axis=-1)
    reached = np.cumsum(counts, axis=-1) >= 0.9 * total[..., None] - 1e-9
    return np.where(total > 0, reached.argmax(axis=-1), np.nan)


def _f1(counts: Floats) -> Floats:
    hits, alarms, surges = np.moveaxis(counts, -1, 0)
    f1: Floats = 2.0 * hits / np.where(alarms + surges > 0, alarms + surges, np.nan)
    return f1


def _labels(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for right in SENTIMENTS:
        for named in SENTIMENTS:
            for _ in range(int(outcome[f"label_{right}_{named}"])):
                yield right, named


METRICS: Final[tuple[Metric, ...]] = (
    ratio("alert_precision", "hits", "alarms"),
    ratio("alert_recall", "hits", "surges"),
    Metric("alert_f1", lambda outcome: (outcome["hits"], outcome["alarms"], outcome["surges"]), _f1),
    ratio("detection_delay", "delay", "hits"),
    Metric("detection_delay_p90", _delays, _ninetieth),
    ratio("missed_rate", "missed", "surges"),
    ratio("arl_to_false_alarm", "quiet_ticks", "false_alarms"),
    ratio("severity_accuracy", "severity_correct", "hits"),
    *classification("label", SENTIMENTS, _labels),
)
