"""What can be told from words: the attributes that a text mentions.

The lexicon is made of the *train* wording and the names of the attributes. Texts of val and test use other words
beside some common ones, so that reading them is right less often: that is meant.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from dialogue_gym.envs.recommendation.catalogue.builtin import wording
from dialogue_gym.envs.recommendation.catalogue.schema import FACETS, TAGS

_WORD = re.compile(r"[^\W\d_]+")
_SECTIONS = {"category": ("kind",), "theme": ("theme", "thing"), "tone": ("tone",), "style": ("style",)}


@lru_cache(maxsize=1 << 13)  # the same items are shown again and again
def read_tags(text: str) -> tuple[str, ...]:
    """The attributes that a text mentions, in the order of `TAGS`.

    >>> read_tags("Something funny about crime, please")
    ('crime', 'funny')
    """
    stems = {_stem(word) for word in _WORD.findall(text.lower())}
    lexicon = _lexicon()
    found = {lexicon[stem] for stem in stems if stem in lexicon}
    return tuple(tag for tag in TAGS if tag in found)


def tags_in_order(text: str) -> tuple[str, ...]:
    """The attributes that a text mentions, in the order in which it does.

    >>> tags_in_order("Something funny about crime, please")
    ('funny', 'crime')
    """
    lexicon = _lexicon()
    stems = map(_stem, _WORD.findall(text.lower()))
    return tuple(dict.fromkeys(lexicon[stem] for stem in stems if stem in lexicon))


def tags_by_name(text: str) -> tuple[str, ...]:
    """The attributes that a text calls by their names, in the order in which it does.

    >>> tags_by_name("I would love two films about crime")
    ('film', 'crime')
    """
    names = {_stem(tag): tag for tag in TAGS}
    stems = map(_stem, _WORD.findall(text.lower()))
    return tuple(dict.fromkeys(names[stem] for stem in stems if stem in names))


@cache
def _lexicon() -> Mapping[str, str]:
    """Stem to the one attribute that it speaks for; words that speak for several are left out."""
    forms = wording("train")
    spoken: dict[str, set[str]] = {}
    for facet, tags in FACETS.items():
        for tag in tags:
            texts = [form.text for section in _SECTIONS[facet] for form in forms.forms(f"{section}.{tag}")]
            for word in _WORD.findall(" ".join([tag, *texts]).lower()):
                if len(word) > 3:
                    spoken.setdefault(_stem(word), set()).add(tag)
    names = {_stem(tag): tag for tag in TAGS}
    return {stem: next(iter(tags)) for stem, tags in spoken.items() if len(tags) == 1} | names


def _stem(word: str) -> str:
    """The word without a plural's ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
