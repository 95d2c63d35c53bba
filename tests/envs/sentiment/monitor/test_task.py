"""Words to acts and back, and what the numeric view makes of a day."""

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification import texts as headlines
from dialogue_gym.envs.sentiment.classification.labels import LABELS
from dialogue_gym.envs.sentiment.monitor import load_task
from dialogue_gym.envs.sentiment.monitor.bulletin import read_message
from dialogue_gym.envs.sentiment.monitor.reader import Reader
from dialogue_gym.envs.sentiment.monitor.texts import echoes
from dialogue_gym.envs.sentiment.monitor.tracker import AT_ONCE, CHOICES
from dialogue_gym.errors import ConfigurationError

TASK = load_task("medium")


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("", ()),
        ("  \n ", ()),
        ("alert regulation 2", (Act("alert", {"topic": "regulation", "severity": 2}),)),
        ("Alert Regulation: 1.", (Act("alert", {"topic": "regulation", "severity": 1}),)),
        ("clear earnings", (Act("clear", {"topic": "earnings"}),)),
        ("read t7, t12", (Act("read", {"id": "t7"}), Act("read", {"id": "t12"}))),
        ("label t7 Negative", (Act("label", {"id": "t7", "sentiment": "negative"}),)),
        ("alert regulation 3", (Act("unclear"),)),
        ("label t7 bad", (Act("unclear"),)),
        ("read all", (Act("unclear"),)),
        (
            "hello there\nalert ratings 1",
            (Act("unclear"), Act("alert", {"topic": "ratings", "severity": 1})),
        ),
        ('<tool_call>{"name": "read", "arguments": {}}</tool_call>', (Act("read", {}, True),)),
    ],
)
def test_one_slip_does_not_cost_an_alarm(text, acts):
    assert TASK.parse(text) == acts


def test_everything_the_desk_says_is_read_back_exactly():
    episode = TASK.episode()
    events = list(episode.start("val", 2))
    while episode.stop_reason is None:
        extra = [Act("unclear")] if episode.turn % 7 == 0 else []
        events += episode.apply([*episode.oracle_acts(), *extra]).heard
    for event in events:
        assert TASK.listen([event.message()])[0].content == event.content
        assert read_message(event.text).text == event.text
    assert {act.name for event in events for act in event.content} == {
        "desk", "topic", "text", "bulletin", "help", "over",
    }  # fmt: skip


def test_words_of_the_splits_are_apart():
    said = {split: {form.text for form in echoes(split).forms("echo")} for split in ("train", "val", "test")}
    assert not said["train"] & said["val"]
    assert not said["train"] & said["test"]
    assert not said["val"] & said["test"]


@pytest.mark.parametrize(
    ("text", "entity", "sentiment"),
    [
        ("Kestmore slashes its dividend", "Kestmore", "negative"),
        ("Kestmore fails to win approval for its takeover", "Kestmore", "negative"),
        ("Kestmore escapes fine in Norway", "Kestmore", "positive"),
        ("Record orders lift profit at Kestmore; Tolmann cuts its dividend", "Kestmore", "positive"),
        ("Record orders lift profit at Kestmore; Tolmann cuts its dividend", "Tolmann", "negative"),
        ("Kestmore to report first-quarter results on Monday", "Kestmore", "neutral"),
        ("", "", "neutral"),
    ],
)
def test_the_reader_counts_words_of_the_clause_that_names_the_entity(text, entity, sentiment):
    assert TASK.source.reader.tone(text, entity) == sentiment


@pytest.mark.parametrize(("difficulty", "least"), [("easy", 0.75), ("medium", 0.6), ("hard", 0.45)])
def test_the_reader_errs_as_the_page_says(difficulty, least):
    for split in ("train", "val", "test"):
        forms, mix = headlines.wording(split), headlines.MIXES[difficulty]
        written = [headlines.write_headline(forms, mix, label, key(split, i)) for i in range(12) for label in LABELS]
        tone = load_task(difficulty).source.reader.tone
        right = np.mean([tone(h.text, h.company.name, h.label.topic) == h.label.sentiment for h in written])
        print(f"{difficulty}, {split}: {right:.2f} of headlines read rightly, every label as often as any other")
        assert right > least


def played(actions, scenario=4, split="train"):
    """An episode, its tracker after the actions, and the acts they came to."""
    episode, tracker, acts = TASK.episode(), TASK.tracker(), []
    tracker.reset(episode.start(split, scenario))
    for action in actions:
        acts.append(tracker.ground(np.array(action)))
        turn = episode.apply(acts[-1])
        tracker.observe(turn.acts, turn.heard)
    return episode, tracker, acts


def feature(tracker, name):
    return float(tracker.features[TASK.feature_names.index(name)])


def legal(tracker, name):
    return bool(tracker.mask[TASK.act_names.index(name)])


