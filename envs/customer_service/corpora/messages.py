"""One's own messages: a folder with `messages.csv` or `messages.jsonl`, and what may lie beside it.

`messages.csv`, `messages.jsonl`, or either with ".gz":

| column | | meaning |
|---|---|---|
| text | required | what a customer wrote, in any language; line breaks become spaces |
| intent | required | a kind of matter of the domain |
| group | optional | messages of a group stay in one split, beside near-duplicates, which always do |
| split | optional | train, val or test, in all rows or in none |
| article | optional | id or topic of the article that answers it (see `articles`); of a kind in all rows or in none |

`dialogues.jsonl` (or ".gz"), logged dialogues in the common chat form, one a line: the customer's first message counts
as a message of the line's "intent".

    {"intent": "card_arrival", "messages": [{"role": "user", "content": "Where is my card?"}, ...]}

Other columns are passed over. Every intent needs messages in each split: three of its own at least.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.corpora import read_rows
from dialogue_gym.envs.customer_service.corpora.cells import cell
from dialogue_gym.errors import CorpusError, UnknownNameError
from dialogue_gym.jsonl import Row
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
        article: Id or topic of the article that is needed; "" for what the kind of matter needs anyway.
    """

    text: str
    intent: str
    group: str = ""
    split: str = ""
    article: str = ""


def read_folder(folder: Path, kinds: Collection[str], articles: Collection[str] = ()) -> list[Message]:
    """The messages of a folder; none if it has no file of them.

    Args:
        folder: As described above.
        kinds: The domain's kinds of matter.
        articles: Ids and topics of the articles that messages may name.

    Raises:
        CorpusError: A row is not as described; names file and line.
    """
    files = [folder / f"messages.{ending}" for ending in _ENDINGS if (folder / f"messages.{ending}").exists()]
    logs = [folder / f"dialogues.{ending}" for ending in _ENDINGS[2:] if (folder / f"dialogues.{ending}").exists()]
    placed = [(where, message(where, row)) for file in files for where, row in read_rows(file)]
    placed += [(where, _opening(where, row)) for file in logs for where, row in read_rows(file)]
    return check(placed, kinds, str(folder), articles) if files or logs else []


def check(
    placed: Iterable[tuple[str, Message]], kinds: Collection[str], source: str, articles: Collection[str] = ()
) -> list[Message]:
    """The messages, if their intents are known and all or none name a split.

    Args:
        placed: Messages, each with where it is from.
        kinds: The domain's kinds of matter.
        source: Where all are from.
        articles: Ids and topics of the articles that messages may name.

    Raises:
        CorpusError: They are none, or one is not as the others; names its place.
    """
    found: list[Message] = []
    first: dict[str, Message] = {}
    for where, each in placed:
        if each.intent not in kinds:
            raise CorpusError(f"{where}: {UnknownNameError('kind of matter', each.intent, kinds)}")
        if found and bool(each.split) != bool(found[0].split):
            raise CorpusError(f"{where}: expected column 'split' to be filled in all rows or in none.")
        if each.article and each.article not in articles:
            raise CorpusError(f"{where}: {UnknownNameError('article', each.article, articles)}")
        if bool(each.article) != bool(first.setdefault(each.intent, each).article):
            raise CorpusError(
                f"{where}: expected column 'article' to be filled in all messages of {each.intent!r} or in none."
            )
        found.append(each)
    if not found:
        raise CorpusError(f"{source}: expected at least one message, got none.")
    return found


def message(where: str, row: dict[str, Any]) -> Message:
    """A row as a message.

    Raises:
        CorpusError: It is none; names its place.
    """
    cells = {name: cell(where, name, row.get(name), LONGEST if name == "text" else None) for name in Message._fields}
    for name in ("text", "intent"):
        if not cells[name]:
            raise CorpusError(f"{where}: expected column {name!r} to be filled. Columns: {', '.join(row)}.")
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


def by_place(rows: Iterable[Row], convert: Any) -> Iterator[tuple[str, Message]]:
    """Messages made of rows, each with its place; rows that `convert` gives nothing for are left out."""
    for where, row in rows:
        made = convert(where, row)
        if made is not None:
            yield where, made
