"""Training with Stable-Baselines3, looked at now and then."""

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback

from dialogue_gym.agents.classical.options import ClassicalOptions
from dialogue_gym.agents.sb3.agent import SB3Agent
from dialogue_gym.agents.sb3.algorithms import find_algorithm
from dialogue_gym.agents.sb3.vec_env import make_vec_env
from dialogue_gym.errors import ConfigurationError

_OURS = ("policy", "env", "seed", "device", "verbose", "tensorboard_log", "_init_setup_model")


class _Look(BaseCallback):
    """Calls back every so many turns, and at the end."""

    def __init__(self, every: int, look: Callable[[int], object]) -> None:
        super().__init__()
        self._every, self._look = every, look
        self._next = every

    def _on_step(self) -> bool:
        if self.num_timesteps >= self._next:
            self._next += self._every
            self._look(self.num_timesteps)
        return True

    def _on_training_end(self) -> None:
        self._look(self.num_timesteps)


def learn(
    algorithm: str,
    env: str,
    options: ClassicalOptions,
    look: Callable[[int, SB3Agent], object],
    *,
    env_kwargs: Mapping[str, Any],
    hyper: Mapping[str, Any],
    seed: int,
) -> Callable[[], object]:
    """Prepares training; what it gives, trains.

    Args:
        algorithm: One of `ALGORITHMS`.
        env: The id of a numeric view.
        options: Turns, rows, and how often to look.
        look: Called with the turns so far and the agent.
        env_kwargs: More arguments of the environment.
        hyper: Hyperparameters over the defaults.
        seed: Of everything that is drawn.

    Raises:
        ConfigurationError: The algorithm cannot play here, or does not have such hyperparameters.
    """
    vec_env = make_vec_env(env, options.num_envs, **env_kwargs)
    task = vec_env.vector.task
    found = find_algorithm(algorithm, task.action_space)
    taken = [name for name in inspect.signature(found.cls).parameters if name not in _OURS]
    unknown = sorted(set(hyper) - set(taken))
    if unknown:
        raise ConfigurationError(
            f"Expected hyperparameters of {algorithm} in --hyper, got {', '.join(unknown)}. There are: "
            f"{', '.join(taken)}."
        )
    settings = {**found.defaults, **hyper}
    # Some algorithms write into what they are given.
    model = found.cls(found.policy, vec_env, seed=seed, device="cpu", **deepcopy(settings))
    agent = SB3Agent(model.policy, algorithm, task, settings.get("policy_kwargs", {}))
    callback = _Look(options.eval_every, lambda steps: look(steps, agent))
    return lambda: model.learn(options.steps, callback=callback)
