"""Run folders: each run has its own, and what is written there is whole."""

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import (
    RUN_FILE,
    new_run_folder,
    partial_folder,
    read_options,
    whole_folder,
    write_document,
    write_folder,
    write_text,
)


def test_run_folders_are_never_shared(tmp_path: Path) -> None:
    made = [new_run_folder(tmp_path / "runs" / "mine").name for _ in range(3)]
    assert made == ["mine", "mine-2", "mine-3"]


def test_a_run_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="Expected a place for a new folder"):
        new_run_folder(tmp_path / "file" / "run")


def test_a_run_says_what_was_asked_for(tmp_path: Path) -> None:
    write_document(tmp_path, {"seed": 3})
    assert read_options(tmp_path) == {"seed": 3}
    assert {path.name for path in tmp_path.iterdir()} == {RUN_FILE}


@pytest.mark.parametrize("text", ["", "[]", "{}", "no JSON"])
def test_what_is_no_run_has_no_options(text: str, tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_text(text)
    assert read_options(tmp_path) is None
    assert read_options(tmp_path / "nowhere") is None


FILES = ("first", "second")


class KilledError(Exception):
    """Stands in for a kill."""


def fill_with(version: int, step: Callable[[], None] = lambda: None) -> Callable[[Path], None]:
    """Fills a folder with files that say their version."""

    def fill(folder: Path) -> None:
        for name in FILES:
            step()
            (folder / name).write_text(str(version))

    return fill


class Disk:
    """What a write does to the disk, step by step; killed before one of the steps, a removal in the midst of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kill: int | None) -> None:
        self.steps, self.kill = 0, kill
        self.patch = monkeypatch
        self._wrap(Path, "rename")
        self._wrap(Path, "mkdir")
        self._wrap(shutil, "rmtree")

    def step(self) -> None:
        self.steps += 1
        if self.steps - 1 == self.kill:
            raise KilledError

    def _wrap(self, owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def stepwise(path: Path, *arguments: Any) -> Any:
            if name == "rmtree":
                self.step()
                for file in sorted(path.iterdir())[:1]:
                    file.unlink()
            self.step()
            return original(path, *arguments)

        self.patch.setattr(owner, name, stepwise)


def write_version(path: Path, version: int, monkeypatch: pytest.MonkeyPatch, kill: int | None = None) -> int:
    """Writes a folder, perhaps killed; gives the number of steps that were made."""
    with monkeypatch.context() as patch:
        disk = Disk(patch, kill)
        try:
            write_folder(path, fill_with(version, disk.step))
        except KilledError:
            assert kill is not None
        return disk.steps


def version_of(path: Path) -> int:
    """The version of what is found, whole."""
    found = whole_folder(path)
    assert found is not None, "some whole copy is always there"
    (version,) = {(found / name).read_text() for name in FILES}
    return int(version)


STEPS = 12
"""More than any write has, with what others left behind; a kill that comes too late is none."""


def test_a_write_has_so_many_steps_to_be_killed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert write_version(tmp_path / "model", 0, monkeypatch) == 4, "mkdir, two files, rename"
    assert write_version(tmp_path / "model", 1, monkeypatch) == 7, "and the old one set aside and removed, in two steps"


def test_wherever_two_writers_are_killed_the_last_whole_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kills in product(range(STEPS), repeat=2):
        path = tmp_path / str(kills) / "model"
        path.parent.mkdir()
        write_version(path, 0, monkeypatch)
        last = 0
        for version, kill in enumerate(kills, 1):
            steps = write_version(path, version, monkeypatch, kill)
            assert steps < STEPS
            found = version_of(path)
            assert found in (last, version), f"never anything older than the last: {kills}"
            assert found == version or steps == kill + 1, f"what ran to its end is there: {kills}"
            last = found
        write_version(path, 9, monkeypatch)
        assert version_of(path) == 9
        assert [each.name for each in path.parent.iterdir()] == ["model"], f"nothing is left beside it: {kills}"


def test_a_filling_that_fails_leaves_the_older_folder_even_where_a_kill_had_set_it_aside(tmp_path: Path) -> None:
    path, old = tmp_path / "model", tmp_path / "model.old"

    def fail(folder: Path) -> None:
        (folder / FILES[0]).write_text("9")
        raise KilledError

    write_folder(path, fill_with(1))
    path.rename(old)  # as a kill between the two renames leaves it
    for _ in range(2):
        with pytest.raises(KilledError):
            write_folder(path, fail)
        assert version_of(path) == 1
    assert whole_folder(path) == old
    write_folder(path, fill_with(2))
    assert (whole_folder(path), version_of(path)) == (path, 2)
    assert not old.exists()


def test_what_was_never_whole_is_not_found(tmp_path: Path) -> None:
    partial_folder(tmp_path / "model").mkdir()
    assert whole_folder(tmp_path / "model") is None


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "table.json", "old")
    with monkeypatch.context() as patch:
        patch.delattr(Path, "replace")  # a kill before the file is put in place
        with pytest.raises(AttributeError):
            write_text(tmp_path / "table.json", "new")
    assert (tmp_path / "table.json").read_text() == "old"
