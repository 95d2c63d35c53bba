"""One text of the stream, and the forms that repeat another."""

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream, fold, name_key
from dialogue_gym.wording import Wording

DATA: Final = files("dialogue_gym.envs.sentiment.monitor") / "data"
_ECHO = name_key("sentiment.monitor.echo")


class Text(NamedTuple):
    """One text of the stream, as long as nobody asks for its words.

    Attributes:
        number: Its place among the day's texts; "t<number>" is its name.
        slot: The topic's place on the desk.
        minute: Of the day, counted from its first.
        original: The number of the text that it repeats; its own if it is original.
        sentiment: The right label, a place in `labels.SENTIMENTS` (hidden until it is read).
    """

    number: int
    slot: int
    minute: int
    original: int
    sentiment: int

    @property
    def name(self) -> str:
        """What it is called in bulletins."""
        return f"t{self.number}"

    @property
    def is_echo(self) -> bool:
        """Whether it repeats another."""
        return self.number != self.original


@cache
def echoes(split: str) -> Wording:
    """The forms of a split that repeat a text."""
    return Wording.load(DATA / f"{split}.txt")


def repeat(text: Text, words: str, split: str, day_key: int) -> str:
    """How a text repeats the words of an earlier one."""
    return echoes(split).say("echo", {"s": words}, Stream(fold(fold(day_key, _ECHO), text.number)))[0]
