"""A vector environment is n single ones, cheaper."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError, DialogueGymError, EpisodeOverError
from dialogue_gym.rewards import Reward
from dialogue_gym.views import TextView

ROWS = 3
STEPS = 60
MODES = {
    "next_step": AutoresetMode.NEXT_STEP,
    "same_step": AutoresetMode.SAME_STEP,
    "disabled": AutoresetMode.DISABLED,
}


class Counting:
    """A reward that notes the sizes of its batches."""

    name = "counting"

    def __init__(self):
        self.batches = []

    def score(self, steps):
        self.batches.append(len(steps))
        return [Reward(1.0, {"counting": 1.0}) for _ in steps]


def choose(tools, views, step):
    """One action per row; for a row that has ended, one that would be wrong if it were played."""
    actions = []
    for i, view in enumerate(views):
        if view.dialogue.stop is None:
            actions.append(tools.choices["wandering"](view, Stream(key("tests.vector", i, step))))
        else:
            actions.append("<tool_call>" if isinstance(view, TextView) else 0)
    return actions


def row_of(observations, i):
    return observations[i]


def unstacked(infos, i):
    """Row i of stacked infos, by the presence masks."""
    row = {}
    for name, value in infos.items():
        if not name.startswith("_") and infos[f"_{name}"][i]:
            row[name] = unstacked(value, i) if isinstance(value, dict) else value[i]
    return row


def plain(info):
    """An info with numpy's scalars as Python's: what stacking does to numbers."""
    if isinstance(info, dict):
        return {name: plain(value) for name, value in info.items()}
    return info.item() if isinstance(info, np.generic) else info


@pytest.mark.parametrize("mode", MODES)
def test_a_vector_is_n_single_environments(env_id, mode, make, make_vec, tools):
    vector = make_vec(env_id, ROWS, autoreset_mode=mode, max_turns=7)
    assert vector.metadata["autoreset_mode"] is MODES[mode]
    assert vector.num_envs == ROWS
    singles = [make(env_id, max_turns=7) for _ in range(ROWS)]
    observations, infos = vector.reset(seed=40)
    starts = [env.reset(seed=40 + i) for i, env in enumerate(singles)]
    for i, (observation, info) in enumerate(starts):
        assert tools.same(row_of(observations, i), observation)
        assert tools.same(vector.infos[i], info)
        assert tools.same(plain(unstacked(infos, i)), plain(info))
    over = [False] * ROWS
    for step in range(STEPS):
        actions = choose(tools, [env.unwrapped.view for env in singles], step)
        if mode == "disabled" and any(over):
            turns = [episode.turn for episode in vector.episodes]
            with pytest.raises(EpisodeOverError, match=r"row \d .*reset_mask"):
                vector.step(actions)
            assert [episode.turn for episode in vector.episodes] == turns
            observations, _ = vector.reset(options={"reset_mask": np.array(over)})
            for i in np.flatnonzero(over):
                observation, info = singles[i].reset()
                assert tools.same(row_of(observations, i), observation)
                assert tools.same(vector.infos[i], info)
            assert all((vector.infos[i] is not None) == over[i] for i in range(ROWS))
            over = [False] * ROWS
            continue
        observations, rewards, terminated, truncated, infos = vector.step(actions)
        assert rewards.dtype == np.float64
        for i, env in enumerate(singles):
            if over[i]:  # next_step: the action is ignored, the row begins anew
                observation, info = env.reset()
                expected = (observation, 0.0, False, False, info)
                over[i] = False
            else:
                expected = env.step(actions[i])
                if expected[2] or expected[3]:
                    if mode == "same_step":
                        observation, info = env.reset()
                        final = {"final_obs": expected[0], "final_info": expected[4]}
                        expected = (observation, *expected[1:4], {**info, **final})
                    else:
                        over[i] = True
            got = (row_of(observations, i), float(rewards[i]), bool(terminated[i]), bool(truncated[i]))
            assert tools.same(got, expected[:4])
            assert tools.same(vector.infos[i], expected[4])
            assert tools.same(plain(unstacked(infos, i)), plain(expected[4]))


def test_an_ended_row_can_be_left_alone_where_autoreset_is_disabled(env_id, make, make_vec, tools):
    vector = make_vec(env_id, ROWS, autoreset_mode="disabled", max_turns=6)
    with pytest.raises(EpisodeOverError, match="reset"):
        vector.step([None] * ROWS)
    vector.reset(options={"scenario": np.arange(ROWS)})
    singles = [make(env_id, max_turns=6) for _ in range(ROWS)]
    for i, env in enumerate(singles):
        tools.begin(env, i)
    for step in range(6):
        views = [env.unwrapped.view for env in singles]
        actions = choose(tools, views, step)
        running = [view.dialogue.stop is None for view in views]
        given = [action if runs else None for action, runs in zip(actions, running, strict=True)]
        observations, rewards, terminated, truncated, _ = vector.step(given)
        for i, env in enumerate(singles):
            flags = bool(terminated[i]), bool(truncated[i])
            if running[i]:
                assert tools.same((row_of(observations, i), float(rewards[i]), *flags), env.step(actions[i])[:4])
            else:
                assert (rewards[i], flags, vector.infos[i], vector.last_steps[i]) == (0.0, (False, False), None, None)
    vector.reset(seed=1)
    with pytest.raises(DialogueGymError, match="Expected"):  # running rows must be played
        vector.step([None] * ROWS)


@pytest.mark.parametrize("mode", ["next_step", "same_step"])
def test_stacked_infos_are_what_gymnasium_makes_of_single_environments(env_id, mode, make_vec, tools):
    ours = make_vec(env_id, ROWS, autoreset_mode=mode, max_turns=4)
    theirs = gym.make_vec(
        str(env_id),
        ROWS,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": MODES[mode]},
        max_turns=4,
        **tools.arguments_of(env_id),
    )
    results = [ours.reset(seed=5), theirs.reset(seed=5)]
    assert tools.same(*results)
    for step in range(12):
        actions = choose(tools, ours.views, step)
        results = [vector.step(actions) for vector in (ours, theirs)]
        assert results[0][4].keys() == results[1][4].keys()
        assert tools.same(*results)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_gymnasiums_own_vectors_work(env_id, mode, tools, make_vec):
    text = "Acts-v" not in env_id
    kwargs = {"vector_kwargs": {"shared_memory": False}} if text and mode == "async" else {}
    kwargs |= tools.arguments_of(env_id)
    vector = gym.make_vec(str(env_id), 2, vectorization_mode=mode, **kwargs)
    ours = make_vec(env_id, 2)
    try:
        assert tools.same(vector.reset(seed=3)[0], ours.reset(seed=3)[0])
        for step in range(6):
            actions = choose(tools, ours.views, step)
            got, expected = vector.step(actions), ours.step(actions)
            assert tools.same(got[:4], expected[:4])
    finally:
        vector.close()


def test_async_text_with_shared_memory_says_what_to_do(text_id):
    with pytest.raises(ValueError, match="shared_memory=False"):
        gym.make_vec(text_id, 2, vectorization_mode="async")


@pytest.mark.parametrize("mode", MODES)
def test_one_reward_call_scores_all_rows_of_a_step(env_id, mode, make_vec, tools):
    reward = Counting()
    vector = make_vec(env_id, ROWS, autoreset_mode=mode, reward=reward, max_turns=2)
    vector.reset(seed=1)
    played = [True] * ROWS
    for step in range(8):
        before = len(reward.batches)
        waiting = np.array([view.dialogue.stop is not None for view in vector.views])
        if mode == "disabled" and waiting.any():
            vector.reset(options={"reset_mask": waiting})
            assert len(reward.batches) == before
            continue
        vector.step(choose(tools, vector.views, step))
        played = [last is not None for last in vector.last_steps]
        assert sum(played) == ROWS - waiting.sum()
        assert reward.batches[before:] == ([sum(played)] if any(played) else [])


def test_reset_takes_scenarios_and_trials_per_row(env_id, make, make_vec, tools):
    vector = make_vec(env_id, ROWS, split="val")
    scenarios, trials = np.array([4, 0, 499]), [0, 2, 1]
    observations, _ = vector.reset(options={"scenario": scenarios, "trial": trials})
    single = make(env_id, split="val")
    for i in range(ROWS):
        start = tools.begin(single, int(scenarios[i]), trials[i])
        assert tools.same(row_of(observations, i), start.observation)
        assert tools.same(vector.infos[i], start.info)
    vector.reset(options={"scenario": 6})
    assert [episode.dialogue.scenario for episode in vector.episodes] == [6, 6, 6]
    vector.reset(seed=[1, None, 2])
    assert vector.episodes[0].dialogue.scenario != vector.episodes[2].dialogue.scenario


def test_wrong_resets_and_steps_are_refused_and_change_nothing(env_id, make_vec, tools):
    vector = make_vec(env_id, ROWS, split="test", autoreset_mode="disabled")
    with pytest.raises(EpisodeOverError, match="reset"):
        vector.step(["" if isinstance(vector.views[0], TextView) else 0] * ROWS)
    vector.reset(seed=1)
    dialogues = [episode.dialogue for episode in vector.episodes]
    count = vector.task.test_scenarios
    for options in (
        {"scenario": [0, 1]},
        {"scenario": [0, 1, count]},
        {"scenario": [0, 1, -1]},
        {"scenario": np.array([0.0, 1.0, 2.0])},
        {"scenarios": 1},
        {"reset_mask": [True, False]},
        {"reset_mask": np.zeros(ROWS, np.bool_)},
        {"reset_mask": np.array([1, 0, 1])},
    ):
        with pytest.raises(ConfigurationError, match=r"[Ee]xpected"):
            vector.reset(options=options)
        assert [episode.dialogue for episode in vector.episodes] == dialogues, options
    with pytest.raises(ConfigurationError, match="seeds"):
        vector.reset(seed=[1, 2])
    good = choose(tools, vector.views, 0)
    for actions in (good[:2], [*good, good[0]]):
        with pytest.raises(DialogueGymError, match="actions"):
            vector.step(actions)


@pytest.mark.parametrize("mode", MODES)
def test_one_row_with_an_action_of_the_wrong_type_stops_no_other_row_half_way(env_id, mode, make_vec, tools):
    vector = make_vec(env_id, ROWS, autoreset_mode=mode)
    vector.reset(seed=2)
    good = choose(tools, vector.views, 0)
    for wrong in (None, 1.5, b""):
        with pytest.raises(TypeError, match="Expected"):
            vector.step([*good[:2], wrong])
        assert [episode.turn for episode in vector.episodes] == [0, 0, 0]


def test_masks_are_stacked(acts_id, make_vec, tools):
    vector = make_vec(acts_id, ROWS)
    _, infos = vector.reset(seed=9)
    for step in range(5):
        assert vector.action_masks().dtype == np.bool_
        assert np.array_equal(vector.action_masks(), infos["action_mask"].astype(np.bool_))
        *_, infos = vector.step(choose(tools, vector.views, step))


def test_spaces_are_batches(env_id, make, make_vec, tools):
    vector, single = make_vec(env_id, ROWS), make(env_id)
    assert vector.single_observation_space == single.observation_space
    assert vector.single_action_space == single.action_space
    observations, _ = vector.reset(seed=1)
    assert vector.observation_space.contains(observations)
    actions = vector.action_space.sample()
    assert vector.action_space.contains(actions)
    assert vector.observation_space.contains(vector.step(actions)[0])


def test_observations_of_a_step_are_not_overwritten_by_the_next(env_id, make_vec, tools):
    vector = make_vec(env_id, ROWS)
    observations, infos = vector.reset(seed=1)
    kept = tools.thawed((observations, infos))
    for step in range(3):
        vector.step(choose(tools, vector.views, step))
    assert tools.same((observations, infos), kept)


def test_a_vector_refuses_what_it_cannot_do(env_id, make_vec):
    with pytest.raises(ConfigurationError, match="num_envs"):
        make_vec(env_id, 0)
    with pytest.raises(ConfigurationError, match=r"next_step, same_step, disabled"):
        make_vec(env_id, 2, autoreset_mode="sometimes")
    with pytest.raises(ConfigurationError, match="render"):
        make_vec(env_id, 2, render_mode="human")
    with pytest.raises(TypeError, match="unexpected keyword"):
        make_vec(env_id, 2, dificulty="easy")


def test_a_vector_survives_pickling_in_the_middle(env_id, make_vec, tools):
    vector = make_vec(env_id, ROWS, max_turns=5)
    vector.reset(seed=8)
    copied = tools.thawed(vector)
    for step in range(12):
        actions = choose(tools, vector.views, step)
        assert tools.same(vector.step(actions), copied.step(actions))
        if step == 4:
            copied = tools.thawed(copied)


def test_gymnasiums_vector_wrappers_fit(env_id, make_vec, tools):
    vector = gym.wrappers.vector.RecordEpisodeStatistics(make_vec(env_id, ROWS, max_turns=3))
    vector.reset(seed=8)
    episodes = 0
    for step in range(9):
        *_, infos = vector.step(choose(tools, vector.unwrapped.views, step))
        episodes += int(infos.get("_episode", np.zeros(ROWS)).sum())
    assert episodes >= ROWS
