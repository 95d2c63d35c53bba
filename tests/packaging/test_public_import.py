"""What `import dialogue_gym` does, and what it leaves alone."""

import importlib.metadata
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

import dialogue_gym

ROOT = Path(__file__).resolve().parents[2]

WATCH = """
import json, logging, os, random, sys, threading, warnings
import gymnasium, numpy

def state():
    return {
        "environment variables": dict(os.environ),
        "handlers": [str(handler) for handler in logging.root.handlers],
        "log level": logging.root.level,
        "numpy's global stream": str(numpy.random.get_state()),
        "print options": str(numpy.get_printoptions()),
        "random's global stream": hash(random.getstate()),
        "search path": sys.path[:],
        "threads": threading.active_count(),
        "warning filters": str(warnings.filters),
    }

before, modules = state(), set(sys.modules)
import dialogue_gym
after = state()
print(json.dumps({
    "changed": [name for name in before if before[name] != after[name]],
    "loaded": sorted(set(sys.modules) - modules),
}))
"""


@pytest.fixture(scope="module")
def watched() -> dict[str, Any]:
    """Returns what changes when a fresh process that has gymnasium and numpy imports dialogue_gym."""
    process = subprocess.run([sys.executable, "-c", WATCH], capture_output=True, text=True, check=True)
    assert process.stderr == ""
    return json.loads(process.stdout)


def test_loads_no_other_library(watched: dict[str, Any]) -> None:
    packages = {name.partition(".")[0] for name in watched["loaded"]}
    assert packages - sys.stdlib_module_names == {"dialogue_gym"}


def test_loads_no_environment_and_no_agent(watched: dict[str, Any]) -> None:
    assert [name for name in watched["loaded"] if name.startswith(("dialogue_gym.envs", "dialogue_gym.agents"))] == []


def test_touches_nothing_global(watched: dict[str, Any]) -> None:
    assert watched["changed"] == []


def test_registers_strings_only() -> None:
    specs = [spec for name, spec in gym.registry.items() if name.startswith("dialogue_gym/")]
    assert specs
    for spec in specs:
        assert isinstance(spec.entry_point, str)
        assert isinstance(spec.vector_entry_point, str | None)
        assert spec.max_episode_steps is None


def test_version_has_one_source() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert dialogue_gym.__version__ == importlib.metadata.version("dialogue_gym") == project["version"]
    assert f"version: {project['version']}" in (ROOT / "CITATION.cff").read_text().splitlines()


def test_public_names_exist() -> None:
    assert [name for name in dialogue_gym.__all__ if not hasattr(dialogue_gym, name)] == []


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dialogue_gym.no_such_name
