"""Dialogues that were written down, for rewards to score: by hand for an example, or read from a log.

    steps = written_steps("user: Hi", "agent: Shut up.", "user: Well!", "agent: Sorry.")
    rewards = score_checked(resolve_reward("politeness"), steps)

They have texts and tool calls but no facts, because no episode has played them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream
from dialogue_gym.episode import Dialogue, Episode, Event, Message, StopReason, Turn
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, RewardModel, Step
from dialogue_gym.task import Task, Tracker

_ROLES = {"user": "user", "tool": "tool", "agent": "assistant"}
SAY = "say"
"""The act of saying something, for agents whose words nobody has to understand."""


def written_steps(*lines: str, outcome: Mapping[str, Any] | None = None) -> list[Step]:
    """The agent's turns of a dialogue given line by line.

    Args:
        lines: "user: …", "agent: …" or "tool: …".
        outcome: What the dialogue led to, if it ended with the last line.

    >>> [step.action_text for step in written_steps("user: Hi", "agent: Hello.", "user: Bye", "agent: Goodbye.")]
    ['Hello.', 'Goodbye.']
    """
    messages = []
    for line in lines:
        role, colon, text = line.partition(":")
        if not colon or role not in _ROLES:
            raise ConfigurationError(f"Expected a line that begins with one of {', '.join(_ROLES)}, got {line!r}.")
        messages.append({"role": _ROLES[role], "content": text.strip()})
    dialogue = dialogue_of(messages, outcome=outcome)
    return [Step(dialogue, number + 1) for number in range(len(dialogue.turns))]


def dialogue_of(
    messages: Sequence[Message],
    *,
    outcome: Mapping[str, Any] | None = None,
    split: str = "test",
    scenario: int = 0,
    trial: int = 0,
) -> Dialogue:
    """A dialogue from chat messages; those with the role "system" are left out.

    Args:
        messages: The transcript, oldest first.
        outcome: What it led to, if it has ended.
        split: Where it counts as coming from; rewards with running statistics learn from "train" only.
        scenario: Its scenario's index, for messages of errors.
        trial: Its trial, for messages of errors.
    """
    dialogue = Dialogue(_TASK, split, scenario, trial)
    heard: list[Event] = []
    words: str | None = None
    for message in [*messages, {"role": "assistant", "content": ""}]:
        role, text = message["role"], message["content"]
        if role in ("user", "tool"):
            heard.append(_event(role, text))
        elif role == "assistant":
            if words is None:
                dialogue.opening = tuple(heard)
            else:
                dialogue.turns.append(Turn(_TASK.parse(words), words, tuple(heard), {}))
            words, heard = text, []
    if outcome is not None:
        dialogue.stop, dialogue.outcome = StopReason.COMPLETED, dict(outcome)
    return dialogue


def _event(role: str, text: str) -> Event:
    return Event(role, None, lambda: text)


class _Nothing:
    """The reward of dialogues of which nobody knows how good they were: applies to no step."""

    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """None, for every step."""
        return [None for _ in steps]


class WrittenTask(Task):
    """What written dialogues belong to: words are said and calls are made, and nothing answers."""

    name = "written"
    max_turns = 1_000
    act_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    tools: list[dict[str, Any]] = []
    null_act = SAY
    _reward = _Nothing()

    @property
    def reward(self) -> RewardModel:
        """Applies nowhere."""
        return self._reward

    def parse(self, text: str) -> tuple[Act, ...]:
        """What is said, as it stands, then the calls."""
        message, calls = split_action(text)
        return (*([Act(SAY, {"text": message})] if message else []), *calls)

    def render(self, acts: Sequence[Act]) -> str:
        """The words and the calls."""
        said = "\n".join(act.args["text"] for act in acts if not act.call)
        return join_action(said, [act for act in acts if act.call])

    def episode(self, max_turns: int | None = None) -> Episode:
        """Refused: there is nothing to play."""
        raise ConfigurationError("Expected an environment's task, got a written dialogue, which cannot be played.")

    def tracker(self) -> Tracker:
        """Refused: there is no numeric view."""
        raise ConfigurationError("Expected an environment's task, got a written dialogue, which has no numeric view.")

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """The messages as they are."""
        return tuple(_event(m["role"], m["content"]) for m in messages if m["role"] != "assistant")

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Nothing is misheard."""
        return heard

    def content_hash(self) -> str:
        """Written dialogues share no content."""
        return json.dumps(self.name)

    def __reduce__(self) -> str:
        return "_TASK"


_TASK = WrittenTask()
