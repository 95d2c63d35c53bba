"""Courtesy, counted once a dialogue, and rudeness, counted every time."""

from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.library._text import phrase_lists, spoken, spoken_before

RUDE = "rude"


def politeness(step: Step) -> Reward:
    """+0.2 for each kind of courtesy when it is first shown in the dialogue, −1 for a rude message.

    The kinds are greeting, thanks, please, apology and offer of help, so that a dialogue earns 1 at most: being polite
    over and over is not paid. Phrases are those of `politeness.txt`; what they miss, and irony, is not seen. The
    idea of markers: Danescu-Niculescu-Mizil et al. 2013, "A computational approach to politeness", arXiv:1306.6078.

    | part | when | value |
    |---|---|---|
    | courtesy | a kind is shown that was not before | 0.2 each |
    | rudeness | the message has a rude phrase | −1 |

    >>> from dialogue_gym.rewards.written import written_steps
    >>> steps = written_steps(
    ...     "user: Hi", "agent: Hello, may I have your name, please?", "user: No", "agent: Hello? Shut up.")
    >>> politeness(steps[0]).parts          # a greeting and a please
    {'courtesy': 0.4, 'rudeness': 0.0}
    >>> politeness(steps[1]).parts          # greeted already
    {'courtesy': 0.0, 'rudeness': -1.0}
    """
    lists = phrase_lists("politeness.txt")
    text, before = spoken(step), spoken_before(step)
    new = [
        kind
        for kind, phrases in lists.items()
        if kind != RUDE and phrases.search(text) and not any(map(phrases.search, before))
    ]
    rude = lists[RUDE].search(text)
    parts = {"courtesy": 0.2 * len(new), "rudeness": -1.0 if rude else 0.0}
    said = [f"new: {', '.join(new)}"] if new else []
    said += [f"rude: {rude[0]!r}"] if rude else []
    return Reward(sum(parts.values()), parts, "; ".join(said))
