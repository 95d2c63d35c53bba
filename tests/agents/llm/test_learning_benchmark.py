"""`benchmarks/learning.py` on the toy: the best of several, pooled seeds, paired differences, by hand."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from dialogue_gym.evaluation import EpisodeResult, episode_list, play
from tests.guess_colour import TEXT


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "learning.py"
    spec = importlib.util.spec_from_file_location("learning_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def played() -> list[EpisodeResult]:
    return list(play("random", TEXT, episode_list(2)))


def rows(played: list[EpisodeResult], *returns: float) -> list[EpisodeResult]:
    """One row a scenario with these returns; a success is a return above 0."""
    outcomes = [{**row.outcome, "success": value > 0} for row, value in zip(played, returns, strict=True)]
    return [
        replace(row, scenario=i, episode_return=value, outcome=outcome)
        for i, (row, value, outcome) in enumerate(zip(played, returns, outcomes, strict=True))
    ]


def test_of_several_dialogues_the_best_of_each_scenario_is_taken(
    benchmark: ModuleType, played: list[EpisodeResult]
) -> None:
    best = benchmark.best([rows(played, 1.0, -1.0), rows(played, 0.5, 2.0), rows(played, -3.0, -3.0)])
    assert [(row.scenario, row.episode_return) for row in best] == [(0, 1.0), (1, 2.0)]


def test_seeds_are_pooled_and_differences_paired(
    benchmark: ModuleType, played: list[EpisodeResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "MEASURES", ("success", "return"))
    before = {0: rows(played, 0.0, 1.0), 1: rows(played, 0.0, 0.0)}
    after = {0: rows(played, 1.0, 1.0), 1: rows(played, 0.0, 1.0)}
    assert benchmark.estimate(before, "success").mean == 0.25
    assert benchmark.estimate(after, "success").mean == 0.75
    gain = benchmark.difference(after, before, "success")
    assert (gain.mean, gain.low, gain.high) == (0.5, 0.5, 0.5), "half a success more on each of the two scenarios"
    lines = list(benchmark.table({"imitation": before, benchmark.LEARNED: after}))
    assert lines[2].startswith("| imitation | 0.25 (0.00 to 0.50) |")
    assert lines[2].endswith("| 0.50, 0.00 |")
    assert lines[-1].startswith("| reinforcement − imitation | 0.50 (0.50 to 0.50) |")
    greedy = benchmark.LEARNED + benchmark.GREEDY
    *_, sampled, likeliest = benchmark.table({"imitation": before, benchmark.LEARNED: after, greedy: before})
    assert sampled.startswith("| reinforcement − imitation | 0.50 (0.50 to 0.50) |")
    assert likeliest.startswith("| reinforcement, greedy − imitation | 0.00 (0.00 to 0.00) |")