def test_features_show_what_the_bulletin_says():
    episode, tracker, _ = played([])
    for slot, topic in enumerate(episode.topics[:-1], start=1):
        fresh = sum(text.slot == slot - 1 and not text.is_echo for text in episode.texts)
        assert feature(tracker, f"{slot}:present") == 1.0
        assert feature(tracker, f"{slot}:fresh") == pytest.approx(fresh / (fresh + 5))
        assert feature(tracker, f"{slot}:usual") == pytest.approx(2 * topic.base / 10)
    assert feature(tracker, "4:present") == 0.0
    assert feature(tracker, "budget") == 1.0
    assert np.abs(tracker.features).max() <= 1.0


def test_the_mask_allows_what_can_be_done():
    nothing, one_alarm = [0] * len(CHOICES), [1] + [0] * (len(CHOICES) - 1)
    _, tracker, _ = played([nothing])
    assert legal(tracker, "1:alert1")
    assert not legal(tracker, "1:clear")
    assert not legal(tracker, "4:alert1"), "it is not on the desk yet"
    _, tracker, _ = played([one_alarm])
    assert legal(tracker, "1:clear")
    assert feature(tracker, "1:alarm") == 0.5


def test_what_the_mask_forbids_does_nothing_and_the_rest_stands():
    _, _, acts = played([[3, 1, 0, 2, 0, 0, 0, AT_ONCE]])
    assert [(act.name, act.args.get("severity")) for act in acts[0]] == [("alert", 1)]


def test_reading_takes_the_newest_and_labels_follow_by_themselves():
    for scenario in range(20):
        episode, tracker, _ = played([], scenario)
        slot = next((s for s in range(3) if legal(tracker, f"{s + 1}:read2")), None)
        if slot is not None:
            break
    action = np.zeros(len(CHOICES), int)
    action[4 + slot] = 2
    acts = tracker.ground(action)
    unread = [t.name for t in episode.texts if t.slot == slot and not t.is_echo]
    assert [act.args["id"] for act in acts] == unread[::-1][:2]
    turn = episode.apply(acts)
    tracker.observe(turn.acts, turn.heard)
    assert feature(tracker, f"{slot + 1}:read") == 0.5
    labels = tracker.ground(np.zeros(len(CHOICES), int))
    assert [act.name for act in labels] == ["label", "label"]
    heard = [act.args for event in turn.heard for act in event.content if act.name == "text"]
    tone = TASK.source.reader.tone
    assert [act.args["sentiment"] for act in labels] == [
        tone(each["text"], each["entity"], each["topic"]) for each in heard
    ]


def test_the_reader_is_naive_bayes_by_hand():
    """Three texts; each word counts by itself, half as much again in its topic, 0.1 for words not seen."""
    reader = Reader([("aa bb", "x", "negative"), ("aa cc", "x", "neutral"), ("bb cc", "y", "positive")])
    # "aa": seen once of one negative text and once of one neutral one; "#0." marks of the lists: once in each
    negative, neutral, positive = (
        np.log(prior) + np.log(count) for prior, count in zip((1 / 6, 1 / 2, 1 / 3), (1.1, 1.1, 0.1), strict=True)
    )
    assert neutral > negative > positive
    assert reader.tone("aa", "") == "neutral"
    # "bb" by itself: ln(1/6) + ln 1.1 = -1.70 against ln(1/3) + ln 1.1 = -1.00 for positive
    assert reader.tone("bb", "") == "positive"
    # in topic x positives have 0.1 of "bb" and of the three marks: 4 ln 0.1 / 2 = -4.61, negatives 4 ln 1.1 / 2
    assert reader.tone("bb", "", "x") == "negative"


def test_a_reader_knows_no_word_of_other_splits():
    rare = next(form.text.split()[0] for form in headlines.wording("test").forms("name"))
    assert TASK.source.reader.tone(rare, "") == "neutral"


def test_toward_is_the_reverse_of_ground_for_alarms_and_reading():
    episode, tracker = TASK.episode(), TASK.tracker()
    tracker.reset(episode.start("train", 11))
    stream = Stream(5)
    while episode.stop_reason is None:
        parts = np.split(tracker.mask, np.cumsum(CHOICES)[:-1])
        action = np.array([stream.choice(np.flatnonzero(part).tolist()) for part in parts])
        action[4:] = np.minimum(action[4:], 1)
        acts = tracker.ground(action)
        assert tracker.ground(tracker.toward(acts)) == acts
        turn = episode.apply(acts)
        tracker.observe(turn.acts, turn.heard)


def test_difficulties_and_corpora_that_there_are_not_are_refused():
    with pytest.raises(ConfigurationError, match=r"easy, medium, hard.*'sleepy'"):
        load_task("sleepy")
    with pytest.raises(ConfigurationError, match="dialogue-gym monitor --input stocknet"):
        load_task("easy", "stocknet")
