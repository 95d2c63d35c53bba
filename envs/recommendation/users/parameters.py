"""What all users of a population have in common, in one place.

Rates of the funnel are set so that a population shown the most popular items likes, saves and comments as often as
published logs say; `tests/envs/recommendation/slates/test_calibration.py` measures it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class UserParameters:
    """How the users of a population behave. Utilities and logits are in nats; enjoyment and satisfaction in −1 .. 1."""

    outside: float = 1.2
    """Utility of opening nothing."""
    taste_weight: float = 1.0
    """What a unit of taste adds to the utility of opening; lower makes choices noisier."""
    stars_weight: float = 0.5
    """What a star above the mean adds to the utility of opening."""
    bait_pull: float = 1.4
    """What full clickbait adds to the utility of opening."""
    price_weight: float = 0.15
    """What log(1 + price) takes from the utility of opening, for the average user."""
    seen_penalty: float = 3.0
    """What having opened the item before takes from the utility of opening it."""
    boredom_weight: float = 0.45
    """What a unit of recent consumption of an attribute takes from utility and joy."""
    boredom_kept: float = 0.85
    """Share of the memory of what was consumed that is kept from round to round."""
    boredom_kept_per_day: float = 0.6
    """Share of it that is kept from day to day."""
    time_worth: float = 0.4
    """Taste that an item must meet to be worth its time: below it, enjoyment is negative."""
    quality_weight: float = 1.0
    """What a unit of quality adds to joy."""
    bait_cost: float = 1.6
    """What full clickbait takes from joy."""
    drift: float = 0.04
    """How far a taste moves with a fully enjoyed item, for each of its attributes."""
    satisfaction_gain: float = 0.35
    """How much of an enjoyment goes into satisfaction."""
    satisfaction_kept: float = 0.85
    """Share of satisfaction kept from one item to the next: it leaks."""
    frustration: float = 0.06
    """Satisfaction lost in a round with nothing worth opening."""
    leave: float = -2.6
    """Logit of ending the visit after a round at satisfaction 0."""
    leave_satisfaction: float = 2.0
    """What a unit of satisfaction takes from it."""
    leave_idle: float = 0.5
    """What each round in a row with nothing opened adds to it."""
    return_days: float = 4.0
    """Mean days until the next visit at satisfaction 0."""
    return_satisfaction: float = 2.0
    """By how many times e a unit of satisfaction shortens them."""
    lost_after: int = 14
    """Days after which a user who has not come back is lost."""
    like: float = -2.19
    """Logit of liking what was opened, at enjoyment 0."""
    like_enjoyment: float = 3.0
    """What a unit of enjoyment adds to it."""
    save: float = -3.21
    """Logit of saving it."""
    save_enjoyment: float = 2.0
    """What a unit of enjoyment adds to it."""
    comment_liked: float = 0.12
    """Probability of a comment on what was liked."""
    comment_unliked: float = 0.02
    """Probability of a comment on what was not."""
    share: float = -4.6
    """Logit of sharing what was opened, at enjoyment 0, not liked, not bait."""
    share_liked: float = 1.5
    """What having liked it adds."""
    share_bait: float = 2.2
    """What full clickbait adds: shocking titles are passed on."""
    buy: float = -2.4
    """Logit of buying what was opened and costs something, at enjoyment 0."""
    buy_enjoyment: float = 2.5
    """What a unit of enjoyment adds to it."""
    buy_price: float = 0.35
    """What log(1 + price) takes from it, for the average user."""


ENGAGED: Final = UserParameters()
"""People who stay for some ten rounds and come back: the default, where long-term rewards have something to reward."""

BROWSING: Final = replace(ENGAGED, leave=-1.2, leave_idle=0.3, return_days=6.0)
"""People who look in and go: a median of one to three items opened a visit."""

PRESETS: Final[Mapping[str, UserParameters]] = {"engaged": ENGAGED, "browsing": BROWSING}
