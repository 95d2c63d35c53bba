"""Making environments by name, with the mistakes that a user can make explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium as gym

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.views.env import DialogueEnv
from dialogue_gym.views.vector import DialogueVectorEnv


def make_vector(env: str, num_envs: int, *, autoreset_mode: str = "disabled", **kwargs: Any) -> DialogueVectorEnv:
    """The native vector environment; by default with rows that wait where their episodes end."""
    with _explained(env):
        made = gym.make_vec(
            env,
            num_envs=num_envs,
            vectorization_mode="vector_entry_point",
            autoreset_mode=autoreset_mode,
            **kwargs,
        )
    base = made.unwrapped
    if not isinstance(base, DialogueVectorEnv):
        made.close()
        raise _not_ours(env)
    return base


def make_single(env: str, **kwargs: Any) -> DialogueEnv:
    """The single environment, without Gymnasium's wrappers."""
    with _explained(env):
        made = gym.make(env, **kwargs)
    base = made.unwrapped
    if not isinstance(base, DialogueEnv):
        made.close()
        raise _not_ours(env)
    return base


def _not_ours(env: str) -> ConfigurationError:
    return ConfigurationError(f"Expected a dialogue environment, got {env!r}. `dialogue-gym envs` lists them.")


@contextmanager
def _explained(env: str) -> Iterator[None]:
    try:
        yield
    except gym.error.Error as error:
        raise ConfigurationError(
            f"Expected an environment that can be made, got {env!r}: {error} `dialogue-gym envs` lists ours."
        ) from error
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        raise ConfigurationError(
            f"Expected arguments that {env!r} takes, got another: {error}. Its docstring lists them."
        ) from error
