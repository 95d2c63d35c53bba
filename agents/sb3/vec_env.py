"""The native vector of a numeric view as Stable-Baselines3's `VecEnv`: n episodes in one process, masks included."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.vec_env import VecEnv

from dialogue_gym.agents.classical.rows import Rows
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.views.vector import ActsVectorEnv


class NativeVecEnv(VecEnv):
    """An `ActsVectorEnv` behind the interface that Stable-Baselines3 trains on.

    An ended row begins its next episode in the same step; the last observation of the old one is in
    `info["terminal_observation"]`, its return and length in `info["episode"]`, as `Monitor` has them.
    `info["TimeLimit.truncated"]` is always False: an episode that `max_turns` ended was scored, so nobody may
    bootstrap from it (else stalling pays).

    Args:
        vector: With autoreset mode "same_step".

    Raises:
        ConfigurationError: Another autoreset mode, or no numeric view.
    """

    def __init__(self, vector: ActsVectorEnv) -> None:
        if not isinstance(vector, ActsVectorEnv):
            raise ConfigurationError(
                f"Expected the vector of a numeric view, got {type(vector).__name__}. Take an '...Acts-v0' environment."
            )
        if vector.autoreset_mode is not AutoresetMode.SAME_STEP:
            raise ConfigurationError(
                f"Expected autoreset_mode='same_step', which is how Stable-Baselines3 resets, got "
                f"{vector.autoreset_mode.value!r}."
            )
        self.vector = vector
        self.render_mode = None
        super().__init__(vector.num_envs, vector.single_observation_space, vector.single_action_space)
        self._actions: Any = None
        self._rows = Rows(vector)
        self._returns = np.zeros(vector.num_envs)
        self._lengths = np.zeros(vector.num_envs, np.int64)

    def reset(self) -> npt.NDArray[np.float32]:
        """Begins an episode in every row."""
        observations, _ = self.vector.reset(seed=self._seeds)
        self._reset_seeds()
        self._reset_options()
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self._rows.begin()
        return np.asarray(observations, np.float32)

    def step_async(self, actions: npt.NDArray[Any]) -> None:
        """Keeps the actions for `step_wait`."""
        self._actions = actions

    def step_wait(self) -> tuple[Any, npt.NDArray[np.float32], npt.NDArray[np.bool_], list[dict[str, Any]]]:
        """Plays them."""
        observations, rewards, terminated, truncated, _ = self.vector.step(self._actions)
        done = terminated | truncated
        self._rows.played(self._actions, done)
        self._returns += rewards
        self._lengths += 1
        infos = [dict(info or {}) for info in self.vector.infos]
        for row in np.flatnonzero(done).tolist():
            info = infos[row]
            info["terminal_observation"] = info.pop("final_obs")
            info |= {
                name: value for name, value in info.pop("final_info").items() if name in ("outcome", "stop_reason")
            }
            info["episode"] = {"r": float(self._returns[row]), "l": int(self._lengths[row]), "t": 0.0}
        for info in infos:
            info["TimeLimit.truncated"] = False
        self._returns[done] = 0.0
        self._lengths[done] = 0
        return np.asarray(observations, np.float32), rewards.astype(np.float32), done, infos

    def state(self) -> dict[str, Any]:
        """Where the episodes stand, as JSON."""
        return {**self._rows.state(), "returns": self._returns.tolist(), "lengths": self._lengths.tolist()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes back to what `state` gave."""
        self._rows.load(state)
        self._returns[:], self._lengths[:] = state["returns"], state["lengths"]

    def close(self) -> None:
        """Closes the vector."""
        self.vector.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """An attribute of the vector, for each of the rows."""
        return [getattr(self.vector, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refused: rows share their task."""
        raise ConfigurationError(f"Expected nobody to change {attr_name!r} of rows that share one task.")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        """The rows' parts of what a method of the vector gives, such as `action_masks`."""
        given: Sequence[Any] = getattr(self.vector, method_name)(*args, **kwargs)
        return [given[row] for row in self._get_indices(indices)]

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        """Rows have no wrappers."""
        return [False for _ in self._numbers(indices)]

    def _numbers(self, indices: Any) -> Iterable[int]:
        rows: Iterable[int] = self._get_indices(indices)
        return rows


def make_vec_env(env: str, num_envs: int, **kwargs: Any) -> NativeVecEnv:
    """A `NativeVecEnv` of so many rows."""
    vector = make_vector(env, num_envs, autoreset_mode="same_step", **kwargs)
    if not isinstance(vector, ActsVectorEnv):
        raise ConfigurationError(
            f"Expected the id of a numeric view, got {env!r}, whose actions are text. Take the one with 'Acts'."
        )
    return NativeVecEnv(vector)
