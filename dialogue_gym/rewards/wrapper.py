"""Another reward for an environment that is already made, or for dialogues that are already over.

    env = RerewardWrapper(env, {"task": 1.0, "politeness": 0.1})
    rewards = rescore(dialogues, "my_pkg.rewards:my_reward")      # rewards[dialogue][turn].total

The environment goes on computing its own reward underneath; where you make it yourself, `gym.make(id,
reward=...)` saves that.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv, VectorWrapper

from dialogue_gym.episode import Dialogue
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.resolve import resolve_reward
from dialogue_gym.rewards.running import frozen
from dialogue_gym.rewards.sharing import share

_TERMS = "reward_terms"


def rescore(dialogues: Iterable[Dialogue], reward: Any) -> list[list[Reward]]:
    """The rewards of finished (or cut) dialogues, scored in one batch; running statistics are left as they are.

    Args:
        dialogues: The dialogues, of one task or of several.
        reward: Anything that `resolve_reward` takes; "task" is each dialogue's own task reward.

    Returns:
        One list per dialogue, one reward per turn.
    """
    batches = [[Step(dialogue, i + 1) for i in range(len(dialogue.turns))] for dialogue in dialogues]
    model = resolve_reward(reward)
    with frozen(model):
        scored = iter(score_checked(model, [step for steps in batches for step in steps]))
    return [[next(scored) for _ in steps] for steps in batches]


class RerewardWrapper(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Replaces the reward of one of our environments, and its parts in `info["reward_terms"]`.

    Args:
        env: One of our single environments, wrapped or not.
        reward: Anything that `resolve_reward` takes.

    Attributes:
        reward_model: The reward in force.
    """

    def __init__(self, env: gym.Env[Any, Any], reward: Any) -> None:
        RecordConstructorArgs.__init__(self, _disable_deepcopy=True, reward=share(reward))
        gym.Wrapper.__init__(self, env)
        self._source: Any = _ours(env.unwrapped, "last_step", "RerewardVectorWrapper for vectors")
        self.reward_model = resolve_reward(reward)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Steps the environment and scores the step anew."""
        observation, _, terminated, truncated, info = self.env.step(action)
        (reward,) = score_checked(self.reward_model, (self._source.last_step,))
        return observation, reward.total, terminated, truncated, {**info, _TERMS: dict(reward.parts)}


class RerewardVectorWrapper(VectorWrapper[Any, Any, Any, Any, npt.NDArray[Any]]):
    """`RerewardWrapper` for our vector environments: one reward call per step for all rows.

    Args:
        env: One of our vector environments, wrapped or not.
        reward: Anything that `resolve_reward` takes.

    Attributes:
        reward_model: The reward in force.
        infos: The last call's info per row, as on the environment itself, with the new reward's parts.
    """

    def __init__(self, env: VectorEnv[Any, Any, npt.NDArray[Any]], reward: Any) -> None:
        super().__init__(env)
        self._source: Any = _ours(env.unwrapped, "last_steps", "RerewardWrapper for single environments")
        self.reward_model = resolve_reward(reward)
        self.infos: list[dict[str, Any] | None] = []

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes."""
        result = self.env.reset(seed=seed, options=options)  # type: ignore[arg-type]  # our vectors take a list
        self.infos = list(self._source.infos)
        return result

    def step(
        self, actions: Any
    ) -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[Any], npt.NDArray[Any], dict[str, Any]]:
        """Steps the environments and scores all rows that played anew."""
        observations, _, terminated, truncated, infos = self.env.step(actions)
        played = [i for i, step in enumerate(self._source.last_steps) if step is not None]
        scored = score_checked(self.reward_model, [self._source.last_steps[i] for i in played])
        totals = np.zeros(self.num_envs)
        terms: list[dict[str, float] | None] = [None] * self.num_envs
        for i, reward in zip(played, scored, strict=True):
            totals[i] = reward.total
            terms[i] = dict(reward.parts)
        self.infos = [_replaced(row, new) for row, new in zip(self._source.infos, terms, strict=True)]
        return observations, totals, terminated, truncated, self._restacked(infos, terms)

    def _restacked(self, infos: dict[str, Any], terms: Sequence[dict[str, float] | None]) -> dict[str, Any]:
        """Gymnasium's stacked infos with new terms: in the final info for rows that ended and began anew."""
        final = infos.get("_final_info", np.zeros(self.num_envs, np.bool_))
        infos = _without_terms(infos)
        if final.any():
            infos["final_info"] = _without_terms(infos["final_info"])
        for i, new in enumerate(terms):
            if new is not None:
                self._add_info(infos["final_info"] if final[i] else infos, {_TERMS: new}, i)
        return infos


def _without_terms(infos: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in infos.items() if name not in (_TERMS, f"_{_TERMS}")}


def _replaced(info: dict[str, Any] | None, terms: dict[str, float] | None) -> dict[str, Any] | None:
    if info is None or terms is None:
        return info
    if "final_info" in info:
        return {**info, "final_info": {**info["final_info"], _TERMS: terms}}
    return {**info, _TERMS: terms}


def _ours(env: Any, attribute: str, instead: str) -> Any:
    if attribute not in dir(env):  # asks without evaluating a property
        raise ConfigurationError(
            f"Expected an environment of ours with `{attribute}`, got {type(env).__name__}. Use {instead}."
        )
    return env
