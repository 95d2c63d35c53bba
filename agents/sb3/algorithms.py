"""The algorithms of Stable-Baselines3 and sb3-contrib that play numeric views, and what they start from.

Hyperparameters here were not searched for: they are the libraries' defaults but for what dialogues need, which are
short (no discount within an episode, rollouts of some episodes a row) and have a few hundred features. What was
searched for, by environment, is in `agents/classical/tuned/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from gymnasium.spaces import Discrete, MultiDiscrete, Space

from dialogue_gym.errors import ConfigurationError, UnknownNameError

_ON_POLICY: dict[str, Any] = {"n_steps": 128, "gamma": 1.0, "gae_lambda": 0.95}
_CLIPPED = {**_ON_POLICY, "batch_size": 512, "n_epochs": 8, "learning_rate": 5e-4, "ent_coef": 0.005}
_OFF_POLICY: dict[str, Any] = {
    "gamma": 0.99,
    "learning_rate": 5e-4,
    "batch_size": 128,
    "buffer_size": 200_000,
    "learning_starts": 5_000,
    "train_freq": 4,
    "gradient_steps": 1,
    "target_update_interval": 1_000,
    "exploration_fraction": 0.3,
    "exploration_final_eps": 0.02,
}
_NET = {"net_arch": [256, 256]}


@dataclass(frozen=True)
class Algorithm:
    """One algorithm.

    Attributes:
        module: Where its class is.
        name: The class.
        policy: Which of its policies.
        masks: Whether it is told which acts are legal.
        discrete_only: Whether an action must be one number.
        defaults: Hyperparameters; `policy_kwargs` among them.
    """

    module: str
    name: str
    defaults: Mapping[str, Any]
    policy: str = "MlpPolicy"
    masks: bool = False
    discrete_only: bool = False

    @property
    def cls(self) -> Any:
        """The class, imported when it is needed."""
        return getattr(import_module(self.module), self.name)

    @property
    def policy_class(self) -> Any:
        """The class of its policy."""
        return self.cls.policy_aliases[self.policy]


ALGORITHMS: dict[str, Algorithm] = {
    "dqn": Algorithm("stable_baselines3", "DQN", {**_OFF_POLICY, "policy_kwargs": _NET}, discrete_only=True),
    "qrdqn": Algorithm("sb3_contrib", "QRDQN", {**_OFF_POLICY, "policy_kwargs": _NET}, discrete_only=True),
    "ppo": Algorithm("stable_baselines3", "PPO", {**_CLIPPED, "policy_kwargs": _NET}),
    "a2c": Algorithm(
        "stable_baselines3",
        "A2C",
        {"n_steps": 16, "gamma": 1.0, "gae_lambda": 0.95, "ent_coef": 0.005, "policy_kwargs": _NET},
    ),
    "trpo": Algorithm("sb3_contrib", "TRPO", {**_ON_POLICY, "batch_size": 512, "policy_kwargs": _NET}),
    "maskable_ppo": Algorithm("sb3_contrib", "MaskablePPO", {**_CLIPPED, "policy_kwargs": _NET}, masks=True),
    "recurrent_ppo": Algorithm(
        "sb3_contrib",
        "RecurrentPPO",
        {**_CLIPPED, "policy_kwargs": {"net_arch": [256], "lstm_hidden_size": 128}},
        policy="MlpLstmPolicy",
    ),
}
"""By the name that `dialogue-gym train` knows."""


def find_algorithm(name: str, space: Space[Any]) -> Algorithm:
    """The algorithm of a name, for an action space.

    Raises:
        UnknownNameError: There is none.
        ConfigurationError: It cannot play this space.
    """
    if name not in ALGORITHMS:
        raise UnknownNameError("algorithm", name, ALGORITHMS)
    found = ALGORITHMS[name]
    if not isinstance(space, Discrete | MultiDiscrete):
        raise ConfigurationError(f"Expected numbered acts for {name}, got {space}. Take an '...Acts-v0' environment.")
    if found.discrete_only and not isinstance(space, Discrete):
        able = ", ".join(n for n, a in ALGORITHMS.items() if not a.discrete_only)
        raise ConfigurationError(f"Expected one number per action for {name}, got {space}. Use one of: {able}.")
    return found
