"""Facts that an agent states."""

from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import AUX, FILLER, ME, OR, OTHER, VERB, YOU, Clause
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import bits
from dialogue_gym.envs.customer_service.understanding.message import APPROX, DENIED, DOUBTFUL, NEG, Message

PAST, PERFECT, FUTURE, BE, OFFER, YOU_MAY, HOLD, COULD, PREDICATE, ACHIEVED, THAT, GET_IT = bits(
    "past perfect future be offer you_may hold could predicate achieved that get_it"
)
MONEY, DATE, CODE, QUANTITY = bits("#money #date #code #quantity")

_OBJECT = 4
"""A verb's object begins before so many words after it."""
MOST_VALUES = 5
"""A clause with more amounts than this is a list."""
MOST_CHANGES = 2
"""A message with more changes made than this is a list, unless the desk says of each that it has made it."""


def find_statements(message: Message) -> None:
    """Adds the facts that a message states."""
    states_done: list[tuple[int, str]] = []
    for number, clause in enumerate(message.clauses):
        if clause.question or clause.condition or clause.reported or clause.mask & (DOUBTFUL | COULD):
            continue
        done = False
        if clause.mask & (PAST | ACHIEVED) and (not message.lists(clause.sentence) or _is_own(clause)):
            tool = message.tool(number)
            if tool and is_done(message, number, tool):
                states_done.append((number, tool))
                done = True
        mask = _completed(message, clause)
        if not done:
            _find_states(message, number, mask)
        _find_flags(message, number, mask)
        if mask & (MONEY | message.lexicon.same):
            _find_amounts(message, number, clause, "money")
        if mask & DATE:
            _find_amounts(message, number, clause, "date")
        if mask & CODE:
            _find_codes(message, number, clause)
        if mask & QUANTITY:
            _find_answer(message, number, clause)
    tools = {tool for _, tool in states_done}
    if len(states_done) > MOST_CHANGES and not all(_is_own(message.clauses[number]) for number, _ in states_done):
        return
    for number, tool in states_done:
        if not message.lexicon.vocabulary.minor.get(tool, frozenset()) & tools:
            message.add(number, message.clauses[number].place(message.lexicon.actions), Act("tell", {"done": tool}))


def is_done(message: Message, number: int, tool: str) -> bool:
    """Whether a clause says that the desk has made a change."""
    clause, lexicon = message.clauses[number], message.lexicon
    mask = clause.mask
    if not mask & (PAST | ACHIEVED) or mask & (OFFER | lexicon.settled) or clause.question:
        return False
    if not mask & lexicon.done_needs.get(tool, mask):
        return False
    if mask & ACHIEVED:
        return not mask & DENIED
    place = next((i for i, unit in enumerate(clause.units) if unit.mask & PAST and unit.mask & lexicon.actions), -1)
    if place < 0:
        return False
    before = 0
    for unit in clause.units[:place]:
        if not unit.mask & lexicon.aside:
            before |= unit.mask
    if _undoes(message, clause, place):
        return False
    if before & (FUTURE | DENIED) or (before & (YOU | YOU_MAY) and not before & ME):
        return False
    return _is_made(message, number, place, before)


def _is_own(clause: Clause) -> bool:
    """Whether a clause says itself who did it: "I changed the address", not "changed the address"."""
    first = next((unit.mask for unit in clause.units if not unit.mask & FILLER), 0)
    return bool(first & ME)


def _undoes(message: Message, clause: Clause, place: int) -> bool:
    """Whether a change is of another change: "the replacement was cancelled", "I took back the credit"."""
    main, units = message.lexicon.main_verbs, clause.units
    other = main & ~units[place].mask
    if not units[place].mask & main:
        return False
    subject = next((i for i, unit in enumerate(units[:place]) if unit.mask & ME), place)
    around = units[:subject] + units[place + 1 : place + _OBJECT]
    return any(unit.mask & other and not unit.mask & PAST for unit in around)


def _is_made(message: Message, number: int, place: int, before: int) -> bool:
    """Whether a past form, with what stands before it, says that something was done, not that it is so or should be."""
    clause, lexicon = message.clauses[number], message.lexicon
    unit = clause.units[place]
    if not before and _continues_plan(message, number):
        return False
    denied_after = any(after.mask & DENIED for after in clause.units[place + 1 : place + 2])
    if denied_after or (clause.mask & DENIED and not unit.mask & lexicon.main_verbs):
        return False
    passive = bool(unit.mask & lexicon.passive_verbs and before & BE)
    if before & PERFECT or (before & ME and not passive):
        return True
    listing = (clause.mask & lexicon.main_verbs).bit_count() > MOST_CHANGES and not before & BE
    return not (passive or listing)


