import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue_gym.agents.llm.trajectory import End, Trajectory, load_trajectories, save_trajectories
from dialogue_gym.errors import ConfigurationError

EOS = 2


def example(**changes: Any) -> Trajectory:
    """Prompt 0-2, turn 3-4, heard 5, turn 6-8, closing 9."""
    fields: dict[str, Any] = {
        "tokens": np.array([7, 8, EOS, 5, EOS, 9, 6, EOS, 6, EOS]),
        "turns": np.array([[3, 5], [6, 9]]),
        "logprobs": np.array([-1.0, -2.0, -3.0, -4.0, -5.0], np.float32),
        "values": np.array([0.1, 0.2, 0.3, 0.4, 0.5], np.float32),
        "rewards": np.array([0.5, -1.0], np.float32),
        "end": End.TERMINATED,
        "finished": np.array([True, False]),
        "scenario": 4,
        "trial": 1,
        "dialogue": 11,
        "info": {"outcome": {"success": True}, "messages": [{"role": "user", "content": "h\u00e9 \U0001f642"}]},
    }
    return Trajectory(**fields | changes)


def test_action_tokens_are_those_of_turns() -> None:
    t = example()
    assert t.action_positions.tolist() == [3, 4, 6, 7, 8]
    assert t.total_reward == -0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"turns": np.zeros((0, 2), np.int64)}, "at least one turn"),
        ({"turns": np.array([[3, 3], [6, 9]])}, "non-empty turns"),
        ({"turns": np.array([[6, 9], [3, 5]])}, "in order"),
        ({"turns": np.array([[3, 5], [6, 11]])}, "within 10 tokens"),
        ({"turns": np.array([[0, 2], [6, 9]])}, "after at least one token"),
        ({"logprobs": np.zeros(4, np.float32)}, r"logprobs of shape \(5,\)"),
        ({"rewards": np.zeros(5, np.float32)}, r"rewards of shape \(2,\)"),
        ({"bootstrap_value": 0.5}, "never bootstraps"),
        ({"bootstrap_value": 0.5, "end": End.TRUNCATED}, "never bootstraps"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        example(**changes)


def test_a_cut_may_bootstrap() -> None:
    assert example(end=End.CUT, bootstrap_value=0.5).bootstrap_value == 0.5


def test_a_logged_dialogue_has_no_scores() -> None:
    t = Trajectory.from_log([7, 8, 5, EOS, 9, 6, EOS], [(2, 4), (5, 7)], scenario=3)
    assert t.scenario == 3
    assert t.logprobs.tolist() == [0.0] * 4
    assert t.rewards.tolist() == [0.0, 0.0]


def test_saving_keeps_everything(tmp_path: Path) -> None:
    kept = [example(), example(end=End.CUT, bootstrap_value=0.25, info={}), example(dialogue=12)]
    save_trajectories(tmp_path / "t.safetensors", kept)
    loaded = load_trajectories(tmp_path / "t.safetensors")
    assert [p.name for p in tmp_path.iterdir()] == ["t.safetensors"]
    for one, other in zip(kept, loaded, strict=True):
        for name in ("tokens", "turns", "logprobs", "values", "rewards", "finished"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert getattr(one, name).dtype == getattr(other, name).dtype
        for name in ("end", "bootstrap_value", "scenario", "trial", "dialogue", "info"):
            assert getattr(one, name) == getattr(other, name)
        assert isinstance(other.end, End)


def test_a_pickle_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "t.safetensors").write_bytes(pickle.dumps([replace(example())]))
    with pytest.raises(Exception, match=r"[Hh]eader"):
        load_trajectories(tmp_path / "t.safetensors")
