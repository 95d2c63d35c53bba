"""The two agents that a normalised score is measured against: null scores 0, the oracle 100."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dialogue_gym.evaluation.play import BATCH, play
from dialogue_gym.evaluation.results import EpisodeResult, check_comparable
from dialogue_gym.evaluation.statistics import Estimate, normalised_score
from dialogue_gym.registration import text_view


class Anchors(NamedTuple):
    """Episodes of the anchors.

    Attributes:
        null: Of the agent that does nothing.
        oracle: Of the clairvoyant reference.
    """

    null: list[EpisodeResult]
    oracle: list[EpisodeResult]

    def normalise(self, rows: Sequence[EpisodeResult], *, seed: int = 0) -> Estimate:
        """The normalised score of an agent's episodes: of its returns under the task's default reward.

        Raises:
            IncomparableError: The agent played another task set.
        """
        check_comparable([*rows, *self.null, *self.oracle])
        returns = [
            ([row.task_return for row in group], [row.scenario for row in group])
            for group in (rows, self.null, self.oracle)
        ]
        return normalised_score(*returns, seed=seed)


ANCHORS = ("null", "oracle")


def play_anchor(
    anchor: str,
    env: str,
    episodes: Sequence[tuple[int, int]],
    *,
    split: str = "test",
    env_kwargs: Mapping[str, Any] | None = None,
    batch: int = BATCH,
) -> Iterator[EpisodeResult]:
    """Plays "null" or "oracle" under the task's default reward and on the text view of the same episodes.

    An anchor is a property of the task, which an agent's reward, view and ears do not move.
    """
    kwargs = {name: value for name, value in (env_kwargs or {}).items() if name not in ("reward", "nlu_error")}
    return play(anchor, text_view(env), episodes, split=split, env_kwargs=kwargs, batch=batch)


def play_anchors(
    env: str,
    episodes: Sequence[tuple[int, int]],
    *,
    split: str = "test",
    env_kwargs: Mapping[str, Any] | None = None,
    batch: int = BATCH,
) -> Anchors:
    """Plays both anchors on the given episodes."""
    null, oracle = (
        list(play_anchor(anchor, env, episodes, split=split, env_kwargs=env_kwargs, batch=batch)) for anchor in ANCHORS
    )
    return Anchors(null, oracle)
