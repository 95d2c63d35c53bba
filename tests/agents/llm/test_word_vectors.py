"""Where words begin: a model that has not been trained yet tells what an opening is about, and can still copy."""

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.tiny import LEAST, make_tiny_model, make_tiny_tokenizer

TOPICS = {
    "Cancel it": "cancel stop undo revoke withdraw scrap",
    "Track it": "where track arrive courier late parcel",
    "Repair it": "broken cracked torn dead faulty leaks",
}
FILLER = "hello please my the order is thanks could you well so just"


def opening(topic: str, rng: np.random.Generator) -> list[dict[str, str]]:
    """Two words of a topic among eight that say nothing."""
    words = [*rng.choice(TOPICS[topic].split(), 2, replace=False), *rng.choice(FILLER.split(), 8)]
    rng.shuffle(words)
    return [{"role": "user", "content": " ".join(words)}, {"role": "assistant", "content": topic}]


def made(layers: int = 3) -> tuple[PreTrainedTokenizerFast, LlamaForCausalLM, np.random.Generator]:
    rng = np.random.default_rng(5)
    texts = [" ".join(TOPICS.values()), f" {FILLER}", *[f" {words}" for words in TOPICS.values()], *TOPICS] * LEAST
    tokenizer = make_tiny_tokenizer(texts, phrases=list(TOPICS))
    dialogues = [opening(topic, rng) for topic in TOPICS for _ in range(100)]
    return tokenizer, make_tiny_model(tokenizer, dialogues, seed=3, layers=layers), rng


def test_the_first_token_is_ranked_by_what_was_heard() -> None:
    tokenizer, model, rng = made()
    chat, firsts = ChatFormat(tokenizer), [tokenizer.encode(topic)[0] for topic in TOPICS]
    right = 0
    for _ in range(100):
        for topic, first in zip(TOPICS, firsts, strict=True):
            prompt = chat.prompt("", None, opening(topic, rng)[:1])
            with torch.no_grad():
                logits = model(torch.tensor([prompt])).logits[0, -1]
            right += firsts[int(logits[firsts].argmax())] == first
    assert right >= 200, f"{right} of 300 unseen openings; by chance 100"


def test_words_of_one_topic_are_alike() -> None:
    tokenizer, model, _ = made()
    embedded = torch.nn.functional.normalize(model.get_input_embeddings().weight.detach(), dim=1)
    groups = [[tokenizer.encode(f" {word}")[0] for word in words.split()] for words in TOPICS.values()]
    likeness = torch.stack([torch.stack([(embedded[a] @ embedded[b].T).mean() for b in groups]) for a in groups])
    assert (likeness.diag() > 0.5).all()
    assert (likeness - torch.diag(likeness.diag()) < 0.3).all()


@pytest.mark.parametrize("layers", [2, 3])
def test_numbers_can_still_be_copied(layers: int) -> None:
    tokenizer, model, rng = made(layers)
    digits = tokenizer.convert_tokens_to_ids(list("0123456789bcdfghjklmnpqrstvwxz"))
    once = torch.from_numpy(np.stack([rng.permutation(digits) for _ in range(8)]))
    between = torch.from_numpy(rng.choice(tokenizer.encode(f" {FILLER}"), (8, 60)))
    tokens = torch.cat([once, between, once], dim=1)
    with torch.no_grad():
        said = model(tokens).logits[:, :-1].argmax(-1)
    share = (said == tokens[:, 1:])[:, 3 - len(digits) :].double().mean()
    assert share > 0.7, f"{share:.2f} of a repeated code is foreseen"


def test_it_is_a_function_of_the_seed() -> None:
    (_, one, _), (_, same, _) = made(), made()
    assert torch.equal(one.lm_head.weight, same.lm_head.weight)


def test_without_an_opening_nothing_is_changed() -> None:
    tokenizer = make_tiny_tokenizer([FILLER] * LEAST)
    empty = [
        [{"role": "user", "content": "0 1 2"}, {"role": "assistant", "content": "yes"}],
        [],
        [{"role": "user", "content": FILLER}],
    ]
    assert torch.equal(
        make_tiny_model(tokenizer, empty, seed=3).lm_head.weight, make_tiny_model(tokenizer, seed=3).lm_head.weight
    )
