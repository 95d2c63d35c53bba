"""An utterance while it is being understood: its clauses, and the acts found so far with their places."""

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import Clause
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.lexer import Value
from dialogue_gym.envs.customer_service.understanding.lexicon import Lexicon

NEG, CANT, HEDGE, APPROX, EITHER, ONCE, GO, OFFER = (
    BIT[name] for name in ("neg", "cant", "hedge", "approx", "either", "once", "go", "offer")
)
DENIED = NEG | CANT
DOUBTFUL = HEDGE | EITHER
SURELY_IF, OTHER = BIT["surely_if"], BIT["other"]
LIST = 3
"""So many things of one kind in a sentence are a list."""


class Message:
    """An utterance.

    Args:
        lexicon: The domain's words and rules.
        text: As it was written.
        clauses: Its clauses, in order.
        strange: Whether it has words that are in no list.

    Attributes:
        found: Acts so far: (clause, place in it, rank, act).
        mask: Bits of all cues in it.
        sentences: Bits of all cues by number of the sentence.
        said: Bits of the cues in clauses that state something, whether they affirm or deny it.
        asked: Numbers of clauses that ask for a slot.
        swallowed: Facts that a refusal took as its reason.
        amounts: (sentence, value) of all amounts that were stated.
        used: Places (clause, unit) of values that a proposal took as its details.
    """

    __slots__ = (
        "_counts",
        "_known",
        "_tools",
        "_values",
        "amounts",
        "asked",
        "clauses",
        "found",
        "lexicon",
        "mask",
        "said",
        "sentences",
        "strange",
        "swallowed",
        "text",
        "used",
    )

    def __init__(self, lexicon: Lexicon, text: str, clauses: list[Clause], strange: bool) -> None:
        self.lexicon = lexicon
        self.text = text
        self.strange = strange
        self.clauses = clauses
        self.mask = self.said = 0
        self.sentences: dict[int, int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._tools: dict[int, str] = {}
        self._values: dict[str, list[tuple[int, int, Unit]]] | None = None
        for clause in clauses:
            self.mask |= clause.mask
            self.sentences[clause.sentence] = self.sentences.get(clause.sentence, 0) | clause.mask
            condition = clause.condition and not clause.mask & ONCE
            if not (clause.question or condition or clause.reported or clause.mask & HEDGE):
                self.said |= clause.mask
        self.asked: set[int] = set()
        self.swallowed: set[str] = set()
        self.used: set[tuple[int, int]] = set()
        self.amounts: set[tuple[int, Value]] = set()
        self._known: set[tuple[Any, ...]] = set()
        self.found: list[tuple[int, int, int, Act]] = []

    def add(self, clause: int, place: int, act: Act) -> None:
        """Adds an act, once."""
        if not self.has(act):
            self._known.add((act.name, *act.args.items()))
            self.found.append((clause, place, len(self.found), act))

    def has(self, act: Act) -> bool:
        """Whether an act was found."""
        return (act.name, *act.args.items()) in self._known

    def keep(self, wanted: Callable[[int, int, Act], bool]) -> None:
        """Keeps only the acts that are wanted, by the number of their clause, their place in it, and themselves."""
        self.found = [each for each in self.found if wanted(each[0], each[1], each[3])]

    def acts(self) -> tuple[Act, ...]:
        """The acts, in the order in which they are said.

        A fact that is stated with different values is a list, and not stated at all.
        """
        self.found.sort(key=_place)
        acts = [act for _, _, _, act in self.found]
        if len(acts) > 1:
            told = Counter(fact for act in acts if act.name == "tell" for fact in act.args)
            listed = {fact for fact, times in told.items() if times > 1} - self.lexicon.many
            if listed:
                acts = [act for act in acts if act.name != "tell" or listed.isdisjoint(act.args)]
            if sum(act.name == "propose" for act in acts) >= LIST:
                acts = [act for act in acts if act.name != "propose"]
        return tuple(acts)

    def lists(self, sentence: int) -> bool:
        """Whether a sentence names so many changes or states that it is a list."""
        mask, lexicon = self.sentences[sentence], self.lexicon
        return max((mask & lexicon.main_verbs).bit_count(), (mask & lexicon.named_states).bit_count()) >= LIST

    def lists_values(self, sentence: int, kind: str) -> bool:
        """Whether a sentence names so many values of a kind that it is a list."""
        counts = self._counts.get(kind)
        if counts is None:
            named: dict[int, set[Value]] = {}
            for number, _, unit in self.values(range(len(self.clauses)), kind):
                named.setdefault(self.clauses[number].sentence, set()).add(unit.value)
            counts = self._counts[kind] = {number: len(values) for number, values in named.items()}
        return counts.get(sentence, 0) >= LIST

    def uncertain(self, sentence: int) -> bool:
        """Whether what a sentence says depends on an "if"."""
        return bool(self.sentences[sentence] & SURELY_IF)

    def taken_up(self, number: int) -> bool:
        """Whether the next clause offers what a clause says may be done: "You can return it. Shall I set it up?"."""
        return any(after.mask & GO and after.mask & OFFER for after in self.clauses[number + 1 : number + 2])

    def tool(self, number: int) -> str:
        """The change that a clause speaks of, "change it" together with the clause before; "" for none."""
        tool = self._tools.get(number)
        if tool is None:
            mask, lexicon = self.clauses[number].mask, self.lexicon
            found = lexicon.tools.first(mask, self.mask)
            if found is None and number and mask & lexicon.actions and mask & OTHER:
                found = lexicon.tools.first(mask | self.clauses[number - 1].mask, self.mask)
            tool = self._tools[number] = found[0] if found else ""
        return tool

    def values(self, numbers: Collection[int], kind: str) -> list[tuple[int, int, Unit]]:
        """The values of a kind in some clauses, with their places."""
        if self._values is None:
            self._values = {}
            for number, clause in enumerate(self.clauses):
                for place, unit in enumerate(clause.units):
                    if unit.kind:
                        self._values.setdefault(unit.kind, []).append((number, place, unit))
        return [found for found in self._values.get(kind, ()) if found[0] in numbers]


def _place(found: tuple[int, int, int, Act]) -> tuple[int, int, int]:
    return found[:3]
