"""What rewards read of a turn: words without tool calls, and word lists from files."""

import re
from functools import cache
from importlib.resources import files

from dialogue_gym.acts import split_action
from dialogue_gym.rewards.base import Step

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_WORD = re.compile(rf"[^\W_]+(?:['{_APOSTROPHE}][^\W_]+)*")


def spoken(step: Step) -> str:
    """What the agent says to the other side in this turn, tool calls left out."""
    return split_action(step.action_text).message


def spoken_before(step: Step) -> list[str]:
    """What the agent said in the turns before this one."""
    return [spoken(Step(step.dialogue, number)) for number in range(1, step.number)]


def user_said(step: Step) -> list[str]:
    """What the other side said up to and with the reply to this turn, message by message."""
    dialogue = step.dialogue
    heard = [*dialogue.opening, *(event for turn in dialogue.turns[: step.number] for event in turn.heard)]
    return [event.text for event in heard if event.role == "user"]


def words_of(text: str) -> list[str]:
    r"""The words of a text in lower case, apostrophes kept.

    >>> words_of("It\u2019s fine, isn't it?")
    ["it's", 'fine', "isn't", 'it']
    """
    return [word.replace(_APOSTROPHE, "'") for word in _WORD.findall(text.lower())]


@cache
def phrase_lists(name: str) -> dict[str, re.Pattern[str]]:
    """The phrases of a file in this folder: lines under `[heading]`, one pattern per heading, matched as whole words.

    An asterisk at the end of a word stands for any ending; lines that begin with "#" are remarks.
    """
    lists: dict[str, list[str]] = {}
    heading = ""
    for raw in files("dialogue_gym.rewards.library").joinpath(name).read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("["):
            heading = line.strip("[]")
            lists[heading] = []
        elif line and not line.startswith("#"):
            lists[heading].append(line)
    return {heading: phrase_pattern(phrases) for heading, phrases in lists.items()}


def phrase_pattern(phrases: list[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words, in whatever case.

    >>> phrase_pattern(["thank*", "of course"]).findall("Thanks! Of  course. Thankless? No, thanklessly.")
    ['Thanks', 'Of  course', 'Thankless', 'thanklessly']
    """
    forms = [
        r"\s+".join(re.escape(word).replace(r"\*", r"\w*").replace("'", f"['{_APOSTROPHE}]") for word in phrase.split())
        for phrase in sorted(phrases, key=len, reverse=True)
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)
