"""What `dialogue-gym train` does once its options are known: show progress, evaluate, print the table."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.errors import ConfigurationError

if TYPE_CHECKING:
    from dialogue_gym.agents.llm.trainer.config import TrainOptions
    from dialogue_gym.evaluation import EpisodeResult, Evaluation

REFERENCES = ("null", "random", "rule", "oracle")
SHOWN = ("success", "return", "turns", "violations", "satisfaction", "accuracy", "normalised")


def run_training(options: "TrainOptions", folder: Path) -> int:
    """Trains in a folder, evaluates on test scenarios, prints the table; gives the exit status."""
    from dialogue_gym.agents.llm.trainer.job import Job
    from dialogue_gym.agents.llm.trainer.run import FILE, write_run
    from dialogue_gym.cli import INTERRUPTED

    first = os.environ.get("RANK", "0") == "0"
    if first and not (folder / FILE).exists():
        write_run(folder, options)
    try:
        with _progress(first) as observe:
            Job(options, folder, observe=observe).train()
    except KeyboardInterrupt:
        if first:
            print(f"Interrupted. Go on with: dialogue-gym train --resume {folder}", file=sys.stderr)
        return INTERRUPTED
    if first and options.eval_episodes:
        report(options, folder)
    if first:
        print(f"Results: {folder}")
    return 0


def report(options: "TrainOptions", folder: Path) -> None:
    """Plays the agents of before and after and the references on the same test episodes; prints and saves the table."""
    from dialogue_gym.agents.llm.trainer.run import write_text
    from dialogue_gym.cli.common import progress
    from dialogue_gym.evaluation import Anchors, ResultWriter, episode_list, paired_difference, play
    from dialogue_gym.evaluation.results import to_json

    episodes = episode_list(options.eval_episodes)
    agents = {name: name for name in REFERENCES}
    agents |= {name: f"llm:{folder / path}" for name, path in models(options, folder).items()}
    played: dict[str, list[EpisodeResult]] = {}
    (folder / "episodes.jsonl").unlink(missing_ok=True)
    with ResultWriter(folder / "episodes.jsonl") as writer, progress() as bar:
        for name, agent in agents.items():
            task = bar.add_task(name, total=len(episodes))
            try:
                results = play(
                    agent, options.env, episodes, env_kwargs=options.env_kwargs, seed=options.seed, batch=64, name=name
                )
                for row in results:
                    writer.write(row)
                    played.setdefault(name, []).append(row)
                    bar.advance(task)
            except ConfigurationError as error:  # a task without rules still has the others
                print(f"{name} is left out: {error}", file=sys.stderr)
    anchors = Anchors(played["null"], played["oracle"])
    table = {name: _summary(rows, anchors, options.seed) for name, rows in played.items()}
    document: dict[str, Any] = {
        "env": options.env,
        "env_kwargs": options.env_kwargs,
        "split": "test",
        "episodes": len(episodes),
        "agents": {n: {m: e._asdict() for m, e in summarised.measures.items()} for n, summarised in table.items()},
    }
    gains = {}
    names = list(models(options, folder))
    if len(names) > 1:
        before, after = table[names[0]].rows, table[names[-1]].rows
        for measure in ("success", "return"):
            after_columns, before_columns = (_column(rows, measure) for rows in (after, before))
            gains[measure] = paired_difference(*after_columns, *before_columns, seed=options.seed)
        document["gain"] = {measure: estimate._asdict() for measure, estimate in gains.items()}
    write_text(folder / "table.json", to_json(document, indent=2) + "\n")
    _print_table(document, table, gains, names)


def _column(rows: list["EpisodeResult"], measure: str) -> tuple[list[float], list[int]]:
    """Values and their scenarios."""
    values = [row.episode_return if measure == "return" else float(row.outcome[measure]) for row in rows]
    return values, [row.scenario for row in rows]


def models(options: "TrainOptions", folder: Path) -> dict[str, str]:
    """Name in the table to folder, in the order they were made."""
    stages = {"sft": "sft"} if options.algorithm == "sft" else {"sft": "sft", options.algorithm: "model"}
    return {name: path for name, path in stages.items() if (folder / path / "config.json").is_file()}


def _summary(rows: list["EpisodeResult"], anchors: Any, seed: int) -> "Evaluation":
    from dialogue_gym.evaluation import summarise

    summary = summarise(rows, seed=seed)
    try:
        return summary.with_anchors(anchors, seed=seed)
    except ConfigurationError:  # the oracle is no better than null under this reward
        return summary


def _print_table(
    document: dict[str, Any], table: dict[str, "Evaluation"], gains: dict[str, Any], names: list[str]
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(markup=False, highlight=False)
    shown = [m for m in SHOWN if any(m in summary.measures for summary in table.values())]
    out = Table(
        title="{env}, {split}, {episodes} episodes: mean and 95 % interval".format(**document), title_justify="left"
    )
    out.add_column("agent")
    for measure in shown:
        out.add_column(measure, justify="right")
    for name, summary in table.items():
        cells = []
        for measure in shown:
            estimate, digits = summary.measures.get(measure), 1 if measure in ("normalised", "turns") else 2
            mean = (
                f"{estimate.mean:.{digits}f}\n[{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"
                if estimate
                else "-"
            )
            cells.append(mean)
        out.add_row(name, *cells)
    console.print(out)
    for measure, gain in gains.items():
        console.print(
            f"{measure}: {names[-1]} − {names[0]} = {gain.mean:+.3f}, 95 % interval [{gain.low:+.3f}, {gain.high:+.3f}]"
        )


@contextmanager
def _progress(shown: bool) -> Iterator[Any]:
    """A bar per stage with what matters now; lines of text where there is no terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not shown or not console.is_terminal,
    )
    tasks: dict[str, Any] = {}
    last = [0.0]

    def observe(stage: str, done: float, metrics: dict[str, float]) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0, text="")
        text = describe(stage, metrics)
        bar.update(tasks[stage], completed=done, text=text)
        if shown and not console.is_terminal and (time.monotonic() - last[0] > 10 or done >= 1.0):
            last[0] = time.monotonic()
            print(f"{stage} {100 * done:3.0f} %  {text}", file=sys.stderr, flush=True)

    with bar:
        yield observe


def describe(stage: str, metrics: dict[str, float]) -> str:
    """One line on how a stage stands."""
    if "loss" in metrics:
        return f"loss {metrics['loss']:.3f}"
    return (
        f"success {metrics['success']:.2f}  return {metrics['return']:+.2f}  KL {metrics['kl']:.4f}  "
        f"{metrics['tokens_per_second']:.0f} tokens/s"
    )
