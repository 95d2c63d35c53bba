"""What an agent asks for."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import OR, PLEASE, VERB, WH, Clause
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import CANT, DENIED, Message
from dialogue_gym.envs.customer_service.understanding.rules import Rule

REQUEST, INFORM, ASK_YOU, ASK_YES, CONFIRM, MATTER, MORE, QUESTION_SLOT, I = (
    BIT[name] for name in ("request", "inform", "ask_you", "ask_yes", "confirm", "matter", "more", "question_slot", "i")
)


def find_questions(message: Message) -> None:
    """Adds the asks of a message."""
    lexicon = message.lexicon
    beats = lexicon.vocabulary.beats
    for number, clause in enumerate(message.clauses):
        if clause.reported or (clause.condition and not clause.mask & REQUEST):
            continue
        mask = clause.mask
        if mask & (MATTER | QUESTION_SLOT) and not mask & (MORE | DENIED):
            _add(message, number, "question" if mask & QUESTION_SLOT else "matter", mask & (MATTER | QUESTION_SLOT))
        if clause.question and mask & OR and _ask_choice(message, number, clause):
            continue
        if not mask & lexicon.any_slot:
            continue
        asking = _asks(clause)
        informal = asking or clause.question
        if not (asking or informal):
            continue
        beaten: set[str] = set()
        for slot, rules in lexicon.slots:
            if slot in beaten:
                continue
            for rule in rules:
                if (informal if rule.free else asking) and _applies(rule, clause, message):
                    _add(message, number, slot, rule.first)
                    beaten |= beats.get(slot, frozenset())
                    break


def _applies(rule: Rule, clause: Clause, message: Message) -> bool:
    if clause.mask & DENIED and not (rule.free and clause.question and not clause.mask & CANT):
        return False
    return rule.fits(clause.mask, message.mask)


def _asks(clause: Clause) -> bool:
    """Whether it asks to be told something, beyond a mere yes or no."""
    mask = clause.mask
    if mask & (REQUEST | WH) or (mask & INFORM and mask & ASK_YOU and not mask & I):
        return True
    if mask & (CONFIRM | ASK_YES) and not mask & I:
        return True
    return bool(mask & PLEASE and len(clause.units) < 8) or (clause.question and not mask & VERB)


def _ask_choice(message: Message, number: int, clause: Clause) -> bool:
    """ "Black or white?" asks for the option."""
    for kind, slot in message.lexicon.vocabulary.choices.items():
        values = {unit.value for unit in clause.units if unit.kind == kind}
        if len(values) > 1:
            _add(message, number, slot, 0)
            return True
    return False


def _add(message: Message, number: int, slot: str, cue: int) -> None:
    place = next((i for i, unit in enumerate(message.clauses[number].units) if unit.mask & cue), 0)
    message.asked.add(number)
    message.add(number, place, Act("ask", {"slot": slot}))