def _continues_plan(message: Message, number: int) -> bool:
    """Whether a clause without a subject goes on with "can be ..." of the clause before."""
    clause, earlier = message.clauses[number], message.clauses[max(0, number - 1)]
    return earlier is not clause and earlier.sentence == clause.sentence and bool(earlier.mask & FUTURE)


def _find_states(message: Message, number: int, mask: int) -> None:
    clause, lexicon = message.clauses[number], message.lexicon
    if mask & (DENIED | YOU_MAY) or message.uncertain(clause.sentence) or message.lists(clause.sentence):
        return
    for fact, rules in lexicon.states:
        found = rules.first(mask, message.mask)
        if found and fact not in message.swallowed and not _still_to_come(clause, found[1].first):
            message.add(number, clause.place(found[1].first), Act("tell", {fact: found[0]}))


def _find_flags(message: Message, number: int, mask: int) -> None:
    clause = message.clauses[number]
    for fact, yes, no in message.lexicon.flags:
        found = no.first(mask, message.mask) or yes.first(mask, message.mask)
        if found is None or fact in message.swallowed or _lists(clause, "option"):
            continue
        answer, rule = found
        if _still_to_come(clause, rule.first) or (answer == "no" and _denied_before(clause, rule.first)):
            continue
        if answer == "yes" and mask & DENIED and not _denies(clause, rule.first):
            continue
        value = answer == "yes" and not mask & DENIED
        message.add(number, clause.place(rule.first), Act("tell", {fact: value}))


def _completed(message: Message, clause: Clause) -> int:
    """The cues of a clause; a mere "out of stock" stands for "it is out of stock"."""
    if not clause.mask & (PREDICATE | PAST) or (
        clause.mask & VERB and not clause.units[0].mask & AUX and not _only_state(clause)
    ):
        return clause.mask
    return clause.mask | message.lexicon.bare if sum(1 for unit in clause.units if unit.mask) < 4 else clause.mask


def _only_state(clause: Clause) -> bool:
    return all(unit.mask & (PREDICATE | PERFECT) for unit in clause.units if unit.mask & VERB)


def _still_to_come(clause: Clause, cue: int) -> bool:
    for unit in clause.units:
        if unit.mask & cue:
            return False
        if unit.mask & FUTURE:
            return True
    return False


def _denied_before(clause: Clause, cue: int) -> bool:
    for unit in clause.units:
        if unit.mask & cue:
            return False
        if unit.mask & NEG:
            return True
    return False


def _denies(clause: Clause, cue: int) -> bool:
    """Whether what a cue says is denied ("is not in stock"), not the whole clause ("it is not that it is in stock")."""
    verb = False
    for place, unit in enumerate(clause.units):
        if unit.mask & DENIED:
            rest = clause.units[place:]
            about = next((i for i, after in enumerate(rest) if after.mask & cue), -1)
            return about >= 0 and (verb or not place) and not any(after.mask & (THAT | OFFER) for after in rest[:about])
        verb = verb or bool(unit.mask & VERB)
    return False


def _lists(clause: Clause, kind: str) -> bool:
    return len({unit.value for unit in clause.units if unit.kind == kind}) > 1


def _find_codes(message: Message, number: int, clause: Clause) -> None:
    if clause.mask & DENIED:
        return
    for kind, fact in message.lexicon.vocabulary.codes.items():
        values = {unit.value: place for place, unit in enumerate(clause.units) if unit.kind == kind}
        if len(values) == 1:
            ((value, place),) = values.items()
            message.add(number, place, Act("tell", {fact: value}))


def _find_answer(message: Message, number: int, clause: Clause) -> None:
    lexicon = message.lexicon
    fact = lexicon.vocabulary.answer[0]
    if clause.mask & (DENIED | lexicon.answer_ban | HOLD | APPROX) or fact in message.swallowed:
        return
    if any(not unit.kind and str(unit.value).isdecimal() for unit in clause.units):
        return  # "3 days by card, 5 by PayPal"
    values = [(place, unit) for place, unit in enumerate(clause.units) if unit.kind == "quantity"]
    if len({unit.value for _, unit in values}) == 1 and not message.lists_values(clause.sentence, "quantity"):
        place, unit = values[0]
        message.add(number, place, Act("tell", {fact: unit.value}))


