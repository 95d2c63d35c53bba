"""The canonical text of what an agent does: one plain, polite sentence or two per speech act, then its tool calls.

Scripted agents and demonstrations speak this way. The phrases are a domain's; this file only fills them in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dialogue_gym.acts import Act, join_action

_PIECE = re.compile(r"\[(\w+)\?([^:\]]*)(?::([^\]]*))?\]")

Phrase = str | tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """What a domain's desk says.

    Attributes:
        plain: Sentences without values by act ("greet", "hold", ...), "unclear" and "silence" included.
        ask: The question for each slot.
        tell: The statement of each fact, with {} where its value goes; where the value decides about the words,
            a dict of statements by "true"/"false", by the value itself, or by "more"/"less"/"same" for the sign
            of money.
        refuse: The sentence for each policy clause.
        propose: The proposal of each tool. `[slot?text with {}:text without]` is a piece that depends on whether
            the act names the slot.
    """

    plain: Mapping[str, str]
    ask: Mapping[str, str]
    tell: Mapping[str, str | Mapping[str, str]]
    refuse: Mapping[str, str]
    propose: Mapping[str, str]


PLAIN = {
    "greet": "Hello, and thank you for contacting us.",
    "apologise": "I am sorry for the trouble.",
    "hold": "One moment please, I am looking into it.",
    "offer_more": "Is there anything else I can do for you?",
    "clarify": "I did not quite understand that. Could you please rephrase it?",
    "dismiss": "That is not my problem.",
    "close": "Goodbye, and have a nice day.",
    "unclear": "I see.",
    "silence": "",
}
ASK = {
    "identity": "Could you please give me your email address, or your full name and postcode?",
    "matter": "How can I help you?",
    "question": "What would you like to know?",
}
TELL = {"money": "It is {}.", "date": "It is {}."}
REFUSE = {
    "not_verified": "I am afraid I could not verify your identity.",
    "out_of_scope": "I am afraid this is not something that our desk can help with.",
}
"""What every desk says alike."""


def render(acts: Sequence[Act], phrases: Phrases) -> str:
    """The action string of some acts: what is said, in order, then the tool calls.

    Raises:
        ValueError: An act has no phrase, or a proposal names a detail that its phrase has no place for.
    """
    said = [say(act, phrases) for act in acts if not act.call]
    return join_action(" ".join(sentence for sentence in said if sentence), [act for act in acts if act.call])


def say(act: Act, phrases: Phrases) -> str:
    """The sentence or two of one speech act."""
    name, args = act.name, act.args
    try:
        if name == "ask":
            return phrases.ask[args["slot"]]
        if name == "refuse":
            return phrases.refuse[args["clause"]]
        if name == "propose":
            return _propose(phrases.propose[args["tool"]], args)
        if name == "tell":
            ((fact, value),) = args.items()
            return _tell(phrases.tell[fact], value)
        return phrases.plain[name]
    except KeyError as error:
        raise ValueError(f"Expected an act that the desk has a phrase for, got {act!r}: no {error}.") from None


def show(value: Any) -> str:
    """A value as it is said: money in dollars, cards by their last digits, all else as the records have it."""
    if isinstance(value, float):
        return f"-${-value:.2f}" if value < 0 else f"${value:.2f}"
    text = str(value)
    brand, dash, digits = text.partition("-")
    return f"{brand} ending {digits}" if dash and brand.islower() and len(digits) == 4 else text


def _tell(phrase: str | Mapping[str, str], value: Any) -> str:
    if isinstance(phrase, str):
        return phrase.format(show(value))
    if isinstance(value, bool):
        return phrase["true" if value else "false"]
    if isinstance(value, str):
        return phrase[value]
    return phrase["more" if value > 0 else "less" if value < 0 else "same"].format(show(abs(value)))


def _propose(phrase: str, args: Mapping[str, Any]) -> str:
    pieces, slots = _pieces(phrase)
    unsayable = [name for name in args if name != "tool" and name not in slots]
    if unsayable:
        raise ValueError(f"Expected details among {sorted(slots)} for {args['tool']}, got {unsayable}. Leave them out.")
    said = []
    for slot, given, missing in pieces:
        said.append(given.format(show(args[slot])) if slot in args else missing)
    return "".join(said)


@lru_cache(maxsize=256)
def _pieces(phrase: str) -> tuple[list[tuple[str, str, str]], frozenset[str]]:
    """(slot, text if it is named, text if not) of each piece; the slot is "" for text that is always said."""
    pieces: list[tuple[str, str, str]] = []
    end = 0
    for match in _PIECE.finditer(phrase):
        pieces += [("", "", phrase[end : match.start()]), (match[1], match[2], match[3] or "")]
        end = match.end()
    pieces.append(("", "", phrase[end:]))
    return pieces, frozenset(slot for slot, _, _ in pieces if slot)
