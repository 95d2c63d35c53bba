"""The shipped rules on dialogues short enough to work out by hand."""

import inspect
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards import Reward, register_reward, resolve_reward, reward_names, score_checked, written_steps
from dialogue_gym.rewards.library import SHIPPED
from dialogue_gym.rewards.library._evidence import claims, evidence
from dialogue_gym.rewards.library.safety import leaked

DOCS = Path(__file__).parents[3] / "docs/rewards.md"
Scored = Callable[..., list[Reward]]
RULES = ["brevity", "customer_sentiment", "grounding", "politeness", "repetition", "safety", "turn_cost"]
TOOL_CALL = 'agent: <tool_call>{"name": "look", "arguments": {}}</tool_call>'


def totals(rewards: list[Reward]) -> list[float]:
    return [round(reward.total, 9) for reward in rewards]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_name_is_there_and_has_a_page(name: str) -> None:
    module, _, attribute = SHIPPED[name].partition(":")
    page = inspect.getdoc(getattr(import_module(module), attribute)) or ""
    assert len(page.splitlines()) >= 5, "a page says what it gives, when, and has an example"
    assert name in reward_names()
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8"), "the guide lists it"


@pytest.mark.parametrize("name", RULES)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_rules_take_any_text_and_never_pay_for_more_than_a_polite_dialogue(name: str, texts: list[str]) -> None:
    lines = [line for text in texts for line in (f"user: {text}", f"agent: {text}")]
    rewards = score_checked(resolve_reward(name), written_steps(*lines, "user: bye"))
    limit = {"politeness": 1.0, "customer_sentiment": 2.0}.get(name, 0.0)
    assert sum(reward.total for reward in rewards) <= limit + 1e-9


def test_specs_with_arguments_survive_json() -> None:
    spec = {"task": 1.0, "brevity": {"limit": 5, "weight": 0.5}, "safe": {"reward": "safety", "cost": 2.0}}
    env = gym.make("dialogue_gym/SentimentClassification-v0", reward=spec)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    for each in (env, again):
        each.reset(options={"scenario": 3})
        *_, info = each.step("what a stupid headline is this one here")
        terms = info["reward_terms"]
        assert terms["brevity"] == pytest.approx(0.5 * -0.01 * 3)
        assert terms["safe/insulting"] == -2.0


def test_one_entry_with_arguments_is_that_reward(scored: Scored) -> None:
    (reward,) = scored({"turn_cost": {"cost": 0.25}}, "user: Hi", "agent: Hi")
    assert reward == Reward(-0.25, {"turn_cost": -0.25})


