"""Reading word lists: sections of forms, and the word sequences that a form stands for."""

import re
from importlib.resources.abc import Traversable
from itertools import product
from pathlib import Path

from dialogue_gym.errors import CorpusError

_WORDS = re.compile(r"[^\s?.,!]+|[?.,!]")
_PARTS = re.compile(r"[(|)]|[^(|)]+")


def read_sections(path: Path | Traversable) -> dict[str, str]:
    """The lines of each section of a word list, joined by ";", by the section's heading.

    Raises:
        CorpusError: A line stands before any section, or its parentheses do not balance; names file and line.
    """
    sections: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line == "#" or line.startswith("# "):
            continue
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif lines is None:
            raise CorpusError(f"{path}:{number}: expected a [section] before the first line, got {line!r}.")
        elif line.count("(") != line.count(")"):
            raise CorpusError(f"{path}:{number}: expected as many '(' as ')', got {line!r}.")
        else:
            lines.append(line)
    return {heading: ";".join(lines) for heading, lines in sections.items()}


def expand(forms: str) -> list[list[str]]:
    """The word sequences of ";"-separated forms, where `(a|b|)` is a choice.

    >>> expand("no (more |)problem ; ok ?")
    [['no', 'more', 'problem'], ['no', 'problem'], ['ok', '?']]
    """
    sequences = []
    for form in forms.split(";"):
        for text in _texts(form) if "(" in form else (form,):
            words = _WORDS.findall(text)
            if words:
                sequences.append(words)
    return sequences


def _texts(form: str) -> list[str]:
    """Every string of a form."""
    stack: list[list[list[list[str]]]] = [[[]]]  # open choices, their alternatives, the alternatives' parts
    for token in _PARTS.findall(form):
        if token == "(":
            stack.append([[]])
        elif token == "|":
            stack[-1].append([])
        elif token == ")":
            closed = stack.pop()
            stack[-1][-1].append([text for parts in closed for text in map("".join, product(*parts))])
        else:
            stack[-1][-1].append([token])
    return list(map("".join, product(*stack[0][0])))
