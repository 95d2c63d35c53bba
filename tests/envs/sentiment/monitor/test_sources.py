"""Real texts with labels in the stream: of their split, with their sentiment, none twice in a day."""

import csv
import os
import pickle

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.corpora import load_corpus
from dialogue_gym.envs.sentiment.monitor import load_task
from dialogue_gym.envs.sentiment.monitor.texts import echoes
from dialogue_gym.errors import CorpusError

TEXT, ACTS = "dialogue_gym/SentimentMonitor-v0", "dialogue_gym/SentimentMonitorActs-v0"
needs_data = pytest.mark.skipif(
    not os.environ.get("DIALOGUE_GYM_DATA"), reason="needs DIALOGUE_GYM_DATA, the folder of public data sets"
)


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def rows(topics=5, per_label=200, sentiments=SENTIMENTS):
    """Texts that say their sentiment, no two of which share more than a word."""
    return [
        {"text": f"n{t}{s}{i} m{t}{s}{i} {sentiment}ish o{t}{s}{i}", "sentiment": sentiment, "topic": f"Area {t}!"}
        for t in range(topics)
        for s, sentiment in enumerate(sentiments)
        for i in range(per_label)
    ]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return written(tmp_path_factory.mktemp("desk") / "own.csv", rows())


def heard(task, split, scenario=0):
    """Every text that the oracle reads in a day: what is shown, and the hidden text."""
    episode = task.episode()
    events = list(episode.start(split, scenario))
    while episode.stop_reason is None:
        echoed = [Act("read", {"id": text.name}) for text in episode.texts if text.is_echo][-1:]
        events += episode.apply([*echoed, *episode.oracle_acts()]).heard
    acts = [act.args for event in events for act in event.content if act.name == "text"]
    return [(args, episode.texts[int(args["id"][1:])]) for args in acts]


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_texts_are_of_the_split_and_have_the_sentiment_and_topic_they_stand_for(corpus, split):
    task = load_task("medium", corpus)
    assert task.source.topics == tuple(f"area_{n}" for n in range(5))
    items = {item.text: item for item in load_corpus(corpus).splits[split]}
    seen = set()
    shown = heard(task, split)
    assert len(shown) == 150
    for args, text in shown:
        if text.is_echo:
            assert any(args["text"] != words and words in args["text"] for words in items)
            continue
        item = items[args["text"]]
        assert item.sentiment == SENTIMENTS[text.sentiment]
        assert f"Area {args['topic'][-1]}!" == item.topic
        assert args["text"] not in seen, "no text comes twice in a day"
        seen.add(args["text"])


def test_days_differ_and_come_again(corpus):
    task = load_task("hard", corpus)
    one, again, other = ([args for args, _ in heard(task, "val", scenario)] for scenario in (3, 3, 4))
    assert one == again
    assert one != other


def test_repetitions_are_worded_by_their_split(corpus):
    task = load_task("easy", corpus)
    forms = [text for form in echoes("val").forms("echo") for text in form.expansions()]
    for args, text in heard(task, "val"):
        if text.is_echo:
            assert any(args["text"].startswith(form.partition("{s}")[0]) for form in forms)


def test_the_numeric_view_reads_with_what_train_taught(corpus):
    reader = load_task("easy", corpus).source.reader
    assert [reader.tone(f"xx {sentiment}ish yy", "") for sentiment in SENTIMENTS] == list(SENTIMENTS)
    env = gym.make(ACTS, corpus=corpus, split="test", difficulty="easy")
    env.reset(options={"scenario": 0})
    for _ in range(48):
        *_, info = env.step(np.array([0, 0, 0, 0, 2, 2, 2, 2]))
    outcome = info["outcome"]
    right = sum(outcome[f"label_{sentiment}_{sentiment}"] for sentiment in SENTIMENTS)
    assert right == sum(value for name, value in outcome.items() if name.startswith("label_")) > 50


def test_the_task_says_which_corpus_it_is(corpus, tmp_path):
    task, plain = load_task("easy", corpus), load_task("easy")
    assert task.name == "sentiment_monitor.easy.own"
    other = load_task("easy", written(tmp_path / "own.csv", rows(per_label=190)))
    assert len({task.content_hash(), plain.content_hash(), other.content_hash()}) == 3
    assert pickle.loads(pickle.dumps(task)) is task
    spec = gym.make(TEXT, corpus=corpus).spec
    assert gym.make(gym.envs.registration.EnvSpec.from_json(spec.to_json())).unwrapped.task is load_task(
        "medium", corpus
    )


def test_companies_without_topics_are_dealt_to_watch_lists(tmp_path):
    lines = [
        {"text": f"Firm{i} u{i} v{i} w{i}", "entity": f"Firm{i}", "sentiment": SENTIMENTS[i % 3]} for i in range(2400)
    ]
    task = load_task("medium", written(tmp_path / "firms.csv", lines))
    assert task.source.topics == tuple(f"list_{n}" for n in range(1, 9))
    lists = {}
    for args, text in heard(task, "train") + heard(task, "train", 1):
        assert args["entity"] in args["text"] or text.is_echo
        assert lists.setdefault(args["entity"], args["topic"]) == args["topic"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (rows(topics=3, per_label=260), "at least 4 topics .* got 3 .area_0, area_1, area_2."),
        (rows(sentiments=SENTIMENTS[:2], per_label=260), "negative, neutral, positive .* got negative, neutral"),
        ([{"text": f"a{i} b{i}", "topic": f"t{i % 4}"} for i in range(2400)], "got no sentiments"),
    ],
)
def test_a_corpus_that_does_not_do_says_why(tmp_path, lines, message):
    with pytest.raises(CorpusError, match=message):
        load_task("easy", written(tmp_path / "wrong.csv", lines))


@needs_data
@pytest.mark.parametrize("name", ["sentfin", "twitter_financial"])
def test_published_texts_make_a_stream(name):
    task = load_task("medium", name)
    items = {split: {item.text for item in load_corpus(name).splits[split]} for split in ("train", "test")}
    shown = [(args["text"], args["topic"], args["entity"]) for args, text in heard(task, "test") if not text.is_echo]
    assert {words for words, *_ in shown} <= items["test"] - items["train"]
    assert len(set(shown)) == len(shown), "no watch list has a text twice"
