"""What `dialogue-gym train ppo|...` does on a text view once its options are known: train, evaluate, print a table."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.cli.common import progress_of

if TYPE_CHECKING:
    from dialogue_gym.agents.llm.trainer.config import TrainOptions


def run_training(options: "TrainOptions", folder: Path) -> int:
    """Trains in a folder, evaluates on test scenarios, prints the table; gives the exit status."""
    from dialogue_gym.agents.llm.trainer.job import Job
    from dialogue_gym.agents.llm.trainer.run import write_run
    from dialogue_gym.cli import INTERRUPTED
    from dialogue_gym.runs import RUN_FILE

    first = os.environ.get("RANK", "0") == "0"

    def begin() -> None:
        if not (folder / RUN_FILE).exists():
            write_run(folder, options)

    try:
        with _progress(first) as observe:
            Job(options, folder, observe=observe, begin=begin).train()
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
    """Plays the agents of before and after, the logs' author and the references on the same test episodes.

    Prints the table and saves it.
    """
    from dialogue_gym.agents.llm.trainer.watch import with_saved_state
    from dialogue_gym.cli.comparison import compare
    from dialogue_gym.logs import BEHAVIOUR

    compare(
        {name: f"llm:{folder / path}" for name, path in models(options, folder).items()},
        options.env,
        folder,
        env_kwargs=with_saved_state(options.env_kwargs, folder),
        described_kwargs=options.env_kwargs,
        scenarios=options.eval_episodes,
        seed=options.seed,
        batch=64,
        beside={"logs": BEHAVIOUR} if options.sft.logs is None and options.sft.sft_epochs > 0 else {},
    )


def models(options: "TrainOptions", folder: Path) -> dict[str, str]:
    """Name in the table to folder, in the order they were made."""
    stages = {"sft": "sft"} if options.algorithm == "sft" else {"sft": "sft", options.algorithm: "model"}
    return {name: path for name, path in stages.items() if (folder / path / "config.json").is_file()}


@contextmanager
def _progress(shown: bool) -> Iterator[Any]:
    """A bar per stage with what matters now; lines of text where there is no terminal."""
    from rich.console import Console
    from rich.progress import TaskProgressColumn, TextColumn

    on_terminal = Console(stderr=True).is_terminal
    columns = (TaskProgressColumn(), TextColumn("{task.fields[text]}", markup=False))
    bar = progress_of(*columns, shown=shown and on_terminal)
    tasks: dict[str, Any] = {}
    last = [0.0]

    def observe(stage: str, done: float, metrics: dict[str, float]) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0, text="")
        text = describe(stage, metrics)
        bar.update(tasks[stage], completed=done, text=text)
        if shown and not on_terminal and (time.monotonic() - last[0] > 10 or done >= 1.0):
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
