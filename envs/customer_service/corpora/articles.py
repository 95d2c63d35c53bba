"""One's own articles: what `search_kb` finds. A folder has them in `articles.json`, in `articles/*.md`, or in both.

`articles.json` (a list of objects), `articles.jsonl` (one a line) or `articles.csv`, or any of them with ".gz":

| column | | meaning |
|---|---|---|
| id | required | a name that no other article has |
| title | required | counts twice in the search |
| text | required | in any language |
| topic | optional | what it is about; articles on one topic differ by plan and by date; left out: the id |
| product | optional | the plan that it holds for; left out: all |
| valid_from, valid_until | optional | first and last day on which it holds, such as 2031-03-14; left out: always |
| answer | optional | what it says in short: "$5", or a number and a unit such as "3 working days" |

Other columns are passed over. `articles/NAME.md` is the same in Markdown: columns as "name: value" between two lines of
three dashes, of which the title may instead be a heading, and the id be left out for the file's name.

    ---
    topic: card delivery
    answer: 6 working days
    ---
    # How long a new card takes
    We post it on the day you order ...

Of the articles on a topic one has to hold for every plan, on every day on which a conversation may take place (the
desks' calendar is that of the year 2031). Messages name the article they need in a column `article`, by its id or its
topic (see `messages`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.corpora import read_rows, read_text
from dialogue_gym.envs.customer_service.corpora.cells import cell
from dialogue_gym.errors import CorpusError

FILES = tuple(f"articles.{ending}{packed}" for ending in ("json", "jsonl", "csv") for packed in ("", ".gz"))
FOLDER = "articles"
LONGEST = {"id": 100, "title": 300, "text": 8000, "topic": 100, "product": 100, "answer": 100}
"""Characters that a column may have."""
_RULE = "---"


class OwnArticle(NamedTuple):
    """An article of one's own.

    Attributes:
        where: File and line.
        id: Its name.
        title: One line.
        text: What it says.
        topic: What it is about.
        product: The plan that it holds for; empty for all.
        valid_from: First day on which it holds; empty for always.
        valid_until: Last day on which it holds; empty for always.
        answer: What it says in short; empty if that cannot be said in short.
    """

    where: str
    id: str
    title: str
    text: str
    topic: str
    product: str = ""
    valid_from: str = ""
    valid_until: str = ""
    answer: str = ""


def read_articles(folder: Path) -> list[OwnArticle]:
    """The articles of a folder; none if it has no file of them.

    Args:
        folder: As described above.

    Raises:
        CorpusError: One is not as described, or there twice; names file and line.
    """
    rows = [row for name in FILES if (folder / name).exists() for row in read_rows(folder / name)]
    rows += [_markdown(path) for path in sorted((folder / FOLDER).glob("*.md"))]
    found = [_article(where, row) for where, row in rows]
    _refuse_twice(found, "id", lambda each: each.id)
    _refuse_twice(found, "title, text, product and dates", lambda each: (each[2:4], each[5:8]))
    return found


def _refuse_twice(articles: Sequence[OwnArticle], what: str, of: Callable[[OwnArticle], object]) -> None:
    first: dict[object, str] = {}
    for each in articles:
        if of(each) in first:
            raise CorpusError(
                f"{each.where}: expected an article of its own, got the {what} of {first[of(each)]}. Leave one out."
            )
        first[of(each)] = each.where


def _article(where: str, row: Mapping[str, Any]) -> OwnArticle:
    cells = {name: cell(where, name, row.get(name), LONGEST.get(name)) for name in OwnArticle._fields[1:]}
    for name in ("id", "title", "text"):
        if not cells[name]:
            raise CorpusError(f"{where}: expected {name!r} to be filled. Got: {', '.join(row) or 'nothing'}.")
    for name in ("valid_from", "valid_until"):
        if cells[name] and not _is_date(cells[name]):
            raise CorpusError(f"{where}: expected {name!r} to be a date such as 2031-03-14, got {cells[name]!r}.")
    if cells["valid_until"] and cells["valid_until"] < cells["valid_from"]:
        raise CorpusError(
            f"{where}: expected 'valid_until' to be no earlier than 'valid_from', got {cells['valid_until']} and "
            f"{cells['valid_from']}."
        )
    return OwnArticle(where, **{**cells, "topic": cells["topic"] or cells["id"]})


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _markdown(path: Path) -> tuple[str, dict[str, str]]:
    """A Markdown file as a row."""
    lines = read_text(path).split("\n")
    row = {"id": path.stem}
    body = 0
    if lines[0].rstrip() == _RULE:
        for number, line in enumerate(lines[1:], 2):
            if line.rstrip() == _RULE:
                body = number
                break
            name, colon, value = line.partition(":")
            if line.strip() and not colon:
                raise CorpusError(f"{path}, line {number}: expected 'name: value', or {_RULE!r}, got {line!r:.80}.")
            if line.strip():
                row[name.strip()] = value.strip()
        if not body:
            raise CorpusError(f"{path}, line 1: expected a second line {_RULE!r} after the columns, got none.")
    text = lines[body:]
    heading = next((i for i, line in enumerate(text) if line.strip()), None)
    if "title" not in row and heading is not None and text[heading].startswith("# "):
        row["title"] = text[heading].removeprefix("# ")
        text = text[heading + 1 :]
    return f"{path}, line {body + 1}", {**row, "text": "\n".join(text)}
