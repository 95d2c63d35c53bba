"""Plain English that every service desk speaks: `english.txt` holds cues, `plain.txt` what may stand beside them."""

from importlib.resources import files

from dialogue_gym.envs.customer_service.understanding.forms import read_sections

_FOLDER = files("dialogue_gym.envs.customer_service.understanding")
_PLAIN = read_sections(_FOLDER.joinpath("plain.txt"))

CUES = read_sections(_FOLDER.joinpath("english.txt"))
"""Word forms by cue."""
CUES["filler"] += f";{_PLAIN['filler']}"

PLAIN = _PLAIN["plain"]
"""Words that change nothing about what a statement claims."""

SMALL_TALK = _PLAIN["small talk"]
"""More such words, of what is mentioned beside the matter."""

SMALL_TALK_WORDS = frozenset(word.strip() for word in SMALL_TALK.split(";"))
PLAIN_WORDS = SMALL_TALK_WORDS | {word.strip() for word in PLAIN.split(";")}

POLITE = ("greet", "sorry", "hold", "more", "bye", "rude", "clarify", "matter", "question_slot")
"""Cues of whole phrases that say what they say by themselves, whatever their words mean elsewhere."""

WORDLESS = ("past", "predicate", "inverted", "#money", "#date", "#quantity", "#code")
"""Cues that come with other cues or with values, not with words of their own."""

BIT = {name: 1 << number for number, name in enumerate((*CUES, *WORDLESS))}
"""The bit of each cue of plain English; a domain's own come after them."""


def bits(names: str) -> tuple[int, ...]:
    """The bits of some cues of plain English, by names with spaces between."""
    return tuple(BIT[name] for name in names.split())
