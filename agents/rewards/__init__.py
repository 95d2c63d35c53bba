"""Rewards that are models: classifiers, embeddings, preference models, judges.

They are frozen, in evaluation mode, called once per batch for all rows of a vector, and remember what they have scored
by its content. The core knows them by name ("classifier", "similarity", "preference", "judge") and loads them, and
torch, when they are asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialogue_gym.agents.rewards.classifier import HFClassifierReward
    from dialogue_gym.agents.rewards.judge import JudgeReward
    from dialogue_gym.agents.rewards.preference import PreferenceReward
    from dialogue_gym.agents.rewards.similarity import EmbeddingSimilarityReward

_HOMES = {
    "EmbeddingSimilarityReward": "similarity",
    "HFClassifierReward": "classifier",
    "JudgeReward": "judge",
    "PreferenceReward": "preference",
}

__all__ = ["EmbeddingSimilarityReward", "HFClassifierReward", "JudgeReward", "PreferenceReward"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
