"""Catalogues and histories of one's own: read from CSV or JSON lines, with errors that name file and line."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import count
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.corpora import read_rows
from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.errors import CorpusError

COLUMNS = ("id", "title", "description", "tags", "price", "views", "stars")
HISTORY_COLUMNS = ("item", "liked", "rating")
LIKED, DISLIKED, BEST = 4, 2, 5
"""Ratings from which and up to which an item was liked or not; what lies between says neither. The highest rating."""
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_WORD = re.compile(r"[^\W\d_]{4,}")


class Seen(NamedTuple):
    """An item that the user knows, and whether they liked it; None if neither that nor disliked it."""

    item: Item
    liked: bool | None


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
        CorpusError: A row without a title, with an id that another has, with a value that is of another kind, or with
            an unknown column; names file and line.
    """
    items: dict[str, Item] = {}
    lines: dict[str, str] = {}
    rows = list(read_rows(path))
    free = _free_ids({str(row.get("id")) for _, row in rows})
    for where, row in rows:
        _check_columns(where, row, COLUMNS)
        title = _plain(_text(where, row, "title"))
        if not title:
            raise CorpusError(f"{where}: expected a title, got none.")
        item_id = _text(where, row, "id") or next(free)
        if not item_id.isprintable() or " " in item_id:
            raise CorpusError(f"{where}: expected an id without spaces, got {item_id!r}.")
        if item_id in items:
            raise CorpusError(f"{where}: expected an id of its own, got {item_id!r} as in {lines[item_id]}.")
        lines[item_id] = where
        items[item_id] = Item(
            item_id,
            title,
            _plain(_text(where, row, "description")) or title,
            _tags(where, row) or ("untagged",),
            price=_number(where, row, "price", 0.0),
            views=int(_number(where, row, "views", 0.0)),
            stars=_number(where, row, "stars", 3.0, least=1.0, most=5.0),
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
            item = find(_text(where, row, "item"), items)
        except CorpusError as error:
            raise CorpusError(f"{where}: {error}") from None
        seen.append(Seen(item, _liked(where, row)))
    return seen


def _liked(where: str, row: Mapping[str, Any]) -> bool | None:
    value = row.get("liked")
    said = "" if value is None else str(value).strip().lower()
    if said in (*_YES, *_NO):
        return said in _YES
    if said or row.get("rating") in (None, ""):
        raise CorpusError(f"{where}: expected liked (yes or no) or a rating (up to {BEST}), got {said or 'neither'!r}.")
    rating = _number(where, row, "rating", 0.0, most=BEST)
    return True if rating >= LIKED else False if rating <= DISLIKED else None


def find(name: str, items: Sequence[Item]) -> Item:
    """The item of an id, or else of a title, whatever the case.

    Raises:
        CorpusError: There is none, or several have the title.
    """
    called, titled = name.casefold(), _plain(name).casefold()
    found = [item for item in items if item.id == name]
    found = found or [item for item in items if item.id.casefold() == called]
    found = found or [item for item in items if item.title.casefold() == titled]
    if not found:
        raise CorpusError(f"expected the id or title of an item of the catalogue, got {name!r}.")
    if len(found) > 1:
        ids = ", ".join(item.id for item in found)
        raise CorpusError(f"expected the id or title of one item, got {name!r}, which stands for {ids}.")
    return found[0]


def _free_ids(given: Set[str]) -> Iterator[str]:
    """Ids for items that come without."""
    return (f"i{number}" for number in count(1) if f"i{number}" not in given)


def _check_columns(where: str, row: Mapping[str, Any], columns: Sequence[str]) -> None:
    unknown = [name for name in row if name not in columns]
    if unknown:
        raise CorpusError(
            f"{where}: expected columns among {', '.join(columns)}, got {', '.join(map(repr, unknown))} too. "
            "Rename them or leave them out."
        )


def _text(where: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise CorpusError(f"{where}: expected {name} to be a text, got {value!r}.")
    return "" if value is None else str(value).strip()


def _tags(where: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    tags = row.get("tags")
    if tags is None or isinstance(tags, str):
        named = (tags or "").replace("|", ",").split(",")
    elif isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        named = tags
    else:
        raise CorpusError(f"{where}: expected tags to be a text or a list of texts, got {tags!r}.")
    return tuple(plain for plain in map(_plain, named) if plain)


def _number(
    where: str, row: Mapping[str, Any], name: str, default: float, *, least: float = 0.0, most: float = inf
) -> float:
    value = row.get(name)
    if value in (None, ""):
        return default
    try:
        number = float(str(value))
    except ValueError:
        number = nan
    if not (least <= number <= most and isfinite(number)):
        bounds = f"of at least {least:g}" if most == inf else f"from {least:g} to {most:g}"
        raise CorpusError(f"{where}: expected {name} to be a number {bounds}, got {value!r}.")
    return number


def _plain(text: str) -> str:
    """On one line, without the sign that parts the columns of a list."""
    return " ".join(text.replace("|", "/").split())
