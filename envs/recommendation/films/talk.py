"""What conversations about any real films have in common."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.conversation.speech import wording
from dialogue_gym.envs.recommendation.films.schema import CALLED, FILMS, READER
from dialogue_gym.wording import Wording

DATA = files("dialogue_gym.envs.recommendation.films") / "data"


@cache
def film_wording(split: str) -> Wording:
    """The built-in forms, with others where films need others."""
    path = DATA / f"{split}.txt"
    sections = {**wording(split).sections, **Wording.load(path).sections}
    return Wording(sections, str(path))


class FilmTalk:
    """The part of a corpus that does not depend on where films and people come from."""

    schema = FILMS
    described = False
    prices: Mapping[str, tuple[float, float]] = {}
    called: Mapping[str, str] = CALLED
    reader = READER
    knowing = READER

    def wording(self, split: str) -> Wording:
        """What users of a split say of films."""
        return film_wording(split)

    def describe(self, split: str, theme: str, stream: Stream) -> str:
        """A theme by its name."""
        return theme
