"""The text form of acts: what goes in comes out, and nothing raises."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogue_gym.acts import CALL_CLOSE, CALL_OPEN, Act, Spoken, join_action, malformed, render_call, split_action

anything = st.text(st.characters(codec=None, categories=None))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)
marked = st.lists(st.sampled_from([CALL_OPEN, CALL_CLOSE, "<", "\\u003c", "a"]), max_size=6).map("".join)
calls = st.builds(
    Act, anything | marked, st.dictionaries(anything | marked, values | marked, max_size=4), st.just(True)
).filter(lambda act: act.name != "malformed")
messages = anything.map(str.strip).filter(lambda text: CALL_OPEN not in text)


def test_an_act_is_plain():
    assert Act("ask") == ("ask", {}, False)
    assert Act("ask", {"slot": "name"}) != Act("ask", {"slot": "name"}, True)


@pytest.mark.parametrize(
    ("text", "message", "calls"),
    [
        ("Hello there.", "Hello there.", ()),
        ("  \n Hello \t", "Hello", ()),
        ("", "", ()),
        ('<tool_call>{"name": "a", "arguments": {"b": 1}}</tool_call>', "", (Act("a", {"b": 1}, True),)),
        ('<tool_call>\n{"name": "a"}\n</tool_call>', "", (Act("a", {}, True),)),
        ('One. <tool_call>{"name": "a"}</tool_call> Two.', "One. Two.", (Act("a", {}, True),)),
        (
            '<tool_call>{"name": "a"}</tool_call>  Between <tool_call>{"name": "b"}</tool_call>',
            "Between",
            (Act("a", {}, True), Act("b", {}, True)),
        ),
        ('Unclosed <tool_call>{"name": "a"}', "Unclosed", (Act("a", {}, True),)),
        ("stray </tool_call> tag", "stray </tool_call> tag", ()),
        ('<TOOL_CALL>{"name": "a"}</TOOL_CALL>', '<TOOL_CALL>{"name": "a"}</TOOL_CALL>', ()),
        ('<tool_call>{"name": "ß", "arguments": {"ü": "日"}}</tool_call>', "", (Act("ß", {"ü": "日"}, True),)),
    ],
)
def test_an_action_is_taken_apart(text, message, calls):
    assert split_action(text) == Spoken(message, calls)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("{'name': 'a'}", "not JSON"),
        ('{"name": "a"} and more', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"name": "a", "arguments": {"x": ' + "1" * 5000 + "}}", "not JSON"),
        ("null", 'expected {"name"'),
        ('"a"', 'expected {"name"'),
        ('["a"]', 'expected {"name"'),
        ("{}", 'expected {"name"'),
        ('{"name": 3}', 'expected {"name"'),
        ('{"arguments": {}}', 'expected {"name"'),
        ('{"name": "a", "arguments": null}', '"arguments" must be an object'),
        ('{"name": "a", "arguments": "b"}', '"arguments" must be an object'),
        ('<tool_call>{"name": "a"}', "not JSON"),
    ],
)
def test_what_is_no_call_is_malformed_and_says_why(body, reason):
    spoken = split_action(f"Hm. {CALL_OPEN}{body}{CALL_CLOSE}")
    assert spoken.message == "Hm."
    (act,) = spoken.calls
    assert (act.name, act.call) == ("malformed", True)
    assert reason in act.args["error"]
    assert len(act.args["error"]) <= 200


@given(messages, st.lists(calls, max_size=4))
@example("", [])
@example("said", [Act("a", {"b": [1, {"c": None}]}, True)])
def test_joining_and_taking_apart_are_inverse(message, calls):
    assert split_action(join_action(message, calls)) == Spoken(message, tuple(calls))


@given(
    st.lists(st.sampled_from([CALL_OPEN, CALL_CLOSE, '{"name": "a"}', "{", "x", " ", '"']), max_size=20).map("".join)
)
def test_taking_apart_never_raises_and_loses_no_call(text):
    spoken = split_action(text)
    assert spoken.message == spoken.message.strip()
    assert CALL_OPEN not in spoken.message
    assert bool(spoken.calls) == (CALL_OPEN in text)
    assert all(act.call for act in spoken.calls)


@given(anything)
def test_what_has_no_call_is_a_message(text):
    if CALL_OPEN not in text:
        assert split_action(text) == Spoken(text.strip(), ())


@given(calls)
def test_a_rendered_call_is_json_between_tags(act):
    body = render_call(act).removeprefix(CALL_OPEN).removesuffix(CALL_CLOSE)
    assert json.loads(body) == {"name": act.name, "arguments": act.args}


def test_the_reason_does_not_depend_on_pythons_version():
    """The agent hears it, and Python words the faults of JSON differently from version to version."""
    reasons = {
        split_action(f"{CALL_OPEN}{body}{CALL_CLOSE}").calls[0].args["error"] for body in ("", "{", "[1,]", "{a}")
    }
    assert len(reasons) == 1


def test_a_call_cannot_pass_for_a_malformed_one():
    (act,) = split_action(
        f'{CALL_OPEN}{{"name": "malformed", "arguments": {{"error": ["own words"]}}}}{CALL_CLOSE}'
    ).calls
    assert isinstance(act.args["error"], str)
    assert "own words" not in act.args["error"]


def test_a_long_reason_is_cut():
    assert malformed("x" * 1000) == Act("malformed", {"error": "x" * 200}, True)
