"""A limit on how long a reward may take."""

from collections.abc import Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from dialogue_gym.errors import ConfigurationError, RewardError
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.combine import AnyReward, child_model
from dialogue_gym.rewards.sharing import Shared


class TimeLimit(Shared):
    """A reward that is an error where one call of it takes too long: {"time_limit": {"child": "judge", "seconds": 30}}.

    The call runs in a thread of its own. One that is too late goes on there until it ends by itself, since a thread
    cannot be stopped; its result is thrown away.

    By hand: with 30 seconds, a judge that answers after 2 gives its score; one that needs 31 is an error after 30.

    Args:
        child: The reward.
        seconds: The most that one call, of however many turns, may take.
    """

    def __init__(self, child: AnyReward, seconds: float) -> None:
        if not seconds > 0:
            raise ConfigurationError(f"Expected a time limit above 0 seconds, got {seconds}.")
        self.child = child_model(child)
        self.name = self.child.name
        self.seconds = float(seconds)

    def score(self, steps: Sequence[Step]) -> Sequence[Reward | None]:
        """The child's rewards."""
        answers: SimpleQueue[Any] = SimpleQueue()

        def call() -> None:
            try:
                answers.put((self.child.score(steps), None))
            except BaseException as error:  # noqa: BLE001  (is raised again in the caller's thread)
                answers.put((None, error))

        Thread(target=call, daemon=True, name=f"reward {self.name}").start()
        try:
            rewards, error = answers.get(timeout=self.seconds)
        except Empty:
            raise RewardError(
                f"Reward {self.name!r}: expected an answer within {self.seconds:g} s, got none for {len(steps)} steps "
                f"that begin with {steps[0].where()}. Raise the limit, or make smaller batches."
            ) from None
        if error is not None:
            raise error
        scored: Sequence[Reward | None] = rewards
        return scored
