"""The words of the stream: headlines of the classification task's generator, and the forms that repeat them."""

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream, fold, name_key
from dialogue_gym.envs.sentiment.classification import texts as headlines
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS, Label
from dialogue_gym.wording import Wording

DATA: Final = files("dialogue_gym.envs.sentiment.monitor") / "data"
_TEXT = name_key("sentiment.monitor.text")
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


def write(text: Text, topic: str, split: str, mix: headlines.Mix, world_key: int) -> tuple[str, str]:
    """The entity that a text is about, and its words.

    Args:
        text: Which text.
        topic: The topic's name.
        split: Whose wording, companies, people and places.
        mix: What headlines are made of.
        world_key: The key of the day.
    """
    label = Label(SENTIMENTS[text.sentiment], topic)
    key = fold(fold(world_key, _TEXT), text.original)
    headline = headlines.write_headline(headlines.wording(split), mix, label, key)
    words = headline.text
    if text.is_echo:
        draws = Stream(fold(fold(world_key, _ECHO), text.number))
        words = echoes(split).say("echo", {"s": words}, draws)[0]
    return headline.company.name, words