def _find_amounts(message: Message, number: int, clause: Clause, kind: str) -> None:
    """Money or dates: each value goes with the fact whose cue is nearest; two for one fact are a list, not a fact."""
    values = [
        (place, unit)
        for place, unit in enumerate(clause.units)
        if unit.kind == kind and (number, place) not in message.used
    ]
    if not values:
        lexicon = message.lexicon
        signed = lexicon.vocabulary.signed
        if (
            kind == "money"
            and clause.mask & lexicon.same
            and signed not in message.swallowed
            and not clause.mask & (APPROX | DENIED)
        ):
            message.add(number, clause.place(lexicon.same), Act("tell", {signed: 0.0}))
        return
    if clause.mask & (APPROX | message.lexicon.same):
        return
    if kind == "date" and message.uncertain(clause.sentence):
        return
    if clause.mask & DENIED:
        values = _undenied(clause, values)
    if (
        not values
        or len(values) > MOST_VALUES
        or message.lists_values(clause.sentence, kind)
        or (len(values) > 1 and clause.mask & OR)
    ):
        return
    cues = fact_cues(message, number, kind)
    if kind == "date" and number and _goes_on(message, number):
        cues = fact_cues(message, number - 1, kind) | cues
    elif kind == "date" and not cues and number + 1 < len(message.clauses):
        following = message.clauses[number + 1]
        cues = fact_cues(message, number + 1, kind) if following.sentence == clause.sentence else cues
    for back in range(number - 1, max(-1, number - 4), -1):
        cues = cues or fact_cues(message, back, kind)
    taken: dict[str, list[tuple[int, Unit]]] = {}
    for place, unit in values:
        taken.setdefault(_nearest(clause, place, cues, len(values) == 1), []).append((place, unit))
    for fact, found in taken.items():
        if len(found) == 1 and (fact or kind) not in message.swallowed and fact != "-":
            place, unit = found[0]
            if (clause.sentence, unit.value) in message.amounts:
                continue
            message.amounts.add((clause.sentence, unit.value))
            message.add(number, place, Act("tell", {fact or kind: _signed(message, clause, fact, unit.value)}))


def _undenied(clause: Clause, values: list[tuple[int, Unit]]) -> list[tuple[int, Unit]]:
    """Values left when "not $40" takes only its own away; none if the statement itself is denied."""
    units = clause.units
    for place, unit in enumerate(units):
        if unit.mask & DENIED:
            if place and (units[place - 1].mask & AUX or any(after.mask & VERB for after in units[place:])):
                return []
            before = [value for value in values if value[0] < place]
            return before if len(before) < len(values) else []
    return values


def fact_cues(message: Message, number: int, kind: str) -> dict[str, int]:
    """Cue bits in a clause by the fact that they speak of; "-" for no fact."""
    mask = message.clauses[number].mask
    cues: dict[str, int] = {}
    for fact, rule in message.lexicon.amounts[kind].all(mask, message.mask):
        cues[fact or "-"] = cues.get(fact or "-", 0) | rule.cues
    return cues


def _goes_on(message: Message, number: int) -> bool:
    """Whether a clause speaks of what the clause before speaks of: "it will ...", "and will ...", "you get it ..."."""
    clause, earlier = message.clauses[number], message.clauses[number - 1]
    first = clause.units[0].mask
    if first & YOU and any(unit.mask & (OTHER | GET_IT) for unit in clause.units):
        return True
    return clause.sentence == earlier.sentence and bool(first & (AUX | OTHER))


def _nearest(clause: Clause, place: int, cues: dict[str, int], alone: bool) -> str:
    """The fact that a value belongs to; "" if nothing tells."""
    if not cues:
        return ""
    if alone:
        return next(iter(cues))
    best, distance = "", 99.0
    for fact, mask in cues.items():
        for other, unit in enumerate(clause.units):
            if unit.mask & mask:
                away = abs(other - place) + (0.5 if other > place else 0.0)
                if away < distance:
                    best, distance = fact, away
    return best or "-"


def _signed(message: Message, clause: Clause, fact: str, value: Any) -> Any:
    lexicon = message.lexicon
    signed = lexicon.vocabulary.signed
    return -value if signed and fact == signed and value > 0 and clause.mask & lexicon.less else value
