"""Which scenario a reset plays: by seed, or picked by hand."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import SPLITS, Task

TRAIN_SCENARIOS = 1 << 31
"""Train scenarios are unlimited; a seeded draw picks among this many."""

_OPTIONS = ("scenario", "trial")


def check_split(split: str) -> None:
    """Refuses an unknown split."""
    if split not in SPLITS:
        raise ConfigurationError(f"Expected split to be one of {', '.join(SPLITS)}, got {split!r}.")


def scenario_count(task: Task, split: str) -> int:
    """How many scenarios a seeded reset draws from."""
    return TRAIN_SCENARIOS if split == "train" else task.test_scenarios


def pick_scenario(
    task: Task, split: str, options: Mapping[str, Any] | None, np_random: np.random.Generator
) -> tuple[int, int]:
    """(scenario index, trial): from `options` where given, else the index from the generator and trial 0."""
    options = options or {}
    for name in options:
        if name not in _OPTIONS:
            raise ConfigurationError(f"Unknown reset option {name!r}. Expected: {', '.join(_OPTIONS)}.")
    trial = _whole_number("trial", options.get("trial", 0))
    count = scenario_count(task, split)
    if "scenario" not in options:
        return int(np_random.integers(count)), trial
    index = _whole_number("scenario", options["scenario"])
    if split != "train" and index >= count:
        raise ConfigurationError(f"Expected a scenario below {count} on split {split!r}, got {index}.")
    return index, trial


def _whole_number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ConfigurationError(f"Expected reset option {name!r} to be an integer of at least 0, got {value!r}.")
    return int(value)
