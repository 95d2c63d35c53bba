"""A cell of a corpus's table as text."""

from typing import Any

from dialogue_gym.errors import CorpusError


def cell(where: str, name: str, value: Any, longest: int | None = None) -> str:
    """A cell as text without space around it, and without line breaks or gaps within; "" for an absent one.

    Args:
        where: File and line.
        name: The column's name.
        value: What stands there.
        longest: Characters that it may have; None for any number.

    Raises:
        CorpusError: It is no text, or too long.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CorpusError(f"{where}: expected text in column {name!r}, got {value!r:.80}.")
    text = " ".join(value.split())
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CorpusError(f"{where}: expected Unicode text in column {name!r}, got half a surrogate pair.")
    if longest is not None and len(text) > longest:
        raise CorpusError(f"{where}: expected at most {longest} characters in column {name!r}, got {len(text)}.")
    return text
