"""The kernel: an episode is a plain state machine, and everything else is a view of it.

No Gymnasium, no tokens, no parsing of the agent's text happens in here. A task subclasses `Episode` and writes three
methods: `_begin` (what the agent hears first), `_react` (what its acts lead to) and `_measure` (the outcome). The
text view, the numeric view, the vectors and the oracle all drive the same object, so they cannot disagree.

    episode = task.episode()
    heard = episode.start("train", index=0)
    turn = episode.apply([Act("ask", {"slot": "order_id"})])
    turn.heard[0].text        # "It's W40213."
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, fold, key, name_key
from dialogue_gym.errors import EpisodeOverError

if TYPE_CHECKING:
    from dialogue_gym.task import Task

Message = dict[str, str]
"""A chat message, {"role": "user" | "assistant" | "tool", "content": text}."""


class StopReason(StrEnum):
    """Why an episode ended. `MAX_TURNS` truncates; all others terminate."""

    COMPLETED = "completed"
    """Nothing was left to do."""
    CLOSED = "closed"
    """The agent ended the conversation."""
    TRANSFERRED = "transferred"
    """The agent handed over to a person."""
    HUNG_UP = "hung_up"
    """The other side left."""
    MAX_TURNS = "max_turns"
    """The turn limit was reached."""


class Event:
    """Something the agent hears: what a user says or a tool returns.

    The structured content comes first; its text is rendered when somebody reads it, which the numeric view never does.
    Rendering is a pure function of keyed draws, so the text does not depend on when, or whether, it is read.

    Args:
        role: "user" or "tool".
        content: The user's acts, or the tool's result.
        render: Gives the text.
    """

    __slots__ = ("_render", "_text", "content", "role")

    def __init__(self, role: str, content: Any, render: Callable[[], str]) -> None:
        self.role = role
        self.content = content
        self._render: Callable[[], str] | None = render
        self._text = ""

    @property
    def text(self) -> str:
        """The words, rendered once."""
        if self._render is not None:
            self._text = self._render()
            self._render = None
        return self._text

    def message(self) -> Message:
        """The event as a chat message."""
        return {"role": self.role, "content": self.text}

    def __getstate__(self) -> tuple[str, Any, str]:
        return self.role, self.content, self.text

    def __setstate__(self, state: tuple[str, Any, str]) -> None:
        self.role, self.content, self._text = state
        self._render = None

    def __deepcopy__(self, memo: dict[int, Any]) -> "Event":
        return self  # nothing about an event changes after it was made

    def __repr__(self) -> str:
        return f"Event({self.role}: {self.text})"


class Turn:
    """One action of the agent and what it led to.

    Attributes:
        acts: What the agent did.
        words: The agent's own string on the text view, None on others.
        heard: What came back.
        facts: What changed, by name: the reward facts of this turn.
    """

    __slots__ = ("acts", "facts", "heard", "words")

    def __init__(
        self, acts: Sequence[Act], words: str | None, heard: tuple[Event, ...], facts: dict[str, float]
    ) -> None:
        self.acts = acts
        self.words = words
        self.heard = heard
        self.facts = facts

    def __deepcopy__(self, memo: dict[int, Any]) -> "Turn":
        return self  # a turn is complete when it is made


class Dialogue:
    """The record of one episode: who played what, and all that was done and heard.

    Attributes:
        task: The task it belongs to.
        split: "train", "val" or "test".
        scenario: The scenario's index in the split.
        trial: Which repetition of the scenario.
        opening: What the agent heard first.
        turns: The turns so far.
        stop: Why it ended; None while it goes on.
        outcome: The measured outcome, once it ended.
    """

    __slots__ = ("opening", "outcome", "scenario", "split", "stop", "task", "trial", "turns")

    def __init__(self, task: "Task", split: str, scenario: int, trial: int) -> None:
        self.task = task
        self.split = split
        self.scenario = scenario
        self.trial = trial
        self.opening: tuple[Event, ...] = ()
        self.turns: list[Turn] = []
        self.stop: StopReason | None = None
        self.outcome: Mapping[str, Any] | None = None

    def messages(self, turns: int | None = None) -> list[Message]:
        """The chat transcript, as far as the reply to the given number of turns (default: all)."""
        messages = [event.message() for event in self.opening]
        for turn in self.turns[:turns]:
            words = turn.words if turn.words is not None else self.task.render(turn.acts)
            messages.append({"role": "assistant", "content": words})
            messages += [event.message() for event in turn.heard]
        return messages


_WORLD = name_key("episode.world")

_list_key = lru_cache(maxsize=256)(key)
"""The key of a task's scenarios of one split, of which there are few."""


