"""The careless agent: each habit by its chance, the rules where it has none, and no kind of matter out of reach."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import dialogue_gym  # noqa: F401 - registers the environments
from dialogue_gym.agents.scripted import RuleAgent
from dialogue_gym.agents.scripted.mediocre import CURT, HASTE, MISTAKEN, MediocreAgent
from dialogue_gym.agents.scripted.rules import find_rule_policy
from dialogue_gym.agents.seat import Seat
from dialogue_gym.evaluation import play
from dialogue_gym.logs import BEHAVIOUR, record_dialogues
from dialogue_gym.registration import environment_ids, text_view

ACTS = "dialogue_gym/CustomerServiceActs-v0"
TEXT = "dialogue_gym/CustomerService-v0"


def choices(episodes: int, **habits: Any) -> Counter[tuple[str, str]]:
    """How often which act was chosen where the rules say which, along the rules' own episodes."""
    env: gym.Env[Any, Any] = gym.make(ACTS, difficulty="easy")
    task = Seat.of(env).task
    careless, rules = MediocreAgent(task, **habits), RuleAgent(task, find_rule_policy(task))
    pairs: Counter[tuple[str, str]] = Counter()
    for scenario in range(episodes):
        observation, info = env.reset(options={"scenario": scenario})
        careless.begin(0)
        over = False
        while not over:
            right = rules.choose(0, observation, info)
            (chosen,) = careless.act([observation], [info])
            pairs[task.act_names[right], task.act_names[chosen]] += 1
            observation, _, terminated, truncated, info = env.step(right)
            over = terminated or truncated
    return pairs


def share(pairs: Counter[tuple[str, str]], right: str, chosen: str) -> float:
    """Of the turns where the rules say an act that begins with `right`, the share of acts that begin with `chosen`."""
    of = Counter({pair: count for pair, count in pairs.items() if pair[0].startswith(right)})
    assert of.total() > 100, "too few turns to say anything"
    return sum(count for (_, act), count in of.items() if act.startswith(chosen)) / of.total()


def test_without_faults_it_plays_the_rules() -> None:
    pairs = choices(60, slip=0.0, haste=0.0, curt=0.0, mistaken=0.0)
    assert all(right == chosen for right, chosen in pairs)


@pytest.mark.parametrize(
    ("right", "habit", "chance"), [("propose:", "call:", HASTE), ("tell:", "close", CURT)], ids=["haste", "curt"]
)
def test_habits_take_the_place_of_the_right_act_by_their_chance(right: str, habit: str, chance: float) -> None:
    pairs = choices(400, slip=0.0, mistaken=0.0)
    turns = sum(count for (act, _), count in pairs.items() if act.startswith(right))
    seen = share(pairs, right, habit)
    assert seen == pytest.approx(chance, abs=4 * (chance * (1 - chance) / turns) ** 0.5)
    assert seen + share(pairs, right, right) == 1.0
    others = {(act, chosen) for act, chosen in pairs if not act.startswith(("propose:", "tell:"))}
    assert all(act == chosen for act, chosen in others)


def played(episodes: int, **faults: Any) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Each matter's kind, and by turn what was thought and whether the customer had just said anew what it is about."""
    env: gym.Env[Any, Any] = gym.make(ACTS, difficulty="easy", nlu_error=0.0)
    seat = Seat.of(env)
    view: Any = seat.views[0]
    agent = MediocreAgent(seat.task, slots=lambda row: view.tracker.slots, **faults)
    restated = seat.task.feature_names.index("heard.restate")
    for scenario in range(episodes):
        observation, info = env.reset(options={"scenario": scenario})
        agent.reset(np.array([True]))
        turns, over = [], False
        while not over:
            (act,) = agent.act([observation], [info])
            turns.append((agent.thoughts[0], bool(observation[restated])))
            observation, _, terminated, truncated, info = env.step(act)
            over = terminated or truncated
        yield view.episode.matters[0].kind, turns


