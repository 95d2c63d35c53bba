"""Openings: cut after the agent's first turn, and read with words left out but never what is to be copied or learnt."""

import numpy as np
import pytest

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.tiny import AGENT, USER, make_tiny_tokenizer
from dialogue_gym.agents.llm.trainer.openings import WordDropout, openings
from dialogue_gym.agents.llm.trajectory import Trajectory

MESSAGES = [
    {"role": "user", "content": "Please cancel the order W40481 for Zora, thank you."},
    {"role": "assistant", "content": "Please thank the order."},
    {"role": "user", "content": "cancel the order"},
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


def test_only_words_heard_first_are_left_out(chat: ChatFormat, dialogue: Trajectory) -> None:
    dropout = WordDropout(chat.tokenizer, 0.25, seed=1)
    words, rest = ["Please", " cancel", " the", " order", " for", " thank", " you"], " W40481 Zora,."
    left_out, first = dict.fromkeys(words, 0), int(dialogue.turns[0, 0])
    for number in range(2000):
        read = dropout(dialogue, 0, number)
        heard = chat.tokenizer.decode(read.tokens[: read.turns[0, 0]])
        assert heard.startswith("<|tag|>")
        assert heard.endswith(AGENT)
        assert USER in heard
        said = heard.partition(USER)[2].removesuffix(AGENT)
        for word in words:
            left_out[word] += word.strip() not in said
            said = said.replace(word, "")
        assert said == rest, "numbers, names and signs stay, in order"
        assert read.tokens[read.turns[0, 0] :].tolist() == dialogue.tokens[first:].tolist()
        assert (read.turns - read.turns[0, 0] == dialogue.turns - first).all()
        assert len(read.logprobs) == len(dialogue.logprobs)
    shares = np.array(list(left_out.values())) / 2000
    assert shares == pytest.approx(0.25, abs=0.04), "the share asked for, of each word"


def test_a_reading_is_a_function_of_seed_step_and_number(chat: ChatFormat, dialogue: Trajectory) -> None:
    def tokens(seed: int, step: int, number: int) -> list[int]:
        return WordDropout(chat.tokenizer, 0.4, seed=seed)(dialogue, step, number).tokens.tolist()

    assert tokens(1, 2, 3) == tokens(1, 2, 3)
    assert len({tuple(tokens(seed, step, number)) for seed in range(3) for step in range(3) for number in range(3)}) > 9
    assert WordDropout(chat.tokenizer, 0.0)(dialogue, 0, 0) is dialogue
