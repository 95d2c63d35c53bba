"""A tiny language model and its tokenizer, made from scratch from a task's own texts.

About 1.1 million parameters in Llama's architecture, small enough to learn a task on two CPU cores in minutes
and to be made on the machine, offline. It is saved as an ordinary Hugging Face folder, so all that works with
it works with any causal model of the hub, and the other way round. (Not Qwen2's architecture, which is the
same but for a bias: transformers 5 gives every folder that says "qwen2" Qwen2's own tokenizer, whatever lies
in it.)

    make_tiny("runs/tiny", texts, seed=0)
    model = AutoModelForCausalLM.from_pretrained("runs/tiny")
"""

import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from dialogue_gym.agents.llm._copying import HEAD_DIM, initialise_for_copying

END, USER, TOOL, AGENT, TAG, PAD = "<|end|>", "<|user|>", "<|tool|>", "<|agent|>", "<|tag|>", "<|pad|>"
MARKERS = (END, USER, TOOL, AGENT, TAG, PAD)
"""One token each: all that the compact template writes around texts."""
TOOL_CALL_MARKERS = ("<tool_call>", "</tool_call>")

_COPIED = Regex(r"[\w.+@-]*[@\d][\w.+@-]*\w|\d|\p{Lu}\w*")


def compact_template() -> str:
    """The Jinja chat template for tiny models: a tag in place of the instructions, one token per marker."""
    return files("dialogue_gym.agents.llm").joinpath("templates/compact.jinja").read_text(encoding="utf-8")


def make_tiny_tokenizer(texts: Iterable[str], *, vocab_size: int = 1280) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer learnt from texts, with the compact chat template.

    Any Unicode text survives encoding and decoding. Codes (words with a digit or an @) and capitalised words keep no
    space in front, so that an email or a name has the same tokens in a sentence and in a tool call and can be
    copied; their digits stay single. Tool-call markers are one token each but, as in Qwen2.5, not
    special ones: they are part of what the agent says.

    Args:
        texts: What to learn the merges from, say the messages of a few thousand dialogues.
        vocab_size: Bound on the number of tokens, markers included; few texts give fewer.
    """
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_COPIED, "isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(TOOL_CALL_MARKERS),
        special_tokens=list(MARKERS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    core.add_tokens([AddedToken(marker, special=False, normalized=False) for marker in TOOL_CALL_MARKERS])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=[USER, TOOL, AGENT, TAG],
        chat_template=compact_template(),
        clean_up_tokenization_spaces=False,
    )


def make_tiny_model(
    tokenizer: PreTrainedTokenizerFast,
    *,
    seed: int = 0,
    hidden_size: int = 160,
    layers: int = 3,
    intermediate_size: int = 480,
    max_positions: int = 4096,
) -> LlamaForCausalLM:
    """A Llama model with random weights but for the first two attention layers, which copy (see `_copying`).

    Heads are 32 wide and share one key-value head: on a CPU, decoding a batch is bound by reading the KV
    cache, and a head of 64 is several times slower there.

    Args:
        tokenizer: Gives the vocabulary and the end-of-sequence token.
        seed: The same weights for the same seed. Torch's global generator is left as it was.
        hidden_size: A multiple of 32, 64 at least.
        layers: Two at least; fewer are faster.
        intermediate_size: Width of the feed-forward layers.
        max_positions: The longest context the model declares.
    """
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden_size,
        intermediate_size=intermediate_size,
        num_hidden_layers=layers,
        num_attention_heads=hidden_size // HEAD_DIM,
        num_key_value_heads=1,
        attention_bias=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        max_position_embeddings=max_positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    initialise_for_copying(model, torch.Generator().manual_seed(seed))
    return model


def make_tiny(path: str | os.PathLike[str], texts: Iterable[str], *, seed: int = 0, vocab_size: int = 1280) -> Path:
    """Makes tokenizer and model and saves both as a Hugging Face folder (safetensors). Returns its path."""
    tokenizer = make_tiny_tokenizer(texts, vocab_size=vocab_size)
    make_tiny_model(tokenizer, seed=seed).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return Path(path)