class Episode(ABC):
    """The state machine of one task.

    Args:
        task: The task it plays.
        max_turns: Turns after which it is cut; None for the task's own limit.
    """

    def __init__(self, task: "Task", max_turns: int | None = None) -> None:
        self.task = task
        self.max_turns = task.max_turns if max_turns is None else max_turns
        self.dialogue: Dialogue | None = None
        self.turn = 0
        self.facts: dict[str, float] = {}
        self._scenario_key = self._turns_key = self._turn_key = 0

    def start(self, split: str, index: int, trial: int = 0) -> tuple[Event, ...]:
        """Begins a scenario and gives what the agent hears first.

        Args:
            split: "train", "val" or "test".
            index: The scenario's index in the split.
            trial: Which repetition: the same wishes and world, other chances on the way.
        """
        self.dialogue = Dialogue(self.task, split, index, trial)
        self.turn = 0
        self.facts = {}
        scenario_key = self._scenario_key = fold(_list_key(self.task.name, self.task.version, split), index)
        self._turn_key = key(scenario_key, trial)
        self._turns_key = key(self._turn_key)
        self.dialogue.opening = self._begin(scenario_key)
        return self.dialogue.opening

    def apply(self, acts: Sequence[Act], words: str | None = None) -> Turn:
        """Plays the agent's acts and gives the turn they make.

        Args:
            acts: What the agent does, in order.
            words: The string it was said with, if the agent wrote one.

        Raises:
            EpisodeOverError: The episode has ended or was not started.
        """
        dialogue = self.dialogue
        if dialogue is None or dialogue.stop is not None:
            raise EpisodeOverError(
                "Expected a running episode, got one that "
                + ("was never started" if dialogue is None else f"ended ({dialogue.stop})")
                + ". Call reset() first."
            )
        self.turn += 1
        self._turn_key = fold(self._turns_key, self.turn)
        facts: dict[str, float] = {}
        self.facts = facts
        heard = self._react(acts)
        turn = Turn(acts, words, heard, facts)
        dialogue.turns.append(turn)
        if dialogue.stop is None and self.turn >= self.max_turns:
            dialogue.stop = StopReason.MAX_TURNS
        if dialogue.stop is not None:
            dialogue.outcome = self._measure()
        return turn

    def stream(self, purpose: int) -> Stream:
        """The draws for one purpose in this turn. `purpose` is a `draws.name_key`, computed once per module."""
        return Stream(self._turn_key ^ purpose)

    def world_stream(self, purpose: int) -> Stream:
        """Like `stream`, for what the world does by itself: the same draws in every trial, whatever the agent does."""
        return Stream(fold(self._scenario_key ^ _WORLD, self.turn) ^ purpose)

    def stop(self, reason: StopReason) -> None:
        """Ends the episode at the end of this turn; the first reason given stands."""
        assert self.dialogue is not None
        if self.dialogue.stop is None:
            self.dialogue.stop = reason

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the episode ended; None while it runs."""
        return self.dialogue.stop if self.dialogue is not None else None

    def snapshot(self) -> dict[str, Any]:
        """The whole state, apart from the task, as an independent and picklable copy."""
        state = {name: value for name, value in vars(self).items() if name != "task"}
        return copy.deepcopy(state, {id(self.task): self.task})

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Goes back to a snapshot, which can be restored again later."""
        vars(self).update(copy.deepcopy(dict(snapshot), {id(self.task): self.task}))

    @property
    @abstractmethod
    def instructions(self) -> str:
        """Role, policy and output format, as the agent is told them. Never holds hidden state."""

    @abstractmethod
    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        """Sets the state up from the scenario's key and gives what the agent hears first."""

    @abstractmethod
    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        """Plays the acts; gives what is heard, writes reward facts to `self.facts`, calls `stop` at an end."""

    @abstractmethod
    def _measure(self) -> Mapping[str, Any]:
        """The outcome once the episode has ended: at least "success", and the parts it is made of."""

    @abstractmethod
    def oracle_acts(self) -> tuple[Act, ...]:
        """What the clairvoyant reference does now. The only door to hidden state beside this object itself."""
