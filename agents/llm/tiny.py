"""A tiny language model and its tokenizer, made from scratch from a task's own dialogues.

About a million parameters in Llama's architecture, small enough to learn a task on two CPU cores in minutes
and to be made on the machine, offline. It is saved as an ordinary Hugging Face folder, so all that works with
it works with any causal model of the hub, and the other way round. (Not Qwen2's architecture, which is the
same but for a bias: transformers 5 gives every folder that says "qwen2" Qwen2's own tokenizer, whatever lies
in it.)

    make_tiny("runs/tiny", [log.messages for log in read_logs("logs.jsonl.gz")], seed=0)
    model = AutoModelForCausalLM.from_pretrained("runs/tiny")
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from dialogue_gym.acts import split_action
from dialogue_gym.agents.llm._copying import HEAD_DIM, initialise_for_copying
from dialogue_gym.agents.llm._word_vectors import Opening, initialise_by_words

Dialogue = Sequence[Mapping[str, Any]]
"""Chat messages."""

END, USER, TOOL, AGENT, TAG, PAD = "<|end|>", "<|user|>", "<|tool|>", "<|agent|>", "<|tag|>", "<|pad|>"
MARKERS = (END, USER, TOOL, AGENT, TAG, PAD)
"""One token each: all that the compact template writes around texts."""
TOOL_CALL_MARKERS = ("<tool_call>", "</tool_call>")

_CODE = r"[\w.+@-]*[@\d][\w.+@-]*\w|\d"
QUOTED = 24
"""Letters after a quote, up to another sign, that are spelt one by one: values of tools are copied, and a word cannot
be copied in the other tokens that it has in a sentence (share of goods copied on test: 0.80, spelt 0.92)."""
_QUOTE = "|".join('"' + r"[\p{L} ]" * letters for letters in range(QUOTED))
_PIECES = Regex(
    # JSON between two values: `", "status": "`, `{"orders": [{"order_id": "`, `"]}]}`
    r'["\]}]*(?:, )?[{\[]*(?:"\w+": [{\[]*)+"?|"?[\]}]+|", "'
    # letters in quotes
    rf"|(?<={_QUOTE})[\p{{L}} ]"
    # the end of an email; words with their space, but without it where they are copied: codes, and what may be a name
    rf"|@[\w.-]*\w| ?(?!{_CODE}|\p{{Lu}}\w)\p{{L}}+|\p{{L}}+"
    # the rest of contractions, punctuation, anything else
    r"|'\p{L}+| ?[^\s\p{L}\p{N}]+|[\s\S]"
)
"""What can be a token: a piece is one, or is spelt in bytes."""
LEAST = 3
"""Times that a word has to occur to be a token."""
RARE = 0.5
"""Share of an argument's values below which a word in them is spelt."""
_WORD = re.compile(r"[^\W\d]+")
_UNIT = re.compile(r"\w+|[^\w\s]")
_VALUE = re.compile(rf'"[^"]*"(?!, "arguments")(?=[,}}\]])|{_CODE}')
"""What changes from one message to the next of a kind: codes, numbers, and the strings of a call's arguments."""
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


def compact_template() -> str:
    """The Jinja chat template for tiny models: a tag in place of the instructions, one token per marker."""
    return files("dialogue_gym.agents.llm").joinpath("templates/compact.jinja").read_text(encoding="utf-8")


def make_tiny_tokenizer(
    texts: Iterable[str],
    *,
    results: Iterable[str] = (),
    phrases: Iterable[str] = (),
    spelt: Set[str] = frozenset(),
    vocab_size: int = 4096,
) -> PreTrainedTokenizerFast:
    """A tokenizer of words learnt from texts, with the compact chat template.

    Words that recur are tokens, with the space in front of them. All else is spelt in bytes, so any Unicode text
    survives encoding and decoding, and a name never heard before is written in tokens seen a thousand times.
    Codes (words with a digit or an @) and capitalised words keep no space in front, so that an email or a name has the
    same tokens in a sentence and in a tool call and can be copied; words after a quote are spelt letter by letter, in
    results and calls alike. Tool-call markers are one token each but, as in Qwen2.5, not special ones: they are part of
    what the agent says.

    Args:
        texts: What to learn the words from, say all that is said in a few thousand dialogues.
        results: Tool results, whose JSON is learnt but not its words: those that nobody says are there to be copied.
        phrases: What the agent may say in one token each (see `standing_phrases`): tokens beyond words (Liu et al.
            2025, arXiv:2503.13423) make its turns several times shorter. Others' text is read in words all the same.
        spelt: Words that get no token of their own, in lower case (see `copied_words`).
        vocab_size: Bound on the number of tokens without the phrases, markers included; few texts give fewer.
    """
    pieces = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(_PIECES, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    counts = Counter(piece for text in texts for piece, _ in pieces.pre_tokenize_str(text))
    json = (piece for text in results for piece, _ in pieces.pre_tokenize_str(text))
    counts.update(piece for piece in json if '"' in piece or not _WORD.search(piece))
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    room = vocab_size - len(MARKERS) - len(alphabet) - len(TOOL_CALL_MARKERS)
    words = (
        word for word, count in counts.most_common() if count >= LEAST and len(word) > 1 and not _spelt(word, spelt)
    )
    vocabulary = [*MARKERS, *alphabet, *islice(words, room)]
    core = Tokenizer(models.BPE({token: i for i, token in enumerate(vocabulary)}, [], ignore_merges=True))
    core.pre_tokenizer = pieces
    core.decoder = decoders.ByteLevel()
    core.add_special_tokens([AddedToken(marker, special=True, normalized=False) for marker in MARKERS])
    added = [*TOOL_CALL_MARKERS, *phrases]
    core.add_tokens([AddedToken(text, special=False, normalized=False) for text in added])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=[USER, TOOL, AGENT, TAG],
        chat_template=compact_template(),
        clean_up_tokenization_spaces=False,
    )


