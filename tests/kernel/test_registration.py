"""The registered names load nothing and can be registered again."""

import subprocess
import sys

import gymnasium as gym
import pytest
from gymnasium.envs.registration import registry

from dialogue_gym.registration import environment_ids, register_environments

QUIET = """
import sys, warnings
warnings.simplefilter("error")
import dialogue_gym
loaded = [name for name in sys.modules if name.split(".")[0] in
    ("torch", "transformers", "deepspeed", "stable_baselines3", "sklearn", "scipy", "matplotlib")
    or name.startswith(("dialogue_gym.envs", "dialogue_gym.agents"))]
assert not loaded, loaded
"""


def test_importing_loads_no_environment_and_no_heavy_library():
    run = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_registering_twice_is_harmless(recwarn):
    before = {env_id: registry[env_id] for env_id in environment_ids()}
    register_environments()
    assert {env_id: registry[env_id] for env_id in environment_ids()} == before
    assert not recwarn


def test_every_name_has_a_single_and_a_vector_entry_point_as_strings():
    assert environment_ids()
    for env_id in environment_ids():
        spec = gym.spec(env_id)
        assert isinstance(spec.entry_point, str)
        assert isinstance(spec.vector_entry_point, str)
        assert spec.kwargs == {}
        assert spec.version is not None


def test_every_text_view_has_a_numeric_view():
    ids = environment_ids()
    assert {name.replace("Acts-v", "-v") for name in ids if "Acts-v" in name} == {i for i in ids if "Acts-v" not in i}


def test_a_registration_of_somebody_else_is_kept(monkeypatch):
    monkeypatch.setattr("gymnasium.envs.registration.registry", dict(registry))
    env_id = environment_ids()[0]
    own = registry[env_id]
    register_environments()
    assert registry[env_id] is own


def test_a_near_miss_is_offered_by_gymnasium():
    with pytest.raises(gym.error.Error, match="CustomerService"):
        gym.make("dialogue_gym/CustomerServce-v0")
