"""Classifiers and embeddings as rewards: frozen, batched, remembered, and told apart from what they are not."""

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from dialogue_gym.agents.rewards import EmbeddingSimilarityReward, HFClassifierReward
from dialogue_gym.agents.rewards._encoder import Encoder, _batches
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards import resolve_reward, score_checked, written_steps
from dialogue_gym.testing import RewardCheckError, check_reward

LINES = (
    "user: where is my order",
    "agent: sorry the order is bad",
    "user: thanks",
    'agent: <tool_call>{"name": "look", "arguments": {}}</tool_call>',
    "tool: {}",
    "agent: good",
    "user: good thanks",
)


def test_probabilities_times_weights_as_transformers_gives_them(classifier: Path) -> None:
    reward = HFClassifierReward(str(classifier), {"good": 1.0, "bad": -2.0}, device="cpu")
    scored = score_checked(reward, written_steps(*LINES))
    model = AutoModelForSequenceClassification.from_pretrained(classifier).eval()
    tokens = AutoTokenizer.from_pretrained(classifier)("sorry the order is bad", return_tensors="pt")
    with torch.no_grad():
        chances = model(**tokens).logits.softmax(-1)[0].tolist()
    assert scored[0].parts == pytest.approx({"good": chances[0], "bad": -2 * chances[1]}, abs=1e-5)
    assert scored[1].parts == {}, "a turn of tool calls says nothing"


def test_it_is_frozen_and_in_evaluation_mode(classifier: Path) -> None:
    reward = HFClassifierReward(str(classifier), "good", device="cpu")
    model = reward._encoder.model
    assert not model.training
    assert not any(p.requires_grad for p in model.parameters())
    steps = written_steps(*LINES)
    first = [r.total for r in score_checked(HFClassifierReward(str(classifier), "good", device="cpu"), steps)]
    assert first == [r.total for r in score_checked(reward, steps)], "no dropout"
    assert reward._encoder is HFClassifierReward(str(classifier), "bad", device="cpu")._encoder, "loaded once"


def test_what_was_scored_is_remembered_by_content(classifier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reward = HFClassifierReward(str(classifier), "good", device="cpu")
    seen: list[int] = []
    evaluate = reward._evaluate
    monkeypatch.setattr(reward, "_evaluate", lambda texts: (seen.append(len(texts)), evaluate(texts))[1])
    steps = written_steps(*LINES)
    first = score_checked(reward, steps + steps)
    assert seen == [2], "one call for the batch, each text once"
    assert score_checked(reward, steps) == first[:3]
    assert seen == [2]
    monkeypatch.setattr("dialogue_gym.agents.rewards._content.REMEMBERED", 1)
    score_checked(reward, written_steps("user: Hi", "agent: hello"))
    assert list(reward._memory) == ["hello"], "the oldest is forgotten"


def test_a_vector_makes_one_pass_for_all_rows(classifier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {"task": 1.0, "classifier": {"model": str(classifier), "labels": "good", "device": "cpu", "weight": 0.5}}
    env = gym.make_vec(
        "dialogue_gym/SentimentClassification-v0", num_envs=3, vectorization_mode="vector_entry_point", reward=spec
    )
    seen: list[int] = []
    run = Encoder.run
    monkeypatch.setattr(Encoder, "run", lambda self, texts, read: (seen.append(len(texts)), run(self, texts, read))[1])
    env.reset(seed=0)
    env.step(("good", "bad", "good"))
    env.step(("good", "the bad", "bad"))
    assert seen == [2, 1], "each new text once"


def test_the_kit_checks_models_beyond_their_memory(classifier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {"classifier": {"model": str(classifier), "labels": "good", "device": "cpu"}}
    env = "dialogue_gym/SentimentClassification-v0"
    check_reward(spec, env, scenarios=3, bounds=(0, 1), exploits=False)
    run = Encoder.run
    monkeypatch.setattr(Encoder, "run", lambda self, texts, read: run(self, texts, read) * len(texts))
    with pytest.raises(RewardCheckError, match="must not depend on the steps beside it"):
        check_reward({"classifier": {**spec["classifier"], "text": "exchange"}}, env, scenarios=3, exploits=False)


def test_batch_is_single(classifier: Path) -> None:
    steps = written_steps(*LINES)
    together = score_checked(HFClassifierReward(str(classifier), "good", device="cpu"), steps)
    alone = [score_checked(HFClassifierReward(str(classifier), "good", device="cpu"), [step])[0] for step in steps]
    np.testing.assert_allclose([r.total for r in together], [r.total for r in alone], atol=1e-6)


@pytest.mark.parametrize("text", ["message", "reply", "exchange", "transcript"])
def test_each_text_can_be_read(text: str, classifier: Path) -> None:
    reward = HFClassifierReward(str(classifier), "good", text=text, device="cpu")
    score_checked(reward, written_steps(*LINES))
    expected = {
        "message": ["sorry the order is bad", "good"],
        "reply": ["thanks", "good thanks"],
        "exchange": ["where is my order\nsorry the order is bad", "good"],
    }
    if text in expected:
        assert list(reward._memory) == expected[text]
    else:
        assert (
            next(iter(reward._memory)) == "Customer: where is my order\nAgent: sorry the order is bad\nCustomer: thanks"
        )


def test_a_regressor_gives_its_number(regressor: Path) -> None:
    (reward, *_) = score_checked(resolve_reward({"classifier": {"model": str(regressor)}}), written_steps(*LINES))
    assert set(reward.parts) == {"classifier"}
    with pytest.raises(ConfigurationError, match="Expected no labels"):
        HFClassifierReward(str(regressor), "good")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"labels": "godo"}, UnknownNameError, "Did you mean 'good'"),
        ({}, ConfigurationError, "Expected weights for some labels with .* which has good, bad, other; got None"),
        ({"labels": "good", "text": "words"}, ConfigurationError, "text to be one of message, reply"),
    ],
)
def test_mistakes_are_told(arguments: dict[str, Any], error: type[Exception], message: str, classifier: Path) -> None:
    with pytest.raises(error, match=message):
        HFClassifierReward(str(classifier), **arguments)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="to be a folder or hub id that AutoModelForSequence"):
        HFClassifierReward(str(tmp_path), "good")


def test_a_reference_is_most_like_itself(embedder: Path) -> None:
    spec = {"similarity": {"model": str(embedder), "references": ["sorry the order is bad", "refund"], "device": "cpu"}}
    scored = score_checked(resolve_reward(spec), written_steps(*LINES))
    assert scored[0].total == pytest.approx(1.0, abs=1e-5)
    assert scored[1].parts == {}
    assert -1.0 <= scored[2].total < 0.999


@pytest.mark.parametrize("references", [[], "sorry", [""]])
def test_references_are_texts(references: Any, embedder: Path) -> None:
    with pytest.raises(ConfigurationError, match="a list of at least one text"):
        EmbeddingSimilarityReward(str(embedder), references)


def test_long_texts_are_cut_and_batches_bounded(embedder: Path) -> None:
    reward = EmbeddingSimilarityReward(str(embedder), ["order " * 500], device="cpu")
    (scored,) = score_checked(reward, written_steps("user: Hi", "agent: " + "order " * 400))
    assert scored.total == pytest.approx(1.0, abs=1e-5)
    batches = list(_batches([3, 8000, 5, 8192, 1]))
    assert sorted(i for batch in batches for i in batch) == [0, 1, 2, 3, 4]
    assert batches[0] == [3]
