"""Lets any agent of the numeric view play the text view.

The bridge keeps the task's belief tracker for every row and feeds it what `task.listen` recognises in the
chat messages, so it knows no more than any reader of the text. What the inner agent picks is grounded in that
belief and written out by `task.render`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dialogue_gym.acts import Act
from dialogue_gym.agent import Agent, EpisodeSeeded, Flags, Thinks, WeighsTurns
from dialogue_gym.task import Task, Tracker


class PlaysActs:
    """An agent of the text view that thinks in features and numbered acts.

    Args:
        agent: The agent of the numeric view that decides.
        task: The task that is played.
    """

    def __init__(self, agent: Agent, task: Task) -> None:
        self.agent = agent
        self.task = task
        self._trackers: list[Tracker] = []
        self._last: list[Sequence[Act] | None] = []
        self._share_notes()

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One string per row."""
        self._grow(len(infos))
        for row, info in enumerate(infos):
            if info:
                self._hear(row, info["messages"])
        features = [tracker.features.copy() for tracker in self._trackers]
        seen = [
            {"action_mask": tracker.mask.copy()} if info else {}
            for tracker, info in zip(self._trackers, infos, strict=True)
        ]
        actions = self.agent.act(features, seen)
        self._share_notes()
        return [self._say(row, action) if infos[row] else "" for row, action in enumerate(actions)]

    def reset(self, mask: Flags) -> None:
        """Tells which rows begin a new episode."""
        self._grow(len(mask))
        for row in np.flatnonzero(mask):
            self._last[row] = None
        self.agent.reset(mask)

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Hands the keys on, where the inner agent draws at random."""
        if isinstance(self.agent, EpisodeSeeded):
            self.agent.seed_episodes(seeds)

    def save(self, path: str | Path) -> None:
        """Saves the inner agent."""
        self.agent.save(path)

    def load(self, path: str | Path) -> None:
        """Loads the inner agent."""
        self.agent.load(path)

    def belief(self, row: int) -> Tracker:
        """What a row's agent believes, from what it heard so far."""
        return self._trackers[row]

    def _share_notes(self) -> None:
        """Says what the inner agent says beside its acts, if anything."""
        if isinstance(self.agent, Thinks):
            self.thoughts = self.agent.thoughts
        if isinstance(self.agent, WeighsTurns):
            self.turn_weights = self.agent.turn_weights

    def _grow(self, rows: int) -> None:
        for _ in range(rows - len(self._trackers)):
            self._trackers.append(self.task.tracker())
            self._last.append(None)

    def _hear(self, row: int, messages: Sequence[Mapping[str, str]]) -> None:
        acts = self._last[row]
        if acts is None:
            self._trackers[row].reset(self.task.listen(messages))
        else:
            own = {"role": "assistant", "content": self.task.render(acts)}
            self._trackers[row].observe(acts, self.task.listen([own, *messages]))

    def _say(self, row: int, action: Any) -> str:
        acts = self._last[row] = self._trackers[row].ground(action)
        return self.task.render(acts)
