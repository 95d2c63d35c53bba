"""Rules as bit masks: "change|move payment !refund ^shipped", compiled."""

from collections.abc import Mapping
from typing import NamedTuple

from dialogue_gym.errors import UnknownNameError

KEPT = 4096
"""Combinations of cues whose rules are kept."""


class Rule(NamedTuple):
    """What a clause must and must not contain.

    Attributes:
        first: Any of these, in the clause; the rest is looked at only then.
        groups: Any of each, in the clause.
        ban: None of these, in the clause.
        around: Any of each, anywhere in the message.
        ban_around: None of these, anywhere in the message.
        free: Marked with "?" in front.
        cues: All cues that the rule asks for in the clause.
    """

    first: int
    groups: tuple[int, ...]
    ban: int
    around: tuple[int, ...]
    ban_around: int
    free: bool
    cues: int

    def fits(self, clause: int, message: int) -> bool:
        """Whether the rule holds for a clause's cues within a message's."""
        if self.ban & clause or self.ban_around & message or not self.first & clause:
            return False
        for group in self.groups:
            if not group & clause:
                return False
        for group in self.around:  # noqa: SIM110 - a generator costs more than the rest
            if not group & message:
                return False
        return True


class RuleSet:
    """Rules by what they stand for, in order of precedence.

    Args:
        texts: Rules, separated by ";", by what they stand for.
        bits: The bit of each cue.

    Attributes:
        any: Cues of which a clause has at least one if any rule fits.
    """

    __slots__ = ("_candidates", "_rules", "any")

    def __init__(self, texts: Mapping[str, str], bits: Mapping[str, int]) -> None:
        self._rules = [(name, rule) for name, text in texts.items() for rule in compile_rules(text, bits)]
        self._candidates: dict[int, list[tuple[str, Rule]]] = {}
        self.any = 0
        for _, rule in self._rules:
            self.any |= rule.first

    def first(self, clause: int, message: int) -> tuple[str, Rule] | None:
        """What the first fitting rule stands for, and that rule."""
        started = clause & self.any
        if started:
            for found in self._candidates.get(started) or self._started(started):
                if found[1].fits(clause, message):
                    return found
        return None

    def all(self, clause: int, message: int) -> list[tuple[str, Rule]]:
        """Every fitting rule and what it stands for."""
        started = clause & self.any
        if not started:
            return []
        candidates = self._candidates.get(started) or self._started(started)
        return [found for found in candidates if found[1].fits(clause, message)]

    def _started(self, started: int) -> list[tuple[str, Rule]]:
        """The rules that begin with one of some cues; kept, because few combinations of cues make up most clauses."""
        if len(self._candidates) >= KEPT:
            self._candidates.clear()
        found = [(name, rule) for name, rule in self._rules if rule.first & started]
        self._candidates[started] = found
        return found


def compile_rules(text: str, bits: Mapping[str, int]) -> tuple[Rule, ...]:
    """Rules separated by ";"."""
    return tuple(_compile(rule.strip(), bits) for rule in text.split(";") if rule.strip())


def any_of(names: str, bits: Mapping[str, int]) -> int:
    """The bits of "|"-separated cues.

    Raises:
        UnknownNameError: A name that is no cue.
    """
    mask = 0
    for name in filter(None, names.split("|")):
        if name not in bits:
            raise UnknownNameError("cue", name, bits)
        mask |= bits[name]
    return mask


def _compile(text: str, bits: Mapping[str, int]) -> Rule:
    free = text.startswith("?")
    groups: list[int] = []
    around: list[int] = []
    ban = ban_around = 0
    for word in text.removeprefix("?").split():
        if word.startswith("^!"):
            ban_around |= any_of(word[2:], bits)
        elif word.startswith("^"):
            around.append(any_of(word[1:], bits))
        elif word.startswith("!"):
            ban |= any_of(word[1:], bits)
        else:
            groups.append(any_of(word, bits))
    cues = 0
    for group in groups:
        cues |= group
    return Rule(groups[0], tuple(groups[1:]), ban, tuple(around), ban_around, free, cues)