def test_a_mistaken_kind_is_kept_until_the_customer_says_it_again() -> None:
    mended = 0
    for kind, turns in played(150, slip=0.0, mistaken=1.0):
        said = next((turn for turn, (_, restated) in enumerate(turns) if restated), len(turns))
        kinds = [thought.partition(" ")[0].rstrip(":") for thought, _ in turns]
        assert len(set(kinds[:said])) == 1
        assert kinds[0] != kind
        assert set(kinds[said:]) <= {kind}
        mended += said < len(turns)
    assert mended > 100, "most customers object"


def test_mistakes_are_as_frequent_as_their_chance() -> None:
    episodes = 600
    wrong = sum(not turns[0][0].startswith(kind) for kind, turns in played(episodes))
    assert wrong / episodes == pytest.approx(MISTAKEN, abs=4 * (MISTAKEN * (1 - MISTAKEN) / episodes) ** 0.5)


def test_thoughts_note_the_value_on_which_the_matter_turns() -> None:
    env: gym.Env[Any, Any] = gym.make(ACTS, difficulty="easy")
    noted = 0
    for scenario, (kind, turns) in enumerate(played(200, slip=0.0, mistaken=0.0)):
        if kind in ("modify_item", "exchange_item"):
            env.reset(options={"scenario": scenario})
            wanted = env.unwrapped.episode.matters[0].slots["option"]  # type: ignore[attr-defined]
            assert turns[-1][0] in (kind, f'{kind} {{"option": "{wanted}"}}')
            noted += turns[-1][0] != kind
    assert noted > 10


def test_only_kinds_that_come_up_are_mistaken_for_each_other() -> None:
    kinds = ["cancel_order", "order_status", "warranty"]
    logs = record_dialogues(TEXT, 40, env_kwargs={"difficulty": "easy", "kinds": kinds})
    turns = [m["content"] for log in logs for m in log.messages if m.get("weight", 1) == 0]
    assert turns
    assert all(turn.startswith(tuple(f"<think>{kind}" for kind in kinds)) for turn in turns)


def test_it_says_on_the_text_view_too_what_it_thinks_and_which_turns_were_mistaken() -> None:
    rows = list(play(BEHAVIOUR, TEXT, [(scenario, 0) for scenario in range(20)], env_kwargs={"difficulty": "easy"}))
    assert all(len(row.thoughts) == len(row.turn_weights) == row.turns for row in rows)
    assert {weight for row in rows for weight in row.turn_weights} == {0, 1}
    assert any('{"option": "' in thought for row in rows for thought in row.thoughts)


def test_its_logs_serve_every_kind_of_matter_sometimes_and_none_of_the_changes_always() -> None:
    env: gym.Env[Any, Any] = gym.make(TEXT, difficulty="easy")
    by_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for dialogue in record_dialogues(TEXT, 1200, env_kwargs={"difficulty": "easy"}):
        env.reset(options={"scenario": dialogue.details["scenario"]})
        (matter,) = env.unwrapped.episode.matters  # type: ignore[attr-defined]
        by_kind[matter.kind].append(dialogue.success)
    assert len(by_kind) == 23
    assert min(np.mean(successes) for successes in by_kind.values()) > 0.1
    changes = ("return_item", "change_address", "update_email", "price_match", "cancel_order")
    assert all(np.mean(by_kind[kind]) < 0.75 for kind in changes)


@pytest.mark.parametrize("env", [name for name in environment_ids() if text_view(name) == name])
def test_the_logs_that_training_makes_can_be_made_of_every_task(env: str) -> None:
    logs = list(record_dialogues(env, 6))
    assert sorted(log.details["scenario"] for log in logs) == [*range(6)]
    assert all(any(message["role"] == "assistant" for message in log.messages) for log in logs)
    again = {log.details["scenario"]: log.messages for log in record_dialogues(env, 6, batch=2)}
    assert again == {log.details["scenario"]: log.messages for log in logs}, "whoever plays beside it"
