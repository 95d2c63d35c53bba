"""Agents by name."""

import inspect
from pathlib import Path

import gymnasium as gym
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.factory import AGENT_NAMES
from dialogue_gym.agents.scripted import NullAgent, OracleAgent, PlaysActs, RandomAgent
from dialogue_gym.cli.evaluate import Evaluate
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from tests.guess_colour import ACTS, TEXT


@pytest.mark.parametrize(
    ("name", "on_text", "on_acts"),
    [
        ("null", NullAgent, NullAgent),
        ("random", PlaysActs, RandomAgent),
        ("oracle", OracleAgent, OracleAgent),
    ],
)
def test_a_name_gives_an_agent_for_the_view(name: str, on_text: type, on_acts: type) -> None:
    assert type(make_agent(name, env=gym.make(TEXT))) is on_text
    assert type(make_agent(name, env=gym.make(ACTS))) is on_acts


@pytest.mark.parametrize(
    "make",
    [
        lambda: gym.make(TEXT),
        lambda: gym.make(TEXT).unwrapped,
        lambda: gym.make_vec(TEXT, 3, vectorization_mode="vector_entry_point"),
        lambda: gym.make_vec(TEXT, 3, vectorization_mode="sync"),
    ],
    ids=["wrapped", "bare", "vector", "sync"],
)
def test_single_and_vector_environments_seat_agents(make: object) -> None:
    assert isinstance(make_agent("oracle", env=make()), OracleAgent)  # type: ignore[operator]


def test_another_environment_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"Expected an environment of dialogue_gym, got .*CartPole"):
        make_agent("random", env=gym.make("CartPole-v1"))


@pytest.mark.parametrize("name", ["rnadom", "random:3", "", "nothing at all", "random:"])
def test_unknown_names_are_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown agent .*Available: .*oracle"):
        make_agent(name, env=gym.make(TEXT))


def test_near_misses_are_offered() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'random'"):
        make_agent("randon", env=gym.make(TEXT))


def test_a_name_that_is_no_string_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Expected the name of an agent, got 3"):
        make_agent(3, env=gym.make(TEXT))  # type: ignore[arg-type]


def test_rules_exist_for_some_tasks_only() -> None:
    with pytest.raises(ConfigurationError, match=r"Expected a task with rules .*got 'guess_colour'"):
        make_agent("rule", env=gym.make(TEXT))


MODULE = """
class Mine:
    def __init__(self, *, env, seed):
        self.seed = seed
    def act(self, observations, infos): return ["" for _ in infos]
    def reset(self, mask): pass
    def save(self, path): pass
    def load(self, path): pass

class Half:
    def __init__(self, *, env, seed): pass
"""


@pytest.fixture
def _own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_agents.py").write_text(MODULE)
    (tmp_path / "my_broken_agents.py").write_text("import no_such_dependency")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("_own_module")
def test_a_class_of_ones_own_is_called_with_env_and_seed() -> None:
    agent = make_agent("my_own_agents:Mine", env=gym.make(TEXT), seed=7)
    assert type(agent).__name__ == "Mine"
    assert vars(agent) == {"seed": 7}


@pytest.mark.usefixtures("_own_module")
def test_a_class_of_ones_own_must_be_there_and_be_an_agent() -> None:
    env = gym.make(TEXT)
    with pytest.raises(UnknownNameError, match="Did you mean 'Mine'"):
        make_agent("my_own_agents:Mien", env=env)
    with pytest.raises(ConfigurationError, match="methods act, reset, save and load"):
        make_agent("my_own_agents:Half", env=env)
    with pytest.raises(ConfigurationError, match="there is no 'no_such_package'"):
        make_agent("no_such_package.agents:Mine", env=env)


@pytest.mark.usefixtures("_own_module")
def test_a_failing_import_inside_ones_own_module_is_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        make_agent("my_broken_agents:Mine", env=gym.make(TEXT))


def test_what_this_version_has_not_is_refused_with_all_that_it_has() -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_agent("openai:some@http://localhost", env=None)
    said = str(caught.value)
    assert all(form in said for form in ("null", "exploit:<kind>", "sb3:<path>", "llm:<path or hub id>", "Class"))
    assert "openai:<model>" not in said


def test_the_help_of_evaluate_names_all_kinds_of_agents() -> None:
    source = inspect.getsource(Evaluate)
    for name in AGENT_NAMES:
        kind = name.partition(":")[0]
        assert kind in source.partition("env: str")[0] or kind == "openai"
