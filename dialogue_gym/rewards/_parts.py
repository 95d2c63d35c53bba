"""How combinators name the parts of their children."""

from collections.abc import Sequence

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward, RewardModel
from dialogue_gym.rewards.check import RAW


def weighted_parts(label: str, model: RewardModel, reward: Reward, weight: float) -> dict[str, float]:
    """A child's parts as they add to a mix; those that it only reports stay under "raw/", unweighted."""
    alone = _is_alone(model, reward)
    weighted: dict[str, float] = {}
    for part, value in reward.parts.items():
        if part.startswith(RAW):
            weighted[f"{RAW}{label}/{part[len(RAW) :]}"] = value
        else:
            weighted[label if alone else f"{label}/{part}"] = weight * value
    return weighted


def raw_parts(label: str, model: RewardModel, reward: Reward) -> dict[str, float]:
    """A child's parts as reported and not added; what it only reports itself is "raw/label/raw/part"."""
    alone = _is_alone(model, reward)
    return {
        f"{RAW}{label}" if alone and not part.startswith(RAW) else f"{RAW}{label}/{part}": value
        for part, value in reward.parts.items()
    }


def _is_alone(model: RewardModel, reward: Reward) -> bool:
    """Whether the reward has no parts of its own: only one adds, and it is called as the model is."""
    return [part for part in reward.parts if not part.startswith(RAW)] == [model.name]


def explained(label: str, reward: Reward) -> list[str]:
    """A child's explanation, if it gave one, with its label."""
    return [f"{label}: {reward.explanation}"] if reward.explanation else []


def check_distinct(models: Sequence[RewardModel]) -> None:
    """Refuses rewards of one name, whose parts could not be told apart."""
    names = [model.name for model in models]
    if len(set(names)) < len(names):
        raise ConfigurationError(
            f"Expected rewards of different names, got {', '.join(names)}. "
            "Name a function by hand: FunctionReward(function, name=...)."
        )
