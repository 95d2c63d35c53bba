"""Published data sets of customers' messages: read from the data folder, or by the `datasets` library.

- Banking77 (Casanueva et al. 2020, https://aclanthology.org/2020.nlp4convai-1.5/, CC BY 4.0): 10,003 messages in 77
  intents. Its official test set is not used: val and test are dealt from the train file by groups of near-duplicates.
- STAR (Mosig et al. 2020, https://arxiv.org/abs/2010.11853, MIT): what people who played customers said first.
- CLINC150 (Larson et al. 2019, https://aclanthology.org/D19-1131/, CC BY 3.0): the queries that are out of scope.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from dialogue_gym.corpora import published_rows
from dialogue_gym.envs.customer_service.corpora.messages import Message, by_place, check, message
from dialogue_gym.errors import ConfigurationError, CorpusError

OUT_OF_SCOPE: Final = "out_of_scope"
_SHORTEST_OPENING: Final = 5
"""Words: "Hello" brings nothing up."""


class Published(NamedTuple):
    """Where a data set is, and how its rows become messages, by domain."""

    file: str
    hub: str
    convert: Mapping[str, Callable[[str, dict[str, Any]], Message | None]]


def _banking77(where: str, row: dict[str, Any]) -> Message:
    """The data folder's column is "category", the hub's "label_text"."""
    return message(where, {"text": row.get("text"), "intent": row.get("category", row.get("label_text"))})


def _clinc(where: str, row: dict[str, Any]) -> Message | None:
    return message(where, {"text": row.get("text"), "intent": OUT_OF_SCOPE}) if row.get("intent") == "oos" else None


def _star(domain: str) -> Callable[[str, dict[str, Any]], Message | None]:
    """First messages of at least five words, of dialogues with one task.

    Reports of fraud that speak of a card fit the bank's compromised card; hotels, rides, flats and doctors are nobody's
    matter here. Balances and other reports of fraud fit no kind.
    """

    def convert(where: str, row: dict[str, Any]) -> Message | None:
        events, tasks = row.get("Events"), row.get("Tasks")
        if not isinstance(events, list) or not isinstance(tasks, list):
            raise CorpusError(f"{where}: expected a dialogue with lists 'Events' and 'Tasks', got {', '.join(row)}.")
        said = (e.get("Text", "") for e in events if e.get("Agent") == "User" and e.get("Action") == "utter")
        text = next(said, "")
        if len(tasks) != 1 or len(text.split()) < _SHORTEST_OPENING:
            return None
        bank = tasks[0].startswith("bank")
        if bank and not (domain == "banking" and tasks[0] == "bank_fraud_report" and "card" in text.lower()):
            return None
        return message(where, {"text": text, "intent": "compromised_card" if bank else OUT_OF_SCOPE})

    return convert


PUBLISHED: Final = {
    "banking77": Published("customer_service/banking77/train.csv.gz", "mteb/banking77", {"banking": _banking77}),
    "clinc150_oos": Published(
        "customer_service/clinc150_oos/oos_dev.csv.gz", "", {"retail": _clinc, "banking": _clinc}
    ),
    "star": Published(
        "customer_service/star/dialogues.jsonl.gz", "", {"retail": _star("retail"), "banking": _star("banking")}
    ),
}


def read_published(name: str, domain: str, kinds: Collection[str], folder: Path | None) -> list[Message]:
    """The messages of a published data set.

    Args:
        name: One of `PUBLISHED`.
        domain: The desk.
        kinds: Its kinds of matter.
        folder: The data folder; None to read online.

    Raises:
        ConfigurationError: It has nothing for this desk.
        CorpusError: It is neither in the folder nor to be had online, or is not as expected.
    """
    published = PUBLISHED[name]
    if domain not in published.convert:
        raise ConfigurationError(
            f"Expected a corpus for domain {domain!r}, got {name!r}, which is for {', '.join(published.convert)}."
        )
    rows, source = published_rows(name, published.file, published.hub, folder)
    return check(by_place(rows, published.convert[domain]), kinds, source)
