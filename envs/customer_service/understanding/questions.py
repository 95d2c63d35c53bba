"""What an agent asks for."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import AUX, BUT, OR, PLEASE, VERB, WH, Clause
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import CANT, DENIED, Message
from dialogue_gym.envs.customer_service.understanding.rules import Rule

REQUEST, INFORM, ASK_YOU, ASK_YES, ASK_AGAIN, CONFIRM, MATTER, MORE, QUESTION_SLOT, CLARIFY, ME, PAST = (
    BIT[name]
    for name in (
        "request",
        "inform",
        "ask_you",
        "ask_yes",
        "ask_again",
        "confirm",
        "matter",
        "more",
        "question_slot",
        "clarify",
        "i",
        "past",
    )
)
NEARBY = 4
"""Clauses around a question in which the things to choose from are looked for."""


def find_questions(message: Message) -> None:
    """Adds the asks of a message."""
    lexicon = message.lexicon
    beats = lexicon.vocabulary.beats
    for number, clause in enumerate(message.clauses):
        if clause.reported or (clause.condition and not clause.mask & REQUEST and not _asks_whether(message, number)):
            continue
        mask = clause.mask
        if mask & (MATTER | QUESTION_SLOT) and not mask & (MORE | DENIED | CLARIFY):
            _add(message, number, "question" if mask & QUESTION_SLOT else "matter", mask & (MATTER | QUESTION_SLOT))
        if clause.question and _ask_choice(message, number, clause):
            continue
        if not mask & (lexicon.slots.any | ASK_AGAIN):
            continue
        asking = _asks(clause) or _asks_instead(message, number)
        informal = asking or clause.question or clause.condition
        if not (asking or informal):
            continue
        beaten: set[str] = set()
        found = False
        for slot, rule in lexicon.slots.all(mask, message.mask):
            if slot not in beaten and (informal if rule.free else asking) and not _denied(rule, clause):
                _add(message, number, slot, rule.first)
                beaten |= beats.get(slot, frozenset())
                found = True
        if mask & ASK_AGAIN and asking and not found and number:
            _ask_again(message, number)


def _asks_whether(message: Message, number: int) -> bool:
    """Whether a clause is what the one before asks: "may I ask whether you'd like a refund or a replacement"."""
    clause, before = message.clauses[number], message.clauses[max(0, number - 1)]
    return bool(clause.mask & OR and before.mask & REQUEST) and before.sentence == clause.sentence


def _asks_instead(message: Message, number: int) -> bool:
    """Whether a clause names what is asked for in place of another thing: "I don't need a card, just your name"."""
    clause, before = message.clauses[number], message.clauses[max(0, number - 1)]
    return clause.opening == BUT and not clause.mask & VERB and bool(before.mask & DENIED) and _asks(before)


def _ask_again(message: Message, number: int) -> None:
    """Adds the slot that was spoken of before: "I can't find the order number. Could you check it?"."""
    before = message.clauses[number - 1].mask
    for slot, rule in message.lexicon.slots.all(before, before):
        if not rule.free:
            _add(message, number, slot, 0)
            return


def _denied(rule: Rule, clause: Clause) -> bool:
    return bool(clause.mask & DENIED) and not (rule.free and clause.question and not clause.mask & CANT)


def _asks(clause: Clause) -> bool:
    """Whether it asks to be told something, beyond a mere yes or no."""
    mask = clause.mask
    first = clause.units[0].mask
    if (
        mask & REQUEST
        or (mask & CLARIFY and not mask & DENIED)
        or (mask & ASK_AGAIN and mask & ASK_YOU)
        or (mask & INFORM and ((mask & ASK_YOU and not mask & ME) or first & INFORM))
    ):
        return True
    if mask & WH and (clause.question or first & WH or (len(clause.units) < 6 and not mask & AUX)):
        return True
    if mask & (CONFIRM | ASK_YES) and not mask & ME:
        return True
    if clause.units[-1].mask & PLEASE and not mask & ME:
        return True
    return bool(mask & PLEASE and not mask & (VERB | PAST)) or (
        clause.question and (not mask & VERB or len(clause.units) < 5) and not mask & AUX
    )


def _ask_choice(message: Message, number: int, clause: Clause) -> bool:
    """Adds what is to be chosen: the option in "black or white?", the order in "W40213, W40214: which one?"."""
    lexicon = message.lexicon
    if clause.mask & OR:
        beside = message.clauses[max(0, number - 1) : number + 2]  # "is it the mug | or the lamp that is broken?"
        among = [other for other in beside if other.question and other.sentence == clause.sentence]
    elif clause.mask & lexicon.pick:
        nearby = message.clauses[max(0, number - NEARBY) : number + 1]
        among = [other for other in nearby if other.sentence == clause.sentence]
    else:
        return False
    for kind, slot in lexicon.vocabulary.choices.items():
        values = {unit.value for each in among for unit in each.units if unit.kind == kind}
        if len(values) > 1:
            _add(message, number, slot, 0)
            around = range(max(0, number - NEARBY), min(len(message.clauses), number + NEARBY))
            message.asked.update(n for n in around if message.clauses[n].sentence == clause.sentence)
            return True
    return False


def _add(message: Message, number: int, slot: str, cue: int) -> None:
    message.asked.add(number)
    message.add(number, message.clauses[number].place(cue), Act("ask", {"slot": slot}))
