"""Preference pairs: two dialogues, and which one is better. From a file, or from runs on the same scenarios.

A file has one JSON object per line::

    {"chosen": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}],
     "rejected": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "What?"}],
     "group": "anything that related pairs share"}

"group" is optional; pairs of one group are all trained on, or all held out. Messages with the role "system" are left
out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.evaluation.results import EpisodeResult, check_comparable, read_results
from dialogue_gym.jsonl import read_rows
from dialogue_gym.logs import joined_turns

Messages = list[dict[str, str]]


class Pair(NamedTuple):
    """Two dialogues, of which the first is preferred."""

    chosen: Messages
    rejected: Messages
    group: str


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file.

    Raises:
        CorpusError: The file is missing, or a line is no pair.
    """
    pairs = [_pair(row, where) for where, row in read_rows(path, what="preference pairs")]
    if not pairs:
        raise CorpusError(f"{path}: expected at least one pair, got none.")
    return pairs


def pairs_from_runs(paths: Iterable[Path], *, per_scenario: int = 4, seed: int = 0) -> list[Pair]:
    """Pairs of episodes of one scenario, the one with the higher return under the task's own reward preferred.

    Args:
        paths: Run folders or files of results, of the same task set; several agents or trials make more pairs.
        per_scenario: The most pairs that one scenario gives, drawn at random.
        seed: Of that draw.

    Raises:
        ConfigurationError: No scenario was played to two different returns.
        IncomparableError: The runs are of different task sets.
    """
    rows = [row for path in paths for row in read_results(path)]
    check_comparable(rows)
    played: dict[int, list[EpisodeResult]] = defaultdict(list)
    for row in rows:
        played[row.scenario].append(row)
    pairs = []
    for scenario, episodes in sorted(played.items()):
        ordered = sorted(episodes, key=lambda row: -row.task_return)
        unequal = [(a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :] if a.task_return > b.task_return]
        stream = Stream(key("rewards.pairs", seed, scenario))
        for better, worse in stream.sample(unequal, min(per_scenario, len(unequal))):
            pairs.append(Pair(joined_turns(better.transcript), joined_turns(worse.transcript), f"scenario {scenario}"))
    if not pairs:
        raise ConfigurationError(
            f"Expected runs that play some scenario to different returns, got {len(rows)} episodes that give no pair. "
            "Name runs of different agents on the same scenarios, or play with --trials."
        )
    return pairs


def split_pairs(pairs: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """(to train on, held out): whole groups are held out, by chance.

    Raises:
        ConfigurationError: One of the two would be empty.
    """
    held = {pair.group: Stream(key("rewards.holdout", seed, pair.group)).chance(share) for pair in pairs}
    training = [pair for pair in pairs if not held[pair.group]]
    held_out = [pair for pair in pairs if held[pair.group]]
    if not training or not held_out:
        raise ConfigurationError(
            f"Expected pairs to train on and pairs to hold out, got {len(training)} and {len(held_out)} of {len(held)} "
            "groups. Give more groups of pairs, or another --holdout."
        )
    return training, held_out


def _pair(row: dict[str, Any], where: str) -> Pair:
    chosen, rejected = (_messages(row.get(name), name, where) for name in ("chosen", "rejected"))
    if chosen == rejected:
        raise CorpusError(f"{where}: expected two different dialogues, got the same one twice.")
    return Pair(chosen, rejected, str(row.get("group", where)))


def _messages(value: Any, name: str, where: str) -> Messages:
    sound = isinstance(value, list) and all(
        isinstance(m, dict)
        and m.get("role") in ("system", "user", "assistant", "tool")
        and isinstance(m.get("content"), str)
        for m in value
    )
    messages = [{"role": m["role"], "content": m["content"]} for m in value if m["role"] != "system"] if sound else []
    if not any(m["role"] == "assistant" for m in messages):
        raise CorpusError(
            f'{where}: expected "{name}", a list of {{"role", "content"}} with at least one message of the assistant.'
        )
    return joined_turns(messages)
