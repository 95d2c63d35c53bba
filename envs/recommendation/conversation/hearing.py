"""What an agent of the text view can make of the user's words: their acts, by cues and the attributes that are named.

The cues are those of the train wording and common ones; on other wording some acts are missed or mistaken. How many
is measured (`RecommendationTask.nlu_error`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.reading import Reader, builtin_reader
from dialogue_gym.envs.recommendation.conversation.speech import wording
from dialogue_gym.envs.recommendation.conversation.understanding import ITEM_ID
from dialogue_gym.episode import Event

_CATALOGUE = re.compile(r"Catalogue (\S+): \d+ items\.")
_BETWEEN = re.compile(r"(?<=[.?!]) +")
_WORD = re.compile(r"[^\W\d_]+")
_SLOT = re.compile(r"\{\w+\}")
_EUROS = re.compile(r"€(\d+(?:\.\d+)?)")


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_WONDERS: Final = (
    ("price", _cue(r"costs?|price|expensive|dear|€|pay|euros?|much")),
    ("stars", _cue(r"rat(?:e|es|ed|ing|ings)|stars?|others?|people|reviews?|opinions?")),
    ("tone", _cue(r"mood|tone|feel\w*|atmosphere|spirit|vibe")),
    ("style", _cue(r"style|looks?|made|design\w*|manner|built|finish|time|old|decade|years?")),
    ("theme", _cue(r"about|deals?|themes?|topics?|subject|revolves?")),
)
_MISLED = _cue(
    r"not true|isn.t true|wrong|not so|false|made (?:that |it )?up|doesn.t hold|nonsense|different|of the kind"
)
_EVADED = _cue(
    r"(?:was|is) (?:my|the) question|my question|i asked|asked you|wanted to know|no answer|didn.t (?:answer|tell)|"
    r"doesn.t tell|past the|past people"
)
_REVIEWS: Final = (
    ("delighted", _cue(r"love|best|perfect\w*|wonderful|delight\w*|marvellous|superb|great")),
    ("pleased", _cue(r"good|nice|glad|pleas\w*|happy|solid")),
    ("mixed", _cue(r"alright|okay|fine|will do|not bad|so-so|half|passes")),
)
_REVIEW = _cue(r"it|it.s|this|that one|i.m glad")
_SHARES = _cue(r"friends?|sister|brother|share|send|colleagues?|pass it|cousin|neighbours?")
_NEXT = _cue(r"next|also|too|now|then|following|other thing|more|else|bye|all|everything|list|settled|choice|have")
_WITH_ITEM: Final = (
    ("misled", _MISLED),
    ("critique", _cue(r"already|nothing new|know i\d|old news|before")),
    ("declined", _cue(r"not\b|don.t|no,|no more|after all|rather|something else|another (?:day|time)")),
    ("taken", _cue(r"take|it is,|mine|give me|sold|wrap|buy|have|i(?:.ll| will)(?: have to)? (?:watch|try|check out)")),
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
_FAULT = _cue(r"(?:not|no|\w+n.t|none|nothing|hardly|hm+)\b")
_AVOIDS = _cue(r"nothing about|anything (?:about|but)|can.t stand|away from|spare me")
_OTHER_KIND = _cue(r"none of these|not something else|i asked for|stay with|wrong")


def hear(message: Mapping[str, Any], asked: str = "", reader: Reader | None = None) -> Event:
    """What a message of the environment means, from its text and what was asked before.

    Args:
        message: A chat message.
        asked: What the agent asked about in its last message; `SHOWED` if it recommended or explained something: what
            is said then of themes, moods and styles is a fault that was found.
        reader: Finds attributes; None for those of the built-in catalogue.
    """
    reader = reader or builtin_reader("train")
    text: str = message["content"]
    if message["role"] == "tool":
        return Event("tool", (_result(text),), lambda: text)
    acts: list[Act | None] = []
    for sentence in _BETWEEN.split(text):
        before, colon, answer = sentence.partition(": ")
        last = acts[-1] if acts else None
        if colon and _AGAIN.search(before):
            acts += [Act("again"), _sentence(answer, asked, reader)]
        elif last is not None and last.name in ("taken", "review") and (after := _after_taking(sentence)):
            acts.append(after)
        else:
            acts.append(_sentence(sentence, asked, reader))
        if acts[-1] is not None and acts[-1].name == "taken":
            asked = ""  # what follows is about the next thing
    merged = _merged([act for act in acts if act is not None])
    return Event("user", merged, lambda: text)


def _after_taking(sentence: str) -> Act | None:
    """What is said of what was taken: a review, or that it is passed on."""
    if _SHARES.search(sentence):
        return Act("share")
    mood = next((mood for mood, cue in _REVIEWS if cue.search(sentence)), None)
    return Act("review", {"mood": mood}) if mood and _REVIEW.search(sentence) and not _NEXT.search(sentence) else None


def _merged(acts: Sequence[Act]) -> tuple[Act, ...]:
    """Acts, where an item and the question about it are one act, though they may be two sentences."""
    merged: list[Act] = []
    for act in acts:
        last = merged[-1] if merged else None
        if act.name == "wonder" and last is not None and last.name == "curious" and not last.args["about"]:
            merged[-1] = Act("curious", {**last.args, **act.args})
        else:
            merged.append(act)
    return tuple(merged)


def _result(text: str) -> Act:
    match = _CATALOGUE.fullmatch(text)
    if match:
        return Act("catalogue", {"name": match[1]})
    try:
        result = json.loads(text)
    except (ValueError, RecursionError):
        result = {"error": text}
    return Act("tool", {"result": result}, True)


def _sentence(text: str, asked: str, reader: Reader) -> Act | None:
    if item := ITEM_ID.search(text):
        about = _aspect(text.replace(item[0], ""))
        if about and "?" in text:
            return Act("curious", {"item": item[0], "about": about})
        name = next((name for name, cue in _WITH_ITEM if cue.search(text)), "declined")
        return Act(name, {"item": item[0], "about": ""} if name == "curious" else {"item": item[0]})
    named = reader.by_name(text)
    if asked == SHOWED and not named:
        about = _aspect(text)
        if about and _EVADED.search(text):
            return Act("evaded", {"about": about})
        if about and "?" in text and "€" not in text:
            return Act("wonder", {"about": about})
    if price := _EUROS.search(text):
        return Act("critique" if _TOO_DEAR.search(text) else "inform", {"budget": float(price[1])})
    if _PRICE.search(text):
        return Act("inform", {"budget": None})
    for name, cue in _BARE:
        if cue.search(text):
            return Act(name)
    spoken = _WORD.sub(lambda word: "" if word[0].lower() in _filling() else word[0], text)
    tags = named or reader.in_order(spoken)
    if tags:
        return _of_tags(text, tags, asked, reader)
    return Act("critique") if _FAULT.search(text) else None


def _aspect(text: str) -> str | None:
    return next((about for about, cue in _WONDERS if cue.search(text)), None)


@cache
def _filling() -> frozenset[str]:
    """The words that train users say around what they mean."""
    forms = (form.text for forms in wording("train").sections.values() for form in forms)
    return frozenset(word.lower() for text in forms for word in _WORD.findall(_SLOT.sub(" ", text)))


def _of_tags(text: str, tags: tuple[str, ...], asked: str, reader: Reader) -> Act:
    facet_of = reader.schema.facet_of
    tag, facet = tags[0], facet_of[tags[0]]
    if facet == "category":
        return Act("critique" if _OTHER_KIND.search(text) else "inform", {"category": tag})
    if facet == "tone" and _CHANGE.search(text):
        return Act("change", {"tone": tag})
    if facet == "theme":
        others = [each for each in tags[1:] if facet_of[each] == "theme"]
        if asked == "avoid" or (not others and asked != SHOWED and _AVOIDS.search(text)):
            return Act("inform", {"avoid": tag})
        if asked == SHOWED or (not others and asked != "theme" and _NO.search(text)):
            return Act("critique", {"theme": tag})
        second = "avoid" if _AVOIDS.search(text) else "other"
        return Act("inform", {"theme": tag, **({second: others[0]} if others else {})})
    return Act("critique" if asked == SHOWED or _NO.search(text) else "inform", {facet: tag})
