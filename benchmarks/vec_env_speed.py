"""Training speed of Stable-Baselines3 over our native vector, as a ratio to its own DummyVecEnv and SubprocVecEnv.

    OMP_NUM_THREADS=1 python benchmarks/vec_env_speed.py --env dialogue_gym/CustomerServiceActs-v0 --algorithm ppo

The three train the same model on the same environment in one run: ours steps n episodes in this process and scores
them together, DummyVecEnv steps n single environments in this process, SubprocVecEnv one in each of n processes.
Rounds alternate between them; medians are printed. Environments and models are made before the clock starts.

Turns per second are by the wall clock, so they depend on what else the machine does and on how many cores n processes
find; seconds of CPU per 1000 turns, worker processes included, do not.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import gymnasium as gym
import psutil
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecEnv

from dialogue_gym.agents.sb3.algorithms import ALGORITHMS, find_algorithm
from dialogue_gym.agents.sb3.vec_env import make_vec_env

OURS = "native"


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--env", default="dialogue_gym/CustomerServiceActs-v0", help="id of a numeric view")
    parser.add_argument("--algorithm", default="ppo", choices=sorted(ALGORITHMS), help="who trains")
    parser.add_argument("--num-envs", type=int, default=8, help="episodes side by side")
    parser.add_argument("--steps", type=int, default=4096, help="turns of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median is taken")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    rows = measure(arguments.env, arguments.algorithm, arguments.num_envs, arguments.steps, arguments.rounds)
    if arguments.json:
        print(json.dumps({"machine": platform.machine(), "cores": os.cpu_count(), **vars(arguments), "rows": rows}))
        return
    print(
        f"{arguments.algorithm} on {arguments.env}, {arguments.num_envs} episodes side by side, {os.cpu_count()} cores"
    )
    print(f"{'vector':16} {'turns/s':>9} {'ours/it':>9} {'CPU s/1000':>11} {'ours/it':>9}")
    for name, row in rows.items():
        print(
            f"{name:16} {row['steps_per_s']:9.0f} {row['times_faster']:9.2f} {row['cpu_per_1000']:11.2f} "
            f"{row['times_cheaper']:9.2f}"
        )


def measure(env_id: str, algorithm: str, num_envs: int, steps: int, rounds: int) -> dict[str, dict[str, float]]:
    """Speeds by the name of the vector, and how many times faster and cheaper ours is."""

    def single() -> Any:
        return Monitor(gym.make(env_id))

    kinds: dict[str, Callable[[], VecEnv]] = {
        OURS: lambda: make_vec_env(env_id, num_envs),
        "DummyVecEnv": lambda: DummyVecEnv([single] * num_envs),
        "SubprocVecEnv": lambda: SubprocVecEnv([single] * num_envs),
    }
    models = {name: _model(algorithm, make()) for name, make in kinds.items()}
    walls: dict[str, list[float]] = {name: [] for name in kinds}
    cpus: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, model in models.items():
            processes = [psutil.Process(), *(psutil.Process(p.pid) for p in getattr(model.env, "processes", ()))]
            used, began, turns = _cpu(processes), time.perf_counter(), model.num_timesteps
            model.learn(steps, reset_num_timesteps=False)
            turns = model.num_timesteps - turns
            walls[name].append(turns / (time.perf_counter() - began))
            cpus[name].append(1000 * (_cpu(processes) - used) / turns)
    for model in models.values():
        model.env.close()
    speed = {name: statistics.median(values) for name, values in walls.items()}
    price = {name: statistics.median(values) for name, values in cpus.items()}
    return {
        name: {
            "steps_per_s": speed[name],
            "times_faster": speed[OURS] / speed[name],
            "cpu_per_1000": price[name],
            "times_cheaper": price[name] / price[OURS],
        }
        for name in kinds
    }


def _model(algorithm: str, vec_env: VecEnv) -> Any:
    found = find_algorithm(algorithm, vec_env.action_space)
    return found.cls(found.policy, vec_env, seed=0, device="cpu", **deepcopy(dict(found.defaults)))


def _cpu(processes: list[psutil.Process]) -> float:
    """Seconds of CPU that processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


if __name__ == "__main__":
    main()
