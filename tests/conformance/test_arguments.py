"""What `gym.make` and `reset` take, and how they refuse the rest."""

import inspect

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import load_env_creator

from dialogue_gym.errors import ConfigurationError, DialogueGymError, UnknownNameError

COMMON = ("split", "difficulty", "reward", "corpus", "max_turns", "render_mode")


def test_the_common_arguments_are_there_by_keyword_only(env_id):
    spec = gym.spec(env_id)
    single, vector = (load_env_creator(entry) for entry in (spec.entry_point, spec.vector_entry_point))
    parameters = inspect.signature(single).parameters
    assert set(COMMON) <= set(parameters)
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert vector.single is single
    assert list(inspect.signature(vector).parameters) == ["num_envs", "autoreset_mode", "arguments"]


def test_the_turn_limit_is_the_episodes_own(env_id):
    assert gym.spec(env_id).max_episode_steps is None


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"split": "training"}, r"(?s)split.*train, val, test.*'training'"),
        ({"split": None}, "split"),
        ({"difficulty": "meduim"}, r"(?s)(easy.*|hard.*|medium.*)'?meduim|'meduim'.*medium"),
        ({"reward": "tsak"}, r"'tsak'.*Did you mean 'task'"),
        ({"reward": 1.0}, "[Ee]xpected"),
        ({"reward": {"task": "much"}}, "[Ee]xpected"),
        ({"max_turns": 0}, "at least 1, got 0"),
        ({"render_mode": "rgb_array"}, "'ansi' or 'human', got 'rgb_array'"),
        ({"corpus": "nowhere/to/be/found"}, "nowhere/to/be/found"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else "",
)
def test_wrong_values_are_explained(env_id, kwargs, message, make):
    with pytest.raises(DialogueGymError, match=message):
        make(env_id, **kwargs)


def test_an_unknown_domain_is_explained(env_id, make):
    entry = load_env_creator(gym.spec(env_id).entry_point)
    if "domain" not in inspect.signature(entry).parameters:
        pytest.skip("has no domains")
    with pytest.raises(UnknownNameError, match=r"domain 'retial'. Did you mean 'retail'\? Available: "):
        make(env_id, domain="retial")


@pytest.mark.parametrize("nlu_error", [-0.1, 1.5, float("nan")])
def test_a_wrong_error_rate_is_explained(acts_id, nlu_error, make):
    with pytest.raises(ConfigurationError, match="between 0 and 1"):
        make(acts_id, nlu_error=nlu_error)


def test_unknown_arguments_are_refused(env_id, make, make_vec):
    for kwargs in ({"dificulty": "easy"}, {"seed": 1}):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            make(env_id, **kwargs)
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            make_vec(env_id, 2, **kwargs)
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        make(env_id, autoreset_mode="disabled")


def test_a_vector_takes_the_arguments_of_a_single_environment(env_id, make, make_vec):
    kwargs = {"split": "val", "difficulty": "hard", "max_turns": 2}
    one, several = make(env_id, **kwargs).unwrapped, make_vec(env_id, 3, **kwargs)
    assert several.split == one.split
    assert several.task.content_hash() == one.task.content_hash()
    assert several.num_envs == len({id(view.episode) for view in several.views}) == 3
    assert all(view.task is several.task for view in several.views)
    assert all(view.episode.max_turns == 2 for view in several.views)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenarios": 3}, r"'scenarios'.*scenario, trial"),
        ({"reset_mask": np.array([True])}, "'reset_mask'"),
        ({"scenario": -1}, "at least 0, got -1"),
        ({"scenario": 1.0}, "integer"),
        ({"scenario": "1"}, "integer"),
        ({"scenario": True}, "integer"),
        ({"scenario": None}, "integer"),
        ({"trial": -1}, "'trial'.*at least 0"),
        ({"trial": np.array([1, 2])}, "'trial'"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_wrong_options_are_explained_and_change_nothing(env_id, options, message, make, tools):
    env = make(env_id)
    tools.begin(env, 3)
    dialogue = env.unwrapped.view.dialogue
    with pytest.raises(ConfigurationError, match=message):
        env.reset(options=options)
    assert env.unwrapped.view.dialogue is dialogue


@pytest.mark.parametrize("split", ["val", "test"])
def test_the_fixed_lists_are_long_and_end(env_id, split, make, tools):
    env = make(env_id, split=split)
    count = env.unwrapped.task.test_scenarios
    assert count >= 500
    tools.begin(env, count - 1)
    with pytest.raises(ConfigurationError, match=f"below {count} on split '{split}', got {count}"):
        tools.begin(env, count)
    drawn = set()
    for seed in range(300):
        env.reset(seed=seed)
        drawn.add(env.unwrapped.view.dialogue.scenario)
    assert max(drawn) < count
    assert len(drawn) > 150


def test_train_scenarios_have_no_end(env_id, make, tools):
    env = make(env_id)
    for scenario in (10**6, 2**40, np.int64(2**62), 10**15 + 1):
        tools.begin(env, scenario)
        assert env.unwrapped.view.dialogue.scenario == scenario


def test_an_options_dict_is_not_altered(env_id, make, make_vec):
    options = {"scenario": 1, "trial": 2}
    make(env_id).reset(options=options)
    assert options == {"scenario": 1, "trial": 2}
    options = {"scenario": 1, "reset_mask": np.array([True, True])}
    make_vec(env_id, 2).reset(options=options)
    assert set(options) == {"scenario", "reset_mask"}


def test_the_task_says_what_it_is(env_id, make):
    task = make(env_id).unwrapped.task
    assert isinstance(task.version, int)
    assert len(task.content_hash()) >= 16
    assert task.content_hash() == make(env_id).unwrapped.task.content_hash()
    assert len(set(task.act_names)) == len(task.act_names)
    assert len(set(task.feature_names)) == len(task.feature_names)
    assert task.null_act in task.act_names
    assert 0.0 <= task.nlu_error <= 1.0
    assert task.observation_space.shape == (len(task.feature_names),)


def test_every_difficulty_and_domain_has_its_own_scenarios(env_id, make):
    tasks = [make(env_id, difficulty=each).unwrapped.task for each in ("easy", "medium", "hard")]
    assert len({task.name for task in tasks}) == 3
    assert len({task.content_hash() for task in tasks}) == 3
