"""Corpora by name and by path: from the data folder, from the hub, and through the environment."""

import os
import sys
from pathlib import Path
from types import ModuleType

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

from dialogue_gym.acts import Act
from dialogue_gym.agents import make_agent
from dialogue_gym.envs.sentiment.classification.labels import Label
from dialogue_gym.envs.sentiment.corpora import PUBLISHED, Item, load_corpus
from dialogue_gym.envs.sentiment.corpora.published import read_published
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.evaluation import evaluate

TEXT, ACTS = "dialogue_gym/SentimentClassification-v0", "dialogue_gym/SentimentClassificationActs-v0"
REAL = os.environ.get("DIALOGUE_GYM_DATA")
needs_data = pytest.mark.skipif(
    not REAL or not (Path(REAL) / "finance").is_dir(), reason="needs the published sets: set DIALOGUE_GYM_DATA"
)


@pytest.fixture
def own(tmp_path):
    """A file of topics and sentiments."""
    path = tmp_path / "mine.csv"
    rows = [
        f"word{i} other{i},{('negative', 'positive')[i % 2]},{('Öl | Gas', 'Gold')[i % 3 == 0]}" for i in range(2400)
    ]
    path.write_text("text,sentiment,topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_every_entity_of_a_headline_is_an_item(data_dir):
    items = read_published("sentfin", data_dir)
    assert items[:2] == [
        Item("Alpha0 and Beta0 move 0", "Alpha0", "positive"),
        Item("Alpha0 and Beta0 move 0", "Beta0", "negative"),
    ]
    corpus = load_corpus("sentfin", str(data_dir))
    assert corpus.sentiments == ("negative", "neutral", "positive")
    assert corpus.topics == ()
    assert corpus.has_entities
    homes = {}
    for split, members in corpus.splits.items():
        for item in members:
            homes.setdefault(item.text, set()).add(split)
    assert all(len(splits) == 1 for splits in homes.values())


def test_tweets_have_no_entities(data_dir):
    corpus = load_corpus("twitter_financial", str(data_dir))
    assert not corpus.has_entities
    assert any("up & away" in item.text for item in corpus.splits["train"])
    topics = load_corpus("twitter_financial_topics", str(data_dir))
    assert len(topics.topics) == 20
    assert topics.sentiments == ()


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_not_in_the_folder_is_explained(name, tmp_path):
    with pytest.raises(
        CorpusError, match=rf"{name!r} at .*{PUBLISHED[name].file}.*data_dir=\.\.\. or DIALOGUE_GYM_DATA"
    ):
        read_published(name, tmp_path)


def test_without_a_folder_the_hub_is_asked_and_the_command_named(monkeypatch):
    monkeypatch.delenv("DIALOGUE_GYM_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(CorpusError, match="pip install datasets"):
        load_corpus("twitter_financial")
    with pytest.raises(CorpusError, match="data_dir") as caught:
        load_corpus("sentfin")
    assert "datasets" not in str(caught.value), "it is not on the hub"

    def load_dataset(name, split):
        assert (name, split) == ("zeroshot/twitter-financial-news-sentiment", "train")
        return [{"text": f"tweet number{i}", "label": i % 3} for i in range(30)] + [
            {"text": "broken", "label": 9}
        ] * wrong

    hub = ModuleType("datasets")
    hub.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", hub)
    wrong = 0
    assert read_published("twitter_financial", None)[2] == Item("tweet number2", sentiment="neutral")
    wrong = 1
    with pytest.raises(CorpusError, match="row 30: expected a label from 0 to 2, got '9'"):
        read_published("twitter_financial", None)


def test_broken_published_rows_are_named(data_dir):
    path = data_dir / PUBLISHED["sentfin"].file
    path.unlink()
    plain = path.with_suffix("")
    plain.write_text('title,decisions\nA,"{""A"": ""good""}"\n')
    import gzip

    path.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(CorpusError, match=r"line 2: expected entities with one of negative.*good"):
        read_published("sentfin", data_dir)


@pytest.mark.parametrize("corpus", ["sentfish", 3, "", ["sentfin"]])
def test_an_unknown_corpus_is_explained(corpus):
    with pytest.raises((ConfigurationError, CorpusError), match=r"Expected corpus to be one of sentfin, .*path|file"):
        load_corpus(corpus)


def test_small_files_are_played_with_a_warning(tmp_path):
    path = tmp_path / "few.jsonl"
    path.write_text("".join(f'{{"text": "a{i} b{i}", "topic": "t{i % 2}"}}\n' for i in range(40)))
    with pytest.warns(UserWarning, match="leaves val and test 10 texts each"):
        env = gym.make(TEXT, corpus=str(path), split="test")
    assert env.unwrapped.task.test_scenarios == 10


def test_labels_that_read_alike_or_have_no_alternative_are_refused(tmp_path):
    def corpus(name, topics):
        path = tmp_path / name
        rows = [f'{{"text": "a{i} b{i}", "topic": "{topics[i % len(topics)]}"}}\n' for i in range(2000)]
        path.write_text("".join(rows))
        return str(path)

    for topics, message in (
        (["M&A", "m a"], "differ in their words"),
        (["hold", "sell"], "differ in their words"),
        (["oil"], "at least two different values of 'topic'"),
    ):
        with pytest.raises(CorpusError, match=message):
            gym.make(TEXT, corpus=corpus(f"{topics[0]}.jsonl", topics))


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_an_own_file_is_a_task_like_any_other(env_id, own):
    env = gym.make(env_id, corpus=own, texts_per_episode=2, disable_env_checker=True)
    check_env(env.unwrapped, skip_render_check=True)
    task = env.unwrapped.task
    labels = ("negative:gold", "negative:öl-gas", "positive:gold", "positive:öl-gas")
    assert task.act_names == (*(f"label:{label}" for label in labels), "hold")
    for number in range(len(task.act_names)):
        acts = task.tracker().ground(number)
        assert task.parse(task.render(acts)) == acts
    assert task.parse("öl gas, POSITIVE") == (Act("label", {"sentiment": "positive", "topic": "Öl | Gas"}),)
    assert task.parse("background") == (Act("background"),)
    env.reset(seed=0)
    *_, info = env.step("background" if env_id == TEXT else 4)
    assert "Not understood" in info["messages"][0]["content"] if env_id == TEXT else "action_mask" in info


@pytest.mark.parametrize("agent", ["null", "majority", "random", "exploit:constant_label"])
def test_what_is_said_without_reading_earns_nothing(own, agent):
    measures = evaluate(agent, TEXT, scenarios=500, env_kwargs={"corpus": own}, batch=50).measures
    assert measures["normalised"].mean <= (2 if agent != "random" else 10)
    if agent == "majority":
        assert measures["sentiment_accuracy"].mean == pytest.approx(0.5, abs=0.02)
        assert measures["sentiment_mcc"].mean == 0
        assert measures["topic_accuracy"].mean == pytest.approx(2 / 3, abs=0.02)


def test_every_train_text_comes_once_before_any_comes_again(own):
    task = gym.make(TEXT, corpus=own).unwrapped.task
    episode, size = task.episode(), task.train_texts
    shown = [episode.start("train", i)[0].text for i in range(2 * size)]
    assert len(set(shown[:size])) == len(set(shown[size:])) == size
    assert shown[:size] != shown[size:]


def test_content_is_hashed(own, tmp_path):
    other = tmp_path / "mine" / "mine.csv"
    other.parent.mkdir()
    other.write_text(Path(own).read_text().replace("word7 ", "word7x "))
    one, two = (gym.make(TEXT, corpus=path).unwrapped.task for path in (own, str(other)))
    assert one.name == two.name == "sentiment_classification.mine"
    assert one.content_hash() != two.content_hash()


@needs_data
@pytest.mark.parametrize(("name", "held_out"), list(zip(PUBLISHED, (1143, 953, 1699), strict=True)))
def test_the_published_sets_have_long_lists_without_shared_duplicates(name, held_out):
    corpus = load_corpus(name)
    assert len(corpus.splits["val"]) == len(corpus.splits["test"]) == held_out
    texts = {split: {item.text.lower() for item in items} for split, items in corpus.splits.items()}
    assert not texts["train"] & texts["test"]
    assert not texts["train"] & texts["val"]
    assert not texts["val"] & texts["test"]


@needs_data
@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("split", ["val", "test"])
def test_a_constant_label_earns_nothing_on_the_published_sets(name, split):
    scheme = gym.make(TEXT, corpus=name).unwrapped.task.scheme
    right = [Label(item.sentiment, item.topic) for item in load_corpus(name).splits[split]]
    for label in scheme.labels:
        earned = [sum(scheme.credits(split, label, each).values()) for each in right]
        assert sum(earned) == pytest.approx(0, abs=1e-6), "exactly, over the whole list"
        assert abs(sum(earned[:500])) / 500 < 0.01, "and nearly so over the beginning that is usually played"


@needs_data
def test_the_commonest_label_is_right_two_times_in_three_and_earns_nothing():
    measures = evaluate("majority", TEXT, scenarios=500, env_kwargs={"corpus": "twitter_financial"}, batch=100).measures
    assert measures["sentiment_accuracy"].mean > 0.64
    assert measures["normalised"].mean <= 2
    assert measures["sentiment_mcc"].mean == 0


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "accuracy"), [("sentfin", 0.79), ("twitter_financial", 0.82)])
def test_tfidf_reaches_the_yardstick(name, accuracy):
    scenarios = gym.make(TEXT, corpus=name).unwrapped.task.test_scenarios
    kwargs = {"corpus": name}
    measures = evaluate("tfidf", TEXT, scenarios=scenarios, env_kwargs=kwargs, batch=100, anchors=False).measures
    assert measures["sentiment_accuracy"].low <= accuracy <= measures["sentiment_accuracy"].high
    assert measures["sentiment_accuracy"].mean >= accuracy - 0.02


def test_the_text_agents_do_not_play_numbers(own):
    with pytest.raises(ConfigurationError, match="text view"):
        make_agent("tfidf", env=gym.make(ACTS, corpus=own))
