"""What users say in a conversation: their acts, put into the words of a split."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.builtin import sentence
from dialogue_gym.envs.recommendation.catalogue.builtin import wording as item_wording
from dialogue_gym.episode import Event
from dialogue_gym.wording import Wording

DATA = files("dialogue_gym.envs.recommendation.conversation") / "data"
CATALOGUE: Final = "Catalogue {name}: {items} items."
"""The first thing that an agent hears."""
CALLED: Final = {"news": "news story", "kitchen": "thing for the kitchen", "outdoor": "thing for outdoors"}
"""What one thing of a category is called, where it is not the category's name."""


@cache
def wording(split: str) -> Wording:
    """What users of a split say."""
    return Wording.load(DATA / f"{split}.txt")


def catalogue_event(name: str, items: int) -> Event:
    """Which catalogue is recommended from."""
    text = CATALOGUE.format(name=name, items=items)
    return Event("tool", (Act("catalogue", {"name": name}),), lambda: text)


def tool_event(act: Act, result: Mapping[str, Any], text: str) -> Event:
    """A tool's result."""
    return Event("tool", (act._replace(args={**act.args, "result": result}),), lambda: text)


def user_event(split: str, acts: Sequence[Act], by_name: float, state: int) -> Event:
    """Acts of the user; their text is written when it is read.

    Args:
        split: Whose words.
        acts: What is said.
        by_name: Share of themes that are called by their name; the others are described.
        state: Keys the wording.
    """
    content = tuple(acts)

    def render() -> str:
        stream = Stream(state)
        return " ".join(_say(split, act, by_name, stream) for act in content)

    return Event("user", content, render)


def _say(split: str, act: Act, by_name: float, stream: Stream) -> str:
    forms = wording(split)
    told = {name: value for name, value in act.args.items() if name != "did" and value is not None}
    slots = {name: _text(split, name, value, by_name, stream) for name, value in told.items()}
    said, mentioned = forms.say(_section(act), slots, stream)
    assert mentioned == slots.keys(), f"[{_section(act)}] of {split} says {sorted(mentioned)} of {sorted(slots)}"
    return said if said.startswith(str(act.args.get("item"))) else sentence(said)


def _section(act: Act) -> str:
    """The section of an act: its name, then the names of what it tells."""
    told = sorted(name for name in act.args if name != "did")
    if act.args.get("budget", 0) is None:
        told = ["any_price"]
    return ".".join([act.name, *told])


def _text(split: str, name: str, value: Any, by_name: float, stream: Stream) -> str:
    if name in ("theme", "other", "avoid") and not stream.chance(by_name):
        phrase = item_wording(split).say(f"theme.{value}", {}, stream)[0]
        return phrase[:1].lower() + phrase[1:]
    if name == "category":
        return CALLED.get(value, str(value))
    return f"€{value:g}" if name == "budget" else str(value)
