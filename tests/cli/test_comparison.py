"""The table after training, where some agents cannot play to the end."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.agents import factory
from dialogue_gym.agents.scripted.null import NullAgent
from dialogue_gym.cli.comparison import compare
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import read_results
from tests.guess_colour import TEXT


class GivesUp(NullAgent):
    """Does nothing for some turns, and then finds that it cannot play."""

    turns = 0

    def act(self, observations: Any, infos: Any) -> list[Any]:
        self.turns += 1
        if self.turns > 12:
            raise ConfigurationError("not like this")
        return super().act(observations, infos)


def table_of(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The table where an agent of this name gives up."""
    monkeypatch.setitem(factory._SCRIPTED, name, lambda seat, seed: GivesUp(seat))
    compare({name: name}, TEXT, folder, env_kwargs={}, scenarios=20, seed=0, batch=4)
    return json.loads((folder / "table.json").read_text(encoding="utf-8"))["agents"]


def test_an_agent_that_gives_up_leaves_no_episodes_in_table_and_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(tmp_path, "quitter", monkeypatch)
    assert set(table) == {"null", "random", "oracle"}
    assert {row.agent for row in read_results(tmp_path / "episodes.jsonl")} == set(table)
    assert "quitter is left out: not like this" in capsys.readouterr().err
    assert "normalised" in table["random"]


def test_the_document_has_the_metrics_that_the_task_declares(tmp_path: Path) -> None:
    env = "dialogue_gym/SentimentClassification-v0"
    compare({"tfidf": "tfidf"}, env, tmp_path, env_kwargs={}, scenarios=12, seed=0, batch=4)
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["agents"]
    assert any(name.endswith("_macro_f1") for name in table["tfidf"])


def test_without_an_anchor_there_is_no_normalised_score_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(tmp_path, "oracle", monkeypatch)
    assert set(table) == {"null", "random"}
    assert "normalised" not in table["random"]
    assert "There is no normalised score: oracle could not play." in capsys.readouterr().err