def _spelt(piece: str, spelt: Set[str]) -> bool:
    """Whether a piece of the byte-level alphabet, where a space is \u0120, is a word of `spelt`."""
    return piece.removeprefix("\u0120").casefold() in spelt


def standing_phrases(spoken: Iterable[str], *, at_least: int = 40) -> list[str]:
    """What stands between the values of messages, of three words or signs at least, and recurs; most frequent first.

    A thought is a phrase of its own.

    >>> standing_phrases(["Order W1, shall I go ahead?", "Order W2, shall I go ahead?"], at_least=2)
    [', shall I go ahead?']
    """
    parts = (part for message in spoken for part in (*_THOUGHT.findall(message), _THOUGHT.sub("", message)))
    counts = Counter(phrase for part in parts for phrase in _between_values(part))
    return [phrase for phrase, count in counts.most_common() if count >= at_least and len(_UNIT.findall(phrase)) > 2]


def _between_values(message: str) -> Iterator[str]:
    """The message without its values. A string's last quote belongs to what follows; its first shows where to spell."""
    start = 0
    for value in _VALUE.finditer(message):
        quoted = message[value.start()] == '"'
        yield message[start : value.start()]
        start = value.end() - quoted
    yield message[start:]


def copied_words(dialogues: Iterable[Dialogue]) -> set[str]:
    """The words of those values in tool calls that the agent has (nearly) always just heard: names, goods, places.

    A model that knows the few names of its training as tokens learns to choose among them, and is lost with a
    stranger. Spelt in bytes, all names look alike, and can only be copied. A word in many of an
    argument's values, like "com" in emails, stays a word.
    """
    used: Counter[tuple[str, str]] = Counter()
    heard_before: Counter[tuple[str, str]] = Counter()
    for messages in dialogues:
        heard = ""
        for message in messages:
            if message["role"] != "assistant":
                heard += message["content"].casefold() + "\n"
                continue
            for call in split_action(message["content"]).calls:
                for argument, value in call.args.items():
                    if isinstance(value, str):
                        used[argument, value] += 1
                        heard_before[argument, value] += value.casefold() in heard
    in_argument: defaultdict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for (argument, value), count in used.items():
        if heard_before[argument, value] >= 0.9 * count:
            total[argument] += count
            in_argument[argument].update({word.casefold(): count for word in _WORD.findall(value)})
    words = {word for counts in in_argument.values() for word in counts}
    return {w for w in words if all(counts[w] < RARE * total[name] for name, counts in in_argument.items())}


def make_tiny_model(
    tokenizer: PreTrainedTokenizerFast,
    dialogues: Iterable[Dialogue] = (),
    *,
    seed: int = 0,
    hidden_size: int = 128,
    layers: int = 3,
    intermediate_size: int = 384,
    max_positions: int = 4096,
) -> LlamaForCausalLM:
    """A Llama model with random weights, but for heads that copy (`_copying`) and words that mean (`_word_vectors`).

    Heads are 32 wide and share one key-value head: on a CPU, decoding a batch is bound by reading the KV
    cache, and a head of 64 is several times slower there.

    Args:
        tokenizer: Gives the vocabulary and the end-of-sequence token.
        dialogues: From whose openings words get their vectors; without any, all are random.
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
    generator = torch.Generator().manual_seed(seed)
    identity_HD = initialise_for_copying(model, generator)
    if openings := _openings(tokenizer, dialogues):
        initialise_by_words(model, identity_HD, openings, generator)
    return model


def word_tokens(tokenizer: Any) -> npt.NDArray[np.bool_]:
    """(vocabulary,) which tokens are words of two letters or more."""
    words = (tokenizer.decode([token]).strip() for token in range(len(tokenizer)))
    return np.array([len(word) > 1 and word.isalpha() for word in words])


def _openings(tokenizer: Any, dialogues: Iterable[Dialogue]) -> list[Opening]:
    """The words before the agent's first message, and its first token, where it is worth imitating."""
    openings: list[Opening] = []
    is_word = word_tokens(tokenizer)
    for messages in dialogues:
        said = next((i for i, message in enumerate(messages) if message["role"] == "assistant"), len(messages))
        heard = " ".join(message["content"] for message in messages[:said])
        words = [token for token in tokenizer.encode(heard) if is_word[token]]
        turn = [message["content"] for message in messages[said : said + 1] if message.get("weight", 1)]
        first = [token for text in turn for token in tokenizer.encode(text)[:1]]
        openings += [(words, token) for token in first if words]
    return openings


def tokenizer_of(dialogues: Sequence[Dialogue]) -> PreTrainedTokenizerFast:
    """The tokenizer for dialogues like these: their words, the agent's standing phrases, and the rest spelt."""
    messages = [message for dialogue in dialogues for message in dialogue]
    return make_tiny_tokenizer(
        (message["content"] for message in messages if message["role"] != "tool"),
        results=(message["content"] for message in messages if message["role"] == "tool"),
        phrases=standing_phrases(message["content"] for message in messages if message["role"] == "assistant"),
        spelt=copied_words(dialogues),
    )


def make_tiny(path: str | os.PathLike[str], dialogues: Sequence[Dialogue], *, seed: int = 0) -> Path:
    """Makes tokenizer and model for dialogues like these and saves both as a Hugging Face folder (safetensors).

    Returns:
        The path.
    """
    tokenizer = tokenizer_of(dialogues)
    make_tiny_model(tokenizer, dialogues, seed=seed).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return Path(path)
