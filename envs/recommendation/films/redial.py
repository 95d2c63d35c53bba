"""Conversations about the films of ReDial, with what its seekers like and in their words.

Li et al. 2018, "Towards deep conversational recommendations": people ask each other for films and say afterwards which
of those that were mentioned they had seen and liked. Read from `dialogues.jsonl.gz` and `items.jsonl.gz`.

- Films: those that are mentioned, that have a plot and a kind; views are mentions, stars the share of likes among them.
- People: seekers; a subject is liked the more, the more of the films that have it they liked and the fewer they
  disliked. They know already what they said they had seen. Apart by split, by the number of the dialogue.
- Words: what seekers say when they name one genre and ask for it, like it, or have seen one film, as forms of the
  built-in sections; the other sections are the built-in ones.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from dialogue_gym.corpora import DATA_VARIABLE, data_folder, read_rows, split_of
from dialogue_gym.draws import Stream, fold, key, name_key
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.films.schema import FILMS, ranked_taste, tags_of
from dialogue_gym.envs.recommendation.films.talk import FilmTalk, film_wording
from dialogue_gym.envs.recommendation.users.population import Person, draw_person
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Form, Wording

MEAN_LIKED: Final = 0.8
PRIOR: Final = 4.0
"""Likes that a film is given to begin with, at the mean share, so that one mention makes no favourite."""
FEWEST: Final = 3
"""Rated films that a person must have."""
_PERSON = name_key("recommendation.redial.person")
_GREETING = r"(?:(?:hi|hello|hey|good (?:morning|evening|afternoon|day))(?: there)?[!,. ]+)*"
_FILM = r"(?: (?:movies?|films?))?[.!?]*"
FORMS: Final = {
    "look.category": (
        "<genre>",
        rf"{_GREETING}(?:i'?m|i am|i would|i'd|can|could|do|know) [a-z' ]{{6,50}} (?:a|an|some|any|good|great) "
        rf"<genre>{_FILM}",
    ),
    "inform.theme": (
        "<genre>",
        rf"{_GREETING}i (?:really |also |do )?(?:like|love|enjoy) (?:some |good )?<genre>{_FILM}",
    ),
    "critique.item": (
        "<item>",
        r"(?:yes,? |yeah,? |oh,? )?(?:i have|i've|i) (?:already |actually )?(?:seen|saw) <item>[.!]*",
    ),
    "taken.item": (
        "<item>",
        r"(?:thanks?[a-z ]*[.!,]* )?(?:i will|i'll)(?: have to)? (?:watch|check out|try) <item>[.!]*",
    ),
}
"""Section to the mask that a seeker's message must have once, and to what it must look like, in small letters."""
_ASKS: Final = re.compile(rf"{_GREETING}(?:can|could|do|know)\b", re.IGNORECASE)
_UNFIT: Final = re.compile(r"\b(?:not|never|seen any|but|or|and)\b|n't", re.IGNORECASE)


class Seeker(NamedTuple):
    """One person.

    Attributes:
        seen: Numbers of the films that they had seen.
        subjects: By liking, the best first.
        times: By liking, the best first; only those of films that they rated.
    """

    seen: frozenset[int]
    subjects: tuple[str, ...]
    times: tuple[str, ...]


class Redial(FilmTalk):
    """Films, seekers and their words from a folder.

    Args:
        folder: Holds `dialogues.jsonl.gz` and `items.jsonl.gz`.
    """

    name = "redial."
    called: Mapping[str, str] = {}

    def __init__(self, folder: Path) -> None:
        dialogues = list(_read_dialogues(folder / "dialogues.jsonl.gz"))
        self._catalogue = Catalogue(
            "redial", _items(folder / "items.jsonl.gz", dialogues), (_catalogue, (folder,)), FILMS.tags
        )
        self._seekers: dict[str, list[Seeker]] = {split: [] for split in SPLITS}
        said: dict[str, list[str]] = {split: [] for split in SPLITS}
        for dialogue in dialogues:
            split = split_of(dialogue.number)
            said[split] += dialogue.said
            seeker = self._seeker(dialogue)
            if seeker is not None:
                self._seekers[split].append(seeker)
        self._said = said

    def catalogue(self, split: str) -> Catalogue:
        """The films: the same for all splits."""
        return self._catalogue

    def person(self, scenario_key: int, split: str) -> Person:
        """One of the split's seekers; how they look and how they take bait is drawn, as of all people."""
        seeker = self._of(scenario_key, split)
        taste = ranked_taste(seeker.subjects, seeker.times)
        return draw_person(scenario_key, split)._replace(taste=tuple(taste))

    def had(self, scenario_key: int, split: str, share: float, stream: Stream) -> set[int]:
        """What they said they had seen."""
        return set(self._of(scenario_key, split).seen)

    def wording(self, split: str) -> Wording:
        """Seekers' forms where there are any, else the built-in ones."""
        return self._wordings[split]

    @cached_property
    def _wordings(self) -> Mapping[str, Wording]:
        made = {}
        for split, said in self._said.items():
            sections = dict(film_wording(split).sections)
            for section, slot in (("look.category", "category"), ("inform.theme", "theme"), ("critique.item", "item"),
                                  ("taken.item", "item")):  # fmt: skip
                forms = _forms(said, section, slot)
                if forms:
                    sections[section] = tuple(map(Form, forms))
            made[split] = Wording(sections, f"ReDial, {split}")
        return made

    def _of(self, scenario_key: int, split: str) -> Seeker:
        return Stream(fold(key(scenario_key), _PERSON)).choice(self._seekers[split])

    def _seeker(self, dialogue: "Dialogue") -> Seeker | None:
        numbers = {film: self._catalogue.number[f"m{film}"] for film in dialogue.liked if f"m{film}" in self._catalogue}
        if len(numbers) < FEWEST:
            return None
        score = dict.fromkeys(FILMS.tags, 0.0)
        rated: set[str] = set()
        for film, number in numbers.items():
            for tag in self._catalogue.items[number].tags:
                score[tag] += 1.0 if dialogue.liked[film] else -1.0
                rated.add(tag)
        draws = Stream(key("recommendation.redial.seeker", dialogue.number))
        order = sorted(FILMS.tags, key=lambda tag: -score[tag] - 0.1 * draws.uniform())
        return Seeker(
            frozenset(self._catalogue.number[f"m{film}"] for film in dialogue.seen if f"m{film}" in self._catalogue),
            tuple(tag for tag in order if FILMS.facet_of[tag] == "theme"),
            tuple(tag for tag in order if FILMS.facet_of[tag] == "style" and tag in rated),
        )

    def fingerprint(self) -> bytes:
        """A digest of films, people and words."""
        parts = (self._catalogue.items, self._seekers, self._said, FORMS, FILMS.facets)
        return hashlib.sha256(repr(parts).encode()).digest()


