"""Finding values in a customer's text: order numbers, addresses, products, names.

A domain describes its values by patterns, in a `Gazetteer`. Found values are replaced by placeholders such as
`<item>`, so that the classifier sees "Cancel the <item>." whatever the product is.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Pattern(NamedTuple):
    """How values of one type look.

    Attributes:
        name: Unlike any other pattern's.
        regex: What matches, whatever the case; without capturing groups.
        slots: The slots such a value can fill, likeliest first; the first one is the placeholder.
        read: The slot's value behind the matched text.
        loose: The match may as well be an ordinary word ("long"): it is read as a value only by utterances that
            give such a value.
    """

    name: str
    regex: str
    slots: tuple[str, ...]
    read: Callable[[str], str] = str
    loose: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """What an agent of a domain knows about its customers' words and its tools' results.

    Attributes:
        patterns: Values, by their looks; at each place of a text the first that fits counts.
        examples: Values as customers write them, by slot, to fill the wording's placeholders with in training.
        concepts: Words and phrases that mean the same in this trade; see `concepts`.
        possible: Leaves out of some values, by slot, those that contradict the others.
        results: The tool whose results have a certain key.
        question_kind: The kind of matter that is a question about a topic; empty if there is none.
        name_slots: What a person's name can be, likeliest first.
        errors: (regular expression, tool) of error messages; named groups are arguments. An empty name stands for
            any tool.
    """

    patterns: tuple[Pattern, ...]
    examples: Mapping[str, tuple[str, ...]]
    concepts: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[tuple[str, str], ...] = ()
    question_kind: str = ""
    name_slots: tuple[str, ...] = ("name", "person")
    possible: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda values: values


class Mention(NamedTuple):
    """A value found in a text, and the slots it can fill."""

    slots: tuple[str, ...]
    value: str


class Piece(NamedTuple):
    """A sentence in two readings: with certain values replaced only, and with doubtful ones too.

    Placeholders are numbered: `<item:0>` stands for the first of the values found in the message.
    """

    strict: str
    loose: str


_WORD = re.compile(r"[^\W\d_][\w'-]*")
_PLACEHOLDER = re.compile(r"<\w+:(\d+)>")
_BREAK = re.compile(r"(?<=[.!?…])[\"')]*\s+|(?<=:)\s+(?=[A-Z])|(?<=,)\s+(?=[A-Z][a-z])")
"""A sentence ends, or a greeting or lead-in does: "Dear team, Where is my order?"."""
_TIDY = str.maketrans({"<": " ", ">": " ", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


class Finder:
    """Finds a domain's values.

    Args:
        gazetteer: The domain's patterns.
        common: Words, in lower case, that begin no person's name even where they are capitalised.
    """

    def __init__(self, gazetteer: Gazetteer, common: Collection[str]) -> None:
        self._patterns = {pattern.name: pattern for pattern in gazetteer.patterns}
        self._certain = _any_of([pattern for pattern in gazetteer.patterns if not pattern.loose])
        self._doubtful = _any_of([pattern for pattern in gazetteer.patterns if pattern.loose])
        self._name_slots = gazetteer.name_slots
        self._common = frozenset(common) | {"i"}

    def pieces(self, text: str) -> tuple[list[Piece], list[Mention]]:
        """The sentences of a text, and the values found in it."""
        found: list[Mention] = []
        text = self._replaced(self._certain, text.translate(_TIDY), found)
        text = self._without_names(text, found)
        sentences = [sentence for sentence in _BREAK.split(text) if not sentence.isspace() and sentence]
        return [Piece(sentence, self._replaced(self._doubtful, sentence, found)) for sentence in sentences], found

    def whole(self, text: str) -> Piece:
        """A text as one piece."""
        found: list[Mention] = []
        text = self._without_names(self._replaced(self._certain, text.translate(_TIDY), found), found)
        return Piece(text, self._replaced(self._doubtful, text, found))

    def _replaced(self, regex: re.Pattern[str], text: str, found: list[Mention]) -> str:
        def note(match: re.Match[str]) -> str:
            pattern = self._patterns[match.lastgroup or ""]
            found.append(Mention(pattern.slots, pattern.read(match[0])))
            return f"<{pattern.slots[0]}:{len(found) - 1}>"

        return regex.sub(note, text)

    def _without_names(self, text: str, found: list[Mention]) -> str:
        parts: list[str] = []
        end = 0
        for start, stop in self._names(text):
            found.append(Mention(self._name_slots, text[start:stop]))
            parts += (text[end:start], f"<{self._name_slots[0]}:{len(found) - 1}>")
            end = stop
        return "".join((*parts, text[end:])) if parts else text

    def _names(self, text: str) -> Iterator[tuple[int, int]]:
        """Where two or more capitalised words stand together, of which the first is no ordinary word."""
        start, stop, words = 0, -2, 0
        for match in _WORD.finditer(text):
            word = match[0]
            follows = words and match.start() == stop + 1 and text[stop] == " "
            if word[0].isupper() and word != "I" and (follows or word.removesuffix("'s").lower() not in self._common):
                if not follows:
                    if words > 1:
                        yield start, stop
                    start, words = match.start(), 0
                words += 1
                stop = match.end()
            elif words:
                if words > 1:
                    yield start, stop
                words = 0
        if words > 1:
            yield start, stop


def mentioned(text: str, found: Sequence[Mention]) -> list[Mention]:
    """The values behind a text's placeholders, in order."""
    return [found[int(number)] for number in _PLACEHOLDER.findall(text)]


def _any_of(patterns: Sequence[Pattern]) -> re.Pattern[str]:
    """One expression that matches any of the patterns and names the one that did."""
    if not patterns:
        return re.compile(r"(?!)")
    return re.compile("|".join(f"(?P<{pattern.name}>{pattern.regex})" for pattern in patterns))
