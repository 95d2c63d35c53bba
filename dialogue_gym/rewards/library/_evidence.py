"""Values in texts that can be checked: amounts, numbers, dates, codes, mail addresses, and which an agent was given."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.written import WrittenTask
from dialogue_gym.task import Task

_MONTHS = "january february march april may june july august september october november december".split()
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = rf"(?P<month>{'|'.join([*_MONTHS, *(name[:3] for name in _MONTHS)])})"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_ISO = re.compile(r"(?<!\d)\d{4}-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
_SPOKEN_DATES = (
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<!\w){_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)", re.IGNORECASE),
)
_CODE = re.compile(r"(?<![\w-])(?=[A-Za-z\d-]*\d{2})(?=[A-Za-z\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*(?![\w-])")
_NUMBER = re.compile(r"(?<![\d.,])(?P<sign>[$€£]\s?)?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d])")
_UNIT = re.compile(r"\s?(?:%|percent|seconds?|minutes?|hours?|days?|weeks?|months?|years?)(?!\w)")


class Value(NamedTuple):
    """One checkable value.

    Attributes:
        kind: "email", "date", "code" or "number".
        value: In the form in which it is compared.
        text: As it was written.
    """

    kind: str
    value: str | float | tuple[int, int]
    text: str


def claims(text: str) -> list[Value]:
    """What a message states that can be checked.

    A number counts with a currency or unit, with decimals, or from two digits on: "one" and "2 items" do not.

    >>> [claim.text for claim in claims("Your 2 items of W80217 cost $1,075.50 and arrive on 14 July, in 4 days.")]
    ['14 July', 'W80217', '$1,075.50', '4']
    """
    return [value for value in _values(text) if value.kind != "number" or _is_stated(value, text)]


def evidence(text: str) -> set[tuple[str, str | float | tuple[int, int]]]:
    """The values that a text gives, as (kind, value); the numbers inside codes and dates too.

    >>> sorted(evidence('{"card": "visa-8725", "price": 75.0}'))
    [('code', 'visa-8725'), ('number', 75.0), ('number', 8725.0)]
    """
    found = {(value.kind, value.value) for value in _values(text)}
    return found | {("number", float(digits)) for digits in re.findall(r"\d+(?:\.\d+)?", text) if len(digits) <= 15}


def seen_evidence(step: Step) -> set[tuple[str, str | float | tuple[int, int]]]:
    """All values that the agent had before this turn: from its instructions, the other side, and tools' results."""
    dialogue = step.dialogue
    heard = [*dialogue.opening, *(event for turn in dialogue.turns[: step.number - 1] for event in turn.heard)]
    found = set(_instructed(dialogue.task, dialogue.split, dialogue.scenario))
    for event in heard:
        found |= _evidence_of(event.text)
    return found


_evidence_of = lru_cache(maxsize=4096)(evidence)


@lru_cache(maxsize=256)
def _instructed(task: Task, split: str, scenario: int) -> frozenset[tuple[str, str | float | tuple[int, int]]]:
    if isinstance(task, WrittenTask):
        return frozenset()
    episode = task.episode()
    episode.start(split, scenario)
    return frozenset(evidence(episode.instructions))


def _values(text: str) -> Iterator[Value]:
    """Finds the kinds one after the other; what was found is blanked out for those that follow."""
    for match in EMAIL.finditer(text):
        yield Value("email", match[0].lower(), match[0])
    rest = EMAIL.sub(_blank, text)
    for pattern in (_ISO, *_SPOKEN_DATES):
        for match in pattern.finditer(rest):
            month = match["month"].lower()
            yield Value("date", (int(month) if month.isdigit() else _SHORT[month[:3]], int(match["day"])), match[0])
        rest = pattern.sub(_blank, rest)
    for match in _CODE.finditer(rest):
        yield Value("code", match[0].lower(), match[0])
    rest = _CODE.sub(_blank, rest)
    for match in _NUMBER.finditer(rest):
        yield Value("number", float(match["number"].replace(",", "")), match[0].strip())


def _is_stated(value: Value, text: str) -> bool:
    if len(re.sub(r"\D", "", value.text)) > 1 or not value.text[0].isdigit():
        return True
    return any(
        _UNIT.match(text, match.end()) for match in re.finditer(rf"(?<![\d.,]){re.escape(value.text)}(?!\d)", text)
    )


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
