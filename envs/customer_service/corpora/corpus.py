"""A corpus: messages in three splits that share no near-duplicates, and a domain whose customers write them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dialogue_gym.corpora import data_folder
from dialogue_gym.duplicates import deal
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
    """Customers' messages.

    Args:
        name: What it is called.
        messages: All of them.

    Attributes:
        splits: Texts by split, then by intent.
    """

    def __init__(self, name: str, messages: list[Message]) -> None:
        self.name = name
        self.splits: dict[str, Texts] = _split(list(dict.fromkeys(messages)), name)

    @property
    def content_hash(self) -> bytes:
        """SHA-256 over all messages in their splits."""
        lines = [
            "\t".join((split, intent, text))
            for split, texts in self.splits.items()
            for intent, each in texts.items()
            for text in each
        ]
        return sha256("\n".join(lines).encode()).digest()


def _split(messages: list[Message], name: str) -> dict[str, Texts]:
    """Messages of the splits they name, else dealt by groups; each in an order that looks random."""
    marks = [sha256("\n".join(each).encode()).digest() for each in messages]
    numbers: Mapping[str, list[int]]
    if messages[0].split:
        numbers = {split: [i for i, each in enumerate(messages) if each.split == split] for split in SPLITS}
    else:
        texts, groups = [each.text for each in messages], [each.group for each in messages]
        numbers = deal(texts, groups, marks, int(HELD_OUT * len(messages)))
    found: dict[str, Texts] = {}
    intents = sorted({each.intent for each in messages})
    for split in SPLITS:
        chosen = sorted(numbers[split], key=lambda i: marks[i])
        found[split] = {
            intent: tuple(messages[i].text for i in chosen if messages[i].intent == intent) for intent in intents
        }
        missing = [intent for intent, texts in found[split].items() if not texts]
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
        return Corpus(Path(corpus).resolve().name, read_folder(Path(corpus).expanduser(), kinds))
    names = corpus.split("+")
    for name in names:
        if name not in PUBLISHED:
            raise CorpusError(f"Expected corpus to be one of {', '.join(PUBLISHED)} or a folder, got {name!r}.")
    where = None if folder is None else Path(folder)
    return Corpus(corpus, [message for name in names for message in read_published(name, domain, kinds, where)])


@lru_cache(maxsize=8)
def with_corpus(name: str, corpus: str, data_dir: str | None = None) -> Domain:
    """A domain whose customers write what a corpus has; one object per process.

    Args:
        name: The domain's.
        corpus: As in `load_corpus`.
        data_dir: As in `load_corpus`.
    """
    domain, found = find_domain(name), load_corpus(corpus, name, data_dir)
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
