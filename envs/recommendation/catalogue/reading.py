"""What can be told from words: the attributes that a text mentions.

The lexicon is made of the *train* wording and the names of the attributes. Texts of val and test use other words
beside some common ones, so that reading them is right less often: that is meant.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from dialogue_gym.envs.recommendation.catalogue.builtin import wording
from dialogue_gym.envs.recommendation.catalogue.schema import BUILTIN, FACETS, Schema

_WORD = re.compile(r"[^\W\d_]+")
_SECTIONS = {"category": ("kind",), "theme": ("theme", "thing"), "tone": ("tone",), "style": ("style",)}
LEAST = 4
"""Letters that a word has at least that speaks for an attribute without being its name."""


class Reader:
    """Finds attributes in texts, by their names and by words that speak for one attribute only.

    Args:
        schema: The attributes.
        texts: Attribute to texts that tell of it; may be empty.
        word: What a word is.
    """

    def __init__(self, schema: Schema, texts: Mapping[str, Sequence[str]] = {}, word: re.Pattern[str] = _WORD) -> None:
        self.schema, self._word = schema, word
        spoken: dict[str, set[str]] = {}
        for tag in schema.tags:
            for said in self._words(" ".join([tag, *texts.get(tag, ())])):
                if len(said) >= LEAST:
                    spoken.setdefault(_stem(said), set()).add(tag)
        self._names = {_stem(tag): tag for tag in schema.tags}
        self._lexicon = {stem: next(iter(tags)) for stem, tags in spoken.items() if len(tags) == 1} | self._names

    def tags(self, text: str) -> tuple[str, ...]:
        """The attributes that a text mentions, in the order of the schema."""
        found = set(self.in_order(text))
        return tuple(tag for tag in self.schema.tags if tag in found)

    def in_order(self, text: str) -> tuple[str, ...]:
        """The attributes that a text mentions, in the order in which it does."""
        return _found(self._lexicon, self._words(text))

    def by_name(self, text: str) -> tuple[str, ...]:
        """The attributes that a text calls by their names, in the order in which it does."""
        return _found(self._names, self._words(text))

    def _words(self, text: str) -> list[str]:
        return self._word.findall(text.lower())

    def __deepcopy__(self, memo: dict[int, object]) -> "Reader":
        return self  # nothing about it changes


def _found(lexicon: Mapping[str, str], words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lexicon[stem] for stem in map(_stem, words) if stem in lexicon))


@cache
def builtin_reader(*splits: str) -> Reader:
    """The reader of the built-in catalogue who knows the wording of some splits."""
    texts = {
        tag: [form.text for split in splits for section in _SECTIONS[facet] for form in _forms(split, section, tag)]
        for facet, tags in FACETS.items()
        for tag in tags
    }
    return Reader(BUILTIN, texts)


def _forms(split: str, section: str, tag: str) -> Sequence[Any]:
    return wording(split).forms(f"{section}.{tag}")


@lru_cache(maxsize=1 << 13)  # the same items are shown again and again
def read_tags(text: str) -> tuple[str, ...]:
    """The attributes that a text mentions, in the order of `TAGS`, by train words.

    >>> read_tags("Something funny about crime, please")
    ('crime', 'funny')
    """
    return builtin_reader("train").tags(text)


def _stem(word: str) -> str:
    """The word without a plural's ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
