"""Examination and choice: exact probabilities, by hand, by enumeration and by drawing."""

from itertools import permutations
from math import exp

import pytest

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.users.choice import (
    best_list,
    click_probabilities,
    examine_by_position,
    examine_in_cascade,
    glances,
    list_value,
)


def test_the_hand_worked_example():
    assert click_probabilities([1, 1], 2.0, ((1.0, (0, 1)),)) == pytest.approx([1 / 4, 1 / 4])
    assert click_probabilities([1, 1], 2.0, examine_in_cascade(2, 0.5)) == pytest.approx([7 / 24, 1 / 8])


def test_positions_are_examined_independently():
    sets = examine_by_position(2, 1.0)  # place 1 always, place 2 half of the time
    assert {places: chance for chance, places in sets} == pytest.approx({(0, 1): 0.5, (0,): 0.5})
    assert sum(chance for chance, _ in examine_by_position(4, 0.8)) == pytest.approx(1.0)


def test_a_cascade_goes_from_the_top():
    assert examine_in_cascade(3, 0.5) == ((0.5, (0,)), (0.25, (0, 1)), (0.25, (0, 1, 2)))
    assert examine_in_cascade(0, 0.5) == ((1.0, ()),)
    assert click_probabilities([], 1.0, examine_in_cascade(0, 0.5)) == []


def test_rates_span_the_whole_range():
    """A sigmoid of a sigmoid, as in some simulators, could not leave 0.5 .. 0.73."""
    seen = [click_probabilities([exp(utility)], 1.0, examine_in_cascade(1, 1.0))[0] for utility in (-6, -2, 0, 2, 6)]
    assert seen == pytest.approx([1 / (1 + exp(6)), 1 / (1 + exp(2)), 0.5, 1 / (1 + exp(-2)), 1 / (1 + exp(-6))])


EYES = [examine_by_position(4, 0.4), examine_by_position(4, 0.8), examine_in_cascade(4, 0.65)]


@pytest.mark.parametrize("examined", EYES)
def test_attraction_decides_and_not_the_first_place_alone(examined):
    chances = click_probabilities([0.1, 0.1, 8.0, 0.1], 1.0, examined)
    assert max(range(4), key=chances.__getitem__) == 2
    equal = click_probabilities([1.0] * 4, 1.0, examined)
    assert equal == sorted(equal, reverse=True)
    assert equal[0] > equal[-1] + 0.02


@pytest.mark.parametrize("examined", EYES)
def test_value_by_place_is_value_by_probability(examined):
    weights, values = [2.0, 0.5, 1.0, 3.0], [0.5, -0.2, 1.0, 0.1]
    chances = click_probabilities(weights, 1.5, examined)
    expected = sum(chance * value for chance, value in zip(chances, values, strict=True))
    assert list_value(weights, values, 1.5, glances(examined, 4)) == pytest.approx(expected)


@pytest.mark.parametrize("cascade", [True, False])
def test_the_greedy_list_is_close_to_the_best_by_enumeration(cascade):
    """The distance is printed: 200 cases of 6 items for 3 places."""
    examined = examine_in_cascade(3, 0.75) if cascade else examine_by_position(3, 0.6)
    seen = glances(examined, 3)
    losses = []
    for case in range(200):
        stream = Stream(key("tests.choice", case))
        weights = [exp(3 * stream.uniform() - 1) for _ in range(6)]
        values = [2 * stream.uniform() - 1 for _ in range(6)]

        def value(order, weights=weights, values=values):
            return list_value([weights[i] for i in order], [values[i] for i in order], 3.0, seen)

        best = max(value(order) for places in range(4) for order in permutations(range(6), places))
        losses.append((best - value(best_list(weights, values, 3.0, seen))) / best if best else 0.0)
    print(f"greedy loses {100 * sum(losses) / len(losses):.2f} % on average, {100 * max(losses):.1f} % at most")
    assert min(losses) > -1e-9
    assert sum(losses) / len(losses) < 0.01
    assert max(losses) < 0.15


def test_nothing_is_shown_where_nothing_is_worth_it():
    assert best_list([1.0, 2.0], [-0.1, 0.0], 1.0, glances(examine_in_cascade(2, 0.5), 2)) == []
