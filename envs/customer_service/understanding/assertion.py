"""Whether a statement or proposal that was found is plainly meant. If in doubt, it is not, and the customer asks again.

A blacklist of doubts is never complete: an agent may pass on a rumour, make up an example, or say what would have been,
in more ways than anybody lists. So this fails closed. A fact or proposal counts only if all of its sentence is explained:
by cues, by `plain.txt`, or as somebody's name. On top of that, no cue in the sentence may say that it is unreal or
somebody's word, its question must be another clause's, nothing before it may be denied without saying what is so
instead, and the message may neither take it back nor hold out another value.
"""

import re
from itertools import pairwise

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import (
    AUX,
    BUT,
    COLON,
    DET,
    HEDGE,
    ME,
    OR,
    OTHER,
    QUESTION,
    WH,
    YOU,
    Clause,
)
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import DENIED, EITHER, NEG, Message

UNREAL, SAYING, FRAME, UNDO, WERE, MODAL, HAVE, FUTURE, OFFER, LIKE, PERFECT, THAT, REQUEST, ASK_YES, PAST, TIMING = (
    BIT[name]
    for name in (
        *("unreal", "saying", "frame", "undo", "were", "modal", "have", "future", "offer", "like", "perfect", "that"),
        *("request", "ask_yes", "past", "timing"),
    )
)
_NOT_MEANT = UNREAL | SAYING | EITHER
_CLAIMS = ("tell", "propose")
_ASKING = ("ask", "propose", "clarify", "offer_more")


def drop_unasserted(message: Message) -> None:
    """Drops the facts and proposals of a message that are not plainly stated."""
    if not any(act.name in _CLAIMS for _, _, _, act in message.found):
        return
    if message.mask & FRAME:
        message.keep(lambda number, place, act: act.name not in _CLAIMS)
        return
    undone = max((clause.sentence for clause in message.clauses if clause.mask & UNDO), default=-1)
    plain: dict[int, bool] = {}

    def asserted(number: int, place: int, act: Act) -> bool:
        if act.name not in _CLAIMS:
            return True
        sentence = message.clauses[number].sentence
        if sentence <= undone:
            return False
        if sentence not in plain:
            plain[sentence] = _is_plain(message, sentence)
        return (
            plain[sentence]
            and not _is_doubted(message, number)
            and (_is_stated(message, number, place, act) if act.name == "tell" else _is_offered(message, number))
        )

    message.keep(asserted)


def _is_plain(message: Message, sentence: int) -> bool:
    """Whether every word of a sentence is explained and none says that it is not meant."""
    mask = message.sentences[sentence]
    if mask & _NOT_MEANT:
        return False
    last = 0
    for clause in message.clauses:
        if clause.sentence != sentence:
            continue
        last = clause.units[-1].mask
        if clause.mask & (WERE | MODAL) and _is_unreal(clause, bool(mask & QUESTION)):
            return False
        for unit in clause.units:
            if not unit.kind and unit.value is not None and not _is_name(message.text, str(unit.value)):
                return False
    return not last & NEG


def _is_doubted(message: Message, number: int) -> bool:
    """Whether a hedge goes before a clause, up to a "but" or colon, or follows it in its sentence."""
    sentence = message.clauses[number].sentence
    hedged = False
    for place, clause in enumerate(message.clauses):
        if clause.sentence == sentence:
            hedged = bool(clause.mask & HEDGE) or (hedged and (place > number or clause.opening not in (BUT, COLON)))
    return hedged


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


def _is_name(text: str, word: str) -> bool:
    """Whether an unknown word is a mere number, or is written like a name: "Hello Mira", "Mira, your order"."""
    if not word.isalpha():
        return True
    name = word.capitalize()
    if name not in text:
        return False
    return bool(
        re.search(rf"[a-z,] {name}\b", text) or (word[-2:] != "ly" and re.search(rf"(?:^|[.!?] ){name},", text))
    )


def _is_offered(message: Message, number: int) -> bool:
    """Whether a clause with a proposal speaks of what is still to be done."""
    clause = message.clauses[number]
    if clause.question and clause.mask & (PERFECT | WERE):
        return False
    actions = message.lexicon.actions
    for unit, after in pairwise(clause.units):
        if unit.mask & HAVE and after.mask & PAST and not unit.mask & (OFFER | LIKE):
            return False
        if unit.mask & actions and not unit.mask & PAST and after.mask & AUX:
            return False  # the change is what the clause speaks of, "your refund will", not what it offers
    return True


def _is_stated(message: Message, number: int, place: int, act: Act) -> bool:
    """Whether a clause with a fact is neither asked nor led in by a condition, a "what", or an empty denial."""
    clause = message.clauses[number]
    leads = WH | REQUEST | ASK_YES | (0 if message.lexicon.vocabulary.answer[0] in act.args else TIMING)
    mask = message.sentences[clause.sentence]
    before = clause.place(TIMING) <= place  # "paid after the price drop" is about the price drop
    if (
        mask & OR
        or clause.mask & leads & ~(WH if before else WH | TIMING)
        or (mask & QUESTION and not _asks_later(message, number))
    ):
        return False
    first = clause.units[0].mask
    if first & THAT and len(clause.units) > 1 and clause.units[1].mask & (ME | YOU | DET):
        return False
    denied = conditional = False
    for earlier in message.clauses[:number]:
        if earlier.sentence == clause.sentence:
            if earlier.mask & leads:
                return False
            conditional = (conditional and not earlier.mask & DENIED) or (
                earlier.condition and not earlier.mask & message.lexicon.aside
            )
            denied = bool(earlier.mask & DENIED) and not earlier.mask & message.lexicon.factual
    if conditional:
        return False
    return not denied or bool(first & (ME | YOU | OTHER | DET) and not first & THAT) or clause.opening in (BUT, COLON)


def _asks_later(message: Message, number: int) -> bool:
    """Whether a sentence goes on to ask something else: the question mark is not the fact's."""
    sentence = message.clauses[number].sentence
    return any(
        clause >= number and message.clauses[clause].sentence == sentence and act.name in _ASKING
        for clause, _, _, act in message.found
    )
