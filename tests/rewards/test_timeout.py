"""A reward that takes too long is an error that says so; one in time is as it was."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from dialogue_gym.errors import ConfigurationError, RewardError
from dialogue_gym.rewards import Reward, Step, TimeLimit, score_checked

Make = Callable[..., Any]


def test_too_late(make_model: Make, steps: list[Step]) -> None:
    release = threading.Event()
    slow = make_model(lambda batch: [float(release.wait(10)) for _ in batch], "slow")
    with pytest.raises(RewardError, match=r"'slow': expected an answer within 0.05 s, .* 3 steps .*turn 1"):
        score_checked(TimeLimit(slow, 0.05), steps)
    release.set()


def test_in_time(always: Make, steps: list[Step]) -> None:
    assert score_checked(TimeLimit(always(1.0, "quick"), 10), steps) == [Reward(1.0, {"quick": 1.0})] * 3


def test_its_own_error_is_told(make_model: Make, steps: list[Step]) -> None:
    def fail(_: Any) -> Any:
        raise KeyError("mood")

    with pytest.raises(RewardError, match="Reward 'model' raised KeyError: 'mood'"):
        score_checked(TimeLimit(make_model(fail), 10), steps)


def test_a_limit_is_above_zero(always: Make) -> None:
    with pytest.raises(ConfigurationError, match="above 0 seconds"):
        TimeLimit(always(1.0), 0)
