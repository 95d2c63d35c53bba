"""Composed language: what the simulated side can say, as plain text that a person can write and read.

A wording file has sections of forms, one form a line:

    [open.cancel_order]
    (Please cancel|I'd like to cancel) my order.
    I ordered the {item} by mistake, can you (stop|cancel) it?

`(a|b|c)` is a choice, `(a|)` an optional part, `{slot}` a placeholder, `#` a comment. A form is used only when every
value it mentions is there to be said, so that what is not said is known not to be said.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from dialogue_gym.draws import Stream
from dialogue_gym.errors import CorpusError, UnknownNameError

_TOKEN = re.compile(r"[(|)]|[^(|)]+")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Form:
    """One line of a wording file.

    Attributes:
        text: The line as written.
        slots: Names of the placeholders.
        count: How many different strings it makes before names and numbers.
    """

    __slots__ = ("_parts", "count", "slots", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if "{" in _PLACEHOLDER.sub("", text) or "}" in _PLACEHOLDER.sub("", text):
            raise ValueError("expected placeholders such as {order_id}, in small letters and underscores")
        self.slots = frozenset(_PLACEHOLDER.findall(text))
        self._parts = _parse(text)
        self.count = _count(self._parts)

    def say(self, slots: Mapping[str, str], stream: Stream) -> str:
        """One realisation, choices drawn from `stream`."""
        pieces: list[str] = []
        _expand(self._parts, stream, pieces)
        text = _tidy("".join(pieces))
        return text.format_map(slots) if self.slots else text

    def expansions(self) -> Iterator[str]:
        """Every realisation, with placeholders left in."""
        return map(_tidy, _all(self._parts))


class Verbatim(Form):
    """A text as somebody wrote it: nothing in it is a choice or a placeholder.

    Args:
        text: The text.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        self.text = text
        self.slots = frozenset()
        self.count = 1
        self._parts = (text,)

    def say(self, slots: Mapping[str, str], stream: Stream) -> str:
        """The text."""
        return self.text

    def expansions(self) -> Iterator[str]:
        """The text."""
        yield self.text


class Wording:
    """The forms of a wording file, by section.

    Args:
        sections: Forms by section name.
        source: Where they are from, for messages.
        again: A function and its arguments that give the same wording, to pickle it by; None for all of it.

    Attributes:
        verbatim: Names of the sections whose forms are texts as somebody wrote them.
    """

    def __init__(
        self,
        sections: Mapping[str, tuple[Form, ...]],
        source: str,
        again: tuple[Callable[..., "Wording"], tuple[Any, ...]] | None = None,
    ) -> None:
        self.sections = sections
        self.source = source
        self._again = again
        self.verbatim = frozenset(name for name, forms in sections.items() if forms and isinstance(forms[0], Verbatim))
        self._fitting: dict[tuple[str, frozenset[str]], tuple[Form, ...]] = {}

    @staticmethod
    def load(path: Path | Traversable) -> "Wording":
        """Reads a wording file, once per process.

        Raises:
            CorpusError: A line is outside any section or its parentheses do not balance; names file and line.
        """
        return _load(path)  # type: ignore[arg-type]  # traversables of real packages are hashable paths

    def fitting(self, section: str, slots: Collection[str]) -> tuple[Form, ...]:
        """The forms of a section that mention only the given slots."""
        known = (section, frozenset(slots))
        forms = self._fitting.get(known)
        if forms is None:
            forms = tuple(form for form in self.forms(section) if form.slots <= known[1])
            self._fitting[known] = forms
        return forms

    def say(self, section: str, slots: Mapping[str, str], stream: Stream) -> tuple[str, frozenset[str]]:
        """A realisation of a section, and the names of the slots it mentions.

        Raises:
            UnknownNameError: No such section.
            CorpusError: Every form of the section mentions a slot that has no value.
        """
        forms = self.fitting(section, slots.keys())
        if not forms:
            raise CorpusError(
                f"{self.source}: expected a form of [{section}] that needs only {sorted(slots)}, found none. Add one."
            )
        form = stream.choice(forms)
        return form.say(slots, stream), form.slots

    def forms(self, section: str) -> tuple[Form, ...]:
        """All forms of a section."""
        try:
            return self.sections[section]
        except KeyError:
            raise UnknownNameError(f"section in {self.source}", section, self.sections) from None

    def count(self, section: str) -> int:
        """Number of delexicalised strings a section makes: before names, numbers, typos and style."""
        return sum(form.count for form in self.forms(section))

    def __deepcopy__(self, memo: dict[int, object]) -> "Wording":
        return self  # nothing about a wording changes after it was read

    def __reduce__(self) -> tuple[object, ...]:
        return self._again or (Wording, (self.sections, self.source))


@lru_cache(maxsize=64)
def _load(path: Path | Traversable) -> Wording:
    sections: dict[str, list[Form]] = {}
    current: list[Form] | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], [])
            continue
        if current is None:
            raise CorpusError(f"{path}:{number}: expected a [section] before the first form, got {line!r}.")
        try:
            current.append(Form(line))
        except ValueError as error:
            raise CorpusError(f"{path}:{number}: {error} in {line!r}.") from None
    return Wording({name: tuple(forms) for name, forms in sections.items()}, str(path), (_load, (path,)))


def _parse(text: str) -> tuple[object, ...]:
    """The nested parts of a form: strings, and choices as tuples of sequences."""
    stack: list[list[list[object]]] = [[[]]]
    for token in _TOKEN.findall(text):
        if token == "(":
            stack.append([[]])
        elif token == "|":
            if len(stack) == 1:
                raise ValueError("expected '|' inside parentheses only")
            stack[-1].append([])
        elif token == ")":
            if len(stack) == 1:
                raise ValueError("unbalanced ')'")
            stack[-2][-1].append(tuple(map(_option, stack.pop())))
        else:
            stack[-1][-1].append(token)
    if len(stack) != 1:
        raise ValueError("unbalanced '('")
    return tuple(stack[0][0])


def _option(sequence: list[object]) -> object:
    """One way of a choice: mostly plain text, else the parts it is made of."""
    if all(isinstance(part, str) for part in sequence):
        return "".join(sequence)  # type: ignore[arg-type]
    return tuple(sequence)


def _count(parts: tuple[object, ...]) -> int:
    product = 1
    for part in parts:
        if isinstance(part, tuple):
            product *= sum(1 if isinstance(option, str) else _count(option) for option in part)
    return product


def _expand(parts: tuple[object, ...], stream: Stream, pieces: list[str]) -> None:
    for part in parts:
        chosen: object = part if isinstance(part, str) else stream.choice(part)  # type: ignore[arg-type]
        if isinstance(chosen, str):
            pieces.append(chosen)
        else:
            _expand(chosen, stream, pieces)  # type: ignore[arg-type]


def _all(parts: tuple[object, ...]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    head, rest = parts[0], parts[1:]
    heads = [head] if isinstance(head, str) else _options(head)  # type: ignore[arg-type]
    for text in heads:
        for tail in _all(rest):
            yield text + tail


def _options(choice: tuple[object, ...]) -> list[str]:
    return [text for option in choice for text in ([option] if isinstance(option, str) else _all(option))]  # type: ignore[arg-type]


@lru_cache(maxsize=1 << 14)  # before names and numbers are put in, the same texts come again and again
def _tidy(text: str) -> str:
    """Closes the gaps that unused optional parts leave, and begins with a capital."""
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?").replace(" !", "!")
    return text[:1].upper() + text[1:]
