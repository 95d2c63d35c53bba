"""Where a run is, on disk: written between iterations, whole or not at all.

    checkpoint/engine/...      weights and optimizer state, by DeepSpeed
    checkpoint/state.json      stage, step, KL weight, length of the metrics file, ranks and threads

A new checkpoint is written beside the old one, which is only removed once the new one is in place.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import torch

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import whole_folder

NAME, PARTIAL, OLD = "checkpoint", "checkpoint.partial", "checkpoint.old"
STATE = "state.json"


def save_checkpoint(folder: Path, engine: Engine, state: dict[str, Any]) -> None:
    """Writes engine and state. All ranks call it."""
    partial = folder / PARTIAL
    if engine.rank == 0:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
    _distributed.barrier()
    engine.save_state(partial)
    _distributed.barrier()
    if engine.rank == 0:
        whole = {**state, "ranks": engine.ranks, "threads": torch.get_num_threads(), "zero": engine.zero_stage}
        (partial / STATE).write_text(json.dumps(whole, indent=2), encoding="utf-8")
        _replace(folder)
    _distributed.barrier()


def read_state(folder: Path) -> dict[str, Any] | None:
    """The state of the last checkpoint; None where there is none."""
    found = _find(folder)
    if found is None:
        return None
    state: dict[str, Any] = json.loads((found / STATE).read_text(encoding="utf-8"))
    return state


def load_checkpoint(folder: Path, engine: Engine) -> None:
    """Puts the last checkpoint into the engine. All ranks call it.

    Raises:
        ConfigurationError: There is none, or it was written by another number of processes or ZeRO stage.
    """
    found, state = _find(folder), read_state(folder)
    if found is None or state is None:
        raise ConfigurationError(f"Expected a checkpoint in {folder}, found none. Start the run anew.")
    for name, now in (("ranks", engine.ranks), ("zero", engine.zero_stage)):
        if state[name] != now:
            raise ConfigurationError(
                f"Expected to resume with {name} {state[name]}, as the checkpoint in {folder} was written, got {now}. "
                "Resume with the same --num-processes and --zero."
            )
    engine.load_state(found)


def _replace(folder: Path) -> None:
    current, old = folder / NAME, folder / OLD
    shutil.rmtree(old, ignore_errors=True)
    if current.exists():
        current.rename(old)
    (folder / PARTIAL).rename(current)
    shutil.rmtree(old, ignore_errors=True)


def _find(folder: Path) -> Path | None:
    """The last whole checkpoint."""
    return whole_folder(folder / NAME, STATE)
