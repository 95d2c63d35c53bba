import numpy as np
import torch

from dialogue_gym.agents.llm._sampling import draw, turn_key, uniforms
from dialogue_gym.draws import Stream


def test_uniforms_are_those_of_the_keyed_stream() -> None:
    keys = [turn_key(0, 3, 5, 2), turn_key(0, 3, 6, 2), 2**64 - 1]
    streams = [Stream(key) for key in keys]
    expected = [[stream.uniform() for _ in range(50)] for stream in streams]
    np.testing.assert_array_equal(uniforms(keys, 50), expected)


def test_golden_values() -> None:
    found = uniforms([turn_key(0, 0, 0, 0)], 3)[0]
    np.testing.assert_array_equal(found, GOLDEN)


GOLDEN = [0.1721817045299726, 0.2890390119830435, 0.8269510315292096]


def test_every_part_of_the_key_counts() -> None:
    assert len({turn_key(*[int(i == j) for i in range(4)]) for j in range(5)}) == 5


def test_a_draw_inverts_the_cumulative_distribution() -> None:
    logits = torch.tensor([[0.1, 0.0, 0.2, 0.7]]).log().expand(5, -1)
    tokens, logprobs = draw(logits, torch.tensor([0.0, 0.0999, 0.1001, 0.2999, 1 - 1e-12], dtype=torch.float64))
    assert tokens.tolist() == [0, 0, 2, 2, 3], "the token of probability 0 is never drawn"
    torch.testing.assert_close(logprobs, torch.tensor([0.1, 0.1, 0.2, 0.2, 0.7]).log())


def test_without_uniforms_the_likeliest_is_taken_with_its_full_logprob() -> None:
    tokens, logprobs = draw(torch.tensor([[1.0, 3.0, 2.0]]), None)
    assert tokens.tolist() == [1]
    torch.testing.assert_close(logprobs, torch.tensor([[1.0, 3.0, 2.0]]).log_softmax(-1)[:, 1])


def test_frequencies_are_those_of_the_distribution() -> None:
    probabilities = torch.tensor([0.05, 0.25, 0.0, 0.6, 0.1])
    count = 20_000
    drawn = torch.from_numpy(uniforms([turn_key(1, 2, 3, 4)], count)[0])
    tokens, _ = draw(probabilities.log().expand(count, -1), drawn)
    frequencies = torch.bincount(tokens, minlength=5) / count
    assert (frequencies - probabilities).abs().max() < 0.01


def test_rare_tokens_of_a_large_vocabulary_are_not_lost() -> None:
    """In float32 the cumulative sum stands still before its end, and the last tokens would never come up."""
    logits = torch.zeros(1, 150_000)
    last, _ = draw(logits, torch.tensor([1 - 1e-9], dtype=torch.float64))
    middle, _ = draw(logits, torch.tensor([0.5 + 1e-9], dtype=torch.float64))
    assert last.item() == 149_999
    assert middle.item() == 75_000
