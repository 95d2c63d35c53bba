"""Logged dialogues as chat JSONL: what supervised fine-tuning starts from.

One JSON object per line and dialogue, in the form most trainers read, ".gz" at the end of a name compresses::

    {"messages": [{"role": "system", "content": "You are ..."}, {"role": "user", ...}, {"role": "assistant", ...}],
     "tools": [...], "env": "...", "scenario": 3, "trial": 0, "return": 1.4, "outcome": {"success": true, ...}, ...}

The system message holds the instructions; tool calls stand in the assistant's text as the environment takes them,
tool results have the role "tool". What the agent thought opens its messages as `<think>...</think>`. A message of the
agent with `"weight": 0` is read and not imitated. Only "messages" is required in logs of one's own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from sys import intern
from typing import Any

from dialogue_gym.episode import Message
from dialogue_gym.errors import CorpusError
from dialogue_gym.evaluation.make import make_single
from dialogue_gym.evaluation.play import AgentSpec, play
from dialogue_gym.jsonl import open_text, read_rows

ROLES = ("system", "user", "assistant", "tool")
MESSAGE = ("role", "content", "weight")
"""What is read of a message."""
BEHAVIOUR = "dialogue_gym.agents.scripted.mediocre:mediocre_agent"
"""Who the logs come from, if nobody else is named."""


@dataclass(frozen=True)
class LoggedDialogue:
    """One dialogue of a log.

    Attributes:
        messages: The dialogue, instructions left out: "role", "content" and of some the "weight".
        instructions: What the agent was told; may be empty.
        tools: JSON-schema list; may be empty.
        details: Whatever else the row holds: scenario, outcome, return, ...
    """

    messages: list[dict[str, Any]]
    instructions: str = ""
    tools: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether the outcome says so."""
        return bool(self.details.get("outcome", {}).get("success"))

    def row(self) -> dict[str, Any]:
        """The dialogue as a line of a log."""
        system = [{"role": "system", "content": self.instructions}] if self.instructions else []
        return {"messages": [*system, *self.messages], "tools": self.tools, **self.details}


def record_dialogues(
    env: str,
    count: int,
    *,
    agent: AgentSpec = BEHAVIOUR,
    env_kwargs: Mapping[str, Any] | None = None,
    split: str = "train",
    first: int = 0,
    seed: int = 0,
    batch: int = 64,
    thoughts: bool = True,
) -> Iterator[LoggedDialogue]:
    """Lets an agent play scenarios and yields its dialogues, as they end.

    The careless rule agent thinks in acts and plays the numeric view of the same episodes where there is one, hearing
    all that is said (nlu_error 0): that is several times faster than having it read, and what it misheard would be
    noise to whoever imitates it from the text alone.

    Args:
        env: The environment's id, of the text view.
        count: Number of scenarios, each played once.
        agent: Who plays.
        env_kwargs: More arguments of the environment.
        split: Which scenarios.
        first: The first one's index.
        seed: Keys the agent's draws.
        batch: Episodes played side by side.
        thoughts: Log also what the agent thinks, if it says so.
    """
    kwargs = dict(env_kwargs or {})
    opening = make_single(env, split=split, **kwargs)
    episodes = [(scenario, 0) for scenario in range(first, first + count)]
    played = numeric_view(env) if agent == BEHAVIOUR else env
    hearing = {} if played == env else {"nlu_error": 0.0}
    for result in play(agent, played, episodes, split=split, env_kwargs={**kwargs, **hearing}, seed=seed, batch=batch):
        _, info = opening.reset(options={"scenario": result.scenario, "trial": result.trial})
        yield LoggedDialogue(
            _annotated(result.transcript, result.thoughts if thoughts else [], result.turn_weights),
            info.get("instructions", ""),
            list(info.get("tools", [])),
            {
                "env": env,
                "view": result.view,
                "env_kwargs": result.env_kwargs,
                "task": result.task,
                "split": result.split,
                "scenario": result.scenario,
                "trial": result.trial,
                "agent": result.agent,
                "seed": result.seed,
                "return": result.episode_return,
                "stop_reason": result.stop_reason,
                "outcome": result.outcome,
            },
        )


