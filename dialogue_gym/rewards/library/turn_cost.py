"""A price for every turn: what takes fewer turns is worth more."""

from dialogue_gym.rewards.base import Step


def turn_cost(step: Step, cost: float = 0.01) -> float:
    """−`cost` for each turn, whatever is done in it.

    A dialogue of 5 turns at the default costs 0.05. With a cost that is large beside the task's own reward the best
    agent is one that gives up at once; the tasks' own rewards have a turn cost already.

    >>> from dialogue_gym.rewards.written import written_steps
    >>> [turn_cost(step, cost=0.5) for step in written_steps("user: Hi", "agent: Yes?", "user: Bye", "agent: Bye.")]
    [-0.5, -0.5]

    Args:
        step: The turn.
        cost: What it costs.
    """
    return -float(cost)
