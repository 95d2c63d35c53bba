"""Results on disk."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dialogue_gym.errors import CorpusError
from dialogue_gym.evaluation import (
    EpisodeResult,
    IncomparableError,
    ResultWriter,
    check_comparable,
    episode_list,
    play,
    read_results,
)
from dialogue_gym.evaluation.results import EPISODES, describe, to_json
from tests.guess_colour import TEXT


@pytest.fixture(scope="module")
def rows() -> list[EpisodeResult]:
    return list(play("random", TEXT, episode_list(6)))


def test_rows_survive_the_file(rows: list[EpisodeResult], tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    for part in (rows[:2], rows[2:]):
        with ResultWriter(path) as writer:
            for row in part:
                writer.write(row)
    assert read_results(path) == rows
    assert len(path.read_text().splitlines()) == 6


def test_every_row_is_on_disk_at_once(rows: list[EpisodeResult], tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    with ResultWriter(path) as writer:
        writer.write(rows[0])
        assert read_results(path) == rows[:1]


def test_a_row_cut_short_is_left_out_and_written_over(rows: list[EpisodeResult], tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    with ResultWriter(path) as writer:
        writer.write(rows[0])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:100])
    assert read_results(path) == rows[:1]
    with ResultWriter(path) as writer:
        writer.write(rows[1])
    assert read_results(path) == rows[:2]


def test_odd_characters_in_a_transcript_survive_the_file(rows: list[EpisodeResult], tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    odd = replace(rows[0], transcript=[{"role": "user", "content": "a\u2028b\x85c\r\nd\x1c\ud800"}])
    with ResultWriter(path) as writer:
        writer.write(odd)
    assert read_results(path) == [odd]


@pytest.mark.parametrize("line", ["{", "3", '{"env": "x"}'])
def test_a_wrong_line_is_named(line: str, rows: list[EpisodeResult], tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    with ResultWriter(path) as writer:
        writer.write(rows[0])
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(CorpusError, match=r"episodes\.jsonl, line 2: expected"):
        read_results(path)


def test_a_runs_folder_stands_for_its_results(rows: list[EpisodeResult], tmp_path: Path) -> None:
    with ResultWriter(tmp_path / EPISODES) as writer:
        writer.write(rows[0])
    assert read_results(tmp_path) == read_results(tmp_path / EPISODES) == rows[:1]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        read_results(tmp_path / "nowhere")


CHANGES: dict[str, Callable[[EpisodeResult], EpisodeResult]] = {
    "hash": lambda row: replace(row, task={**row.task, "content_hash": "other"}),
    "version": lambda row: replace(row, task={**row.task, "version": 99}),
    "name": lambda row: replace(row, task={**row.task, "name": "other"}),
    "split": lambda row: replace(row, split="val"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_results_of_different_task_sets_are_not_compared(change: str, rows: list[EpisodeResult]) -> None:
    check_comparable(rows)
    other = replace(CHANGES[change](rows[1]), agent="newer")
    with pytest.raises(IncomparableError, match=r"one task set .*from agent 'random'.*from agent 'newer'"):
        check_comparable([rows[0], other])


def test_json_is_strict() -> None:
    assert json.loads(
        to_json({"a": np.float32(0.5), "b": np.int64(3), "c": math.nan, "d": [np.bool_(True)], 5: ()})
    ) == {
        "a": 0.5,
        "b": 3,
        "c": None,
        "d": [True],
        "5": [],
    }


def test_arguments_are_described_by_name() -> None:
    described = describe({"reward": {"f": episode_list, "n": 1.0}, "corpus": Path("x"), "list": [None, "a"]})
    assert described["reward"] == {"f": "dialogue_gym.evaluation.play:episode_list", "n": 1.0}
    assert described["corpus"].endswith("Path")
    assert described["list"] == [None, "a"]
    json.dumps(described)
