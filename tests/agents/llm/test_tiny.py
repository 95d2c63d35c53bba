from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.tiny import (
    LEAST,
    MARKERS,
    copied_words,
    make_tiny,
    make_tiny_model,
    make_tiny_tokenizer,
    standing_phrases,
)
from dialogue_gym.errors import ConfigurationError

VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvz"
WORDS = [a + b + c + d for a in CONSONANTS for b in VOWELS for c in CONSONANTS for d in VOWELS]
TEXTS = [f"{WORDS[i]} {WORDS[-i]}, order #{i}? <tool_call>{{}}</tool_call>" for i in range(2400)] * LEAST


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return make_tiny_tokenizer(TEXTS)


def test_the_default_has_about_a_million_parameters(tokenizer: PreTrainedTokenizerFast) -> None:
    assert len(tokenizer) == 4096
    assert 1e6 < make_tiny_model(tokenizer).num_parameters() < 1.2e6


def test_digits_stay_single_and_markers_are_one_token(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer.convert_ids_to_tokens(tokenizer.encode("order #4051?"))[-6:] == ["\u0120#", *"4051", "?"]
    for marker in (*MARKERS, "<tool_call>", "</tool_call>"):
        assert len(tokenizer.encode(marker)) == 1
    assert "<tool_call>" not in tokenizer.all_special_tokens


@pytest.mark.parametrize("value", ["W79685", "mara.lind@example.com", "Mara", "GC-8446", "26.30"])
def test_what_is_copied_has_the_same_tokens_everywhere(tokenizer: PreTrainedTokenizerFast, value: str) -> None:
    alone = tokenizer.encode(value)
    for text in (f"it is {value}.", f'{{"argument": "{value}"}}', f"${value},", f"({value})"):
        ids = tokenizer.encode(text)
        assert any(ids[i : i + len(alone)] == alone for i in range(len(ids))), tokenizer.convert_ids_to_tokens(ids)


def test_json_between_values_is_one_token_and_what_stands_in_quotes_is_spelt() -> None:
    result, said = '{"orders": [{"order_id": "W4", "items": ["pup tent"]}]}', "My tent, the pup tent"
    for tokenizer in (
        make_tiny_tokenizer([result, said] * LEAST),
        make_tiny_tokenizer([said] * LEAST, results=[result] * LEAST),
    ):
        pieces = [tokenizer.decode([token]) for token in tokenizer.encode(result)]
        assert pieces == ['{"orders": [{"order_id": "', "W", "4", '", "items": ["', *"pup tent", '"]}]}']
        assert [tokenizer.decode([token]) for token in tokenizer.encode("My pup tent")] == ["My", " pup", " tent"]


def test_a_value_of_words_is_called_as_a_tool_gave_it() -> None:
    """Whatever the words are elsewhere, and although the phrase in front of it is a token of its own."""
    call = '<tool_call>{"name": "find", "arguments": {"item": "floor mirror"}}</tool_call>'
    result = '{"items": ["floor mirror", "cast iron skillet"], "note": "sixth floor, left"}'
    said = ["the floor mirror is on the left", call, "floor"] * 40
    tokenizer = make_tiny_tokenizer(said, results=[result] * LEAST, phrases=standing_phrases([call] * 40))
    called, given = ([tokenizer.decode([token]) for token in tokenizer.encode(text)] for text in (call, result))
    assert called[2:-1] == [*"floor mirror"]
    assert given[1:13] == [*"floor mirror"]
    assert tokenizer.decode(tokenizer.encode(call)) == call
    assert given[-2:] == [" left", '"}'], "words again after the first sign"


def test_a_thought_is_one_token_whatever_is_said_after_it() -> None:
    said = [f"<think>lost_parcel</think>Is it about order W{i}?" for i in range(10, 50)]
    assert standing_phrases(said) == ["<think>lost_parcel</think>", "Is it about order "]
    tokenizer = make_tiny_tokenizer([], phrases=standing_phrases(said))
    ids = tokenizer.encode(said[7])
    assert [tokenizer.decode([i]) for i in ids] == [
        "<think>lost_parcel</think>",
        "Is it about order ",
        "W",
        "1",
        "7",
        "?",
    ]
    chat = ChatFormat(tokenizer)
    assert (chat.thought(ids), chat.text(ids)) == ("lost_parcel", "Is it about order W17?")


def dialogue(name: str, item: str) -> list[dict[str, str]]:
    call = f'<tool_call>{{"name": "find", "arguments": {{"who": "{name}", "why": "lost parcel"}}}}</tool_call>'
    return [
        {"role": "user", "content": f"My {item} is gone, says {name.lower()}."},
        {"role": "assistant", "content": call},
        {"role": "tool", "content": "{}"},
        {"role": "assistant", "content": f"Is it about the {item}? I am looking into it."},
    ]


def test_words_that_are_only_copied_are_spelt() -> None:
    dialogues = [dialogue(f"{WORDS[i].capitalize()} Lind", "tent") for i in range(100)] * LEAST
    assert copied_words(dialogues) == set(WORDS[:100]), "neither 'Lind', which is everywhere, nor what was not heard"
    texts = [message["content"] for messages in dialogues for message in messages]
    learnt = make_tiny_tokenizer(texts, spelt=copied_words(dialogues))
    knows = make_tiny_tokenizer(texts)
    assert len(knows.encode(f" {WORDS[7]}")) == 1
    assert len(learnt.encode(f" {WORDS[7]}")) > 1
    assert len(learnt.encode(" lind")) == len(learnt.encode(" gone")) == 1


def test_standing_phrases_are_tokens_of_the_agent_alone() -> None:
    dialogues = [dialogue("Ann", WORDS[i]) for i in range(50)]
    said = [message["content"] for messages in dialogues for message in messages if message["role"] == "assistant"]
    phrases = standing_phrases(said)
    assert '<tool_call>{"name": "find", "arguments": {"who": ' in phrases
    tokenizer = make_tiny_tokenizer(said, phrases=phrases)
    chat = ChatFormat(tokenizer)
    messages = dialogue("Ann", WORDS[0])
    encoded = chat.encode_dialogue("", [], messages)
    start, end = encoded.turns[0]
    spoken = [tokenizer.decode([token]) for token in encoded.tokens[start:end]]
    assert spoken == [phrases[0], *'"Ann', '", "why": ', *'"lost parcel', '"}}</tool_call>', "<|end|>"]
    assert chat.text(encoded.tokens[start:end]) == messages[1]["content"]
    heard = chat.increment([{"role": "user", "content": messages[1]["content"]}], last_token=chat.turn_end_id)
    assert not set(heard) & set(tokenizer.convert_tokens_to_ids(phrases)), "what others say is read in words"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_copies_before_it_has_learnt_anything(tokenizer: PreTrainedTokenizerFast, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    once, between = (torch.randint(len(tokenizer), (8, length), generator=generator) for length in (60, 100))
    tokens = torch.cat([once, between, once], dim=1)
    with torch.no_grad():
        said = make_tiny_model(tokenizer, seed=seed)(tokens).logits[:, :-1].argmax(-1)
    right = (said == tokens[:, 1:])[:, -57:].double().mean()  # chance: 1 in 4096
    assert right > 0.7, f"{right:.2f} of a repeated random sequence is foreseen"


def test_a_model_too_small_to_copy_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    for too_small in ({"hidden_size": 32}, {"layers": 1}):
        with pytest.raises(ConfigurationError, match="64 and 2 layers"):
            make_tiny_model(tokenizer, **too_small)


@given(text=st.text())
def test_any_text_survives(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    chat = ChatFormat(tokenizer)
    text = text.encode("utf-8", "ignore").decode().strip()
    tokens = chat.increment([{"role": "user", "content": text}], last_token=chat.turn_end_id)
    assert tokenizer.decode(tokens) == f"<|user|>{text}<|agent|>"


def test_the_compact_template_shows_a_tag_instead_of_the_instructions(tokenizer: PreTrainedTokenizerFast) -> None:
    chat = ChatFormat(tokenizer)
    heard = [{"role": "user", "content": "Hi"}]
    tools = [{"type": "function", "function": {"name": "f"}}]
    text = tokenizer.decode(chat.prompt("# Retail desk\n\nA very long policy.", tools, heard))
    assert text == "<|tag|>Retail desk<|user|>Hi<|agent|>"
    assert tokenizer.decode(chat.prompt("", tools, heard)) == "<|user|>Hi<|agent|>"
    heard = [{"role": "tool", "content": "{}"}, {"role": "user", "content": "Well?"}]
    assert tokenizer.decode(chat.increment(heard, last_token=5)) == "<|end|><|tool|>{}<|user|>Well?<|agent|>"
    assert tokenizer.decode([chat.turn_end_id]) == "<|end|>"


def test_the_same_seed_makes_the_same_model_and_leaves_the_generator_alone(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert make_tiny_tokenizer(TEXTS).get_vocab() == tokenizer.get_vocab()
    before = torch.get_rng_state()
    one, same, other = (make_tiny_model(tokenizer, seed=seed).lm_head.weight for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_it_is_an_ordinary_folder(tmp_path: Path) -> None:
    path = make_tiny(tmp_path / "tiny", [[{"role": "user", "content": text}] for text in TEXTS])
    assert (path / "model.safetensors").is_file()
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForCausalLM.from_pretrained(path)
    assert len(tokenizer) == model.config.vocab_size
    made = make_tiny_tokenizer(TEXTS)
    for text in (*TEXTS[:10], "caf\u00e9 n\u0303 2024!"):
        assert tokenizer.encode(text) == made.encode(text), "nothing is swapped for a tokenizer of the architecture"
    chat = ChatFormat(tokenizer, eos_token_ids=model.generation_config.eos_token_id)
    prompt = chat.prompt("# Desk", None, [{"role": "user", "content": "Hi 12"}])
    assert tokenizer.decode(prompt) == "<|tag|>Desk<|user|>Hi 12<|agent|>"
    assert model(torch.tensor([prompt])).logits.shape == (1, len(prompt), len(tokenizer))
