"""What `reward=` does, in every environment."""

import math

import gymnasium as gym
import pytest

from dialogue_gym.draws import Stream
from dialogue_gym.errors import RewardError
from dialogue_gym.rewards import RerewardWrapper, Reward, rescore


def brevity(step):
    return -0.01 * len(step.action_text)


def bonus(step):
    return 1.0 if step.ended else None


def test_the_terms_add_up_to_the_reward(env_id, difficulty, make, tools):
    env = make(env_id, difficulty=difficulty)
    names = set()
    for scenario in range(6):
        for choose in ("oracle", "random", "wandering"):
            for step in tools.play(env, choose, scenario)[1][1:]:
                terms = step.info["reward_terms"]
                assert type(step.reward) is float
                assert all(type(value) is float and math.isfinite(value) for value in terms.values())
                added = [value for name, value in terms.items() if not name.startswith("raw/")]
                assert math.isclose(math.fsum(added), step.reward, abs_tol=1e-9)
                names.add(frozenset(terms))
    assert len(names) == 1, "every step has the same terms, so that they can be stacked"


def test_the_oracle_earns_more_than_chance(text_id, difficulty, make, tools):
    env = make(text_id, difficulty=difficulty)
    best, chance = (
        [sum(step.reward for step in tools.play(env, choose, scenario)[1]) for scenario in range(15)]
        for choose in ("oracle", "random")
    )
    assert sum(best) > sum(chance) + 0.3 * 15
    assert min(best) > 0.5


def test_a_function_of_ones_own(env_id, make, tools):
    env = make(env_id, reward=brevity)
    task = make(env_id)
    actions, seen = tools.play(env, "wandering", 2)
    assert env.unwrapped.view.dialogue.turns
    for number, step in enumerate(seen[1:]):
        words = env.unwrapped.view.dialogue.turns[number]
        text = words.words if words.words is not None else env.unwrapped.task.render(words.acts)
        assert step.reward == pytest.approx(-0.01 * len(text))
        assert step.info["reward_terms"] == {"brevity": step.reward}
    plain = tools.replay(task, actions, 2)
    assert [tools.same(a.observation, b.observation) for a, b in zip(seen, plain, strict=True)] == [True] * len(seen)


def test_none_does_not_apply(env_id, make, tools):
    _, seen = tools.play(make(env_id, reward=bonus), "oracle", 2)
    assert [step.reward for step in seen[1:]] == [0.0] * (len(seen) - 2) + [1.0]


def test_a_mix_is_the_weighted_sum(env_id, make, tools, tmp_path, monkeypatch):
    (tmp_path / "mixed_rewards.py").write_text("def brevity(step):\n    return -0.01 * len(step.action_text)\n")
    monkeypatch.syspath_prepend(tmp_path)
    mixed = make(env_id, reward={"task": 2.0, "mixed_rewards:brevity": 0.5})
    actions, seen = tools.play(mixed, "wandering", 4)
    task = tools.replay(make(env_id), actions, 4)
    short = tools.replay(make(env_id, reward=brevity), actions, 4)
    for both, one, other in zip(seen[1:], task[1:], short[1:], strict=True):
        assert both.reward == pytest.approx(2.0 * one.reward + 0.5 * other.reward)


def test_rewards_can_be_given_afterwards(env_id, make, tools):
    env = make(env_id, reward=brevity)
    for scenario in range(3):
        actions, _ = tools.play(env, "wandering", scenario)
        dialogue = env.unwrapped.view.dialogue
        task = tools.replay(make(env_id), actions, scenario)
        (rewards,) = rescore([dialogue], "task")
        assert [reward.total for reward in rewards] == [step.reward for step in task[1:]]
        wrapped = RerewardWrapper(make(env_id), brevity)
        again = tools.replay(wrapped, actions, scenario)
        (rewards,) = rescore([dialogue], brevity)
        assert [reward.total for reward in rewards] == [step.reward for step in again[1:]]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), "1", [1.0], Reward(1.0, {"a": 0.5})], ids=repr)
def test_a_faulty_reward_is_named_with_its_place(env_id, wrong, make, tools):
    def faulty(step):
        return wrong

    env = make(env_id, split="val", reward=faulty)
    tools.begin(env, 12)
    task = env.unwrapped.task
    with pytest.raises(RewardError, match=rf"'faulty'.*{task.name}, val scenario 12, trial 0, turn 1"):
        next(tools.go_on(env, tools.choices["oracle"], Stream(0)))


def test_a_reward_object_is_not_copied_with_the_spec(env_id, make):
    class Heavy:
        name = "heavy"

        def score(self, steps):
            return [Reward(0.0, {"heavy": 0.0}) for _ in steps]

        def __deepcopy__(self, memo):
            raise AssertionError("copied")

    heavy = Heavy()
    env = make(env_id, reward=heavy)
    assert env.unwrapped.reward_model is heavy
    assert gym.make(env.spec).unwrapped.reward_model is heavy
