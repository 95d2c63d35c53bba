"""The clairvoyant reference: it asks the episode itself what to do. The hundred of normalised scores."""

from typing import Any

from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.views.view import ActsView


class OracleAgent(ScriptedAgent):
    """Plays `episode.oracle_acts()` through the same actions as everyone else.

    On the text view the acts are rendered as the canonical action string. On the numeric view the tracker
    tells the action that carries them out, or that gets what they need. So on the numeric view, and more so with
    `nlu_error` above 0, the oracle is a strong reference rather than an upper bound: normalised scores are
    anchored on the text view.

    Args:
        seat: Where it sits.
    """

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat.idle_action)
        self.task = seat.task
        self.views = seat.views

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """What the reference does now."""
        view = self.views[row]
        acts = view.episode.oracle_acts()
        return view.tracker.toward(acts) if isinstance(view, ActsView) else self.task.render(acts)
