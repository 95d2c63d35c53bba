"""Attribution to words: against finite differences, words from tokens, and an explained dialogue."""

from collections.abc import Callable

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from dialogue_gym.agents.explain.episode import explain_episode
from dialogue_gym.agents.explain.words import Words, attribute, pieces_of, words_of
from dialogue_gym.agents.llm.agent import LLMAgent
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.evaluation.make import make_single
from tests.guess_colour import TEXT

TOKENS = [5, 9, 42, 7, 30, 11, 3, 17]


@pytest.mark.parametrize("kind", ["qwen2", "mistral"])
def test_a_tokens_effect_is_what_scaling_its_embedding_does(kind: str, make_policy: Callable[..., Policy]) -> None:
    policy = make_policy(kind, temperature=0.7).double()
    found = attribute(policy, TOKENS, 5, 8)
    assert found.effects.shape == (5,)
    columns = torch.arange(5, 8)

    def scored(token: int, scale: float) -> float:
        def hook(module: object, inputs: object, output: torch.Tensor) -> torch.Tensor:
            factor = torch.ones(1, len(TOKENS), 1, dtype=output.dtype)
            factor[0, token] = scale
            return output * factor

        handle = policy.model.get_input_embeddings().register_forward_hook(hook)
        with torch.no_grad():
            total = policy(torch.tensor([TOKENS]), torch.zeros_like(columns), columns).logprobs.sum()
        handle.remove()
        return float(total)

    assert found.logprob == pytest.approx(scored(0, 1.0), abs=1e-4)
    for token in range(5):
        slope = (scored(token, 1.001) - scored(token, 0.999)) / 0.002
        assert float(found.effects[token]) == pytest.approx(slope, rel=2e-2, abs=2e-3)


def test_attribution_leaves_nothing_behind(make_policy: Callable[..., Policy]) -> None:
    policy = make_policy()
    before = attribute(policy, TOKENS, 5, 8)
    assert all(parameter.grad is None for parameter in policy.parameters())
    again = attribute(policy, TOKENS, 5, 8)
    assert torch.equal(before.effects, again.effects)


def test_words_are_tokens_up_to_a_blank_and_have_the_sum_of_their_effects(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "Please count on, für dich: 日本"
    ids = tokenizer.encode(text, add_special_tokens=False)
    assert len(ids) > 10, "several tokens for a character"
    assert "".join(pieces_of(tokenizer, ids)) == text
    ids = [tokenizer.eos_token_id, *ids, tokenizer.eos_token_id]
    effects = torch.arange(float(len(ids)))
    words = words_of(tokenizer, ids, effects)
    assert [word["word"] for word in words] == text.split()
    assert sum(word["effect"] for word in words) == effects[1:-1].sum()
    listed = tokenizer.encode('{"title": "count on"}', add_special_tokens=False)
    parts = [word["word"] for word in words_of(tokenizer, listed, torch.zeros(len(listed)))]
    assert "count" in parts
    assert {"title", "on"} <= set(parts)


def test_a_dialogue_is_explained_turn_by_turn(make_policy: Callable[..., Policy], chat: ChatFormat) -> None:
    env = make_single(TEXT)
    agent = LLMAgent(make_policy(), chat, max_turn_tokens=6, context=140)
    episode = explain_episode(env, agent, Words(agent, 3), 2, seed=1)
    assert [turn["said"] for turn in episode["turns"]] == [
        message["content"] for message in env.view.dialogue.messages() if message["role"] == "assistant"
    ]
    first = episode["turns"][0]
    assert first["heard"] == [{"role": "user", "content": "What is my colour?"}]
    assert {"What", "is", "my", "colour?"} <= {word["word"] for word in first["words"]}
    assert len(first["top"]) == 3
    assert first["logprob"] < 0.0
    silent = [turn for turn in episode["turns"] if turn["logprob"] is None]
    assert all(not turn["words"] and turn["said"] == "" for turn in silent), "no words speak for silence"
