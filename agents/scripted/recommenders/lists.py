"""What all recommenders share: reading the list and the report of what was opened, and answering with ids."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.errors import ConfigurationError

PLACES = 4
_LINE = re.compile(
    r"(?m)^\d+\. (?P<id>\w+) \| (?P<title>.*?) \| (?P<description>.*?) \| tags: (?P<tags>.*?)"
    r" \| (?P<price>free|€[\d.]+) \| (?P<views>\d+) views \| (?P<stars>[\d.]+) stars(?P<more>.*)$"
)
_OPENED = re.compile(r"Opened (\w+)((?:, [a-z ]+)*)\.")


class Listed(NamedTuple):
    """An item as its line in the list tells."""

    id: str
    title: str
    text: str
    tags: tuple[str, ...]
    price: float
    views: int
    stars: float
    sold_out: bool


class Round(NamedTuple):
    """What was shown in a round and what came of it.

    Attributes:
        shown: The items that were shown, first place first.
        opened: The one that was opened, if any.
        did: What was done with it: "liked", "bought", ...
    """

    shown: tuple[Listed, ...]
    opened: Listed | None
    did: tuple[str, ...]


class Memory:
    """What was seen in one row's episode."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.rounds: list[Round] = []
        self.shown: tuple[Listed, ...] = ()


class Recommender(ScriptedAgent):
    """Ranks the list by a score and shows the best four. Plays the text view.

    Args:
        seat: Where it sits.
    """

    def __init__(self, seat: Seat) -> None:
        if not seat.text:
            raise ConfigurationError(
                "Expected a text view: recommenders read lists of items. Leave 'Acts' out of the environment's id."
            )
        super().__init__("")
        self.memories: dict[int, Memory] = {}

    def begin(self, row: int) -> None:
        """Forgets the row's last episode."""
        self.memories[row] = Memory()

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> str:
        """The ids of the best, best first."""
        memory = self.memories.setdefault(row, Memory())
        offered = self._hear(memory, info["messages"])
        if not offered:
            return ""
        scores = self.scores(row, memory, offered)
        order = sorted(range(len(offered)), key=lambda number: -scores[number])
        memory.shown = tuple(offered[number] for number in order[:PLACES])
        return ", ".join(item.id for item in memory.shown)

    def _hear(self, memory: Memory, messages: Sequence[Mapping[str, str]]) -> list[Listed]:
        offered: list[Listed] = []
        for message in messages:
            text = message["content"]
            if found := _OPENED.fullmatch(text):
                opened = next((item for item in memory.shown if item.id == found[1]), None)
                memory.rounds.append(Round(memory.shown, opened, tuple(found[2].split(", ")[1:])))
            elif text == "Opened nothing.":
                memory.rounds.append(Round(memory.shown, None, ()))
            elif lines := list(_LINE.finditer(text)):
                offered = [read_line(line) for line in lines]
            elif text.startswith('"'):
                memory.words.append(text.strip('"'))
        return [item for item in offered if not item.sold_out]

    @abstractmethod
    def scores(self, row: int, memory: Memory, offered: Sequence[Listed]) -> Sequence[float]:
        """How good each item on offer is; higher is better."""


def read_line(line: re.Match[str]) -> Listed:
    """The item of a line."""
    price = 0.0 if line["price"] == "free" else float(line["price"][1:])
    return Listed(
        line["id"],
        line["title"],
        f"{line['title']}. {line['description']} {line['tags'].replace(',', '')}",
        tuple(line["tags"].split(", ")),
        price,
        int(line["views"]),
        float(line["stars"]),
        "sold out" in line["more"],
    )
