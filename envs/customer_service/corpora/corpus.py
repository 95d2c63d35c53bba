"""A corpus: messages in three splits that share no near-duplicates, articles, and a domain that works with both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dialogue_gym.corpora import data_folder
from dialogue_gym.duplicates import deal
from dialogue_gym.envs.customer_service.corpora.articles import OwnArticle, read_articles
from dialogue_gym.envs.customer_service.corpora.messages import Message, read_folder
from dialogue_gym.envs.customer_service.corpora.published import PUBLISHED, read_published
from dialogue_gym.envs.customer_service.domain import Domain, find_domain
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Verbatim, Wording

HELD_OUT = 0.15
"""Share of the messages that val and test have each."""
Texts = Mapping[str, tuple[str, ...]]


class Corpus:
    """Customers' messages, and articles of one's own.

    Args:
        name: What it is called.
        messages: All of them.
        articles: All of them.

    Attributes:
        articles: The articles.
        splits: Texts by split, then by intent.
        asked: Texts of the messages that name an article, by split, intent and topic.
    """

    def __init__(self, name: str, messages: list[Message], articles: Sequence[OwnArticle] = ()) -> None:
        self.name = name
        self.articles = articles
        topics = {each.id: each.topic for each in articles}
        messages = [each._replace(article=topics.get(each.article, each.article)) for each in messages]
        split = _split(list(dict.fromkeys(messages)), name)
        self.splits: dict[str, Texts] = {
            part: {intent: tuple(each.text for each in said) for intent, said in by_intent.items()}
            for part, by_intent in split.items()
        }
        self.asked: dict[str, dict[str, Texts]] = {
            part: {
                intent: _by_article(said) for intent, said in by_intent.items() if all(each.article for each in said)
            }
            for part, by_intent in split.items()
        }

    @property
    def content_hash(self) -> bytes:
        """SHA-256 over all messages in their splits, and all articles."""
        lines = [
            "\t".join((split, intent, text))
            for split, texts in self.splits.items()
            for intent, each in texts.items()
            for text in each
        ]
        lines += ["\t".join(article[1:]) for article in self.articles]
        lines += [
            "\t".join((split, intent, topic, *texts))
            for split, asked in self.asked.items()
            for intent, by_topic in asked.items()
            for topic, texts in by_topic.items()
        ]
        return sha256("\n".join(lines).encode()).digest()


def _by_article(said: Sequence[Message]) -> Texts:
    topics = dict.fromkeys(each.article for each in said)
    return {topic: tuple(each.text for each in said if each.article == topic) for topic in topics}


def _split(messages: list[Message], name: str) -> dict[str, dict[str, tuple[Message, ...]]]:
    """Messages by intent, of the splits they name, else dealt by groups; each in an order that looks random."""
    marks = [sha256("\n".join(each).encode()).digest() for each in messages]
    numbers: Mapping[str, list[int]]
    if messages and messages[0].split:
        numbers = {split: [i for i, each in enumerate(messages) if each.split == split] for split in SPLITS}
    else:
        texts, groups = [each.text for each in messages], [each.group for each in messages]
        numbers = deal(texts, groups, marks, int(HELD_OUT * len(messages)))
    found: dict[str, dict[str, tuple[Message, ...]]] = {}
    intents = sorted({each.intent for each in messages})
    for split in SPLITS:
        chosen = sorted(numbers[split], key=lambda i: marks[i])
        found[split] = {
            intent: tuple(messages[i] for i in chosen if messages[i].intent == intent) for intent in intents
        }
        missing = [intent for intent, said in found[split].items() if not said]
        if missing:
            raise CorpusError(
                f"{name}: expected messages for every intent in split {split!r}, got none for {', '.join(missing)}. "
                "Add some, or name the splits in column 'split'."
            )
    return found


def load_corpus(corpus: str, domain: str, data_dir: str | None = None) -> Corpus:
    """A corpus by name or path, read once per process.

    Args:
        corpus: One of `PUBLISHED`, several joined by "+", or a folder as in `messages`.
        domain: The desk that it is for.
        data_dir: The folder of published data sets; None for the one that DIALOGUE_GYM_DATA names.

    Raises:
        ConfigurationError: It is not for this desk.
        CorpusError: It is not there, or not as expected.
    """
    if not isinstance(corpus, str) or not corpus:
        raise ConfigurationError(
            f"Expected corpus to be one of {', '.join(PUBLISHED)} or a folder, got {corpus!r}. "
            "Leave it out for the built-in wording."
        )
    folder = data_folder(data_dir)
    return _load(corpus, domain, None if folder is None else str(folder))


@lru_cache(maxsize=8)
def _load(corpus: str, domain: str, folder: str | None) -> Corpus:
    kinds = find_domain(domain).kinds
    if Path(corpus).expanduser().is_dir():
        return _own(Path(corpus).expanduser(), kinds)
    names = corpus.split("+")
    for name in names:
        if name not in PUBLISHED:
            raise CorpusError(f"Expected corpus to be one of {', '.join(PUBLISHED)} or a folder, got {name!r}.")
    where = None if folder is None else Path(folder)
    return Corpus(corpus, [message for name in names for message in read_published(name, domain, kinds, where)])


def _own(folder: Path, kinds: Collection[str]) -> Corpus:
    """What a folder has."""
    articles = read_articles(folder)
    messages = read_folder(folder, kinds, {name for each in articles for name in (each.id, each.topic)})
    if not messages and not articles:
        raise CorpusError(
            f"{folder}: expected messages.csv, messages.jsonl or dialogues.jsonl, or articles.json or "
            "articles/*.md, found none of them."
        )
    return Corpus(folder.resolve().name, messages, articles)


@lru_cache(maxsize=8)
def with_corpus(name: str, corpus: str, data_dir: str | None = None) -> Domain:
    """A domain whose customers write what a corpus has, and whose search finds its articles; one object per process.

    Args:
        name: The domain's.
        corpus: As in `load_corpus`.
        data_dir: As in `load_corpus`.

    Raises:
        ConfigurationError: The corpus is not for this desk.
        CorpusError: It is not there, or not as expected.
    """
    domain, found = find_domain(name), load_corpus(corpus, name, data_dir)
    if found.articles:
        if domain.with_articles is None:
            raise ConfigurationError(
                f"Expected a corpus without articles for domain {name!r}, whose policy goes by its own, got "
                f"{found.articles[0].where}. Take domain='banking', or leave the articles out."
            )
        domain = domain.with_articles(found.articles, found.asked)
    return replace(
        domain,
        corpus=(corpus, data_dir),
        wording={split: _wording(name, corpus, data_dir, split) for split in SPLITS},
        content=lambda: domain.content() + found.content_hash,
    )


@lru_cache(maxsize=24)
def _wording(name: str, corpus: str, data_dir: str | None, split: str) -> Wording:
    """The built-in wording, with a corpus's messages where it has any."""
    forms = {
        intent: tuple(map(Verbatim, texts))
        for intent, texts in load_corpus(corpus, name, data_dir).splits[split].items()
    }
    sections = dict(find_domain(name).wording[split].sections)
    sections |= {f"{how}.{intent}": each for how in ("open", "restate") for intent, each in forms.items()}
    return Wording(sections, f"{corpus}, {split}", (_wording, (name, corpus, data_dir, split)))
