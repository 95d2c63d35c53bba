"""Every way to say `reward=...`, and every way to get it wrong."""

import importlib.metadata
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards import (
    Reward,
    SharedReward,
    Step,
    TaskReward,
    WeightedMix,
    register_reward,
    resolve_reward,
    reward_names,
    score_checked,
)
from dialogue_gym.rewards.registry import ENTRY_POINT_GROUP

Make = Callable[..., Any]


def brevity(step: Step) -> float:
    return -step.facts["length"]


class Nested:
    reward = staticmethod(brevity)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """An importable module `plugged_rewards` with a few things in it."""
    module = types.ModuleType("plugged_rewards")
    vars(module).update(brevity=brevity, Nested=Nested, number=1.0, alias="task", weights={"task": 1.0})
    monkeypatch.setitem(sys.modules, "plugged_rewards", module)
    return module


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretends that installed packages offer entry points of the given names and values."""

    def offer(*points: tuple[str, str]) -> None:
        found = importlib.metadata.EntryPoints(
            importlib.metadata.EntryPoint(name, value, ENTRY_POINT_GROUP) for name, value in points
        )
        monkeypatch.setattr("dialogue_gym.rewards.registry.entry_points", lambda **by: found.select(**by))

    return offer


def test_task_is_the_tasks_reward(task: Any, steps: list[Step]) -> None:
    assert resolve_reward("task", task) is task.reward
    without_task = resolve_reward("task")
    assert isinstance(without_task, TaskReward)
    assert score_checked(without_task, steps) == score_checked(task.reward, steps)


def test_a_registered_function(task: Any, steps: list[Step]) -> None:
    assert register_reward("short")(brevity) is brevity
    assert score_checked(resolve_reward("short", task), steps)[0] == Reward(-5.0, {"short": -5.0})
    assert "short" in reward_names()


def test_a_registered_model(task: Any, always: Make) -> None:
    model = always(1.0)
    assert register_reward("one", model) is model
    assert resolve_reward("one", task) is model


def test_objects_are_themselves(task: Any, always: Make) -> None:
    model = always(1.0)
    assert resolve_reward(model, task) is model
    assert resolve_reward(SharedReward(model), task) is model
    assert resolve_reward(brevity, task).name == "brevity"


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize("path", ["plugged_rewards:brevity", "plugged_rewards:Nested.reward"])
def test_a_dotted_path(path: str, task: Any, steps: list[Step]) -> None:
    assert score_checked(resolve_reward(path, task), steps)[0] == Reward(-5.0, {"brevity": -5.0})


@pytest.mark.usefixtures("module")
def test_a_mix(task: Any, steps: list[Step]) -> None:
    register_reward("short", brevity)
    weights = {"task": 1.0, "short": 0.1, "plugged_rewards:brevity": 0.2}
    (reward,) = score_checked(resolve_reward(weights, task), steps[:1])
    assert dict(reward.parts) == {
        "task/success": 0.0,
        "task/turn_cost": -0.25,
        "short": -0.5,
        "brevity": -1.0,
    }


@pytest.mark.usefixtures("module")
def test_parts_called_alike_are_labelled_by_path(task: Any) -> None:
    mix = resolve_reward({"plugged_rewards:brevity": 1.0, "plugged_rewards:Nested.reward": 1.0}, task)
    assert isinstance(mix, WeightedMix)
    assert list(mix.children) == ["plugged_rewards:brevity", "plugged_rewards:Nested.reward"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("polite", "Unknown reward 'polite'. Did you mean 'politeness'? Available: politeness, short, task."),
        ("tsk", "Unknown reward 'tsk'. Did you mean 'task'?"),
        ("", "Unknown reward ''."),
    ],
)
def test_an_unknown_name_offers_the_near_miss(name: str, message: str, task: Any, offer: Make) -> None:
    offer(("short", "m:short"))
    register_reward("politeness", brevity)
    for spec in (name, {name: 1.0}):
        with pytest.raises(UnknownNameError, match=re.escape(message)):
            resolve_reward(spec, task)


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        (
            "plugged_rewards:brevty",
            UnknownNameError,
            "reward in plugged_rewards 'brevty'. Did you mean 'brevity'?",
        ),
        ("plugged_rewards:Nested", ConfigurationError, "got the class Nested. Give an instance"),
        (
            "plugged_rewards:number",
            ConfigurationError,
            "Expected a reward at 'plugged_rewards:number', got 1.0",
        ),
        (
            "plugged_rewards:alias",
            ConfigurationError,
            "Expected a reward at 'plugged_rewards:alias', got 'task'",
        ),
        ("plugged_rewards:weights", ConfigurationError, "Expected a reward at 'plugged_rewards:weights'"),
        ("no_such_module_here:brevity", ConfigurationError, "No module named 'no_such_module_here'"),
        ("plugged_rewards.brevity", ConfigurationError, "A dotted path has a colon"),
        ("plugged_rewards:", ConfigurationError, "Expected a dotted path like"),
        (":brevity", ConfigurationError, "Expected a dotted path like"),
        ("os:system('true')", ConfigurationError, "Expected a dotted path like"),
        ("C:\\rewards.py", ConfigurationError, "Expected a dotted path like"),
        ({}, ConfigurationError, "Expected at least one reward in a mix"),
        ({"task": "1"}, ConfigurationError, "weight of reward 'task', got '1'"),
        ({brevity: 1.0}, ConfigurationError, "Expected names or dotted paths as keys"),
        ({"task": {"task": 1.0}}, ConfigurationError, "Reward 'task' takes no arguments, got task"),
        (Nested, ConfigurationError, "got the class Nested"),
        (None, ConfigurationError, "got None"),
        (0.5, ConfigurationError, "got 0.5"),
        (["task"], ConfigurationError, "got ['task']"),
    ],
    ids=lambda value: "" if not isinstance(value, str) else None,
)
def test_what_cannot_be_a_reward(spec: Any, error: type[Exception], message: str, task: Any) -> None:
    with pytest.raises(error, match=re.escape(message)):
        resolve_reward(spec, task)


def test_registering_again_is_harmless_and_another_is_refused(task: Any) -> None:
    def version(factor: float) -> Any:
        def reward(step: Step) -> float:
            return factor

        return reward

    register_reward("mine", version(1.0))
    second = version(2.0)
    register_reward("mine", second)
    assert resolve_reward("mine", task).function is second  # type: ignore[attr-defined]
    with pytest.raises(ConfigurationError, match="reward is already registered as 'mine'"):
        register_reward("mine", brevity)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("task", "Expected another name than 'task'"),
        ("a:b", "Expected a name without ':'"),
        ("a/b", "Expected a reward's name"),
        ("raw", "Expected a reward's name"),
        ("", "Expected a reward's name"),
        (brevity, '@register_reward("name")'),
    ],
)
def test_names_that_cannot_be_registered(name: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        register_reward(name, brevity)


def test_what_is_no_reward_is_not_registered() -> None:
    with pytest.raises(ConfigurationError, match="got the class Nested"):
        register_reward("nested", Nested)
    assert "nested" not in reward_names()


@pytest.mark.usefixtures("module")
def test_installed_packages_offer_rewards(task: Any, offer: Make, steps: list[Step]) -> None:
    offer(("short", "plugged_rewards:brevity"), ("short", "plugged_rewards:brevity"))
    assert reward_names() == ["short", "task"]
    assert score_checked(resolve_reward("short", task), steps)[0] == Reward(-5.0, {"short": -5.0})


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([("x", "no_such_module_here:x")], "Reward 'x' cannot be loaded from no_such_module_here:x"),
        ([("x", "plugged_rewards:missing")], "Reward 'x' cannot be loaded from plugged_rewards:missing"),
        ([("x", "plugged_rewards:brevity"), ("x", "other:y")], "Expected one package to offer reward 'x'"),
        ([("x", "plugged_rewards:Nested")], "got the class Nested"),
    ],
)
def test_faults_of_installed_packages(points: Any, message: str, task: Any, offer: Make) -> None:
    offer(*points)
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        resolve_reward("x", task)


@pytest.mark.usefixtures("module")
def test_code_comes_before_installed_packages(task: Any, offer: Make, always: Make) -> None:
    offer(("short", "plugged_rewards:brevity"))
    model = register_reward("short", always(1.0))
    assert resolve_reward("short", task) is model
