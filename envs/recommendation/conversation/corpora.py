"""What a conversation is about: items, people, their words. The built-in catalogue, or real films by name."""

from collections.abc import Mapping
from functools import cache
from typing import Final, Protocol

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.builtin import DATA as ITEM_DATA
from dialogue_gym.envs.recommendation.catalogue.builtin import VERSION, builtin_catalogue
from dialogue_gym.envs.recommendation.catalogue.builtin import wording as item_wording
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
from dialogue_gym.envs.recommendation.catalogue.reading import Reader, builtin_reader
from dialogue_gym.envs.recommendation.catalogue.schema import BUILTIN, PRICES, Schema
from dialogue_gym.envs.recommendation.conversation.speech import DATA, wording
from dialogue_gym.envs.recommendation.users.population import Person, draw_person
from dialogue_gym.errors import UnknownNameError
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Wording

NAMES: Final = ("movielens", "redial")


class Corpus(Protocol):
    """Items, people with a taste for them, and what people say.

    Attributes:
        name: Part of the task's name, empty or with a dot at its end.
        schema: The attributes: the facets are "category", of which an item has one, "theme", "tone" and "style"; the
            last two may have no values.
        described: Whether items' texts tell of attributes that their tags leave out; if not, tags leave none out.
        prices: Category to lowest and highest price; what is left out has none.
        called: Category to what one thing of it is called, where that is not the category's name.
        reader: Reads attributes in texts as an agent can.
        knowing: Reads attributes in texts as the users can.
    """

    name: str
    schema: Schema
    described: bool
    prices: Mapping[str, tuple[float, float]]
    called: Mapping[str, str]
    reader: Reader
    knowing: Reader

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""

    def person(self, scenario_key: int, split: str) -> Person:
        """The user of a scenario."""

    def had(self, scenario_key: int, split: str, share: float, stream: Stream) -> set[int]:
        """Numbers of the items that the user of a scenario knows already: such a share of all, or what is recorded."""

    def wording(self, split: str) -> Wording:
        """What users of a split say."""

    def describe(self, split: str, theme: str, stream: Stream) -> str:
        """A theme in other words than its name."""

    def fingerprint(self) -> bytes:
        """Changes with the content."""


class Builtin:
    """The built-in catalogue, population and wording."""

    name = ""
    schema = BUILTIN
    described = True
    prices: Mapping[str, tuple[float, float]] = PRICES
    called: Mapping[str, str] = {
        "news": "news story",
        "kitchen": "thing for the kitchen",
        "outdoor": "thing for outdoors",
    }

    def __init__(self) -> None:
        self.reader = builtin_reader("train")
        self.knowing = builtin_reader(*SPLITS)

    def catalogue(self, split: str) -> Catalogue:
        """The items of a split."""
        return builtin_catalogue(split)

    def person(self, scenario_key: int, split: str) -> Person:
        """The user of a scenario."""
        return draw_person(scenario_key, split)

    def had(self, scenario_key: int, split: str, share: float, stream: Stream) -> set[int]:
        """Any items."""
        size = len(self.catalogue(split))
        return {stream.below(size) for _ in range(round(share * size))}

    def wording(self, split: str) -> Wording:
        """What users of a split say."""
        return wording(split)

    def describe(self, split: str, theme: str, stream: Stream) -> str:
        """A theme in the words of items' descriptions."""
        phrase = item_wording(split).say(f"theme.{theme}", {}, stream)[0]
        return phrase[:1].lower() + phrase[1:]

    def fingerprint(self) -> bytes:
        """The wording files and the version of the code."""
        files = [(data / f"{split}.txt").read_bytes() for split in SPLITS for data in (DATA, ITEM_DATA)]
        return b"".join([str(VERSION).encode(), *files])


@cache
def load_corpus(corpus: str | None) -> Corpus:
    """A corpus by name; None for the built-in one.

    Raises:
        UnknownNameError: There is no such corpus.
        ConfigurationError: Its data are not there.
    """
    if corpus is None:
        return Builtin()
    found: Corpus
    if corpus == "movielens":
        from dialogue_gym.envs.recommendation.films.movielens import MovieLensTalk

        found = MovieLensTalk()
    elif corpus == "redial":
        from dialogue_gym.envs.recommendation.films.redial import load_redial

        found = load_redial()
    else:
        raise UnknownNameError("corpus", corpus, NAMES)
    return found
