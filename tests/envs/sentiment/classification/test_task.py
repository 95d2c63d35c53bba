"""Acts and text are two forms of one thing, and a listener takes the desk's messages apart again."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.acts import Act, malformed
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification.episode import (
    SentimentClassificationEpisode,
    background_event,
    text_event,
)
from dialogue_gym.envs.sentiment.classification.labels import LABELS
from dialogue_gym.envs.sentiment.classification.sources import Generated
from dialogue_gym.envs.sentiment.classification.task import SentimentClassificationTask, load_task
from dialogue_gym.episode import StopReason
from dialogue_gym.errors import ConfigurationError, EpisodeOverError
from dialogue_gym.rewards.base import Step

NEGATIVE_EARNINGS = Act("label", {"sentiment": "negative", "topic": "earnings"})


@pytest.fixture
def task() -> SentimentClassificationTask:
    return load_task("medium")


@pytest.fixture
def episode(task) -> SentimentClassificationEpisode:
    episode = task.episode()
    episode.start("train", 0)
    return episode


@pytest.mark.parametrize(
    "answer",
    ["negative, earnings", "Negative, Earnings.", "EARNINGS negative", " *negative* / earnings\n", "negative earnings"],
)
def test_case_punctuation_and_order_do_not_matter(task, answer):
    assert task.parse(answer) == (NEGATIVE_EARNINGS,)


@pytest.mark.parametrize(
    "answer",
    [
        "negative",
        "earnings",
        "negative, positive, earnings",
        "negative, earnings, mergers",
        "negative, earnings, negative, earnings",
        "I think it is negative, earnings",
        "bad, earnings",
        "?",
        "background, please",
        "negative, neutral, positive, earnings, mergers, dividends",
        "n\u0435gative, earnings",  # a Cyrillic letter
    ],
)
def test_anything_else_is_no_answer(task, answer):
    assert task.parse(answer) == (Act("unclear"),)


def test_silence_and_hold_are_the_same(task):
    assert task.parse("") == task.parse("  \n") == task.parse("hold") == task.parse("Hold!") == (Act("hold"),)


def test_every_numbered_act_survives_writing_and_reading(task):
    tracker = task.tracker()
    for number in range(len(task.act_names)):
        acts = tracker.ground(number)
        assert task.parse(task.render(acts)) == acts
    assert len(task.act_names) == len(set(task.act_names)) == 26
    assert task.null_act in task.act_names


@given(st.text(max_size=200))
def test_reading_never_raises_and_what_was_read_can_be_written(text):
    task = load_task("medium")
    acts = task.parse(text)
    if not any(act.call for act in acts):
        assert task.parse(task.render(acts)) == acts


def test_a_call_is_heard_after_the_words(task):
    call = Act("lookup", {"x": 1}, call=True)
    text = task.render((NEGATIVE_EARNINGS, call))
    assert task.parse(text) == (NEGATIVE_EARNINGS, call)
    assert task.parse(task.render((call,))) == (call,)


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_listening_to_the_text_gives_what_was_meant(split):
    task = load_task("hard")
    for index in range(100):
        episode = task.episode()
        heard = list(episode.start(split, index))
        for acts in [(Act("background"),), (Act("unclear"),)]:
            heard += episode.apply(acts).heard
        recognised = task.listen([event.message() for event in heard])
        assert [event.content for event in recognised] == [event.content for event in heard]
        assert [event.text for event in recognised] == [event.text for event in heard]


def test_a_deaf_listener_hears_no_word_and_a_good_one_all(task, episode):
    heard = episode.dialogue.opening
    (deaf,) = task.mishear(heard, Stream(key("deaf")), 1.0)
    (good,) = task.mishear(heard, Stream(key("good")), 0.0)
    assert deaf.content[0].args["text"] == ""
    assert good.content == heard[0].content
    assert deaf.content[0].args["entity"] == heard[0].content[0].args["entity"]


def test_words_are_lost_at_the_given_rate(task):
    kept = total = 0
    for index in range(300):
        heard = task.episode().start("train", index)
        (event,) = task.mishear(heard, Stream(key("rate", index)), 0.3)
        kept += len(event.content[0].args["text"].split())
        total += len(heard[0].content[0].args["text"].split())
    assert kept / total == pytest.approx(0.7, abs=0.03)


def test_a_label_ends_the_episode(episode):
    right = episode.headline.label
    turn = episode.apply(episode.oracle_acts())
    assert turn.heard == ()
    assert turn.facts == {"sentiment": 1.0, "topic": 1.0}
    assert episode.stop_reason is StopReason.COMPLETED
    assert episode.dialogue.outcome == {
        "success": 1.0,
        "sentiment_correct": 1.0,
        "topic_correct": 1.0,
        "label": str(right),
        "predicted": str(right),
        "violations": 0.0,
    }
    with pytest.raises(EpisodeOverError):
        episode.apply((Act("hold"),))


def test_half_right_is_no_success(episode):
    right = episode.headline.label
    other = next(label for label in LABELS if label.topic == right.topic and label != right)
    episode.apply((Act("label", other._asdict()),))
    outcome = episode.dialogue.outcome
    assert (outcome["success"], outcome["sentiment_correct"], outcome["topic_correct"]) == (0.0, 0.0, 1.0)


def test_three_turns_without_an_answer_are_too_many(episode):
    for _ in range(3):
        assert episode.stop_reason is None
        episode.apply((Act("hold"),))
    assert episode.stop_reason is StopReason.MAX_TURNS
    assert episode.dialogue.outcome["predicted"] == ""


def test_an_answer_in_the_last_turn_counts(episode):
    episode.apply((Act("hold"),))
    episode.apply((Act("unclear"),))
    episode.apply(episode.oracle_acts())
    assert episode.stop_reason is StopReason.COMPLETED


def test_background_is_given_once(episode):
    first, second = (episode.apply((Act("background"),)) for _ in range(2))
    assert first.facts == {"extra_turn": 1.0, "background": 1.0}
    assert second.facts == {"extra_turn": 1.0}
    assert first.heard[0].text.startswith("Background: ")
    assert second.heard[0].text.startswith("Not understood.")


@pytest.mark.parametrize(
    "act",
    [
        Act("illegal"),
        Act("unclear"),
        Act("label"),
        Act("label", {"sentiment": "negative"}),
        Act("label", {"sentiment": "negative", "topic": "weather"}),
        Act("label", {"sentiment": "negative", "topic": "earnings", "sure": True}),
        Act("label", {"sentiment": ["negative"], "topic": "earnings"}),
        Act("label", {"sentiment": "negative", "topic": "earnings"}, call=True),
        Act("background", {}, call=True),
        malformed("not JSON"),
    ],
    ids=str,
)
def test_what_is_no_act_of_the_task_is_answered_and_costs_a_turn(episode, act):
    assert episode.task.scheme.label_of(act) is None
    turn = episode.apply((act,))
    assert turn.facts == {"extra_turn": 1.0}
    assert turn.heard[0].text.startswith("Not understood.")


def test_nothing_runs_after_a_label(episode):
    turn = episode.apply((NEGATIVE_EARNINGS, Act("background"), *episode.oracle_acts()))
    assert episode.predicted == [("negative", "earnings")]
    assert turn.heard == ()
    assert "background" not in turn.facts


def test_a_trial_keeps_the_headline_and_changes_the_background(task):
    said = []
    for trial in range(6):
        episode = task.episode()
        opening = episode.start("train", 4, trial)
        said.append((opening[0].text, episode.apply((Act("background"),)).heard[0].text))
    assert len({headline for headline, _ in said}) == 1
    assert len({background for _, background in said}) > 1


def test_a_snapshot_can_be_gone_back_to(episode):
    before = episode.snapshot()
    once = episode.apply((Act("background"),)).heard[0].text
    episode.restore(pickle.loads(pickle.dumps(before)))
    assert episode.turn == 0
    assert not episode.background_given
    assert episode.apply((Act("background"),)).heard[0].text == once


def test_the_task_is_pickled_by_name(task):
    assert pickle.loads(pickle.dumps(task)) is task
    assert copy.deepcopy(task) is task is load_task("medium", None)
    assert pickle.loads(pickle.dumps(load_task("easy", None, None, 2))) is load_task("easy", None, None, 2)
    assert len(pickle.dumps(task)) < 200


def test_difficulties_are_different_tasks_with_different_hashes():
    tasks = [load_task(difficulty) for difficulty in ("easy", "medium", "hard")]
    assert len({task.name for task in tasks}) == len({task.content_hash() for task in tasks}) == 3
    made_anew = SentimentClassificationTask(Generated("easy"), ())
    assert load_task("easy").content_hash() == made_anew.content_hash()


def test_wrong_arguments_are_refused():
    with pytest.raises(ConfigurationError, match="easy, medium, hard, got 'extreme'"):
        load_task("extreme")
    for wrong in (0, -1, True, 1.0, "2"):
        with pytest.raises(ConfigurationError, match="texts_per_episode to be an integer of at least 1"):
            load_task("easy", None, None, wrong)
    with pytest.raises(ConfigurationError, match="'medium' with corpus='sentfin', got 'hard'"):
        load_task("hard", "sentfin")


def test_several_texts_come_one_after_another():
    task = load_task("medium", None, None, 3)
    episode = task.episode()
    (shown,) = episode.start("val", 4)
    places, credits = [], []
    for number in range(3):
        places.append((shown.text, episode.headline.label))
        if number == 1:
            assert episode.apply((Act("background"),)).facts == {"extra_turn": 1.0, "background": 1.0}
        turn = episode.apply((*episode.oracle_acts(), *episode.oracle_acts()))  # what follows a label is not heard
        credits.append(turn.facts)
        shown = turn.heard[0] if turn.heard else None
    assert shown is None
    assert episode.stop_reason is StopReason.COMPLETED
    assert credits == [{"sentiment": 1.0, "topic": 1.0}] * 3
    assert len({text for text, _ in places}) == 3
    assert episode.dialogue.outcome["label"].split("\n") == [str(label) for _, label in places]
    assert episode.dialogue.outcome["predicted"] == episode.dialogue.outcome["label"]
    total = sum(task.reward.score([Step(episode.dialogue, turn)])[0].total for turn in range(1, 5))
    assert total == pytest.approx(1 - 0.02 / 3)
    single = load_task("medium")
    assert (task.max_turns, task.name, task.content_hash()) != (single.max_turns, single.name, single.content_hash())


def test_texts_that_were_not_labelled_are_missing_answers():
    task = load_task("medium", None, None, 3)
    episode = task.episode()
    episode.start("val", 4)
    episode.apply(episode.oracle_acts())
    for _ in range(8):
        episode.apply((Act("hold"),))
    outcome = episode.dialogue.outcome
    assert episode.stop_reason is StopReason.MAX_TURNS
    right, predicted = (outcome[name].split("\n") for name in ("label", "predicted"))
    assert predicted == [right[0], "", ""]
    assert outcome["sentiment_correct"] == pytest.approx(1 / 3)
    other = task.episode()
    other.start("val", 4)
    for _ in range(3):
        other.apply(other.oracle_acts())
    assert outcome["label"] == other.dialogue.outcome["label"], "texts do not depend on what is done"
    figures = {m.name: float(m.value(np.asarray(m.count(outcome)))) for m in task.metrics}
    assert figures["topic_missing"] == figures["sentiment_missing"] == pytest.approx(2 / 3)
    assert figures["topic_accuracy"] == pytest.approx(1 / 3)


def test_the_belief_begins_anew_with_each_text():
    task = load_task("hard", None, None, 4)
    episode, tracker = task.episode(), task.tracker()
    tracker.reset(episode.start("train", 9))
    for turn in range(3):
        acts = (Act("background"),)
        tracker.observe(acts, episode.apply(acts).heard)
        assert not tracker.mask[task.act_names.index("background")]
        heard = episode.apply(episode.oracle_acts()).heard
        tracker.observe((*acts, *episode.oracle_acts()), heard)
        fresh = task.tracker()
        fresh.reset(heard)
        assert np.array_equal(tracker.features[:-1], fresh.features[:-1])
        assert tracker.features[-1] == pytest.approx(2 * (turn + 1) / 12)
        assert tracker.mask.all()


def test_numbers_tell_which_way_figures_go(task):
    def moves(text):
        tracker = task.tracker()
        tracker.reset((text_event("headline", text, "Marbeck"),))
        features = dict(zip(task.feature_names, tracker.features.tolist(), strict=True))
        return features["falls"], features["rises"]

    assert moves("Marbeck earns 3.10 a share, after 2.90") == (1, 0)
    assert moves("Target for Marbeck goes from 12.5 to 1,300") == (0, 1)
    assert moves("Marbeck earns 3.10 a share, after 3.10") == moves("Marbeck earns 3.10") == (0, 0)
    assert moves("Marbeck gains; 5 to 9 for the miner") == (0, 0), "of the entity's clauses only"


def test_a_ticker_is_a_mention(task):
    tracker = task.tracker()
    tracker.reset((text_event("post", "Told you $MARB would beat", "Marbeck"),))
    assert dict(zip(task.feature_names, tracker.features.tolist(), strict=True))["named"] == 1


def test_the_tracker_tells_the_entitys_clause_from_the_other(task):
    def heard(entity, *more):
        text = "The brewer cuts its dividend; Marbeck wins approval"
        tracker = task.tracker()
        tracker.reset((text_event("headline", text, entity), *more))
        return tracker, dict(zip(task.feature_names, tracker.features.tolist(), strict=True))

    def near(features, word):
        bits = key(word)
        return min(features[f"near_{(bits >> shift) % 1024}"] for shift in (0, 21, 42))

    _, marbeck = heard("Marbeck")
    assert near(marbeck, "wins") > 0 == near(marbeck, "cuts")
    assert (marbeck["named"], marbeck["opens"], marbeck["clauses"], marbeck["informed"]) == (1, 1, 0.5, 0)
    tracker, unknown = heard("Norvale")
    assert near(unknown, "wins") > 0 < near(unknown, "cuts")
    assert unknown["named"] == 0
    assert tracker.mask.all()
    tracker, norvale = heard("Norvale", background_event("Norvale is a brewer based in Spain."))
    assert near(norvale, "cuts") > 0 == near(norvale, "wins")
    assert (norvale["named"], norvale["informed"]) == (1, 1)
    assert not tracker.mask[task.act_names.index("background")]
    assert tracker.ground(task.act_names.index("background")) == (Act("illegal"),)


def test_features_stay_in_their_range_and_each_bank_has_length_one(task):
    for index in range(200):
        tracker = task.tracker()
        tracker.reset(task.episode().start("test", index))
        assert task.observation_space.contains(tracker.features)
        assert np.linalg.norm(tracker.features[:1024]) == pytest.approx(1.0, abs=0.25)  # some share places
