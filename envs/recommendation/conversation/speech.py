"""What users say in a conversation: their acts, put into the words of a split."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.builtin import sentence
from dialogue_gym.episode import Event
from dialogue_gym.wording import Wording

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.corpora import Corpus

DATA = files("dialogue_gym.envs.recommendation.conversation") / "data"
CATALOGUE: Final = "Catalogue {name}: {items} items."
"""The first thing that an agent hears."""
UNSAID: Final = frozenset({"did", "about", "mood"})
"""What acts tell by the choice of their words."""


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


class Voice:
    """Puts acts into words.

    Args:
        corpus: Whose words.
        split: Of which split.
        by_name: Share of themes that are called by their name; the others are described.
    """

    def __init__(self, corpus: "Corpus", split: str, by_name: float) -> None:
        self._corpus, self._split, self._by_name = corpus, split, by_name

    def event(self, acts: Sequence[Act], state: int) -> Event:
        """Acts of the user; their text is written when it is read. `state` keys the wording."""
        content = tuple(acts)

        def render() -> str:
            stream = Stream(state)
            return " ".join(self._say(act, stream) for act in content)

        return Event("user", content, render)

    def _say(self, act: Act, stream: Stream) -> str:
        forms = self._corpus.wording(self._split)
        told = {name: value for name, value in act.args.items() if name not in UNSAID and value is not None}
        slots = {name: self._text(name, value, stream) for name, value in told.items()}
        said, mentioned = forms.say(section(act), slots, stream)
        assert mentioned == slots.keys(), f"[{section(act)}] of {self._split} says {sorted(mentioned)}"
        return said if said.startswith(str(act.args.get("item"))) else sentence(said)

    def _text(self, name: str, value: Any, stream: Stream) -> str:
        if name in ("theme", "other", "avoid") and not stream.chance(self._by_name):
            return self._corpus.describe(self._split, value, stream)
        if name == "category":
            return self._corpus.called.get(value, str(value))
        return f"€{value:g}" if name == "budget" else str(value)


def section(act: Act) -> str:
    """The section of an act: its name, then what it is about or how it sounds, then the names of what it tells."""
    if act.args.get("budget", 0) is None:
        return f"{act.name}.any_price"
    kind = [act.args[name] for name in ("about", "mood") if name in act.args]
    return ".".join([act.name, *kind, *sorted(name for name in act.args if name not in UNSAID)])
