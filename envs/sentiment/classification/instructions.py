"""What the agent is told, put together from what is asked for."""

from collections.abc import Mapping
from typing import Final

from dialogue_gym.envs.sentiment.classification.scheme import Scheme

_GENERATED: Final = """\
You label short financial texts: headlines, posts and reviews. You are shown a text and one entity. Say what the
text is about as far as that entity is concerned, and whether it is good or bad news for the entity's shareholders. A
text may speak of two companies, with good news for one and bad news for the other: only the entity counts. It may
call companies by their trade ("the brewer") or by their ticker ("$KEST") instead of by name. Where a text grants a
smaller point before it comes to its main one, the main one counts; where it is sarcastic, what is meant counts; where
it only gives figures, compare them."""
_CORPUS_ENTITY: Final = """\
You label financial texts. You are shown a text and one entity. Other entities in the text may fare otherwise: only the
entity that is named counts."""
_CORPUS: Final = "You label financial texts. You are shown one at a time."
_SENTIMENT: Final = ", as who holds shares of the {whom} sees it"

TOPIC_MEANINGS: Final[Mapping[str, str]] = {
    "earnings": "profit, sales, guidance",
    "mergers": "takeovers, sales of units, bids",
    "dividends": "dividends and share buybacks",
    "management": "chief executives, boards, founders",
    "regulation": "authorities, courts, licences, fines",
    "products": "goods and services, orders, plants, recalls",
    "ratings": "analysts' ratings and price targets",
    "economy": "currencies, interest rates, tariffs, growth",
}
"""What the topics of generated texts stand for."""


def instructions(scheme: Scheme, *, generated: bool, has_entities: bool, texts: int, turns: int) -> str:
    """Role, labels and format.

    Args:
        scheme: The labels.
        generated: Whether the texts are generated ones.
        has_entities: Whether the question is about an entity.
        texts: Texts of an episode.
        turns: Turns that there are for them.
    """
    role = _GENERATED if generated else _CORPUS_ENTITY if has_entities else _CORPUS
    blocks = [role, *(_field(scheme, field, generated=generated, has_entities=has_entities) for field in scheme.fields)]
    what = "the " + " and the ".join(scheme.fields)
    blocks.append(f"Answer with {what} and nothing else, like this:\n{example(scheme)}")
    if generated:
        blocks.append(
            "If you need to know what kind of company the entity is, answer with the single word:\nbackground\n"
            "This costs a little and is given once for each text."
        )
    several = (
        f"There are {texts} texts: the next one comes when you have labelled the one before. " if texts > 1 else ""
    )
    counted = {3: "three"}.get(turns, str(turns))
    blocks.append(
        f"To see the text again, answer: hold\n{several}You have {counted} turns. An answer in any other form, or with "
        "several labels of one kind, is no answer."
    )
    return "\n\n".join(blocks)


def reminder(scheme: Scheme, *, generated: bool) -> str:
    """The answer to what is not an answer."""
    what = " and ".join(f"one {field}" for field in scheme.fields)
    more = " Background is given once, for the single word: background." if generated else ""
    return f"Not understood. Answer with {what}, such as: {example(scheme)}.{more}"


def example(scheme: Scheme) -> str:
    """Some label, as it is written."""
    return str(scheme.labels[len(scheme.labels) // 3])


def _field(scheme: Scheme, field: str, *, generated: bool, has_entities: bool) -> str:
    values = scheme.values[field]
    if field == "topic":
        meanings = TOPIC_MEANINGS if generated else {}
        return "Topic, one of:\n" + "\n".join(f"- {v}: {meanings[v]}" if v in meanings else f"- {v}" for v in values)
    point_of_view = "" if generated else _SENTIMENT.format(whom="entity" if has_entities else "company or market")
    return f"Sentiment, one of: {', '.join(values)}{point_of_view}."
