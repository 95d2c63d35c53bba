"""Run folders: each run has its own, and what is written there is whole."""

from pathlib import Path

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import RUN_FILE, new_run_folder, read_options, write_document


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
