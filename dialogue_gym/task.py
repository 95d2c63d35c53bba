"""What a task is, apart from any one episode of it: names, spaces, tools, and how text and acts relate.

The numeric view sees an episode through a `Tracker`: the belief an agent can hold from what was said, as a feature
vector, the acts it makes possible, as a mask, and the acts' arguments, filled from it. The same tracker, fed by a
`listen`-ing front end instead of the simulator's acts, lets an agent of the numeric view play the text view.

A task's parameters, such as the rates of a stream, are attributes of the task: reference agents that know how the world
works, though not what it hides in this episode, read them there and never touch the episode.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete, MultiDiscrete, Space

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.episode import Episode, Event
from dialogue_gym.metrics import Metric

if TYPE_CHECKING:
    from dialogue_gym.rewards.base import RewardModel

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")
Difficulty = Literal["easy", "medium", "hard"]
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")


class Tracker(Protocol):
    """An agent's belief about an episode, from what was said and returned alone.

    Attributes:
        features: float32 (n_features,), the observation of the numeric view. Valid until the next call.
        mask: int8 (n_acts,), 1 where the act can be carried out; on a `MultiDiscrete` space the masks of its components
            one after another, as MaskablePPO takes them. Valid until the next call.
    """

    features: npt.NDArray[np.float32]
    mask: npt.NDArray[np.int8]

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""

    def ground(self, action: Any) -> tuple[Act, ...]:
        """The acts behind an action of the numeric view, with arguments filled in.

        An action that the mask forbids gives `(Act("silence"),)`, or the task's own act of doing nothing. Of an action
        with several numbers only the forbidden ones do nothing: one item sold out does not void a slate.
        """

    def toward(self, acts: Sequence[Act]) -> Any:
        """The action that carries out `acts` in this belief.

        Where the belief lacks what they need, an action that would get it. The reverse of `ground`, for agents that
        think in acts.
        """


def exact_number(tracker: Tracker, acts: Sequence[Act]) -> int | None:
    """The legal number that grounds to exactly `acts`; None if none does."""
    wanted = tuple(acts)
    legal = (int(number) for number in np.flatnonzero(tracker.mask))
    return next((number for number in legal if tracker.ground(number) == wanted), None)


class Task(ABC):
    """One task: static descriptions and factories.

    Attributes:
        name: Names the scenarios: part of every draw's key.
        version: Raised whenever scenarios, wording or dynamics change.
        max_turns: The default turn limit.
        act_names: Names of the numeric view's actions; on a `MultiDiscrete` space those of its components one after
            another, unlike within a component.
        feature_names: Names of the numeric view's features.
        tools: JSON-schema list of the tools, as chat templates take them.
        test_scenarios: Number of scenarios of the val and of the test list.
        null_act: Name of the act that does nothing.
        train_texts: Where scenarios are texts to label, how many of train are worth reading to learn them all; else 0.
        one_decision: Whether an episode is one decision, and acts that do not make it only put it off.
        nlu_error: Measured error rate of `listen` on val wording: the default noise of the numeric view.
        metrics: Figures of episodes together that evaluation gives beside the means of the outcome's numbers.
    """

    name: str
    version: int = 0
    max_turns: int
    act_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    tools: list[dict[str, Any]]
    test_scenarios: int = 500
    null_act: str
    train_texts: int = 0
    one_decision: bool = False
    nlu_error: float = 0.0
    metrics: tuple[Metric, ...] = ()

    @property
    def action_space(self) -> Space[Any]:
        """The numeric view's action space."""
        return Discrete(len(self.act_names))

    @property
    def act_components(self) -> tuple[tuple[str, ...], ...]:
        """`act_names` by component of the action space; of a `Discrete` one there is one."""
        space = self.action_space
        if not isinstance(space, MultiDiscrete):
            return (self.act_names,)
        ends = np.cumsum(space.nvec).tolist()
        assert ends[-1] == len(self.act_names), f"{self.name}: {len(self.act_names)} act names for {space}"
        return tuple(self.act_names[start:end] for start, end in zip([0, *ends], ends, strict=False))

    @property
    def observation_space(self) -> Box:
        """The numeric view's observation space."""
        return Box(-1.0, 1.0, (len(self.feature_names),), np.float32)

    @property
    @abstractmethod
    def reward(self) -> "RewardModel":
        """The task's default reward, registered as "task"."""

    @abstractmethod
    def episode(self, max_turns: int | None = None) -> Episode:
        """A new state machine."""

    @abstractmethod
    def tracker(self) -> Tracker:
        """A new belief tracker."""

    @abstractmethod
    def parse(self, text: str) -> tuple[Act, ...]:
        """The acts that an action string carries out. Never raises; `parse(render(acts)) == acts`."""

    @abstractmethod
    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts."""

    @abstractmethod
    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Recognises what chat messages mean, from their text alone: the front end of an agent on the text view.

        Messages of the assistant are the context that the others answer; they give no events.
        """

    @abstractmethod
    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """What a listener with the given error rate takes the events for (the numeric view's noise)."""

    @abstractmethod
    def content_hash(self) -> str:
        """A hash over all content and data that scenarios are made from; recorded in every result."""
