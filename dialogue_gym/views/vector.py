"""n episodes in one process, equal to n single environments and cheaper: one reward call for all of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Space
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from dialogue_gym.episode import Episode
from dialogue_gym.errors import ConfigurationError, EpisodeOverError
from dialogue_gym.rewards.base import RewardModel, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.resolve import resolve_reward
from dialogue_gym.rewards.sharing import SharesReward
from dialogue_gym.task import Task
from dialogue_gym.views.env import DialogueEnv
from dialogue_gym.views.infos import stack_infos
from dialogue_gym.views.scenario import check_split, pick_scenario
from dialogue_gym.views.view import ActsView, TextView, View

Flags = npt.NDArray[np.bool_]
_MODES = {
    "next_step": AutoresetMode.NEXT_STEP,
    "same_step": AutoresetMode.SAME_STEP,
    "disabled": AutoresetMode.DISABLED,
}


class DialogueVectorEnv(SharesReward, VectorEnv[Any, Any, npt.NDArray[Any]]):
    """Several dialogues side by side.

    Observations and actions are tuples of `str` on the text view, arrays on the numeric view. Stacked infos follow
    Gymnasium's convention (`key` and the presence mask `_key`); `infos` has the rows' own dicts.

    Args:
        make_view: Makes one row's view.
        num_envs: Number of rows.
        split: Which scenarios are played.
        reward: Anything that `resolve_reward` takes; called once per step for all rows.
        autoreset_mode: "next_step", "same_step" or "disabled".
        render_mode: None; rows are rendered by single environments.

    Attributes:
        infos: The last call's info per row; None for rows that it left alone.
        last_steps: The last call's steps; None for rows that were reset or left alone.
    """

    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(
        self,
        make_view: Callable[[], View[Any]],
        num_envs: int,
        *,
        split: str,
        reward: Any,
        autoreset_mode: str = "next_step",
        render_mode: str | None = None,
    ) -> None:
        check_split(split)
        if num_envs < 1:
            raise ConfigurationError(f"Expected num_envs of at least 1, got {num_envs}.")
        if render_mode is not None:
            raise ConfigurationError("Vector environments do not render: use a single one with render_mode='human'.")
        self.views = [make_view() for _ in range(num_envs)]
        self.num_envs = num_envs
        self.split = split
        self.render_mode = None
        self.autoreset_mode = _autoreset_mode(autoreset_mode)
        self.metadata = {**type(self).metadata, "autoreset_mode": self.autoreset_mode}
        first = self.views[0]
        self.task: Task = first.task
        self.reward_model: RewardModel = resolve_reward(reward, self.task)
        self.single_observation_space: Space[Any] = first.observation_space
        self.single_action_space: Space[Any] = first.action_space
        self.observation_space = batch_space(first.observation_space, num_envs)
        self.action_space = batch_space(first.action_space, num_envs)
        self.infos: list[dict[str, Any] | None] = []
        self.last_steps: list[Step | None] = []
        self._rngs: list[np.random.Generator] = [np.random.default_rng() for _ in self.views]
        self._waiting: Flags = np.ones(num_envs, dtype=np.bool_)
        self._text = isinstance(first, TextView)
        self._observations: list[Any] = [None] * num_envs
        self._begun = False

    @property
    def episodes(self) -> list[Episode]:
        """The state machines, hidden state included: for oracles and tests, never for agents."""
        return [view.episode for view in self.views]

    @property
    def generators(self) -> Sequence[np.random.Generator]:
        """The rows' generators, which pick scenarios: their state is part of where training stands."""
        return self._rngs

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes.

        Args:
            seed: An integer s seeds row i with s + i, as Gymnasium does; or one seed per row.
            options: "scenario" and "trial": an integer for all rows or an array of one per row; "reset_mask": a bool
                array (num_envs,) of the rows to reset, the others are left alone.
        """
        options = dict(options or {})
        rows = self._rows_to_reset(options.pop("reset_mask", None))
        seeds = self._seeds(seed)
        per_row = {name: self._per_row(name, value) for name, value in options.items()}
        rngs = [rng if s is None else np.random.default_rng(s) for rng, s in zip(self._rngs, seeds, strict=True)]
        picks = {i: self._pick({name: values[i] for name, values in per_row.items()}, rngs[i]) for i in rows}
        self._rngs = [rngs[i] if i in picks else rng for i, rng in enumerate(self._rngs)]
        self.infos = [None] * self.num_envs
        self.last_steps = [None] * self.num_envs
        for i, pick in picks.items():
            self.infos[i] = self._begin(i, pick)
        self._begun = True
        return self._gather(), stack_infos(self.infos)

    def step(self, actions: Any) -> tuple[Any, npt.NDArray[np.float64], Flags, Flags, dict[str, Any]]:
        """Plays one action in every row.

        With autoreset disabled, an action of None leaves an ended row alone: it gives reward 0, both flags False and
        no info.
        """
        if len(actions) != self.num_envs:
            raise ConfigurationError(f"Expected {self.num_envs} actions, one per row, got {len(actions)}.")
        n = self.num_envs
        rewards, terminated, truncated = np.zeros(n), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        infos: list[dict[str, Any] | None] = [None] * n
        self.last_steps = [None] * n
        playing = self._playing(actions)
        checked = [self.views[i].check(actions[i]) for i in playing]
        if self.autoreset_mode is AutoresetMode.NEXT_STEP:
            for i in np.flatnonzero(self._waiting).tolist():
                infos[i] = self._begin(i)
        steps: list[Step] = []
        for i, action in zip(playing, checked, strict=True):  # a row at a time, while its memory is at hand
            view = self.views[i]
            steps.append(view.act(action))
            infos[i] = view.info()
            self._observe(i)
        for i, step, reward in zip(playing, steps, score_checked(self.reward_model, steps), strict=True):
            self.last_steps[i] = step
            rewards[i] = reward.total
            info = infos[i]
            assert info is not None
            info["reward_terms"] = dict(reward.parts)
            if step.dialogue.stop is not None:
                terminated[i], truncated[i] = self.views[i].ends()
                if self.autoreset_mode is AutoresetMode.SAME_STEP:
                    final = {"final_obs": self.views[i].observation(), "final_info": info}
                    infos[i] = {**self._begin(i), **final}
                else:
                    self._waiting[i] = True
        self.infos = infos
        return self._gather(), rewards, terminated, truncated, stack_infos(infos)

    def abandon(self, rows: Sequence[int]) -> None:
        """Gives up running episodes: until the next reset their rows are as if they had ended, without an outcome.

        Raises:
            ConfigurationError: Rows begin anew by themselves here, so none can be left alone.
        """
        if self.autoreset_mode is not AutoresetMode.DISABLED:
            raise ConfigurationError(
                f"Expected autoreset_mode='disabled' to abandon episodes, got {self.autoreset_mode.value!r}, which "
                "begins others in their place."
            )
        self._waiting[list(rows)] = True

    def replay(self, actions: Sequence[Sequence[Any]]) -> Any:
        """Plays actions that were scored before, without scoring them: back to where each row has been.

        Args:
            actions: For each row those since its episode began, which must not have ended with them.

        Returns:
            The observations.

        Raises:
            ConfigurationError: An episode ends before its row's actions do: it is another one.
        """
        if len(actions) != self.num_envs:
            raise ConfigurationError(f"Expected the actions of {self.num_envs} rows, got those of {len(actions)}.")
        for i, (view, played) in enumerate(zip(self.views, actions, strict=True)):
            for action in played:
                view.act(view.check(action))
                if view.dialogue.stop is not None:
                    raise ConfigurationError(
                        f"Expected an episode that outlasts its {len(played)} actions in row {i}, got one that ended "
                        f"({view.dialogue.stop}). Replay on the environment and version that they were played on."
                    )
            self._observe(i)
        return self._gather()

    def _playing(self, actions: Any) -> Sequence[int]:
        """The rows that have a running episode; that others may be without one depends on the autoreset mode."""
        if not self._begun:
            raise EpisodeOverError("Expected running episodes, got a step before the first reset. Call reset() first.")
        if not self._waiting.any():
            return range(self.num_envs)
        begun_by_step = self.autoreset_mode is AutoresetMode.NEXT_STEP
        for i in np.flatnonzero(self._waiting).tolist():
            if not begun_by_step and actions[i] is not None:
                raise EpisodeOverError(
                    f"Expected row {i} to have a running episode, but it has ended. Call reset(), "
                    "with options={'reset_mask': ...} for some rows only, or give None as its action."
                )
        return [int(i) for i in np.flatnonzero(~self._waiting)]

    def _pick(self, options: Mapping[str, Any], rng: np.random.Generator) -> tuple[int, int]:
        return pick_scenario(self.task, self.split, options, rng)

    def _begin(self, i: int, pick: tuple[int, int] | None = None) -> dict[str, Any]:
        """Begins a row's episode: the given (scenario, trial), or one that its generator picks."""
        view = self.views[i]
        view.start(self.split, *(pick or self._pick({}, self._rngs[i])))
        self._waiting[i] = False
        self._observe(i)
        return {**view.opening_info(), **view.info()}

    def _observe(self, i: int) -> None:
        """Keeps what a row's agent observes now."""
        self._observations[i] = self.views[i].observation()

    def _gather(self) -> Any:
        """The rows' observations."""
        return tuple(self._observations) if self._text else np.array(self._observations)

    def _rows_to_reset(self, mask: Any) -> Sequence[int]:
        if mask is None:
            return range(self.num_envs)
        mask = np.asarray(mask)
        if mask.dtype != np.bool_ or mask.shape != (self.num_envs,) or not mask.any():
            raise ConfigurationError(
                f"Expected reset_mask to be a bool array of shape ({self.num_envs},) with at least one True, "
                f"got {mask.dtype} {mask.shape}."
            )
        if not self._begun and not mask.all():
            raise ConfigurationError("The first reset must begin all rows: leave reset_mask out.")
        return [int(i) for i in np.flatnonzero(mask)]

    def _seeds(self, seed: int | Sequence[int | None] | None) -> Sequence[int | None]:
        if seed is None or isinstance(seed, (int, np.integer)):
            return [None if seed is None else int(seed) + i for i in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ConfigurationError(f"Expected {self.num_envs} seeds, got {len(seed)}.")
        return seed

    def _per_row(self, name: str, value: Any) -> Sequence[Any]:
        if np.ndim(value) == 0:
            return [value] * self.num_envs
        if len(value) != self.num_envs:
            raise ConfigurationError(f"Expected {self.num_envs} values of {name!r}, got {len(value)}.")
        return list(value)


class ActsVectorEnv(DialogueVectorEnv):
    """A `DialogueVectorEnv` on the numeric view."""

    views: list[ActsView]  # type: ignore[assignment]

    def __init__(self, make_view: Callable[[], ActsView], num_envs: int, **kwargs: Any) -> None:
        super().__init__(make_view, num_envs, **kwargs)
        self._features: npt.NDArray[np.float32] = np.zeros(
            (num_envs, *(self.single_observation_space.shape or ())), np.float32
        )

    def action_masks(self) -> Flags:
        """(num_envs, n_acts) True where the act can be carried out."""
        return np.stack([view.tracker.mask for view in self.views]).astype(np.bool_)

    def _observe(self, i: int) -> None:
        self._features[i] = self.views[i].tracker.features

    def _gather(self) -> npt.NDArray[np.float32]:
        return self._features.copy()


class SideBySide(DialogueVectorEnv):
    """Several of a single environment, made with its arguments.

    A class of its own says what `single` is; on the numeric view `ActsVectorEnv` comes after this one among its bases.

    Args:
        num_envs: Number of rows.
        autoreset_mode: "next_step", "same_step" or "disabled".
        **arguments: Of the single environment; the rows share its task and its reward.

    Attributes:
        single: The class of the single environment.
    """

    single: ClassVar[type[DialogueEnv]]

    def __init__(self, num_envs: int = 1, *, autoreset_mode: str = "next_step", **arguments: Any) -> None:
        one = self.single(**arguments)
        super().__init__(
            one.view.another,
            num_envs,
            split=one.split,
            reward=one.reward_model,
            autoreset_mode=autoreset_mode,
            render_mode=one.render_mode,
        )


def _autoreset_mode(name: str) -> AutoresetMode:
    modes = {**_MODES, **{mode.value: mode for mode in AutoresetMode}}
    if isinstance(name, AutoresetMode):
        return name
    if name not in modes:
        raise ConfigurationError(f"Expected autoreset_mode to be one of {', '.join(_MODES)}, got {name!r}.")
    return modes[name]
