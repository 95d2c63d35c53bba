"""Real films and real people: MovieLens (Harper and Konstan 2015), read from a folder, never part of the package."""

from dialogue_gym.envs.recommendation.movielens.corpus import MovieLens, load_movielens
from dialogue_gym.envs.recommendation.movielens.ratings import Ratings, read_ratings

__all__ = ["MovieLens", "Ratings", "load_movielens", "read_ratings"]
