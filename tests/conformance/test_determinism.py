"""One scenario and the same actions: the same dialogue, everywhere and always."""

import copy
import json
import os
import pickle
import random
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
import torch

from dialogue_gym.draws import Stream

DIALOGUES = """
import hashlib, json, sys
import gymnasium as gym
import numpy as np
import dialogue_gym
digest = hashlib.sha256()
for play in json.load(sys.stdin):
    env = gym.make(
        play["env_id"], disable_env_checker=True, split=play["split"], difficulty="hard", **play["arguments"]
    )
    observation, info = env.reset(options={"scenario": play["scenario"], "trial": 1})
    digest.update(repr((observation if isinstance(observation, str) else observation.tolist(), info)).encode())
    for action in play["actions"]:
        action = np.array(action) if isinstance(action, list) else action
        observation, reward, terminated, truncated, info = env.step(action)
        observation = observation if isinstance(observation, str) else observation.tolist()
        digest.update(repr((observation, reward, terminated, truncated, info)).encode())
        if terminated or truncated:
            break
print(digest.hexdigest())
"""
SCRAPS = ("", "W12345?", "<tool_call>", "Yes, $5.00 on 3 May, thank you!", '<tool_call>{"name": "x"}</tool_call>')


def test_dialogues_are_the_same_under_every_hash_seed(env_id, make, tools):
    plays = []
    for split in ("train", "test"):
        env = make(env_id, split=split, difficulty="hard")
        for scenario in range(4):
            for choose in ("oracle", "wandering"):
                actions, _ = tools.play(env, choose, scenario, trial=1)
                actions = [action if isinstance(action, str) else np.asarray(action).tolist() for action in actions]
                if isinstance(actions[0], str):
                    actions[1:1] = SCRAPS  # and free text, which has its own ways to go through a set
                play = {"env_id": env_id, "arguments": tools.arguments_of(env_id), "split": split}
                plays.append({**play, "scenario": scenario, "actions": actions})
    digests = []
    for seed in ("1", "424242"):
        run = subprocess.run(
            [sys.executable, "-c", DIALOGUES],
            input=json.dumps(plays),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert run.returncode == 0, run.stderr
        digests.append(run.stdout)
    assert len(set(digests)) == 1


def test_two_instances_with_one_seed_stay_equal(env_id, difficulty, make, tools):
    one, other = make(env_id, difficulty=difficulty), make(env_id, difficulty=difficulty)
    one.action_space.seed(5)
    steps = 0
    for seed in range(5):
        starts = one.reset(seed=seed), other.reset(seed=seed)
        assert tools.same(*starts)
        while one.unwrapped.view.dialogue.stop is None:
            noisy = steps % 5 == 4
            choose = tools.choices["wandering"]
            action = one.action_space.sample() if noisy else choose(one.unwrapped.view, Stream(steps))
            assert tools.same(one.step(action), other.step(action))
            steps += 1
        starts = one.reset(), other.reset()  # goes on from the generator's state
        assert tools.same(*starts)


def test_a_used_environment_is_as_good_as_new(env_id, make, tools):
    used = make(env_id, difficulty="hard")
    for scenario in range(4):
        tools.play(used, "wandering", scenario)
        tools.begin(used, scenario + 50)  # and left in the middle
        actions, fresh = tools.play(make(env_id, difficulty="hard"), "wandering", scenario + 100)
        assert tools.same(tools.replay(used, actions, scenario + 100), fresh)


def test_an_environment_survives_pickling_in_the_middle(env_id, make, tools):
    for scenario in range(3):
        env = make(env_id, difficulty="hard")
        tools.begin(env, scenario)
        copied = tools.thawed(env)
        streams = Stream(scenario), Stream(scenario)
        for action, seen in tools.go_on(env, tools.choices["wandering"], streams[0]):
            again, copied_seen = next(tools.go_on(copied, tools.choices["wandering"], streams[1]))
            assert tools.same(action, again)
            assert tools.same(seen, copied_seen)
            copied = tools.thawed(copied)
        assert copied.unwrapped.view.dialogue.messages() == env.unwrapped.view.dialogue.messages()
        assert tools.same(copied.reset(seed=1), env.reset(seed=1))
        assert tools.same(copied.reset(), env.reset())


def test_a_deep_copy_goes_its_own_way(env_id, make, tools):
    env = make(env_id, difficulty="hard")
    for scenario in range(3):
        tools.begin(env, scenario)
        copied = copy.deepcopy(env)
        assert copied.unwrapped.task is env.unwrapped.task, "a task is data: it is shared, not copied"
        one = list(tools.go_on(copied, tools.choices["wandering"], Stream(1)))
        assert env.unwrapped.episode.turn == 0
        other = list(tools.go_on(env, tools.choices["wandering"], Stream(1)))
        assert tools.same(one, other), "playing the copy has changed the original"


def test_a_pickle_is_small(env_id, make, tools):
    """What is static (wording, tools, models) is not in it: worker processes have their own."""
    env = make(env_id, difficulty="hard")
    tools.begin(env, 1)
    assert len(pickle.dumps(env)) < 100_000
    assert len(pickle.dumps(env.unwrapped.episode.snapshot())) < 100_000


def test_a_spec_survives_pickling_and_json(env_id, make, tools, tmp_path, monkeypatch):
    (tmp_path / "own_rewards.py").write_text("def brevity(step):\n    return -0.01 * len(step.action_text)\n")
    monkeypatch.syspath_prepend(tmp_path)
    for reward in ("task", {"task": 1.0, "own_rewards:brevity": 0.5}, "own_rewards:brevity"):
        env = make(env_id, split="val", difficulty="easy", reward=reward)
        actions, reference = tools.play(env, "oracle", 7)
        spec = env.spec
        for again in (tools.thawed(spec), gym.envs.registration.EnvSpec.from_json(spec.to_json())):
            assert tools.same(tools.replay(gym.make(again), actions, 7), reference)


def test_a_snapshot_can_be_restored_more_than_once(env_id, difficulty, make, tools):
    for scenario in range(4):
        env = make(env_id, split="val", difficulty=difficulty)
        tools.play(env, "wandering", scenario)
        acts = tools.acts_played(env)
        episode = env.unwrapped.task.episode()
        episode.start("val", scenario)
        half = len(acts) // 2
        for turn in acts[:half]:
            episode.apply(turn)
        snapshot = tools.thawed(episode.snapshot()) if scenario % 2 else episode.snapshot()
        endings = []
        for _ in range(3):
            for turn in acts[half:]:
                episode.apply(turn)
            facts = [turn.facts for turn in episode.dialogue.turns]
            endings.append((episode.dialogue.messages(), facts, episode.stop_reason, dict(episode.dialogue.outcome)))
            episode.restore(snapshot)
            assert episode.turn == half
            assert episode.dialogue.stop is None
        assert endings[0] == endings[1] == endings[2]
        reference = env.unwrapped.view.dialogue
        assert endings[0] == (
            reference.messages(),
            [turn.facts for turn in reference.turns],
            reference.stop,
            dict(reference.outcome),
        )


def test_a_seed_picks_the_scenario_and_nothing_else(env_id, make, tools):
    env = make(env_id)
    for seed in range(3):
        seeded = env.reset(seed=seed)
        dialogue = env.unwrapped.view.dialogue
        state = env.unwrapped.np_random.bit_generator.state
        assert tools.same(seeded, tuple(env.reset(options={"scenario": dialogue.scenario})))
        assert env.unwrapped.np_random.bit_generator.state == state, "a scenario picked by hand draws nothing"
        tools.play(env, "wandering", dialogue.scenario)
        assert env.unwrapped.np_random.bit_generator.state == state, "an episode draws nothing"
    scenarios = {env.unwrapped.view.dialogue.scenario for _ in range(50) if env.reset()}
    assert len(scenarios) > 45


def test_trials_share_the_scenario(env_id, make, tools):
    env = make(env_id, difficulty="hard")
    for scenario in range(6):
        tools.begin(env, scenario, trial=0)
        goal = env.unwrapped.episode.instructions
        tools.begin(env, scenario, trial=5)
        assert env.unwrapped.episode.instructions == goal
        assert env.unwrapped.view.dialogue.trial == 5


def test_nothing_global_is_drawn_from_or_seeded(env_id, make, make_vec, tools):
    env, vector = make(env_id), make_vec(env_id, 2)  # importing and making are not counted
    tools.play(env, "wandering", 1)

    def states():
        return random.getstate(), np.random.get_state(), torch.get_rng_state().tolist()  # noqa: NPY002

    before = states()
    env.reset(seed=11)
    tools.play(env, "wandering", 2)
    env.reset(seed=12)
    vector.reset(seed=13)
    task = env.unwrapped.task
    vector.step([task.render(()) if isinstance(env.action_space.sample(), str) else tools.null_action(task)] * 2)
    make(env_id, split="test").reset(seed=1)
    after = states()
    assert repr(before) == repr(after)


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_scenarios_do_not_repeat_each_other(env_id, split, make):
    env = make(env_id, split=split, difficulty="hard")
    openings = [env.reset(options={"scenario": i})[0] for i in range(60)]
    assert len({each if isinstance(each, str) else each.tobytes() for each in openings}) > 25
