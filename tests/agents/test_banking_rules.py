"""The bank's rules name acts and features that exist, and serve everybody who is heard without errors."""

import json
from collections import Counter

import gymnasium as gym
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted import PlaysActs, intents
from dialogue_gym.agents.scripted.mediocre import MediocreAgent
from dialogue_gym.agents.scripted.rules import banking, find_rule_policy, find_rule_thought
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.play import play
from tests.playing import episode

TEXT, ACTS = "dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"
TASK = load_task("banking", "easy")


def test_the_longest_name_finds_the_banks_rules():
    assert find_rule_policy(TASK) is banking.rule_policy
    assert find_rule_policy(load_task("retail", "easy")) is not banking.rule_policy
    assert find_rule_thought(TASK) is banking.rule_thought


def test_every_kind_has_a_line_whose_steps_name_what_exists():
    features, acts = set(TASK.feature_names), set(TASK.act_names)
    assert set(banking._STEPS) == set(TASK.domain.kinds)
    for kind, line in banking._STEPS.items():
        for step in line.split():
            head, _, rest = step.partition(":")
            if head == "do":
                assert {f"propose:{rest}", f"call:{rest}"} <= acts, (kind, step)
            elif head == "tell":
                assert f"tell:{rest}" in acts, (kind, step)
            elif head == "human":
                assert f"call:transfer_to_human:{rest}" in acts, (kind, step)
            elif head in ("ask", "refuse"):
                assert step in acts, (kind, step)
            elif rest:
                assert head in features, (kind, step)
                assert f"refuse:{rest}" in acts, (kind, step)
            else:
                assert head in {*banking._LISTS, *banking._LOOKUPS, "verify", "late", "answer"}, (kind, step)


def test_they_serve_everybody_who_is_heard_without_errors():
    pairs = [(scenario, 0) for scenario in range(150)]
    rows = list(
        play(
            "rule", ACTS, pairs, split="train", env_kwargs={"domain": "banking", "difficulty": "easy", "nlu_error": 0.0}
        )
    )
    assert sum(row.outcome["success"] for row in rows) >= 0.98 * len(rows)
    assert not any(row.outcome["violations"] for row in rows)


def test_a_thought_is_the_kind_that_it_seems_to_be():
    features = dict.fromkeys(TASK.feature_names, 0.0)
    assert banking.rule_thought(features, {}) == "unclear"
    assert banking.rule_thought(features | {"kind.change_pin": 1.0}, {}) == "change_pin"


@pytest.mark.parametrize(
    ("kind", "slots", "values"),
    [
        ("change_pin", {"card": "visa-1234", "limit": "900.00"}, '{"card": "visa-1234"}'),
        ("card_payment_fee_charged", {"merchant": "Moll & Søn", "amount": "12.50"}, '{"merchant": "Moll & Søn"}'),
        ("card_payment_fee_charged", {"amount": "12.50"}, '{"amount": "12.50"}'),
        ("transfer_fee_charged", {"payee": "Ida Beck"}, '{"payee": "Ida Beck"}'),
        ("top_up_failed", {"amount": "40.00", "currency": "EUR"}, '{"amount": "40.00"}'),
        (
            "declined_cash_withdrawal",
            {"limit": "900.00", "card": "visa-1234"},
            '{"card": "visa-1234", "limit": "900.00"}',
        ),
        ("declined_cash_withdrawal", {"limit": "900.00"}, '{"limit": "900.00"}'),
        ("exchange_rate", {"currency": "EUR", "country": "Italy"}, '{"currency": "EUR"}'),
        ("edit_personal_details", {"address": "3 Mill Lane"}, '{"address": "3 Mill Lane"}'),
        ("card_acceptance", {"country": "Italy"}, ""),  # nothing but terms
    ],
)
def test_a_thought_notes_what_tells_the_record_and_what_is_wanted(kind, slots, values):
    features = dict.fromkeys(TASK.feature_names, 0.0) | {f"kind.{kind}": 1.0}
    assert banking.rule_thought(features, slots) == f"{kind} {values}".strip()


def test_what_is_noted_at_the_end_is_what_the_customer_wants():
    kinds = ["change_pin", "card_payment_fee_charged", "transfer_fee_charged", "pending_top_up"]
    kinds += ["declined_cash_withdrawal", "exchange_rate", "edit_personal_details", "age_limit"]
    env = gym.make(TEXT, domain="banking", difficulty="easy", kinds=kinds)
    agent = PlaysActs(inner := MediocreAgent(TASK, slip=0.0, haste=0.0, curt=0.0, mistaken=0.0), TASK)
    inner._slots = lambda row: agent.belief(row).slots
    noted = Counter()
    for scenario in range(80):
        _, infos = episode(env, agent, scenario)
        goal = env.unwrapped.episode.matters[0]
        kind, _, values = agent.thoughts[0].partition(" ")
        if infos[-1]["outcome"]["success"] and goal.second_thought is None:
            assert kind == goal.kind
            for slot, value in json.loads(values or "{}").items():
                assert value == goal.slots[slot]
                noted[slot] += 1
    assert noted.keys() == {"card", "merchant", "payee", "amount", "limit", "currency", "address"}


def test_the_yardstick_learns_what_customers_write(tmp_path, monkeypatch):
    """Messages of two intents that a word gives away: everyone's is told right, at the first message."""
    monkeypatch.setattr(intents, "PATIENCE", 100)
    words = {"card_arrival": "post", "change_pin": "digits"}
    names = [f"{chr(97 + i % 26) * 4}{i}" for i in range(36)]
    rows = [f"{word} about {name},{kind}" for kind, word in words.items() for name in names]
    (tmp_path / "messages.csv").write_text("text,intent\n" + "\n".join(rows) + "\n", encoding="utf-8")
    kwargs = {"domain": "banking", "difficulty": "easy", "corpus": str(tmp_path), "kinds": list(words)}
    rows = list(play("intents", TEXT, [(scenario, 0) for scenario in range(30)], split="test", env_kwargs=kwargs))
    plain = [row for row in rows if any(word in row.transcript[0]["content"] for word in words.values())]
    assert len(plain) > 20, "others only hint at first"
    assert all(row.outcome["answered"] for row in plain)
    assert all(row.outcome["turns"] <= 4 for row in rows)
    assert all(row.outcome["searches"] == 1 for row in rows)


@pytest.mark.parametrize(("env_id", "domain"), [(ACTS, "banking"), (TEXT, "retail")])
def test_the_yardstick_says_where_it_cant_play(env_id, domain):
    with pytest.raises(ConfigurationError, match="Expected"):
        make_agent("intents", env=gym.make(env_id, domain=domain))
