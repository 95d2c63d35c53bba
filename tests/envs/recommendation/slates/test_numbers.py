"""How numbers and strings become slates."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Discrete, MultiDiscrete

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.slates import load_task
from dialogue_gym.envs.recommendation.slates.tracker import bait_score

ACTS = "dialogue_gym/SlateRecommendationActs-v0"


def slate(*items):
    return (Act("slate", {"items": items}),)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("i1042, i1007", ("i1042", "i1007")),
        ("[i1042 i1007]", ("i1042", "i1007")),
        ("i1042;i1007\ni1", ("i1042", "i1007", "i1")),
        ("", ()),
    ],
)
def test_ids_with_anything_between_but_words_are_a_slate(text, items):
    assert load_task("easy").parse(text) == slate(*items)


@pytest.mark.parametrize("text", ["I recommend i1042", "1. i1042 | The last heron", "???", "<|im_end|>"])
def test_words_make_it_unclear(text):
    task = load_task("easy")
    assert task.parse(text) == (Act("unclear"),)
    episode = task.episode()
    episode.start("train", 1)
    assert "Answer with ids" in episode.apply(task.parse(text)).heard[0].text


def test_places_by_hand():
    env = gym.make(ACTS)
    env.reset(options={"scenario": 5})
    tracker = env.unwrapped.view.tracker
    assert isinstance(env.action_space, MultiDiscrete)
    offered = tracker.ids
    acts = tracker.ground(np.array([2, 0, 12, 2]))
    assert acts == slate(offered[1], offered[11], offered[1])
    assert tracker.toward(slate(offered[3], offered[0])).tolist() == [4, 1, 0, 0]
    assert tracker.mask.shape == (52,)
    assert len(env.unwrapped.task.act_names) == 52
    assert env.unwrapped.task.act_components[1][0] == "2:empty"


def test_a_forbidden_number_leaves_the_others_standing():
    env = gym.make(ACTS)
    env.reset(options={"scenario": 5})
    tracker = env.unwrapped.view.tracker
    tracker._offer(tracker.ids, tracker.ids[1:2])
    assert tracker.mask.reshape(4, 13)[:, 2].tolist() == [0, 0, 0, 0]
    assert tracker.mask.sum() == 48
    assert tracker.ground(np.array([2, 3, 0, 0])) == slate(tracker.ids[2])


def test_strategies_fill_whole_slates():
    env = gym.make(ACTS, actions="strategies", difficulty="easy")
    assert env.action_space == Discrete(8)
    env.reset(options={"scenario": 5})
    task, tracker = env.unwrapped.task, env.unwrapped.view.tracker
    (act,) = tracker.ground(task.act_names.index("popular"))
    views = [task.catalogue("train")[each].views for each in act.args["items"]]
    assert len(views) == 4
    assert views == sorted(views, reverse=True)
    assert tracker.ground(0) == slate()
    for number in range(1, 8):
        shown = tracker.ground(number)
        assert tracker.ground(tracker.toward(shown)) == shown, "the way there and back"
    env.step(np.int64(1))


@pytest.mark.slow
def test_strategies_differ_in_what_they_earn():
    from dialogue_gym.evaluation import evaluate

    kwargs = {"actions": "strategies", "difficulty": "easy"}
    oracle, rule, nobody = (
        evaluate(agent, ACTS, scenarios=15, env_kwargs=kwargs, anchors=False).measures["return"].mean
        for agent in ("oracle", "rule", "random")
    )
    assert oracle > rule > nobody


def test_the_belief_takes_in_what_is_said():
    env = gym.make(ACTS, difficulty="easy", split="test")
    right = wrong = 0
    for scenario in range(40):
        env.reset(options={"scenario": scenario})
        taste, believed = env.unwrapped.episode.user.taste, env.unwrapped.view.tracker.taste
        for liking, belief in zip(taste, believed.tolist(), strict=True):
            if belief:
                right += liking * belief > 0
                wrong += liking * belief <= 0
    assert right > 150
    assert wrong < 0.1 * right


def test_bait_is_told_by_the_sound_of_a_title():
    for split in ("train", "val", "test"):
        items = load_task("easy").catalogue(split).items
        caught = [bait_score(item.title) > 0.3 for item in items if item.clickbait > 0.5]
        alarmed = [bait_score(item.title) > 0.3 for item in items if item.clickbait <= 0.5]
        assert np.mean(caught) > 0.6
        assert np.mean(alarmed) < 0.05


def test_the_rules_play_strategies_too():
    from dialogue_gym.agents import make_agent

    env = gym.make(ACTS, actions="strategies")
    observation, info = env.reset(options={"scenario": 1})
    agent = make_agent("rule", env=env)
    agent.reset(np.ones(1, bool))
    (action,) = agent.act([observation], [info])
    assert env.action_space.contains(action)
