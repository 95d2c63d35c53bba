"""Lends the kernel's tests a small task: guess a colour, in both views."""

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import pytest

from tests.guess_colour import ACTS, TEXT, GuessColour, register


@pytest.fixture(scope="session")
def ids() -> tuple[str, str]:
    """The ids of the text and of the numeric view."""
    register()
    return TEXT, ACTS


@pytest.fixture
def task() -> GuessColour:
    return GuessColour()


@pytest.fixture(scope="session")
def make(ids: tuple[str, str]) -> Callable[..., Any]:
    def make(view: str = "text", **kwargs: Any) -> gym.Env[Any, Any]:
        return gym.make(ids[0] if view == "text" else ids[1], disable_env_checker=True, **kwargs)

    return make


@pytest.fixture(scope="session")
def make_vec(ids: tuple[str, str]) -> Callable[..., Any]:
    def make_vec(view: str = "text", num_envs: int = 3, **kwargs: Any) -> Any:
        env_id = ids[0] if view == "text" else ids[1]
        return gym.make_vec(env_id, num_envs=num_envs, vectorization_mode="vector_entry_point", **kwargs)

    return make_vec
