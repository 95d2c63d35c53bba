"""The environments of sentiment monitoring. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.sentiment.monitor.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, DialogueVectorEnv, TextView


class SentimentMonitorEnv(DialogueEnv):
    """Page."""

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(difficulty, corpus), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentMonitorActsEnv(ActsEnv):
    """Page."""

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, corpus), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentMonitorVectorEnv(DialogueVectorEnv):
    """Several `SentimentMonitorEnv` side by side; see there for the arguments."""

    def __init__(
        self,
        num_envs: int = 1,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> None:
        task = load_task(difficulty, corpus)
        super().__init__(
            lambda: TextView(task, max_turns),
            num_envs,
            split=split,
            reward=reward,
            autoreset_mode=autoreset_mode,
            render_mode=render_mode,
        )


class SentimentMonitorActsVectorEnv(ActsVectorEnv):
    """Several `SentimentMonitorActsEnv` side by side; see there for the arguments."""

    def __init__(
        self,
        num_envs: int = 1,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> None:
        task = load_task(difficulty, corpus)
        super().__init__(
            lambda: ActsView(task, max_turns, nlu_error),
            num_envs,
            split=split,
            reward=reward,
            autoreset_mode=autoreset_mode,
            render_mode=render_mode,
        )
