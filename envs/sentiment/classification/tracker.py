"""The numeric view: the words that were heard, hashed, near to and far from the entity that is asked about.

Features, all from the transcript:

| name | values | meaning |
|---|---|---|
| near_0 .. near_1023 | 0 .. 1 | words of the clause that mentions the entity (all words if none is found) |
| far_0 .. far_255 | 0 .. 1 | words of the other clauses |
| named | 0, 1 | a mention of the entity was found: by name or, once the background told it, by trade |
| opens | 0, 1 | the mention is in the first third of its clause |
| clauses | 0, 0.5, 1 | one, two, three or more clauses |
| informed | 0, 1 | the background was heard |
| turn | 0 .. 1 | turns so far, of three |

A word is written at two places of its bank, `bits % size` and `(bits >> 32) % size` with
`bits = draws.key(word)`, so that another word seldom looks like it (as in a Bloom filter). Its weight
is log((1 + N) / (1 + n)), where n of the N forms of the train wording have it, and each bank has length 1. A
word counts once per headline. The entity itself is the word `entity`, other proper names are the word `name`.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from math import log, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.draws import key
from dialogue_gym.envs.sentiment.classification.texts import sections, wording
from dialogue_gym.episode import Event

NEAR: Final = 1024
FAR: Final = 256
_FLAGS: Final = ("named", "opens", "clauses", "informed", "turn")
FEATURES: Final = (*(f"near_{i}" for i in range(NEAR)), *(f"far_{i}" for i in range(FAR)), *_FLAGS)
_TURNS: Final = 3

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CLAUSE = re.compile(r"(?:;|\.|, (?:while|whereas|but)| (?:while|whereas|but)) ")
_TRADE = re.compile(r"\bthe ([a-z]+(?: [a-z]+)?)", re.IGNORECASE)
_ENTITY, _NAME = "entity", "name"


class HashedWords:
    """The belief about one episode.

    Args:
        acts: The acts behind each number.
        background: Number of the act that is possible only once.
    """

    def __init__(self, acts: Sequence[tuple[Act, ...]], background: int) -> None:
        self.features: npt.NDArray[np.float32] = np.zeros(len(FEATURES), np.float32)
        self.mask: npt.NDArray[np.int8] = np.ones(len(acts), np.int8)
        self._acts = acts
        self._background = background
        self._texts: list[str] = []
        self._entity = ""
        self._known = ""
        self._turn = 0

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the headline."""
        self.mask.fill(1)
        self.features.fill(0.0)
        self._texts = []
        self._entity = self._known = ""
        self._turn = 0
        self._take(heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""
        self._turn += 1
        self.features[-1] = min(self._turn / _TURNS, 1.0)
        self._take(heard)

    def ground(self, action: int) -> tuple[Act, ...]:
        """The act behind a number."""
        return self._acts[action] if self.mask[action] else (Act("illegal"),)

    def toward(self, acts: Sequence[Act]) -> int:
        """The number of an act; every act here is its own number."""
        return self._acts.index(tuple(acts))

    def _take(self, heard: Sequence[Event]) -> None:
        news = False
        for event in heard:
            for act in event.content:
                if act.name == "headline" and act.args["text"] not in self._texts:
                    self._entity = act.args["entity"]
                    self._texts.append(act.args["text"])
                    news = True
                elif act.name == "background":
                    self._known = act.args["text"].lower()
                    self.mask[self._background] = 0
                    news = True
        if news:
            self._write()

    def _write(self) -> None:
        features = self.features
        features.fill(0.0)
        near: set[str] = set()
        far: set[str] = set()
        named = opens = False
        parts = 1
        for text in self._texts:
            clauses = _CLAUSE.split(text)
            places = [self._mention(clause) for clause in clauses]
            found = places.count(None) < len(places)
            for clause, place in zip(clauses, places, strict=True):
                (near if place is not None or not found else far).update(_words(clause, place))
                opens = opens or (place is not None and 3 * place[0] < len(clause))
            named = named or found
            parts = max(parts, len(clauses))
        _fill(features[:NEAR], 0, near)
        if far:
            _fill(features[NEAR : NEAR + FAR], 1, far)
        features[NEAR + FAR :] = (
            named,
            opens,
            min(parts - 1, 2) / 2,
            bool(self._known),
            min(self._turn / _TURNS, 1.0),
        )

    def _mention(self, clause: str) -> tuple[int, int] | None:
        """Where a clause mentions the entity, from and to."""
        start = clause.find(self._entity)
        if start >= 0:
            return start, start + len(self._entity)
        if self._known:
            for match in _TRADE.finditer(clause):
                phrase = match[1].lower()
                for trade in (phrase, phrase.split()[0]):
                    if re.search(rf"\b{trade}\b", self._known):
                        return match.start(), match.start(1) + len(trade)
        return None


def _words(clause: str, mention: tuple[int, int] | None) -> set[str]:
    """The clause's words in small letters; the entity is one word, other names another."""
    words: set[str] = set()
    if mention is not None:
        words.add(_ENTITY)
        clause = f"{clause[: mention[0]]}|{clause[mention[1] :]}"
    first, *others = clause.split(" ")
    words.update(_first_words(first), *map(_inner_words, others))
    return words


@lru_cache(maxsize=1 << 14)
def _first_words(chunk: str) -> tuple[str, ...]:
    """The words of what stands before a clause's first space, where a capital makes no name."""
    found = _WORD.match(chunk)
    return _inner_words(chunk) if found is None else (found[0].lower(), *_inner_words(chunk[found.end() :]))


@lru_cache(maxsize=1 << 16)
def _inner_words(chunk: str) -> tuple[str, ...]:
    """The words of what stands between two spaces."""
    return tuple(_NAME if word[0].isupper() and not word.isupper() else word.lower() for word in _WORD.findall(chunk))


def _fill(bank: npt.NDArray[np.float32], which: int, words: set[str]) -> None:
    """Writes words into a bank, the first or the second."""
    marks = [_mark(word) for word in sorted(words)]
    square = sum([weight * weight for weight, _ in marks])
    if not square:
        return  # nothing but the entity's name was heard, which tells nothing
    scale = 1.0 / sqrt(2.0 * square)
    filled: set[int] = set()
    for weight, places in marks:
        value = weight * scale
        for place in places[which]:
            if place in filled:
                bank[place] = min(1.0, bank[place] + value)
            else:
                bank[place] = value
                filled.add(place)


@lru_cache(maxsize=1 << 16)
def _mark(word: str) -> tuple[float, tuple[tuple[int, int], tuple[int, int]]]:
    """A word's weight, and its two places in either bank."""
    counts, total = _document_counts()
    bits, high = key(word), key(word) >> 32
    weight = log((1 + total) / (1 + counts.get(word, 0)))
    return weight, ((bits % NEAR, high % NEAR), (bits % FAR, high % FAR))


@cache
def _document_counts() -> tuple[dict[str, int], int]:
    """How many forms of the train wording have each word, and how many forms there are."""
    forms = [form for section in sections() for form in wording("train").forms(section)]
    counts: dict[str, int] = {}
    for form in forms:
        for word in {w.lower() for w in _WORD.findall(re.sub(r"\{\w+\}", " ", form.text))}:
            counts[word] = counts.get(word, 0) + 1
    return counts | {_ENTITY: len(forms), _NAME: len(forms) // 2}, len(forms)
