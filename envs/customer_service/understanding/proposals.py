"""Changes that an agent proposes, asking for a yes.

A plan alone ("I'll cancel it now") is none, nor is a menu ("I can cancel it or change the address"), nor a question
about the past ("did you cancel it?"). It takes a change that the desk would make and a request for agreement.
"""

from collections.abc import Collection
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import BECAUSE, OR, WH, Clause
from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import DENIED, DOUBTFUL, Message
from dialogue_gym.envs.customer_service.understanding.statements import fact_cues, is_done

OFFER, LIKE, CONSENT, OKAY, AGREE, GO, ASK_YES, YOU_MAY, ME, YOU, OTHER, PAST, BE, SHOULD, QUESTION, AN = (
    BIT[name]
    for name in (
        "offer",
        "like",
        "consent",
        "okay",
        "agree",
        "go",
        "ask_yes",
        "you_may",
        "i",
        "you",
        "other",
        "past",
        "be",
        "should",
        "question",
        "an",
    )
)
_Found = tuple[int, int, Unit]
"""Clause, place in it, and value."""

_SEEKS = OFFER | LIKE | CONSENT | OKAY | AGREE | ASK_YES


def find_proposals(message: Message) -> None:
    """Adds the proposals of a message."""
    if not message.mask & message.lexicon.tools.any or not message.mask & (_SEEKS | GO | QUESTION):
        return
    last = max((n for n, clause in enumerate(message.clauses) if _seeks_consent(message, n, clause)), default=-1)
    plans: dict[str, list[int]] = {}
    for number, clause in enumerate(message.clauses):
        tool = message.tool(number)
        if tool and _is_plan(message, number, clause, tool):
            answered = last >= 0 and (last >= number or message.clauses[last].sentence >= clause.sentence - 1)
            if answered or _offers(message, clause):
                if number and _is_same_plan(message, number, tool):
                    plans.setdefault(tool, []).append(number - 1)
                plans.setdefault(tool, []).append(number)
    _drop_minor(message, plans)
    if plans and _is_menu(message):
        return
    for tool, numbers in plans.items():
        details = _details(message, tool, numbers)
        place = message.clauses[numbers[0]].place(message.lexicon.actions)
        message.add(numbers[0], place, Act("propose", {"tool": tool, **details}))


def _is_same_plan(message: Message, number: int, tool: str) -> bool:
    """Whether a clause offers what the one before has said: "I can give you a credit. Shall I apply it?"."""
    before = message.clauses[number - 1]
    refers = message.clauses[number].mask & OTHER and message.tool(number - 1) == tool
    return bool(refers) and _is_plan(message, number - 1, before, tool)


def _offers(message: Message, clause: Clause) -> bool:
    """Whether it offers something itself, to be answered with yes or no."""
    mask = clause.mask
    if clause.question:
        return bool(mask & _SEEKS) or _is_bare_offer(message, clause)
    return bool(mask & ASK_YES and mask & (OFFER | LIKE | YOU)) or bool(mask & CONSENT)


def _is_bare_offer(message: Message, clause: Clause) -> bool:
    """Whether it is an offer in short: "Cancel W40213?", "Should a claim be opened?"."""
    units = clause.units
    first = units[1 if units[0].kind and len(units) > 1 else 0].mask  # "W40213: cancel it?"
    return clause.question and bool(first & (message.lexicon.actions | SHOULD)) and not first & PAST


def _seeks_consent(message: Message, number: int, clause: Clause) -> bool:
    """Whether it asks for a yes to what was said."""
    mask = clause.mask
    if number in message.asked or clause.reported or (mask & WH and not mask & CONSENT):
        return False
    if mask & DENIED and not clause.question:
        return False
    if mask & (CONSENT | ASK_YES):
        return True
    if clause.question:
        return (
            bool(mask & OKAY)
            or bool(mask & AGREE and mask & (YOU | YOU_MAY | OFFER | LIKE))
            or bool(mask & LIKE and mask & OTHER)
            or bool(mask & GO and mask & (OFFER | LIKE | ME))
        )
    return clause.condition and bool(mask & (YOU | OTHER)) and bool(mask & (OKAY | AGREE | GO))


