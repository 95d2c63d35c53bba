"""The labels, how often each is right, and the credit for naming one.

A guess must earn nothing. If label k is right with prior probability p_k, naming it earns

    +1                  where it is right,
    -p_k / (1 - p_k)    where it is wrong,

so that naming k without looking is worth p_k * 1 - (1 - p_k) * p_k / (1 - p_k) = 0, whatever k is, and so is
any mix of labels that was chosen without looking. Knowing the text so well that k is right with probability
q_k, it is worth (q_k - p_k) / (1 - p_k): what accuracy adds over chance, like Cohen's kappa for one label.
Always right is worth 1.

| sentiment | prior | wrong costs |
|---|---|---|
| negative | 1/6 | 1/5 |
| neutral | 1/2 | 1 |
| positive | 1/3 | 1/2 |

Topics are equally likely: prior 1/8, a wrong one costs 1/7. The priors follow collections of financial
headlines, in which some 60 % are neutral and good news outnumber bad. On the fixed lists they hold exactly in every
block of 48 consecutive scenarios (`balanced_label`), so that a list of whole blocks gives a constant answer exactly 0.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream, key, name_key

SENTIMENTS: Final = ("negative", "neutral", "positive")
TOPICS: Final = (
    "earnings",
    "mergers",
    "dividends",
    "management",
    "regulation",
    "products",
    "ratings",
    "economy",
)
_SHARES: Final = {"negative": 1, "neutral": 3, "positive": 2}
"""How many of the six scenarios that a block has for each topic."""

SENTIMENT_PRIORS: Final = {name: share / sum(_SHARES.values()) for name, share in _SHARES.items()}
TOPIC_PRIORS: Final = {name: 1 / len(TOPICS) for name in TOPICS}


class Label(NamedTuple):
    """A sentiment and a topic; "" for one that is not asked for."""

    sentiment: str
    topic: str

    def __str__(self) -> str:
        return f"{self.sentiment}, {self.topic}" if self.sentiment and self.topic else self.sentiment or self.topic


NO_LABEL: Final = Label("", "")
"""In place of an answer that was not given."""


LABELS: Final = tuple(Label(sentiment, topic) for sentiment in SENTIMENTS for topic in TOPICS)
_BLOCK: Final = tuple(Label(s, topic) for topic in TOPICS for s in SENTIMENTS for _ in range(_SHARES[s]))
BLOCK: Final = len(_BLOCK)
"""Scenarios after which the labels' frequencies equal their priors."""
_ORDER = name_key("sentiment.classification.order")


def drawn_label(stream: Stream) -> Label:
    """A label with the probability that its priors say."""
    return stream.choice(_BLOCK)


def balanced_label(set_key: int, index: int) -> Label:
    """The label at a place of a list whose every block of 48 holds each label as often as its prior says, shuffled.

    Args:
        set_key: Names the list (task, version, split).
        index: The place in it.
    """
    block, place = divmod(index, BLOCK)
    return _shuffled(key(set_key, block, _ORDER))[place]


@lru_cache(maxsize=256)
def _shuffled(block_key: int) -> tuple[Label, ...]:
    return tuple(Stream(block_key).sample(_BLOCK, BLOCK))


def credit(named: str, right: bool, priors: Mapping[str, float]) -> float:
    """What naming a label earns: 1 if it is right, minus the prior odds of the named label if not.

    >>> credit("neutral", True, SENTIMENT_PRIORS), credit("neutral", False, SENTIMENT_PRIORS)
    (1.0, -1.0)
    """
    return 1.0 if right else -priors[named] / (1.0 - priors[named])
