"""`dialogue-gym evaluate`: one agent, a fixed list of episodes, a table with intervals.

A run folder holds `episodes.jsonl` and `anchors.jsonl`, one row per episode, and `summary.json`. Rows are
written as episodes end, so Ctrl-C leaves what there is.
"""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dialogue_gym.cli.common import DEFAULT_ENV, SHOWN, environment_id, json_object, progress
from dialogue_gym.cli.rescore import print_correlations, rescore_run, reward_spec, write_diagnosis
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.terminal import printable

if TYPE_CHECKING:
    from dialogue_gym.evaluation import EpisodeResult, Evaluation
    from dialogue_gym.metrics import Metric


@dataclass(frozen=True)
class Evaluate:
    """Play an agent over a fixed list of episodes; gives means with 95 % intervals clustered by scenario."""

    agent: str = ""
    """Who plays: null, random, rule, oracle, majority, tfidf, intents, exploit:<kind>, what a run has trained
    (llm:<run or model>, sb3:<run>, qlearning:<run>, bandit:<run>, offline:<run>) or my_pkg.mod:Class. Not asked
    for with --rescore."""
    env: str = DEFAULT_ENV
    """The environment's id; `dialogue-gym envs` lists them."""
    env_kwargs: str = "{}"
    """More arguments of the environment, as a JSON object: '{"difficulty": "hard"}'."""
    reward: str = ""
    """The reward, if not the task's: a name, a dotted path, or JSON such as '{"task": 1, "politeness": 0.1}'."""
    rescore: Path | None = None
    """A run's folder, or its episodes.jsonl: nothing is played, its dialogues are scored anew by --reward."""
    split: Literal["train", "val", "test"] = "test"
    """Which scenarios are played; agents are compared on test."""
    episodes: int = 500
    """Scenarios to play, from the first of the split on."""
    trials: int = 1
    """Times that each scenario is played; from 2 on the table has pass^k."""
    seed: int = 0
    """Seed of the agent's own draws and of the bootstrap. Scenarios do not depend on it."""
    batch: int = 16
    """Episodes played side by side: no effect on results, only on speed."""
    out: Path | None = None
    """The run's folder, by default runs/evaluate-<agent>-<env>; where it exists, "-2", ... is added."""
    no_anchors: bool = False
    """Leave out the null and oracle agents, and with them the normalised score."""
    json: bool = False
    """Print one JSON document to stdout, and nothing else, instead of a table."""

    def run(self) -> int:
        """Plays, writes and prints."""
        if self.rescore is not None:
            return rescore_run(self.rescore, self.reward, out=self.out, seed=self.seed, as_json=self.json)
        if not self.agent:
            raise ConfigurationError("Expected --agent, who plays, or --rescore with a run to score anew, got neither.")
        from dialogue_gym.cli import INTERRUPTED
        from dialogue_gym.evaluation.evaluate import task_metrics
        from dialogue_gym.evaluation.play import episode_list, play
        from dialogue_gym.evaluation.results import to_json
        from dialogue_gym.runs import new_run_folder

        env, kwargs = environment_id(self.env), json_object(self.env_kwargs, "--env-kwargs")
        if self.reward:
            kwargs["reward"] = reward_spec(self.reward)
        episodes = episode_list(self.episodes, self.trials)
        started = time.perf_counter()
        rows = play(self.agent, env, episodes, split=self.split, env_kwargs=kwargs, seed=self.seed, batch=self.batch)
        played = _Played(self.agent, rows, len(episodes))
        played.start()  # mistakes in the arguments show before a folder is made
        folder = new_run_folder(self.out or Path("runs") / _slug(f"evaluate-{self.agent}-{env.split('/')[-1]}"))
        metrics = task_metrics(env, kwargs)
        evaluation = self._play(played, env, kwargs, folder, metrics)
        document = {
            "command": "evaluate",
            "agent": self.agent,
            "env": env,
            "env_kwargs": kwargs,
            "split": self.split,
            "scenarios": self.episodes,
            "trials": self.trials,
            "seed": self.seed,
            "complete": not played.interrupted,
            "seconds": round(time.perf_counter() - started, 3),
            "run": str(folder),
            "metrics": [metric.name for metric in metrics],
            **(described(evaluation) if evaluation is not None else {"episodes": 0, "measures": {}}),
        }
        if evaluation is not None and kwargs.get("reward", "task") != "task":
            document["correlations"] = write_diagnosis(evaluation.rows, folder, seed=self.seed)
        (folder / "summary.json").write_text(to_json(document, indent=2) + "\n", encoding="utf-8")
        if self.json:
            print(to_json(document, indent=2))
        else:
            print_table(document)
        return INTERRUPTED if played.interrupted else 0

    def _play(
        self, played: "_Played", env: str, kwargs: dict[str, Any], folder: Path, metrics: "Sequence[Metric]"
    ) -> "Evaluation | None":
        from dialogue_gym.evaluation.anchors import ANCHORS, Anchors, play_anchor
        from dialogue_gym.evaluation.evaluate import summarise
        from dialogue_gym.evaluation.results import EPISODES

        played.write(folder / EPISODES)
        if not played.rows:
            return None
        evaluation = summarise(played.rows, metrics=metrics, seed=self.seed)
        if not self.no_anchors and not played.interrupted:
            both = []
            for anchor in ANCHORS:
                pairs = [row.pair for row in played.rows]
                rows = play_anchor(anchor, env, pairs, split=self.split, env_kwargs=kwargs, batch=self.batch)
                reference = _Played(f"{anchor} (reference)", rows, len(pairs))
                reference.write(folder / "anchors.jsonl")
                both.append(reference.rows)
                if reference.interrupted:
                    played.interrupted = True
                    break
            else:
                try:
                    evaluation = evaluation.with_anchors(Anchors(*both), seed=self.seed)
                except ConfigurationError as error:
                    print(f"No normalised score: {printable(str(error))}", file=sys.stderr)
        return evaluation


