"""Where the episodes of a training run stand: what another process needs to go on with them.

An episode is its scenario, its trial and the actions so far, since the same actions replay the same dialogue; which
scenario comes next is the state of its row's generator. So a checkpoint needs no object of the simulator.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dialogue_gym.views.vector import ActsVectorEnv


class Rows:
    """Keeps a vector's actions since its episodes began.

    Args:
        vector: With autoreset mode "same_step".
    """

    def __init__(self, vector: ActsVectorEnv) -> None:
        self.vector = vector
        self._actions: list[list[Any]] = [[] for _ in range(vector.num_envs)]

    def begin(self) -> None:
        """Every row begins an episode."""
        for actions in self._actions:
            actions.clear()

    def played(self, actions: Iterable[Any], ended: Iterable[bool]) -> None:
        """Notes a step: each row's action, and whether its episode ended with it."""
        for kept, action, over in zip(self._actions, actions, ended, strict=True):
            if over:
                kept.clear()
            else:
                kept.append(np.asarray(action).tolist())

    def state(self) -> dict[str, Any]:
        """As JSON."""
        dialogues = [view.dialogue for view in self.vector.views]
        return {
            "generators": [generator.bit_generator.state for generator in self.vector.generators],
            "scenarios": [dialogue.scenario for dialogue in dialogues],
            "trials": [dialogue.trial for dialogue in dialogues],
            "actions": [list(actions) for actions in self._actions],
        }

    def load(self, state: Mapping[str, Any]) -> Any:
        """Goes back to what `state` gave; gives the observations."""
        for generator, saved in zip(self.vector.generators, state["generators"], strict=True):
            generator.bit_generator.state = saved
        self.vector.reset(options={"scenario": state["scenarios"], "trial": state["trials"]})
        several = len(self.vector.single_action_space.shape or ()) > 0
        self._actions = [list(actions) for actions in state["actions"]]
        space = self.vector.single_action_space
        return self.vector.replay(
            [[np.array(action, space.dtype) if several else action for action in row] for row in self._actions]
        )