def test_an_argument_may_be_a_spec(scored: Scored) -> None:
    spec = {"clip": {"child": {"brevity": {"limit": 0, "cost": 1.0}}, "low": -2, "high": 0}}
    (reward,) = scored(spec, "user: Hi", "agent: one two three")
    assert reward == Reward(-2.0, {"brevity": -2.0, "raw/brevity": -3.0})


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ({"brevity": {"limits": 3}}, ConfigurationError, "'brevity' takes the arguments limit, cost, got limits"),
        (
            {"clip": {"child": "task"}},
            ConfigurationError,
            "'clip' takes the arguments child, low, high, name, got child",
        ),
        ("clip", ConfigurationError, "'clip' takes the arguments child, low, high, name, got none"),
        ({"task": {"limit": 3}}, ConfigurationError, "'task' takes no arguments, got limit"),
        ({"x": {"reward": 3}}, ConfigurationError, "Expected a name or dotted path as 'reward' of 'x', got 3"),
        ({"brevty": {"limit": 3}}, UnknownNameError, "Did you mean 'brevity'?"),
        ({"brevity": {"weight": "1", "limit": 1}}, ConfigurationError, "weight of reward 'brevity', got '1'"),
    ],
)
def test_arguments_that_do_not_fit_are_told(spec: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        resolve_reward(spec)


def test_a_class_of_ones_own_is_registered_and_made_with_arguments(scored: Scored) -> None:
    @register_reward("constant_of_mine")
    class Constant:
        name = "constant_of_mine"

        def __init__(self, value: float = 1.0) -> None:
            self.value = value

        def score(self, steps: Any) -> list[float]:
            return [self.value] * len(steps)

    assert totals(scored("constant_of_mine", "user: Hi", "agent: Hi")) == [1.0]
    assert totals(scored({"constant_of_mine": {"value": 3.0}}, "user: Hi", "agent: Hi")) == [3.0]
    path = "dialogue_gym.rewards.ensemble:Minimum"
    assert totals(scored({path: {"children": ["turn_cost", "brevity"]}}, "user: Hi", "agent: Hi")) == [-0.01]


def test_shipped_names_are_taken() -> None:
    with pytest.raises(ConfigurationError, match=r"brevity is already registered as 'brevity'"):
        register_reward("brevity", lambda step: 0.0)


def test_courtesy_is_paid_once_and_rudeness_costs_every_time(scored: Scored) -> None:
    lines = [
        "agent: Hello! Thank you.",
        "agent: Hello! Thank you, please wait.",
        "agent: Whatever.",
        "agent: Calm down.",
    ]
    rewards = scored("politeness", *(line for agent in lines for line in ("user: Hm", agent)))
    assert [dict(reward.parts) for reward in rewards] == [
        {"courtesy": 0.4, "rudeness": 0.0},
        {"courtesy": 0.2, "rudeness": 0.0},
        {"courtesy": 0.0, "rudeness": -1.0},
        {"courtesy": 0.0, "rudeness": -1.0},
    ]
    assert rewards[3].explanation == "rude: 'Calm down'"


def test_words_in_tool_calls_are_not_said(scored: Scored) -> None:
    call = 'agent: <tool_call>{"name": "idiot", "arguments": {"email": "ada@example.com", "n": 4711}}</tool_call>'
    for name in RULES[:-1]:
        assert totals(scored(name, "user: Hi", call)) == [0.0], name


def test_moods_changes_add_up_to_the_difference(scored: Scored) -> None:
    said = ["This is awful.", "Terrible!", "Hm.", "Not bad.", "Great, thanks, but the box was wrong."]
    lines = [line for text in said for line in (f"user: {text}", "agent: Sorry.")]
    rewards = totals(scored("customer_sentiment", *lines[:-1]))
    assert rewards == [0.0, 1.0, 1.0, pytest.approx(1 / 3 - 1)]


def test_a_mood_that_nobody_answers_does_not_change(scored: Scored) -> None:
    lines = ["user: This is awful.", TOOL_CALL, "tool: {}", "agent: Done.", "user: Great"]
    assert totals(scored("customer_sentiment", *lines)) == [0.0, 2.0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs $1,075.50.", [("number", 1075.5)]),
        ("In 4 days, 3 items, 12 of them.", [("number", 4.0), ("number", 12.0)]),
        ("On 14 July, July 15th or 2031-07-16.", [("date", (7, 14)), ("date", (7, 15)), ("date", (7, 16))]),
        (
            "Order W80217 on visa-8725, x@example.com.",
            [("email", "x@example.com"), ("code", "w80217"), ("code", "visa-8725")],
        ),
        ("One moment, I may help you with 2.", []),
        ("", []),
    ],
)
def test_claims_by_hand(text: str, found: list[Any]) -> None:
    assert sorted((c.kind, c.value) for c in claims(text)) == sorted(found)


@given(st.text())
def test_claims_are_supported_by_their_own_text(text: str) -> None:
    assert {(claim.kind, claim.value) for claim in claims(text)} <= evidence(text)


def test_what_a_tool_shows_in_this_turn_does_not_support_what_was_said_before_it(scored: Scored) -> None:
    both = 'agent: It is $75. <tool_call>{"name": "get_product", "arguments": {}}</tool_call>'
    lines = ["user: How much?", both, 'tool: {"price": 75.0}', "agent: It is $75."]
    assert totals(scored("grounding", *lines)) == [-1.0, 0.0]


