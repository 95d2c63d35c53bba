"""How the customer's mood changes, from the customer's words."""

from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.library._text import phrase_lists, user_said, words_of

_REACH = 3
"""Words before a word of mood in which a negation turns it round."""


def customer_sentiment(step: Step) -> float:
    """The change of the customer's mood with this turn's reply: in their last message, against the one before.

    The changes of a dialogue add up to the difference of its last and first mood, in [−2, 2], so that neither
    a long dialogue nor making the customer angry first and happy later earns more. Mood is read off words (`mood`);
    it is blunt, and blind to irony. Sentiment by words and negation: Hutto and Gilbert 2014, "VADER".

    >>> from dialogue_gym.rewards.written import written_steps
    >>> steps = written_steps(
    ...     "user: This is terrible.", "agent: Sorry!", "user: Hm.", "agent: Done.", "user: Great, thanks!")
    >>> [customer_sentiment(step) for step in steps]        # moods −1, 0, 1
    [1.0, 1.0]
    """
    said = user_said(step)
    answered = any(event.role == "user" for event in step.reply)
    if not answered:
        return 0.0
    before = said[: len(said) - sum(event.role == "user" for event in step.reply)]
    return mood(said[-1]) - (mood(before[-1]) if before else 0.0)


def mood(text: str) -> float:
    """(good − bad) / (good + bad) words of a message, in [−1, 1]; 0 where there are none.

    A negation within three words before turns a word round.

    >>> mood("Thank you, but this is not good and the colour is wrong.")     # +1 −1 −1
    -0.3333333333333333
    """
    lists = phrase_lists("customer_sentiment.txt")
    good = bad = 0
    for is_good in (True, False):
        for match in lists["good" if is_good else "bad"].finditer(text):
            clause = text[: match.start()].replace(";", ".").replace(",", ".").rpartition(".")[2]
            near = " ".join(words_of(clause)[-_REACH:])
            turned = lists["negation"].search(near) is not None
            good += is_good != turned
            bad += is_good == turned
    return (good - bad) / (good + bad) if good + bad else 0.0
