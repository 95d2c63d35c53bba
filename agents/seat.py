"""Where an agent sits: the task and the view behind an environment, single or vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gymnasium.spaces import Space

from dialogue_gym.agent import idle_action
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task
from dialogue_gym.views.env import DialogueEnv
from dialogue_gym.views.vector import DialogueVectorEnv
from dialogue_gym.views.view import TextView, View


@dataclass(frozen=True)
class Seat:
    """What an environment tells the agents made for it.

    Attributes:
        task: The task that is played.
        views: The views of the rows, one for a single environment. They lead to hidden state
            (`view.episode`): only oracles look behind them.
        text: Whether the agent reads and writes text; otherwise features and numbered acts.
    """

    task: Task
    views: Sequence[View[Any]]
    text: bool

    @classmethod
    def of(cls, env: Any) -> "Seat":
        """The seat at an environment made by `gym.make` or `gym.make_vec`, wrapped or not."""
        base = getattr(env, "unwrapped", env)
        if isinstance(base, DialogueEnv):
            views: Sequence[View[Any]] = [base.view]
        elif isinstance(base, DialogueVectorEnv):
            views = base.views
        elif all(isinstance(e.unwrapped, DialogueEnv) for e in getattr(base, "envs", [base])):
            views = [e.unwrapped.view for e in base.envs]
        else:
            raise ConfigurationError(
                f"Expected an environment of dialogue_gym, got {env!r}. Make one with gym.make(id), or with "
                "gym.make_vec(id, num_envs=n, vectorization_mode='vector_entry_point'); episodes that live "
                "in other processes ('async') cannot be reached."
            )
        return cls(views[0].task, views, isinstance(views[0], TextView))

    @property
    def action_space(self) -> Space[Any]:
        """The space of one row's actions."""
        return self.views[0].action_space

    @property
    def idle_action(self) -> Any:
        """An action for a row without a running episode, where it is not played anyway."""
        return idle_action(self.action_space)
