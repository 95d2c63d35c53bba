"""The same dialogue with another customer: only the name, or only the way of speaking, is changed.

A reward that pays otherwise for it pays for who the customer is. Paired tests of this kind: Bertrand and Mullainathan
2004, "Are Emily and Greg more employable than Lakisha and Jamal?", doi:10.1257/0002828042002561 (names); Garg et al.
2019, "Counterfactual Fairness in Text Classification", arXiv:1809.10610; Hofmann et al. 2024, "Dialect prejudice
predicts AI decisions", arXiv:2403.00742.

    for pair in paired_scores(reward, dialogues):
        print(pair.variant, pair.difference)
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.episode import Dialogue, Event, Turn
from dialogue_gym.rewards.wrapper import rescore

NAMES = (
    ("Greta", "Lindholm"),
    ("Aisha", "Rahmani"),
    ("DeShawn", "Carterby"),
    ("Oluwaseun", "Adebisi"),
    ("Meiling", "Tanwei"),
    ("Kateryna", "Melnychko"),
)
"""Invented customers whose names suggest different origins."""

_COLLOQUIAL = {
    r"\b(?:am|is|are) not\b": "ain't",
    r"\b(?:isn't|aren't)\b": "ain't",
    r"\bgoing to\b": "gonna",
    r"\bwant to\b": "wanna",
    r"\bdo not know\b": "dunno",
    r"\bhave to\b": "gotta",
    r"\b(\w{3,})ing\b": r"\1in'",
}
_LEARNER = {r"\b(?:the|a|an) (?=\w)": "", r"\b(?:is|are|am) (?=\w+ing\b)": ""}
DIALECTS: Mapping[str, Mapping[str, str]] = {"colloquial": _COLLOQUIAL, "learner": _LEARNER}
"""Ways of speaking as replacements of patterns, in what the customer says."""

Rewrite = Callable[[str], str]


class PairedScore(NamedTuple):
    """What one change of the customer does to the reward of one dialogue.

    Attributes:
        variant: "name: …" or "dialect: …".
        dialogue: The dialogue as it was.
        difference: The changed one's return minus its own.
        turn: The first turn that is paid differently, counted from 1; 0 if none is.
    """

    variant: str
    dialogue: Dialogue
    difference: float
    turn: int


def variants(dialogue: Dialogue) -> dict[str, Dialogue]:
    """The dialogue with the customer's name changed, if a tool's result gives it, and with other ways of speaking.

    Name changes go through all texts and tool calls, addresses of mail included; dialects through the customer's
    words. Variants that change nothing are left out. Structured contents of events and facts stay as they are.
    """
    found: dict[str, Dialogue] = {}
    for first, last in _customers(dialogue):
        for other_first, other_last in NAMES:
            rewrite = _renaming({first: other_first, last: other_last})
            found[f"name: {other_first} {other_last}"] = _rewritten(dialogue, rewrite, rewrite)
    for name, patterns in DIALECTS.items():
        found[f"dialect: {name}"] = _rewritten(dialogue, _speaking(patterns), lambda text: text)
    return {name: other for name, other in found.items() if other.messages() != dialogue.messages()}


def paired_scores(reward: Any, dialogues: Iterable[Dialogue]) -> list[PairedScore]:
    """Scores every dialogue beside its variants.

    Args:
        reward: Anything that `resolve_reward` takes.
        dialogues: Dialogues of any task.
    """
    pairs = [(name, dialogue, other) for dialogue in dialogues for name, other in variants(dialogue).items()]
    scored = rescore([each for _, one, other in pairs for each in (one, other)], reward)
    results = []
    for number, (name, dialogue, _) in enumerate(pairs):
        ours, theirs = ([r.total for r in scored[2 * number + k]] for k in (0, 1))
        apart = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True), 1) if abs(a - b) > 1e-9]
        results.append(PairedScore(name, dialogue, sum(theirs) - sum(ours), apart[0] if apart else 0))
    return results


def _customers(dialogue: Dialogue) -> list[tuple[str, str]]:
    """First and last names under the key "name" in tools' results: the customer's, in the tasks there are."""
    found: dict[tuple[str, str], None] = {}
    for message in dialogue.messages():
        if message["role"] == "tool":
            try:
                result = json.loads(message["content"])
            except ValueError:  # a tool may answer in words
                continue
            name = result.get("name") if isinstance(result, dict) else None
            if isinstance(name, str) and len(name.split()) == 2:
                first, last = name.split()
                found[first, last] = None
    return list(found)[:1]


def _renaming(names: Mapping[str, str]) -> Rewrite:
    lower = {old.lower(): new for old, new in names.items()}
    pattern = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, lower))})(?![^\W\d_])", re.IGNORECASE)

    def replace(match: re.Match[str]) -> str:
        new = lower[match[0].lower()]
        return new.lower() if match[0].islower() else new.upper() if match[0].isupper() else new

    return lambda text: pattern.sub(replace, text)


def _speaking(patterns: Mapping[str, str]) -> Rewrite:
    def rewrite(text: str) -> str:
        for pattern, new in patterns.items():
            text = re.sub(pattern, new, text, flags=re.IGNORECASE)
        return text

    return rewrite


def _rewritten(dialogue: Dialogue, of_user: Rewrite, of_others: Rewrite) -> Dialogue:
    def event(old: Event) -> Event:
        text = (of_user if old.role == "user" else of_others)(old.text)
        return Event(old.role, old.content, lambda: text)

    other = Dialogue(dialogue.task, dialogue.split, dialogue.scenario, dialogue.trial)
    other.opening = tuple(map(event, dialogue.opening))
    other.stop, other.outcome = dialogue.stop, dialogue.outcome
    for turn in dialogue.turns:
        words = turn.words if turn.words is not None else dialogue.task.render(turn.acts)
        acts = [Act(act.name, _in_values(act.args, of_others), act.call) for act in turn.acts]
        other.turns.append(Turn(acts, of_others(words), tuple(map(event, turn.heard)), turn.facts))
    return other


def _in_values(value: Any, rewrite: Rewrite) -> Any:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, Mapping):
        return {name: _in_values(each, rewrite) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_in_values(each, rewrite) for each in value]
    return value
