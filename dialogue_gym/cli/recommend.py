"""`dialogue-gym recommend`: an agent ranks a catalogue of one's own, for a history of one's own."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.corpora import read_rows
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.terminal import printable

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.catalogue.items import Item
    from dialogue_gym.envs.recommendation.slates.live import Seen

COLUMNS = ("id", "title", "description", "tags", "price", "views", "stars")
HISTORY_COLUMNS = ("item", "liked", "rating")
AGENT = "dialogue_gym.agents.scripted.recommenders:content"
LIKED, DISLIKED = 4, 2
"""Ratings, of 1 to 5, from which and up to which an item was liked or not; what lies between says nothing."""
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Recommend:
    """Rank a catalogue of your own for a user, with reasons; with --chat, in conversation."""

    catalogue: Path
    """CSV or JSON lines with a title and, as you have them, id, description, tags, price, views and stars."""
    history: Path | None = None
    """CSV or JSON lines with an item (id or title) and liked (yes, no) or rating (1 to 5)."""
    wish: str = ""
    """What the user says they are looking for."""
    agent: str = AGENT
    """Who ranks: an agent of the text view of slates, by the names that --agent takes elsewhere; not the oracle."""
    top: int = 10
    """Items to list."""
    chat: bool = False
    """Go on in conversation: say what you want, +ID for what you like, -ID for what you don't, an empty line to end."""

    def run(self) -> int:
        """Prints the list."""
        if self.top < 1:
            raise ConfigurationError(f"Expected --top of at least 1, got {self.top}.")
        if self.agent.partition(":")[0] in ("oracle", "exploit"):
            raise ConfigurationError(f"Expected an agent that goes by what it reads, got {self.agent!r}.")
        items = read_catalogue(self.catalogue)
        history = read_history(self.history, items) if self.history is not None else []
        desk = _Desk(self.agent, items, self.wish, history)
        desk.show(self.top)
        if self.chat:
            for line in iter(lambda: _asked("> "), ""):
                desk.hear(line)
                desk.show(self.top)
        return 0


class _Desk:
    """One user before one catalogue."""

    def __init__(self, agent: str, items: "Sequence[Item]", wish: str, history: "list[Seen]") -> None:
        from dialogue_gym.agents import make_agent
        from dialogue_gym.envs.recommendation.slates.live import ROWS
        from dialogue_gym.evaluation.make import make_vector

        vector = make_vector("dialogue_gym/SlateRecommendation-v0", ROWS)
        self.task, self.agent = vector.task, make_agent(agent, env=vector)
        self.items, self.wish, self.history = items, wish, history

    def show(self, top: int) -> None:
        """Prints the best items."""
        from dialogue_gym.envs.recommendation.slates.live import Ranking

        ranking: Ranking = Ranking(self.agent, self.task, self.wish, self.history)
        best = ranking.best(self.items, top)
        for place, item in enumerate(best, 1):
            price = f", {item.price:.2f}" if item.price else ""
            print(printable(f"{place:3d}. {item.title} ({item.id}{price}): {reason(item, self.wish, self.history)}"))
        if not best:
            print("Nothing that the agent would show.")

    def hear(self, line: str) -> None:
        """Takes in a line of the conversation."""
        from dialogue_gym.envs.recommendation.slates.live import Seen

        sign, name = line[0], line[1:].strip()
        if sign not in "+-":
            self.wish = f"{self.wish} {line}".strip()
            return
        try:
            self.history = [*self.history, Seen(_find(name, self.items), sign == "+")]
        except CorpusError as error:
            print(printable(str(error)), file=sys.stderr)


def reason(item: "Item", wish: str, history: "Sequence[Seen]") -> str:
    """Why an item may please: what it has in common with the wish and with what was liked."""
    words = _words(item)
    wished = sorted(words & {word.lower() for word in _WORD.findall(wish)})
    shared = {seen.item.title: sorted(words & _words(seen.item)) for seen in history if seen.liked}
    title, common = max(shared.items(), key=lambda pair: len(pair[1]), default=("", []))
    said = [f"you asked for {', '.join(wished)}"] if wished else []
    said += [f"like {title}: {', '.join(common[:5])}"] if common else []
    return "; ".join(said) or "nothing in common with what you said or liked"


def _words(item: "Item") -> set[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = {word.lower() for word in _WORD.findall(f"{item.title} {item.description} {' '.join(item.tags)}")}
    return words.difference(ENGLISH_STOP_WORDS)


def read_catalogue(path: Path) -> "list[Item]":
    """The items of a file.

    Raises:
        CorpusError: A row without a title, with an id that another has, with a number that is none, or with an unknown
            column; names file and line.
    """
    from dialogue_gym.envs.recommendation.catalogue.items import Item

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


def read_history(path: Path, items: "Sequence[Item]") -> "list[Seen]":
    """What a user knows, in the order of a file.

    Raises:
        CorpusError: An item that is not in the catalogue, or a row that does not say whether it was liked.
    """
    from dialogue_gym.envs.recommendation.slates.live import Seen

    seen = []
    for where, row in read_rows(path):
        _check_columns(where, row, HISTORY_COLUMNS)
        try:
            item = _find(str(row.get("item") or ""), items)
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


def _find(name: str, items: "Sequence[Item]") -> "Item":
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


def _asked(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        return ""
