"""What is measured of a conversation: what was found, how far from the best, and at which price in patience."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Final

from dialogue_gym.envs.recommendation.conversation.levels import LIST
from dialogue_gym.envs.recommendation.conversation.shopper import Shopper
from dialogue_gym.envs.recommendation.slates.measures import intra_list_distance
from dialogue_gym.metrics import Metric, coverage, ratio

_DISCOUNTS: Final = tuple(log2(place + 2) for place in range(LIST))


def metrics(items: int) -> tuple[Metric, ...]:
    """Figures of conversations together, over a catalogue of so many items.

    - click_rate: lists of which an item made curious / lists
    - take_rate: things taken / lists
    - buy_rate: things bought / things taken
    - catalogue_coverage: share of the catalogue that was recommended in any conversation
    """
    return (
        ratio("click_rate", "curious", "lists"),
        ratio("take_rate", "taken", "lists"),
        ratio("buy_rate", "bought", "taken"),
        coverage("catalogue_coverage", "shown", items),
    )


@dataclass
class Measures:
    """Sums over one conversation."""

    questions: int = 0
    repeated: int = 0
    lists: int = 0
    evaded: int = 0
    enjoyed: list[float] = field(default_factory=list)
    regrets: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    bought: int = 0
    curious: int = 0
    distances: list[float] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)

    def ask(self, again: bool) -> None:
        """A question."""
        self.questions += 1
        self.repeated += again

    def show(self, shopper: Shopper, numbers: Sequence[int]) -> None:
        """A list: its discounted gain by that of the best list (Järvelin and Kekäläinen 2002)."""
        self.lists += 1
        self.shown.update(numbers)
        self.distances.append(intra_list_distance([shopper.catalogue.tag_numbers[number] for number in numbers]))
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
            "evaded": self.evaded,
            "lists": self.lists,
            "diversity": sum(self.distances) / len(self.distances) if self.distances else 0.0,
            "coverage": len(self.shown) / len(shopper.catalogue),
            "curious": self.curious,
            "taken": len(self.enjoyed),
            "bought": self.bought,
            "shown": " ".join(map(str, sorted(self.shown))),
            "satisfaction": shopper.user.satisfaction,
        }


def _gain(worths: Sequence[float]) -> float:
    return sum([max(0.0, worth) / discount for worth, discount in zip(worths, _DISCOUNTS, strict=False)])
