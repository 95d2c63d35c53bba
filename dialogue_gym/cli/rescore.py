"""`dialogue-gym evaluate --rescore`: the dialogues of a run under another reward, and what that has to do with success.

The new folder holds the rows with the new reward (episodes.jsonl), the summary with the correlation of each part and
the outcome (summary.json), and the dialogues about which reward and task disagree most (disagreements.jsonl).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogue_gym.cli.common import json_object, progress
from dialogue_gym.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

    from dialogue_gym.evaluation import EpisodeResult
    from dialogue_gym.rewards import Reward


def reward_spec(text: str) -> Any:
    """What --reward says: JSON in braces, or a name or dotted path."""
    return json_object(text, "--reward") if text.lstrip().startswith("{") else text


def rescore_run(run: Path, reward: str, *, out: Path | None, seed: int, as_json: bool) -> int:
    """Scores a run's dialogues anew, writes a new run and prints its table.

    Args:
        run: A run's folder, or a file of its episodes.
        reward: As in --reward.
        out: The new folder.
        seed: Of the bootstrap.
        as_json: Whether one JSON document is printed instead.
    """
    from dialogue_gym.cli.evaluate import described, print_table
    from dialogue_gym.evaluation import ResultWriter, read_results, replay, summarise
    from dialogue_gym.evaluation.results import EPISODES, to_json
    from dialogue_gym.rewards import rescore, resolve_reward
    from dialogue_gym.runs import new_run_folder

    if not reward:
        raise ConfigurationError("Expected --reward with --rescore: the reward to score by, got none.")
    model = resolve_reward(reward_spec(reward))  # mistakes show before the dialogues are played again
    rows = read_results(run)
    agents = sorted({row.agent for row in rows})
    if len(agents) != 1:
        raise ConfigurationError(f"Expected a run of one agent to score anew, got {agents or 'no episodes'} in {run}.")
    dialogues = []
    with progress() as bar:
        task = bar.add_task("replay", total=len(rows))
        for dialogue in replay(rows):
            dialogues.append(dialogue)
            bar.advance(task)
    scored = rescore(dialogues, model)
    spec = reward_spec(reward)
    rows = [_with_rewards(row, rewards, spec) for row, rewards in zip(rows, scored, strict=True)]
    folder = new_run_folder(out or Path("runs") / f"rescore-{(run if run.is_dir() else run.parent).resolve().name}")
    with ResultWriter(folder / EPISODES) as writer:
        for row in rows:
            writer.write(row)
    evaluation = summarise(rows, seed=seed)
    document = {
        "command": "rescore",
        "agent": agents[0],
        "env": rows[0].env,
        "env_kwargs": rows[0].env_kwargs,
        "split": rows[0].split,
        "rescored": str(run),
        "seed": seed,
        "complete": True,
        "run": str(folder),
        **described(evaluation),
        "correlations": write_diagnosis(evaluation.rows, folder, seed=seed),
    }
    (folder / "summary.json").write_text(to_json(document, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print(to_json(document, indent=2))
    else:
        print_table(document)
    return 0


def write_diagnosis(rows: Sequence["EpisodeResult"], folder: Path, *, seed: int) -> dict[str, Any]:
    """Each part's correlation with the outcome; writes the largest disagreements into the folder.

    Warns of a reward that never applied.
    """
    from dialogue_gym.evaluation.hacking import diagnose, silence_of, write_disagreements

    told = silence_of([row.reward_parts for row in rows])
    if told:
        print(f"warning: {told}", file=sys.stderr)
    write_disagreements(rows, folder / "disagreements.jsonl")
    found = diagnose(rows, seed=seed)
    return {part: {name: e._asdict() for name, e in outcomes.items()} for part, outcomes in found.items()}


def print_correlations(correlations: Mapping[str, Mapping[str, Mapping[str, float]]], console: "Console") -> None:
    """A table of what the plugged reward has to do with the outcome."""
    from rich.table import Table

    table = Table(title="correlation of the reward's parts with the outcome", title_justify="left")
    table.add_column("part")
    for name in ("success", "task return"):
        table.add_column(name, justify="right")
    for part, outcomes in correlations.items():
        table.add_row(part, *map(_interval, outcomes.values()))
    console.print(table)


def _interval(estimate: Mapping[str, float]) -> str:
    if estimate["mean"] != estimate["mean"]:
        return "no spread"
    return f"{estimate['mean']:+.2f} [{estimate['low']:+.2f}, {estimate['high']:+.2f}]"


def _with_rewards(row: "EpisodeResult", rewards: Sequence["Reward"], spec: Any) -> "EpisodeResult":
    from dialogue_gym.rewards.base import sum_parts

    return replace(
        row,
        env_kwargs={**row.env_kwargs, "reward": spec},
        episode_return=sum(reward.total for reward in rewards),
        reward_parts=sum_parts(reward.parts for reward in rewards),
        turn_rewards=[dict(reward.parts) for reward in rewards],
    )
