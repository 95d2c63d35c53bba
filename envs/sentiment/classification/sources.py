"""Where texts come from: made from wording files, or taken from a corpus. The rest of the task does not know which."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from math import gcd
from typing import Final, Protocol

from dialogue_gym.draws import Stream, key, name_key
from dialogue_gym.envs.sentiment.classification import texts
from dialogue_gym.envs.sentiment.classification.labels import (
    BLOCK,
    SENTIMENT_PRIORS,
    SENTIMENTS,
    TOPIC_PRIORS,
    TOPICS,
    Label,
    balanced_label,
    drawn_label,
)
from dialogue_gym.envs.sentiment.classification.scheme import Scheme
from dialogue_gym.envs.sentiment.classification.vocabulary import Vocabulary
from dialogue_gym.envs.sentiment.corpora import Corpus
from dialogue_gym.task import SPLITS

_LABEL = name_key("sentiment.classification.label")
_EPOCH = name_key("sentiment.classification.epoch")


class Source(Protocol):
    """Labelled texts without end for train, and lists of them for val and test."""

    @property
    def name(self) -> str:
        """Names it among the tasks."""

    @property
    def scheme(self) -> Scheme:
        """What is asked about a text."""

    @property
    def has_background(self) -> bool:
        """Whether more is known about an entity."""

    @property
    def has_entities(self) -> bool:
        """Whether the question is about an entity."""

    @property
    def list_size(self) -> int:
        """Texts that val and test have each."""

    @property
    def train_size(self) -> int:
        """Texts of train that are worth reading to learn them all."""

    def text(self, split: str, list_key: int, place: int, text_key: int) -> texts.Headline:
        """The text at a place of a split.

        Args:
            split: "train", "val" or "test".
            list_key: Names the task's texts of the split.
            place: Which of them.
            text_key: Keys the draws of this text.
        """

    def background(self, split: str, headline: texts.Headline, stream: Stream) -> str:
        """A sentence about the entity."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the train split."""

    def content(self) -> Iterator[bytes]:
        """All that texts are made from, to be hashed."""


class Generated:
    """Texts made from the wording files.

    Args:
        difficulty: What they are made of, see `texts.MIXES`.
    """

    has_background: Final = True
    has_entities: Final = True
    list_size: Final = 11 * BLOCK  # whole blocks, in which every label is as frequent as its prior says
    train_size: Final = 6000

    def __init__(self, difficulty: str) -> None:
        self.name = difficulty
        self.mix = texts.MIXES[difficulty]
        priors = {"sentiment": SENTIMENT_PRIORS, "topic": TOPIC_PRIORS}
        self.scheme = Scheme(SENTIMENTS, TOPICS, dict.fromkeys(SPLITS, priors))

    def text(self, split: str, list_key: int, place: int, text_key: int) -> texts.Headline:
        """A text made for its place."""
        drawn = split == "train"
        label = drawn_label(Stream(key(text_key, _LABEL))) if drawn else balanced_label(list_key, place)
        return texts.write_text(split, self.mix, label, text_key)

    def background(self, split: str, headline: texts.Headline, stream: Stream) -> str:
        """A sentence about the entity."""
        return texts.write_background(texts.wording(split), headline.company, stream)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the train wording."""
        return _generated_vocabulary()

    def content(self) -> Iterator[bytes]:
        """The wording files."""
        for split in SPLITS:
            yield from texts.content(split)


class FromCorpus:
    """Texts of a corpus.

    Args:
        corpus: The corpus.
    """

    has_background: Final = False

    def __init__(self, corpus: Corpus) -> None:
        self.name = corpus.name
        self.corpus = corpus
        self.scheme = Scheme(corpus.sentiments, corpus.topics, corpus.priors)
        self.has_entities = corpus.has_entities
        self.list_size = len(corpus.splits["test"])
        self.train_size = len(corpus.splits["train"])

    def text(self, split: str, list_key: int, place: int, text_key: int) -> texts.Headline:
        """The text at a place of the list; the train list comes again and again, each time in another order."""
        items = self.corpus.splits[split]
        if split == "train":
            epoch, place = divmod(place, len(items))
            step, start = _order(len(items), key(list_key, epoch, _EPOCH))
            place = (step * place + start) % len(items)
        item = items[place]
        label = Label(item.sentiment, item.topic)
        return texts.Headline(item.text, texts.Company(item.entity, ""), label, "corpus", "text")

    def background(self, split: str, headline: texts.Headline, stream: Stream) -> str:
        """There is none."""
        raise NotImplementedError(f"corpus {self.name!r} has no background")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the train texts."""
        return Vocabulary([item.text for item in self.corpus.splits["train"]], hide_names=False)

    def content(self) -> Iterator[bytes]:
        """The texts."""
        yield self.corpus.content_hash.encode()


@lru_cache(maxsize=1)
def _generated_vocabulary() -> Vocabulary:
    return Vocabulary(texts.plain_forms("train"), hide_names=True)


@lru_cache(maxsize=1 << 10)
def _order(size: int, epoch_key: int) -> tuple[int, int]:
    """Step and start of a walk that comes by every one of `size` places once."""
    stream = Stream(epoch_key)
    start = stream.below(size)
    while True:
        step = 1 + stream.below(max(1, size - 1))
        if gcd(step, size) == 1:
            return step, start
