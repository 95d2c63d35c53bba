"""What the agent hears: the desk, bulletins, texts. Each as an act, as an event with its words, and back from words.

| act | arguments |
|---|---|
| desk | topics: name to texts an hour; season: topic; first, last: ticks of the season |
| topic | name, usual: a topic that appears during the day |
| text | id, topic, entity, text |
| bulletin | tick, budget, texts: topic to [id, minute, original's id or ""] each, alarms: topic to [severity, tick] |
| help | none: the answer to a line that is not understood |
| over | none: the day is over |
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.monitor.world import FIRST_HOUR, MINUTES, TICKS
from dialogue_gym.episode import Event

HELP: Final = (
    "A line was not understood. One act a line: alert <topic> <1 or 2>, clear <topic>, read <id>, "
    "label <id> <negative, neutral or positive>."
)
OVER: Final = "The day is over."
NOTHING: Final = "nothing"
_DAY: Final = TICKS * MINUTES

_TIME = r"([0-9]{2}):([0-9]{2})"
_DESK = re.compile(
    r"On the desk, with the texts an hour that an ordinary day brings: (.*)\."
    rf"\nCalendar: ([a-z0-9_]+) is busy from {_TIME} to {_TIME}\."
)
_USUAL = re.compile(r"([a-z0-9_]+) ([0-9.]{1,6})")
_TOPIC = re.compile(r"New on the desk: ([a-z0-9_]+) ([0-9.]{1,6})\.")
_TEXT = re.compile(r"(t[0-9]{1,6}) \(([a-z0-9_]+), on ([^)]*)\): (.*)", re.DOTALL)
_HEAD = re.compile(rf"Bulletin {_TIME} to {_TIME}\. Texts left to read: ([0-9]{{1,6}})\.")
_ROW = re.compile(r"([a-z0-9_]+): (.*)")
_ENTRY = re.compile(rf"(t[0-9]{{1,6}}) {_TIME}(?: repeats (t[0-9]{{1,6}}))?")
_ALARM = re.compile(rf"([a-z0-9_]+) ([12]) since {_TIME}")


def desk_event(topics: Mapping[str, float], season: str, first: int, last: int) -> Event:
    """The desk as it opens, and its calendar."""
    content = (Act("desk", {"topics": dict(topics), "season": season, "first": first, "last": last}),)
    return Event("user", content, lambda: _say_desk(topics, season, first, last))


def topic_event(name: str, usual: float) -> Event:
    """A topic that appears."""
    return Event("user", (Act("topic", {"name": name, "usual": usual}),), lambda: f"New on the desk: {name} {usual:g}.")


def text_event(name: str, topic: str, entity: str, text: str) -> Event:
    """A text that was asked for."""
    content = (Act("text", {"id": name, "topic": topic, "entity": entity, "text": text}),)
    return Event("user", content, lambda: f"{name} ({topic}, on {entity}): {text}")


def bulletin_event(
    tick: int,
    budget: int,
    texts: Mapping[str, Sequence[Sequence[Any]]],
    alarms: Mapping[str, Sequence[int]],
) -> Event:
    """What came in during a tick, and what is open."""
    arguments = {"tick": tick, "budget": budget, "texts": texts, "alarms": alarms}
    return Event("user", (Act("bulletin", arguments),), lambda: _say_bulletin(tick, budget, texts, alarms))


def help_event() -> Event:
    """The answer to a line that is not understood."""
    return Event("user", (Act("help"),), lambda: HELP)


def over_event() -> Event:
    """The end of the day."""
    return Event("user", (Act("over"),), lambda: OVER)


def read_message(text: str) -> Event:
    """The event that a message's words stand for; what nobody here says is taken for help."""
    if text == OVER:
        return over_event()
    if match := _HEAD.match(text):
        return _read_bulletin(match, text)
    if match := _TEXT.fullmatch(text):
        return text_event(*match.groups())
    if match := _TOPIC.fullmatch(text):
        return topic_event(match[1], _number(match[2]))
    if match := _DESK.fullmatch(text):
        topics = {name: _number(usual) for name, usual in _USUAL.findall(match[1])}
        first, end = (_minute(*match.group(place, place + 1)) // MINUTES for place in (3, 5))
        return desk_event(topics, match[2], first, (end - 1) % TICKS)
    return help_event()


def clock(minute: int) -> str:
    """The time of day of a minute counted from the day's first."""
    hour, rest = divmod(minute + 60 * FIRST_HOUR, 60)
    return f"{hour % 24:02d}:{rest:02d}"


def _say_desk(topics: Mapping[str, float], season: str, first: int, last: int) -> str:
    usual = ", ".join(f"{name} {rate:g}" for name, rate in topics.items())
    return (
        f"On the desk, with the texts an hour that an ordinary day brings: {usual}.\n"
        f"Calendar: {season} is busy from {clock(first * MINUTES)} to {clock((last + 1) * MINUTES)}."
    )


def _say_bulletin(
    tick: int, budget: int, texts: Mapping[str, Sequence[Sequence[Any]]], alarms: Mapping[str, Sequence[int]]
) -> str:
    lines = [
        f"Bulletin {clock(tick * MINUTES)} to {clock((tick + 1) * MINUTES)}. Texts left to read: {budget}.",
        *(f"{topic}: {', '.join(map(_say_entry, entries)) or NOTHING}" for topic, entries in texts.items()),
    ]
    if alarms:
        since = (f"{topic} {severity} since {clock(at * MINUTES)}" for topic, (severity, at) in alarms.items())
        lines.append(f"Alarms open: {', '.join(since)}")
    return "\n".join(lines)


def _say_entry(entry: Sequence[Any]) -> str:
    name, minute, original = entry
    return f"{name} {clock(minute)}" + (f" repeats {original}" if original else "")


def _read_bulletin(head: re.Match[str], text: str) -> Event:
    texts: dict[str, list[list[Any]]] = {}
    alarms: dict[str, list[int]] = {}
    for line in text.split("\n")[1:]:
        if line.startswith("Alarms open: "):
            for topic, severity, hour, minute in _ALARM.findall(line):
                alarms[topic] = [int(severity), _minute(hour, minute) // MINUTES]
        elif row := _ROW.fullmatch(line):
            texts[row[1]] = [[name, _minute(h, m), original] for name, h, m, original in _ENTRY.findall(row[2])]
    return bulletin_event(_minute(head[1], head[2]) // MINUTES, int(head[5]), texts, alarms)


def _minute(hour: str, minute: str) -> int:
    """The minute that a time of day is, counted from the day's first."""
    return (60 * (int(hour) - FIRST_HOUR) + int(minute)) % _DAY


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
