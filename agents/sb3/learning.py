"""Training with Stable-Baselines3, looked at now and then, and put down so that another process can go on."""

import inspect
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback

from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import Sizes, check_hyper
from dialogue_gym.agents.sb3.agent import SB3Agent
from dialogue_gym.agents.sb3.algorithms import find_algorithm
from dialogue_gym.agents.sb3.state import load_state, save_state
from dialogue_gym.agents.sb3.vec_env import make_vec_env

_OURS = ("policy", "env", "seed", "device", "verbose", "tensorboard_log", "_init_setup_model")


class SB3Training:
    """A model of Stable-Baselines3 that learns; mistakes show when it is made.

    Args:
        algorithm: One of `ALGORITHMS`.
        env: The id of a numeric view.
        sizes: Turns and rows.
        env_kwargs: More arguments of the environment.
        hyper: Hyperparameters over the defaults.
        seed: Of everything that is drawn.

    Raises:
        ConfigurationError: The algorithm cannot play here, or does not have such hyperparameters.
    """

    def __init__(
        self,
        algorithm: str,
        env: str,
        sizes: Sizes,
        *,
        env_kwargs: Mapping[str, Any],
        hyper: Mapping[str, Any],
        seed: int,
    ) -> None:
        self.vec_env = make_vec_env(env, sizes.num_envs, **env_kwargs)
        self.task, self.reward_model = self.vec_env.vector.task, self.vec_env.vector.reward_model
        self.steps = sizes.steps
        found = find_algorithm(algorithm, self.task.action_space)
        taken = [name for name in inspect.signature(found.cls).parameters if name not in _OURS]
        check_hyper(algorithm, hyper, taken)
        settings = {**found.defaults, **hyper}
        # Some algorithms write into what they are given.
        self.model = found.cls(found.policy, self.vec_env, seed=seed, device="cpu", **deepcopy(settings))
        self.agent = SB3Agent(self.model.policy, algorithm, self.task, settings.get("policy_kwargs", {}))

    def run(self, looks: Looks) -> None:
        """Learns what is left to learn."""
        begun: int = self.model.num_timesteps
        callback = _Callback(looks, self.agent)
        self.model.learn(max(0, self.steps - begun), callback=callback, reset_num_timesteps=begun == 0)

    def save(self, folder: Path) -> dict[str, Any]:
        """Writes where it stands into a folder; gives the rest as JSON."""
        return {"model": save_state(self.model, folder), "rows": self.vec_env.state()}

    def load(self, folder: Path, state: Mapping[str, Any]) -> None:
        """Goes back to what `save` wrote."""
        self.vec_env.load(state["rows"])
        load_state(self.model, folder, state["model"])


class _Callback(BaseCallback):
    def __init__(self, looks: Looks, agent: SB3Agent) -> None:
        super().__init__()
        self._looks, self._agent = looks, agent

    def _on_rollout_start(self) -> None:
        self._looks.rest()

    def _on_step(self) -> bool:
        self._looks.at(self.num_timesteps, self._agent)
        return True

    def _on_training_end(self) -> None:
        self._looks.end(self.model.num_timesteps, self._agent)
