"""The options of training on a numeric view. Importing them needs no heavy library."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.options import Count, CountsAgain, TakenBy, check_ranges

QLEARNING, LINUCB, THOMPSON = "qlearning", "linucb", "thompson"
BC, CQL = "bc", "cql"
SB3 = ("dqn", "qrdqn", "ppo", "a2c", "trpo", "maskable_ppo", "recurrent_ppo")
"""Algorithms of Stable-Baselines3 and sb3-contrib. On a text view "ppo" is the language model's."""
OFFLINE = "offline"
KINDS = {
    **dict.fromkeys(SB3, "sb3"),
    QLEARNING: "qlearning",
    **dict.fromkeys((LINUCB, THOMPSON), "bandit"),
    **dict.fromkeys((BC, CQL), OFFLINE),
}
"""Algorithm to the kind of agent that it trains, which is how `make_agent`'s names begin."""
CLASSICAL = tuple(KINDS)

NUMERIC = TakenBy(numeric=CLASSICAL)
FROM_LOGS = TakenBy(numeric=(BC, CQL))
PLAYING = TakenBy(numeric=tuple(name for name, kind in KINDS.items() if kind != OFFLINE))


@dataclass(frozen=True)
class ClassicalOptions:
    """Training on a numeric view ('...Acts-v0'), with Stable-Baselines3, a table, a bandit, or from logs."""

    steps: Annotated[Count | None, CountsAgain()] = None
    """Turns to train for, over all rows, by default 200000; of bc and cql optimizer steps, by default 10000. With
    --resume: go on to so many in all."""
    num_envs: Annotated[Count, PLAYING] = 16
    """Episodes side by side, in one process."""
    hyper: str = "{}"
    """Hyperparameters over those of the environment's file and the defaults, as a JSON object: '{"learning_rate":
    1e-3}'."""
    eval_every: Count | None = None
    """Turns (steps of bc and cql) between evaluations on val scenarios, by default 50000 (2500); the best agent is
    kept."""

    def __post_init__(self) -> None:
        check_ranges(self)

    def sized(self, algorithm: str) -> "Sizes":
        """With the defaults of an algorithm."""
        steps, every = (10_000, 2_500) if KINDS.get(algorithm) == OFFLINE else (200_000, 50_000)
        return Sizes(self.steps or steps, self.num_envs, self.eval_every or every)


@dataclass(frozen=True)
class Sizes:
    """How much is trained.

    Attributes:
        steps: Turns over all rows, or optimizer steps.
        num_envs: Rows.
        eval_every: Steps from one evaluation to the next.
    """

    steps: int
    num_envs: int
    eval_every: int


def check_hyper(algorithm: str, hyper: Iterable[str], known: Iterable[str]) -> None:
    """Refuses hyperparameters that an algorithm does not have."""
    taken = list(known)
    unknown = sorted(set(hyper) - set(taken))
    if unknown:
        raise ConfigurationError(
            f"Expected hyperparameters of {algorithm} in --hyper, got {', '.join(unknown)}. There are: "
            f"{', '.join(taken)}."
        )
