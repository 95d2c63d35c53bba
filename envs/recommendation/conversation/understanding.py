"""What the user takes an agent's words for: questions, recommendations, explanations, a goodbye.

A listener by rules, sentence by sentence. Items are named by id, or by title: exactly but for case, or with
small slips inside quotation marks. "It" is the item that the user has asked about.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import Final

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.reading import Reader
from dialogue_gym.envs.recommendation.conversation.facts import Fact, in_order, read_facts, say_facts
from dialogue_gym.envs.recommendation.conversation.levels import LIST

QUESTIONS: Final[Mapping[str, str]] = {
    "category": "What kind of thing are you looking for?",
    "theme": "Which theme do you like?",
    "tone": "Which mood should it have?",
    "style": "Which style do you prefer?",
    "budget": "What is your budget?",
    "avoid": "Is there anything you want to avoid?",
    "open": "What else should I know?",
}
"""What can be asked about, and how it is asked in the numeric view."""
GOODBYE: Final = "Goodbye."
_CUES: Final[Mapping[str, tuple[str, ...]]] = {
    "budget": ("budget", "price", "spend", "cost", "expensive", "afford", r"pay\b", "money"),
    "avoid": (
        "avoid", "dislike", "hate", "don.t (?:like|want)", "not (?:like|want)", "can.t stand", "off limits",
    ),
    "tone": (
        "mood", "tone", "feel", "atmosphere", "funny", "serious", "cosy", "thrilling", "inspiring", "light-hearted",
    ),
    "style": (
        "style", r"looks?\b", "design", "classic", "modern", "handmade", "minimal", "decade", r"era\b", "how old",
        r"years?\b",
    ),
    "theme": (
        "theme", "topic", "subject", "about", "genre", "interest", "hobb", "enjoy", "like to (?:read|watch)", r"into\b",
    ),
    "category": (
        "kind", "type", "category", "sort", "film", "series", "book", "game", "album", "news", "kitchen", "outdoor",
        "gadget", "product", "item",
    ),
    "open": (
        "what else", "anything else", "looking for", "help", "tell me more about (?:you|what)", "prefer", "like",
        "want", "need", "know",
    ),
}  # fmt: skip
"""How words begin that ask about something; of what a sentence asks about, the first counts."""
_START: Final = 3
"""Letters of a cue by which it is looked up."""
_Cue = tuple[int, str, re.Pattern[str]]


def _by_start(cues: Mapping[str, Sequence[str]]) -> dict[str, list[_Cue]]:
    """Cues by the letters that they begin with: rank, what they ask about, and the pattern."""
    found: dict[str, list[_Cue]] = {}
    for rank, (about, patterns) in enumerate(cues.items()):
        for pattern in patterns:
            assert pattern[:_START].isalpha(), f"a cue begins with {_START} letters, not {pattern!r}"
            found.setdefault(pattern[:_START], []).append((rank, about, re.compile(pattern)))
    return found


_CUES_BY_START: Final = _by_start(_CUES)
_BETWEEN = re.compile(r"(?<=[.?!])\s+|\n+")
ITEM_ID: Final = re.compile(r"\b(?:i\d{3,5}|m\d{1,6})\b")
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»\n]{3,80})[\"“”«»]")
_EXPLAINS = re.compile(
    r"\b(?:more about|details|detail|explain\w*|compar\w+|difference|versus|vs|because|describ\w+|it is|it's|it has)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:recommend\w*|suggest\w*|try|how about|what about|consider|"
    r"you(?:'ll| will| would| might) (?:like|love|enjoy)|there (?:is|are)|here (?:is|are))\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"\b(?:is|are|costs?|has|have|rated|gives?|deals?|comes?|was|were)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|it's|this one|the (?:mood|tone|theme|style|price|rating))\b", re.IGNORECASE)
_ABOUT_IT: Final = "More about it"
_NOT = re.compile(r"\b(?:not|never|no longer|instead of|rather than|avoid)\b|n't\b", re.IGNORECASE)
_ASKS = re.compile(r"\?|^\s*(?:tell me|let me know|please (?:tell|say|describe)|describe)\b", re.IGNORECASE)
_BYE = re.compile(r"\b(?:goodbye|bye|farewell|have a (?:nice|good|great) (?:day|evening|one))\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
CLOSE: Final = 0.85
"""How alike a quoted title has to be to one of the catalogue (Ratcliff and Metzener's measure, as difflib has it)."""
_Words = Sequence[tuple[str, int]]
"""Words of a sentence in small letters, and where they begin."""


class Listener:
    """Understands messages about the items of some catalogues.

    Args:
        titles: Title to id.
        reader: Reads what is said of items.
    """

    def __init__(self, titles: Mapping[str, str], reader: Reader) -> None:
        self._reader = reader
        self._ids = {_plain(title): item_id for title, item_id in titles.items()}
        self._beginning: dict[str, dict[str, list[str]]] = {}
        for title in sorted(self._ids, key=len, reverse=True):
            words = _WORD.findall(title)
            if words and title.startswith(words[0]):
                following = words[1] if len(words) > 1 else ""
                self._beginning.setdefault(words[0], {}).setdefault(following, []).append(title)

    def understand(self, message: str) -> tuple[Act, ...]:
        """The acts of a message; `Act("unclear")` where it has words but no act."""
        if not message.strip():
            return (Act("silence"),)
        acts: list[Act] = []
        for sentence in _sentences(message):
            act = self._sentence(sentence)
            if act is not None:
                _add(acts, act)
        return tuple(acts) or (Act("unclear"),)

    def _sentence(self, sentence: str) -> Act | None:
        plain = sentence.casefold()
        words = [(word[0], word.start()) for word in _WORD.finditer(plain)]
        spans = self._items(sentence, plain, words)
        around = _without(sentence, spans)
        if spans:
            return self._of_items(tuple(dict.fromkeys(spans[place][1] for place in sorted(spans))), around)
        if sentence.startswith(_ABOUT_IT) or ("?" not in sentence and _IT.search(sentence)):
            facts = self._facts(sentence)
            if facts:
                return Act("explain", {"items": (), "facts": facts})
        if _BYE.search(sentence):
            return Act("end")
        if _ASKS.search(sentence):
            about = _asked(plain, words)
            return None if about is None else Act("ask", {"about": about})
        return None

    def _of_items(self, items: tuple[str, ...], around: str) -> Act | None:
        explains = _EXPLAINS.search(around)
        if explains or (len(items) == 1 and _STATES.search(around) and not _OFFERS.search(around)):
            facts = self._facts(_EXPLAINS.sub(" ", around)) if len(items) == 1 else ()
            if explains or facts:
                return Act("explain", {"items": items, **({"facts": facts} if facts else {})})
        return None if _NOT.search(around) else Act("recommend", {"items": items})

    def _facts(self, text: str) -> tuple[Fact, ...]:
        """What is said to be so; nothing of a sentence that says what is not."""
        return () if _NOT.search(text) else read_facts(text, self._reader)

    def _items(self, sentence: str, plain: str, words: _Words) -> dict[int, tuple[int, str]]:
        """The items that are named: where a name begins to where it ends, and the id, or what is quoted."""
        found = {match.start(): (match.end(), match[0]) for match in ITEM_ID.finditer(sentence)}
        end = 0
        if len(plain) == len(sentence):
            for (word, start), (following, _) in pairwise([*words, ("", 0)]):
                titles = self._beginning.get(word)
                if titles and start >= end and (title := _title(plain, start, titles, following)):
                    end = start + len(title)
                    found[start] = (end, self._ids[title])
        for match in islice(_QUOTED.finditer(sentence), LIST):
            if not any(match.start() <= place < match.end() for place in found):
                close = get_close_matches(_plain(match[1]), self._ids, n=1, cutoff=CLOSE)
                found[match.start()] = (match.end(), self._ids[close[0]] if close else match[1].strip())
        return found


def _title(plain: str, start: int, titles: Mapping[str, Sequence[str]], following: str) -> str | None:
    """The longest title that begins at a place, of those that begin with the word there, by their second word."""
    candidates = (*titles.get(following, ()), *titles.get("", ()))
    return next((title for title in candidates if plain.startswith(title, start)), None)


def _asked(plain: str, words: _Words) -> str | None:
    """What is asked about, by the cues in a question."""
    found = (
        (rank, about)
        for word, start in words
        for rank, about, cue in _CUES_BY_START.get(word[:_START], ())
        if cue.match(plain, start)
    )
    return min(found, default=(0, None))[1]


def _without(sentence: str, spans: Mapping[int, tuple[int, str]]) -> str:
    """A sentence without the items that it names, whose titles may say what is not meant."""
    kept, end = [], 0
    for start in sorted(spans):
        kept.append(sentence[end:start])
        end = max(end, spans[start][0])
    return " ".join([*kept, sentence[end:]])


def _add(acts: list[Act], act: Act) -> None:
    """Adds an act; what is said of "it" belongs to the item named before in the same message."""
    last = acts[-1] if acts else None
    of_it = act.name == "explain" and last is not None and act.args["items"] in ((), last.args.get("items"))
    if last is None or not of_it or last.name not in ("explain", "recommend"):
        acts.append(act)
    elif last.name == "explain":
        facts = in_order([*last.args.get("facts", ()), *act.args.get("facts", ())])
        acts[-1] = Act("explain", {"items": last.args["items"], **({"facts": facts} if facts else {})})


def render(acts: Sequence[Act]) -> str:
    """The canonical words of acts."""
    return " ".join(filter(None, map(_words, acts)))


def _words(act: Act) -> str:
    if act.name == "ask" and act.args.get("about") in QUESTIONS:
        return QUESTIONS[act.args["about"]]
    items = act.args.get("items")
    if act.name == "recommend" and items:
        return f"I recommend {_named(items)}."
    if act.name == "explain" and (items or act.args.get("facts")):
        head = f"More about {_named(items)}" if items else _ABOUT_IT
        facts = say_facts(act.args.get("facts", ()))
        return f"{head}: {facts}." if facts else f"{head}."
    if act.name == "end":
        return GOODBYE
    return "" if act.name == "silence" else "Hm."


def _named(items: Sequence[str]) -> str:
    return ", ".join(each if ITEM_ID.fullmatch(each) else f'"{each}"' for each in items)


def _sentences(message: str) -> list[str]:
    return [sentence for sentence in _BETWEEN.split(message) if sentence.strip()]


def _plain(title: str) -> str:
    return title.casefold().strip()
