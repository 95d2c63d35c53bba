"""Whether a clause with a fact states it, and one with a change offers it, going by what stands around it."""

from itertools import pairwise

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import (
    AS,
    AUX,
    BECAUSE,
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
from dialogue_gym.envs.customer_service.understanding.english import bits
from dialogue_gym.envs.customer_service.understanding.message import DENIED, Message
from dialogue_gym.envs.customer_service.understanding.sentences import embeds, leads_away

REPORT, REQUEST, ASK_YES, TIMING, THAT, WERE, HAVE, OFFER, LIKE, AGREE, YOU_MAY = bits(
    "report request ask_yes timing that were have offer like agree you_may"
)
PAST, PERFECT, FUTURE, MORE, AN, EVERY, WHOSE, GOT, GET_IT, CONSENT = bits(
    "past perfect future more an every whose got get_it consent"
)
_ASKING = ("ask", "propose", "clarify", "offer_more")


def is_doubted(message: Message, number: int, sentence: range) -> bool:
    """Whether a hedge goes before a clause, up to a "but", or follows it in its sentence."""
    hedged = False
    for place in sentence:
        clause = message.clauses[place]
        hedged = bool(clause.mask & HEDGE) or (hedged and (place > number or not _starts_anew(message, place)))
    return hedged


def _starts_anew(message: Message, number: int) -> bool:
    """Whether a clause is free of the doubts before it: "maybe you did not see it, but", "... it: the refund is"."""
    opening, before = message.clauses[number].opening, message.clauses[number - 1].mask
    return (opening == BUT and not before & ME) or (opening == COLON and bool(before & YOU))


def is_offered(message: Message, number: int, sentence: range) -> bool:
    """Whether a clause with a proposal speaks of what is still to be done, and for the desk."""
    clause = message.clauses[number]
    units, first = clause.units, clause.units[0].mask
    if (clause.question and clause.mask & (PERFECT | WERE)) or message.sentences[clause.sentence] & OR:
        return False
    if any(message.clauses[n].mask & REPORT and not message.clauses[n].mask & YOU for n in range(sentence[0], number)):
        return False
    if len(units) > 1 and ((first & ME and units[1].mask & PAST) or (first & YOU and units[1].mask & GOT)):
        return False  # "you got it, right?"
    if first & YOU and first & message.lexicon.aside and clause.mask & QUESTION:
        return False
    if first & YOU_MAY and not clause.mask & (OFFER | AGREE) and not message.taken_up(number):
        return False
    actions = message.lexicon.actions
    for unit, after in pairwise(units):
        if unit.mask & HAVE and after.mask & PAST and not unit.mask & (OFFER | LIKE | GET_IT):
            return False
        if unit.mask & actions and not unit.mask & PAST and after.mask & AUX and not after.mask & CONSENT:
            return False  # the change is what the clause speaks of, "your refund will", not what it offers
    return True


def is_stated(message: Message, number: int, place: int, act: Act, sentence: range) -> bool:
    """Whether a clause with a fact is neither asked nor about something else, nor made unsafe by the clauses around it.

    Args:
        message: The message.
        number: The clause's.
        place: The fact's, in the clause.
        act: The fact.
        sentence: Numbers of the clauses in the sentence.
    """
    clause, mask = message.clauses[number], message.sentences[message.clauses[number].sentence]
    units, first = clause.units, clause.units[0].mask
    leads = WH | REQUEST | ASK_YES
    if (
        mask & OR
        or clause.mask & (REQUEST | ASK_YES)
        or (mask & QUESTION and not _asks_later(message, number, sentence))
    ):
        return False
    if first & THAT and len(units) > 1 and units[1].mask & (ME | YOU | DET):
        return False  # "that the order has shipped ..."
    if message.lexicon.vocabulary.answer[0] not in act.args:
        leads |= TIMING
        if units[0].kind == "quantity":
            return False  # "two years ago"
        if clause.mask & TIMING and clause.place(TIMING) <= place:
            return False  # but not "paid after the price drop"
        if _is_elsewhere(message, clause, act):
            return False
    if leads_away(message.clauses[sentence[0]], message.lexicon.domain) or (clause.mask & THAT and embeds(clause)):
        return False
    return _is_led_in_well(message, number, sentence, leads) and not any(
        later.mask & REPORT or (later.condition and not later.mask & MORE)
        for later in message.clauses[number + 1 : sentence[-1] + 1]
    )


def _is_led_in_well(message: Message, number: int, sentence: range, leads: int) -> bool:
    """Whether no clause before asks for the fact, makes it depend, or denies something without saying what is so."""
    lexicon = message.lexicon
    denied = conditional = False
    for earlier in message.clauses[sentence[0] : number]:
        aside = earlier.mask & lexicon.aside
        if earlier.mask & leads & ~(TIMING if aside else 0):
            return False
        conditional = (conditional and not earlier.mask & DENIED) or (earlier.condition and not aside)
        denied = bool(earlier.mask & DENIED) and not earlier.mask & lexicon.factual
    clause = message.clauses[number]
    if conditional:
        return False
    if not denied or clause.opening in (BUT, COLON):
        return True
    first = clause.units[0].mask
    return clause.opening != BECAUSE and bool(first & (ME | YOU | OTHER | DET)) and not first & THAT


def _is_elsewhere(message: Message, clause: Clause, act: Act) -> bool:
    """Whether a clause is about somebody else's things or things in general: "my order", "an order", "orders"."""
    if len(clause.units) < 2:
        return False
    domain = message.lexicon.domain
    if clause.mask & WHOSE:
        for owner, owned in pairwise(clause.units):
            if owner.mask & WHOSE and (owned.kind or owned.mask >= domain):
                return True
    first, second = clause.units[0].mask, clause.units[1].mask
    if message.lexicon.general & (first | (second if first & EVERY else 0)):
        return True
    if not first & AN or second < domain or clause.opening == AS or "done" in act.args:
        return False
    return not clause.mask & (PERFECT | FUTURE | (0 if act.args.keys() & message.lexicon.many else PAST))


def _asks_later(message: Message, number: int, sentence: range) -> bool:
    """Whether a sentence goes on to ask something else: the question mark is not the fact's."""
    return any(clause >= number and clause in sentence and act.name in _ASKING for clause, _, _, act in message.found)
