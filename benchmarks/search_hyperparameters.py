"""A small search for hyperparameters of one algorithm on one environment, with Optuna (extra `tuning`).

    OMP_NUM_THREADS=1 python benchmarks/search_hyperparameters.py qlearning --env dialogue_gym/CustomerServiceActs-v0 \
        --env-kwargs '{"difficulty": "easy"}' --steps 40000 --trials 12

The sampler is TPE (Bergstra et al. 2011, "Algorithms for hyper-parameter optimization", NIPS); its first trial has the
defaults, so that what is found was better than they are. Each trial trains with a seed of its own and is worth its
highest mean return on the first 100 scenarios of val, looked at four times; one that is below the median of the others
at a look is given up. So the value of the best is too high: score what is found on test, with other seeds. Prints a
table for `agents/classical/tuned/`, with the budget.
"""

import argparse
import json
import sys
import time
from typing import Any

import optuna

from dialogue_gym.agent import Agent
from dialogue_gym.agents.classical.looks import Looks
from dialogue_gym.agents.classical.options import CLASSICAL, ClassicalOptions
from dialogue_gym.agents.classical.training import Run, play_val, prepare
from dialogue_gym.cli.common import environment_id, json_object

LOOKS = 4

Space = dict[str, Any]
"""Name to a tuple (low, high) of a range, searched by its logarithm, or a list of choices."""
_ON_POLICY: Space = {
    "learning_rate": (1e-4, 3e-3),
    "n_steps": [32, 64, 128, 256],
    "gamma": [0.97, 0.99, 1.0],
    "gae_lambda": [0.9, 0.95, 1.0],
    "ent_coef": (1e-4, 3e-2),
}
_CLIPPED: Space = {**_ON_POLICY, "n_epochs": [4, 8, 16], "batch_size": [128, 256, 512]}
_OFF_POLICY: Space = {
    "learning_rate": (1e-4, 2e-3),
    "gamma": [0.95, 0.99, 1.0],
    "train_freq": [4, 8, 16],
    "exploration_fraction": [0.1, 0.3, 0.5],
    "target_update_interval": [500, 1000, 4000],
}
_BANDIT: Space = {"explore": (0.01, 1.0), "ridge": (0.1, 10.0)}
_CLONING: Space = {"learning_rate": (1e-4, 3e-3), "weight_decay": (1e-6, 1e-1)}
SPACES: dict[str, Space] = {
    "ppo": _CLIPPED,
    "maskable_ppo": _CLIPPED,
    "recurrent_ppo": _CLIPPED,
    "a2c": {**_ON_POLICY, "n_steps": [8, 16, 32, 64]},
    "trpo": {name: _ON_POLICY[name] for name in ("n_steps", "gamma", "gae_lambda")} | {"target_kl": (3e-3, 3e-2)},
    "dqn": _OFF_POLICY,
    "qrdqn": _OFF_POLICY,
    "qlearning": {
        "alpha": (0.03, 0.5),
        "trace": [0.0, 0.5, 0.7, 0.9],
        "gamma": [0.95, 0.99, 1.0],
        "epsilon": [0.1, 0.3, 0.5],
        "double": [False, True],
    },
    "linucb": _BANDIT,
    "thompson": _BANDIT,
    "bc": _CLONING,
    "cql": {**_CLONING, "alpha": (0.01, 3.0), "gamma": [0.95, 0.99, 1.0], "tau": (1e-3, 3e-2)},
}


def suggest(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    """What a trial tries."""
    return {
        name: trial.suggest_categorical(name, choices)
        if isinstance(choices, list)
        else trial.suggest_float(name, *choices, log=True)
        for name, choices in space.items()
    }


def worth(trial: optuna.Trial, run: Run) -> float:
    """The highest mean return on val of a run."""
    best = float("-inf")

    def look(steps: int, agent: Agent) -> None:
        nonlocal best
        rows = play_val(agent, run.env, run.env_kwargs)
        best = max(best, sum(row.episode_return for row in rows) / len(rows))
        trial.report(best, steps)
        if trial.should_prune():
            raise optuna.TrialPruned

    prepare(run).run(Looks(run.sizes.eval_every, look))
    return best


def table(algorithm: str, values: dict[str, Any], found: str) -> str:
    """Lines of TOML, which writes numbers, texts and truth values as JSON does."""
    rounded = {name: float(f"{value:.3g}") if isinstance(value, float) else value for name, value in values.items()}
    lines = [f"{name} = {json.dumps(value)}" for name, value in {"found": found, **rounded}.items()]
    return "\n".join([f"[{algorithm}]", *lines])


def main() -> None:
    """Searches, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("algorithm", choices=CLASSICAL, help="whose hyperparameters")
    parser.add_argument("--env", required=True, help="id of a numeric view")
    parser.add_argument("--env-kwargs", default="{}", help="more arguments of the environment, as a JSON object")
    parser.add_argument("--steps", type=int, default=None, help="turns (of bc and cql: steps) of a trial")
    parser.add_argument("--num-envs", type=int, default=16, help="episodes side by side")
    parser.add_argument("--trials", type=int, default=12, help="trials")
    parser.add_argument("--logs", default=None, help="what bc and cql learn from")
    arguments = parser.parse_args()
    env, kwargs = environment_id(arguments.env), json_object(arguments.env_kwargs, "--env-kwargs")
    sizes = ClassicalOptions(arguments.steps, arguments.num_envs).sized(arguments.algorithm)
    sizes = ClassicalOptions(sizes.steps, sizes.num_envs, eval_every=max(1, sizes.steps // LOOKS)).sized(
        arguments.algorithm
    )

    def objective(trial: optuna.Trial) -> float:
        # The first trial has the defaults.
        hyper = suggest(trial, SPACES[arguments.algorithm]) if trial.number else {}
        return worth(trial, Run(arguments.algorithm, env, sizes, kwargs, hyper, trial.number, arguments.logs))

    began = time.process_time()
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=0, n_startup_trials=5),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=sizes.steps // 2 - 1),
    )
    study.optimize(objective, n_trials=arguments.trials)
    default = study.trials[0].value
    found = (
        f"TPE of optuna {optuna.__version__}, {len(study.trials)} trials of {sizes.steps} steps on {env} {kwargs}, "
        f"{(time.process_time() - began) / 60:.0f} minutes of one core; mean return on val {study.best_value:.3f}, "
        f"with the defaults {default:.3f}, one seed each"
    )
    print(f"trial {study.best_trial.number} of {len(study.trials)}", file=sys.stderr)
    print(table(arguments.algorithm, study.best_params, found))


if __name__ == "__main__":
    main()
