"""What is counted over a day, from which precision, recall, delays and label scores follow.

Entries of the outcome add up over episodes, so that a figure of many is a figure of their sums:

| figure | of the sums |
|---|---|
| precision of alerts | hits / (hits + false_alarms) |
| recall of alerts | hits / surges |
| detection delay in ticks, mean | delay / hits |
| ... and quantiles | from the counts delay_0, delay_1, ...; the last holds all longer ones |
| ARL to false alarm | quiet_ticks / false_alarms: topic-ticks without a surge for one false alarm |
| missed surges | missed / surges |
| label accuracy and F1 | from the counts label_<right>_<named> |
"""

from collections import Counter
from typing import Any, Final

from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS

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
