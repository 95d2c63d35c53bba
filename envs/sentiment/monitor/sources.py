"""Where the words of the stream come from: made from wording files, or taken from a labelled corpus.

Either has texts of every topic and sentiment, apart by split, and a reader who has learned from those of train.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Final, Protocol

from dialogue_gym.draws import Stream, fold, name_key
from dialogue_gym.envs.sentiment.classification import texts as headlines
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS, TOPICS, Label
from dialogue_gym.envs.sentiment.corpora import Corpus, Item
from dialogue_gym.envs.sentiment.monitor.reader import Reader
from dialogue_gym.envs.sentiment.monitor.texts import DATA
from dialogue_gym.envs.sentiment.monitor.world import TOPIC_COUNT
from dialogue_gym.errors import CorpusError
from dialogue_gym.task import SPLITS

_LISTS: Final = tuple(f"list_{number}" for number in range(1, 9))
"""Watch lists of a corpus without topics."""
_SLOT = re.compile(r"\{\w+\}")
_NO_NAME = re.compile(r"[^a-z0-9]+")

Pools = Mapping[tuple[str, str], Sequence[Item]]
"""Topic and sentiment to items."""


class Source(Protocol):
    """Words of every topic and sentiment."""

    @property
    def name(self) -> str:
        """Names it among the tasks; "" for generated texts."""

    @property
    def topics(self) -> tuple[str, ...]:
        """What a desk may watch, at least `TOPIC_COUNT`; small letters, digits and underscores."""

    @property
    def reader(self) -> Reader:
        """A reader who has learned from the texts of train."""

    def original(self, split: str, topic: str, sentiment: str, place: int, day_key: int) -> tuple[str, str]:
        """Whom an original text is about, and its words.

        Args:
            split: Whose texts.
            topic: Its topic.
            sentiment: The label that it must deserve.
            place: Its place among the day's originals of this topic and sentiment.
            day_key: Keys the day.
        """

    def content(self) -> Iterator[bytes]:
        """All that texts are made from, to be hashed."""


class Generated:
    """Headlines of the classification task's generator.

    Args:
        difficulty: What they are made of, see the classification task's `texts.MIXES`.
    """

    name: Final = ""
    topics: Final = TOPICS

    def __init__(self, difficulty: str) -> None:
        self.mix = headlines.MIXES[difficulty]

    @property
    def reader(self) -> Reader:
        """The one who knows every form of the train wording, counted once."""
        return _reader_of_forms()

    def original(self, split: str, topic: str, sentiment: str, place: int, day_key: int) -> tuple[str, str]:
        """A headline made for its place."""
        text_key = fold(fold(day_key, name_key(f"{topic}.{sentiment}")), place)
        made = headlines.write_headline(headlines.wording(split), self.mix, Label(sentiment, topic), text_key)
        return made.company.name, made.text

    def content(self) -> Iterator[bytes]:
        """The wording files of headlines and repetitions, and what else the reader has read."""
        yield repr(self.mix).encode()
        for split in SPLITS:
            yield (headlines.DATA / f"{split}.txt").read_bytes()
            yield (DATA / f"{split}.txt").read_bytes()
        yield from headlines.content("train")


class FromCorpus:
    """Texts of a corpus with sentiments.

    Its topics are those that the corpus names; where it names none, companies are dealt to eight watch lists, `list_1`
    to `list_8`; without companies every list has all texts, of which it takes others each day. A list takes no text
    twice in a day, as far as there are enough.

    Args:
        corpus: The corpus.

    Raises:
        CorpusError: It lacks a sentiment, or has fewer topics than a desk in which each split has all of them.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.name = corpus.name
        self.corpus = corpus
        if corpus.sentiments != SENTIMENTS:
            raise CorpusError(
                f"Corpus {corpus.name!r}: expected texts labelled {', '.join(SENTIMENTS)} for the news desk, got "
                f"{', '.join(corpus.sentiments) or 'no sentiments'}. Take one with a column 'sentiment'."
            )
        self._pools: dict[str, Pools] = {split: _pools(corpus.splits[split]) for split in SPLITS}
        found = {topic for topic, _ in self._pools["train"]}
        if found == {""}:
            self._pools = {split: _shared(pools) for split, pools in self._pools.items()}
            found = {topic for topic, _ in self._pools["train"]}
        full = [
            topic
            for topic in sorted(found)
            if all((topic, sentiment) in self._pools[split] for split in SPLITS for sentiment in SENTIMENTS)
        ]
        if len(full) < TOPIC_COUNT:
            raise CorpusError(
                f"Corpus {corpus.name!r}: expected at least {TOPIC_COUNT} topics with texts of every sentiment in "
                f"train, val and test, got {len(full)} ({', '.join(full) or 'none'}). Add texts or leave topics out."
            )
        self.topics = tuple(full)

    @cached_property
    def reader(self) -> Reader:
        """The one who has read all of train."""
        return Reader(
            (item.text.replace(item.entity, " ") if item.entity else item.text, _name(item.topic), item.sentiment)
            for item in self.corpus.splits["train"]
        )

    def original(self, split: str, topic: str, sentiment: str, place: int, day_key: int) -> tuple[str, str]:
        """The item at this place of the pool, counted from where the day begins with it."""
        pool = self._pools[split][topic, sentiment]
        start = Stream(fold(day_key, name_key(f"{topic}.{sentiment}"))).below(len(pool))
        item = pool[(start + place) % len(pool)]
        return item.entity, item.text

    def content(self) -> Iterator[bytes]:
        """The corpus, and the forms of repetitions."""
        yield self.corpus.content_hash.encode()
        for split in SPLITS:
            yield (DATA / f"{split}.txt").read_bytes()


def _pools(items: Sequence[Item]) -> Pools:
    """The items of each topic and sentiment, in the order they have."""
    pools: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        topic = _name(item.topic)
        if not topic and item.entity:
            topic = _LISTS[name_key(item.entity.lower()) % len(_LISTS)]
        pools.setdefault((topic, item.sentiment), []).append(item)
    return pools


def _shared(pools: Pools) -> Pools:
    """The same texts for every watch list."""
    return {(each, sentiment): items for (_, sentiment), items in pools.items() for each in _LISTS}


def _name(topic: str) -> str:
    """What a topic is called on the desk."""
    return _NO_NAME.sub("_", topic.lower()).strip("_")


@cache
def _reader_of_forms() -> Reader:
    return Reader(
        (_SLOT.sub(" ", form.text), section.partition(".")[0], sentiment)
        for register in headlines.REGISTERS
        for section, forms in headlines.wording("train", register).sections.items()
        for sentiment in _tone_of(section)
        for form in forms
    )


def _tone_of(section: str) -> tuple[str, ...]:
    """The sentiment of a section of clauses, if it is one whose words mean it."""
    topic, _, rest = section.partition(".")
    sentiment = rest.removesuffix(".negated")
    return (sentiment,) if topic in TOPICS and sentiment in SENTIMENTS else ()
