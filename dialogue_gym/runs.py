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


def write_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def write_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """Writes a folder whole or not at all, in place of an older one."""
    partial, old = path.with_name(path.name + ".partial"), path.with_name(path.name + ".old")
    for leftover in (partial, old):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir()
    fill(partial)
    if path.exists():
        path.rename(old)
    partial.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def whole_folder(path: Path, file: str) -> Path | None:
    """What `write_folder` wrote last, told by a file in it: the old one, if a kill came between two renames."""
    return next((found for found in (path, path.with_name(path.name + ".old")) if (found / file).is_file()), None)
