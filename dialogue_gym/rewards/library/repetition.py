"""A price for saying the same again."""

from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.library._text import spoken, spoken_before, words_of

Gram = tuple[str, ...]


def repetition(step: Step, n: int = 4) -> float:
    """Minus the share of the message's word n-grams that the agent has said before, in this message or earlier.

    0 for what is all new or shorter than n words, −1 for a message that is repeated word for word. Distinct n-grams
    as a measure: Li et al. 2016, "A Diversity-Promoting Objective Function", arXiv:1510.03055.

    >>> from dialogue_gym.rewards.written import written_steps
    >>> first, second = written_steps("user: Hi", "agent: May I ask why?", "user: Eh?", "agent: May I ask you why?")
    >>> repetition(first, n=2)
    0.0
    >>> repetition(second, n=2)      # "may i" and "i ask" of four pairs
    -0.5

    Args:
        step: The turn.
        n: Length of the sequences of words.
    """
    said = grams(spoken(step), n)
    if not said:
        return 0.0
    seen = {gram for text in spoken_before(step) for gram in grams(text, n)}
    repeated = 0
    for gram in said:
        repeated += gram in seen
        seen.add(gram)
    return -repeated / len(said)


def grams(text: str, n: int) -> list[Gram]:
    """The sequences of n words in a text, in order."""
    words = words_of(text)
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
