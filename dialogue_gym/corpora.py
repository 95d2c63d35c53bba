"""Reading data that is not part of the package: where it lies, and its rows, each with its file and line.

Data sets lie in one folder, named by an argument or by the variable DIALOGUE_GYM_DATA. Tables are CSV with a header,
JSON lines or, where a file's name ends in ".json", a JSON list of objects; UTF-8, plain or with ".gz" at the end of the
name. Data are never code: nothing here evaluates them.
"""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.jsonl import Row, parse_rows

DATA_VARIABLE = "DIALOGUE_GYM_DATA"
_ENCODING = "utf-8-sig"  # some editors begin files with a byte order mark
_NO_SPACE = re.compile(r"[^ \t\n\r]")
TABLES = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz")
"""How the names of readable files end."""


def data_folder(data_dir: str | Path | None = None) -> Path | None:
    """The folder of data sets: the argument's, else the variable's; None if neither is given.

    Raises:
        ConfigurationError: It is not a folder.
    """
    named = data_dir if data_dir is not None else os.environ.get(DATA_VARIABLE) or None
    if named is None:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        source = "data_dir" if data_dir is not None else DATA_VARIABLE
        raise ConfigurationError(f"Expected {source} to be a folder of data sets, got {str(named)!r}, which is none.")
    return folder


def split_of(number: int) -> str:
    """The split of the people or dialogues of a data set that are numbered: three of five are train, one val, one test.

    >>> [split_of(number) for number in range(5, 10)]
    ['train', 'train', 'train', 'val', 'test']
    """
    return ("train", "train", "train", "val", "test")[number % 5]


def published_rows(name: str, file: str, hub: str, folder: Path | None) -> tuple[Iterator[Row], str]:
    """The rows of a published data set, and where they are from: the data folder, or the hub where there is none.

    Args:
        name: What the data set is called, for messages.
        file: Its table in the data folder.
        hub: Its name on the Hugging Face hub, of which the `datasets` library reads split train; empty if it has none.
        folder: The data folder; None to read online.

    Raises:
        CorpusError: It is neither in the folder nor to be had online.
    """
    if folder is not None and (folder / file).exists():
        return read_rows(folder / file), str(folder / file)
    hint = f"Name its folder with data_dir=... or {DATA_VARIABLE}"
    if hub:
        hint += ", or leave both out and `pip install datasets` to have it from the Hugging Face hub"
    if folder is None and hub:
        return _hub_rows(name, file, hub, hint), hub
    raise CorpusError(f"Expected the data set {name!r} at {folder or f'${DATA_VARIABLE}'}/{file}. {hint}.")


def _hub_rows(name: str, file: str, hub: str, hint: str) -> Iterator[Row]:
    try:
        from datasets import load_dataset
    except ImportError:
        raise CorpusError(f"Expected a data folder with {file} for corpus={name!r}, got none. {hint}.") from None
    for number, row in enumerate(load_dataset(hub, split="train")):
        yield f"{hub}, row {number}", dict(row)


def table_files(path: Path) -> list[Path]:
    """The file itself, or the tables of a folder in the order of their names.

    Raises:
        CorpusError: There are none.
    """
    files = sorted(file for file in path.iterdir() if _is_table(file)) if path.is_dir() else [path]
    if not files or not all(map(_is_table, files)):
        raise CorpusError(f"{path}: expected a file, or a folder of files, whose name ends in {', '.join(TABLES)}.")
    return files


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a table: ("file, line 7", {column: value}). Empty lines are passed over.

    Raises:
        CorpusError: The file cannot be read, or a line is no row; names file and line.
    """
    rows = _csv_rows if ".csv" in path.suffixes else _list_rows if ".json" in path.suffixes else _json_rows
    try:
        with _open(path) as file:
            yield from rows(path, file)
    except (OSError, EOFError) as error:
        raise CorpusError(f"{path}: expected a readable table, got {error}.") from None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{_undecodable(path)}: expected UTF-8, got {error}. Save it as UTF-8.") from None


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark, line ends as line feeds.

    Raises:
        CorpusError: The file cannot be read; names file and line.
    """
    try:
        with _open(path) as file:
            return file.read().replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise CorpusError(f"{path}: expected a readable text, got {error}.") from None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{_undecodable(path)}: expected UTF-8, got {error}. Save it as UTF-8.") from None


def _csv_rows(path: Path, file: TextIO) -> Iterator[Row]:
    reader = csv.reader(file, strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            where = f"{path}, line {reader.line_num}"
            if not cells:
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                if len(set(header)) < len(header):
                    raise CorpusError(f"{where}: expected a header of different names, got {', '.join(header)}.")
                continue
            if len(cells) != len(header):
                raise CorpusError(
                    f"{where}: expected {len(header)} cells ({', '.join(header)}), got {len(cells)}. Cells with commas "
                    "or line breaks stand in double quotes."
                )
            yield where, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise CorpusError(f"{path}, line {reader.line_num}: expected CSV, got {error}.") from None


def _json_rows(path: Path, file: TextIO) -> Iterator[Row]:
    return parse_rows(file, str(path))


def _list_rows(path: Path, file: TextIO) -> Iterator[Row]:
    text = file.read()
    decode = json.JSONDecoder().raw_decode
    at = _next(text, 0)
    line = 1 + text.count("\n", 0, at)
    if text[at : at + 1] != "[":
        raise CorpusError(f"{path}, line {line}: expected a JSON list of objects, got {text[at : at + 20]!r}.")
    before = at
    at = _next(text, at + 1)
    while text[at : at + 1] != "]":
        line += text.count("\n", before, at)
        where, before = f"{path}, line {line}", at
        try:
            row, at = decode(text, at)
        except json.JSONDecodeError as error:
            raise CorpusError(f"{path}, line {error.lineno}: expected a JSON object, got {error}.") from None
        except (ValueError, RecursionError) as error:
            raise CorpusError(f"{where}: expected a JSON object, got {error}.") from None
        if not isinstance(row, dict):
            raise CorpusError(f"{where}: expected a JSON object, got {type(row).__name__}.")
        yield where, row
        at = _next(text, at)
        if text[at : at + 1] == ",":
            at = _next(text, at + 1)
        elif text[at : at + 1] != "]":
            line += text.count("\n", before, at)
            raise CorpusError(f"{path}, line {line}: expected ',' or ']' after an object, got {text[at : at + 20]!r}.")


def _next(text: str, at: int) -> int:
    """The place of the next character that is no space."""
    found = _NO_SPACE.search(text, at)
    return found.start() if found else len(text)


def _undecodable(path: Path) -> str:
    """The file, and the line of its first bytes that are not UTF-8."""
    data = (gzip.decompress if path.suffix == ".gz" else bytes)(path.read_bytes())
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        return f"{path}, line {line}"
    return str(path)


def _is_table(path: Path) -> bool:
    return path.name.endswith(TABLES) and not path.name.startswith(".")


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=_ENCODING, newline="")
    return path.open(encoding=_ENCODING, newline="")
