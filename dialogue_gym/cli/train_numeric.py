"""What `dialogue-gym train maskable_ppo|qlearning|...` does on a numeric view once its options are known."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from dialogue_gym.agents.classical.options import KINDS, OFFLINE, ClassicalOptions
from dialogue_gym.agents.classical.run import ENTRY
from dialogue_gym.runs import RUN_FILE, other_version, write_document


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
    logs: str | None = None,
) -> int:
    """Trains in a folder, compares the best agent with the references on test scenarios; gives the exit status.

    Where the folder holds a run with a checkpoint, it goes on from there.
    """
    from dialogue_gym.agents.classical.training import Run, say, train_classical
    from dialogue_gym.cli import INTERRUPTED
    from dialogue_gym.cli.comparison import compare
    from dialogue_gym.evaluation.play import check_playable

    check_playable(env, eval_episodes, env_kwargs=env_kwargs)
    sizes = options.sized(algorithm)
    document = {
        "algorithm": algorithm,
        "env": env,
        "env_kwargs": dict(env_kwargs),
        "hyper": dict(hyper),
        "seed": seed,
        "eval_episodes": eval_episodes,
        "logs": logs,
        ENTRY: asdict(sizes),
    }

    def begin() -> None:
        if not (folder / RUN_FILE).exists():
            write_document(folder, document)

    try:
        run = Run(algorithm, env, sizes, env_kwargs, hyper, seed, logs)
        unit = "steps" if KINDS[algorithm] == OFFLINE else "turns"
        train_classical(run, folder, observe=partial(say, unit=unit), begin=begin)
    except KeyboardInterrupt:
        print(f"Interrupted. Go on with: dialogue-gym train --resume {folder}", file=sys.stderr)
        return INTERRUPTED
    if eval_episodes:
        agents = {algorithm: f"{KINDS[algorithm]}:{folder}"}
        compare(agents, env, folder, env_kwargs=env_kwargs, scenarios=eval_episodes, seed=seed, batch=16)
    print(f"Results: {folder}")
    return 0


def resume_training(folder: Path, saved: Mapping[str, Any], steps: int | None) -> int:
    """Goes on with a run, to so many turns in all where they are given."""
    try:
        sizes = ClassicalOptions(**saved[ENTRY])
        rest = {name: saved[name] for name in ("env_kwargs", "hyper", "seed", "eval_episodes", "logs")}
        algorithm, env = saved["algorithm"], saved["env"]
    except (KeyError, TypeError) as error:
        raise other_version(folder, error) from None
    return run_training(algorithm, env, replace(sizes, steps=steps or sizes.steps), folder, **rest)
