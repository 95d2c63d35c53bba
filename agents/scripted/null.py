"""The agent that does nothing: the zero of normalised scores."""

from typing import Any

from gymnasium.spaces import Discrete

from dialogue_gym.agent import idle_action
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat


class NullAgent(ScriptedAgent):
    """Says nothing on the text view and plays the task's `null_act` on the numeric view.

    Args:
        seat: Where it sits.
    """

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat.idle_action)
        self.action = seat.idle_action if seat.text else null_action(seat)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """Nothing, again."""
        return self.action


def null_action(seat: Seat) -> Any:
    """The numeric view's way of doing nothing: the null act; zeros where acts have no names or several numbers."""
    task = seat.task
    if not isinstance(task.action_space, Discrete):
        return idle_action(task.action_space)
    return task.act_names.index(task.null_act) if task.null_act in task.act_names else seat.idle_action
