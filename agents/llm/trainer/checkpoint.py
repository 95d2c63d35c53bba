"""Where a run is, on disk: written between iterations, whole or not at all.

    checkpoint/engine/...      weights and optimizer state, by DeepSpeed
    checkpoint/state.json      stage, step, KL weight, length of the metrics file, ranks and threads

A new checkpoint is written beside the old one, which is only removed once the new one is in place: `dialogue_gym.runs`.
"""

import json
from pathlib import Path
from typing import Any

import torch

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import begin_folder, finish_folder, partial_folder, whole_folder

NAME, STATE = "checkpoint", "state.json"


def save_checkpoint(folder: Path, engine: Engine, state: dict[str, Any]) -> None:
    """Writes engine and state. All ranks call it."""
    partial = partial_folder(folder / NAME)
    if engine.rank == 0:
        begin_folder(folder / NAME)
    _distributed.barrier()
    engine.save_state(partial)
    _distributed.barrier()
    if engine.rank == 0:
        whole = {**state, "ranks": engine.ranks, "threads": torch.get_num_threads(), "zero": engine.zero_stage}
        (partial / STATE).write_text(json.dumps(whole, indent=2), encoding="utf-8")
        finish_folder(folder / NAME)
    _distributed.barrier()


def read_state(folder: Path) -> dict[str, Any] | None:
    """The state of the last checkpoint; None where there is none."""
    found = whole_folder(folder / NAME)
    if found is None:
        return None
    state: dict[str, Any] = json.loads((found / STATE).read_text(encoding="utf-8"))
    return state


def load_checkpoint(folder: Path, engine: Engine) -> None:
    """Puts the last checkpoint into the engine. All ranks call it.

    Raises:
        ConfigurationError: There is none, or it was written by another number of processes or ZeRO stage.
    """
    found, state = whole_folder(folder / NAME), read_state(folder)
    if found is None or state is None:
        raise ConfigurationError(f"Expected a checkpoint in {folder}, found none. Start the run anew.")
    for name, now in (("ranks", engine.ranks), ("zero", engine.zero_stage)):
        if state[name] != now:
            raise ConfigurationError(
                f"Expected to resume with {name} {state[name]}, as the checkpoint in {folder} was written, got {now}. "
                "Resume with the same --num-processes and --zero."
            )
    engine.load_state(found)
