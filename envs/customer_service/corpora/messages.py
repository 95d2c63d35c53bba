"""One's own messages: a folder with `messages.csv` or `messages.jsonl`, and what may lie beside it.

`messages.csv`, `messages.jsonl`, or either with ".gz":

| column | | meaning |
|---|---|---|
| text | required | what a customer wrote, in any language; line breaks become spaces |
| intent | required | a kind of matter of the domain |
| group | optional | messages of a group stay in one split, beside near-duplicates, which always do |
| split | optional | train, val or test, in all rows or in none |

`dialogues.jsonl` (or ".gz"), logged dialogues in the common chat form, one a line: the customer's first message counts
as a message of the line's "intent".

    {"intent": "card_arrival", "messages": [{"role": "user", "content": "Where is my card?"}, ...]}

Other columns are passed over. Every intent needs messages in each split: three of its own at least.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.corpora import Row, read_rows
from dialogue_gym.errors import CorpusError, UnknownNameError
from dialogue_gym.task import SPLITS

LONGEST = 4000
"""Characters that a message may have."""
_ENDINGS = ("csv", "csv.gz", "jsonl", "jsonl.gz")


class Message(NamedTuple):
    """What a customer wrote, and what they wanted.

    Attributes:
        text: One line.
        intent: A kind of matter.
        group: Messages of one group stay in one split.
        split: train, val or test; "" if nobody said.
    """

    text: str
    intent: str
    group: str = ""
    split: str = ""


def read_folder(folder: Path, kinds: Collection[str]) -> list[Message]:
    """The messages of a folder.

    Args:
        folder: As described above.
        kinds: The domain's kinds of matter.

    Raises:
        CorpusError: There are none, or a row is not as described; names file and line.
    """
    files = [folder / f"messages.{ending}" for ending in _ENDINGS if (folder / f"messages.{ending}").exists()]
    logs = [folder / f"dialogues.{ending}" for ending in _ENDINGS[2:] if (folder / f"dialogues.{ending}").exists()]
    if not files and not logs:
        names = ", ".join(f"messages.{ending}" for ending in _ENDINGS)
        raise CorpusError(f"{folder}: expected a file {names}, or dialogues.jsonl, found none of them.")
    placed = [(where, message(where, row)) for file in files for where, row in read_rows(file)]
    placed += [(where, _opening(where, row)) for file in logs for where, row in read_rows(file)]
    return check(placed, kinds, str(folder))


def check(placed: Iterable[tuple[str, Message]], kinds: Collection[str], source: str) -> list[Message]:
    """The messages, if their intents are known and all or none name a split.

    Args:
        placed: Messages, each with where it is from.
        kinds: The domain's kinds of matter.
        source: Where all are from.

    Raises:
        CorpusError: They are none, or one is not as the others; names its place.
    """
    found: list[Message] = []
    for where, each in placed:
        if each.intent not in kinds:
            raise CorpusError(f"{where}: {UnknownNameError('kind of matter', each.intent, kinds)}")
        if found and bool(each.split) != bool(found[0].split):
            raise CorpusError(f"{where}: expected column 'split' to be filled in all rows or in none.")
        found.append(each)
    if not found:
        raise CorpusError(f"{source}: expected at least one message, got none.")
    return found


def message(where: str, row: dict[str, Any]) -> Message:
    """A row as a message.

    Raises:
        CorpusError: It is none; names its place.
    """
    cells = {name: _cell(where, name, row.get(name)) for name in Message._fields}
    for name in ("text", "intent"):
        if not cells[name]:
            raise CorpusError(f"{where}: expected column {name!r} to be filled. Columns: {', '.join(row)}.")
    if len(cells["text"]) > LONGEST:
        raise CorpusError(f"{where}: expected a message of at most {LONGEST} characters, got {len(cells['text'])}.")
    if cells["split"] and cells["split"] not in SPLITS:
        raise CorpusError(f"{where}: expected split to be one of {', '.join(SPLITS)}, got {cells['split']!r}.")
    return Message(**cells)


def _opening(where: str, row: dict[str, Any]) -> Message:
    """The first message of a logged dialogue."""
    said = row.get("messages")
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise CorpusError(f"{where}: expected 'messages' to be a list of chat messages, got {said!r:.80}.")
    opening = next((each.get("content") for each in said if each.get("role") == "user"), None)
    if opening is None:
        raise CorpusError(f"{where}: expected a message of role 'user', got none.")
    return message(where, {**row, "text": opening})


def _cell(where: str, name: str, value: Any) -> str:
    """A cell as one line of text; "" for an absent one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CorpusError(f"{where}: expected text in column {name!r}, got {value!r:.80}.")
    text = " ".join(value.split())
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CorpusError(f"{where}: expected Unicode text in column {name!r}, got half a surrogate pair.")
    return text


def by_place(rows: Iterable[Row], convert: Any) -> Iterator[tuple[str, Message]]:
    """Messages made of rows, each with its place; rows that `convert` gives nothing for are left out."""
    for where, row in rows:
        made = convert(where, row)
        if made is not None:
            yield where, made