def _is_plan(message: Message, number: int, clause: Clause, tool: str) -> bool:
    mask = clause.mask
    if number in message.asked or clause.reported or mask & (DENIED | DOUBTFUL | WH):
        return False
    if (clause.condition and not mask & (OFFER | CONSENT)) or clause.opening == BECAUSE:
        return False
    if mask & YOU_MAY and not mask & (OFFER | CONSENT | AGREE) and not message.taken_up(number):
        return False
    if mask & PAST and mask & BE and not mask & (OFFER | LIKE | CONSENT):
        return False
    if clause.question and not mask & _SEEKS and not _is_bare_offer(message, clause):
        return False
    return not is_done(message, number, tool)


def _drop_minor(message: Message, plans: dict[str, list[int]]) -> None:
    for tool, others in message.lexicon.vocabulary.minor.items():
        if tool in plans and others & plans.keys():
            del plans[tool]


def _is_menu(message: Message) -> bool:
    """Whether several changes are held out to choose from."""
    lexicon = message.lexicon
    if message.has(Act("ask", {"slot": lexicon.vocabulary.alternative})):
        return True
    for number, clause in enumerate(message.clauses):
        if clause.mask & OR:
            following = message.clauses[number + 1 : number + 2]
            mask = clause.mask | (following[0].mask if following else 0)
            if (mask & lexicon.main_verbs).bit_count() > 1:
                return True
    return False


def _details(message: Message, tool: str, numbers: list[int]) -> dict[str, Any]:
    """What a proposal says about the change; what its sentences leave open is looked for around them."""
    vocabulary = message.lexicon.vocabulary
    sentences = {message.clauses[number].sentence for number in numbers}
    near = [n for n, clause in enumerate(message.clauses) if clause.sentence in sentences and not clause.reported]
    around = range(len(message.clauses))
    details: dict[str, Any] = {}
    for kind, slot in vocabulary.details.items():
        only = vocabulary.own_details.get(kind)
        if slot in details or (only is not None and tool not in only):
            continue
        unit = _pick(message, near, kind, details)
        if unit is None and message.values(around, kind):
            own = {vocabulary.own_money.get(tool)}
            elsewhere = (
                around if kind != "money" else [n for n in around if fact_cues(message, n, "money").keys() <= own]
            )
            unit = _pick(message, elsewhere, kind, details)
        if unit is not None:
            details[slot] = unit.value
    return details


def _pick(message: Message, numbers: Collection[int], kind: str, details: dict[str, Any]) -> Unit | None:
    values = message.values(numbers, kind)
    if kind == "option":
        values = _options(message, values, details.get("item"))[-1:]
    if not values:
        return None
    number, place, unit = values[0]
    message.used.add((number, place))
    return unit


def _options(message: Message, values: list[_Found], item: Any) -> list[_Found]:
    """The words that name an option to be had: the item's own, else any that is no everyday word, or follows "size"."""
    values = [found for found in values if not _is_old(message, found)]
    lexicon = message.lexicon
    own = lexicon.options.get(item, frozenset())
    shy = lexicon.vocabulary.shy_options

    def is_sized(number: int, place: int) -> bool:
        units = message.clauses[number].units
        cues = lexicon.sized | (AN if str(units[place].value).isdecimal() else 0)  # "size 44", "a 44"
        before = place > 0 and units[place - 1].mask & cues
        return bool(before or any(unit.mask & lexicon.pronouns for unit in units[place + 1 : place + 2]))

    return [found for found in values if found[2].value in own] or [
        found for found in values if found[2].value not in shy or is_sized(found[0], found[1])
    ]


def _is_old(message: Message, found: _Found) -> bool:
    """Whether an option is the one to be given up: "from black", "instead of black"."""
    number, place, _ = found
    units = message.clauses[number].units[max(0, place - 2) : place]
    return any(unit.mask & BIT["away"] for unit in units)
