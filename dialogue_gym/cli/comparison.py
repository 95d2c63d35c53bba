"""The table that ends a training run: learned agents beside the references, on the same held-out episodes."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.cli.common import SHOWN, progress
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.registration import text_view

if TYPE_CHECKING:
    from dialogue_gym.evaluation import Anchors, EpisodeResult, Evaluation
    from dialogue_gym.metrics import Metric

ANCHORS = ("null", "oracle")
REFERENCES = ("null", "random", "rule", "oracle")


def compare(
    learned: Mapping[str, str],
    env: str,
    folder: Path,
    *,
    env_kwargs: Mapping[str, Any],
    scenarios: int,
    seed: int,
    batch: int,
    described_kwargs: Mapping[str, Any] | None = None,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Plays test episodes, prints the table, writes `episodes.jsonl` and `table.json`, with the task's metrics too.

    Args:
        learned: Name in the table to the agent's name, in the order in which they were made.
        env: The environment's id.
        folder: Where to write.
        env_kwargs: More arguments of the environment.
        scenarios: Test scenarios.
        seed: Keys the agents' draws and the resampling.
        batch: Episodes played side by side.
        described_kwargs: What the table says of the arguments, where it is not `env_kwargs` itself.
        beside: More references, by their names in the table.
    """
    from dialogue_gym.evaluation import ResultWriter, episode_list, paired_difference, play
    from dialogue_gym.evaluation.evaluate import task_metrics
    from dialogue_gym.evaluation.results import EPISODES, to_json
    from dialogue_gym.runs import write_text

    episodes = episode_list(scenarios)
    played: dict[str, list[EpisodeResult]] = {}
    file = folder / EPISODES
    file.unlink(missing_ok=True)
    with progress() as bar:
        for name, agent in {**{name: name for name in REFERENCES}, **(beside or {}), **learned}.items():
            task, rows, written = bar.add_task(name, total=len(episodes)), [], _size(file)
            try:
                with ResultWriter(file) as writer:
                    for row in play(agent, env, episodes, env_kwargs=env_kwargs, seed=seed, batch=batch, name=name):
                        writer.write(row)
                        rows.append(row)
                        bar.advance(task)
            except ConfigurationError as error:  # a task without rules still has the others
                os.truncate(file, written)  # what it has played is no fair sample of the episodes
                print(f"{name} is left out: {error}", file=sys.stderr)
            else:
                played[name] = rows
    anchors = _anchors(played, env, episodes, env_kwargs)
    metrics = task_metrics(env, env_kwargs)
    table = {name: _summary(rows, anchors, metrics, seed) for name, rows in played.items()}
    document: dict[str, Any] = {
        "env": env,
        "env_kwargs": dict(env_kwargs if described_kwargs is None else described_kwargs),
        "split": "test",
        "episodes": len(episodes),
        "agents": {n: {m: e._asdict() for m, e in summarised.measures.items()} for n, summarised in table.items()},
    }
    gains = {}
    names = [name for name in learned if name in table]
    if len(names) > 1:
        before, after = table[names[0]].rows, table[names[-1]].rows
        for measure in ("success", "return"):
            after_columns, before_columns = (_column(rows, measure) for rows in (after, before))
            gains[measure] = paired_difference(*after_columns, *before_columns, seed=seed)
        document["gain"] = {measure: estimate._asdict() for measure, estimate in gains.items()}
    write_text(folder / "table.json", to_json(document, indent=2) + "\n")
    _print_table(document, table, gains, names)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _anchors(
    played: Mapping[str, list["EpisodeResult"]],
    env: str,
    episodes: Sequence[tuple[int, int]],
    env_kwargs: Mapping[str, Any],
) -> "Anchors | None":
    """What scores are measured against, on the text view, whose oracle lacks nothing; None where it could not play."""
    from dialogue_gym.evaluation import Anchors, play_anchors

    if text_view(env) == env and set(ANCHORS) <= set(played):
        return Anchors(*(played[anchor] for anchor in ANCHORS))
    try:
        if text_view(env) != env:
            return play_anchors(env, episodes, env_kwargs=env_kwargs)
        missing = f"{' and '.join(anchor for anchor in ANCHORS if anchor not in played)} could not play"
    except ConfigurationError as error:
        missing = str(error)
    print(f"There is no normalised score: {missing}.", file=sys.stderr)
    return None


def _column(rows: list["EpisodeResult"], measure: str) -> tuple[list[float], list[int]]:
    """Values and their scenarios."""
    values = [row.episode_return if measure == "return" else float(row.outcome[measure]) for row in rows]
    return values, [row.scenario for row in rows]


def _summary(
    rows: list["EpisodeResult"], anchors: "Anchors | None", metrics: Sequence["Metric"], seed: int
) -> "Evaluation":
    from dialogue_gym.evaluation import summarise

    summary = summarise(rows, metrics=metrics, seed=seed)
    if anchors is None:
        return summary
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
