"""How well simple rankings find the films that people liked and that were held out: NDCG@10.

What is measured is the real set and not a simulator: how much there is to find in who rated what, among all films.
The figure depends on what is held out. Of each person's ratings the last fifth by time is a task as a recommender has
it: what comes next. Likes that are drawn at random are easier to find, since what was rated on the same day is in
both parts.

    ratings = read_ratings(folder, described=False, latest=True)
    ndcg_at_10(ratings, item_item)
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.movielens.ratings import LIKED, Ratings

Scores = npt.NDArray[np.float64]
Ranking = Callable[[Ratings], Scores]
TOP = 10


def popularity(ratings: Ratings) -> Scores:
    """(n_users, n_films): films by how many people liked them."""
    counts = (ratings.kept >= LIKED).sum(0).astype(np.float64)
    return np.tile(counts, (len(ratings.users), 1))


def item_item(ratings: Ratings) -> Scores:
    """Sum of cosines to the films that the person liked (Sarwar et al. 2001)."""
    liked = (ratings.kept >= LIKED).astype(np.float64)
    unit = liked / np.maximum(np.linalg.norm(liked, axis=0), 1e-9)
    return np.asarray((liked @ unit.T) @ unit)  # and not films by films, which is large


def chance(ratings: Ratings) -> Scores:
    """Any order."""
    rows = [Stream(key("recommendation.yardstick", user)) for user in ratings.users]
    return np.array([[stream.uniform() for _ in ratings.films] for stream in rows])


def ndcg_at_10(ratings: Ratings, ranking: Ranking) -> float:
    """Mean over people with held-out likes of NDCG@10 among the films that they have not rated as far as is known."""
    scores = np.where(ratings.kept > 0, -np.inf, ranking(ratings))
    liked = ratings.held_out >= LIKED
    discounts = 1.0 / np.log2(np.arange(2, TOP + 2))
    values = []
    for row in np.flatnonzero(liked.any(1)):
        top = np.argsort(-scores[row], kind="stable")[:TOP]
        ideal = discounts[: min(TOP, int(liked[row].sum()))].sum()
        values.append(float((liked[row, top] * discounts).sum() / ideal))
    return float(np.mean(values))
