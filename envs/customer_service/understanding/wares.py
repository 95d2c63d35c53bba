"""Names of goods that are not in a domain's catalogue, found in words before cues are.

"Shall I return the bath mat?" is about a bath mat even where the shop lists none, and "floor lamp" is not its desk
lamp. A name is a listed one with the nouns before it that narrow it down: "beach towel", "garden chair".
"""

from collections.abc import Iterable, Mapping

from dialogue_gym.envs.customer_service.understanding.forms import expand
from dialogue_gym.envs.customer_service.understanding.lexer import Value

MOST_MODIFIERS = 2
_IRREGULAR = {"knife": "knives", "shelf": "shelves"}


class Wares:
    """Puts one "#item" in the place of each name of a ware.

    Args:
        table: Names by section: "head" for names, "bound head" for those that need a modifier before them,
            "modifier" for what may stand before a name as part of it, "pairs" for names that keep their plural.
        catalogue: Forms of the names that the domain has of its own; they stay as they are.
    """

    def __init__(self, table: Mapping[str, str], catalogue: Iterable[str]) -> None:
        self._catalogue = {tuple(words) for forms in catalogue for words in expand(forms)}
        self._modifiers = {words[0] for words in expand(table.get("modifier", ""))}
        self._pairs = {" ".join(words) for words in expand(table.get("pairs", ""))}
        self._names: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        for section in ("head", "bound head"):
            for words in expand(table.get(section, "")):
                self._add(tuple(words), section == "bound head")
        for names in self._names.values():
            names.sort(key=lambda name: (-len(name[0]), name[2]))
        self._lasts = frozenset(self._names)

    def _add(self, name: tuple[str, ...], bound: bool) -> None:
        said = " ".join(name)
        forms = {name} if said in self._pairs else {name, (*name[:-1], plural(name[-1]))}
        for form in forms:
            self._names.setdefault(form[-1], []).append((form, said, bound))

    def __call__(self, words: list[str], values: dict[int, Value]) -> tuple[list[str], dict[int, Value]]:
        """The words with "#item" for each ware, and the values by their places, wares' names among them."""
        if self._lasts.isdisjoint(words):
            return words, values
        spans: list[tuple[int, int, str]] = []
        for last, word in enumerate(words):
            found = self._ending(words, last) if word in self._lasts else None
            if found is not None:
                while spans and spans[-1][1] > found[0]:
                    spans.pop()
                spans.append((found[0], last + 1, found[1]))
        return _replaced(words, values, spans) if spans else (words, values)

    def _ending(self, words: list[str], last: int) -> tuple[int, str] | None:
        """Where the name that ends in a word begins, and the name."""
        for form, said, bound in self._names[words[last]]:
            begins = last + 1 - len(form)
            if begins >= 0 and tuple(words[begins : last + 1]) == form:
                start = self._start(words, begins)
                if (bound and start == begins) or self._is_own(words[start : last + 1]):
                    return None
                return start, " ".join([*words[start:begins], said])
        return None

    def _start(self, words: list[str], start: int) -> int:
        """Where a name begins that has its modifiers before a place."""
        first = max(0, start - MOST_MODIFIERS)
        while start > first and words[start - 1] in self._modifiers:
            start -= 1
        return start

    def _is_own(self, words: list[str]) -> bool:
        """Whether these words name something of the catalogue; its names' last words count only alone."""
        alone = len(words) == 1
        return any(tuple(words[at:]) in self._catalogue for at in range(len(words) if alone else len(words) - 1))


def _replaced(
    words: list[str], values: dict[int, Value], spans: list[tuple[int, int, str]]
) -> tuple[list[str], dict[int, Value]]:
    kept: list[str] = []
    places: dict[int, Value] = {}
    done = 0
    for start, end, name in [*spans, (len(words), len(words), "")]:
        for at in range(done, start):
            if at in values:
                places[len(kept)] = values[at]
            kept.append(words[at])
        if name:
            places[len(kept)] = name
            kept.append("#item")
        done = end
    return kept, places


def plural(noun: str) -> str:
    """The plural of an English noun.

    >>> [plural(noun) for noun in ("towel", "torch", "canopy", "toy", "shelf")]
    ['towels', 'torches', 'canopies', 'toys', 'shelves']
    """
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith(("s", "x", "sh", "ch")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
