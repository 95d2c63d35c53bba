"""Slips of the finger are corrected where it is clear what was meant, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.retail.vocabulary import VOCABULARY
from dialogue_gym.envs.customer_service.understanding import Recogniser
from dialogue_gym.envs.customer_service.understanding.spelling import Speller, _is_one_slip

SPELLER = Speller(["the", "delivered", "refund", "order", "older", "agree", "shipped", "cancel", "not", "warranty"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("delivred", "delivered"),
        ("delliverd", "delliverd"),
        ("deliverred", "delivered"),
        ("delibered", "delibered"),
        ("dleivered", "delivered"),
        ("agre", "agre"),
        ("teh", "the"),
        ("tge", "tge"),
        ("oredr", "order"),
        ("odder", "odder"),
        ("refunds", "refunds"),
        ("canceler", "canceler"),
        ("w12345", "w12345"),
    ],
    ids=lambda word: word,
)
def test_one_slip_is_corrected_where_one_word_can_be_meant(written: str, meant: str) -> None:
    assert SPELLER.correct(written) == meant
    assert SPELLER.correct(written) == meant, "the second time it is remembered"


@given(st.text("abcd", min_size=1, max_size=7), st.integers(0, 6), st.sampled_from("abcd"))
def test_every_slip_is_one(word: str, place: int, letter: str) -> None:
    i = place % len(word)
    slips = {word[:i] + word[i + 1 :], word[:i] + letter + word[i:]}
    if i + 1 < len(word):
        slips.add(word[:i] + word[i + 1] + word[i] + word[i + 2 :])
    for slip in slips - {word}:
        assert _is_one_slip(word, slip)
        assert _is_one_slip(slip, word)


@given(st.text("ab", max_size=5), st.text("cd", min_size=2, max_size=5))
def test_words_that_are_far_apart_are_no_slips(one: str, other: str) -> None:
    assert not _is_one_slip(one, other)


def test_the_customer_hears_through_slips_and_never_turns_a_denial_around() -> None:
    recogniser = Recogniser(VOCABULARY)
    heard = recogniser.understand("Teh oredr will be delivred on 24 May.")
    assert heard == (Act("tell", {"delivery_date": "2031-05-24"}),)
    assert recogniser.understand("Your refund of $20 was nevr sent.") == recogniser.understand(
        "Your refund of $20 was never sent."
    )
