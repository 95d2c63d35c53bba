"""Agents that learn labels from the train split, as anybody could who plays it."""

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted.labelling import Shown, terms, train_examples
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import evaluate

TEXT = "dialogue_gym/SentimentClassification-v0"


@pytest.fixture
def corpus(tmp_path):
    """Texts whose second word tells the label of the entity that stands before it; commonest is "negative"."""
    verbs = {"negative": ("sinks", "drops"), "positive": ("shines", "gains")}
    rows = []
    for i in range(2000):
        tone = "positive" if i % 5 < 2 else "negative"
        other = "negative" if tone == "positive" else "positive"
        text = f"Aa{i} {verbs[tone][i % 2]} since Bb{i} {verbs[other][i % 2]}"
        rows.append(f"{text},Aa{i},{tone}")
    path = tmp_path / "pairs.csv"
    path.write_text("text,entity,sentiment\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_terms_by_hand():
    counted = terms(Shown("Kest sinks, Nerini shines https://a.example", "Nerini"))
    entity = counted[2]
    assert counted == [
        "kest", "sinks", entity, "shines",
        "L sinks", "L kest", "L1 sinks",
        "R shines", "R1 shines",
        "kest sinks", f"sinks {entity}", f"{entity} shines",
    ]  # fmt: skip
    assert terms(Shown("Gold up", "")) == ["gold", "up", "gold up"]


@pytest.mark.parametrize("texts_per_episode", [1, 3])
def test_examples_are_the_train_texts_with_their_right_labels(corpus, texts_per_episode):
    task = gym.make(TEXT, corpus=corpus, texts_per_episode=texts_per_episode).unwrapped.task
    examples = list(train_examples(task))
    assert len(examples) >= task.train_texts == 1000
    assert len({shown.text for shown, _ in examples[:1000]}) == 1000
    for shown, act in examples[:200]:
        tone = "positive" if int(shown.entity[2:]) % 5 < 2 else "negative"
        assert act == Act("label", {"sentiment": tone})


def test_majority_names_the_commonest_label_and_tfidf_reads(corpus):
    kwargs = {"corpus": corpus, "texts_per_episode": 2}
    majority = evaluate("majority", TEXT, scenarios=200, env_kwargs=kwargs).measures
    reader = evaluate("tfidf", TEXT, scenarios=200, env_kwargs=kwargs).measures
    assert majority["sentiment_accuracy"].mean == pytest.approx(0.6, abs=0.03)
    assert majority["normalised"].mean <= 2
    assert majority["sentiment_missing"].mean == reader["sentiment_missing"].mean == 0
    assert reader["sentiment_accuracy"].mean == 1.0
    assert reader["normalised"].mean == pytest.approx(100)


def test_a_reader_answers_what_is_no_text_with_its_last_label(corpus):
    env = gym.make(TEXT, corpus=corpus)
    agent = make_agent("tfidf", env=env)
    agent.reset(np.ones(1, dtype=bool))
    _, info = env.reset(options={"scenario": 3})
    (first,) = agent.act([""], [info])
    *_, info = env.step("what?")
    assert agent.act([""], [info]) == [first]
    agent.reset(np.ones(1, dtype=bool))
    assert agent.act([""], [info]) == [""]
    assert agent.act([""], [{}]) == [""], "a row without an episode costs nothing"


def test_both_are_refused_where_there_are_no_texts_to_label():
    with pytest.raises(ConfigurationError, match="Expected a task of labelling texts"):
        make_agent("majority", env=gym.make("dialogue_gym/CustomerService-v0"))
    with pytest.raises(ConfigurationError, match=r"text view.*Leave 'Acts' out"):
        make_agent("tfidf", env=gym.make("dialogue_gym/SentimentClassificationActs-v0"))
