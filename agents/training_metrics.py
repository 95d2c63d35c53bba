"""Numbers of a training run, as they come: one JSON object per line, TensorBoard, and Weights & Biases if asked."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.jsonl import read_rows

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FILE, BOARDS = "metrics.jsonl", "tensorboard"
Metrics = dict[str, float]
"""Numbers of one step, by name."""


class MetricsWriter:
    """Writes metrics of one run.

    A resumed run goes on where its checkpoint ends: what was written after that is cut off.

    Args:
        folder: The run's folder.
        resume_at: Length of the file to keep, from `position`; None for a new run.
        wandb: Whether to send them to Weights & Biases too.
        config: What W&B shows as the run's configuration.
    """

    def __init__(
        self,
        folder: Path,
        *,
        resume_at: int | None = None,
        wandb: bool = False,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self._path = folder / FILE
        self._path.touch()
        with self._path.open("r+b") as file:
            file.truncate(resume_at or 0)
        self._purge = {row["stage"]: row["step"] + 1 for row in _rows(folder)}
        self._folder = folder / BOARDS
        # Those of an earlier run are opened now, so that points after the checkpoint go even if no new ones come.
        known = sorted(path.name for path in self._folder.iterdir()) if self._folder.is_dir() else []
        self._boards = {stage: self._board(stage) for stage in known}
        self._wandb = _start_wandb(folder, config) if wandb else None

    def write(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        """Adds one row. `step` counts from 0 within the stage."""
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"stage": stage, "step": step, **finite}) + "\n")
        board = self._boards.get(stage) or self._boards.setdefault(stage, self._board(stage))
        for name, value in values.items():
            board.add_scalar(name, value, step)
        if self._wandb is not None:
            self._wandb.log({f"{stage}/{name}": value for name, value in values.items()})

    def _board(self, stage: str) -> "SummaryWriter":
        from torch.utils.tensorboard import SummaryWriter

        return SummaryWriter(str(self._folder / stage), purge_step=self._purge.get(stage, 0))

    @property
    def position(self) -> int:
        """Bytes written so far."""
        return self._path.stat().st_size

    def close(self) -> None:
        """Writes out what is buffered."""
        for board in self._boards.values():
            board.close()
        if self._wandb is not None:
            self._wandb.finish()


def read_metrics(folder: Path, stage: str) -> list[dict[str, Any]]:
    """The rows of a stage."""
    return [row for row in _rows(folder) if row["stage"] == stage]


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    return (row for _, row in read_rows(folder / FILE, what="metrics", torn=True))


def _start_wandb(folder: Path, config: Mapping[str, Any] | None) -> Any:
    try:
        import wandb
    except ImportError:
        raise ConfigurationError(
            "Expected Weights & Biases to be installed for --wandb, but it is not. "
            "Run: pip install 'dialogue_gym[wandb]'"
        ) from None
    return wandb.init(project="dialogue_gym", name=folder.name, dir=str(folder), config=dict(config or {}))
