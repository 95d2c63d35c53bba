"""Gymnasium environments for dialogue agents, pluggable rewards, and the agents that learn on them.

    import gymnasium as gym
    import dialogue_gym

    env = gym.make("dialogue_gym/CustomerService-v0")
    observation, info = env.reset(seed=0)

Importing this package registers the environments by name and loads none of them.
"""

from typing import Any

from dialogue_gym.registration import register_environments

__all__ = ["__version__", "register_environments"]

register_environments()


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("dialogue_gym")
    raise AttributeError(f"module 'dialogue_gym' has no attribute {name!r}")
