"""Whether a statement or proposal that was found is plainly meant. If in doubt, it is not, and the customer asks again.

A blacklist of doubts is never complete: an agent may pass on a rumour, make up an example, or say what would have been,
in more ways than anybody lists. So this fails closed. A fact or proposal counts only if all of its sentence is explained:
by cues, by `plain.txt`, or as somebody's name. On top of that, no cue in the sentence may say that it is unreal or
somebody's word, its question must be another clause's, nothing before it may be denied without saying what is so
instead, and the message may neither take it back nor hold out another value.
"""

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
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import DENIED, Message
from dialogue_gym.envs.customer_service.understanding.sentences import (
    FUTURE,
    HAVE,
    LIKE,
    NOT_MEANT,
    OFFER,
    REPORT,
    THAT,
    WERE,
    embeds,
    is_plain,
    leads_away,
)

(
    FRAME,
    UNDO,
    PERFECT,
    REQUEST,
    ASK_YES,
    PAST,
    TIMING,
    TRUTH,
    DISCLAIM,
    OKAY,
    CONSENT,
    MORE,
    AN,
    EVERY,
    WHOSE,
    YOU_MAY,
    AGREE,
) = (
    BIT[name]
    for name in (
        "frame",
        "undo",
        "perfect",
        "request",
        "ask_yes",
        "past",
        "timing",
        "truth",
        "disclaim",
        "okay",
        "consent",
        "more",
        "an",
        "every",
        "whose",
        "you_may",
        "agree",
    )
)
_CLAIMS = ("tell", "propose")
_ASKING = ("ask", "propose", "clarify", "offer_more")
_SHORT = 5
"""A comment of fewer words than this is on what was said before."""


def drop_unasserted(message: Message) -> None:
    """Drops the facts and proposals of a message that are not plainly stated."""
    if not any(act.name in _CLAIMS for _, _, _, act in message.found):
        return
    if message.mask & FRAME:
        message.keep(lambda number, place, act: act.name not in _CLAIMS)
        return
    undone, questioned = _taken_back(message)
    plain: dict[int, bool] = {}

    def asserted(number: int, place: int, act: Act) -> bool:
        if act.name not in _CLAIMS:
            return True
        sentence = message.clauses[number].sentence
        if sentence <= undone or (sentence <= questioned and act.name == "tell"):
            return False
        if sentence not in plain:
            plain[sentence] = is_plain(message, sentence)
        return (
            plain[sentence]
            and not _is_doubted(message, number)
            and (_is_stated(message, number, place, act) if act.name == "tell" else _is_offered(message, number))
        )

    message.keep(asserted)


def _taken_back(message: Message) -> tuple[int, int]:
    """The last sentences that a later one takes back, and that a later one asks the truth of; -1 for none."""
    undone = questioned = -1
    acting = {message.clauses[number].sentence for number, _, _, _ in message.found}
    proposing = any(act.name == "propose" for _, _, _, act in message.found)
    seen: set[int] = set()
    for clause in message.clauses:
        sentence, mask = clause.sentence, clause.mask
        if mask & UNDO:
            undone = sentence
        elif clause.opening == OR and sentence not in seen:
            undone = sentence
        elif sentence and sentence not in acting and sentence not in seen:
            whole = message.sentences[sentence]
            if mask & DISCLAIM or _is_comment(clause) and whole & (HEDGE | DENIED | REPORT | NOT_MEANT):
                undone = sentence - 1
            elif whole & QUESTION and whole & (TRUTH | OKAY | CONSENT | ASK_YES) and not proposing:
                questioned = sentence - 1
        seen.add(sentence)
    return undone, questioned


def _is_comment(clause: Clause) -> bool:
    """Whether a clause begins a comment on what was said: "That isn't true", "Maybe", "I could be wrong"."""
    first = clause.units[0].mask
    return bool(first & THAT) or bool(first & DENIED and clause.mask & THAT) or len(clause.units) < _SHORT


