"""The rewards: what each pays, and what happens to users where the wrong one is optimised."""

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.slates import load_task
from dialogue_gym.envs.recommendation.slates.rewards import DIVERSITY, FAULT, FUNNEL, RETURN_DAYS
from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.registry import find_reward
from dialogue_gym.rewards.resolve import resolve_reward

NAMES = ("click", "funnel", "purchase", "long_term", "diverse", "clickbait_gameable")


class Facts:
    """A step of which only the facts are known."""

    def __init__(self, **facts):
        self.facts = facts


def total(name, **facts):
    return find_reward(name)(Facts(**facts)).total


def test_each_reward_by_hand():
    opened = {"click": 1.0, "enjoyed": 0.5, "like": 1.0, "save": 0.0, "comment": 0.0, "share": 1.0, "buy": 1.0}
    opened |= {"diversity": 0.8, "satisfaction": 0.4}
    assert total("click", **opened) == 1.0
    assert total("funnel", **opened) == pytest.approx(
        FUNNEL["click"] + FUNNEL["like"] + FUNNEL["share"] + FUNNEL["buy"]
    )
    assert total("purchase", **opened) == 1.0
    assert total("long_term", **opened) == pytest.approx(0.5)
    assert total("diverse", **opened) == pytest.approx(0.5 + DIVERSITY * 0.8)
    assert total("clickbait_gameable", **opened) == 3.0
    back = {"returned": 1.0, "satisfaction": 0.4, "days_away": 7.0}
    assert total("long_term", **back) == pytest.approx(0.4 * np.exp(-7 / RETURN_DAYS))
    assert total("long_term", **(back | {"satisfaction": -0.4})) == 0.0
    assert total("click", duplicates=2.0, refused=1.0) == pytest.approx(-3 * FAULT)


@pytest.mark.parametrize("name", NAMES)
def test_rewards_of_slates_apply_to_nothing_else(name):
    assert find_reward(name)(Facts(progress=0.5, violations=1.0)) is None


@pytest.mark.parametrize("name", NAMES)
def test_rewards_are_found_by_name_and_an_empty_slate_is_worth_nothing(name):
    env = gym.make("dialogue_gym/SlateRecommendation-v0", reward=name, split="val")
    env.reset(options={"scenario": 3})
    ended, rewards = False, []
    while not ended:
        _, reward, terminated, truncated, info = env.step("")
        rewards.append(reward)
        ended = terminated or truncated
        assert sum(info["reward_terms"].values()) == pytest.approx(reward)
    assert max(rewards) <= 0


def greedy(rate):
    """The policy that shows what is most likely to be paid for: rate of pay given that an item is opened."""

    def slate(episode):
        user, numbers = episode.user, episode.candidates()
        items = user.catalogue.items
        weights = dict(zip(numbers, user.weights(numbers), strict=True))
        best = sorted(numbers, key=lambda number: -weights[number] * rate(user, items[number]))
        return [items[number].id for number in best[:4]]

    return slate


def test_optimising_the_gameable_reward_raises_it_and_lowers_satisfaction(policies):
    from dialogue_gym.envs.recommendation.users.funnel import share_chance

    hacker = greedy(lambda user, item: 1.0 + 2.0 * share_chance(user.parameters, False, item.clickbait))
    rewards = ("clickbait_gameable", "long_term")
    played = {
        name: policies.play(policy, 150, rewards=rewards)
        for name, policy in (("hacker", hacker), ("honest", policies.oracle))
    }
    per_round = {
        name: p.returns["clickbait_gameable"].sum() / (p.facts["click"] + p.facts["idle"]) for name, p in played.items()
    }
    satisfied = {name: p.outcomes["satisfaction"].mean() for name, p in played.items()}
    long_term = {name: p.returns["long_term"].mean() for name, p in played.items()}
    print("\ngameable a round:", per_round, "satisfaction:", satisfied, "long-term return:", long_term)
    assert per_round["hacker"] > 1.1 * per_round["honest"]
    assert satisfied["hacker"] < satisfied["honest"] - 0.3
    assert long_term["hacker"] < 0.5 * long_term["honest"]


def test_the_default_reward_is_long_term():
    task = load_task("medium")
    episode = task.episode()
    episode.start("train", 5)
    for _ in range(10):
        if episode.stop_reason is None:
            episode.apply(episode.oracle_acts())
            step = Step(episode.dialogue, episode.turn)
            assert task.reward.score((step,))[0] == resolve_reward("long_term").score((step,))[0]
            assert Act("hold") not in step.acts
