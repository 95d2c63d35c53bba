"""What all recommenders share: reading the list and the report of what was opened, and answering with ids."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat

if TYPE_CHECKING:
    from dialogue_gym.agents.scripted.recommenders.numbers import Numbers

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
    """Ranks the list by a score and shows the best four. Plays both views of the slates.

    Args:
        seat: Where it sits.
        split: Of the environment: numbers are told apart by the split's catalogue.
    """

    def __init__(self, seat: Seat, split: str = "train") -> None:
        from dialogue_gym.agents.scripted.recommenders.numbers import Numbers

        super().__init__(seat.idle_action)
        self.memories: dict[int, Memory] = {}
        self._numbers = None if seat.text else Numbers(seat.task, split)
        self._before: dict[int, Any] = {}

    def begin(self, row: int) -> None:
        """Forgets the row's last episode."""
        self.memories[row] = Memory()

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """The ids of the best, best first; or their numbers."""
        memory = self.memories.setdefault(row, Memory())
        if self._numbers is not None:
            return self._by_number(self._numbers, row, memory, observation)
        offered = self._hear(memory, info["messages"])
        if not offered:
            return ""
        self._rank(row, memory, offered)
        return ", ".join(item.id for item in memory.shown)

    def _by_number(self, numbers: "Numbers", row: int, memory: Memory, observation: Any) -> Any:
        if memory.shown:
            opened, did = numbers.opened(self._before[row], observation, memory.shown)
            memory.rounds.append(Round(memory.shown, opened, did))
        elif not memory.words:
            memory.words.append(numbers.words(observation))
        self._before[row] = np.array(observation)
        offered = numbers.offered(observation)
        self._rank(row, memory, [item for item in offered if not item.sold_out])
        return numbers.action(offered, memory.shown)

    def _rank(self, row: int, memory: Memory, offered: Sequence[Listed]) -> None:
        """Puts the best items of an offer into `memory.shown`."""
        scores = self.scores(row, memory, offered)
        order = sorted(range(len(offered)), key=lambda number: -scores[number])
        memory.shown = tuple(offered[number] for number in order[:PLACES])

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


def split_of(env: Any) -> str:
    """The split that an environment plays."""
    split: str = getattr(env, "unwrapped", env).split
    return split
