"""Catalogues and histories of one's own: read from CSV or JSON lines, with errors that name file and line."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.corpora import read_rows
from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.errors import CorpusError

COLUMNS = ("id", "title", "description", "tags", "price", "views", "stars")
HISTORY_COLUMNS = ("item", "liked", "rating")
LIKED, DISLIKED = 4, 2
"""Ratings, of 1 to 5, from which and up to which an item was liked or not; what lies between says nothing."""
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_WORD = re.compile(r"[^\W\d_]{4,}")


class Seen(NamedTuple):
    """An item that the user knows, and whether they liked it."""

    item: Item
    liked: bool


def reason(item: Item, wish: str, history: Sequence[Seen]) -> str:
    """Why an item may please: what it has in common with the wish and with what was liked."""
    words = _words(item)
    wished = sorted(words & {word.lower() for word in _WORD.findall(wish)})
    shared = {seen.item.title: sorted(words & _words(seen.item)) for seen in history if seen.liked}
    title, common = max(shared.items(), key=lambda pair: len(pair[1]), default=("", []))
    said = [f"you asked for {', '.join(wished)}"] if wished else []
    said += [f"like {title}: {', '.join(common[:5])}"] if common else []
    return "; ".join(said) or "nothing in common with what you said or liked"


def _words(item: Item) -> set[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = {word.lower() for word in _WORD.findall(f"{item.title} {item.description} {' '.join(item.tags)}")}
    return words.difference(ENGLISH_STOP_WORDS)


def read_catalogue(path: Path) -> list[Item]:
    """The items of a file.

    Raises:
        CorpusError: A row without a title, with an id that another has, with a number that is none, or with an unknown
            column; names file and line.
    """
    items: dict[str, Item] = {}
    for where, row in read_rows(path):
        _check_columns(where, row, COLUMNS)
        title = str(row.get("title") or "").strip()
        if not title:
            raise CorpusError(f"{where}: expected a title, got none.")
        item_id = str(row.get("id") or f"i{len(items) + 1}").strip()
        if not item_id.isprintable() or " " in item_id:
            raise CorpusError(f"{where}: expected an id without spaces, got {item_id!r}.")
        if item_id in items:
            raise CorpusError(f"{where}: expected an id of its own, got {item_id!r} again.")
        tags = row.get("tags") or ()
        named = tags.replace("|", ",").split(",") if isinstance(tags, str) else tags
        items[item_id] = Item(
            item_id,
            _plain(title),
            _plain(str(row.get("description") or title)),
            tuple(_plain(str(tag)) for tag in named if str(tag).strip()) or ("untagged",),
            price=_number(where, row, "price", 0.0),
            views=int(_number(where, row, "views", 0.0)),
            stars=min(5.0, max(1.0, _number(where, row, "stars", 3.0))),
        )
    if not items:
        raise CorpusError(f"{path}: expected at least one item, got none.")
    return list(items.values())


def read_history(path: Path, items: Sequence[Item]) -> list[Seen]:
    """What a user knows, in the order of a file.

    Raises:
        CorpusError: An item that is not in the catalogue, or a row that does not say whether it was liked.
    """
    seen = []
    for where, row in read_rows(path):
        _check_columns(where, row, HISTORY_COLUMNS)
        try:
            item = find(str(row.get("item") or ""), items)
        except CorpusError as error:
            raise CorpusError(f"{where}: {error}") from None
        liked = _liked(where, row)
        if liked is not None:
            seen.append(Seen(item, liked))
    return seen


def _liked(where: str, row: Mapping[str, Any]) -> bool | None:
    said = str(row.get("liked", "")).strip().lower()
    if said in (*_YES, *_NO):
        return said in _YES
    if said or "rating" not in row:
        raise CorpusError(f"{where}: expected liked (yes or no) or a rating (1 to 5), got {said or 'neither'!r}.")
    rating = _number(where, row, "rating", 3.0)
    return True if rating >= LIKED else False if rating <= DISLIKED else None


def find(name: str, items: Sequence[Item]) -> Item:
    """The item of an id or title, whatever the case.

    Raises:
        CorpusError: There is none.
    """
    for item in items:
        if name.casefold() in (item.id.casefold(), item.title.casefold()):
            return item
    raise CorpusError(f"expected the id or title of an item of the catalogue, got {name!r}.")


def _check_columns(where: str, row: Mapping[str, Any], columns: Sequence[str]) -> None:
    unknown = [name for name in row if name not in columns]
    if unknown:
        raise CorpusError(f"{where}: expected columns among {', '.join(columns)}, got {', '.join(unknown)} too.")


def _number(where: str, row: Mapping[str, Any], name: str, default: float) -> float:
    value = row.get(name)
    if value in (None, ""):
        return default
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not 0 <= number < float("inf"):
        raise CorpusError(f"{where}: expected {name} to be a number of at least 0, got {value!r}.")
    return number


def _plain(text: str) -> str:
    """On one line, without the sign that parts the columns of a list."""
    return " ".join(text.replace("|", "/").split())
