"""A run's folder: what was asked for, with what, and where it is.

runs/ppo-CustomerService-v0/
    run.json            options, versions, the exact command
    logs.jsonl.gz       dialogues that were imitated
    tiny/ sft/ model/   the model from scratch, after imitation, and after the last iteration
    metrics.jsonl       one row per step, also in tensorboard/
    checkpoint/         to resume from
    episodes.jsonl      evaluation, one row per episode; table.json sums them up
"""

import json
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from dialogue_gym.agents.llm.trainer.config import RlOptions, SftOptions, TrainOptions
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.play import versions
from dialogue_gym.evaluation.results import to_json

FILE = "run.json"


def write_run(folder: Path, options: TrainOptions) -> None:
    """Writes down what a new run is."""
    import deepspeed  # noqa: F401  (its version is written down)

    write_document(folder, plain_options(options))


def write_document(folder: Path, options: Mapping[str, Any]) -> None:
    """Writes down a run: options, versions, the exact command."""
    document = {
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "options": options,
        "versions": versions(),
    }
    write_text(folder / FILE, to_json(document, indent=2) + "\n")


def read_run(folder: Path) -> TrainOptions:
    """The options of a run.

    Raises:
        ConfigurationError: The folder holds no run.
    """
    try:
        saved = json.loads((folder / FILE).read_text(encoding="utf-8"))["options"]
    except (OSError, ValueError, KeyError):
        raise ConfigurationError(
            f"Expected the folder of a training run, with a {FILE}, got {str(folder)!r}. "
            "Name it as --resume runs/<name>."
        ) from None
    logs = saved["sft"].pop("logs")
    sft = SftOptions(**saved.pop("sft"), logs=None if logs is None else Path(logs))
    return TrainOptions(**{**saved, "sft": sft, "rl": RlOptions(**saved.pop("rl"))})


def plain_options(options: TrainOptions) -> dict[str, Any]:
    """Options as JSON."""
    logs = None if options.sft.logs is None else str(options.sft.logs)
    return {**asdict(options), "sft": {**asdict(replace(options.sft, logs=None)), "logs": logs}}


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
