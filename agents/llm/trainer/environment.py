"""What a rollout needs of the environment: a vector on the text view, whose rows wait where their dialogues end."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.views.view import TextView


class VectorTextEnv:
    """n rows of a registered text environment, as a `rollout.TextEnv`.

    Args:
        env: The environment's id.
        num_envs: Number of rows.
        split: Which scenarios.
        env_kwargs: More arguments of the environment.
    """

    def __init__(self, env: str, num_envs: int, *, split: str = "train", env_kwargs: Mapping[str, Any] | None = None):
        self.vector = make_vector(env, num_envs, split=split, **dict(env_kwargs or {}))
        if not isinstance(self.vector.views[0], TextView):
            raise ConfigurationError(
                f"Expected an environment whose actions are text, got {env!r} with numbered acts. "
                f"Take {env.replace('Acts-', '-')!r}."
            )
        self.num_envs = num_envs

    def reset(self, scenarios: Sequence[int], trials: Sequence[int]) -> tuple[Any, list[dict[str, Any]]]:
        """Begins one scenario per row."""
        options = {"scenario": np.array(scenarios), "trial": np.array(trials)}
        observations, _ = self.vector.reset(options=options)
        return observations, self._infos()

    def step(self, actions: Sequence[str | None]) -> tuple[Any, Any, Any, Any, list[dict[str, Any]]]:
        """One turn per row, none where the action is None: that dialogue is over, for the learner at least."""
        self.vector.abandon([row for row, action in enumerate(actions) if action is None])
        observations, rewards, terminated, truncated, _ = self.vector.step(actions)
        return observations, rewards, terminated, truncated, self._infos()

    def _infos(self) -> list[dict[str, Any]]:
        return [info or {} for info in self.vector.infos]
