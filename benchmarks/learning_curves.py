"""Learning curves of agents of numeric views: interquartile mean over seeds, with bootstrap bands.

    python benchmarks/learning_curves.py runs/qlearning-* runs/maskable_ppo-* --plot docs/classical.svg

Runs of `dialogue-gym train` on one environment with the same sizes; those of one algorithm and the same hyperparameters
differ by their seeds. A curve is the interquartile mean over seeds of the evaluations on val, the mean of what is left
without the lowest and the highest quarter; its band holds 95 % of the interquartile means of 2000 resamples of the
seeds (Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice", arXiv:2108.13264).
Below four seeds nothing is left out, and of a single one there is no band. The table also has the best agents' test
episodes, all seeds together, and the references that were played on them.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import trim_mean

from dialogue_gym.agents.classical.run import ENTRY, saved_options
from dialogue_gym.agents.training_metrics import read_metrics
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import mean_interval
from dialogue_gym.evaluation.results import EPISODES, read_results

Floats = npt.NDArray[np.float64]
RESAMPLES = 2000
REFERENCES = ("null", "random", "rule", "oracle")


class Curve(NamedTuple):
    """The evaluations of an algorithm.

    Attributes:
        steps: (n_looks,).
        values: (n_seeds, n_looks) means on val.
        folders: The runs, in the order of `values`.
    """

    steps: list[int]
    values: Floats
    folders: list[Path]


def iqm(values_SK: Floats) -> Floats:
    """(K,) interquartile means over S seeds.

    >>> iqm(np.array([[0.0], [1.0], [2.0], [30.0]])).tolist()
    [1.5]
    """
    means: Floats = np.atleast_1d(trim_mean(values_SK, 0.25, axis=0))
    return means


def band(values_SK: Floats, seed: int = 0) -> tuple[Floats, Floats]:
    """Lower and upper end (K,) of the interquartile mean, resampling seeds."""
    picks = np.random.default_rng(seed).integers(len(values_SK), size=(RESAMPLES, len(values_SK)))
    means = np.stack([iqm(values_SK[pick]) for pick in picks])
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high


def read_curves(folders: Sequence[Path], measure: str) -> dict[str, Curve]:
    """Curves by algorithm.

    Raises:
        ConfigurationError: A folder holds no such run, or runs cannot be compared.
    """
    runs: dict[str, list[Path]] = {}
    settings: dict[str, Any] = {}
    seeds: set[tuple[str, int]] = set()
    for folder in folders:
        options = saved_options(folder)
        if options is None:
            raise ConfigurationError(f"Expected a run on a numeric view, got {str(folder)!r}.")
        name = options["algorithm"]
        same = {key: options[key] for key in ("env", "env_kwargs")}
        own = {"hyper": options["hyper"], **options[ENTRY]}
        for entry, given in {"environment": same, name: own}.items():
            if settings.setdefault(entry, given) != given:
                raise ConfigurationError(
                    f"Expected runs with the same {entry}, {settings[entry]}, got {given} in {str(folder)!r}."
                )
        if (name, options["seed"]) in seeds:
            raise ConfigurationError(f"Expected runs of different seeds, got {options['seed']} of {name} twice.")
        seeds.add((name, options["seed"]))
        runs.setdefault(name, []).append(folder)
    return {name: _curve(found, measure) for name, found in runs.items()}


def _curve(folders: list[Path], measure: str) -> Curve:
    rows = [read_metrics(folder, "rl") for folder in folders]
    steps = [[row["step"] for row in each] for each in rows]
    if any(each != steps[0] for each in steps) or not steps[0]:
        raise ConfigurationError(
            f"Expected runs that were looked at after the same turns, got {steps} in {list(map(str, folders))}. Finish "
            "them with --resume."
        )
    return Curve(steps[0], np.array([[row[measure] for row in each] for each in rows]), folders)


def table(curves: Mapping[str, Curve], measure: str) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| agent | seeds | steps | val {measure}, interquartile mean | test {measure}, best agents |"
    yield "|---|---|---|---|---|"
    for name, curve in curves.items():
        at_end = f"{iqm(curve.values)[-1]:.2f}"
        if len(curve.values) > 1:
            low, high = band(curve.values)
            at_end += f" ({low[-1]:.2f} to {high[-1]:.2f})"
        tested = _on_test(curve.folders, name, measure)
        yield f"| {name} | {len(curve.values)} | {curve.steps[-1]} | {at_end} | {tested} |"
    first = next(iter(curves.values())).folders[0]
    for name in REFERENCES:
        given = _on_test([first], name, measure)
        if given:
            yield f"| {name} | | | | {given} |"


def _on_test(folders: list[Path], agent: str, measure: str) -> str:
    """Mean of an agent's test episodes and its interval by scenario; empty where none were played."""
    with_results = [folder for folder in folders if (folder / EPISODES).is_file()]
    rows = [row for folder in with_results for row in read_results(folder) if row.agent == agent]
    if not rows:
        return ""
    values = [row.episode_return if measure == "return" else float(row.outcome[measure]) for row in rows]
    found = mean_interval(values, [row.scenario for row in rows])
    return f"{found.mean:.2f} ({found.low:.2f} to {found.high:.2f})"


def plot(curves: Mapping[str, Curve], measure: str, path: Path) -> None:
    """Draws the curves, and the references' test means as lines."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.8), layout="constrained")
    for name, curve in curves.items():
        (line,) = axes.plot(curve.steps, iqm(curve.values), "o-", ms=3, label=f"{name}, {len(curve.values)} seeds")
        if len(curve.values) > 1:
            axes.fill_between(curve.steps, *band(curve.values), color=line.get_color(), alpha=0.2, lw=0)
    summary = next(iter(curves.values())).folders[0] / "table.json"
    if summary.is_file():
        agents = json.loads(summary.read_text(encoding="utf-8"))["agents"]
        for name, style in zip(REFERENCES, (":", "-.", "--", "-"), strict=True):
            if name in agents:
                axes.axhline(agents[name][measure]["mean"], color="grey", ls=style, lw=1, label=name)
    axes.set(xlabel="steps", ylabel=f"{measure} on val (lines: on test)")
    axes.legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Prints the table, draws the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, help="runs of one environment")
    parser.add_argument("--measure", default="success", choices=("success", "return"), help="what is drawn")
    parser.add_argument("--plot", type=Path, help="SVG file of the curves")
    arguments = parser.parse_args()
    curves = read_curves(arguments.runs, arguments.measure)
    print("\n".join(table(curves, arguments.measure)))
    if arguments.plot:
        plot(curves, arguments.measure, arguments.plot)


if __name__ == "__main__":
    main()
