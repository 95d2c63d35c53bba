"""Openings: cut after the agent's first turn, and read with words left out but never what is to be copied or learnt."""

import re

import numpy as np
import pytest

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.tiny import make_tiny_tokenizer
from dialogue_gym.agents.llm.trainer.openings import WordDropout, openings
from dialogue_gym.agents.llm.trainer.sft import encode_logs
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import LoggedDialogue

MESSAGES = [
    {"role": "user", "content": "Please cancel the order W40481 for Zora, thank you."},
    {"role": "assistant", "content": "Please thank the order."},
    {"role": "user", "content": "I cancel the order"},
    {"role": "assistant", "content": "thank you"},
]


@pytest.fixture(scope="module")
def chat() -> ChatFormat:
    return ChatFormat(make_tiny_tokenizer(["Please cancel the order for, thank you Please"] * 9, spelt={"zora"}))


@pytest.fixture(scope="module")
def dialogue(chat: ChatFormat) -> Trajectory:
    return Trajectory.from_log(*chat.encode_dialogue("Shop", [], MESSAGES))


def test_an_opening_ends_with_the_first_turn(chat: ChatFormat, dialogue: Trajectory) -> None:
    (opening,) = openings([dialogue])
    assert chat.text(opening.tokens[slice(*opening.turns[0])].tolist()) == "Please thank the order."
    assert len(opening.tokens) == opening.turns[0, 1] == dialogue.turns[0, 1]
    assert opening.tokens.tolist() == dialogue.tokens[: len(opening.tokens)].tolist()


def test_an_opening_goes_on_to_the_first_turn_that_is_imitated(chat: ChatFormat) -> None:
    marked = [MESSAGES[0], {**MESSAGES[1], "weight": 0}, *MESSAGES[2:]]
    (opening,) = openings([Trajectory.from_log(*chat.encode_dialogue("Shop", [], marked))])
    assert [chat.text(opening.tokens[start:stop].tolist()) for start, stop in opening.turns] == ["thank you"]


def test_dialogues_without_a_turn_to_imitate_are_left_out(chat: ChatFormat) -> None:
    mistaken = [{**message, "weight": 0} if message["role"] == "assistant" else message for message in MESSAGES]
    logs = [LoggedDialogue(mistaken), LoggedDialogue(MESSAGES)]
    (kept,) = encode_logs(chat, logs, context=100)
    assert len(kept.turns) == 2
    with pytest.raises(ConfigurationError, match="got 0 with one"):
        encode_logs(chat, logs[:1], context=100)


def test_only_words_of_the_other_side_are_left_out(chat: ChatFormat, dialogue: Trajectory) -> None:
    dropout = WordDropout(chat.tokenizer, 0.25, seed=1)
    words, rest = ["Please", " cancel", " the", " order", " for", " thank", " you"], " W40481 Zora,."
    left_out, later = dict.fromkeys(words, 0), 0
    for number in range(2000):
        read = dropout(dialogue, 0, number)
        text = chat.tokenizer.decode(read.tokens)
        before, opening, turn, said_later, last = re.split(r"<\|user\|>|<\|agent\|>", text)
        assert before == "<|tag|>Shop", "the tag is not said by the other side"
        for word in words:
            left_out[word] += word.strip() not in opening
            opening = opening.replace(word, "")
        assert opening == rest, "numbers, names and signs stay, in order"
        later += "cancel" not in said_later
        assert turn == "Please thank the order.<|end|>"
        assert last == "thank you<|end|>"
        assert [chat.text(read.tokens[start:stop].tolist()) for start, stop in read.turns] == [
            message["content"] for message in MESSAGES[1::2]
        ]
        assert len(read.logprobs) == len(dialogue.logprobs)
    shares = np.array([*left_out.values(), later]) / 2000
    assert shares == pytest.approx(0.25, abs=0.04), "the share asked for, of each word"


def test_without_a_marker_it_is_what_comes_before_the_first_turn(chat: ChatFormat, dialogue: Trajectory) -> None:
    dropout = WordDropout(chat.tokenizer, 0.5, marker="<|im_start|>user")
    first = int(dialogue.turns[0, 0])
    lengths = set()
    for number in range(50):
        read = dropout(dialogue, 0, number)
        assert read.tokens[read.turns[0, 0] :].tolist() == dialogue.tokens[first:].tolist()
        lengths.add(int(read.turns[0, 0]))
    assert len(lengths) > 3


def test_a_reading_is_a_function_of_seed_step_and_number(chat: ChatFormat, dialogue: Trajectory) -> None:
    def tokens(seed: int, step: int, number: int) -> list[int]:
        return WordDropout(chat.tokenizer, 0.4, seed=seed)(dialogue, step, number).tokens.tolist()

    assert tokens(1, 2, 3) == tokens(1, 2, 3)
    assert len({tuple(tokens(seed, step, number)) for seed in range(3) for step in range(3) for number in range(3)}) > 9
    assert WordDropout(chat.tokenizer, 0.0)(dialogue, 0, 0) is dialogue
