"""What is done with an item that was opened: like, save, comment, share, buy. Later steps depend on earlier ones."""

from math import exp, log1p
from typing import NamedTuple

from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.users.parameters import UserParameters


class Reactions(NamedTuple):
    """What a user did with an item."""

    like: bool
    save: bool
    comment: bool
    share: bool
    buy: bool


def sigmoid(logit: float) -> float:
    """The probability of a logit. Applied once to each."""
    return 1.0 / (1.0 + exp(-logit))


def like_chance(p: UserParameters, enjoyed: float) -> float:
    """Probability of a like, given that the item was opened."""
    return sigmoid(p.like + p.like_enjoyment * enjoyed)


def save_chance(p: UserParameters, enjoyed: float) -> float:
    """Probability that the item is saved for later, given that it was opened."""
    return sigmoid(p.save + p.save_enjoyment * enjoyed)


def comment_chance(p: UserParameters, liked: bool) -> float:
    """Probability of a comment: who likes speaks."""
    return p.comment_liked if liked else p.comment_unliked


def share_chance(p: UserParameters, liked: bool, clickbait: float) -> float:
    """Probability that the item is passed on, for its worth or for its title."""
    return sigmoid(p.share + p.share_liked * liked + p.share_bait * clickbait)


def buy_chance(p: UserParameters, enjoyed: float, price: float, thrift: float) -> float:
    """Probability of buying, given that the item was opened: 0 for what costs nothing."""
    return sigmoid(p.buy + p.buy_enjoyment * enjoyed - thrift * p.buy_price * log1p(price)) if price else 0.0


def react(
    p: UserParameters, *, enjoyed: float, price: float, clickbait: float, thrift: float, stream: Stream
) -> Reactions:
    """Draws what is done with an opened item."""
    like = stream.chance(like_chance(p, enjoyed))
    return Reactions(
        like,
        stream.chance(save_chance(p, enjoyed)),
        stream.chance(comment_chance(p, like)),
        stream.chance(share_chance(p, like, clickbait)),
        stream.chance(buy_chance(p, enjoyed, price, thrift)),
    )
