"""What follows from facts by rules: forward chaining over triples, until nothing new follows.

A term that begins with "?" is a variable. Rules are Horn clauses without negation, so what follows is one least set
of facts, whatever the order (van Emden and Kowalski 1976, "The Semantics of Predicate Logic as a
Programming Language").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dialogue_gym.errors import ConfigurationError

LIMIT = 100_000
"""Facts beyond which rules are taken for a mistake."""

Binding = Mapping[str, str]


class Triple(NamedTuple):
    """One relation: "the rice cooker | warranty | 24 months". Texts in lower case; variables begin with "?"."""

    subject: str
    relation: str
    object: str

    def filled(self, binding: Binding) -> "Triple":
        """With variables replaced by what they are bound to."""
        return Triple(*(binding.get(term, term) for term in self))


class Rule(NamedTuple):
    """If all conditions hold, so does the conclusion."""

    conditions: tuple[Triple, ...]
    conclusion: Triple


def is_variable(term: str) -> bool:
    """Whether a term stands for any."""
    return term.startswith("?")


def closure(facts: Iterable[Triple], rules: Sequence[Rule]) -> set[Triple]:
    """The facts and all that follows from them.

    >>> rule = Rule((Triple("?a", "in", "?b"), Triple("?b", "in", "?c")), Triple("?a", "in", "?c"))
    >>> sorted(closure([Triple("x", "in", "y"), Triple("y", "in", "z")], [rule]))[1]
    Triple(subject='x', relation='in', object='z')

    Raises:
        ConfigurationError: More follows than any small knowledge base holds.
    """
    known = set(facts)
    new = True
    while new:
        found = {
            rule.conclusion.filled(binding) for rule in rules for binding in matches(rule.conditions, known)
        } - known
        known |= found
        new = bool(found)
        if len(known) > LIMIT:
            raise ConfigurationError(f"Expected at most {LIMIT} facts to follow from the rules, got more.")
    return known


def matches(conditions: Sequence[Triple], facts: Iterable[Triple]) -> Iterator[dict[str, str]]:
    """The bindings of variables under which all conditions are among the facts."""
    by_relation: dict[str, list[Triple]] = {}
    everything = sorted(facts)
    for fact in everything:
        by_relation.setdefault(fact.relation, []).append(fact)
    return _solve(conditions, by_relation, everything, {})


def _solve(
    conditions: Sequence[Triple],
    by_relation: Mapping[str, Sequence[Triple]],
    everything: Sequence[Triple],
    binding: dict[str, str],
) -> Iterator[dict[str, str]]:
    if not conditions:
        yield binding
        return
    wanted = conditions[0].filled(binding)
    candidates = everything if is_variable(wanted.relation) else by_relation.get(wanted.relation, ())
    for fact in candidates:
        more = _unify(wanted, fact)
        if more is not None:
            yield from _solve(conditions[1:], by_relation, everything, {**binding, **more})


def _unify(wanted: Triple, fact: Triple) -> dict[str, str] | None:
    """What the variables of a condition have to be for it to be the fact; None if it can't be."""
    found: dict[str, str] = {}
    for term, value in zip(wanted, fact, strict=True):
        if is_variable(term):
            if found.setdefault(term, value) != value:
                return None
        elif term != value:
            return None
    return found