def _annotated(transcript: Sequence[Message], thoughts: Sequence[str], weights: Sequence[int]) -> list[dict[str, Any]]:
    """The transcript with each turn's thought in front of what is said, and its weight where that is 0."""
    turns = zip_longest(thoughts, weights)
    annotated: list[dict[str, Any]] = []
    for message in transcript:
        thought, weight = next(turns, (None, None)) if message["role"] == "assistant" else (None, None)
        said = f"<think>{thought}</think>{message['content']}" if thought else message["content"]
        annotated.append({**message, "content": said, **({"weight": 0} if weight == 0 else {})})
    return annotated


def numeric_view(env: str) -> str:
    """The id of the numeric view of the same episodes; `env` itself where none is registered.

    >>> numeric_view("dialogue_gym/CustomerService-v0")
    'dialogue_gym/CustomerServiceActs-v0'
    """
    from gymnasium import registry

    stem, dash, version = env.rpartition("-v")
    numeric = f"{stem}Acts{dash}{version}"
    return numeric if numeric in registry else env


def write_logs(path: str | Path, dialogues: Iterable[LoggedDialogue]) -> int:
    """Writes a log, atomically, and gives the number of dialogues."""
    path, rows = Path(path), 0
    partial = path.with_name(path.name + ".partial")
    with open_text(partial, "wt", compressed=path.suffix == ".gz") as file:
        for dialogue in dialogues:
            rows += 1
            file.write(json.dumps(dialogue.row(), ensure_ascii=False) + "\n")
    partial.replace(path)
    return rows


def read_logs(path: str | Path) -> list[LoggedDialogue]:
    """The dialogues of a log.

    Raises:
        CorpusError: The file is missing, or a line is not a dialogue.
    """
    path = Path(path)
    dialogues: list[LoggedDialogue] = []
    for where, row in read_rows(path, what="logged dialogues"):
        dialogue = _parse(row, where)
        if dialogues and dialogue.tools == dialogues[-1].tools:
            dialogue = replace(dialogue, tools=dialogues[-1].tools)  # they outweigh the dialogue by far
        dialogues.append(dialogue)
    if not dialogues:
        raise CorpusError(f"{path}: expected at least one dialogue, got none.")
    return dialogues


def _parse(row: dict[str, Any], where: str) -> LoggedDialogue:
    messages = row.pop("messages", None)
    if not isinstance(messages, list) or not all(_is_message(message) for message in messages):
        raise CorpusError(
            f'{where}: expected an object with "messages", a list of {{"role", "content"}} with texts as contents, '
            f'roles among {", ".join(ROLES)}, and, if any, a "weight" of 0 or 1.'
        )
    system = [m["content"] for m in messages if m["role"] == "system"]
    spoken = [{name: m[name] for name in MESSAGE if m.get(name) is not None} for m in messages if m["role"] != "system"]
    if not any(m["role"] == "assistant" for m in spoken):
        raise CorpusError(f"{where}: expected at least one message of the assistant, got none to learn from.")
    return LoggedDialogue(joined_turns(spoken), intern("\n\n".join(system)), row.pop("tools", None) or [], row)


def _is_message(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") in ROLES
        and isinstance(message.get("content"), str)
        and message.get("weight") in (None, 0, 1)
    )


def joined_turns(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages with consecutive ones of the assistant made one, what it says in one turn: of weight 0 if any is."""
    joined: list[dict[str, Any]] = []
    for message in messages:
        if joined and message["role"] == joined[-1]["role"] == "assistant":
            joined[-1]["content"] += f"\n{message['content']}"
            if message.get("weight") == 0:
                joined[-1]["weight"] = 0
        else:
            joined.append(dict(message))
    return joined
