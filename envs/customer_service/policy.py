"""The written policy and the rules that check it: every clause has a rule, and every rule a clause.

A policy is Markdown in which a clause is a list item that begins with its key:

    - **[cancel-pending]** Cancel an order only while its status is *pending*.

A rule is a function from the situation and an act, before the act is carried out, to whether the act breaks it.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dialogue_gym.acts import Act

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode

Rule = Callable[["CustomerServiceEpisode", Act], bool]
_CLAUSE = re.compile(r"^- \*\*\[([a-z-]+)\]\*\* (.+)$", re.MULTILINE)


def clauses(policy: str) -> dict[str, str]:
    """The clauses of a written policy, by key."""
    return dict(_CLAUSE.findall(policy))


class Rulebook:
    """Rules by clause.

    Args:
        parent: A rulebook to begin with, such as the rules that hold in every domain.
    """

    def __init__(self, parent: "Rulebook | None" = None) -> None:
        self.rules: dict[str, Rule] = dict(parent.rules) if parent else {}
        self._on: dict[str, list[tuple[str, Rule]]] = (
            {name: list(rules) for name, rules in parent._on.items()} if parent else {}
        )
        self._about: dict[tuple[str, bool], list[tuple[str, Rule]]] = {}

    def rule(self, clause: str, *on: str) -> Callable[[Rule], Rule]:
        """Registers the rule of a clause.

        Args:
            clause: The clause's key.
            on: Names of the acts and tools that it is about; "call" for every tool call.
        """

        def register(check: Rule) -> Rule:
            assert clause not in self.rules, f"clause {clause} has two rules"
            self.rules[clause] = check
            for name in on:
                self._on.setdefault(name, []).append((clause, check))
            self._about.clear()
            return check

        return register

    def broken(self, situation: "CustomerServiceEpisode", act: Act) -> list[str]:
        """The clauses that an act would break."""
        about = (act.name, act.call)
        rules = self._about.get(about)
        if rules is None:
            rules = [*self._on.get(act.name, ()), *(self._on["call"] if act.call else ())]
            self._about[about] = rules
        return [clause for clause, check in rules if check(situation, act)]


COMMON = Rulebook()
"""The rules of every service desk."""


@COMMON.rule("verify-first", "call")
def _verify_first(situation: "CustomerServiceEpisode", act: Act) -> bool:
    if situation.desk.customer is not None:
        return False
    tool = situation.domain.tools.get(act.name)
    return tool is not None and tool.private


@COMMON.rule("consent", "call")
def _consent(situation: "CustomerServiceEpisode", act: Act) -> bool:
    tool = situation.domain.tools.get(act.name)
    return tool is not None and tool.changes and not situation.agreed(act)


@COMMON.rule("truthful", "tell")
def _truthful(situation: "CustomerServiceEpisode", act: Act) -> bool:
    ((fact, value),) = act.args.items()
    return fact != "answer" and not situation.known(fact, value)


@COMMON.rule("rules-from-articles", "tell")
def _rules_from_articles(situation: "CustomerServiceEpisode", act: Act) -> bool:
    ((fact, value),) = act.args.items()
    return fact == "answer" and not situation.known(fact, value)


@COMMON.rule("respectful", "dismiss")
def _respectful(situation: "CustomerServiceEpisode", act: Act) -> bool:
    return True


@COMMON.rule("stay", "close")
def _stay(situation: "CustomerServiceEpisode", act: Act) -> bool:
    return situation.customer.waits_for_something


@COMMON.rule("grounded-refusal", "refuse")
def _grounded_refusal(situation: "CustomerServiceEpisode", act: Act) -> bool:
    matter = situation.customer.matter
    return matter is not None and (matter.goal.refusal != act.args["clause"] or not situation.evident(matter.goal))


@COMMON.rule("handover", "transfer_to_human")
def _handover(situation: "CustomerServiceEpisode", act: Act) -> bool:
    matter = situation.customer.matter
    rightly = matter is not None and matter.goal.transfer == act.args.get("department")
    return not rightly or situation.desk.customer is None
