"""What an agent says can't be done, and by which clause of the policy."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.clauses import Clause
from dialogue_gym.envs.customer_service.understanding.message import DENIED, DOUBTFUL, NEG, Message
from dialogue_gym.envs.customer_service.understanding.rules import Rule


def find_refusals(message: Message) -> None:
    """Adds the refusals of a message.

    A clause that gives the reason by itself counts first. Only if there is none, "I can't ..." in one clause and the
    reason in another make a refusal together.
    """
    if not message.mask & message.lexicon.clauses.any:
        return
    if not _find(message, together=False):
        _find(message, together=True)


def _find(message: Message, together: bool) -> bool:
    found = False
    for number, clause in enumerate(message.clauses):
        if clause.question or clause.condition or clause.reported or clause.mask & DOUBTFUL:
            continue
        name = _clause_of_policy(message, clause, together)
        if name:
            message.add(number, 0, Act("refuse", {"clause": name}))
            message.swallowed |= message.lexicon.vocabulary.swallows.get(name, frozenset())
            found = True
    return found


def _clause_of_policy(message: Message, clause: Clause, together: bool) -> str:
    for name, rule in message.lexicon.clauses.all(clause.mask, message.said):
        if bool(rule.around) is together and not _denied(rule, clause):
            return name
    return ""


def _denied(rule: Rule, clause: Clause) -> bool:
    """Whether the reason itself is denied: "it is not final sale"."""
    if not clause.mask & NEG or rule.cues & DENIED:
        return False
    last = max(place for place, unit in enumerate(clause.units) if unit.mask & rule.cues)
    return any(unit.mask & NEG for unit in clause.units[:last])
