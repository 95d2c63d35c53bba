"""Facts that an agent states."""

from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import I, OR, YOU, Clause
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.lexicon import Rules
from dialogue_gym.envs.customer_service.understanding.message import APPROX, DENIED, DOUBTFUL, NEG, Message

PAST, PERFECT, FUTURE, BE, HAVE, YOU_MAY, HOLD = (
    BIT[name] for name in ("past", "perfect", "future", "be", "have", "you_may", "hold")
)

MOST_VALUES = 5
"""A clause with more amounts than this is a list."""


def find_statements(message: Message) -> None:
    """Adds the facts that a message states."""
    states_done: list[tuple[int, str]] = []
    for number, clause in enumerate(message.clauses):
        if clause.question or clause.condition or clause.reported or clause.mask & DOUBTFUL:
            continue
        if clause.mask & PAST:
            tool = tool_of(message, clause)
            if tool and is_done(message, clause, tool):
                states_done.append((number, tool))
        _find_states(message, number, clause)
        _find_flags(message, number, clause)
        _find_amounts(message, number, clause, "money", message.lexicon.money)
        _find_amounts(message, number, clause, "date", message.lexicon.dates)
        _find_codes(message, number, clause)
        _find_answer(message, number, clause)
    minor = message.lexicon.vocabulary.minor
    tools = {tool for _, tool in states_done}
    for number, tool in states_done:
        if tool not in minor or tools <= minor:
            message.add(number, 0, Act("tell", {"done": tool}))


def tool_of(message: Message, clause: Clause) -> str:
    """The change that a clause speaks of; "" for none."""
    mask = clause.mask
    if mask & message.lexicon.any_tool:
        for tool, rules in message.lexicon.tools:
            for rule in rules:
                if rule.fits(mask, message.mask):
                    return tool
    return ""


def is_done(message: Message, clause: Clause, tool: str) -> bool:
    """Whether a clause says that the desk has made a change."""
    mask = clause.mask
    if not mask & PAST or mask & DENIED:
        return False
    lexicon = message.lexicon
    if not mask & lexicon.done_needs.get(tool, mask):
        return False
    actions = lexicon.actions
    before = 0
    for unit in clause.units:
        if unit.mask & PAST and unit.mask & actions:
            break
        before |= unit.mask
    else:
        return False
    if before & FUTURE or before & (YOU | YOU_MAY) and not before & I:
        return False
    if before & I or before & PERFECT:
        return True
    return not (unit.mask & lexicon.passive_verbs and before & BE)


def _find_states(message: Message, number: int, clause: Clause) -> None:
    if clause.mask & (DENIED | YOU_MAY):
        return
    for fact, values in message.lexicon.states:
        if fact in message.swallowed:
            continue
        for value, rules in values:
            for rule in rules:
                if rule.fits(clause.mask, message.mask) and not _still_to_come(clause, rule.first):
                    message.add(number, _place(clause, rule.first), Act("tell", {fact: value}))
                    return


def _still_to_come(clause: Clause, cue: int) -> bool:
    for unit in clause.units:
        if unit.mask & FUTURE:
            return True
        if unit.mask & cue:
            return False
    return False


def _find_flags(message: Message, number: int, clause: Clause) -> None:
    mask = clause.mask
    for fact, yes, no in message.lexicon.flags:
        if fact in message.swallowed or _lists(clause, "option"):
            continue
        value: bool | None = None
        cue = 0
        for rule in no:
            if rule.fits(mask, message.mask):
                value, cue = False, rule.first
                break
        else:
            for rule in yes:
                if rule.fits(mask, message.mask):
                    value, cue = not mask & DENIED, rule.first
                    break
        if value is not None and not _still_to_come(clause, cue):
            message.add(number, _place(clause, cue), Act("tell", {fact: value}))


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
    values = [(place, unit) for place, unit in enumerate(clause.units) if unit.kind == "quantity"]
    if len({unit.value for _, unit in values}) == 1:
        place, unit = values[0]
        message.add(number, place, Act("tell", {fact: unit.value}))


def _find_amounts(message: Message, number: int, clause: Clause, kind: str, rules: Rules) -> None:
    """Money or dates: each value goes with the fact whose cue is nearest; two for one fact are a list, not a fact."""
    values = [
        (place, unit)
        for place, unit in enumerate(clause.units)
        if unit.kind == kind and (number, place) not in message.used
    ]
    if not values:
        lexicon = message.lexicon
        if kind == "money" and clause.mask & lexicon.same and not clause.mask & (APPROX | DENIED):
            message.add(number, _place(clause, lexicon.same), Act("tell", {lexicon.vocabulary.signed: 0.0}))
        return
    if clause.mask & APPROX:
        return
    if clause.mask & DENIED:
        values = _undenied(clause, values)
    if not values or len(values) > MOST_VALUES or (len(values) > 1 and clause.mask & OR):
        return
    cues = _cues(message, number, rules)
    taken: dict[str, list[tuple[int, Unit]]] = {}
    for place, unit in values:
        taken.setdefault(_nearest(clause, place, cues, len(values) == 1), []).append((place, unit))
    for fact, found in taken.items():
        if len(found) == 1 and fact not in message.swallowed and fact != "-":
            place, unit = found[0]
            if (clause.sentence, unit.value) in message.amounts:
                continue
            message.amounts.add((clause.sentence, unit.value))
            message.add(number, place, Act("tell", {fact or kind: _signed(message, clause, fact, unit.value)}))


def _undenied(clause: Clause, values: list[tuple[int, Unit]]) -> list[tuple[int, Unit]]:
    """Values left when "not $40" takes only its own away; none if the statement itself is denied."""
    kind = values[0][1].kind
    left = []
    for place, unit in enumerate(clause.units):
        if unit.mask & DENIED and not (place + 1 < len(clause.units) and clause.units[place + 1].kind == kind):
            return []
    for place, unit in values:
        if not (place and clause.units[place - 1].mask & NEG):
            left.append((place, unit))
    return left


def _cues(message: Message, number: int, rules: Rules) -> dict[str, int]:
    """Cue bits by fact, of the clause or else of the nearest one before it that has any; "-" for no fact."""
    for back in range(number, max(-1, number - 4), -1):
        clause = message.clauses[back]
        cues: dict[str, int] = {}
        for fact, alternatives in rules:
            for rule in alternatives:
                if rule.fits(clause.mask, message.mask):
                    cues[fact or "-"] = cues.get(fact or "-", 0) | rule.cues
        if cues:
            return cues
    return {}


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
    return -value if fact == lexicon.vocabulary.signed and value > 0 and clause.mask & lexicon.less else value


def _place(clause: Clause, cue: int) -> int:
    return next((place for place, unit in enumerate(clause.units) if unit.mask & cue), 0)
