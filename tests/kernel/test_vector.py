"""The native vector's own matters, on a small task; that it equals single environments is tested for every one."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from dialogue_gym.errors import ConfigurationError, EpisodeOverError
from tests.guess_colour import COLOURS


def right(vector):
    return [f"{episode.colour}?" for episode in vector.episodes]


@pytest.mark.parametrize("mode", [*AutoresetMode, "next_step", "same_step", "disabled", "NextStep"], ids=str)
def test_the_mode_may_be_a_name_or_gymnasiums_own(make_vec, mode):
    vector = make_vec(autoreset_mode=mode)
    assert isinstance(vector.metadata["autoreset_mode"], AutoresetMode)


def test_metadata_are_each_instances_own(make_vec):
    one, other = make_vec(autoreset_mode="same_step"), make_vec(autoreset_mode="disabled")
    assert one.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert other.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    assert "autoreset_mode" not in type(one).metadata


def test_next_step_begins_anew_one_step_later(make_vec):
    vector = make_vec(num_envs=2)
    vector.reset(seed=1)
    actions = right(vector)
    _, rewards, terminated, _, infos = vector.step([actions[0], "hm"])
    assert rewards.tolist() == [0.9, -0.1]
    assert terminated[0]
    assert infos["outcome"]["success"][0]
    observations, rewards, terminated, truncated, infos = vector.step(["red?", "hm"])
    assert observations[0] == "What is my colour?"
    assert (rewards[0], terminated[0], truncated[0]) == (0.0, False, False)
    assert vector.last_steps[0] is None
    assert "reward_terms" not in vector.infos[0]
    assert not infos["_reward_terms"][0]
    assert infos["_instructions"].tolist() == [True, False]


def test_same_step_hands_the_end_over_beside_the_beginning(make_vec):
    vector = make_vec(num_envs=2, autoreset_mode="same_step")
    vector.reset(seed=1)
    observations, rewards, terminated, _, infos = vector.step([right(vector)[0], "hm"])
    assert terminated.tolist()[0]
    assert observations[0] == "What is my colour?"
    assert rewards[0] == 0.9
    assert infos["final_obs"].tolist() == ["Yes!", None]
    assert infos["final_info"]["outcome"]["success"].tolist() == [True, False]
    assert infos["final_info"]["_outcome"].tolist() == [True, False]
    assert vector.last_steps[0].outcome["success"]
    assert vector.episodes[0].turn == 0


def test_disabled_waits_for_a_reset_of_the_ended_rows(make_vec):
    vector = make_vec(num_envs=2, autoreset_mode="disabled")
    vector.reset(seed=1)
    vector.step([right(vector)[0], "hm"])
    with pytest.raises(EpisodeOverError, match="reset_mask"):
        vector.step(["hm", "hm"])
    assert vector.episodes[1].turn == 1
    second = vector.episodes[1].dialogue
    _, infos = vector.reset(options={"reset_mask": np.array([True, False]), "scenario": [4, 99]})
    assert vector.episodes[0].dialogue.scenario == 4
    assert vector.episodes[1].dialogue is second
    assert infos["_messages"].tolist() == [True, False]
    vector.step(["hm", "hm"])
    assert vector.episodes[1].turn == 2


def test_none_on_a_running_row_is_refused(make_vec):
    vector = make_vec(num_envs=2, autoreset_mode="disabled")
    vector.reset(seed=1)
    with pytest.raises(TypeError, match="str"):
        vector.step(["hm", None])


def test_the_first_reset_begins_all_rows(make_vec):
    vector = make_vec(num_envs=2)
    with pytest.raises(ConfigurationError, match="leave reset_mask out"):
        vector.reset(options={"reset_mask": np.array([True, False])})
    vector.reset(options={"reset_mask": np.array([True, True])})


def test_rows_have_generators_of_their_own(make_vec):
    one, other = make_vec(num_envs=3), make_vec(num_envs=3)
    one.reset(seed=[5, 6, 7])
    other.reset(seed=5)
    assert [e.dialogue.scenario for e in one.episodes] == [e.dialogue.scenario for e in other.episodes]
    one.step([*right(one)[:1], "hm", "hm"])  # row 0 ends and draws again; the others are not shifted
    one.reset()
    other.reset()
    assert [e.dialogue.scenario for e in one.episodes][1:] == [e.dialogue.scenario for e in other.episodes][1:]


def test_numeric_rows(make_vec):
    vector = make_vec("acts", num_envs=2)
    observations, infos = vector.reset(seed=3)
    assert observations.shape == (2, 4)
    assert observations.dtype == np.float32
    assert infos["action_mask"].shape == (2, 6)
    others = [next(i for i, c in enumerate(COLOURS) if c != episode.colour) for episode in vector.episodes]
    observations, *_ = vector.step(np.array(others))
    assert observations[np.arange(2), others].tolist() == [
        float(episode.stop_reason is None) for episode in vector.episodes
    ]


def test_abandoned_rows_are_left_alone_until_they_are_reset(make_vec):
    vector = make_vec(num_envs=2, autoreset_mode="disabled")
    vector.reset(seed=1)
    vector.abandon([1])
    _, rewards, terminated, truncated, _ = vector.step(["hm", None])
    assert (rewards[1], terminated[1], truncated[1], vector.infos[1]) == (0.0, False, False, None)
    assert [episode.turn for episode in vector.episodes] == [1, 0]
    vector.reset(options={"reset_mask": np.array([False, True])})
    vector.step(["hm", "hm"])
    assert [episode.turn for episode in vector.episodes] == [2, 1]
    with pytest.raises(ConfigurationError, match="autoreset_mode='disabled'"):
        make_vec(num_envs=2, autoreset_mode="same_step").abandon([0])
