"""What training is worth: runs of several seeds against what they began with, on the same test episodes.

    python benchmarks/learning.py runs/ppo-a runs/ppo-b runs/ppo-c --successes runs/sft-a --plot docs/learning.svg

Each run was made by `dialogue-gym train ppo` or `reinforce`, those of --successes by `train sft --only-successes` on
the same logs. Models are sampled at the temperature that their folders name, or take the likeliest tokens ("greedy").
Beside the runs' last models: the model that reinforcement learning began with; the better of four dialogues of it on
each scenario, chosen with hindsight by the return, which is more than any way of choosing could reach; the logs'
author; and the rules. Intervals resample scenarios, over all seeds; the last column has each seed.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dialogue_gym.agents.llm.trainer.run import read_run
from dialogue_gym.agents.training_metrics import read_metrics
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import EpisodeResult, Estimate, episode_list, mean_interval, paired_difference, play
from dialogue_gym.logs import BEHAVIOUR

ATTEMPTS = 4
MEASURES = ("success", "return", "violations", "turns")
LEARNED, IMITATION, HINDSIGHT, SUCCESSES = "reinforcement", "imitation", f"best of {ATTEMPTS}", "imitation of successes"
GREEDY = ", greedy"
WINDOW = 10
"""Iterations over which the curve is averaged."""

Rows = list[EpisodeResult]


def value(row: EpisodeResult, measure: str) -> float:
    """A measure of an episode."""
    return row.episode_return if measure == "return" else float(row.outcome[measure])


def best(attempts: Iterable[Rows]) -> Rows:
    """Of several dialogues on each scenario the one with the highest return."""
    chosen: dict[tuple[int, int], EpisodeResult] = {}
    for row in (row for rows in attempts for row in rows):
        place = row.scenario, row.trial
        if place not in chosen or row.episode_return > chosen[place].episode_return:
            chosen[place] = row
    return list(chosen.values())


def played(runs: list[Path], successes: list[Path], scenarios: int) -> Iterator[tuple[str, int, Rows]]:
    """Name of the agent, seed of the run, episodes."""
    options = read_run(runs[0])
    seeds = [read_run(run).seed for run in runs]
    if len(set(seeds)) < len(seeds):
        raise ConfigurationError(f"Expected runs of different seeds, got {seeds}.")
    episodes = episode_list(scenarios)

    def rows(agent: str, seed: int) -> Rows:
        batch = 64 if agent.startswith("llm:") else 16
        kwargs = options.env_kwargs
        return list(play(agent, options.env, episodes, env_kwargs=kwargs, seed=seed, batch=batch, name=agent))

    for name, agent in {"rule": "rule", "logs": BEHAVIOUR}.items():
        yield name, 0, rows(agent, 0)
    for run in runs:
        seed = read_run(run).seed
        attempts = [rows(f"llm:{run / 'sft'}", attempt) for attempt in range(ATTEMPTS)]
        yield IMITATION, seed, attempts[0]
        yield HINDSIGHT, seed, best(attempts)
        yield IMITATION + GREEDY, seed, rows(f"llm:{run / 'sft'}?greedy", 0)
        yield LEARNED, seed, rows(f"llm:{run / 'model'}", 0)
        yield LEARNED + GREEDY, seed, rows(f"llm:{run / 'model'}?greedy", 0)
    for run in successes:
        yield SUCCESSES, read_run(run).seed, rows(f"llm:{run / 'sft'}", 0)


def table(by_agent: Mapping[str, Mapping[int, Rows]]) -> Iterator[str]:
    """Lines of a Markdown table: agents, then differences from reinforcement learning."""
    yield f"| agent | {' | '.join(MEASURES)} | success of each seed |"
    yield "|---" * (len(MEASURES) + 2) + "|"
    for name, seeds in by_agent.items():
        each = ", ".join(f"{estimate({0: rows}, 'success').mean:.2f}" for rows in seeds.values())
        yield f"| {name} | {' | '.join(shown(estimate(seeds, measure)) for measure in MEASURES)} | {each} |"
    trained = [name for name in by_agent if name.startswith(LEARNED)]
    for ours in trained:
        for name, seeds in by_agent.items():
            if name not in trained:
                gains = " | ".join(shown(difference(by_agent[ours], seeds, measure)) for measure in MEASURES)
                yield f"| {ours} − {name} | {gains} | |"


def columns(seeds: Mapping[int, Rows], measure: str) -> tuple[list[float], list[int]]:
    """Values and their scenarios, of all seeds."""
    every = [row for rows in seeds.values() for row in rows]
    return [value(row, measure) for row in every], [row.scenario for row in every]


def estimate(seeds: Mapping[int, Rows], measure: str) -> Estimate:
    """Mean over seeds and scenarios."""
    return mean_interval(*columns(seeds, measure))


def difference(ours: Mapping[int, Rows], theirs: Mapping[int, Rows], measure: str) -> Estimate:
    """Difference of means, scenario by scenario."""
    return paired_difference(*columns(ours, measure), *columns(theirs, measure))


def shown(estimate: Estimate) -> str:
    """An estimate with its interval."""
    return f"{estimate.mean:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def plot(runs: list[Path], path: Path) -> None:
    """Success on new train scenarios, iteration by iteration."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    for run in runs:
        curve: list[Any] = [row["success"] for row in read_metrics(run, "rl")]
        means = [sum(curve[max(0, i + 1 - WINDOW) : i + 1]) / min(i + 1, WINDOW) for i in range(len(curve))]
        options = read_run(run)
        axes.plot(means, label=f"{options.algorithm}, seed {options.seed}")
    axes.set(xlabel="iteration", ylabel=f"success, mean of {WINDOW} iterations", ylim=(0, 1))
    axes.legend()
    figure.savefig(path)


def main() -> None:
    """Prints the table, draws the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, help="runs of reinforcement learning, one per seed")
    parser.add_argument("--successes", nargs="*", type=Path, default=[], help="runs that imitate successes alone")
    parser.add_argument("--scenarios", type=int, default=200, help="test scenarios")
    parser.add_argument("--plot", type=Path, help="SVG file of the learning curves")
    arguments = parser.parse_args()
    by_agent: dict[str, dict[int, Rows]] = {}
    for name, seed, rows in played(arguments.runs, arguments.successes, arguments.scenarios):
        by_agent.setdefault(name, {})[seed] = rows
    print("\n".join(table(by_agent)))
    if arguments.plot:
        plot(arguments.runs, arguments.plot)


if __name__ == "__main__":
    main()
