"""LinUCB and Thompson sampling on a vector of one-turn episodes: a disjoint linear model for each act."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dialogue_gym.agents.bandits.agent import BanditAgent, best
from dialogue_gym.agents.bandits.linear import Floats
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import THOMPSON
from dialogue_gym.agents.classical.rows import Rows
from dialogue_gym.draws import key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_vector
from dialogue_gym.views.vector import ActsVectorEnv

MODELS = "models.npz"


@dataclass(frozen=True)
class Bandit:
    """Hyperparameters.

    Attributes:
        explore: LinUCB's α, standard deviations added to the estimate; Thompson's v, scale of the posterior.
        ridge: λ: precision of the prior of the weights.
        width: Places that features are hashed into, where there are more of them. A model is a square of it.
    """

    explore: float = 0.1
    ridge: float = 1.0
    width: int = 512

    def __post_init__(self) -> None:
        if self.explore < 0 or not self.ridge > 0 or self.width < 1:
            raise ConfigurationError(f"Expected explore ≥ 0, ridge > 0 and width ≥ 1, got {self}.")


def make_one_turn(env: str, num_envs: int, env_kwargs: Mapping[str, Any]) -> ActsVectorEnv:
    """The vector that a bandit learns on: each episode is one turn.

    Raises:
        ConfigurationError: It is no numeric view, or its episodes are more than one decision.
    """
    vector = make_vector(env, num_envs, autoreset_mode="same_step", **env_kwargs)
    turns = vector.views[0].episode.max_turns
    if turns > 1 and vector.task.one_decision:
        vector = make_vector(env, num_envs, autoreset_mode="same_step", **{**env_kwargs, "max_turns": 1})
    elif turns > 1:
        raise ConfigurationError(
            f"Expected episodes of one decision for a bandit, got {vector.task.name!r} with up to {turns} turns. Take "
            "dialogue_gym/SentimentClassificationActs-v0 with texts_per_episode 1, or an algorithm that looks ahead, "
            "such as dqn."
        )
    if not isinstance(vector, ActsVectorEnv):
        raise ConfigurationError(f"Expected a numeric view for a bandit, got {env!r}. Take the one with 'Acts'.")
    return vector


class BanditTraining:
    """A bandit that learns; mistakes show when it is made.

    Args:
        algorithm: "linucb" or "thompson".
        settings: Hyperparameters.
        vector: From `make_one_turn`.
        steps: Turns in all, over all rows.
        seed: Keys scenarios and draws.
    """

    def __init__(self, algorithm: str, settings: Bandit, vector: ActsVectorEnv, steps: int, *, seed: int = 0) -> None:
        self.settings, self.vector, self.task, self.steps = settings, vector, vector.task, steps
        self.reward_model = vector.reward_model
        self.agent = BanditAgent(self.task, settings.width, settings.ridge)
        self._samples = algorithm == THOMPSON
        self._draws = np.random.default_rng(key("bandits", seed))
        self._rows, self._done = Rows(vector), 0
        self._features, _ = vector.reset(seed=seed)

    def run(self, looks: Looks) -> None:
        """Learns what is left to learn."""
        models = self.agent.models
        while self._done < self.steps:
            contexts = self.agent.contexts(self._features)
            acts = best(self._scores(contexts), self.vector.action_masks())
            self._features, rewards, terminated, truncated, _ = self.vector.step(acts)
            self._rows.played(acts, terminated | truncated)
            for context, act, reward in zip(contexts, acts, rewards, strict=True):
                models[act].learn(context, float(reward))
            self._done += len(acts)
            looks.at(self._done, self.agent)
            looks.rest()
        looks.end(self._done, self.agent)

    def _scores(self, contexts: Floats) -> Floats:
        """(n, n_acts) optimistic or drawn estimates.

        What a drawn model of one act says of one context is normal around the estimate, and acts have models of their
        own: so the estimates are drawn, at a fraction of the price of the models' weights.
        """
        models, explore = self.agent.models, self.settings.explore
        if not self._samples:
            return np.stack([model.optimistic(contexts, explore) for model in models], axis=1)
        deviations = np.stack([model.deviations(contexts) for model in models], axis=1)
        noise = self._draws.standard_normal(deviations.shape)
        scores: Floats = contexts @ self.agent.weights.T + explore * deviations * noise
        return scores

    def save(self, folder: Path) -> dict[str, Any]:
        """Writes where it stands into a folder; gives the rest as JSON."""
        models = self.agent.models
        np.savez(
            folder / MODELS,
            allow_pickle=False,
            covariance=np.stack([model.covariance for model in models]),
            evidence=np.stack([model.evidence for model in models]),
        )
        return {"done": self._done, "draws": self._draws.bit_generator.state, "rows": self._rows.state()}

    def load(self, folder: Path, state: Mapping[str, Any]) -> None:
        """Goes back to what `save` wrote."""
        with np.load(folder / MODELS, allow_pickle=False) as arrays:
            for model, covariance, evidence in zip(
                self.agent.models, arrays["covariance"], arrays["evidence"], strict=True
            ):
                model.covariance, model.evidence = covariance, evidence
        self._done, self._draws.bit_generator.state = state["done"], state["draws"]
        self._features = self._rows.load(state["rows"])
