"""What is said in a slate episode: offers, reports of what the user did, the user's own words.

Offers and reports have one fixed form, in which a listener reads ids. The user's words are composed; what they mean is
for the listener to find out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.builtin import wording as item_wording
from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.episode import Event
from dialogue_gym.wording import Wording

DATA = files("dialogue_gym.envs.recommendation.slates") / "data"
HELP: Final = "Not understood. Answer with ids from the list in order, best first, such as: {ids}"

_ID = r"[A-Za-z]+\d+"
_LINE = re.compile(rf"(?m)^\d+\. ({_ID}) \|.*?(\| sold out)?$")
_OPENED = re.compile(rf"Opened ({_ID})((?:, (?:liked|saved|commented on|shared|bought))*)\.")
_BACK = re.compile(r"The user left and is back after (\d+) days?\.")
DID: Final = {"like": "liked", "save": "saved", "comment": "commented on", "share": "shared", "buy": "bought"}
_DONE: Final = {text: name for name, text in DID.items()}


@cache
def wording(split: str) -> Wording:
    """What users of a split say."""
    return Wording.load(DATA / f"{split}.txt")


def offer_event(items: Sequence[Item], listed: Callable[[Item], tuple[str, ...]], day: int) -> Event:
    """The list of candidates.

    Args:
        items: In the order of the list.
        listed: Gives what is listed of an item's attributes.
        day: Tells what is new and what is sold out.
    """
    ids, sold_out = tuple([item.id for item in items]), tuple([item.id for item in items if day >= item.sold_out])

    def render() -> str:
        return "\n".join(f"{number}. {describe(item, listed(item), day)}" for number, item in enumerate(items, 1))

    return Event("user", (Act("offer", {"items": ids, "sold_out": sold_out}),), render)


def describe(item: Item, tags: Sequence[str], day: int) -> str:
    """An item's line in a list."""
    price = f"€{item.price:.2f}" if item.price else "free"
    parts = [item.id, item.title, item.description, f"tags: {', '.join(tags)}", price, f"{item.views} views"]
    parts.append(f"{item.stars} stars")
    if item.arrives > 0 and day - item.arrives < 3:
        parts.append("new")
    if day >= item.sold_out:
        parts.append("sold out")
    return " | ".join(parts)


def opened_event(item_id: str | None, did: Sequence[str]) -> Event:
    """What the user did with the slate."""
    content = Act("opened", {"item": item_id or "", "did": tuple(did)})
    text = "Opened nothing." if item_id is None else f"Opened {', '.join([item_id, *(DID[each] for each in did)])}."
    return Event("user", (content,), lambda: text)


def back_event(days: int) -> Event:
    """The visit ended, and the next one begins."""
    text = f"The user left and is back after {days} day{'s' * (days != 1)}."
    return Event("user", (Act("back", {"days": days}),), lambda: text)


def left_event() -> Event:
    """The user is gone for good."""
    return Event("user", (Act("left"),), lambda: "The user left and has not come back.")


def help_event(ids: Sequence[str]) -> Event:
    """The answer to what is no slate."""
    text = HELP.format(ids=", ".join(ids))
    return Event("user", (Act("help"),), lambda: text)


def said_event(text: str) -> Event:
    """The user's own words."""
    return Event("user", (Act("said", {"text": text}),), lambda: f'"{text}"')


class Wish(NamedTuple):
    """What a user tells about themselves when they come.

    Attributes:
        themes: One or two that they like.
        category: One that they like, if they say so.
        tone: One that they like, if they say so.
        avoided: A theme they don't want, if they say so.
    """

    themes: tuple[str, ...]
    category: str | None = None
    tone: str | None = None
    avoided: str | None = None


def write_opening(split: str, wish: Wish, by_name: float, stream: Stream) -> str:
    """The user's first words. So many of the themes are called by their name, the others described."""
    forms, words = wording(split), item_wording(split)

    def called(theme: str) -> str:
        if stream.chance(by_name):
            return theme
        phrase = words.say(f"theme.{theme}", {}, stream)[0]
        return phrase[:1].lower() + phrase[1:]

    slots = dict(zip(("first", "second"), map(called, wish.themes), strict=False))
    said = [forms.say("open.two" if len(wish.themes) > 1 else "open.one", slots, stream)[0]]
    if wish.category is not None:
        more = {"kind": wish.category} | ({} if wish.tone is None else {"tone": wish.tone})
        said.append(forms.say("like.kind" if wish.tone is None else "like.both", more, stream)[0])
    if wish.avoided is not None:
        said.append(forms.say("avoid", {"avoided": called(wish.avoided)}, stream)[0])
    return " ".join(said)


def write_comment(split: str, enjoyed: float, stream: Stream) -> str:
    """A comment whose words follow the enjoyment."""
    tone = "good" if enjoyed > 0.3 else "bad" if enjoyed < -0.3 else "mixed"
    return wording(split).say(f"comment.{tone}", {}, stream)[0]


def read_message(message: Mapping[str, Any]) -> Event:
    """What a message of the environment means, from its text alone."""
    text: str = message["content"]
    if lines := list(_LINE.finditer(text)):
        ids = tuple(line[1] for line in lines)
        act = Act("offer", {"items": ids, "sold_out": tuple(line[1] for line in lines if line[2])})
    elif match := _OPENED.fullmatch(text):
        act = Act("opened", {"item": match[1], "did": tuple(_DONE[each] for each in match[2].split(", ")[1:])})
    elif match := _BACK.fullmatch(text):
        act = Act("back", {"days": min(int(match[1][:9]), 9999)})
    elif text == "Opened nothing.":
        act = Act("opened", {"item": "", "did": ()})
    elif text.startswith('"') and text.endswith('"') and len(text) > 1:
        act = Act("said", {"text": text[1:-1]})
    elif text == "The user left and has not come back.":
        act = Act("left")
    else:
        act = Act("help")
    return Event("user", (act,), lambda: text)
