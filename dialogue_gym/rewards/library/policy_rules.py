"""The task's own rules of conduct, as a reward of their own."""

from dialogue_gym.rewards.base import Step


def policy_rules(step: Step, cost: float = 1.0) -> float | None:
    """−`cost` for each clause of the task's policy that the turn breaks.

    The task's rule checker counts them (in customer service each clause of `policy.md` has a rule); this is for mixes
    that weigh rules otherwise than the task does, and as `cost` of a constraint: {"constraint": {"child": "task",
    "cost": "violations", "bound": 0.05}}. Does not apply where a task reports no violations.

    Two clauses broken in one turn, say opening an account unverified and changing it without a yes, give −2.

    Args:
        step: The turn.
        cost: What each broken clause costs.
    """
    broken = step.facts.get("violations")
    return None if broken is None else 0.0 - cost * broken


def violations(step: Step) -> float | None:
    """The number of clauses of the task's policy that the turn breaks: `policy_rules` turned round.

    A cost, to be bounded: {"constraint": {"child": "task", "cost": "violations", "bound": 0.05}}.
    Does not apply where a task reports no violations.

    Two clauses broken in one turn give 2.
    """
    return step.facts.get("violations")
