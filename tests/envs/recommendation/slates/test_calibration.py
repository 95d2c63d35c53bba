"""Rates under the popularity policy, beside those of published logs: at least 5,000 visits, ±10 % relative.

Published: of items that were viewed, 13.7 % were liked, 4.6 % saved and 3.5 % commented on; 12 % of the liked and 2 %
of the others were commented on. Visits of people who browse have a median of one to three views.
"""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest

from dialogue_gym.envs.recommendation.users import ENGAGED
from dialogue_gym.envs.recommendation.users.funnel import comment_chance

TOLERANCE = 0.1
EPISODES = 4500


@pytest.fixture(scope="module")
def popular(policies):
    return policies.play(policies.popular, EPISODES, rewards=())


@pytest.mark.slow
def test_the_funnel_is_calibrated(popular):
    """Both the chances of the opened items and what was drawn are within the tolerance, and agree with each other."""
    facts, parameters = popular.facts, ENGAGED
    opened, liked, both = facts["click"], facts["like"], facts["liked_and_commented"]
    like, save = facts["like_chance"] / opened, facts["save_chance"] / opened
    on_liked, on_others = comment_chance(parameters, True), comment_chance(parameters, False)
    comment = like * on_liked + (1 - like) * on_others
    rates = {  # chance, published, drawn, of how many
        "like given view": (like, 0.137, liked / opened, opened),
        "save given view": (save, 0.046, facts["save"] / opened, opened),
        "comment given view": (comment, 0.035, facts["comment"] / opened, opened),
        "comment given like": (on_liked, 0.12, both / liked, liked),
        "comment given no like": (on_others, 0.02, (facts["comment"] - both) / (opened - liked), opened - liked),
    }
    assert len(popular.opens) >= 5000
    print(f"\n{len(popular.opens)} visits, popularity policy, tolerance {TOLERANCE:.0%}")
    for name, (chance, published, drawn, _) in rates.items():
        print(f"{name}: {chance:.4f} (drawn {drawn:.4f}), published {published:.4f}")
    for name, (chance, published, drawn, count) in rates.items():
        assert chance == pytest.approx(published, rel=TOLERANCE), name
        assert drawn == pytest.approx(published, rel=TOLERANCE), name
        assert abs(drawn - chance) < 3.5 * sqrt(chance * (1 - chance) / count), name


@pytest.mark.slow
def test_openings_fall_with_the_place(popular):
    shares = popular.by_place / popular.by_place.sum()
    print("\nshare of openings by place:", shares.round(3).tolist())
    assert all(above > below + 0.02 for above, below in pairwise(shares.tolist()))
    assert shares[0] < 0.6, "the first place is not all there is"


@pytest.mark.slow
def test_browsing_people_open_one_to_three_items_a_visit(policies):
    browsing = policies.play(policies.popular, 600, rewards=(), population="browsing")
    engaged = policies.play(policies.oracle, 60)
    print(
        "\nmedian of views a visit:",
        np.median(browsing.opens),
        f"of {len(browsing.opens)}, browsing;",
        np.median(engaged.opens),
        f"of {len(engaged.opens)}, engaged, oracle",
    )
    assert 1 <= np.median(browsing.opens) <= 3
    assert np.median(engaged.opens) > 3
