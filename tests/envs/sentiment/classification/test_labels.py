"""Naming a label without reading earns nothing, and the lists hold labels as often as their priors say."""

from collections import Counter

import pytest

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification.labels import (
    BLOCK,
    LABELS,
    SENTIMENT_PRIORS,
    SENTIMENTS,
    TOPIC_PRIORS,
    TOPICS,
    balanced_label,
    credit,
    drawn_label,
)


def test_credits_by_hand():
    assert SENTIMENT_PRIORS == {"negative": 1 / 6, "neutral": 1 / 2, "positive": 1 / 3}
    assert credit("negative", True, SENTIMENT_PRIORS) == 1.0
    assert credit("negative", False, SENTIMENT_PRIORS) == pytest.approx(-1 / 5)
    assert credit("neutral", False, SENTIMENT_PRIORS) == pytest.approx(-1)
    assert credit("positive", False, SENTIMENT_PRIORS) == pytest.approx(-1 / 2)
    assert credit("ratings", False, TOPIC_PRIORS) == pytest.approx(-1 / 7)


@pytest.mark.parametrize("priors", [SENTIMENT_PRIORS, TOPIC_PRIORS], ids=["sentiment", "topic"])
def test_any_label_named_blindly_is_worth_nothing(priors):
    def worth(named):
        return sum(p * credit(named, named == right, priors) for right, p in priors.items())

    assert [worth(named) for named in priors] == pytest.approx([0.0] * len(priors))
    # and so a uniform guess, or any other mix


def test_knowing_more_than_the_prior_is_worth_the_share_of_what_was_left_to_know():
    # "positive" is right 3 times in 4 where one time in 3 would be chance: (3/4 - 1/3) / (1 - 1/3) = 5/8.
    worth = 0.75 * credit("positive", True, SENTIMENT_PRIORS) + 0.25 * credit("positive", False, SENTIMENT_PRIORS)
    assert worth == pytest.approx(5 / 8)


@pytest.mark.parametrize("block", [0, 1, 7])
def test_every_block_holds_labels_as_often_as_their_priors_say(block):
    drawn = [balanced_label(key("a set"), block * BLOCK + place) for place in range(BLOCK)]
    assert Counter(drawn) == {
        label: round(BLOCK * SENTIMENT_PRIORS[label.sentiment] * TOPIC_PRIORS[label.topic]) for label in LABELS
    }


def test_blocks_differ_in_order():
    orders = {tuple(balanced_label(key("a set"), block * BLOCK + i) for i in range(BLOCK)) for block in range(20)}
    assert len(orders) == 20


def test_there_are_eight_topics_and_three_sentiments():
    assert (len(TOPICS), len(SENTIMENTS), len(set(LABELS))) == (8, 3, 24)


def test_labels_that_are_drawn_come_as_often_as_their_priors_say():
    stream = Stream(key("labels"))
    drawn = [drawn_label(stream) for _ in range(20_000)]
    for label in LABELS:
        prior = SENTIMENT_PRIORS[label.sentiment] * TOPIC_PRIORS[label.topic]
        assert drawn.count(label) / len(drawn) == pytest.approx(prior, abs=0.006)
