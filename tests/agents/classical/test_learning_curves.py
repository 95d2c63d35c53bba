"""`benchmarks/learning_curves.py`: the interquartile mean and its band by hand, and runs that cannot be compared."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue_gym.cli import main
from dialogue_gym.errors import ConfigurationError
from tests.guess_colour import ACTS


@pytest.fixture(scope="module")
def curves() -> Any:
    path = Path(__file__).parents[3] / "benchmarks" / "learning_curves.py"
    spec = spec_from_file_location("learning_curves", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lowest_and_the_highest_quarter_are_left_out(curves: Any) -> None:
    values = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0], [30.0, 9.0]])
    assert curves.iqm(values).tolist() == [1.5, 5.0]
    assert curves.iqm(values[:3]).tolist() == [1.0, 5.0], "of three seeds nothing is left out"


def test_the_band_holds_the_mean_and_is_as_wide_as_the_seeds_differ(curves: Any) -> None:
    low, high = curves.band(np.array([[0.4, 0.1], [0.4, 0.5], [0.4, 0.6], [0.4, 0.7], [0.4, 0.9]]))
    assert low[0] == high[0] == pytest.approx(0.4)
    assert 0.1 < low[1] < 0.6 < high[1] < 0.9


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folders = []
    for seed in (0, 1):
        folder = tmp_path_factory.mktemp("runs") / "q"
        sizes = ["--steps", "200", "--num-envs", "2", "--eval-every", "100", "--eval-episodes", "6"]
        assert main(["train", "qlearning", "--env", ACTS, "--seed", str(seed), "--out", str(folder), *sizes]) == 0
        folders.append(folder)
    return folders


def test_runs_become_a_table_and_a_picture(curves: Any, runs: list[Path], tmp_path: Path) -> None:
    found = curves.read_curves(runs, "success")
    assert found["qlearning"].steps == [100, 200]
    assert found["qlearning"].values.shape == (2, 2)
    lines = list(curves.table(found, "success"))
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| qlearning", "| null", "| random", "| oracle"]
    assert "1.00 (" in lines[-1]
    curves.plot(found, "success", tmp_path / "curves.svg")
    assert "<svg" in (tmp_path / "curves.svg").read_text(encoding="utf-8")


def test_runs_that_cannot_be_compared_are_refused(curves: Any, runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Expected runs of different seeds, got 0 of qlearning twice"):
        curves.read_curves([runs[0], runs[0]], "success")
    with pytest.raises(ConfigurationError, match="Expected a run on a numeric view"):
        curves.read_curves([tmp_path], "success")
    sizes = ["--steps", "100", "--num-envs", "2", "--eval-every", "100", "--eval-episodes", "0"]
    other = ["train", "qlearning", "--env", ACTS, "--seed", "2", "--out", str(tmp_path / "q"), *sizes]
    assert main(other) == 0
    with pytest.raises(ConfigurationError, match="Expected runs with the same qlearning"):
        curves.read_curves([runs[0], tmp_path / "q"], "success")
