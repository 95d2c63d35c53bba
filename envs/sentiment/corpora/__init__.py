"""Labelled texts that somebody else wrote: published data sets by name, and one's own files.

| corpus | asks for | entity |
|---|---|---|
| "sentfin" | sentiment | yes: a headline's entities may have different labels |
| "twitter_financial" | sentiment | no |
| "twitter_financial_topics" | topic of 20 | no |
| a file or folder | its columns "sentiment", "topic", or both | if it has the column |

`load_corpus` gives the texts in three splits that share no near-duplicates. `read_stream` gives texts with their times,
unlabelled, for `dialogue-gym monitor`.
"""

from dialogue_gym.envs.sentiment.corpora.corpus import Corpus, load_corpus
from dialogue_gym.envs.sentiment.corpora.items import Item, read_items
from dialogue_gym.envs.sentiment.corpora.published import PUBLISHED
from dialogue_gym.envs.sentiment.corpora.streams import STREAMS, read_stream

__all__ = ["PUBLISHED", "STREAMS", "Corpus", "Item", "load_corpus", "read_items", "read_stream"]
