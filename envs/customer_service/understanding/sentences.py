"""Whether a sentence is plain: all of it is explained, and nothing in it says that it is not meant."""

import re

from dialogue_gym.envs.customer_service.understanding.clauses import (
    AND,
    AUX,
    BUT,
    DET,
    HEDGE,
    ME,
    OTHER,
    QUESTION,
    VERB,
    YOU,
    Clause,
)
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import bits
from dialogue_gym.envs.customer_service.understanding.message import DENIED, EITHER, NEG, Message

UNREAL, SAYING, WERE, MODAL, HAVE, FUTURE, OFFER, LIKE, THAT, PREP, MATRIX, NOBODY, FILLER = bits(
    "unreal saying were modal have future offer like that prep matrix nobody filler"
)
NOT_MEANT = UNREAL | SAYING | EITHER
_UNREALISING = WERE | MODAL
_SUBJECT = ME | YOU | OTHER | DET
_STEM = 4
"""Shorter words have no forms of their own: "tend" is not of "ten"."""
_ENDINGS = ("s", "es", "d", "ed", "ing")
_NOUN = 3
"""So many words describe a noun at most."""
_PHRASE = 4
"""A word that vouches stands at most so many words before its "that"."""


def span(message: Message, number: int) -> range:
    """The numbers of the clauses in the sentence of a clause."""
    clauses = message.clauses
    sentence = clauses[number].sentence
    first = last = number
    while first and clauses[first - 1].sentence == sentence:
        first -= 1
    while last + 1 < len(clauses) and clauses[last + 1].sentence == sentence:
        last += 1
    return range(first, last + 1)


def is_plain(message: Message, sentence: range) -> bool:
    """Whether a sentence, by its clauses, could be the plain truth, going by its words and their order."""
    clauses = message.clauses
    last = clauses[sentence[-1]]
    mask = message.sentences[last.sentence]
    if mask & NOT_MEANT or last.units[-1].mask & NEG:
        return False
    asked = bool(mask & QUESTION)
    for number in sentence:
        clause = clauses[number]
        if clause.mask & _UNREALISING and _is_unreal(clause, asked or number > sentence[0]):
            return False
        if clause.opening == BUT and number > sentence[0] and (clause.mask & NOBODY or _is_mere_denial(clause)):
            return False
        explained = not message.strange or all(
            _is_explained(message, unit) or _describes_ware(message, clause.units, place)
            for place, unit in enumerate(clause.units)
        )
        if not explained and not _is_beside(message, number, sentence):
            return False
    return True


def _is_beside(message: Message, number: int, sentence: range) -> bool:
    """Whether a clause with strange words stands beside the claims of its sentence: "I crunched it, and the refund is".

    It must be joined as an equal: what follows an "and" with a subject of its own, or the desk's own doing before.
    """
    clauses = message.clauses
    clause = clauses[number]
    claims = {at for at, _, _, act in message.found if act.name in ("tell", "propose") and at in sentence}
    first = clause.units[0].mask
    if number in claims or clause.opening or clause.condition or clause.mask & (DENIED | HEDGE | THAT):
        return False
    if number > max(claims, default=number):
        return bool(clauses[number - 1].mask & AND and first & _SUBJECT)
    return number == sentence[0] and bool(first & (ME | OTHER) and clause.mask & AND)


def _is_explained(message: Message, unit: Unit) -> bool:
    return bool(unit.kind) or unit.value is None or _is_harmless(message, str(unit.value))


def _describes_ware(message: Message, units: list[Unit], place: int) -> bool:
    """Whether a word between a determiner and a ware says what it is like, "your wobbly stool", not whose it is."""
    if re.search(rf"{re.escape(str(units[place].value))}['\u2019]", message.text, re.IGNORECASE):
        return False
    following = next((unit for unit in units[place + 1 : place + _NOUN] if unit.mask or unit.kind), None)
    before = units[max(0, place - _NOUN) : place]
    return following is not None and following.kind == "item" and any(unit.mask & (DET | OTHER) for unit in before)


def leads_away(clause: Clause, domain: int) -> bool:
    """Whether a sentence's first clause begins with another view, place or condition: "In my book", "Had things".

    Args:
        clause: The clause.
        domain: The least bit of a domain's cues. "For your order" is about the matter and leads nowhere.
    """
    units = clause.units
    if units[0].mask & WERE and not clause.mask & QUESTION:
        return True
    if not units[0].mask & PREP or len(units) < 2 or units[1].mask & YOU:
        return False
    for place, unit in enumerate(units[1:], start=1):
        if place > 1 and unit.mask & _SUBJECT:
            return True
        if unit.kind or (unit.mask >= domain and not unit.mask & VERB):
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
    for place, unit in enumerate(clause.units):
        if before & MODAL and unit.mask & HAVE and not before & (OFFER | LIKE) and not unit.mask & FUTURE:
            return not (first & ME and _has_it_done(clause.units[place + 1 : place + 3]))
        if not unit.mask & DENIED:
            before = unit.mask
    return False


def _has_it_done(after: list[Unit]) -> bool:
    """Whether something stands after "have" that is to be done: "I would have the order sent", not "have sent"."""
    return bool(after) and not after[0].mask & VERB and any(unit.kind or unit.mask & (DET | OTHER) for unit in after)


def embeds(clause: Clause) -> bool:
    """Whether a "that" makes what follows part of something else, which does not vouch for it: "it is a myth that".

    That of "that lamp" or "that is" at the beginning does not.
    """
    units = clause.units
    for place, unit in enumerate(units[:-1]):
        follows = units[place + 1]
        pointing = place == 0 and (follows.kind == "item" or follows.mask & AUX)
        if unit.mask & THAT and not pointing and (follows.mask & _SUBJECT or follows.kind):
            before = units[:place]
            if before and before[-1].kind and not before[-1].mask & VERB:
                continue  # "a difference of $3 that you'd pay"
            vouched = any(each.mask & MATRIX for each in before[-_PHRASE:]) or bool(before and before[-1].mask & FILLER)
            if not vouched or any(each.mask & DENIED for each in before):
                return True
    return False


def _is_mere_denial(clause: Clause) -> bool:
    """Whether all a clause adds is a denial: "but not for you"."""
    return len(clause.units) < _PHRASE and bool(clause.mask & NEG)


def _is_harmless(message: Message, word: str) -> bool:
    """Whether a word in no list is a number, a form of a plain word, or a name: "Hello Mira", "Mira, your order"."""
    if not word.isalpha():
        return True
    if len(word) > _STEM and any(word.endswith(end) and word[: -len(end)] in message.lexicon.plain for end in _ENDINGS):
        return True
    name, text = word.capitalize(), message.text
    if name not in text:
        return False
    return bool(
        re.search(rf"[a-z,] {name}\b", text) or (word[-2:] != "ly" and re.search(rf"(?:^|[.!?] ){name},", text))
    )
