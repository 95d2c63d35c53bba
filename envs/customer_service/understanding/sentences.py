"""Whether a sentence is plain: all of it is explained, and nothing in it says that it is not meant."""

import re

from dialogue_gym.envs.customer_service.understanding.clauses import BUT, DET, ME, OTHER, QUESTION, VERB, YOU, Clause
from dialogue_gym.envs.customer_service.understanding.english import BIT, PLAIN_WORDS
from dialogue_gym.envs.customer_service.understanding.message import DENIED, EITHER, NEG, Message

UNREAL, SAYING, WERE, MODAL, HAVE, FUTURE, OFFER, LIKE, THAT, PREP, MATRIX, REPORT, NOBODY, FILLER = (
    BIT[name]
    for name in (
        *("unreal", "saying", "were", "modal", "have", "future", "offer", "like", "that", "prep", "matrix", "report"),
        *("nobody", "filler"),
    )
)
NOT_MEANT = UNREAL | SAYING | EITHER
_SUBJECT = ME | YOU | OTHER | DET
_STEM = 4
"""Shorter words have no forms of their own: "tend" is not of "ten"."""
_ENDINGS = ("s", "es", "d", "ed", "ing")
_PHRASE = 4
"""A word that vouches stands at most so many words before its "that"."""


def is_plain(message: Message, sentence: int) -> bool:
    """Whether a sentence could be the plain truth, going by its words and their order."""
    mask = message.sentences[sentence]
    if mask & NOT_MEANT:
        return False
    clauses = [clause for clause in message.clauses if clause.sentence == sentence]
    asked = bool(mask & QUESTION)
    if clauses[-1].units[-1].mask & NEG:
        return False
    for place, clause in enumerate(clauses):
        if clause.mask & (WERE | MODAL) and _is_unreal(clause, asked):
            return False
        if place and clause.opening == BUT and (clause.mask & NOBODY or _is_mere_denial(clause)):
            return False
        for unit in clause.units:
            if not unit.kind and unit.value is not None and not _is_harmless(message.text, str(unit.value)):
                return False
    return True


def leads_away(message: Message, sentence: int) -> bool:
    """Whether a sentence begins with another view, place or condition: "As I see it", "In my book", "Had things"."""
    clause = next(clause for clause in message.clauses if clause.sentence == sentence)
    units = clause.units
    if units[0].mask & WERE and not clause.mask & QUESTION:
        return True
    if not units[0].mask & PREP or len(units) < 2 or units[1].mask & YOU:
        return False
    for place, unit in enumerate(units[1:], start=1):
        if place > 1 and unit.mask & _SUBJECT:
            return True
        if unit.kind or (unit.mask >= message.lexicon.domain and not unit.mask & VERB):
            return False
    return False


def _is_unreal(clause: Clause, asked: bool) -> bool:
    """Whether a clause says what would be or would have been: "had you asked", "if it were", "would have sent"."""
    first = clause.units[0].mask
    if clause.question and first & (WERE | MODAL) and not asked:
        return True
    if clause.condition and clause.mask & WERE:
        return True
    before = 0
    for unit in clause.units:
        if before & MODAL and unit.mask & HAVE and not before & (OFFER | LIKE) and not unit.mask & FUTURE:
            return True
        if not unit.mask & DENIED:
            before = unit.mask
    return False


def embeds(clause: Clause) -> bool:
    """Whether a "that" makes what follows part of something else, which does not vouch for it: "it is a myth that"."""
    units = clause.units
    for place, unit in enumerate(units[:-1]):
        follows = units[place + 1]
        if unit.mask & THAT and (follows.mask & _SUBJECT or follows.kind):
            before = units[:place]
            vouched = any(each.mask & MATRIX for each in before[-_PHRASE:]) or bool(before and before[-1].mask & FILLER)
            if not vouched or any(each.mask & DENIED for each in before):
                return True
    return False


def _is_mere_denial(clause: Clause) -> bool:
    """Whether all a clause adds is a denial: "but not for you"."""
    return len(clause.units) < _PHRASE and bool(clause.mask & NEG)


def _is_harmless(text: str, word: str) -> bool:
    """Whether a word in no list is a number, a form of a plain word, or a name: "Hello Mira", "Mira, your order"."""
    if not word.isalpha():
        return True
    if len(word) > _STEM and any(word.endswith(end) and word[: -len(end)] in PLAIN_WORDS for end in _ENDINGS):
        return True
    name = word.capitalize()
    if name not in text:
        return False
    return bool(
        re.search(rf"[a-z,] {name}\b", text) or (word[-2:] != "ly" and re.search(rf"(?:^|[.!?] ){name},", text))
    )
