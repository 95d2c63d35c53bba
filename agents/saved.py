"""What learned agents of numeric views write beside their weights: what they are, and for which task."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import whole_folder
from dialogue_gym.task import Task

FILE = "agent.json"
MODELS = ("best", "last")
"""Folders of a run that hold agents, the one to play first."""


def write_description(path: str | Path, task: Task, **entries: Any) -> None:
    """Makes the folder and writes what the agent is.

    Args:
        path: The folder.
        task: What it plays: name, version, and the names of features and acts, whose order its weights rely on.
        entries: JSON.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    described = {"task": _identity(task), "features": list(task.feature_names), "acts": list(task.act_names)}
    (folder / FILE).write_text(json.dumps({**described, **entries}, indent=1) + "\n", encoding="utf-8")


def read_description(path: str | Path, *needed: str) -> dict[str, Any]:
    """What `write_description` wrote.

    Raises:
        ConfigurationError: There is none, or something needed is missing.
    """
    file = Path(path) / FILE
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"Expected a trained agent at {str(path)!r}, got: {error}. Name a run of dialogue-gym train, or a folder "
            "that an agent was saved to."
        ) from None
    missing = [name for name in ("task", "features", "acts", *needed) if not isinstance(read, dict) or name not in read]
    if missing:
        raise ConfigurationError(
            f"{file}: expected {', '.join(missing)} of an agent of this kind, got none. Was it saved by another kind?"
        )
    described: dict[str, Any] = read
    return described


def check_task(path: str | Path, read: Mapping[str, Any], task: Task) -> None:
    """Refuses an agent whose numbers mean something else here.

    Raises:
        ConfigurationError: The features or acts are others, or the task is another version.
    """
    if read["features"] != list(task.feature_names) or read["acts"] != list(task.act_names):
        raise ConfigurationError(
            f"Expected an agent for the features and acts of {_identity(task)}, got one of {read['task']} at "
            f"{str(path)!r}. Train one on this environment."
        )
    if read["task"]["version"] != task.version:
        raise ConfigurationError(
            f"Expected an agent trained on version {task.version} of {task.name!r}, got one of version "
            f"{read['task']['version']} at {str(path)!r}. Train it again."
        )


def agent_folder(path: str | Path) -> Path:
    """The agent in a run's folder, or the folder itself."""
    given = whole_folder(Path(path)) or Path(path)
    inside = (whole_folder(given / name) for name in MODELS)
    return next((found for found in inside if found is not None and (found / FILE).is_file()), given)


def _identity(task: Task) -> dict[str, Any]:
    return {"name": task.name, "version": task.version}
