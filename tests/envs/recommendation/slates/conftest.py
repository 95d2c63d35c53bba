"""Plays policies of an episode's hidden state on the kernel alone: quick enough for thousands of sessions."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.slates import load_task
from dialogue_gym.envs.recommendation.users.funnel import like_chance, save_chance
from dialogue_gym.rewards.base import Step
from dialogue_gym.rewards.resolve import resolve_reward


class Played(NamedTuple):
    """Sums over episodes.

    Attributes:
        returns: Return of each episode, by reward.
        facts: Sum of each fact.
        outcomes: Column of each entry of the outcome.
        by_place: Items opened at each place.
        opens: Items opened in each visit.
    """

    returns: dict[str, np.ndarray]
    facts: dict[str, float]
    outcomes: dict[str, np.ndarray]
    by_place: np.ndarray
    opens: list[int]


def by(score: Callable[[Any], float]) -> Callable[[Any], list[str]]:
    """The policy that shows the four candidates with the highest score of the item."""

    def slate(episode: Any) -> list[str]:
        items = [episode.user.catalogue.items[number] for number in episode.candidates()]
        return [item.id for item in sorted(items, key=score, reverse=True)[:4]]

    return slate


def oracle(episode: Any) -> list[str]:
    return list(episode.oracle_acts()[0].args["items"])


def play(policy: Any, episodes: int, *, rewards: Any = ("long_term",), split: str = "train", **task: Any) -> Played:
    """Plays the first scenarios of a split."""
    episode = load_task(**{"difficulty": "medium", **task}).episode()
    models = {name: resolve_reward(name) for name in rewards}
    returns: dict[str, list[float]] = {name: [] for name in rewards}
    facts: dict[str, float] = defaultdict(float)
    outcomes: dict[str, list[float]] = defaultdict(list)
    by_place, opens = np.zeros(4), []
    for scenario in range(episodes):
        episode.start(split, scenario)
        totals, opened = dict.fromkeys(rewards, 0.0), 0
        while episode.stop_reason is None:
            turn = episode.apply((Act("slate", {"items": tuple(policy(episode))}),))
            for name, value in turn.facts.items():
                facts[name] += value
            facts["liked_and_commented"] += turn.facts.get("like", 0.0) * turn.facts.get("comment", 0.0)
            if "click" in turn.facts:  # the exact chances that the draws were made with
                facts["like_chance"] += like_chance(episode.task.parameters, turn.facts["enjoyed"])
                facts["save_chance"] += save_chance(episode.task.parameters, turn.facts["enjoyed"])
            opened += int(turn.facts.get("click", 0.0))
            if "returned" in turn.facts or "lost" in turn.facts:
                opens.append(opened)
                opened = 0
            step = Step(episode.dialogue, episode.turn)
            for name, model in models.items():
                totals[name] += model.score((step,))[0].total
        for name, total in totals.items():
            returns[name].append(total)
        by_place += episode.measures.clicks_by_place
        for name, value in episode.dialogue.outcome.items():
            outcomes[name].append(value)
    return Played(
        {name: np.array(column) for name, column in returns.items()},
        dict(facts),
        {name: np.array(column) for name, column in outcomes.items()},
        by_place,
        opens,
    )


class Policies(NamedTuple):
    """For tests, which cannot import a conftest."""

    play: Any = play
    by: Any = by
    oracle: Any = oracle
    popular: Any = by(lambda item: item.views)
    bait: Any = by(lambda item: item.clickbait)
    nothing: Any = lambda episode: ()


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies()
