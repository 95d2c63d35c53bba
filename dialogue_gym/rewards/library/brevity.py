"""A price for long messages."""

from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.library._text import spoken, words_of


def brevity(step: Step, limit: int = 40, cost: float = 0.01) -> float:
    """−`cost` for each word of the agent's message beyond `limit`; tool calls are not counted.

    Short messages are all alike, so that saying nothing earns nothing. For the default limit: the rule agents'
    messages have at most some 20 words. Length is what learned rewards are most often hacked by (Singhal et al. 2023,
    "A Long Way to Go", arXiv:2310.03716); mixed with one, this takes that way off.

    >>> from dialogue_gym.rewards.written import written_steps
    >>> (step,) = written_steps("user: Hi", "agent: Hello, and how are you?")
    >>> brevity(step, limit=3, cost=0.5)       # five words, two too many
    -1.0

    Args:
        step: The turn.
        limit: Words that cost nothing.
        cost: What each further word costs.
    """
    return 0.0 - cost * max(0, len(words_of(spoken(step))) - limit)
