"""What an agent of the text view can make of the user's words: their acts, by cues and the attributes that are named.

The cues are those of the train wording and common ones; on other wording some acts are missed or mistaken. How many
is measured (`RecommendationTask.nlu_error`).
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.reading import tags_by_name, tags_in_order
from dialogue_gym.envs.recommendation.catalogue.schema import FACET_OF
from dialogue_gym.envs.recommendation.conversation.speech import wording
from dialogue_gym.episode import Event

_CATALOGUE = re.compile(r"Catalogue (\S+): \d+ items\.")
_BETWEEN = re.compile(r"(?<=[.?!]) +")
_ID = re.compile(r"\bi\d{3,5}\b")
_WORD = re.compile(r"[^\W\d_]+")
_SLOT = re.compile(r"\{\w+\}")
_EUROS = re.compile(r"€(\d+(?:\.\d+)?)")


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_WITH_ITEM: Final = (
    ("critique", _cue(r"already|nothing new|know i\d|old news|before")),
    ("declined", _cue(r"not|don.t|no,|no more|after all|rather")),
    ("taken", _cue(r"take|it is,|mine|give me|sold|wrap|buy|have")),
    ("curious", _cue(r"more|tell|like\?|what|describe|explain|know|hear|\w+\?")),
)
_BARE: Final = (
    ("done", _cue(r"that.s all|that was everything|all i (?:was|came)|bye!|completes|everything i")),
    ("leave", _cue(r"goodbye|i.m leaving|leads nowhere|had enough, |elsewhere|so long")),
    ("unknown", _cue(r"can.t find|no such thing|doesn.t (?:exist|have)|in your catalogue")),
    ("lost", _cue(r"don.t understand|what do you mean|lost me|come again")),
    (
        "unsure",
        _cue(
            r"don.t (?:know|mind|care)|no (?:idea|preference)|can.t (?:say|tell)|you (?:tell|choose|decide)|"
            r"all the same|hard to (?:say|tell)"
        ),
    ),
)
_AGAIN = _cue(r"as i said|already|once more|mentioned|asked|again")
_PRICE = _cue(r"price|costs?|money|budget|limit|spend")
"""Without a number: any."""
_TOO_DEAR = _cue(r"too expensive|cheaper|too dear|beyond my|ouch|at most\.")
_CHANGE = _cue(r"actually|second thoughts?|changed my mind|instead|wait,|hold on")
_NO = _cue(
    r"nothing|don.t (?:want|like)|not for me|isn.t|can.t stand|away from|no more|less|too|rather not|a bit|"
    r"not (?:so|that)|enough of|bores?"
)
SHOWED: Final = "showed"
_FAULT = _cue(r"not|no|\w+n.t|none|nothing|hardly|hm+")
_AVOIDS = _cue(r"nothing about|anything about|can.t stand|away from|spare me")
_OTHER_KIND = _cue(r"none of these|not something else|i asked for|stay with|wrong")


def hear(message: Mapping[str, Any], asked: str = "") -> Event:
    """What a message of the environment means, from its text and what was asked before.

    Args:
        message: A chat message.
        asked: What the agent asked about in its last message; `SHOWED` if it recommended or explained something: what
            is said then of themes, moods and styles is a fault that was found.
    """
    text: str = message["content"]
    if message["role"] == "tool":
        return Event("tool", (_result(text),), lambda: text)
    acts: list[Act | None] = []
    for sentence in _BETWEEN.split(text):
        before, colon, answer = sentence.partition(": ")
        again = colon and _AGAIN.search(before)
        acts += [Act("again"), _sentence(answer, asked)] if again else [_sentence(sentence, asked)]
    return Event("user", tuple(act for act in acts if act is not None), lambda: text)


def _result(text: str) -> Act:
    match = _CATALOGUE.fullmatch(text)
    if match:
        return Act("catalogue", {"name": match[1]})
    try:
        result = json.loads(text)
    except (ValueError, RecursionError):
        result = {"error": text}
    return Act("tool", {"result": result}, True)


def _sentence(text: str, asked: str) -> Act | None:
    if item := _ID.search(text):
        name = next((name for name, cue in _WITH_ITEM if cue.search(text)), "declined")
        return Act(name, {"item": item[0]})
    if price := _EUROS.search(text):
        return Act("critique" if _TOO_DEAR.search(text) else "inform", {"budget": float(price[1])})
    if _PRICE.search(text):
        return Act("inform", {"budget": None})
    for name, cue in _BARE:
        if cue.search(text):
            return Act(name)
    spoken = _WORD.sub(lambda word: "" if word[0].lower() in _filling() else word[0], text)
    tags = tags_by_name(text) or tags_in_order(spoken)
    if tags:
        return _of_tags(text, tags, asked)
    return Act("critique") if _FAULT.search(text) else None


@cache
def _filling() -> frozenset[str]:
    """The words that train users say around what they mean."""
    forms = (form.text for forms in wording("train").sections.values() for form in forms)
    return frozenset(word.lower() for text in forms for word in _WORD.findall(_SLOT.sub(" ", text)))


def _of_tags(text: str, tags: tuple[str, ...], asked: str) -> Act:
    tag, facet = tags[0], FACET_OF[tags[0]]
    if facet == "category":
        return Act("critique" if _OTHER_KIND.search(text) else "inform", {"category": tag})
    if facet == "tone" and _CHANGE.search(text):
        return Act("change", {"tone": tag})
    if facet == "theme":
        others = [each for each in tags[1:] if FACET_OF[each] == "theme"]
        if asked == "avoid" or (not others and asked != SHOWED and _AVOIDS.search(text)):
            return Act("inform", {"avoid": tag})
        if asked == SHOWED or (not others and asked != "theme" and _NO.search(text)):
            return Act("critique", {"theme": tag})
        second = "avoid" if _AVOIDS.search(text) else "other"
        return Act("inform", {"theme": tag, **({second: others[0]} if others else {})})
    return Act("critique" if asked == SHOWED or _NO.search(text) else "inform", {facet: tag})
