"""What contradicts prior knowledge, or breaks a rule of it, is charged for."""

import json
import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import Any

from dialogue_gym.acts import MALFORMED
from dialogue_gym.episode import Event
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.library._text import spoken
from dialogue_gym.rewards.library.logic.inference import Triple, closure, matches
from dialogue_gym.rewards.library.logic.syntax import Knowledge, plain, read_knowledge
from dialogue_gym.rewards.sharing import Shared

CALLED = "called"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LEADING = re.compile(r"^(?:the|a|an|your|our|this|that)\s+")


class Logic(Shared):
    """Claims against a knowledge graph, and a table of what must never be, both from a file.

    {"logic": {"file": "shop.rules"}}; `library/logic/syntax.py` describes the file. On top of the file's facts there
    are those of the dialogue: each object in a tool's result gives (its first value | key | value) for its other
    values, and each call (its first argument's value | tool | called), so that

        never cancel-shipped:  ?order | status | shipped  &  ?order | cancel_order | called

    is about orders that were seen to be shipped. Where a relation is `single`, the newest result counts.

    | part | value |
    |---|---|
    | contradictions | −`cost` for each claim of the message whose subject is known to have another object |
    | broken | −`cost` for each `never`, per binding, in the turn in which it first holds |
    | raw/claims | claims that sentences of the message make |

    A claim about which nothing is known is neither right nor wrong, and costs nothing. See `tests/rewards/library/
    test_logic.py` for an example by hand.

    Args:
        file: The knowledge file.
        cost: What each contradiction and each broken rule costs.
    """

    name = "logic"

    def __init__(self, file: str, cost: float = 1.0) -> None:
        self.knowledge: Knowledge = read_knowledge(Path(file))
        self.cost = float(cost)

    def score(self, steps: Sequence[Step]) -> list[Reward]:
        """One reward per step, from its transcript alone."""
        return [self._score(step) for step in steps]

    def _score(self, step: Step) -> Reward:
        claims = self._claims(step)
        wrong = self._contradictions(step, claims) if claims else []
        broken = (
            self._broken(step, step.number) - self._broken(step, step.number - 1) if self.knowledge.never else set()
        )
        parts = {
            "contradictions": 0.0 - self.cost * len(wrong),
            "broken": 0.0 - self.cost * len(broken),
            "raw/claims": float(len(claims)),
        }
        said = [*wrong, *(f"{name} ({', '.join(bound)})" for name, *bound in sorted(broken))]
        return Reward(parts["contradictions"] + parts["broken"], parts, "; ".join(said))

    def _claims(self, step: Step) -> list[Triple]:
        found = []
        named = {fact.subject for fact in self._known(step, step.number - 1)} if self.knowledge.says else set()
        for sentence in _SENTENCE_END.split(spoken(step)):
            for pattern, fact in self.knowledge.says:
                for match in pattern.finditer(sentence):
                    slots = {f"{{{name}}}": _bare(value) for name, value in match.groupdict().items()}
                    claim = Triple(*(_fill(term, slots) for term in fact))
                    found.append(claim._replace(subject=_linked(claim.subject, named)))
        return list(dict.fromkeys(found))

    def _contradictions(self, step: Step, claims: Sequence[Triple]) -> list[str]:
        known = self._known(step, step.number - 1)
        wrong = []
        for claim in claims:
            if claim.relation in self.knowledge.single:
                objects = sorted(f.object for f in known if (f.subject, f.relation) == (claim.subject, claim.relation))
                if objects and claim.object not in objects:
                    wrong.append(f"{' | '.join(claim)}, but it is {' or '.join(objects)}")
        return wrong

    def _broken(self, step: Step, number: int) -> set[tuple[str, ...]]:
        """The prohibitions that are broken once the agent has acted in a turn, each with what it is bound to."""
        if number == 0:
            return set()
        facts = self._known(step, number - 1)
        for n in range(1, number + 1):
            past = Step(step.dialogue, n)
            facts |= {*_calls(past), *self._claims(past)}
        facts = closure(facts, self.knowledge.rules)
        return {
            (name, *(value for _, value in sorted(binding.items())))
            for name, conditions in self.knowledge.never.items()
            for binding in matches(conditions, facts)
        }

    def _known(self, step: Step, turns: int) -> set[Triple]:
        """What holds by the file and by the results of tools up to a turn, and what follows."""
        dialogue = step.dialogue
        heard = [*dialogue.opening, *(event for turn in dialogue.turns[:turns] for event in turn.heard)]
        latest = {(f.subject, f.relation): f for f in self.knowledge.facts if f.relation in self.knowledge.single}
        facts = {fact for fact in self.knowledge.facts if fact.relation not in self.knowledge.single}
        for fact in (fact for event in heard for fact in _results(event)):
            if fact.relation in self.knowledge.single:
                latest[fact.subject, fact.relation] = fact
            else:
                facts.add(fact)
        return closure(facts | set(latest.values()), self.knowledge.rules)


def _results(event: Event) -> tuple[Triple, ...]:
    return _read_result(event.text) if event.role == "tool" else ()


@lru_cache(maxsize=4096)
def _read_result(text: str) -> tuple[Triple, ...]:
    try:
        return tuple(_objects(json.loads(text)))
    except (ValueError, RecursionError):  # a tool may answer in words, which are no facts
        return ()


def _objects(value: Any) -> Iterator[Triple]:
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)
    elif isinstance(value, dict):
        subject = next(iter(value.values()), None)
        for key, each in value.items():
            if isinstance(each, dict | list):
                yield from _objects(each)
            elif each is not subject and isinstance(subject, str | int | float):
                yield Triple(plain(subject), plain(key), _term(each))


def _calls(step: Step) -> Iterator[Triple]:
    for act in step.acts:
        if act.call and act.name != MALFORMED:
            first = next(iter(act.args.values()), "")
            yield Triple(_term(first), plain(act.name), CALLED)


def _term(value: Any) -> str:
    return plain(json.dumps(value)) if isinstance(value, bool) or value is None else plain(value)


def _fill(term: str, slots: dict[str, str]) -> str:
    for slot, value in slots.items():
        term = term.replace(slot.casefold(), value)
    return term


def _linked(text: str, named: Set[str]) -> str:
    """What words are about: their longest end that is known, or all of them.

    >>> _linked("confirm that the rice cooker", {"rice cooker", "cooker"})
    'rice cooker'
    """
    words = text.split()
    ends = (" ".join(words[i:]) for i in range(len(words)))
    return next((end for end in ends if end in named), text)


def _bare(text: str) -> str:
    """A slot's words without what only introduces or ends them.

    >>> _bare("The rice cooker.")
    'rice cooker'
    """
    return _LEADING.sub("", plain(text)).rstrip(".")
