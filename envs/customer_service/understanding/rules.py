"""Rules as bit masks: "change|move payment !refund ^shipped", compiled."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


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
        if not self.first & clause or self.ban & clause or self.ban_around & message:
            return False
        for group in self.groups:
            if not group & clause:
                return False
        return all(group & message for group in self.around)


class RuleSet:
    """Rules by what they stand for, in order of precedence.

    Args:
        texts: Rules, separated by ";", by what they stand for.
        bits: The bit of each cue.

    Attributes:
        any: Cues of which a clause has at least one if any rule fits.
    """

    __slots__ = ("_flat", "any")

    def __init__(self, texts: Mapping[str, str], bits: Mapping[str, int]) -> None:
        self._flat = [(rule.first, rule, name) for name, text in texts.items() for rule in compile_rules(text, bits)]
        self.any = 0
        for first, _, _ in self._flat:
            self.any |= first

    def first(self, clause: int, message: int) -> tuple[str, Rule] | None:
        """What the first fitting rule stands for, and that rule."""
        if clause & self.any:
            for first, rule, name in self._flat:
                if first & clause and rule.fits(clause, message):
                    return name, rule
        return None

    def all(self, clause: int, message: int) -> Iterator[tuple[str, Rule]]:
        """Every fitting rule and what it stands for."""
        if clause & self.any:
            for first, rule, name in self._flat:
                if first & clause and rule.fits(clause, message):
                    yield name, rule


def compile_rules(text: str, bits: Mapping[str, int]) -> tuple[Rule, ...]:
    """Rules separated by ";"."""
    return tuple(_compile(rule.strip(), bits) for rule in text.split(";") if rule.strip())


def any_of(names: str, bits: Mapping[str, int]) -> int:
    """The bits of "|"-separated cues.

    Raises:
        KeyError: A name that is no cue.
    """
    mask = 0
    for name in names.split("|"):
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
