"""What the commands share: arguments from text, and what is shown while they work."""

import json
from typing import TYPE_CHECKING, Any

from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.registration import NAMESPACE, environment_ids

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

DEFAULT_ENV = f"{NAMESPACE}/CustomerService-v0"
SHOWN = ("success", "return", "turns", "violations", "satisfaction", "accuracy", "normalised")
"""Measures that tables show, where there are such."""


def environment_id(name: str) -> str:
    """The registered id that a name stands for; our own may leave the namespace out.

    Raises:
        UnknownNameError: Nothing is registered under the name.
    """
    from gymnasium import registry

    if name in registry or ":" in name:  # "module:id" has Gymnasium import the module first
        return name
    full = f"{NAMESPACE}/{name}"
    if full in registry:
        return full
    raise UnknownNameError("environment", name if "/" in name else full, environment_ids())


def json_object(text: str, option: str) -> dict[str, Any]:
    """An option's JSON object.

    Raises:
        ConfigurationError: It is something else.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(
            f'Expected {option} to be a JSON object like \'{{"difficulty": "hard"}}\', got {text!r}: {error}.'
        ) from None
    if not isinstance(value, dict):
        raise ConfigurationError(f"Expected {option} to be a JSON object in braces, got {text!r}.")
    return value


def progress() -> "Progress":
    """A bar on stderr with counts, rate and the time left."""
    from rich.progress import MofNCompleteColumn, ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        """Episodes per second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "-/s")

    return progress_of(MofNCompleteColumn(), Rate())


def progress_of(*columns: "ProgressColumn", shown: bool = True) -> "Progress":
    """A bar on stderr with what it is about, `columns`, and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        *columns,
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        disable=not shown,
    )
