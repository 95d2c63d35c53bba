"""Slates: each round the agent orders some of the items on offer for a user who changes."""

from dialogue_gym.envs.recommendation.slates.episode import SlateRecommendationEpisode
from dialogue_gym.envs.recommendation.slates.task import SlateRecommendationTask, load_task

__all__ = ["SlateRecommendationEpisode", "SlateRecommendationTask", "load_task"]
