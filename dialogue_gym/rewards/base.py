"""What a reward sees and what it gives.

A reward model scores a batch of steps. A plain `def reward(step) -> float` is enough; see `resolve` for the ways
to name one in `gym.make(id, reward=...)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from dialogue_gym.acts import Act
from dialogue_gym.episode import Dialogue, Event, Message, StopReason, Turn


class Step:
    """One turn of a dialogue as a reward sees it.

    It stays valid after the episode has moved on, so that a trainer may score whole rollouts at once.

    Args:
        dialogue: The dialogue it belongs to.
        number: The turn, counted from 1.
    """

    __slots__ = ("dialogue", "number", "turn")

    def __init__(self, dialogue: Dialogue, number: int) -> None:
        self.dialogue = dialogue
        self.number = number
        self.turn: Turn = dialogue.turns[number - 1]

    @property
    def acts(self) -> Sequence[Act]:
        """What the agent did in this turn."""
        return self.turn.acts

    @property
    def reply(self) -> tuple[Event, ...]:
        """What came back in this turn."""
        return self.turn.heard

    @property
    def facts(self) -> Mapping[str, float]:
        """What changed in this turn, by name."""
        return self.turn.facts

    @property
    def action_text(self) -> str:
        """The agent's action as a string."""
        words = self.turn.words
        return words if words is not None else self.dialogue.task.render(self.turn.acts)

    @property
    def transcript(self) -> list[Message]:
        """The chat messages from the beginning to this turn's reply."""
        return self.dialogue.messages(self.number)

    @property
    def ended(self) -> bool:
        """Whether the dialogue ended with this turn."""
        return self.dialogue.stop is not None and self.number == len(self.dialogue.turns)

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the dialogue ended, if it did with this turn."""
        return self.dialogue.stop if self.ended else None

    @property
    def outcome(self) -> Mapping[str, Any] | None:
        """The measured outcome, if the dialogue ended with this turn."""
        return self.dialogue.outcome if self.ended else None

    def where(self) -> str:
        """The step's address, for messages."""
        d = self.dialogue
        return f"{d.task.name}, {d.split} scenario {d.scenario}, trial {d.trial}, turn {self.number}"


@dataclass(frozen=True, slots=True)
class Reward:
    """A score with its parts.

    Attributes:
        total: The reward.
        parts: Named parts that add up to `total`; names under "raw/" are reported but not added.
        explanation: Why, for logs and reports.
    """

    total: float
    parts: Mapping[str, float] = field(default_factory=dict)
    explanation: str = ""


def sum_parts(turns: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Each part's sum over the turns of a dialogue.

    >>> sum_parts([{"task": 1.0}, {"task": 0.5, "raw/length": 3.0}, {}])
    {'task': 1.5, 'raw/length': 3.0}
    """
    sums: dict[str, float] = {}
    for parts in turns:
        for part, value in parts.items():
            sums[part] = sums.get(part, 0.0) + value
    return sums


@runtime_checkable
class RewardModel(Protocol):
    """Scores steps in batches. `None` in place of a reward means that it does not apply to that step."""

    @property
    def name(self) -> str:
        """Names the reward in parts and messages."""

    def score(self, steps: Sequence[Step]) -> Sequence[Reward | None]:
        """One reward per step, in order."""


RewardFunction = Callable[[Step], "Reward | float | None"]
