"""Feelings, funnel and visits, by hand."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.users.feelings import drifted, enjoyment, next_boredom, next_satisfaction
from dialogue_gym.envs.recommendation.users.funnel import (
    buy_chance,
    comment_chance,
    like_chance,
    react,
    save_chance,
    share_chance,
    sigmoid,
)
from dialogue_gym.envs.recommendation.users.parameters import ENGAGED
from dialogue_gym.envs.recommendation.users.visits import days_away, leave_chance, mean_days_away


def test_satisfaction_leaks_and_is_bounded():
    assert next_satisfaction(0.4, 0.5, kept=0.5, gain=0.2) == pytest.approx(0.3)
    assert next_satisfaction(0.4, 0.0, kept=0.5, gain=0.2) == pytest.approx(0.2)
    assert next_satisfaction(1.0, 1.0, kept=0.9, gain=0.9) == 1.0
    assert next_satisfaction(-1.0, -1.0, kept=0.9, gain=0.9) == -1.0


def test_clickbait_pays_now_and_costs_later():
    bait, good = enjoyment(0.5 - ENGAGED.bait_cost), enjoyment(0.5)
    assert bait < 0 < good
    assert share_chance(ENGAGED, False, 1.0) > 5 * share_chance(ENGAGED, False, 0.0)


def test_boredom_grows_with_consumption_and_recovers():
    memory = [0.0, 0.0]
    for _ in range(3):
        memory = next_boredom(memory, 0.5, (0,))
    assert memory == pytest.approx([1.75, 0.0])
    for _ in range(10):
        memory = next_boredom(memory, 0.5)
    assert memory[0] < 0.002


def test_taste_moves_towards_what_was_enjoyed_and_stays_in_bounds():
    assert drifted([0.0, 1.0, 2.49], (1, 2), 0.5, 0.1) == pytest.approx([0.0, 1.05, 2.5])
    assert drifted([0.0, 1.0], (1,), -1.0, 0.1) == pytest.approx([0.0, 0.9])


def test_each_rate_is_one_sigmoid_of_its_logit():
    p = replace(ENGAGED, like=-1.0, like_enjoyment=2.0, save=-2.0, save_enjoyment=1.0)
    assert like_chance(p, 0.5) == pytest.approx(0.5)
    assert save_chance(p, 1.0) == pytest.approx(1 / (1 + exp(1)))
    assert like_chance(p, -1.0) == pytest.approx(1 / (1 + exp(3)))
    assert (comment_chance(p, True), comment_chance(p, False)) == (0.12, 0.02)
    assert sigmoid(-40) < 1e-12


def test_what_is_free_is_not_bought_and_what_is_dear_is_bought_less():
    assert buy_chance(ENGAGED, 1.0, 0.0, 1.0) == 0.0
    assert buy_chance(ENGAGED, 1.0, 5.0, 1.0) > buy_chance(ENGAGED, 1.0, 200.0, 1.0) > 0
    assert buy_chance(ENGAGED, 1.0, 50.0, 0.5) > buy_chance(ENGAGED, 1.0, 50.0, 1.5)


def test_reactions_always_take_the_same_number_of_draws():
    streams = [Stream(5), Stream(5)]
    for stream, price in zip(streams, (0.0, 9.0), strict=True):
        react(ENGAGED, enjoyed=0.9, price=price, clickbait=0.0, thrift=1.0, stream=stream)
    assert streams[0].state == streams[1].state


def test_the_satisfied_stay_and_come_back_sooner():
    p = ENGAGED
    chances = [leave_chance(p, satisfaction, 0, 1.0) for satisfaction in (-0.8, 0.0, 0.8)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 4 * chances[2]
    assert leave_chance(p, 0.0, 3, 0.5) > leave_chance(p, 0.0, 3, 1.5) > leave_chance(p, 0.0, 0, 1.0)
    assert mean_days_away(p, 0.5) == pytest.approx(p.return_days / exp(1))


def test_days_away_are_whole_exponential_and_end():
    assert days_away(ENGAGED, 0.0, 0.0) == 1
    assert days_away(ENGAGED, 0.0, 1 - exp(-1.4)) == 6  # 1.4 means of 4 days, rounded up
    assert days_away(ENGAGED, 0.0, 1 - exp(-3.6)) is None  # 14.4 days
    assert ENGAGED.return_days * -log(1 - 0.97) > ENGAGED.lost_after


@pytest.mark.parametrize("factors", [0, 3])
def test_joys_of_many_are_the_joys_of_each(factors):
    from dialogue_gym.envs.recommendation.catalogue.builtin import builtin_catalogue
    from dialogue_gym.envs.recommendation.catalogue.items import Catalogue
    from dialogue_gym.envs.recommendation.users.population import draw_person
    from dialogue_gym.envs.recommendation.users.user import User

    catalogue, person = builtin_catalogue("train"), draw_person(5, "train")
    if factors:
        rows = [tuple(0.1 * (row % 7) * column for column in range(factors)) for row in range(len(catalogue))]
        catalogue = Catalogue("factors", catalogue.items, factors=rows)
        person = person._replace(taste=(*person.taste, *(0.5 - column for column in range(factors))))
    user = User(ENGAGED, person, catalogue)
    user.consume(3, Stream(1))
    user.consume(40, Stream(2))
    numbers = np.arange(100)
    assert user.joys(numbers) == pytest.approx([user.joy(number) for number in numbers.tolist()])
