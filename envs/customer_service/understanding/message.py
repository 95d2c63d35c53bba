"""An utterance while it is being understood: its clauses, and the acts found so far with their places."""

from collections.abc import Iterable
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import Clause
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.lexer import Value
from dialogue_gym.envs.customer_service.understanding.lexicon import Lexicon

NEG, CANT, HEDGE, APPROX, EITHER = (BIT[name] for name in ("neg", "cant", "hedge", "approx", "either"))
DENIED = NEG | CANT
DOUBTFUL = HEDGE | EITHER


class Message:
    """An utterance.

    Args:
        lexicon: The domain's words and rules.
        clauses: Its clauses, in order.

    Attributes:
        mask: Bits of all cues in it.
        said: Bits of the cues in clauses that state something, whether they affirm or deny it.
        asked: Numbers of clauses that ask for a slot.
        swallowed: Facts that a refusal took as its reason.
        amounts: (sentence, value) of all amounts that were stated.
        used: Places (clause, unit) of values that a proposal took as its details.
    """

    __slots__ = ("_found", "_known", "amounts", "asked", "clauses", "lexicon", "mask", "said", "swallowed", "used")

    def __init__(self, lexicon: Lexicon, clauses: list[Clause]) -> None:
        self.lexicon = lexicon
        self.clauses = clauses
        self.mask = self.said = 0
        for clause in clauses:
            self.mask |= clause.mask
            if not (clause.question or clause.condition or clause.reported or clause.mask & HEDGE):
                self.said |= clause.mask
        self.asked: set[int] = set()
        self.swallowed: set[str] = set()
        self.used: set[tuple[int, int]] = set()
        self.amounts: set[tuple[int, Value]] = set()
        self._known: set[tuple[Any, ...]] = set()
        self._found: list[tuple[int, int, int, Act]] = []

    def add(self, clause: int, place: int, act: Act) -> None:
        """Adds an act, once."""
        if not self.has(act):
            self._known.add((act.name, *act.args.items()))
            self._found.append((clause, place, len(self._found), act))

    def has(self, act: Act) -> bool:
        """Whether an act was found."""
        return (act.name, *act.args.items()) in self._known

    def acts(self) -> tuple[Act, ...]:
        """The acts, in the order in which they are said."""
        self._found.sort(key=lambda found: found[:3])
        return tuple(act for _, _, _, act in self._found)

    def values(self, numbers: Iterable[int], kind: str) -> list[tuple[int, int, Unit]]:
        """The values of a kind in some clauses, with their places."""
        return [
            (number, place, unit)
            for number in numbers
            for place, unit in enumerate(self.clauses[number].units)
            if unit.kind == kind
        ]
