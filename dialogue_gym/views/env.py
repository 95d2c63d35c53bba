"""The Gymnasium environment around one view."""

from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt

from dialogue_gym.episode import Episode
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, RewardModel, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.resolve import resolve_reward
from dialogue_gym.rewards.sharing import SharesReward
from dialogue_gym.task import Task
from dialogue_gym.terminal import printable
from dialogue_gym.views.scenario import check_split, pick_scenario
from dialogue_gym.views.view import ActsView, View


class DialogueEnv(SharesReward, gym.Env[Any, Any]):
    """One dialogue at a time.

    Args:
        view: How the agent sees the episode.
        split: Which scenarios are played.
        reward: Anything that `resolve_reward` takes.
        render_mode: "ansi" for the transcript as text, "human" to print it as it grows.

    Attributes:
        task: The static description: names of acts and features, tools, parsing and rendering.
        last_step: The last step, as rewards see it.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "human"], "render_fps": 4}

    def __init__(self, view: View[Any], *, split: str, reward: Any, render_mode: str | None) -> None:
        check_split(split)
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ConfigurationError(f"Expected render_mode None, 'ansi' or 'human', got {render_mode!r}.")
        self.view = view
        self.task: Task = view.task
        self.split = split
        self.render_mode = render_mode
        self.reward_model: RewardModel = resolve_reward(reward, view.task)
        self.observation_space = view.observation_space
        self.action_space = view.action_space
        self.last_step: Step | None = None
        self._shown = 0

    @property
    def episode(self) -> Episode:
        """The state machine, hidden state included: for oracles and tests, never for agents."""
        return self.view.episode

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begins an episode.

        Args:
            seed: Seeds the generator that picks the scenario, and does nothing else.
            options: {"scenario": i, "trial": k} picks by hand; both are optional.
        """
        super().reset(seed=seed)
        index, trial = pick_scenario(self.task, self.split, options, self.np_random)
        self.view.start(self.split, index, trial)
        self.last_step = None
        self._shown = 0
        if self.render_mode == "human":
            self.render()
        return self.view.observation(), {**self.view.opening_info(), **self.view.info()}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Plays one action of the agent."""
        step = self.last_step = self.view.act(self.view.check(action))
        (reward,) = score_checked(self.reward_model, (step,))
        terminated, truncated = self.view.ends()
        if self.render_mode == "human":
            self.render()
        return self.view.observation(), reward.total, terminated, truncated, step_info(self.view, reward)

    def render(self) -> str | None:
        """The transcript so far, with control characters made visible."""
        if self.render_mode is None:
            gym.logger.warn("render() needs render_mode='ansi' or 'human' in gym.make.")
            return None
        lines = [f"{m['role']:>9}: {_indented(m['content'])}" for m in self.view.dialogue.messages()]
        if self.render_mode == "ansi":
            return "\n".join(lines)
        print("\n".join(lines[self._shown :]))
        self._shown = len(lines)
        return None


class ActsEnv(DialogueEnv):
    """A `DialogueEnv` on the numeric view, with the mask method that MaskablePPO asks for."""

    view: ActsView

    def action_masks(self) -> npt.NDArray[np.bool_]:
        """(n_acts,) True where the act can be carried out."""
        return self.view.tracker.mask.astype(np.bool_)


def _indented(text: str) -> str:
    """Text for the terminal; further lines are marked, so that a message can't pretend to be another one."""
    return printable(text).replace("\n", f"\n{'':9}| ")


def step_info(view: View[Any], reward: Reward) -> dict[str, Any]:
    """The `info` of a step."""
    info = view.info()
    info["reward_terms"] = dict(reward.parts)
    return info
