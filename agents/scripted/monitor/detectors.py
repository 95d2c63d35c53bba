"""Change detectors: each takes 1 for a bad text and 0 for another, and says how sure it is that bad texts have surged.

Whether a text that is not bad is good matters to `ToneCusum` only.

A detector's level is compared with a threshold by who owns it; the higher the threshold, the rarer and the later the
alarms. CUSUM, EWMA and Page-Hinkley are a few lines each; ADWIN is river's.
"""

from math import log, sqrt
from typing import Any, Final, Protocol

ORDINARY: Final = 0.12
"""Share of bad texts on an ordinary day."""
SURGING: Final = 0.45
"""Share of bad texts in a surge worth an alarm."""


class Detector(Protocol):
    """One sequence of texts."""

    level: float
    """How sure it is now."""

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text: 1 for a bad one, and for a good one."""


class Cusum:
    """Sum of log likelihood ratios, never below 0: Page 1954, "Continuous inspection schemes", Biometrika 41.

    level = max(0, level + log(p1 / p0)) for a bad text, ... + log((1 - p1) / (1 - p0)) for another.
    """

    def __init__(self) -> None:
        self.level = 0.0

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text."""
        ratio = bad * log(SURGING / ORDINARY) + (1.0 - bad) * log((1.0 - SURGING) / (1.0 - ORDINARY))
        self.level = max(0.0, self.level + ratio)


class ToneCusum:
    """The same sum over negative, neutral and positive texts, which tells a burst of good news from a surge sooner.

    level = max(0, level + log(p1 / p0)) with the tones' shares p1 in a surge and p0 on an ordinary day, as a reader
    takes them who misses every third bad text.
    """

    SHARES: Final = {"negative": (0.50, 0.16), "neutral": (0.44, 0.52), "positive": (0.06, 0.32)}
    """Of each tone in a surge, and on an ordinary day."""
    RATIOS: Final = {tone: log(surging / ordinary) for tone, (surging, ordinary) in SHARES.items()}

    def __init__(self) -> None:
        self.level = 0.0

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text."""
        tone = "negative" if bad else "positive" if good else "neutral"
        self.level = max(0.0, self.level + self.RATIOS[tone])


class Ewma:
    """An exponentially weighted average, in standard deviations.

    Roberts 1959, "Control chart tests based on geometric moving averages", Technometrics 1:
    level = (z - p0) / sqrt(p0 (1 - p0) w / (2 - w)), z = z + w (bad - z) with w = 0.3.
    """

    WEIGHT: Final = 0.3

    def __init__(self) -> None:
        self.level = 0.0
        self._average = ORDINARY

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text."""
        self._average += self.WEIGHT * (bad - self._average)
        spread = sqrt(ORDINARY * (1.0 - ORDINARY) * self.WEIGHT / (2.0 - self.WEIGHT))
        self.level = (self._average - ORDINARY) / spread


class PageHinkley:
    """How far the sum of deviations from the running mean is above its lowest value so far.

    level = m - min m, where m adds up bad - (mean so far) - 0.05, and the mean begins with five ordinary texts. Page
    1954; Hinkley 1971, "Inference about the change-point from cumulative sum tests", Biometrika 58.
    """

    ALLOWANCE: Final = 0.05
    BEGUN: Final = 5

    def __init__(self) -> None:
        self.level = 0.0
        self._count = self.BEGUN
        self._sum = ORDINARY * self.BEGUN
        self._total = self._lowest = 0.0

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text."""
        self._count += 1
        self._sum += bad
        self._total += bad - self._sum / self._count - self.ALLOWANCE
        self._lowest = min(self._lowest, self._total)
        self.level = self._total - self._lowest


class Adwin:
    """Windows of adaptive size.

    Bifet and Gavaldà 2007, "Learning from time-changing data with adaptive windowing", SDM.

    river cuts the window where two parts of it differ with confidence 1 - delta. The level is 1 from a cut after which
    the mean is above the ordinary share halfway to the surging one, until one after which it is not.

    Args:
        delta: Chance of a false cut.
    """

    def __init__(self, delta: float) -> None:
        from river import drift

        make: Any = drift.ADWIN
        self._windows = make(delta=delta, clock=1, min_window_length=2, grace_period=4)
        self.level = 0.0

    def update(self, bad: float, good: float = 0.0) -> None:
        """Takes in one text."""
        self._windows.update(bad)
        if self._windows.drift_detected:
            self.level = float(self._windows.estimation > (ORDINARY + SURGING) / 2.0)
