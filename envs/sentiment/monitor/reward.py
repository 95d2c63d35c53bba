"""The default reward: surges found early, less false alarms, reading and alarms left open; a little for labels.

A desk that stays silent gets exactly 0: a missed surge costs what finding it would have brought. The table is the
whole of it, each number with its case.
"""

from collections.abc import Sequence
from typing import Final

from dialogue_gym.rewards.base import Reward, Step

GRACE: Final = 2
"""Ticks after a surge's first in which an alarm is still worth 1: what was asked for is heard a tick later."""
FADE: Final = 8
"""Ticks in which the worth of an alarm fades to 0 after that."""
AFTER: Final = 2
"""Ticks after a surge's last in which an alarm still finds it, since reading takes a tick or two."""
WRONG_SEVERITY: Final = 0.85
"""Factor on a hit that names the other severity."""
FALSE_ALARM: Final = 1.0
"""For an alarm in a topic without a surge: an early alarm pays from a chance of one in two on."""
STALE: Final = 0.02
"""For each tick that an alarm is open in a topic without a surge."""
READING: Final = 0.002
"""For each text asked for."""
LABEL: Final = 0.004
"""For a label's credit: 1 if right, minus the prior odds of the label named if wrong."""


def promptness(delay: int) -> float:
    """What an alarm is worth, so many ticks after the surge's first.

    >>> [promptness(delay) for delay in (0, 1, 2, 5, 9, 20)]
    [1.0, 1.0, 1.0, 0.625, 0.125, 0.0]
    """
    return min(1.0, max(0.0, 1.0 - (delay - GRACE) / FADE))


class DeskReward:
    """hits - false alarms - 0.02 stale alarms - 0.002 texts read + 0.004 credit of labels.

    A hit counts `promptness`, and 0.85 of it where the severity is wrong. Each surge can be hit once; an alarm
    that is repeated while it is open, or in a surge that was hit, counts nothing.
    """

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward per step, from its facts."""
        return [_score(step) for step in steps]


def _score(step: Step) -> Reward:
    get = step.facts.get
    parts = {
        "detection": get("hit_value", 0.0),
        "false_alarms": -FALSE_ALARM * get("false_alarms", 0.0),
        "stale_alarms": -STALE * get("stale", 0.0),
        "reading": -READING * get("reads", 0.0),
        "labels": LABEL * get("credit", 0.0),
    }
    return Reward(sum(parts.values()), parts)
