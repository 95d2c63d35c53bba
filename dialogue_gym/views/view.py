"""How an agent sees one episode: as text, or as features and numbered acts.

A view binds an episode to a way of observing and acting. Single and vector environments are loops around views, so
whatever holds for one holds for the other.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Discrete, Space

from dialogue_gym.acts import malformed
from dialogue_gym.draws import name_key
from dialogue_gym.episode import Dialogue, Event, StopReason, Turn
from dialogue_gym.errors import ActionTypeError, ConfigurationError
from dialogue_gym.rewards.base import Step
from dialogue_gym.spaces import Utterance
from dialogue_gym.task import Task

Obs = TypeVar("Obs")

MAX_ACTION_LENGTH = 8_000
"""Characters of an agent's action; a longer one is answered as malformed."""
MAX_OBSERVATION_LENGTH = 50_000

_MISHEARD = name_key("views.misheard")


class View(ABC, Generic[Obs]):
    """One episode, as one kind of agent sees it.

    Attributes:
        episode: The state machine behind it.
        observation_space: What `observe` gives.
        action_space: What `act` takes.
    """

    observation_space: Space[Any]
    action_space: Space[Any]

    def __init__(self, task: Task, max_turns: int | None) -> None:
        if max_turns is not None and max_turns < 1:
            raise ConfigurationError(f"Expected max_turns of at least 1, got {max_turns}.")
        self.task, self._max_turns = task, max_turns
        self.episode = task.episode(max_turns)

    def another(self) -> Self:
        """A view of another episode, made in the same way."""
        return type(self)(self.task, self._max_turns)

    def start(self, split: str, index: int, trial: int) -> None:
        """Begins a scenario."""
        self._hear(None, self.episode.start(split, index, trial))

    def act(self, action: Any) -> Step:
        """Plays one action that has been checked."""
        turn = self._apply(action)
        self._hear(turn, turn.heard)
        return Step(self.dialogue, self.episode.turn)

    @property
    def dialogue(self) -> Dialogue:
        """The record of the running or last episode."""
        dialogue = self.episode.dialogue
        assert dialogue is not None, "a view is started before it is used"
        return dialogue

    def info(self) -> dict[str, Any]:
        """What every step's `info` holds, apart from rewards: what is the view's own, and how the episode ended."""
        info = self._own_info()
        dialogue = self.dialogue
        if dialogue.stop is not None:
            info["stop_reason"] = dialogue.stop.value
            info["outcome"] = dict(dialogue.outcome or {})
        return info

    def ends(self) -> tuple[bool, bool]:
        """(terminated, truncated)."""
        stop = self.dialogue.stop
        return (False, False) if stop is None else (stop is not StopReason.MAX_TURNS, stop is StopReason.MAX_TURNS)

    @abstractmethod
    def observation(self) -> Obs:
        """What the agent observes now."""

    @abstractmethod
    def opening_info(self) -> dict[str, Any]:
        """What `reset` adds to `info`."""

    @abstractmethod
    def check(self, action: Any) -> Any:
        """The action in the form that `act` takes.

        Raises:
            ActionTypeError: It is of the wrong type. Nothing was played.
        """

    @abstractmethod
    def _own_info(self) -> dict[str, Any]: ...

    @abstractmethod
    def _apply(self, action: Any) -> Turn: ...

    @abstractmethod
    def _hear(self, turn: Turn | None, heard: Sequence[Event]) -> None: ...


class TextView(View[str]):
    """`str` in, `str` out, with chat messages in `info`."""

    def __init__(self, task: Task, max_turns: int | None = None) -> None:
        super().__init__(task, max_turns)
        self.observation_space = Utterance(MAX_OBSERVATION_LENGTH)
        self.action_space = Utterance(MAX_ACTION_LENGTH)
        self._heard: Sequence[Event] = ()

    def check(self, action: Any) -> str:
        """Any string."""
        if not isinstance(action, str):
            raise ActionTypeError(
                f"Expected an action of type str on the text view, got {type(action).__name__}. "
                "Numbered acts are played on the '...Acts-v0' environments."
            )
        return action

    def _apply(self, action: str) -> Turn:
        if len(action) > MAX_ACTION_LENGTH:
            acts = (malformed(f"longer than {MAX_ACTION_LENGTH} characters"),)
            return self.episode.apply(acts, action[:MAX_ACTION_LENGTH])
        return self.episode.apply(self.task.parse(action), action)

    def _hear(self, turn: Turn | None, heard: Sequence[Event]) -> None:
        self._heard = heard

    def observation(self) -> str:
        """What was said and returned since the agent's last action."""
        heard = [
            event.text if event.role == "user" else f"<tool_response>{event.text}</tool_response>"
            for event in self._heard
        ]
        return "\n".join(heard)[:MAX_OBSERVATION_LENGTH]

    def _own_info(self) -> dict[str, Any]:
        """The new chat messages."""
        return {"messages": [event.message() for event in self._heard]}

    def opening_info(self) -> dict[str, Any]:
        """Instructions and tools."""
        return {"instructions": self.episode.instructions, "tools": self.task.tools}


class ActsView(View[npt.NDArray[np.float32]]):
    """Belief features in, a numbered act out.

    Args:
        task: The task.
        max_turns: Turn limit; None for the task's own.
        nlu_error: Probability that a heard act is lost or mistaken; None for the text recogniser's measured rate.
    """

    def __init__(self, task: Task, max_turns: int | None = None, nlu_error: float | None = None) -> None:
        super().__init__(task, max_turns)
        self.nlu_error = task.nlu_error if nlu_error is None else nlu_error
        if not 0.0 <= self.nlu_error <= 1.0:
            raise ConfigurationError(f"Expected nlu_error between 0 and 1, got {self.nlu_error}.")
        self.observation_space = task.observation_space
        self.action_space = task.action_space
        self._discrete = isinstance(self.action_space, Discrete)
        self._count = len(task.act_names)
        self.tracker = task.tracker()

    def another(self) -> Self:
        """A view of another episode, made in the same way."""
        return type(self)(self.task, self._max_turns, self.nlu_error)

    def check(self, action: Any) -> Any:
        """An act's number, or a member of the action space where that is not `Discrete`."""
        if self._discrete:
            try:
                if isinstance(action, (bool, np.bool_)):
                    raise TypeError
                action = action.__index__()
            except (AttributeError, TypeError):
                raise ActionTypeError(
                    f"Expected an integer act in [0, {self._count}), got {action!r} of type {type(action).__name__}."
                ) from None
            if not 0 <= action < self._count:
                raise ActionTypeError(f"Expected an act in [0, {self._count}), got {action}.")
        elif not self.action_space.contains(action):
            raise ActionTypeError(f"Expected a member of {self.action_space}, got {action!r}.")
        return action

    def _apply(self, action: Any) -> Turn:
        return self.episode.apply(self.tracker.ground(action))

    def _hear(self, turn: Turn | None, heard: Sequence[Event]) -> None:
        if self.nlu_error:
            heard = self.task.mishear(heard, self.episode.stream(_MISHEARD), self.nlu_error)
        if turn is None:
            self.tracker.reset(heard)
        else:
            self.tracker.observe(turn.acts, heard)

    def observation(self) -> npt.NDArray[np.float32]:
        """The belief features."""
        return self.tracker.features.copy()

    def _own_info(self) -> dict[str, Any]:
        """The action mask."""
        return {"action_mask": self.tracker.mask.copy()}

    def opening_info(self) -> dict[str, Any]:
        """Nothing more: names of acts and features are on the task."""
        return {}
