"""The numeric view: the words that were heard, hashed, near to and far from the entity that is asked about.

Features, all from the transcript:

| name | values | meaning |
|---|---|---|
| near_0 .. near_4095 | 0 .. 1 | words of the clauses that mention the entity (all words if none is found) |
| far_0 .. far_255 | 0 .. 1 | words of the other clauses |
| named | 0, 1 | a mention of the entity was found: by name, by ticker or, once the background told it, by trade |
| opens | 0, 1 | the mention is in the first third of its clause |
| clauses | 0, 0.5, 1 | one, two, three or more clauses |
| falls | 0, 1 | the first number of the near clauses is larger than the second |
| rises | 0, 1 | it is smaller |
| informed | 0, 1 | the background was heard |
| turn | 0 .. 1 | share of the turns used |

How words become features is said in `vocabulary`.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.texts import ticker
from dialogue_gym.envs.sentiment.classification.vocabulary import FAR, NEAR, Marks, write_far, write_near
from dialogue_gym.episode import Event

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.classification.task import SentimentClassificationTask

_FLAGS: Final = ("named", "opens", "clauses", "falls", "rises", "informed", "turn")
FEATURES: Final = (*(f"near_{i}" for i in range(NEAR)), *(f"far_{i}" for i in range(FAR)), *_FLAGS)

_CLAUSE = re.compile(r"(?:[;.!?]|, (?:while|whereas|but)| (?:while|whereas|but)) ")
_TRADE = re.compile(r"\bthe ([a-z]+(?: [a-z]+)?)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


class HashedWords:
    """The belief about the text at hand.

    Args:
        task: The task that is played: it has the acts behind each number, the labels and the vocabulary.
    """

    def __init__(self, task: "SentimentClassificationTask") -> None:
        self.features: npt.NDArray[np.float32] = np.zeros(len(FEATURES), np.float32)
        self.mask: npt.NDArray[np.int8] = np.ones(len(task.act_names), np.int8)
        self._task = task
        self._texts: list[str] = []
        self._entity = self._lowered = self._ticker = ""
        self._known = ""
        self._turn = 0

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the first text."""
        self._turn = 0
        self._forget()
        self._take(heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn; after a label comes another text."""
        self._turn += 1
        self.features[-1] = min(self._turn / self._task.max_turns, 1.0)
        if heard and any(map(self._task.scheme.label_of, acts)):
            self._forget()
        self._take(heard)

    def ground(self, action: int) -> tuple[Act, ...]:
        """The act behind a number."""
        return self._task.grounded[action] if self.mask[action] else (Act("illegal"),)

    def toward(self, acts: Sequence[Act]) -> int:
        """The number of an act; every act here is its own number."""
        return self._task.grounded.index(tuple(acts))

    def _forget(self) -> None:
        self.mask.fill(1)
        self._texts = []
        self._known = ""
        self.features.fill(0.0)

    def _take(self, heard: Sequence[Event]) -> None:
        news = False
        for event in heard:
            for act in event.content:
                if "entity" in act.args and act.args["text"] not in self._texts:
                    self._name(act.args["entity"])
                    self._texts.append(act.args["text"])
                    news = True
                elif act.name == "background":
                    self._known = act.args["text"].lower()
                    if self._task.background_number is not None:
                        self.mask[self._task.background_number] = 0
                    news = True
        if news:
            self._write()

    def _name(self, entity: str) -> None:
        """Keeps what the entity may be called."""
        if entity != self._entity:
            self._entity, self._lowered, self._ticker = entity, entity.lower(), f"${ticker(entity)}"

    def _write(self) -> None:
        features, mention, collect = self.features, self._mention, self._task.source.vocabulary.collect
        features.fill(0.0)
        near: Marks = {}
        far: Marks = {}
        named = opens = False
        parts = 1
        numbers: list[str] = []
        for text in self._texts:
            clauses = _CLAUSE.split(text)
            places = [mention(clause) for clause in clauses]
            found = any(places)
            for clause, place in zip(clauses, places, strict=True):
                if found and place is None:
                    collect(clause, None, far)
                    continue
                collect(clause, place, near)
                if place is not None and 3 * place[0] < len(clause):
                    opens = True
                if not numbers:
                    numbers = _NUMBER.findall(clause)
            if found:
                named = True
            if len(clauses) > parts:
                parts = len(clauses)
        write_near(features[:NEAR], near)
        if far:
            write_far(features[NEAR : NEAR + FAR], far)
        move = _move(numbers)
        features[NEAR + FAR :] = (
            named,
            opens,
            min(parts - 1, 2) / 2,
            move < 0,
            move > 0,
            bool(self._known),
            min(self._turn / self._task.max_turns, 1.0),
        )

    def _mention(self, clause: str) -> tuple[int, int] | None:
        """Where a clause mentions the entity, from and to."""
        entity = self._entity
        if not entity:
            return None
        start = clause.find(entity)
        if start < 0:
            lowered = clause.lower()
            if len(lowered) == len(clause):  # else places would not be the same
                start = lowered.find(self._lowered)
        if start >= 0:
            return start, start + len(entity)
        if "$" in clause:
            start = clause.find(self._ticker)
            if start >= 0:
                return start, start + len(self._ticker)
        if self._known:
            for match in _TRADE.finditer(clause):
                phrase = match[1].lower()
                for trade in (phrase, phrase.split()[0]):
                    if re.search(rf"\b{trade}\b", self._known):
                        return match.start(), match.start(1) + len(trade)
        return None


def _move(numbers: Sequence[str]) -> float:
    """How much the second of some numbers is above the first; 0 where there is none."""
    if len(numbers) < 2:
        return 0.0
    first, second = (float(number.replace(",", "").replace(".", "", number.count(".") - 1)) for number in numbers[:2])
    return second - first