class _Played:
    """Episodes as they come, written one by one, until the last or Ctrl-C."""

    def __init__(self, label: str, results: Iterator["EpisodeResult"], total: int) -> None:
        self.label = label
        self.total = total
        self.rows: list[EpisodeResult] = []
        self.interrupted = False
        self._results = results

    def start(self) -> None:
        """Plays as far as the first result."""
        first = next(self._results)
        self._results = chain([first], self._results)

    def write(self, path: Path) -> None:
        """Plays to the end, or to Ctrl-C; writes every row."""
        from dialogue_gym.evaluation.results import ResultWriter

        with ResultWriter(path) as writer, progress() as bar:
            task = bar.add_task(self.label, total=self.total)
            try:
                for row in self._results:
                    writer.write(row)
                    self.rows.append(row)
                    bar.advance(task)
            except KeyboardInterrupt:
                self.interrupted = True


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "run"


def described(evaluation: "Evaluation") -> dict[str, Any]:
    """What was played, and the measures."""
    row = evaluation.rows[0]
    return {
        "view": row.view,
        "task": row.task,
        "versions": row.versions,
        "episodes": len(evaluation.rows),
        "measures": {name: estimate._asdict() for name, estimate in evaluation.measures.items()},
    }


def print_table(document: dict[str, Any]) -> None:
    """The measures, and what the plugged reward has to do with the outcome."""
    from rich.console import Console
    from rich.table import Table

    measures = document["measures"]
    console = Console(markup=False, highlight=False)
    table = Table(
        title="{agent} on {env}, {split}, {episodes} episodes".format(**document),
        title_justify="left",
    )
    table.add_column("measure")
    table.add_column("mean", justify="right")
    table.add_column("95 % interval", justify="right")
    # The JSON document has all.
    shown = {*SHOWN, *document.get("metrics", ())}
    for name in [name for name in measures if name in shown or name.startswith("pass^")]:
        estimate = measures[name]
        digits = 1 if name == "normalised" else 3
        ends = [f"{estimate[end]:.{digits}f}" for end in ("low", "high")]
        interval = "unknown" if estimate["low"] != estimate["low"] else f"{ends[0]} to {ends[1]}"
        table.add_row(name, f"{estimate['mean']:.{digits}f}", interval)
    if measures:
        console.print(table)
    if "correlations" in document:
        print_correlations(document["correlations"], console)
    if not document["complete"]:
        console.print("Interrupted: only the episodes that had ended are counted.")
    console.print(f"Results: {document['run']}", soft_wrap=True)
