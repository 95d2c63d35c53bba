"""A turn on a numeric view: the scores of acts, and the features that mattered."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from dialogue_gym.agent import Flags
from dialogue_gym.agents.explain.occlusion import Floats, occluded
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task


@runtime_checkable
class ScoresActs(Protocol):
    """An agent that says how it rates acts.

    Attributes:
        score_kind: What scores are: "action value" or "probability".
    """

    score_kind: str

    def act_scores(self, features: npt.NDArray[np.float32], legal: Flags) -> Floats:
        """(n, n_acts) scores at (n, n_features) features; NaN where there are none. Changes nothing.

        Asked before `act`, of one row that begins or goes on; all n are ways in which that row might be.
        """


class Acts:
    """Explains turns on a numeric view.

    Args:
        task: What is played.
        agent: Who plays.
        top: How many acts and features of a turn are listed.

    Raises:
        ConfigurationError: The agent has no scores.
    """

    def __init__(self, task: Task, agent: Any, top: int) -> None:
        if not isinstance(agent, ScoresActs):
            raise ConfigurationError(
                "Expected an agent that scores acts, such as sb3:, qlearning:, bandit: or offline:, got "
                f"{type(agent).__name__}."
            )
        self._task, self._agent, self._top = task, agent, top
        self._rating: _Rating | None = None

    def before(self, observation: Any, info: Mapping[str, Any]) -> None:
        """Looks at a place before the agent acts there."""
        self._rating = _Rating(self._task, self._agent, observation, np.asarray(info["action_mask"], np.bool_))

    def after(self, action: Any) -> dict[str, Any]:
        """What the agent went by."""
        assert self._rating is not None, "a place is looked at before the agent acts there"
        return self._rating.turn(action, self._top)


class _Rating:
    """What an agent makes of one place. Taken before it acts, since some agents remember."""

    def __init__(self, task: Task, agent: ScoresActs, features: npt.NDArray[np.float32], legal: Flags) -> None:
        self._task, self._features, self._legal = task, features, legal
        self._scores = agent.act_scores(features[None], legal[None])[0]
        self._effects = occluded(
            features, lambda rows: agent.act_scores(rows, np.repeat(legal[None], len(rows), axis=0))
        )
        self._kind = agent.score_kind

    def turn(self, action: Any, top: int) -> dict[str, Any]:
        """The place, once it is known what was done."""
        chosen = numbers_of(action, self._task)
        effects = {number: float(effect[chosen].mean()) for number, effect in self._effects.items()}
        known = {number: effect for number, effect in effects.items() if np.isfinite(effect)}
        order = sorted(known, key=lambda number: -abs(known[number]))[:top]
        ranked = np.argsort(-np.where(self._legal & np.isfinite(self._scores), self._scores, -np.inf), kind="stable")
        shown = list(dict.fromkeys([*chosen, *(int(n) for n in ranked[:top] if self._legal[n])]))
        return {
            "act": ", ".join(self._task.act_names[number] for number in chosen),
            "score_kind": self._kind,
            "acts": [
                {
                    "name": self._task.act_names[number],
                    "score": _number(self._scores[number]),
                    "legal": bool(self._legal[number]),
                    "chosen": number in chosen,
                }
                for number in sorted(shown, key=lambda n: -np.nan_to_num(self._scores[n], nan=-np.inf))
            ],
            "features": [
                {
                    "name": self._task.feature_names[number],
                    "value": float(self._features[number]),
                    "effect": known[number],
                }
                for number in order
            ],
            "unknown_without": len(effects) - len(known),
        }


def numbers_of(action: Any, task: Task) -> list[int]:
    """Where the acts of an action stand among the task's act names, one per component."""
    numbers, start = [], 0
    for act, component in zip(np.atleast_1d(np.asarray(action)).tolist(), task.act_components, strict=True):
        numbers.append(start + int(act))
        start += len(component)
    return numbers


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
