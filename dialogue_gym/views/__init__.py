"""Gymnasium environments derived from a task: single and vector, text and numeric."""

from dialogue_gym.views.env import ActsEnv, DialogueEnv
from dialogue_gym.views.vector import ActsVectorEnv, DialogueVectorEnv, SideBySide
from dialogue_gym.views.view import ActsView, TextView, View

__all__ = ["ActsEnv", "ActsVectorEnv", "ActsView", "DialogueEnv", "DialogueVectorEnv", "SideBySide", "TextView", "View"]
