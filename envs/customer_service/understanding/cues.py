"""Finds cues: the longest known word form at each place, through a tree of words."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dialogue_gym.envs.customer_service.understanding.forms import expand
from dialogue_gym.envs.customer_service.understanding.lexer import Value
from dialogue_gym.envs.customer_service.understanding.spelling import Speller

Node = dict[str | None, Any]
"""Children by next word, a `Unit` where nothing follows; under None the `Unit` that a form ending here makes."""


class Unit(NamedTuple):
    """A stretch of words that means something.

    Attributes:
        mask: Bits of its cues.
        kind: Kind of its value; "" for none.
        value: The value; without a kind, a word that is in no list.
        offset: Where in its words the value stands; -1 if the value is its own.
    """

    mask: int
    kind: str
    value: Value
    offset: int = -1


UNKNOWN = Unit(0, "", None)
_ENDINGS = {"?": "question", ".": "stop", "!": "stop", ",": "comma"}


class CueTree:
    """A tree of word forms.

    Args:
        bits: The bit of each cue.
        kind_bits: The cues that a bare value of a kind is, by kind.
    """

    def __init__(self, bits: Mapping[str, int], kind_bits: Mapping[str, int]) -> None:
        self._bits = bits
        self._root: Node = {}
        self._bare = {f"#{kind}": (mask, kind) for kind, mask in kind_bits.items()}
        self._words = set(self._bare)
        self._speller = Speller(())

    def add(self, cues: Iterable[str], forms: str, kind: str = "", value: Value = None) -> None:
        """Adds forms, separated by ";". Cues of one form add up, wherever they are from."""
        mask = 0
        for cue in cues:
            mask |= self._bits[cue]
        for words in expand(forms):
            node = self._root
            for word in words:
                node = node.setdefault(word, {})
            known = node.get(None, UNKNOWN)
            ending = _ENDINGS.get(words[-1]) if len(words) > 1 else None
            full = mask | self._bits[ending] if ending else mask
            offset = next((i for i, word in enumerate(words) if word in self._bare), -1)
            node[None] = Unit(known.mask | full, kind or known.kind, value if kind else known.value, offset)

    def inherit(self, first: Iterable[str], always: Iterable[str], closed: Iterable[str]) -> None:
        """Gives forms of several words some cues of the words in them; call it when all forms are in.

        Args:
            first: Cues that a form has from its first word.
            always: Cues that it has from any word.
            closed: Forms with one of these cues stay as they are.
        """
        bits, root = self._bits, self._root
        of_first = sum(bits[name] for name in first)
        of_any = sum(bits[name] for name in always)
        stay = sum(bits[name] for name in closed)
        inverted, subject = bits["inverted"], bits["i"] | bits["you"] | bits["other"]

        def alone(word: str) -> int:
            unit = root.get(word, {}).get(None, UNKNOWN)
            return int(unit.mask)

        def visit(node: Node, gained: int) -> None:
            unit = node.get(None)
            if unit is not None and not unit.mask & stay:
                kept = gained & ~bits["wh"] if unit.mask & bits["offer"] else gained
                node[None] = unit._replace(mask=unit.mask | kept)
            for word, child in node.items():
                if word is not None:
                    visit(child, gained | (alone(word) & of_any))

        for word, node in root.items():
            assert word is not None
            singles = alone(word)
            for following, child in node.items():
                if following is not None:
                    second = alone(following)
                    turned = inverted if singles & bits["aux"] and second & subject else 0
                    visit(child, (singles & (of_first | of_any)) | (second & of_any) | turned)

    def freeze(self, idle: frozenset[str] = frozenset()) -> None:
        """Makes words with which no longer form begins quick to find, and slips corrected; call it last.

        Args:
            idle: Words that change nothing by themselves. No slip is corrected to one that no cue begins with.
        """
        self._collect(self._root)
        self._speller = Speller(self._words - {word for word in idle if self._root[word].keys() <= {None}})
        shared: dict[tuple[Any, ...], Any] = {}
        for word, node in self._root.items():
            unit = node.get(None)
            folded = _fold(node, shared)
            keeps_place = folded.__class__ is Unit and unit.offset >= 0  # of a value, which is looked up beside it
            self._root[word] = {None: folded} if keeps_place else folded

    def _collect(self, node: Node) -> None:
        for word, child in node.items():
            if word is not None:
                self._words.add(word)
                self._collect(child)

    def find(self, words: list[str], values: Mapping[int, Value]) -> tuple[list[Unit], bool]:
        """The units of a text, slips corrected, unknown words included, and whether there are words in no list."""
        units: list[Unit] = []
        strange = False
        known_words, correct = self._words, self._speller.correct
        words = [word if word in known_words else correct(word) for word in words]
        append, root, bare = units.append, self._root, self._bare
        i, n = 0, len(words)
        while i < n:
            word = words[i]
            node = root.get(word)
            if node is None:
                known = bare.get(word)
                strange = strange or known is None
                append(Unit(0, "", word) if known is None else Unit(known[0], known[1], values.get(i)))
                i += 1
                continue
            if node.__class__ is Unit:
                append(node)
                i += 1
                continue
            best, end = node.get(None), i + 1
            j = end
            while j < n and (node := node.get(words[j])) is not None:
                j += 1
                if node.__class__ is Unit:
                    best, end = node, j
                    break
                longer = node.get(None)
                if longer is not None:
                    best, end = longer, j
            if best is None:
                known = bare.get(word)
                strange = strange or known is None
                append(Unit(0, "", word) if known is None else Unit(known[0], known[1], values.get(i)))
            elif best.offset >= 0:
                mask, kind = bare[words[i + best.offset]]
                append(Unit(best.mask | mask, kind, values.get(i + best.offset)))
            else:
                append(best)
            i = end
        return units, strange


def _fold(node: Node, shared: dict[tuple[Any, ...], Any]) -> Node | Unit:
    """A node with what is alike below it made one: a `Unit` where nothing follows, one node for equal endings.

    It makes the tree much smaller, and finding the end of a form takes one look-up fewer.
    """
    unit: Unit | None = node.get(None)
    if unit is not None:
        same: Unit = shared.setdefault(unit, unit)
        node[None] = same
        if len(node) == 1:
            return same
    for word, child in node.items():
        if word is not None:
            node[word] = _fold(child, shared)
    key = tuple((word, id(child)) for word, child in sorted(node.items(), key=_word))
    folded: Node | Unit = shared.setdefault(key, node)
    return folded


def _word(entry: tuple[str | None, Any]) -> str:
    return entry[0] or ""
