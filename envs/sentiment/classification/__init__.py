"""Sentiment of financial texts: which topic, and good or bad news for whom."""

from dialogue_gym.envs.sentiment.classification.episode import SentimentClassificationEpisode
from dialogue_gym.envs.sentiment.classification.task import SentimentClassificationTask, load_task

__all__ = ["SentimentClassificationEpisode", "SentimentClassificationTask", "load_task"]
