"""Results on disk: one JSON object per episode and line, in a run's folder (see `dialogue_gym.runs`).

runs/evaluate-rule/episodes.jsonl      one row per episode, written as it ends
runs/evaluate-rule/summary.json        the table, with the settings and versions that made it
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from dialogue_gym.episode import Message
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.jsonl import cut_torn_line, read_rows

EPISODES = "episodes.jsonl"
"""The file of a run's folder that has its results."""


class IncomparableError(ConfigurationError):
    """Results of different task sets: their numbers say nothing about each other."""


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """One played episode.

    Attributes:
        env: The environment's id.
        view: "text" or "numeric".
        env_kwargs: The arguments it was made with; objects as their names.
        task: The task's "name", "version" and "content_hash": the task set.
        split: "train", "val" or "test".
        scenario: The scenario's index in the split.
        trial: Which repetition.
        agent: The agent's name.
        seed: The seed of the agent's draws.
        episode_return: Sum of rewards.
        task_return: Sum of the task's default rewards: the same, unless another reward was plugged in.
        reward_parts: Sum of each part of the reward.
        turn_rewards: The parts of each turn's reward; their sum, "raw/" ones left out, is the turn's reward.
        turns: Number of the agent's turns.
        stop_reason: Why it ended.
        outcome: The measured outcome.
        transcript: The chat messages; one "assistant" message per turn.
        thoughts: What the agent thought at each turn, if it says so: nobody in the dialogue hears it.
        turn_weights: 1 for each turn, or 0 where the agent says that it was a mistake, if it says anything.
        seconds: Wall time: its share of the batch's steps.
        versions: Versions of what the numbers may depend on.
    """

    env: str
    view: str
    env_kwargs: dict[str, Any]
    task: dict[str, Any]
    split: str
    scenario: int
    trial: int
    agent: str
    seed: int
    episode_return: float
    task_return: float
    reward_parts: dict[str, float]
    turn_rewards: list[dict[str, float]]
    turns: int
    stop_reason: str
    outcome: dict[str, Any]
    transcript: list[Message]
    thoughts: list[str]
    turn_weights: list[int]
    seconds: float
    versions: dict[str, str]

    @property
    def pair(self) -> tuple[int, int]:
        """(scenario, trial): what was played."""
        return self.scenario, self.trial


_FIELDS = {field.name for field in fields(EpisodeResult)}


class ResultWriter:
    """Appends rows to a JSONL file, each as soon as it is there: an interrupted run keeps what it has.

    Args:
        path: The file; made if it does not exist.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._file: TextIO | None = None

    def __enter__(self) -> "ResultWriter":
        cut_torn_line(self.path)
        # A lone surrogate, which UTF-8 has no bytes for, becomes the escape that JSON has for it.
        self._file = self.path.open("a", encoding="utf-8", errors="backslashreplace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None
        self._file.close()

    def write(self, row: EpisodeResult) -> None:
        """Adds one row."""
        assert self._file is not None, "a writer is used in a with statement"
        self._file.write(to_json(asdict(row)) + "\n")
        self._file.flush()


def read_results(path: str | Path) -> list[EpisodeResult]:
    """The rows that a `ResultWriter` wrote. A last line that a kill has cut short is left out.

    Args:
        path: The file, or the run's folder with its `EPISODES`.

    Raises:
        CorpusError: The file is missing, or a line is not such a row.
    """
    path = Path(path)
    return list(_read(path / EPISODES if path.is_dir() else path))


def _read(path: Path) -> Iterator[EpisodeResult]:
    for where, row in read_rows(path, what="results", torn=True):
        if set(row) != _FIELDS:
            wrong = sorted(set(row) ^ _FIELDS)
            raise CorpusError(
                f"{where}: expected the entries of an EpisodeResult, these differ: {wrong}. "
                "Was it written by another version?"
            )
        yield EpisodeResult(**row)


def check_comparable(rows: Iterable[EpisodeResult]) -> None:
    """Refuses rows that were not played on one task set.

    Raises:
        IncomparableError: They differ in the task's name, version or content, or in the split.
    """
    seen: dict[tuple[Any, ...], EpisodeResult] = {}
    for row in rows:
        seen.setdefault((*(row.task[k] for k in ("name", "version", "content_hash")), row.split), row)
    if len(seen) > 1:
        first, second = list(seen)[:2]
        raise IncomparableError(
            "Expected results of one task set (task, version, content hash, split), got "
            f"{first} from agent {seen[first].agent!r} and {second} from agent {seen[second].agent!r}. "
            "Play them again with one version and the same arguments."
        )


def to_json(value: Any, indent: int | None = None) -> str:
    """Strict JSON: NumPy numbers as numbers, numbers that are not finite as null."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def describe(value: Any) -> Any:
    """An argument as JSON: objects and functions by their names."""
    if isinstance(value, Mapping):
        return {str(name): describe(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [describe(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}:{named.__qualname__}"
