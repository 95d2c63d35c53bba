"""The wording files: what a form says, and what is wrong with a file, by line."""

import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import CorpusError, UnknownNameError
from dialogue_gym.wording import Form, Wording

WORDING = """\
# A comment.

[greet]
(Hi|Hello)( there|)!
Good (morning|(after|fore)noon).

[order]
(please |)send the {item} to {city}.
Send it.

[twice]
one
[greet]
Hey.
"""


@pytest.fixture
def load(tmp_path):
    def load(text, name="forms.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Wording.load(path)

    return load


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", ["Plain"]),
        ("(a|b)", ["A", "B"]),
        ("x (a|b) y (c|d)", ["X a y c", "X a y d", "X b y c", "X b y d"]),
        ("x (y |)z", ["X y z", "X z"]),
        ("x (|y), z", ["X, z", "X y, z"]),
        ("(a|(b|c) d)", ["A", "B d", "C d"]),
        ("why (is it |)?", ["Why is it?", "Why?"]),
        ("{item} now", ["{item} now"]),
        ("( )", [""]),
        ("()", [""]),
    ],
)
def test_expansions(text, said):
    form = Form(text)
    assert list(form.expansions()) == said
    assert form.count == len(said)


def test_slots_are_found_wherever_they_are():
    assert Form("({a}|b) {c_d} (x (y {e}|))").slots == {"a", "c_d", "e"}
    assert Form("none").slots == frozenset()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(a|b", "unbalanced '('"),
        ("a)", "unbalanced ')'"),
        ("a | b", "inside parentheses only"),
        ("((a)", "unbalanced '('"),
    ],
)
def test_a_faulty_form_is_named_with_file_and_line(text, problem, load):
    with pytest.raises(CorpusError) as caught:
        load(f"# comment\n[open]\nfine\n\n{text}\n", "faulty.txt")
    assert "faulty.txt:5: " in str(caught.value)
    assert problem in str(caught.value)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["the {item", "the item}", "the {Item}", "the {item 2}", "the {}", "the {item2}"])
def test_braces_that_are_no_placeholder_are_refused(text, load):
    with pytest.raises(CorpusError, match=r"faulty.txt:2: .*placeholder"):
        load(f"[open]\n{text}\n", "faulty.txt")


def test_a_form_outside_any_section_is_named_with_file_and_line(load):
    with pytest.raises(CorpusError, match=r"loose.txt:3: expected a \[section\] before the first form, got 'loose'"):
        load("# comment\n\nloose\n[a]\n", "loose.txt")


def test_a_file_is_read_into_sections(load):
    wording = load(WORDING)
    assert list(wording.sections) == ["greet", "order", "twice"]
    assert [form.text for form in wording.forms("greet")] == [
        "(Hi|Hello)( there|)!",
        "Good (morning|(after|fore)noon).",
        "Hey.",
    ]
    assert wording.count("greet") == 4 + 3 + 1
    assert wording.count("order") == 2 + 1


def test_a_file_is_read_once(load, tmp_path):
    assert load(WORDING) is Wording.load(tmp_path / "forms.txt")


def test_only_forms_whose_values_are_there_are_said(load):
    wording = load(WORDING)
    for i in range(50):
        text, mentioned = wording.say("order", {"item": "kettle"}, Stream(i))
        assert (text, mentioned) == ("Send it.", frozenset())
    said = Counter(wording.say("order", {"item": "kettle", "city": "Oslo"}, Stream(key(i))) for i in range(300))
    assert set(said) == {
        ("Send the kettle to Oslo.", frozenset({"item", "city"})),
        ("Please send the kettle to Oslo.", frozenset({"item", "city"})),
        ("Send it.", frozenset()),
    }
    assert 110 < said["Send it.", frozenset()] < 190, "forms are equally likely, whatever their choices"


def test_values_are_data(load):
    wording = load("[a]\nthe {item} (now|now)\n")
    for value in ("(x|y)", "{item}", "[a]", "\\1", "a  b"):
        assert wording.say("a", {"item": value}, Stream(0))[0] == f"The {value} now"


def test_an_unknown_section_offers_the_near_miss(load):
    with pytest.raises(UnknownNameError, match=r"forms.txt 'gret'. Did you mean 'greet'\? Available: greet, order"):
        load(WORDING).forms("gret")


def test_no_form_that_fits_is_an_error_with_the_place(load):
    wording = load("[a]\nthe {item}\n[empty]\n")
    for section in ("a", "empty"):
        with pytest.raises(CorpusError, match=rf"forms.txt: expected a form of \[{section}\] that needs only"):
            wording.say(section, {}, Stream(0))


def test_wording_can_be_pickled(load):
    wording = load(WORDING)
    copied = pickle.loads(pickle.dumps(wording))
    for i in range(20):
        assert copied.say("greet", {}, Stream(i)) == wording.say("greet", {}, Stream(i))


@given(
    st.recursive(
        st.sampled_from(["a", "b c", "{x}", ",", " "]),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
            | st.lists(inner, min_size=1, max_size=3).map("".join)
        ),
        max_leaves=8,
    ),
    st.integers(0, 2**64 - 1),
)
def test_whatever_is_said_is_one_of_the_expansions(text, state):
    form = Form(text)
    expansions = list(form.expansions())
    assert form.count == len(expansions)
    said = form.say({"x": "VALUE"}, Stream(state))
    assert said in {expansion.replace("{x}", "VALUE") for expansion in expansions}
    assert not set(said) & set("(|){}")


@given(st.text("ab()|{}x_ ", max_size=25))
def test_a_form_is_read_or_refused(text):
    try:
        form = Form(text)
    except ValueError:
        return
    assert form.count >= 1
    said = form.say(dict.fromkeys(form.slots, "v"), Stream(1))
    assert not set(said) & set("(|)")
