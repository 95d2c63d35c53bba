"""How early a surge is found against how often the alarm is false: the news desk's references, as a table and a plot.

    python benchmarks/monitor_delay.py --episodes 200 --plot docs/environments/sentiment_monitor.svg

Each detector is played with several thresholds on the same days. Delay is in ticks of half an hour, over the surges
that were found; a false alarm is counted per 1,000 topic-ticks without a surge. With --anchors, the table of
normalised scores by difficulty is printed instead.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from dialogue_gym.agents.scripted.monitor.bayes import BayesAgent, bayes
from dialogue_gym.agents.scripted.monitor.watch import adwin, cusum, ewma, page_hinkley, rule, volume_only
from dialogue_gym.agents.seat import Seat
from dialogue_gym.evaluation import episode_list, play, play_anchors, summarise
from dialogue_gym.evaluation.evaluate import task_metrics

ENV = "dialogue_gym/SentimentMonitor-v0"


def bayes_by_counts(env: Any, seed: int = 0, threshold: float = 0.6) -> BayesAgent:
    """The Bayes filter that reads nothing."""
    return BayesAgent(Seat.of(env), threshold, reads=False)


CURVES: dict[str, tuple[Callable[..., Any], str, Sequence[float]]] = {
    "Bayes filter": (bayes, "threshold", (0.3, 0.45, 0.6, 0.75, 0.9, 0.97)),
    "Bayes filter, counts only": (bayes_by_counts, "threshold", (0.3, 0.45, 0.6, 0.75)),
    "CUSUM of three tones (rule)": (rule, "threshold", (1.5, 2.5, 3.5, 5.0, 7.0)),
    "CUSUM": (cusum, "threshold", (1.2, 2.0, 2.7, 3.5, 5.0, 8.0)),
    "EWMA": (ewma, "threshold", (0.8, 1.2, 2.0, 2.6, 3.2)),
    "Page-Hinkley": (page_hinkley, "threshold", (0.8, 1.2, 1.5, 2.0, 3.0)),
    "ADWIN": (adwin, "delta", (0.9, 0.5, 0.2, 0.05)),
    "volume only": (volume_only, "threshold", (2.0, 3.0, 4.5, 7.0)),
}
AGENTS: dict[str, Any] = {
    "null": "null",
    "random": "random",
    "always alert": "exploit:always_alert",
    "volume only": "exploit:volume_only",
    "zero reading": "exploit:zero_reading",
    "rule": "rule",
    "Bayes filter": bayes,
    "oracle": "oracle",
}
FIGURES = (
    "alert_precision", "alert_recall", "alert_f1", "detection_delay", "detection_delay_p90", "missed_rate",
    "arl_to_false_alarm", "severity_accuracy", "label_accuracy", "label_macro_f1", "reads", "success",
)  # fmt: skip


def point(make: Callable[..., Any], name: str, episodes: int, difficulty: str, split: str) -> dict[str, float]:
    """Recall, delay and false alarms of one agent."""
    sums: Counter[str] = Counter()
    kwargs = {"difficulty": difficulty}
    for row in play(make, ENV, episode_list(episodes), split=split, env_kwargs=kwargs, name=name):
        sums.update({entry: value for entry, value in row.outcome.items() if isinstance(value, float)})
        sums["return"] += row.task_return
    return {
        "false": 1000.0 * sums["false_alarms"] / sums["quiet_ticks"],
        "delay": sums["delay"] / max(sums["hits"], 1.0),
        "recall": sums["hits"] / sums["surges"],
        "precision": sums["hits"] / max(sums["hits"] + sums["false_alarms"], 1.0),
        "return": sums["return"] / episodes,
    }


def curves(episodes: int, difficulty: str, split: str) -> dict[str, list[dict[str, float]]]:
    """Prints and gives the points of every curve."""
    print("| detector | threshold | false alarms / 1,000 | recall | precision | mean delay | return |")
    print("|---|---|---|---|---|---|---|")
    found: dict[str, list[dict[str, float]]] = {}
    for name, (make, argument, values) in CURVES.items():
        found[name] = []
        for value in values:
            p = point(partial(make, **{argument: value}), name, episodes, difficulty, split)
            found[name].append(p)
            print(
                f"| {name} | {value:g} | {p['false']:.1f} | {p['recall']:.2f} | {p['precision']:.2f} | "
                f"{p['delay']:.2f} | {p['return']:.2f} |",
                flush=True,
            )
    return found


def draw(found: dict[str, list[dict[str, float]]], path: Path) -> None:
    """Plots delay and recall against false alarms."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4.2), sharex=True)
    for name, points in found.items():
        points = sorted(points, key=lambda p: p["false"])
        for axis, what in zip(axes, ("delay", "recall"), strict=True):
            axis.plot([p["false"] for p in points], [p[what] for p in points], marker="o", ms=4, label=name)
    axes[0].set_ylabel("mean delay of surges found, ticks")
    axes[1].set_ylabel("share of surges found")
    for axis in axes:
        axis.set_xlabel("false alarms per 1,000 quiet ticks")
        axis.set_xscale("symlog", linthresh=1.0)
        axis.set_ylim(bottom=0.0)
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def anchors(episodes: int, split: str) -> None:
    """Prints normalised scores by difficulty, with 95 % intervals."""
    pairs = episode_list(episodes)
    table: dict[str, list[str]] = {}
    for difficulty in ("easy", "medium", "hard"):
        kwargs = {"difficulty": difficulty}
        metrics = task_metrics(ENV, kwargs)
        references = play_anchors(ENV, pairs, split=split, env_kwargs=kwargs)
        for name, spec in AGENTS.items():
            rows = list(play(spec, ENV, pairs, split=split, env_kwargs=kwargs, name=name))
            score = references.normalise(rows)
            table.setdefault(name, []).append(f"{score.mean:.0f} ({score.low:.0f} to {score.high:.0f})")
            figures = summarise(rows, metrics=metrics).measures
            shown = {entry: round(figures[entry].mean, 2) for entry in FIGURES if entry in figures}
            print(f"{difficulty}, {name}: {shown}", flush=True)
    print("| agent | easy | medium | hard |")
    print("|---|---|---|---|")
    for name, cells in table.items():
        print(f"| {name} | {' | '.join(cells)} |")


def main() -> None:
    """Parses the options and runs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--difficulty", default="medium")
    parser.add_argument("--split", default="test")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--anchors", action="store_true")
    options = parser.parse_args()
    if options.anchors:
        anchors(options.episodes, options.split)
        return
    found = curves(options.episodes, options.difficulty, options.split)
    if options.plot is not None:
        draw(found, options.plot)


if __name__ == "__main__":
    main()
