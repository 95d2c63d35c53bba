"""LLM policies on the text view: dialogues in tokens, rollouts, advantages, losses.

Names are loaded when they are first used: importing this package loads neither torch nor transformers.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialogue_gym.agents.llm.batch import Batch, collate, plan_micro_batches
    from dialogue_gym.agents.llm.chat import ChatFormat, ChatTemplateError
    from dialogue_gym.agents.llm.conversations import Conversations
    from dialogue_gym.agents.llm.policy import Policy, TokenScores
    from dialogue_gym.agents.llm.rollout import DialogueSampler, TextEnv
    from dialogue_gym.agents.llm.tiny import make_tiny
    from dialogue_gym.agents.llm.trajectory import End, Trajectory, load_trajectories, save_trajectories

_HOMES = {
    "batch": ("Batch", "collate", "plan_micro_batches"),
    "chat": ("ChatFormat", "ChatTemplateError"),
    "conversations": ("Conversations",),
    "policy": ("Policy", "TokenScores"),
    "rollout": ("DialogueSampler", "TextEnv"),
    "tiny": ("make_tiny",),
    "trajectory": ("End", "Trajectory", "load_trajectories", "save_trajectories"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Batch",
    "ChatFormat",
    "ChatTemplateError",
    "Conversations",
    "DialogueSampler",
    "End",
    "Policy",
    "TextEnv",
    "TokenScores",
    "Trajectory",
    "collate",
    "load_trajectories",
    "make_tiny",
    "plan_micro_batches",
    "save_trajectories",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
