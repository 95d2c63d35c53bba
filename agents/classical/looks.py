"""When a training run is looked at, and when it is put down in a checkpoint: every so many turns, and at the end."""

from collections.abc import Callable, Mapping
from typing import Any

from dialogue_gym.agent import Agent

Look = Callable[[int, Agent], object]
"""Called with the turns so far and the agent, which goes on learning afterwards."""
Pause = Callable[[], object]
"""Called where the run can be put down, after each look."""


class Looks:
    """Calls back as training goes on.

    Args:
        every: Turns from one look to the next.
        look: Called then, and at the end.
        pause: Called at the first place after a look where learning stands still.
    """

    def __init__(self, every: int, look: Look, pause: Pause = lambda: None) -> None:
        self.every, self.look, self.pause = every, look, pause
        self._next, self._last, self._due = every, 0, False

    def at(self, steps: int, agent: Agent) -> None:
        """Looks if it is time."""
        if steps >= self._next:
            self._next = (steps // self.every + 1) * self.every
            self._look(steps, agent)

    def rest(self) -> None:
        """Says that nothing is half done: what has been looked at can be put down here."""
        if self._due:
            self._due = False
            self.pause()

    def end(self, steps: int, agent: Agent) -> None:
        """Looks a last time, unless that was done just now."""
        if steps > self._last:
            self._look(steps, agent)
        self.rest()

    def _look(self, steps: int, agent: Agent) -> None:
        self._last, self._due = steps, True
        self.look(steps, agent)

    def state(self) -> dict[str, Any]:
        """As JSON."""
        return {"next": self._next, "last": self._last}

    def load(self, state: Mapping[str, Any]) -> None:
        """Takes over what `state` gave."""
        self._next, self._last = state["next"], state["last"]
