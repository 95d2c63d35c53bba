"""Dialogue text on a terminal: data, never control sequences."""

import unicodedata

_KEPT = frozenset("\n\t")


def printable(text: str) -> str:
    r"""`text` with every control and invisible formatting character written out as an escape.

    >>> printable("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return "".join(
        c if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else _escape(c) for c in text
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
