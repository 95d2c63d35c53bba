"""Steps per second of the bank's desk, as a ratio to the web shop's, measured in turns in the same run.

    OMP_NUM_THREADS=1 python benchmarks/desk_throughput.py

Both desks play the oracle's way through whole episodes, resets included: as strings on the text view, as numbers on the
numeric view. What is played is written down before the clock starts, no episode comes twice, and time is the process's
own. Rounds alternate between the desks; the medians of their rates and of the rounds' ratios are printed.
"""

import argparse
import statistics

import gymnasium as gym
from env_throughput import oracle_plays, played  # a sibling: Python looks for it beside the script

import dialogue_gym  # noqa: F401  it registers the environments

VIEWS = {"text": "dialogue_gym/CustomerService-v0", "numeric": "dialogue_gym/CustomerServiceActs-v0"}
DESKS = ("retail", "banking")


def main() -> None:
    """Prints a line for each view and difficulty."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3000, help="steps per round")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each desk")
    arguments = parser.parse_args()
    print(f"{'view':8} {'difficulty':10} {'shop/s':>8} {'bank/s':>8} {'ratio':>6}")
    for view, env_id in VIEWS.items():
        for difficulty in ("easy", "hard"):
            envs = [gym.make(env_id, domain=desk, difficulty=difficulty) for desk in DESKS]
            plays = [oracle_plays(env_id, domain=desk, difficulty=difficulty) for desk in DESKS]
            rounds = [
                [played(env, play, arguments.steps) for env, play in zip(envs, plays, strict=True)]
                for _ in range(arguments.rounds + 1)
            ][1:]  # the first one warms up
            shop, bank = (statistics.median(each) for each in zip(*rounds, strict=True))
            ratio = statistics.median(second / first for first, second in rounds)
            print(f"{view:8} {difficulty:10} {shop:8.0f} {bank:8.0f} {ratio:6.2f}", flush=True)


if __name__ == "__main__":
    main()