def _is_doubted(message: Message, number: int) -> bool:
    """Whether a hedge goes before a clause, up to a "but", or a condition or somebody's word follows it."""
    sentence = message.clauses[number].sentence
    hedged = False
    for place, clause in enumerate(message.clauses):
        if clause.sentence == sentence:
            hedged = bool(clause.mask & HEDGE) or (hedged and (place > number or not _starts_anew(message, place)))
    return hedged


def _starts_anew(message: Message, number: int) -> bool:
    """Whether a clause is free of the doubts before it: "maybe you did not see it, but", "... it: the refund is"."""
    opening, before = message.clauses[number].opening, message.clauses[number - 1].mask
    return (opening == BUT and not before & ME) or (opening == COLON and bool(before & YOU))


def _is_offered(message: Message, number: int) -> bool:
    """Whether a clause with a proposal speaks of what is still to be done."""
    clause = message.clauses[number]
    if clause.question and clause.mask & (PERFECT | WERE):
        return False
    for earlier in message.clauses[:number]:
        if earlier.sentence == clause.sentence and (earlier.mask & REPORT and not earlier.mask & YOU):
            return False
    actions = message.lexicon.actions
    first = clause.units[0].mask
    if first & ME and len(clause.units) > 1 and clause.units[1].mask & PAST:
        return False
    if first & YOU_MAY and not clause.mask & (OFFER | AGREE):
        return False
    for unit, after in pairwise(clause.units):
        if unit.mask & HAVE and after.mask & PAST and not unit.mask & (OFFER | LIKE):
            return False
        if unit.mask & actions and not unit.mask & PAST and after.mask & AUX:
            return False  # the change is what the clause speaks of, "your refund will", not what it offers
    return True


def _is_stated(message: Message, number: int, place: int, act: Act) -> bool:
    """Whether a clause with a fact is neither asked nor led in by a condition, a "what", or an empty denial."""
    clause = message.clauses[number]
    if clause.units[0].kind == "quantity" and message.lexicon.vocabulary.answer[0] not in act.args:
        return False  # "two years ago"
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
    if leads_away(message, clause.sentence) or embeds(clause) or _is_elsewhere(message, clause, act):
        return False
    denied = conditional = False
    for earlier in message.clauses[:number]:
        if earlier.sentence == clause.sentence:
            if earlier.mask & leads & ~(TIMING if earlier.mask & message.lexicon.aside else 0):
                return False
            conditional = (conditional and not earlier.mask & DENIED) or (
                earlier.condition and not earlier.mask & message.lexicon.aside
            )
            denied = bool(earlier.mask & DENIED) and not earlier.mask & message.lexicon.factual
    later = [each for each in message.clauses[number + 1 :] if each.sentence == clause.sentence]
    if conditional or any(each.mask & REPORT or (each.condition and not each.mask & MORE) for each in later):
        return False
    if not denied or clause.opening in (BUT, COLON):
        return True
    return clause.opening != BECAUSE and bool(first & (ME | YOU | OTHER | DET) and not first & THAT)


def _is_elsewhere(message: Message, clause: Clause, act: Act) -> bool:
    """Whether a clause speaks of somebody else's things, or in general: "my order", "an order", "orders are shipped"."""
    answer = message.lexicon.vocabulary.answer[0]
    if answer in act.args or len(clause.units) < 2:
        return False
    domain = message.lexicon.domain
    for owner, owned in pairwise(clause.units):
        if owner.mask & WHOSE and (owned.kind or owned.mask >= domain):
            return True
    first, second = clause.units[0].mask, clause.units[1].mask
    if message.lexicon.general & (first | (second if first & EVERY else 0)):
        return True
    return (
        bool(first & AN)
        and clause.opening != AS
        and "done" not in act.args
        and second >= domain
        and not clause.mask & (PERFECT | FUTURE | PAST)
    )


def _asks_later(message: Message, number: int) -> bool:
    """Whether a sentence goes on to ask something else: the question mark is not the fact's."""
    sentence = message.clauses[number].sentence
    return any(
        clause >= number and message.clauses[clause].sentence == sentence and act.name in _ASKING
        for clause, _, _, act in message.found
    )
