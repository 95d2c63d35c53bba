"""What the user takes an agent's words for: questions, recommendations, explanations, a goodbye.

A listener by rules, sentence by sentence. Items are named by id, or by title: exactly but for case, or with
small slips inside quotation marks.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Final

from dialogue_gym.acts import Act
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
_CUES: Final = tuple(
    (about, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for about, words in {
        "budget": r"budget|price|spend|cost|expensive|afford|pay\b|money",
        "avoid": r"avoid|dislike|hate|(?:don.t|not) (?:like|want)|can.t stand|off limits",
        "tone": r"mood|tone|feel|atmosphere|funny|serious|cosy|thrilling|inspiring|light-hearted",
        "style": r"style|looks?\b|design|classic|modern|handmade|minimal",
        "theme": r"theme|topic|subject|about|genre|interest|interested|hobb|enjoy|like to (?:read|watch)|into\b",
        "category": r"kind|type|category|sort|film|series|book|game|album|news|kitchen|outdoor|gadget|product|item",
        "open": r"what else|anything else|looking for|help|tell me more about (?:you|what)|prefer|like|want|need|know",
    }.items()
)
_BETWEEN = re.compile(r"(?<=[.?!])\s+|\n+")
_ID = re.compile(r"\bi\d{3,5}\b")
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»\n]{3,80})[\"“”«»]")
_EXPLAINS = re.compile(
    r"\b(?:more about|details|detail|explain\w*|compar\w+|difference|versus|vs|because|describ\w+|it is|it's|it has)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|n't|never|no longer|instead of|rather than|avoid)\b", re.IGNORECASE)
_ASKS = re.compile(r"\?|^\s*(?:tell me|let me know|please (?:tell|say|describe)|describe)\b", re.IGNORECASE)
_BYE = re.compile(r"\b(?:goodbye|bye|farewell|have a (?:nice|good|great) (?:day|evening|one))\b", re.IGNORECASE)
CLOSE: Final = 0.85
"""How alike a quoted title has to be to one of the catalogue (Ratcliff and Metzener's measure, as difflib has it)."""


class Listener:
    """Understands messages about the items of some catalogues.

    Args:
        titles: Title to id.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._ids = {_plain(title): item_id for title, item_id in titles.items()}
        longest_first = sorted(self._ids, key=len, reverse=True)
        self._titles = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def understand(self, message: str) -> tuple[Act, ...]:
        """The acts of a message; `Act("unclear")` where it has words but no act."""
        if not message.strip():
            return (Act("silence"),)
        acts = []
        for sentence in _sentences(message):
            act = self._sentence(sentence)
            if act is not None:
                acts.append(act)
        return tuple(acts) or (Act("unclear"),)

    def _sentence(self, sentence: str) -> Act | None:
        items = self._items(sentence)
        if items:
            around = _QUOTED.sub("", sentence)
            if _EXPLAINS.search(around):
                return Act("explain", {"items": items})
            return None if _NOT.search(around) else Act("recommend", {"items": items})
        if _BYE.search(sentence):
            return Act("end")
        if _ASKS.search(sentence):
            about = next((about for about, cue in _CUES if cue.search(sentence)), None)
            return None if about is None else Act("ask", {"about": about})
        return None

    def _items(self, sentence: str) -> tuple[str, ...]:
        """Ids of the items that are named, in order; what is quoted and no title stays as it is."""
        found: dict[int, str] = {match.start(): match[0] for match in _ID.finditer(sentence)}
        plain = sentence.casefold()
        if len(plain) == len(sentence):
            found |= {match.start(): self._ids[match[0]] for match in self._titles.finditer(plain)}
        for match in islice(_QUOTED.finditer(sentence), LIST):
            if not any(match.start() <= place < match.end() for place in found):
                close = get_close_matches(_plain(match[1]), self._ids, n=1, cutoff=CLOSE)
                found[match.start()] = self._ids[close[0]] if close else match[1].strip()
        return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def render(acts: Sequence[Act]) -> str:
    """The canonical words of acts."""
    return " ".join(filter(None, map(_words, acts)))


def _words(act: Act) -> str:
    if act.name == "ask" and act.args.get("about") in QUESTIONS:
        return QUESTIONS[act.args["about"]]
    if act.name in ("recommend", "explain") and act.args.get("items"):
        named = ", ".join(each if _ID.fullmatch(each) else f'"{each}"' for each in act.args["items"])
        return f"I recommend {named}." if act.name == "recommend" else f"More about {named}."
    if act.name == "end":
        return GOODBYE
    return "" if act.name == "silence" else "Hm."


def _sentences(message: str) -> list[str]:
    return [sentence for sentence in _BETWEEN.split(message) if sentence.strip()]


def _plain(title: str) -> str:
    return title.casefold().strip()
