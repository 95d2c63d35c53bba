"""Published data sets by name: read from the data folder, or by the `datasets` library where there is none.

SEntFiN (Sinha et al. 2022, doi:10.1002/asi.24634, github.com/pyRis/SEntFiN, MIT) has columns "title" and "decisions",
a JSON object from entity to sentiment. The tweets (zeroshot 2022, MIT) have columns "text" and "label", a number; on
the hub they are zeroshot/twitter-financial-news-sentiment and zeroshot/twitter-financial-news-topic. `PUBLISHED` says
which file of the data folder is meant.
"""

import json
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final, NamedTuple

from dialogue_gym.corpora import published_rows
from dialogue_gym.envs.sentiment.corpora.items import SENTIMENTS, Item, check_items
from dialogue_gym.errors import CorpusError

TWEET_SENTIMENTS: Final = ("negative", "positive", "neutral")
"""What the labels 0 ("bearish"), 1 ("bullish") and 2 stand for."""
TWEET_TOPICS: Final = (
    "Analyst Update",
    "Fed | Central Banks",
    "Company | Product News",
    "Treasuries | Corporate Debt",
    "Dividend",
    "Earnings",
    "Energy | Oil",
    "Financials",
    "Currencies",
    "General News | Opinion",
    "Gold | Metals | Materials",
    "IPO",
    "Legal | Regulation",
    "M&A | Investments",
    "Macro",
    "Markets",
    "Politics",
    "Personnel Change",
    "Stock Commentary",
    "Stock Movement",
)
"""What the labels 0 to 19 stand for."""


class Published(NamedTuple):
    """Where a data set is, and how its rows become items."""

    file: str
    hub: str
    items: Callable[[str, dict[str, Any]], Iterator[Item]]


def _entities(where: str, row: dict[str, Any]) -> Iterator[Item]:
    """An item for each entity of a headline."""
    try:
        decisions = json.loads(row["decisions"])
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"{where}: expected a JSON object in column 'decisions', got {error!r}.") from None
    if not isinstance(decisions, dict) or not all(sentiment in SENTIMENTS for sentiment in decisions.values()):
        raise CorpusError(f"{where}: expected entities with one of {', '.join(SENTIMENTS)}, got {decisions!r}.")
    title = " ".join(str(row.get("title", "")).split())
    for entity, sentiment in decisions.items():
        yield Item(title, " ".join(entity.split()), sentiment)


def _tweets(field: str, labels: tuple[str, ...]) -> Callable[[str, dict[str, Any]], Iterator[Item]]:
    names = {str(number): name for number, name in enumerate(labels)}

    def items(where: str, row: dict[str, Any]) -> Iterator[Item]:
        label = str(row.get("label"))
        if label not in names:
            raise CorpusError(f"{where}: expected a label from 0 to {len(labels) - 1}, got {label!r}.")
        text = " ".join(unescape(str(row.get("text", ""))).split())
        if text:
            yield Item(text, **{field: names[label]})

    return items


PUBLISHED: Final = {
    "sentfin": Published("finance/sentfin/sentfin_train.csv.gz", "", _entities),
    "twitter_financial": Published(
        "finance/twitter_financial_news_sentiment/sent_train.csv.gz",
        "zeroshot/twitter-financial-news-sentiment",
        _tweets("sentiment", TWEET_SENTIMENTS),
    ),
    "twitter_financial_topics": Published(
        "finance/twitter_financial_news_topic/topic_train.csv.gz",
        "zeroshot/twitter-financial-news-topic",
        _tweets("topic", TWEET_TOPICS),
    ),
}


def read_published(name: str, folder: Path | None) -> list[Item]:
    """The items of a published data set.

    Args:
        name: One of `PUBLISHED`.
        folder: The data folder; None to read online.

    Raises:
        CorpusError: It is neither in the folder nor to be had online, or is not as expected.
    """
    published = PUBLISHED[name]
    rows, source = published_rows(name, published.file, published.hub, folder)
    return check_items(((where, item) for where, row in rows for item in published.items(where, row)), source)
