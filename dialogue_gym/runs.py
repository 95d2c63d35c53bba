"""Run folders, of any command and any agent: what was asked for, and files and folders written whole or not at all.

    folder = new_run_folder("runs/mine")        # or runs/mine-2, ...: no run writes into another's folder
    write_document(folder, {"seed": 0})         # run.json: options, versions, the exact command
    write_folder(folder / "model", model.save)  # in place of an older one
    whole_folder(folder / "model")              # the last whole one, whenever the writer was killed

What a run of one kind of agent holds besides is told where it is trained.
"""

import json
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.play import versions
from dialogue_gym.evaluation.results import to_json

RUN_FILE = "run.json"


def new_run_folder(path: str | Path) -> Path:
    """Makes `path`, or `path-2`, ... where it is taken: a run never writes into another's folder."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            candidate = path if number == 1 else path.with_name(f"{path.name}-{number}")
            try:
                candidate.mkdir()
                return candidate
            except FileExistsError:
                number += 1
    except OSError as error:
        raise ConfigurationError(
            f"Expected a place for a new folder at {path}, got {error.strerror}. Name another with --out."
        ) from None


def write_document(folder: Path, options: Mapping[str, Any]) -> None:
    """Writes down a run: options, versions, the exact command."""
    document = {
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "options": options,
        "versions": versions(),
    }
    write_text(folder / RUN_FILE, to_json(document, indent=2) + "\n")


def read_options(folder: Path) -> dict[str, Any] | None:
    """The options that `write_document` wrote; None where the folder holds no run."""
    try:
        options: dict[str, Any] = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))["options"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return options


def other_version(folder: Path, error: Exception) -> ConfigurationError:
    """Says that a run's options are not those of this version, as an error shows that came of reading them."""
    return ConfigurationError(
        f"Expected the options of this version in {str(folder / RUN_FILE)!r}, got others ({type(error).__name__}: "
        f'{error}). Go on with the version that it was made by (its "versions" say which), or begin a new run.'
    )


def write_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    partial = _beside(path, "partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def write_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Writes a folder whole or not at all, in place of an older one.

    Wherever the process is killed, also again and again, `whole_folder` finds this folder or the older one.

    Args:
        path: Where it is to be.
        fill: Writes into the folder that it is given.
    """
    fill(begin_folder(path))
    finish_folder(path)


def begin_folder(path: Path) -> Path:
    """Makes `partial_folder`, empty, and gives it: to be filled, and then put in its place by `finish_folder`."""
    partial = partial_folder(path)
    _remove(partial)
    partial.mkdir()
    return partial


def partial_folder(path: Path) -> Path:
    """Where a folder lies while it is being filled: beside `path`."""
    return _beside(path, "partial")


def finish_folder(path: Path) -> None:
    """Puts the folder that `begin_folder` made, whole by now, in the place of an older one."""
    old = _beside(path, "old")
    if path.exists():  # and is whole, else what a kill has left as the old one is all that there is
        _remove(old)
        path.rename(old)
    partial_folder(path).rename(path)
    _remove(old)


def whole_folder(path: Path) -> Path | None:
    """Where the folder is that was written to `path` last: beside it, if a kill came between two renames."""
    return next((found for found in (path, _beside(path, "old")) if found.is_dir()), None)


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
