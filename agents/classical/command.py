"""What `dialogue-gym train maskable_ppo|qlearning|...` does once its options are known."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogue_gym.agents.classical.options import QLEARNING, ClassicalOptions


def run_training(
    algorithm: str,
    env: str,
    options: ClassicalOptions,
    folder: Path,
    *,
    env_kwargs: Mapping[str, Any],
    hyper: Mapping[str, Any],
    seed: int,
    eval_episodes: int,
) -> int:
    """Trains in a folder, compares the best agent with the references on test scenarios; gives the exit status."""
    from dialogue_gym.agents.classical.training import say, train_classical
    from dialogue_gym.cli import INTERRUPTED
    from dialogue_gym.cli.comparison import compare

    try:
        train_classical(algorithm, env, options, folder, env_kwargs=env_kwargs, hyper=hyper, seed=seed, observe=say)
    except KeyboardInterrupt:
        print(f"Interrupted. The best agent so far, if any, is in {folder}.", file=sys.stderr)
        return INTERRUPTED
    if eval_episodes:
        kind = "qlearning" if algorithm == QLEARNING else "sb3"
        agents = {algorithm: f"{kind}:{folder}"}
        compare(agents, env, folder, env_kwargs=env_kwargs, scenarios=eval_episodes, seed=seed, batch=16)
    print(f"Results: {folder}")
    return 0
