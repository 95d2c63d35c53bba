"""When a visit ends, and when the next one begins."""

from math import ceil, exp, log

from dialogue_gym.envs.recommendation.users.funnel import sigmoid
from dialogue_gym.envs.recommendation.users.parameters import UserParameters


def leave_chance(p: UserParameters, satisfaction: float, idle: int, patience: float) -> float:
    """Probability that the visit ends after a round.

    Args:
        p: The population.
        satisfaction: The user's, now.
        idle: Rounds in a row in which nothing was opened.
        patience: The user's: what divides the effect of idle rounds, 1 on average.
    """
    return sigmoid(p.leave - p.leave_satisfaction * satisfaction + p.leave_idle * idle / patience)


def mean_days_away(p: UserParameters, satisfaction: float) -> float:
    """Mean days until the next visit."""
    return p.return_days * exp(-p.return_satisfaction * satisfaction)


def days_away(p: UserParameters, satisfaction: float, uniform: float) -> int | None:
    """Whole days until the next visit, exponentially distributed and rounded up; None where the user is lost.

    Args:
        p: The population.
        satisfaction: The user's when the visit ended.
        uniform: A draw from [0, 1).
    """
    days = max(1, ceil(-mean_days_away(p, satisfaction) * log(1.0 - uniform)))
    return days if days <= p.lost_after else None
