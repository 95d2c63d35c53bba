"""Dialogue text is data on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.terminal import printable

anything = st.text(st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode 日本 🙂\n\ttext", "plain, ünïcode 日本 🙂\n\ttext"),
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("over\rwritten", "over\\rwritten"),
        ("back\x08\x7f", "back\\x08\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnol", "\\u202egnol"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
        ("\ue000", "\\ue000"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_is_shown(text, shown):
    assert printable(text) == shown


@given(anything)
def test_nothing_that_is_shown_controls_the_terminal(text):
    shown = printable(text)
    assert all(c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") for c in shown)
    assert printable(shown) == shown
    shown.encode("utf-8")
