"""A shop's knowledge in a file, and what contradicts it, worked out by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.errors import CorpusError
from dialogue_gym.rewards import Reward
from dialogue_gym.rewards.library.logic import Triple, closure, read_knowledge
from dialogue_gym.rewards.library.logic.inference import Rule

SHOP = """\
# What the shop knows
fact    rice cooker | is a | kitchen appliance
fact    kitchen appliance | warranty | 24 months
rule    ?item | is a | ?kind  &  ?kind | warranty | ?time  ->  ?item | warranty | ?time
single  warranty
single  status
says    {item} has a warranty of {time}  ->  {item} | warranty | {time}
says    order {order} is {status}        ->  {order} | status | {status}
never   cancel-shipped:  ?order | status | shipped  &  ?order | cancel_order | called
"""

Scored = Callable[..., list[Reward]]


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, dict[str, str]]:
    path = tmp_path / "shop.rules"
    path.write_text(SHOP, encoding="utf-8")
    return {"logic": {"file": str(path)}}


def test_a_claim_against_what_follows_from_the_graph(shop: dict[str, dict[str, str]], scored: Scored) -> None:
    rewards = scored(
        shop,
        "user: How long?",
        "agent: The rice cooker has a warranty of 24 months.",
        "user: Really?",
        "agent: The rice cooker has a warranty of 36 months. The Spoon has a warranty of 6 months.",
    )
    assert [dict(reward.parts) for reward in rewards] == [
        {"contradictions": 0.0, "broken": 0.0, "raw/claims": 1.0},
        {"contradictions": -1.0, "broken": 0.0, "raw/claims": 2.0},
    ]
    assert rewards[1].explanation == "rice cooker | warranty | 36 months, but it is 24 months"


def call(tool: str) -> str:
    return f'agent: <tool_call>{{"name": "{tool}", "arguments": {{"order_id": "W1"}}}}</tool_call>'


def status(word: str) -> str:
    return f'tool: {{"order_id": "W1", "status": "{word}", "items": [{{"item": "kettle", "price": 3.0}}]}}'


def test_the_newest_result_counts(shop: dict[str, dict[str, str]], scored: Scored) -> None:
    said = "agent: Order W1 is pending."
    rewards = scored(
        shop,
        "user: Hi",
        said,
        "user: ?",
        call("get"),
        status("pending"),
        said,
        "user: ?",
        call("get"),
        status("sent"),
        said,
    )
    assert [reward.total for reward in rewards] == [0.0, 0.0, 0.0, 0.0, -1.0]


def test_a_broken_rule_costs_once(shop: dict[str, dict[str, str]], scored: Scored) -> None:
    rewards = scored(
        shop, "user: Hi", call("get"), status("shipped"), call("cancel_order"), "tool: {}", "agent: Done.", "user: Ok"
    )
    assert [reward.parts["broken"] for reward in rewards] == [0.0, -1.0, 0.0] + [0.0] * (len(rewards) - 3)
    assert rewards[1].explanation == "cancel-shipped (w1)"
    fine = scored(shop, "user: Hi", call("get"), status("pending"), call("cancel_order"), "tool: {}")
    assert [reward.total for reward in fine] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fact a | b", "line 2: expected \"subject | relation | object\", got 'a | b'"),
        ("fact ?a | b | c", "expected a fact without variables"),
        ("fakt a | b | c", "expected a line that begins with fact, rule, single, never, says"),
        ("rule ?a | b | c -> ?d | b | c", "got the new \\?d"),
        ("rule ?a | b | c", 'expected "->"'),
        ("single", 'expected one relation after "single"'),
        ("never ?a | b | c", 'expected "never name: conditions"'),
        ("says {a} is -> {a} | is | {b}", "expected a sentence with each slot"),
    ],
)
def test_faults_name_file_and_line(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.rules"
    path.write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        read_knowledge(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="Expected a knowledge file at"):
        read_knowledge(tmp_path / "none")


terms = st.sampled_from("abcde")


@given(st.lists(st.builds(Triple, terms, st.just("in"), terms), max_size=8), st.randoms())
def test_transitivity_gives_reachability_in_any_order(facts: list[Triple], shuffle: object) -> None:
    rule = Rule((Triple("?a", "in", "?b"), Triple("?b", "in", "?c")), Triple("?a", "in", "?c"))
    reach = {(f.subject, f.object) for f in facts}
    while more := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= more
    got = closure(facts, [rule])
    assert {(f.subject, f.object) for f in got} == reach
    shuffle.shuffle(facts)  # type: ignore[attr-defined]
    assert closure(facts, [rule]) == got
