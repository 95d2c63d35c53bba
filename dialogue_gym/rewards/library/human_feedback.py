"""What people thought of dialogues, from a file.

One JSON object per line::

    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}], "score": 0.5}
    {"messages": [...], "score": -1, "rater": "r2", "note": "too curt"}

A score belongs to the last assistant message of the row's "messages" in the light of all that stands before it. What
stands after it, and messages with the role "system", do not matter. Other entries are kept out of the way.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from statistics import fmean
from typing import Any

from dialogue_gym.errors import CorpusError
from dialogue_gym.jsonl import read_rows
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.sharing import Shared


class HumanFeedback(Shared):
    """The mean score that people gave to a turn; does not apply to turns that nobody scored.

    {"human_feedback": {"file": "feedback.jsonl"}}. A turn is found by its content: the messages up to the agent's own
    have to be the same, character by character. So it is for re-scoring the dialogues that were shown to people (see
    `rescore`), and for dialogues short enough to recur; to go beyond them, train a preference model on them.

    With scores 1 and 0 by two raters for the same words the reward is 0.5, and "raw/raters" is 2.

    Args:
        file: The JSONL file.
    """

    name = "human_feedback"

    def __init__(self, file: str) -> None:
        self._scores: dict[bytes, list[float]] = {}
        for where, row in _rows(Path(file)):
            self._scores.setdefault(_turn_key(where, row), []).append(float(row["score"]))

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One reward or None per step."""
        return [self._score(step) for step in steps]

    def _score(self, step: Step) -> Reward | None:
        messages = step.transcript
        spoken = messages[: len(messages) - len(step.reply)]
        scores = self._scores.get(_key(spoken))
        if scores is None:
            return None
        total = fmean(scores)
        return Reward(total, {self.name: total, "raw/raters": float(len(scores))})


def _rows(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for where, row in read_rows(path, what="human feedback"):
        score = row.get("score")
        if isinstance(score, bool) or not isinstance(score, int | float) or not isfinite(score):
            raise CorpusError(f'{where}: expected an object with a finite number "score", got {score!r}.')
        rows.append((where, row))
    if not rows:
        raise CorpusError(f"{path}: expected at least one line of feedback, got none.")
    return rows


def _turn_key(where: str, row: Mapping[str, Any]) -> bytes:
    messages = row.get("messages")
    if not isinstance(messages, list) or not all(
        isinstance(m, dict) and isinstance(m.get("role"), str) and isinstance(m.get("content"), str) for m in messages
    ):
        raise CorpusError(f'{where}: expected "messages", a list of {{"role", "content"}} with texts.')
    spoken = [number for number, message in enumerate(messages) if message["role"] == "assistant"]
    if not spoken:
        raise CorpusError(f"{where}: expected a message of the assistant to which the score belongs, got none.")
    return _key([message for message in messages[: spoken[-1] + 1] if message["role"] != "system"])


def _key(messages: Sequence[Mapping[str, str]]) -> bytes:
    content = json.dumps([[message["role"], message["content"]] for message in messages], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
