"""What neural rewards share: which text of a step they read, and a memory of what was scored, by content."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from dialogue_gym.acts import split_action
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.sharing import Shared

V = TypeVar("V")

REMEMBERED = 100_000
"""Texts whose scores are kept; the one that was not asked for longest goes first."""


def _message(step: Step) -> str:
    return split_action(step.action_text).message


def _reply(step: Step) -> str:
    return "\n".join(event.text for event in step.reply if event.role == "user")


def _exchange(step: Step) -> str:
    """What the other side said last, and the agent's answer."""
    before = step.dialogue.opening if step.number == 1 else step.dialogue.turns[step.number - 2].heard
    heard = "\n".join(event.text for event in before if event.role == "user")
    message = _message(step)
    return f"{heard}\n{message}".strip() if message else ""


def _transcript(step: Step) -> str:
    names = {"user": "Customer", "assistant": "Agent", "tool": "Tool"}
    return "\n".join(f"{names[m['role']]}: {m['content']}" for m in step.transcript)


TEXTS: dict[str, Callable[[Step], str]] = {
    "message": _message,
    "reply": _reply,
    "exchange": _exchange,
    "transcript": _transcript,
}
"""What can be read: the agent's words, the other side's, both, or all so far with tools."""


def text_reader(text: str) -> Callable[[Step], str]:
    """How the text called so is taken from a step."""
    if text not in TEXTS:
        raise ConfigurationError(f"Expected text to be one of {', '.join(TEXTS)}, got {text!r}.")
    return TEXTS[text]


class ContentReward(Shared, ABC, Generic[V]):
    """A reward that depends on one text of a step, and so needs to be computed once per text.

    Steps without that text (a turn that only calls tools has no message) are steps to which it does not apply.

    Args:
        name: Names the reward.
        read: Takes the text from a step; "" where there is none.
    """

    def __init__(self, name: str, read: Callable[[Step], str]) -> None:
        self.name = check_name(name)
        self._read = read
        self._memory: OrderedDict[str, V] = OrderedDict()

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """Evaluates the texts that are new, in one batch."""
        texts = [self._read(step) for step in steps]
        new = [text for text in dict.fromkeys(texts) if text and text not in self._memory]
        if new:
            self._memory.update(zip(new, self._evaluate(new), strict=True))
        rewards = []
        for text in texts:
            if text:
                self._memory.move_to_end(text)
            rewards.append(self._reward(self._memory[text]) if text else None)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
        return rewards

    @abstractmethod
    def _evaluate(self, texts: Sequence[str]) -> Sequence[V]:
        """What the model makes of each text."""

    @abstractmethod
    def _reward(self, value: V) -> Reward:
        """The reward that follows."""
