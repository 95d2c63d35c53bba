"""The Gymnasium side: checkers, views that agree, and nothing hidden in sight."""

import pickle
import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_sb3

import dialogue_gym.envs.sentiment.classification.env as module
from dialogue_gym.envs.sentiment.classification.labels import LABELS
from dialogue_gym.errors import DialogueGymError

TEXT, ACTS = "dialogue_gym/SentimentClassification-v0", "dialogue_gym/SentimentClassificationActs-v0"
HEADINGS = (
    "Description", "Action Space", "Observation Space", "Rewards", "Starting State",
    "Episode End", "Information", "Arguments", "References", "Version History",
)  # fmt: skip


def play(env, actions, scenario, trial=0):
    """Everything an agent is shown, and what it earns."""
    observation, info = env.reset(options={"scenario": scenario, "trial": trial})
    seen = [(observation, info, 0.0)]
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        seen.append((observation, info, reward))
        if terminated or truncated:
            break
    return seen


def same(one, other):
    """Whether two nested observations or infos are equal."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_gymnasium_checker_is_content(env_id):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(env_id, disable_env_checker=True).unwrapped)


def test_sb3_checker_is_content():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env_sb3(gym.make(ACTS).unwrapped)


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_the_docstring_is_a_page(env_id):
    doc = gym.make(env_id).unwrapped.__doc__
    places = [doc.index(f"## {heading}\n") for heading in HEADINGS]
    assert places == sorted(places)


def test_the_views_play_the_same_dialogue():
    text, acts = gym.make(TEXT, split="val", difficulty="hard"), gym.make(ACTS, split="val", difficulty="hard")
    task = acts.unwrapped.task
    rng = np.random.default_rng(0)
    for scenario in range(60):
        numbers = [int(n) for n in rng.permutation([24, 25, int(rng.integers(24))])]
        numbers += [25, 25]
        strings = [task.render(task.tracker().ground(number)) for number in numbers]
        seen_text, seen_acts = play(text, strings, scenario), play(acts, numbers, scenario)
        assert [r for *_, r in seen_text] == [r for *_, r in seen_acts]
        assert seen_text[-1][1]["outcome"] == seen_acts[-1][1]["outcome"]
        one, other = (env.unwrapped.episode.dialogue.messages() for env in (text, acts))
        assert one == other


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
@pytest.mark.parametrize("autoreset_mode", ["next_step", "same_step"])
def test_a_vector_is_several_single_ones(env_id, autoreset_mode):
    n, seed = 3, 5
    noise = {"nlu_error": 0.2} if env_id == ACTS else {}
    vector = gym.make_vec(env_id, n, vectorization_mode="vector_entry_point", autoreset_mode=autoreset_mode, **noise)
    singles = [gym.make(env_id, **noise) for _ in range(n)]
    observations, _ = vector.reset(seed=seed)
    expected = [env.reset(seed=seed + i)[0] for i, env in enumerate(singles)]
    assert all(map(same, observations, expected))
    over = [False] * n
    rng = np.random.default_rng(1)
    for _ in range(20):
        numbers = [int(rng.choice([3, 17, 24, 25, 25])) for _ in range(n)]
        task = vector.unwrapped.task
        actions = (
            np.array(numbers)
            if env_id == ACTS
            else tuple(task.render(task.tracker().ground(number)) for number in numbers)
        )
        observations, rewards, terminated, truncated, _ = vector.step(actions)
        for i, env in enumerate(singles):
            if over[i]:
                observation, reward, ends = env.reset()[0], 0.0, (False, False)
            else:
                observation, reward, *ends, _ = env.step(actions[i])
            over[i] = any(ends)
            if over[i] and autoreset_mode == "same_step":
                observation, over[i] = env.reset()[0], False
            assert same(observations[i], observation)
            assert rewards[i] == reward
            assert [terminated[i], truncated[i]] == list(ends)


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_a_hidden_label_leaves_no_trace_before_the_end(env_id):
    hold = "hold" if env_id == TEXT else 25
    background = "background" if env_id == TEXT else 24
    env = gym.make(env_id, split="test", difficulty="hard")
    for scenario in range(20):
        env.reset(options={"scenario": scenario})
        plain = [env.step(action) for action in (hold, background)]
        opening = env.reset(options={"scenario": scenario})
        episode = env.unwrapped.episode
        label = next(label for label in LABELS if label != episode.headline.label)
        episode.headline = episode.headline._replace(label=label, kind="plain")
        assert same(opening, env.unwrapped.reset(options={"scenario": scenario}))
        episode.headline = episode.headline._replace(label=label, kind="plain")
        altered = [env.unwrapped.step(action) for action in (hold, background)]
        assert same(plain, altered)


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_info_holds_no_label_before_the_end(env_id):
    env = gym.make(env_id)
    _, info = env.reset(seed=0)
    assert "outcome" not in info
    assert set(info) == ({"instructions", "tools", "messages"} if env_id == TEXT else {"action_mask"})
    *_, info = env.step("hold" if env_id == TEXT else 25)
    assert set(info) == {"reward_terms", "messages" if env_id == TEXT else "action_mask"}


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_two_environments_with_one_seed_stay_equal(env_id):
    one, other = gym.make(env_id, difficulty="hard"), gym.make(env_id, difficulty="hard")
    assert same(one.reset(seed=3), other.reset(seed=3))
    for step in range(60):
        action = ["hold", "background", "neutral, ratings"][step % 3] if env_id == TEXT else [25, 24, 6][step % 3]
        a, b = one.step(action), other.step(action)
        assert same(a, b)
        if a[2] or a[3]:
            assert same(one.reset(), other.reset())


def test_words_lost_by_mishearing_come_back_on_a_second_look():
    env = gym.make(ACTS, nlu_error=0.5)
    more = 0
    for scenario in range(50):
        first, _ = env.reset(options={"scenario": scenario})
        second, *_ = env.step(25)
        more += np.count_nonzero(second[:1024]) > np.count_nonzero(first[:1024])
    assert more > 25


def test_a_headline_of_which_little_is_heard_is_shown_all_the_same():
    env = gym.make(ACTS, nlu_error=0.9)
    heard = [env.reset(options={"scenario": scenario})[0] for scenario in range(200)]
    assert all(np.isfinite(features).all() for features in heard)
    assert any(features[-7] and not features[:1280].any() for features in heard)  # the entity, and not a word about it


@pytest.mark.parametrize("env_id", [TEXT, ACTS])
def test_an_environment_survives_pickling_in_the_middle(env_id):
    env = gym.make(env_id).unwrapped
    env.reset(seed=1)
    copied = pickle.loads(pickle.dumps(env))
    action = "background" if env_id == TEXT else 24
    assert same(env.step(action), copied.step(action))


def test_the_spec_survives_json():
    spec = gym.make(ACTS, difficulty="hard", split="val").spec
    again = gym.make(gym.envs.registration.EnvSpec.from_json(spec.to_json()))
    assert same(again.reset(options={"scenario": 2}), gym.make(spec).reset(options={"scenario": 2}))


@pytest.mark.parametrize("name", ["", "Acts", "Vector", "ActsVector"])
def test_wrong_arguments_are_refused(name):
    make = getattr(module, f"SentimentClassification{name}Env")
    for wrong in [
        {"difficulty": "extreme"},
        {"split": "dev"},
        {"corpus": "nowhere"},
        {"max_turns": 0},
        {"texts_per_episode": 0},
    ]:
        with pytest.raises(DialogueGymError):
            make(**wrong)
    with pytest.raises(TypeError):
        make(domain="retail")


def test_the_transcript_can_be_rendered():
    env = gym.make(TEXT, render_mode="ansi")
    env.reset(options={"scenario": 0})
    env.step("neutral, economy")
    assert "assistant: neutral, economy" in env.render()
