"""What is measured of a conversation: what was found, how far from the best, and at which price in patience."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any

from dialogue_gym.envs.recommendation.conversation.shopper import Shopper


@dataclass
class Measures:
    """Sums over one conversation."""

    questions: int = 0
    repeated: int = 0
    lists: int = 0
    enjoyed: list[float] = field(default_factory=list)
    regrets: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    bought: int = 0
    shown: set[int] = field(default_factory=set)

    def ask(self, again: bool) -> None:
        """A question."""
        self.questions += 1
        self.repeated += again

    def show(self, shopper: Shopper, numbers: Sequence[int]) -> None:
        """A list: its discounted gain by that of the best list (Järvelin and Kekäläinen 2002)."""
        self.lists += 1
        self.shown.update(numbers)
        ideal = _gain([shopper.worth(number) for number in shopper.best()[: len(numbers)]])
        self.gains.append(_gain([shopper.worth(number) for number in numbers]) / ideal if ideal > 0 else 0.0)

    def take(self, enjoyed: float, most: float, did: Sequence[str]) -> None:
        """An item was taken; `most` is what the best one would have given."""
        self.enjoyed.append(enjoyed)
        self.regrets.append(most - enjoyed)
        self.bought += "buy" in did

    def outcome(self, shopper: Shopper) -> dict[str, Any]:
        """The outcome: success means that every wish was met."""
        wishes = len(shopper.wishes)
        return {
            "success": shopper.content,
            "met": shopper.met / wishes,
            "enjoyment": sum(self.enjoyed) / wishes,
            "regret": (sum(self.regrets) + wishes - shopper.met) / wishes,
            "ndcg": sum(self.gains) / len(self.gains) if self.gains else 0.0,
            "conversion": self.bought / wishes,
            "questions": self.questions,
            "repeated": self.repeated,
            "lists": self.lists,
            "coverage": len(self.shown) / len(shopper.catalogue),
            "satisfaction": shopper.user.satisfaction,
        }


def _gain(worths: Sequence[float]) -> float:
    return sum(max(0.0, worth) / log2(place + 2) for place, worth in enumerate(worths))
