"""The options of training on a numeric view. Importing them needs no heavy library."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue_gym.errors import ConfigurationError

QLEARNING, LINUCB, THOMPSON = "qlearning", "linucb", "thompson"
SB3 = ("dqn", "qrdqn", "ppo", "a2c", "trpo", "maskable_ppo", "recurrent_ppo")
"""Algorithms of Stable-Baselines3 and sb3-contrib. On a text view "ppo" is the language model's."""
KINDS = {**dict.fromkeys(SB3, "sb3"), QLEARNING: "qlearning", LINUCB: "bandit", THOMPSON: "bandit"}
"""Algorithm to the kind of agent that it trains, which is how `make_agent`'s names begin."""
CLASSICAL = tuple(KINDS)
STEPS = 200_000


@dataclass(frozen=True)
class ClassicalOptions:
    """Training on a numeric view ('...Acts-v0'), with Stable-Baselines3, a table, a bandit, or from logs."""

    steps: int | None = None
    """Turns to train for, over all rows; by default 200000. With --resume: go on to so many in all."""
    num_envs: int = 16
    """Episodes side by side, in one process."""
    hyper: str = "{}"
    """Hyperparameters over the defaults, as a JSON object: '{"learning_rate": 1e-3}'."""
    eval_every: int = 50_000
    """Turns between evaluations on val scenarios; the best agent is kept."""

    def __post_init__(self) -> None:
        for name in ("turns", "num_envs", "eval_every"):
            if getattr(self, name) < 1:
                option = "--steps" if name == "turns" else f"--{name.replace('_', '-')}"
                raise ConfigurationError(f"Expected {option} of at least 1, got {getattr(self, name)}.")

    @property
    def turns(self) -> int:
        """Turns to train for."""
        return STEPS if self.steps is None else self.steps


def check_hyper(algorithm: str, hyper: Iterable[str], known: Iterable[str]) -> None:
    """Refuses hyperparameters that an algorithm does not have."""
    taken = list(known)
    unknown = sorted(set(hyper) - set(taken))
    if unknown:
        raise ConfigurationError(
            f"Expected hyperparameters of {algorithm} in --hyper, got {', '.join(unknown)}. There are: "
            f"{', '.join(taken)}."
        )
