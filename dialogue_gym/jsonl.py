"""JSON lines: files of one JSON object a line, plain or `.gz`.

Lines end with a line feed and nothing else: text keeps U+2028, U+0085 and their kin, which `str.splitlines` takes for
line ends too.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from dialogue_gym.errors import CorpusError

Row = tuple[str, dict[str, Any]]
"""Where it stands ("file, line 7"), and the object: values by name."""


def open_text(path: Path, mode: str, *, compressed: bool) -> TextIO:
    """A file of UTF-8 lines, compressed or not; "rt" or "wt"."""
    if compressed:
        return gzip.open(path, mode, encoding="utf-8", newline="\n", compresslevel=4)  # type: ignore[return-value]
    return path.open(mode, encoding="utf-8", newline="\n")  # type: ignore[return-value]


def read_rows(path: Path, *, what: str, torn: bool = False) -> Iterator[Row]:
    """The objects of a file, one after the other; blank lines are left out.

    Args:
        path: The file; ".gz" is read too.
        what: What is expected there, for errors: "preference pairs".
        torn: Whether the process that wrote it may have been killed in the middle of its last line: what follows the
            last line feed is left out then.

    Raises:
        CorpusError: It can't be read, or a line is not a JSON object; names file and line.
    """
    try:
        with open_text(path, "rt", compressed=path.suffix == ".gz") as file:
            yield from parse_rows(file, str(path), torn=torn)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(
            f"Expected a file of {what} at {path}, got: {reason}. Name a file with one JSON object a line (UTF-8; "
            "compressed ones end in .gz)."
        ) from None


def cut_torn_line(path: Path) -> None:
    """Drops what follows the last line feed, so that the next row begins a line. A file that is not there stays so."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with path.open("r+b") as file:
            file.truncate(whole)


def parse_rows(lines: Iterable[str], name: str, *, torn: bool = False) -> Iterator[Row]:
    """The objects of lines that end with a line feed, but for the last perhaps.

    Raises:
        CorpusError: One is not a JSON object; names it as line n of `name`.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip() or (torn and not line.endswith("\n")):
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CorpusError(f"{where}: expected a JSON object, got {error}.") from None
        if not isinstance(row, dict):
            raise CorpusError(f"{where}: expected a JSON object, got {type(row).__name__}.")
        yield where, row
