"""The library is tested with what is shipped in place."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue_gym.rewards import Reward, registry, resolve_reward, score_checked, written_steps


@pytest.fixture(autouse=True)
def _fresh_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it. Takes the place of the fixture that hides what is shipped, too."""
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))


@pytest.fixture(scope="session")
def scored() -> Callable[..., list[Reward]]:
    """Scores a dialogue that is given line by line."""

    def scored(reward: Any, *lines: str) -> list[Reward]:
        return score_checked(resolve_reward(reward), written_steps(*lines))

    return scored
