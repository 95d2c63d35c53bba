"""One's own labelled texts: a CSV file with a header, JSON lines, or a folder of such files.

| column | | meaning |
|---|---|---|
| text | required | what is to be labelled; line breaks become spaces |
| sentiment | one of these two | negative, neutral or positive |
| topic | at least | any names; case counts, but no two may differ in case or punctuation only |
| entity | optional | whom the question is about; empty or absent where it is the text as a whole |
| group | optional | texts of a group stay in one split, beside near-duplicates, which always do |
| split | optional | train, val or test, in all rows or in none |

Other columns are passed over. Names end in .csv, .csv.gz, .jsonl or .jsonl.gz.

    text,entity,sentiment
    "Ravenna sinks, Nerini shines",Ravenna,negative
    "Ravenna sinks, Nerini shines",Nerini,positive
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from dialogue_gym.corpora import read_rows, table_files
from dialogue_gym.errors import CorpusError
from dialogue_gym.task import SPLITS

SENTIMENTS: Final = ("negative", "neutral", "positive")
COLUMNS: Final = ("text", "sentiment", "topic", "entity", "group", "split")
LONGEST: Final = 10_000
"""Characters that a text may have: an observation holds a few times as many."""


class Item(NamedTuple):
    """One labelled text. What it does not have is "".

    Attributes:
        text: One line.
        entity: Whom the question is about.
        sentiment: negative, neutral or positive.
        topic: Any name.
        group: Items of one group stay in one split.
        split: train, val or test.
    """

    text: str
    entity: str = ""
    sentiment: str = ""
    topic: str = ""
    group: str = ""
    split: str = ""


def read_items(path: Path) -> list[Item]:
    """The items of a file, or of all files of a folder.

    Raises:
        CorpusError: A row is not as described above; names file and line.
    """
    return check_items(
        ((where, _item(where, row)) for file in table_files(path) for where, row in read_rows(file)), path
    )


def check_items(placed: Iterable[tuple[str, Item]], path: Path | str) -> list[Item]:
    """The items, if all have the same kinds of labels.

    Args:
        placed: Items, each with where it is from.
        path: Where all are from.

    Raises:
        CorpusError: They are none, differ in what they have, or a label has no alternative.
    """
    items: list[Item] = []
    asked: tuple[bool, ...] = ()
    for where, item in placed:
        has = bool(item.sentiment), bool(item.topic), bool(item.split)
        if not any(has[:2]):
            raise CorpusError(f"{where}: expected a label in column 'sentiment' or 'topic', got neither.")
        if items and has != asked:
            names = [
                name
                for name, one, other in zip(("sentiment", "topic", "split"), has, asked, strict=True)
                if one != other
            ]
            raise CorpusError(
                f"{where}: expected every row to have the same of sentiment, topic and split filled in, but this one "
                f"and the first differ in {', '.join(names)}."
            )
        asked = has
        items.append(item)
    if not items:
        raise CorpusError(f"{path}: expected at least one labelled text, got none.")
    return items


def _item(where: str, row: dict[str, Any]) -> Item:
    cells = {name: _cell(where, name, row.get(name)) for name in COLUMNS}
    if not cells["text"]:
        raise CorpusError(
            f"{where}: expected a text in column 'text', got {row.get('text')!r}. Columns: {', '.join(row)}."
        )
    if len(cells["text"]) > LONGEST:
        raise CorpusError(f"{where}: expected a text of at most {LONGEST} characters, got {len(cells['text'])}.")
    for name, allowed in (("sentiment", SENTIMENTS), ("split", SPLITS)):
        if cells[name] and cells[name] not in allowed:
            raise CorpusError(f"{where}: expected {name} to be one of {', '.join(allowed)}, got {cells[name]!r}.")
    return Item(**cells)


def _cell(where: str, name: str, value: Any) -> str:
    """A cell as one line of text; "" for an absent one."""
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise CorpusError(f"{where}: expected text in column {name!r}, got {value!r}.")
    text = " ".join(str(value).split())
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise CorpusError(f"{where}: expected Unicode text in column {name!r}, got half a surrogate pair.")
    return text
