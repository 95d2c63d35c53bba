"""What the folder of a run on a numeric view says of it."""

from pathlib import Path
from typing import Any

from dialogue_gym.runs import other_version, read_options

ENTRY = "classical"
"""The entry of a run's options that tells it from a language model's."""


def saved_options(folder: Path) -> dict[str, Any] | None:
    """The options of a run of this kind; None where there is none, or one of a language model."""
    options = read_options(folder)
    if not isinstance(options, dict) or ENTRY not in options:
        return None
    for name in ("algorithm", "env_kwargs"):
        if name not in options:
            raise other_version(folder, KeyError(name))
    return options
