"""Q-learning on a vector of episodes, looked at now and then."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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

    def learn(
        self,
        vector: DialogueVectorEnv,
        steps: int,
        every: int,
        look: Callable[[int, QLearningAgent], object],
        *,
        seed: int = 0,
    ) -> QLearningAgent:
        """Learns for so many turns.

        Args:
            vector: With autoreset mode "same_step".
            steps: Turns in all, over all rows.
            every: Turns from one look to the next; there is one at the end.
            look: Called with the turns so far and the agent.
            seed: Keys scenarios and exploring.

        Raises:
            ConfigurationError: It is not a numeric view with one number per action.
        """
        if not isinstance(vector, ActsVectorEnv):
            raise ConfigurationError(f"Expected a numeric view for Q-learning, got {type(vector).__name__}.")
        table = empty_table(vector.task, double=self.double)
        agent, discretise = QLearningAgent(table, vector.task), Discretiser(vector.task)
        settings = {"alpha": self.alpha, "gamma": self.gamma, "trace": self.trace}
        learners = [Learner(table, **settings) for _ in range(vector.num_envs)]
        stream = Stream(key("qlearning", seed))
        features, _ = vector.reset(seed=seed)
        states, legal = discretise.many(features), vector.action_masks()
        done_steps, next_look = 0, every
        while done_steps < steps:
            epsilon = self.exploring(done_steps / steps)
            best = [agent.table.best(state, mask) for state, mask in zip(states, legal, strict=True)]
            acts = [
                int(stream.choice(np.flatnonzero(mask).tolist())) if stream.chance(epsilon) and mask.any() else act
                for act, mask in zip(best, legal, strict=True)
            ]
            features, rewards, terminated, truncated, _ = vector.step(np.array(acts))
            following, after = discretise.many(features), vector.action_masks()
            for row, learner in enumerate(learners):
                ended = bool(terminated[row] or truncated[row])
                learner.learn(
                    states[row],
                    acts[row],
                    float(rewards[row]),
                    None if ended else following[row],
                    after[row],
                    greedy=acts[row] == best[row],
                    number=stream.below(2) if self.double else 0,
                )
                if ended:
                    learner.begin()
            states, legal = following, after
            done_steps += len(learners)
            if done_steps >= next_look or done_steps >= steps:
                next_look += every
                look(done_steps, agent)
        return agent
