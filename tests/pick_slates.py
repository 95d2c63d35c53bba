"""A fake task with several numbers per action: order two of four items, three rounds long.

An item at place p that is liked is clicked with chance 0.9 / p. Every round one item is sold out: a draw of the world,
the same in every trial. `register()` gives it ids.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.spaces import MultiDiscrete

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key, name_key
from dialogue_gym.episode import Episode, Event, StopReason
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.task import Task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, DialogueVectorEnv, TextView

ITEMS = ("lamp", "mat", "mug", "tent")
PLACES, ROUNDS = 2, 3
TEXT, ACTS = "dialogue_gym_tests/PickSlates-v0", "dialogue_gym_tests/PickSlatesActs-v0"
_SOLD_OUT, _CLICK = name_key("slates.sold_out"), name_key("slates.click")


class SlateEpisode(Episode):
    @property
    def instructions(self) -> str:
        return f"Show {PLACES} of the items offered, best first: 'mug, tent'."

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        stream = Stream(scenario_key)
        self.liked = stream.choice(ITEMS)
        self.clicks = 0
        return (self._offer(),)

    def _offer(self) -> Event:
        self.sold_out = self.world_stream(_SOLD_OUT).choice(ITEMS)
        offered = tuple(item for item in ITEMS if item != self.sold_out)
        return Event("user", offered, lambda: f"Offered: {', '.join(offered)}")

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        shown = [item for act in acts if act.name == "slate" for item in act.args["items"]]
        kept = [item for item in dict.fromkeys(shown) if item in ITEMS and item != self.sold_out]
        self.facts["dropped"] = float(len(shown) - len(kept))
        stream = self.stream(_CLICK)
        clicked = [item for place, item in enumerate(kept, 1) if stream.chance(0.9 / place) and item == self.liked]
        self.facts["clicks"] = float(len(clicked))
        self.clicks += len(clicked)
        if self.turn == ROUNDS:
            self.stop(StopReason.COMPLETED)
            return ()
        return (self._offer(),)

    def _measure(self) -> Mapping[str, Any]:
        return {"success": self.clicks > 0, "clicks": self.clicks}

    def oracle_acts(self) -> tuple[Act, ...]:
        return (Act("slate", {"items": () if self.liked == self.sold_out else (self.liked,)}),)


class SlateTracker:
    def __init__(self) -> None:
        self.features = np.zeros(len(ITEMS), np.float32)
        self.mask = np.ones(PLACES * (len(ITEMS) + 1), np.int8)

    def reset(self, heard: Sequence[Event]) -> None:
        self.observe((), heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        for event in heard:
            self.features[:] = [item in event.content for item in ITEMS]
            self.mask[:] = np.tile([1, *self.features.astype(np.int8)], PLACES)

    def ground(self, action: Any) -> tuple[Act, ...]:
        size = len(ITEMS) + 1
        places = [number if self.mask[place * size + number] else 0 for place, number in enumerate(action.tolist())]
        return (Act("slate", {"items": tuple(ITEMS[number - 1] for number in places if number)}),)

    def toward(self, acts: Sequence[Act]) -> Any:
        numbers = [ITEMS.index(item) + 1 for act in acts for item in act.args["items"]]
        return np.array([*numbers, *[0] * PLACES][:PLACES])


class SlateReward:
    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward]:
        return [Reward(step.facts["clicks"], {"clicks": step.facts["clicks"]}) for step in steps]


class PickSlates(Task):
    name = "pick_slates"
    max_turns = 5
    act_names = tuple(f"{place}:{item}" for place in range(1, PLACES + 1) for item in ("empty", *ITEMS))
    feature_names = tuple(f"offered.{item}" for item in ITEMS)
    tools: ClassVar = []
    test_scenarios = 500
    null_act = ""
    reward = SlateReward()  # type: ignore[assignment]

    @property
    def action_space(self) -> MultiDiscrete:
        return MultiDiscrete([len(ITEMS) + 1] * PLACES)

    def episode(self, max_turns: int | None = None) -> Episode:
        return SlateEpisode(self, max_turns)

    def tracker(self) -> SlateTracker:
        return SlateTracker()

    def parse(self, text: str) -> tuple[Act, ...]:
        return (Act("slate", {"items": tuple(word for word in text.replace(",", " ").split())}),)

    def render(self, acts: Sequence[Act]) -> str:
        return ", ".join(item for act in acts for item in act.args["items"])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        offers = [m["content"].removeprefix("Offered: ").split(", ") for m in messages if m["role"] == "user"]
        return tuple(Event("user", tuple(offer), str) for offer in offers)

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        return heard

    def content_hash(self) -> str:
        return f"{key(*ITEMS):016x}"


def first_offered(features: Mapping[str, float], mask: Mapping[str, bool]) -> list[str]:
    """The rules: the first offered item, then the last."""
    offered = [item for item in ITEMS if features[f"offered.{item}"]]
    return [f"1:{offered[0]}", f"2:{offered[-1]}"]


def _maker(view: type[Any], env: type[Any], *, vector: bool) -> Any:
    def make(
        num_envs: int = 1,
        split: str = "train",
        reward: Any = "task",
        max_turns: int | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> Any:
        task = PickSlates()
        if vector:
            rows = {"num_envs": num_envs, "autoreset_mode": autoreset_mode}
            return env(lambda: view(task, max_turns), split=split, reward=reward, render_mode=render_mode, **rows)
        return env(view(task, max_turns), split=split, reward=reward, render_mode=render_mode)

    return make


def register() -> None:
    """Registers the text view and the numeric view; doing it twice is harmless."""
    for env_id, view, single, vector in (
        (TEXT, TextView, DialogueEnv, DialogueVectorEnv),
        (ACTS, ActsView, ActsEnv, ActsVectorEnv),
    ):
        if env_id not in gym.registry:
            gym.register(
                env_id,
                entry_point=_maker(view, single, vector=False),
                vector_entry_point=_maker(view, vector, vector=True),
            )
