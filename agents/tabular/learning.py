"""Q-learning on a vector of episodes, looked at now and then, and put down so that another process can go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.rows import Rows
from dialogue_gym.agents.tabular.agent import QLearningAgent, empty_table
from dialogue_gym.agents.tabular.discretise import Discretiser
from dialogue_gym.agents.tabular.table import Learner
from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.views.vector import ActsVectorEnv, DialogueVectorEnv


@dataclass(frozen=True)
class QLearning:
    """Hyperparameters.

    Attributes:
        alpha: Learning rate.
        gamma: Discount of a turn.
        trace: λ of the eligibility traces; 0 for none.
        double: Whether two tables judge each other.
        epsilon: Chance of any legal act in place of the best, at the beginning.
        final_epsilon: The same from `decay` of the training on; in a straight line before.
        decay: Share of the training after which exploring is least.
    """

    alpha: float = 0.2
    gamma: float = 0.99
    trace: float = 0.7
    double: bool = False
    epsilon: float = 0.3
    final_epsilon: float = 0.02
    decay: float = 0.6

    def __post_init__(self) -> None:
        for name in ("alpha", "gamma", "trace", "epsilon", "final_epsilon", "decay"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ConfigurationError(f"Expected {name} between 0 and 1, got {getattr(self, name)}.")

    def exploring(self, done: float) -> float:
        """ε when this share of the training is over.

        >>> [round(QLearning().exploring(done), 2) for done in (0.0, 0.3, 0.6, 1.0)]
        [0.3, 0.16, 0.02, 0.02]
        """
        left = max(0.0, 1.0 - done / self.decay) if self.decay else 0.0
        return self.final_epsilon + (self.epsilon - self.final_epsilon) * left


class QTraining:
    """A table that learns on a vector of episodes; mistakes show when it is made.

    Args:
        settings: Hyperparameters.
        vector: With autoreset mode "same_step".
        steps: Turns in all, over all rows.
        seed: Keys scenarios and exploring.

    Raises:
        ConfigurationError: It is not a numeric view with one number per action.
    """

    def __init__(self, settings: QLearning, vector: DialogueVectorEnv, steps: int, *, seed: int = 0) -> None:
        if not isinstance(vector, ActsVectorEnv):
            raise ConfigurationError(f"Expected a numeric view for Q-learning, got {type(vector).__name__}.")
        self.settings, self.vector, self.task, self.steps = settings, vector, vector.task, steps
        self.reward_model = vector.reward_model
        self.agent = QLearningAgent(empty_table(self.task, double=settings.double), self.task)
        self._discretise = Discretiser(self.task)
        rates = {"alpha": settings.alpha, "gamma": settings.gamma, "trace": settings.trace}
        self._learners = [Learner(self.agent.table, **rates) for _ in range(vector.num_envs)]
        self._stream, self._rows, self._done = Stream(key("qlearning", seed)), Rows(vector), 0
        self._features, _ = vector.reset(seed=seed)

    def run(self, looks: Looks) -> None:
        """Learns what is left to learn."""
        vector, table, stream = self.vector, self.agent.table, self._stream
        states, legal = self._discretise.many(self._features), vector.action_masks()
        while self._done < self.steps:
            epsilon = self.settings.exploring(self._done / self.steps)
            best = [table.best(state, mask) for state, mask in zip(states, legal, strict=True)]
            acts = [
                int(stream.choice(np.flatnonzero(mask).tolist())) if stream.chance(epsilon) and mask.any() else act
                for act, mask in zip(best, legal, strict=True)
            ]
            features, rewards, terminated, truncated, _ = vector.step(np.array(acts))
            ended = terminated | truncated
            self._rows.played(acts, ended)
            following, after = self._discretise.many(features), vector.action_masks()
            for row, learner in enumerate(self._learners):
                learner.learn(
                    states[row],
                    acts[row],
                    float(rewards[row]),
                    None if ended[row] else following[row],
                    after[row],
                    greedy=acts[row] == best[row],
                    number=stream.below(2) if self.settings.double else 0,
                )
                if ended[row]:
                    learner.begin()
            self._features, states, legal = features, following, after
            self._done += len(self._learners)
            looks.at(self._done, self.agent)
            looks.rest()
        looks.end(self._done, self.agent)

    def save(self, folder: Path) -> dict[str, Any]:
        """Writes where it stands into a folder; gives the rest as JSON."""
        self.agent.save(folder)
        return {
            "done": self._done,
            "stream": self._stream.state,
            "traces": [
                [(cast("bytes", state).hex(), act, strength) for (state, act), strength in learner.eligible.items()]
                for learner in self._learners
            ],
            "rows": self._rows.state(),
        }

    def load(self, folder: Path, state: Mapping[str, Any]) -> None:
        """Goes back to what `save` wrote."""
        self.agent.load(folder)
        self._done, self._stream.state = state["done"], state["stream"]
        for learner, traces in zip(self._learners, state["traces"], strict=True):
            learner.table = self.agent.table
            learner.eligible = {(bytes.fromhex(name), act): strength for name, act, strength in traces}
        self._features = self._rows.load(state["rows"])
