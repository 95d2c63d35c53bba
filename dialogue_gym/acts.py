"""What an agent does in a turn, as data: speech acts and tool calls, and the text form of a tool call.

An `Act` is the common currency of all views. The numeric view picks one by number, the text view parses a string
into several; the episode sees acts only. Tool calls are written the way Hermes and Qwen models write them:

    <tool_call>{"name": "get_order", "arguments": {"order_id": "W40213"}}</tool_call>
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

CALL_OPEN = "<tool_call>"
CALL_CLOSE = "</tool_call>"
MALFORMED = "malformed"
"""Name of the act of writing a call that cannot be read; no tool can have it."""
_encode = json.JSONEncoder(ensure_ascii=False).encode
_MARKS = (CALL_OPEN, CALL_CLOSE)
_decoder = json.JSONDecoder()


class Act(NamedTuple):
    """One speech act or tool call. Treat `args` as read-only.

    Attributes:
        name: The dialogue act ("ask", "tell", ...) or the tool's name.
        args: Its arguments, plain JSON values.
        call: True for a tool call, False for something said.
    """

    name: str
    args: Mapping[str, Any] = {}
    call: bool = False


class Spoken(NamedTuple):
    """An action string taken apart: what is said, and the calls in order.

    A call that cannot be read is an `Act("malformed", {"error": reason}, call=True)`: it is answered and costs a
    turn, but nothing is raised.
    """

    message: str
    calls: tuple[Act, ...]


def render_call(act: Act) -> str:
    """The text form of a tool call."""
    body = _encode({"name": act.name, "arguments": act.args})
    for mark in _MARKS:  # inside a string they would end the call too early
        if mark in body:
            body = body.replace(mark, mark.replace("<", "\\u003c"))
    return f"{CALL_OPEN}{body}{CALL_CLOSE}"


def split_action(text: str) -> Spoken:
    """Takes an action string apart. Never raises, whatever the string."""
    start = text.find(CALL_OPEN)
    if start < 0:
        return Spoken(text.strip(), ())
    if start == 0 and text.find(CALL_CLOSE) == len(text) - len(CALL_CLOSE):  # one call and nothing else, as mostly
        return Spoken("", (_read_call(text[len(CALL_OPEN) : -len(CALL_CLOSE)]),))
    message: list[str] = [text[:start]]
    calls: list[Act] = []
    while start >= 0:
        body = start + len(CALL_OPEN)
        end = text.find(CALL_CLOSE, body)
        calls.append(_read_call(text[body : end if end >= 0 else len(text)]))
        if end < 0:
            break
        after = end + len(CALL_CLOSE)
        start = text.find(CALL_OPEN, after)
        message.append(text[after : start if start >= 0 else len(text)])
    return Spoken(" ".join(filter(None, map(str.strip, message))), tuple(calls))


def _read_call(body: str) -> Act:
    try:
        call = _parsed(body)
    except (ValueError, RecursionError):
        return malformed("not JSON")  # the parser's own words differ between versions of Python
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return malformed('expected {"name": ..., "arguments": {...}}')
    arguments = call.get("arguments", {})
    if not isinstance(arguments, dict):
        return malformed('"arguments" must be an object')
    if call["name"] == MALFORMED:
        return malformed(f"there is no tool {MALFORMED!r}")
    return Act(call["name"], arguments, True)


def _parsed(body: str) -> Any:
    """What `json.loads` gives, without its search for white space where there is none around an object."""
    if body.startswith("{"):
        value, end = _decoder.raw_decode(body)
        if end == len(body):
            return value
    return _decoder.decode(body)


def malformed(reason: str) -> Act:
    """The act of writing a tool call that cannot be read."""
    return Act(MALFORMED, {"error": reason[:200]}, True)


def join_action(message: str, calls: Sequence[Act]) -> str:
    """The action string that `split_action` takes apart again."""
    return "\n".join([message] * bool(message) + [render_call(act) for act in calls])
