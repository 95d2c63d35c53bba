"""Shaping by a potential changes no policy's rank; a bonus that is none does."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.draws import Stream, key
from dialogue_gym.episode import Dialogue
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards import Reward, Shaping, Step, WeightedMix, score_checked

Make = Callable[..., Any]
WORDS = ("a", "bb", "bye")
PLANS = [plan for plan in product(WORDS, repeat=3) if "bye" not in plan[:-1] or plan.index("bye") == 2] + [
    ("bye",),
    *[(word, "bye") for word in WORDS[:2]],
]
"""Every way that a dialogue of the fake task, of three turns at most, can go with three words."""


def words_so_far(step: Step) -> tuple[str, ...]:
    return tuple(turn.words or "" for turn in step.dialogue.turns[: step.number])


def worth(step: Step) -> float:
    """The task of this test: nothing but (a, bb, bye) is worth 1; each turn costs."""
    return float(step.ended and words_so_far(step) == ("a", "bb", "bye")) - 0.2


def values(plans: list[Dialogue], reward: Any, gamma: float) -> list[float]:
    """The exact discounted return of every plan."""
    returns = []
    for dialogue in plans:
        rewards = score_checked(reward, [Step(dialogue, n + 1) for n in range(len(dialogue.turns))])
        returns.append(sum(gamma**n * r.total for n, r in enumerate(rewards)))
    return returns


@pytest.fixture(scope="session")
def plans(play: Callable[..., Dialogue]) -> list[Dialogue]:
    return [play(*plan) for plan in PLANS]


@given(seed=st.integers(0, 2**32), gamma=st.sampled_from([0.5, 0.9, 1.0]), start=st.floats(-2, 2))
def test_the_values_of_all_policies_move_by_one_constant(
    seed: int, gamma: float, start: float, plans: list[Dialogue]
) -> None:
    def potential(step: Step) -> float:
        return 4.0 * Stream(key(seed, *words_so_far(step))).uniform() - 2.0

    shaped = WeightedMix({"worth": (worth, 1.0), "hint": (Shaping(potential, gamma=gamma, start=start), 1.0)})
    plain = values(plans, WeightedMix({"worth": (worth, 1.0)}), gamma)
    moved = [b - a for a, b in zip(plain, values(plans, shaped, gamma), strict=True)]
    assert moved == pytest.approx([-start] * len(plans))
    best = max(range(len(plans)), key=plain.__getitem__)
    assert plain[best] == pytest.approx(gamma**2 - 0.2 * (1 + gamma + gamma**2))
    if gamma == 1.0:
        assert PLANS[best] == ("a", "bb", "bye")


def test_a_bonus_that_is_no_potential_changes_the_best_policy(plans: list[Dialogue]) -> None:
    def bonus(step: Step) -> float:
        return 0.6 * float(words_so_far(step)[-1] == "a")

    returns = values(plans, WeightedMix({"worth": (worth, 1.0), "bonus": (bonus, 1.0)}), 1.0)
    assert PLANS[max(range(len(PLANS)), key=returns.__getitem__)] == ("a", "a", "a")


def test_another_discount_than_the_learners_changes_values_unequally(plans: list[Dialogue]) -> None:
    shaping = Shaping(lambda step: float(step.number), gamma=0.5)
    moved = values(plans, shaping, 1.0)
    assert max(moved) - min(moved) > 0.1


def test_by_hand(steps: list[Step]) -> None:
    shaped = score_checked(Shaping(lambda step: step.facts["length"], gamma=0.5, start=1.0), steps)
    assert [reward.total for reward in shaped] == [0.5 * 5 - 1, 0.5 * 2 - 5, 0.0 - 2]
    assert shaped[2].parts == {"shaping": -2.0, "raw/reward": 3.0}


def test_one_step_alone_is_scored_as_in_its_batch(steps: list[Step]) -> None:
    shaping = Shaping(lambda step: step.facts["length"])
    assert [score_checked(shaping, [step])[0] for step in steps] == score_checked(shaping, steps)


def test_where_the_potential_does_not_apply_it_is_zero(steps: list[Step]) -> None:
    shaped = score_checked(Shaping(lambda step: 2.0 if step.number == 1 else None), steps)
    assert [reward.total for reward in shaped] == [2.0, -2.0, 0.0]
    assert shaped[1] == Reward(-2.0, {"shaping": -2.0})


@pytest.mark.parametrize("gamma", [-0.1, 1.5, float("nan")])
def test_a_discount_lies_between_0_and_1(gamma: float) -> None:
    with pytest.raises(ConfigurationError, match="gamma between 0 and 1"):
        Shaping(lambda step: 0.0, gamma=gamma)
