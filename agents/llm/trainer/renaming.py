"""Logged dialogues about other people and goods: the same dialogue with its names exchanged for made-up ones.

A few thousand logs hold a few hundred names, which a model learns by heart; then it cannot write a stranger's. Where
the names of a dialogue are exchanged throughout, there is nothing to learn but to copy them.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from dialogue_gym.draws import Stream, key
from dialogue_gym.logs import LoggedDialogue

SHARE = 0.5
"""Share of a dialogue's names that are exchanged: some are worth knowing."""
SHORTEST = 3
"""Shorter words, such as sizes, stay."""
_WORD = re.compile(r"[^\W\d_]+")
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"


def rename(dialogues: Sequence[LoggedDialogue], words: Set[str], *, seed: int = 0) -> list[LoggedDialogue]:
    """The dialogues, with some of the given words exchanged, each in all its places in a dialogue.

    Args:
        dialogues: Logs.
        words: In small letters, see `tiny.copied_words`. Capitals at the beginning are kept.
        seed: Keys the made-up words.
    """
    return [_renamed(dialogue, words, Stream(key("llm.rename", seed, i))) for i, dialogue in enumerate(dialogues)]


def _renamed(dialogue: LoggedDialogue, words: Set[str], stream: Stream) -> LoggedDialogue:
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word not in words or len(word) < SHORTEST:
            return match[0]
        if word not in names:
            names[word] = _invented(len(word), stream) if stream.chance(SHARE) else word
        return names[word].capitalize() if match[0][0].isupper() else names[word]

    messages = [{**m, "content": _WORD.sub(name, m["content"])} for m in dialogue.messages]
    return replace(dialogue, messages=messages)


def _invented(length: int, stream: Stream) -> str:
    """A word of about the length that can be spoken."""
    letters = ""
    while len(letters) < max(SHORTEST, length - 1 + stream.below(3)):
        letters += stream.choice(_CONSONANTS) + stream.choice(_VOWELS)
        if stream.chance(0.3):
            letters += stream.choice(_CONSONANTS)
    return letters
