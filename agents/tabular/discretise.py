"""How belief features become a table's states: the one place that says so.

A feature of the belief is 0, 1, or a share in between, or a sign in [-1, 1]; of each its sign is kept: -1, 0 or 1. What
only counts turns and matters, and what hears of moods that change no step, is left out: it would make every state new.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dialogue_gym.task import Task

State = bytes
DROPPED: dict[str, tuple[str, ...]] = {
    "customer_service": (
        "turn",
        "matters",
        "pushed_back",
        "identity.failures",
        "heard.again",
        "heard.ask_fact",
        "heard.inform",
        "heard.more",
        "heard.nudge",
        "heard.open",
        "heard.restate",
        "heard.shocked",
        "heard.thank",
        "heard.wait",
        "heard.withhold",
    ),
}
"""Features left out, by the beginning of a task's name; of other tasks those that are called "turn"."""


class Discretiser:
    """Turns a task's feature vectors into states.

    Args:
        task: Names the features.
    """

    def __init__(self, task: Task) -> None:
        dropped = next((names for start, names in DROPPED.items() if task.name.startswith(start)), ("turn",))
        self.kept = np.array([i for i, name in enumerate(task.feature_names) if name not in dropped])

    def __call__(self, features: npt.NDArray[np.float32]) -> State:
        """The state of one feature vector."""
        state: State = np.sign(features[self.kept]).astype(np.int8).tobytes()
        return state

    def many(self, features: npt.NDArray[np.float32]) -> Sequence[State]:
        """The states of several, (n, n_features)."""
        return [row.tobytes() for row in np.sign(features[:, self.kept]).astype(np.int8)]