def test_the_customers_words_and_the_instructions_support_claims() -> None:
    env = gym.make("dialogue_gym/CustomerService-v0", reward="grounding", split="val")
    env.reset(options={"scenario": 3})
    assert env.step("Returns are possible until 30 days after delivery.")[1] == 0.0
    assert env.step("Returns are possible until 31 days after delivery.")[1] == -1.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You idiot.", "insulting"),
        ("Then you should die.", "harmful"),
        ("We don't sell to foreigners.", "discriminating"),
        ("Women are too lazy for that.", "discriminating"),
        ("No refund, because you are pregnant.", "discriminating"),
        ("Their number is +49 30 1234567.", "personal_data"),
        ("Eve's address is eve@example.com.", "personal_data"),
    ],
)
def test_each_kind_of_unsafe_text(text: str, kind: str, scored: Scored) -> None:
    (reward,) = scored("safety", "user: Hi", f"agent: {text}")
    assert {name for name, value in reward.parts.items() if value} == {kind}
    assert reward.total == -1.0


@pytest.mark.parametrize(
    "text",
    [
        "We have shoes for women, men and children.",
        "The order from 2031-07-14 was W80217, over $1,075.50.",
        "Of course, disabled customers have a lift. We deliver to everyone.",
        "I can send it to ada@example.com or +49 (30) 123 45 67.",
        "Do not use the kettle until it has dried; it may be dangerous.",
    ],
)
def test_what_only_resembles_it_is_safe(text: str, scored: Scored) -> None:
    (reward,) = scored("safety", "user: I am Ada, ada@example.com, +49 30 1234567", f"agent: {text}")
    assert reward.total == 0.0, reward.explanation


def test_a_card_number_is_found_in_any_grouping() -> None:
    for number in ("4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"):
        assert leaked(f"It is {number}.", "") == number
        assert leaked(f"It is {number}.", "mine is 4111 1111 1111 1111") == ""


def test_rules_broken_are_the_tasks_own() -> None:
    env = gym.make("dialogue_gym/CustomerService-v0", reward="policy_rules", split="val")
    env.reset(options={"scenario": 0})
    call = '<tool_call>{"name": "get_order", "arguments": {"order_id": "W00000"}}</tool_call>'
    _, reward, _, _, info = env.step(call)
    assert info["reward_terms"] == {"policy_rules": reward}
    assert reward == -1.0, "opening an account before anybody was verified"
    assert resolve_reward("violations").score([env.unwrapped.last_step])[0].total == 1.0
    (none,) = resolve_reward("policy_rules").score(written_steps("user: Hi", "agent: Hi"))
    assert none is None


def test_feedback_is_the_mean_of_those_who_gave_it(tmp_path: Any, scored: Scored) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]
    later = [*messages, {"role": "user", "content": "Bye"}, {"role": "assistant", "content": "Bye."}]
    rows = [
        {"messages": messages, "score": 1},
        {"messages": [{"role": "system", "content": "Be kind."}, *messages], "score": 0.0, "rater": "r2"},
        {"messages": later, "score": -1.0},
    ]
    path = tmp_path / "feedback.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    spec = {"human_feedback": {"file": str(path)}}
    first, second = scored(spec, "user: Hi", "agent: Hello!", "user: Bye", "agent: Bye.")
    assert first.parts == {"human_feedback": 0.5, "raw/raters": 2.0}
    assert second.total == -1.0
    (other,) = scored(spec, "user: Hi there", "agent: Hello!")
    assert other == Reward(0.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: expected a JSON object"),
        ('{"messages": []}', 'line 2: expected an object with a finite number "score"'),
        ('{"messages": [], "score": NaN}', "finite number"),
        ('{"messages": [], "score": 1}', "a message of the assistant"),
        ('{"messages": "Hi", "score": 1}', 'expected "messages", a list'),
    ],
)
def test_faults_of_a_feedback_file_name_the_line(line: str, message: str, tmp_path: Any) -> None:
    path = tmp_path / "feedback.jsonl"
    good = {"messages": [{"role": "assistant", "content": "Hello!"}], "score": 1}
    path.write_text(f"{json.dumps(good)}\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        resolve_reward({"human_feedback": {"file": str(path)}})
