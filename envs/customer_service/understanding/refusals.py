"""What an agent says can't be done, and by which clause of the policy."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import Clause
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.message import DENIED, DOUBTFUL, NEG, Message
from dialogue_gym.envs.customer_service.understanding.rules import Rule
from dialogue_gym.envs.customer_service.understanding.sentences import THAT, embeds

COULD, HAVE, TRUTH = BIT["could"], BIT["have"], BIT["truth"]
_Found = tuple[int, int, str]
"""Clause, place in it, and clause of the policy."""


def find_refusals(message: Message) -> None:
    """Adds the refusals of a message.

    A clause that gives the reason by itself counts first. Only if there is none, "I can't ..." in one clause and the
    reason in another make a refusal together.
    """
    if not message.mask & message.lexicon.clauses.any:
        return
    alone: list[_Found] = []
    together: list[_Found] = []
    for number, clause in enumerate(message.clauses):
        if clause.mask & TRUTH and clause.mask & THAT and embeds(clause):
            continue  # "it isn't true that there is only one charge"
        if not (clause.question or clause.condition or clause.reported or clause.mask & DOUBTFUL):
            _find(message, number, clause, alone, together)
    for number, place, name in alone or together:
        message.add(number, place, Act("refuse", {"clause": name}))
        message.swallowed |= message.lexicon.vocabulary.swallows.get(name, frozenset())


def _find(message: Message, number: int, clause: Clause, alone: list[_Found], together: list[_Found]) -> None:
    hinted = False
    for name, rule in message.lexicon.clauses.all(clause.mask, message.said):
        if not (hinted and rule.around) and not _denied(rule, clause) and not _is_mere_chance(rule, clause):
            if not rule.around:
                alone.append((number, clause.place(rule.first), name))
                return
            together.append((number, clause.place(rule.first), name))
            hinted = True


def _denied(rule: Rule, clause: Clause) -> bool:
    """Whether the reason itself is denied: "it is not final sale"."""
    if not clause.mask & NEG or rule.cues & DENIED:
        return False
    last = max(place for place, unit in enumerate(clause.units) if unit.mask & rule.cues)
    return any(unit.mask & NEG for unit in clause.units[:last])


def _is_mere_chance(rule: Rule, clause: Clause) -> bool:
    """Whether the reason is only possible: "the warranty could be over"."""
    if not clause.mask & COULD or clause.mask & (DENIED | HAVE):
        return False
    return not any(unit.mask & COULD and unit.mask & rule.first for unit in clause.units)
