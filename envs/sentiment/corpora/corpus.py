"""A corpus: texts in three splits, and what they ask for."""

import warnings
from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from dialogue_gym.corpora import data_folder
from dialogue_gym.envs.sentiment.corpora.items import SENTIMENTS, Item, read_items
from dialogue_gym.envs.sentiment.corpora.published import PUBLISHED, read_published
from dialogue_gym.envs.sentiment.corpora.splits import FEWEST, split_items
from dialogue_gym.errors import ConfigurationError, CorpusError

FIELDS = ("sentiment", "topic")
Priors = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Split, then field, then label, to how often it is right."""


class Corpus:
    """Labelled texts.

    Args:
        name: What it is called.
        splits: The items of each split; val and test are equally many.

    Attributes:
        sentiments: The sentiments that occur, in the order negative, neutral, positive; none if not asked for.
        topics: The topics that occur, sorted; none if not asked for.
    """

    def __init__(self, name: str, splits: Mapping[str, tuple[Item, ...]]) -> None:
        self.name = name
        self.splits = splits
        items = [item for split in splits.values() for item in split]
        occurring = {item.sentiment for item in items}
        self.sentiments = tuple(sentiment for sentiment in SENTIMENTS if sentiment in occurring)
        self.topics = tuple(sorted({item.topic for item in items} - {""}))
        self.has_entities = any(item.entity for item in items)

    @cached_property
    def priors(self) -> Priors:
        """How often each label is right in each split."""
        return {
            split: {field: self._shares(split, field) for field in FIELDS if getattr(items[0], field)}
            for split, items in self.splits.items()
        }

    def _shares(self, split: str, field: str) -> dict[str, float]:
        items = self.splits[split]
        counts = Counter(getattr(item, field) for item in items)
        if len(counts) < 2:
            raise CorpusError(
                f"Corpus {self.name!r}: expected at least two different values of {field!r} in split {split!r}, "
                f"got {', '.join(counts)} only: there would be nothing to tell apart."
            )
        names = self.sentiments if field == "sentiment" else self.topics
        return {name: counts[name] / len(items) for name in names}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all items in their splits."""
        digest = sha256()
        for split, items in self.splits.items():
            for item in items:
                digest.update("\n".join((split, *item, "")).encode())
        return digest.hexdigest()


def load_corpus(corpus: str, data_dir: str | None = None) -> Corpus:
    """A corpus by name or path, read once per process.

    Args:
        corpus: One of `PUBLISHED`, or a file or folder as in `items`.
        data_dir: The folder of published data sets; None for the one that DIALOGUE_GYM_DATA names.

    Raises:
        ConfigurationError: It is not a string.
        CorpusError: It is not there, or not as expected.
    """
    if not isinstance(corpus, str) or not corpus:
        raise ConfigurationError(
            f"Expected corpus to be one of {', '.join(PUBLISHED)} or a path, got {corpus!r}. "
            "Leave it out for generated texts."
        )
    if corpus in PUBLISHED:
        return _published(corpus, data_folder(data_dir))
    path = Path(corpus).expanduser()
    if not path.exists():
        raise CorpusError(f"Expected corpus to be one of {', '.join(PUBLISHED)} or a file or folder, got {corpus!r}.")
    return _own(path)


@lru_cache(maxsize=8)
def _published(name: str, folder: Path | None) -> Corpus:
    return Corpus(name, split_items(read_published(name, folder), name))


@lru_cache(maxsize=8)
def _own(path: Path) -> Corpus:
    corpus = Corpus(path.resolve().name.split(".")[0] or "corpus", split_items(read_items(path), str(path)))
    held_out = len(corpus.splits["test"])
    if held_out < FEWEST:
        warnings.warn(
            f"{path} leaves val and test {held_out} texts each, so intervals will be wide: some {4 * FEWEST} texts "
            f"give them {FEWEST}.",
            stacklevel=2,
        )
    return corpus
