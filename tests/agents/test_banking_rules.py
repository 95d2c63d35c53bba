"""The bank's rules name acts and features that exist, and serve everybody who is heard without errors."""

import gymnasium as gym
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted import intents
from dialogue_gym.agents.scripted.rules import banking, find_rule_policy, find_rule_thought
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.play import play

TEXT, ACTS = "dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"
TASK = load_task("banking", "easy")


def test_the_longest_name_finds_the_banks_rules():
    assert find_rule_policy(TASK) is banking.rule_policy
    assert find_rule_policy(load_task("retail", "easy")) is not banking.rule_policy
    assert find_rule_thought(TASK) is banking.rule_thought


def test_every_kind_has_a_line_whose_steps_name_what_exists():
    features, acts = set(TASK.feature_names), set(TASK.act_names)
    assert set(banking._PLANS) == set(TASK.domain.kinds)
    for kind, line in banking._PLANS.items():
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
