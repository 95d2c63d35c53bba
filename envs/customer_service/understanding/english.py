"""Plain English that every service desk speaks, as cues: `english.txt` holds the words."""

from importlib.resources import files

from dialogue_gym.envs.customer_service.understanding.forms import read_sections

CUES = read_sections(files("dialogue_gym.envs.customer_service.understanding").joinpath("english.txt"))
"""Word forms by cue."""

POLITE = ("greet", "sorry", "hold", "more", "bye", "rude", "clarify", "matter", "question_slot")
"""Cues of whole phrases that say what they say by themselves, whatever their words mean elsewhere."""

WORDLESS = ("past", "predicate", "inverted", "#money", "#date", "#quantity", "#code")
"""Cues that come with other cues or with values, not with words of their own."""

BIT = {name: 1 << number for number, name in enumerate((*CUES, *WORDLESS))}
"""The bit of each cue of plain English; a domain's own come after them."""
