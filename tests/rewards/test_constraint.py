"""A bound on a cost: the price moves both ways, and a learner that follows the reward ends at the bound."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dialogue_gym.episode import Dialogue
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards import Constraint, Step, frozen, load_reward_state, reward_state, score_checked

Play = Callable[..., Dialogue]


def gain(step: Step) -> float:
    return 1.0 if step.action_text == "risk" else 0.4


def risk(step: Step) -> float:
    return float(step.action_text == "risk")


def last(dialogue: Dialogue) -> list[Step]:
    return [Step(dialogue, n + 1) for n in range(len(dialogue.turns))]


def test_the_price_moves_up_and_down_by_hand(play: Play) -> None:
    model = Constraint(gain, risk, bound=0.5, rate=0.1, dialogues=1)
    risky, safe = last(play("risk", "risk", "bye")), last(play("safe", "bye"))
    rewards = score_checked(model, risky)
    assert [reward.total for reward in rewards] == [1.0, 1.0, 0.4], "nothing costs yet"
    assert model.multiplier == pytest.approx(0.1 * (2 - 0.5))
    (first, *_) = score_checked(model, risky)
    assert first.parts == pytest.approx({"gain": 1.0, "constraint": -0.15, "raw/multiplier": 0.15, "raw/risk": 1.0})
    assert first.total == pytest.approx(0.85)
    up = model.multiplier
    score_checked(model, safe)
    assert model.multiplier == pytest.approx(up - 0.05)
    for _ in range(20):
        score_checked(model, safe)
    assert model.multiplier == 0.0, "never below 0"


def test_a_learner_ends_at_the_bound(play: Play) -> None:
    """A policy that takes the risk with chance σ((gain of it) / 0.1); without a price, all but always.

    It meets the bound of a quarter where (0.6 − λ) / 0.1 = log 1/3: at λ = 0.71.
    """
    risky, safe = last(play("risk", "bye")), last(play("safe", "bye"))
    model = Constraint(gain, risk, bound=0.25, rate=0.05, dialogues=40)
    chances, prices = [], []
    for _ in range(80):
        with frozen(model):
            worth = [score_checked(model, [dialogue[0]])[0].total for dialogue in (risky, safe)]
        chances.append(1 / (1 + np.exp((worth[1] - worth[0]) / 0.1)))
        taken = round(40 * chances[-1])
        score_checked(model, [step for n in range(40) for step in (risky if n < taken else safe)])
        prices.append(model.multiplier)
    assert chances[0] > 0.99
    assert chances[-1] == pytest.approx(0.25, abs=0.03)
    assert prices[-1] == pytest.approx(0.6 + 0.1 * np.log(3), abs=0.02)


def test_evaluation_does_not_move_the_price(task: Any) -> None:
    model = Constraint(gain, risk, bound=0.0, dialogues=1, multiplier=0.5)
    episode = task.episode()
    episode.start("test", 0)
    for text in ("risk", "bye"):
        episode.apply(task.parse(text), text)
    score_checked(model, last(episode.dialogue))
    assert model.multiplier == 0.5


def test_state_comes_back_in_the_middle_of_a_block(play: Play) -> None:
    one, other = (Constraint(gain, risk, bound=0.5, dialogues=2) for _ in range(2))
    score_checked(one, last(play("risk", "bye")))
    load_reward_state(other, reward_state(one))
    for model in (one, other):
        score_checked(model, last(play("risk", "bye")))
    assert one.multiplier == other.multiplier > 0


@pytest.mark.parametrize("wrong", [{"rate": 0.0}, {"dialogues": 0}, {"multiplier": -1.0}])
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        Constraint(gain, risk, bound=0.1, **wrong)  # type: ignore[arg-type]


def test_cost_and_child_have_different_names() -> None:
    with pytest.raises(ConfigurationError, match="different names"):
        Constraint(gain, gain, bound=0.1)
