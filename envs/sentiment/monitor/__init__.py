"""A live stream of texts about several topics: what to read, how it sounds, and when to raise the alarm."""

from dialogue_gym.envs.sentiment.monitor.episode import SentimentMonitorEpisode
from dialogue_gym.envs.sentiment.monitor.task import SentimentMonitorTask, load_task

__all__ = ["SentimentMonitorEpisode", "SentimentMonitorTask", "load_task"]