class Dialogue(NamedTuple):
    """What is used of a dialogue.

    Attributes:
        number: Its id.
        mentioned: Ids of the films in it.
        seen: Those that the seeker had seen.
        liked: Id to whether the seeker liked it, where they said.
        said: What the seeker said, with genres, films and people masked.
    """

    number: int
    mentioned: tuple[str, ...]
    seen: tuple[str, ...]
    liked: Mapping[str, bool]
    said: tuple[str, ...]


def _read_dialogues(path: Path) -> Iterator[Dialogue]:
    for where, row in read_rows(path):
        mentioned, forms, messages = row.get("movieMentions"), row.get("initiatorQuestions"), row.get("messages")
        if not isinstance(messages, list) or mentioned is None or forms is None:
            raise CorpusError(
                f"{where}: expected movieMentions, initiatorQuestions and messages, got {', '.join(map(str, row))}."
            )
        forms = forms if isinstance(forms, dict) else {}  # an empty one is written as []
        yield Dialogue(
            int(row["conversationId"]),
            tuple(mentioned),
            tuple(film for film, form in forms.items() if form["seen"] == 1),
            {film: form["liked"] == 1 for film, form in forms.items() if form["liked"] in (0, 1)},
            tuple(each["masked_text"] for each in messages if each["role"] == "seeker"),
        )


def _items(path: Path, dialogues: Sequence[Dialogue]) -> list[Item]:
    mentions: dict[str, int] = {}
    likes: dict[str, list[bool]] = {}
    for dialogue in dialogues:
        for film in dialogue.mentioned:
            mentions[film] = mentions.get(film, 0) + 1
        for film, liked in dialogue.liked.items():
            likes.setdefault(film, []).append(liked)
    items = []
    for where, row in read_rows(path):
        number = str(row.get("id"))
        if number not in mentions:
            continue
        item = _item(where, number, row, mentions[number], likes.get(number, ()))
        if item is not None:
            items.append(item)
    return items


def _item(where: str, number: str, row: Mapping[str, Any], mentions: int, likes: Sequence[bool]) -> Item | None:
    title, plot, genres = row.get("name"), row.get("plot"), row.get("genre")
    if not isinstance(title, str):
        raise CorpusError(f"{where}: expected a name, got {title!r}.")
    tags = tags_of(title, genres) if isinstance(genres, list) else None
    if tags is None or not isinstance(plot, str):
        return None
    share = (PRIOR * MEAN_LIKED + sum(likes)) / (PRIOR + len(likes))
    quality = (share - MEAN_LIKED) / MEAN_LIKED
    return Item(
        f"m{number}",
        " ".join(title.split()),
        " ".join(plot.split()),
        tags,
        views=mentions,
        stars=round(1.0 + 4.0 * share, 1),
        quality=round(max(-1.0, quality), 4),
    )


def _forms(said: Sequence[str], section: str, slot: str) -> list[str]:
    """What seekers say, as forms of a section: each once, in the order of the alphabet."""
    mask, pattern = FORMS[section]
    fitting = re.compile(pattern)
    forms = set()
    for text in said:
        plain = " ".join(text.split())
        alone = plain.count(mask) == 1 and plain.count("<") == 1 and not set("(){}|#[") & set(plain)
        if alone and fitting.fullmatch(plain.lower()) and not _UNFIT.search(plain):
            end = "" if plain[-1] in ".?!" else "?" if _ASKS.match(plain) else "."
            forms.add(plain.replace(f" an {mask}", f" a {mask}").replace(mask, "{" + slot + "}") + end)
    return sorted(forms)


@cache
def load_redial(folder: Path | None = None) -> Redial:
    """The corpus in a folder, or in the folder of data sets; read once per process.

    Raises:
        ConfigurationError: There is no such folder.
        CorpusError: Its files cannot be read.
    """
    if folder is None:
        data = data_folder()
        if data is None:
            raise ConfigurationError(
                f"Expected the environment variable {DATA_VARIABLE} to name the folder of data sets for "
                "corpus='redial', got none. Set it to the folder that holds recommendation/redial."
            )
        folder = data / "recommendation" / "redial"
    if not folder.is_dir():
        raise ConfigurationError(f"Expected ReDial in {str(folder)!r}, there is no such folder.")
    return Redial(folder)


def _catalogue(folder: Path) -> Catalogue:
    return load_redial(folder).catalogue("train")
