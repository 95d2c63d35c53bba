"""Logged episodes of numeric views: what they hold, as JSONL and as Minari datasets, and what is refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.cli import main
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.minari_logs import read_minari, write_minari
from dialogue_gym.numeric_logs import LoggedEpisode, read_episodes, record_episodes, write_episodes
from tests.guess_colour import ACTS, TEXT


def same(one: LoggedEpisode, other: LoggedEpisode) -> bool:
    arrays = ("observations", "action_masks", "actions", "rewards")
    return (
        all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and one.truncated == other.truncated
        and one.details == other.details
    )


def test_an_episode_is_what_the_environment_plays_again() -> None:
    for episode in record_episodes(ACTS, 30, agent="random", seed=3):
        env = gym.make(ACTS)
        observation, info = env.reset(options={"scenario": episode.details["scenario"]})
        for turn, action in enumerate(episode.actions.tolist()):
            np.testing.assert_array_equal(episode.observations[turn], observation)
            np.testing.assert_array_equal(episode.action_masks[turn], info["action_mask"])
            observation, reward, terminated, truncated, info = env.step(action)
            assert episode.rewards[turn] == reward
        np.testing.assert_array_equal(episode.observations[-1], observation)
        assert terminated or truncated
        assert episode.truncated == truncated
        assert episode.details["outcome"] == info["outcome"]


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_a_log_comes_back_bit_by_bit(name: str, tmp_path: Path) -> None:
    env = "dialogue_gym/SentimentMonitorActs-v0"
    episodes = list(record_episodes(env, 2, agent="random"))
    assert write_episodes(tmp_path / name, episodes) == 2
    for one, other in zip(episodes, read_episodes(tmp_path / name), strict=True):
        np.testing.assert_array_equal(one.observations, other.observations)
        assert same(one, other)


def test_a_minari_dataset_holds_the_same_and_recovers_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    minari = pytest.importorskip("minari")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    env, name, kwargs = "dialogue_gym/RecommendationActs-v0", "dialogue_gym/recommendation/random-v0", {"max_turns": 3}
    episodes = list(record_episodes(env, 12, agent="random", env_kwargs=kwargs))
    assert write_minari(name, episodes, env, kwargs) == 12
    for one, other in zip(episodes, read_minari(name), strict=True):
        assert same(one, other)
    dataset = minari.load_dataset(name)
    assert dataset.total_steps == sum(len(each.rewards) for each in episodes)
    assert dataset.recover_environment().spec.kwargs == kwargs
    argv = ["data", "minari", "--env", ACTS, "--agent", "random", "--episodes", "3", "--dataset"]
    assert main([*argv, name]) == 2
    assert "Expected the id of a new Minari dataset, but" in capsys.readouterr().err
    assert main([*argv, "no version"]) == 2
    assert "Expected the id of a Minari dataset" in capsys.readouterr().err
    with pytest.raises(CorpusError, match="Expected a Minari dataset on this machine, got 'nothing-v0'"):
        list(read_minari("nothing-v0"))


def test_text_views_have_chat_logs() -> None:
    with pytest.raises(ConfigurationError, match="Expected the id of a numeric view to log its episodes"):
        next(record_episodes(TEXT, 1, agent="random"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rewards": []}, "expected T ≥ 1 actions and rewards, and T . 1 observations"),
        ({"actions": ["guess"]}, "line 1: expected actions to be numbers"),
        ({"observations": [0.0, 1.0]}, "line 1: expected observations of another shape"),
        ({"view": None}, "view is missing. Chat logs are for language models"),
    ],
    ids=["rewards", "actions", "observations", "view"],
)
def test_broken_lines_are_named(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    write_episodes(path, record_episodes(ACTS, 1, agent="random"))
    row = {**json.loads(path.read_text(encoding="utf-8")), **change}
    path.write_text(json.dumps({name: value for name, value in row.items() if value is not None}))
    with pytest.raises(CorpusError, match=message):
        list(read_episodes(path))


def test_missing_empty_and_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"Expected a file of logged episodes .* at nowhere"):
        list(read_episodes("nowhere"))
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(CorpusError, match="expected at least one episode, got none"):
        list(read_episodes(tmp_path / "empty.jsonl"))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 100)[:-9])
    with pytest.raises(CorpusError):
        list(read_episodes(tmp_path / "cut.jsonl.gz"))
    (tmp_path / "text.jsonl").write_text("hello\n")
    with pytest.raises(CorpusError, match=r"text.jsonl, line 1: expected a JSON object"):
        list(read_episodes(tmp_path / "text.jsonl"))


def test_agents_are_trained_from_a_log_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, run = tmp_path / "episodes.jsonl.gz", tmp_path / "run"
    assert main(["data", "episodes", "--env", ACTS, "--agent", "random", "--episodes", "40", "--out", str(log)]) == 0
    assert "40 episodes, mean return" in capsys.readouterr().out
    argv = ["train", "cql", "--env", ACTS, "--out", str(run), "--eval-episodes", "5", "--steps", "40"]
    assert main(argv) == 2
    assert "Expected --logs with cql, got none" in capsys.readouterr().err
    assert main([*argv, "--logs", str(log)]) == 0
    assert main(["train", "qlearning", "--env", ACTS, "--logs", str(log)]) == 2
    takers = "sft, ppo, reinforce on a text view and bc, cql on a numeric view"
    assert f"got --logs, which is of {takers}" in capsys.readouterr().err
    assert main(["train", "bc", "--env", TEXT, "--logs", str(log)]) == 2
    assert "Expected the id of a numeric view" in capsys.readouterr().err
    assert main(["data", "episodes", "--env", ACTS, "--out", str(log)]) == 2
    assert "Expected --out to be a new file" in capsys.readouterr().err
