"""A fake task for tests of agents and evaluation: guess the colour that the other side thinks of.

Every wrong guess costs; after a few the other side is fed up with some chance and leaves. `register()` gives
it ids.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream, key, name_key
from dialogue_gym.episode import Episode, Event, StopReason
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.task import Task, exact_number
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, DialogueVectorEnv, TextView

COLOURS = ("red", "green", "blue", "grey")
TEXT, ACTS = "dialogue_gym_tests/GuessColour-v0", "dialogue_gym_tests/GuessColourActs-v0"
_FED_UP = name_key("guess.fed_up")


def said(text: str, content: Any) -> Event:
    return Event("user", content, lambda: text)


class GuessEpisode(Episode):
    @property
    def instructions(self) -> str:
        return f"Guess my colour, one of {', '.join(COLOURS)}, or transfer_to_human."

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        self.colour = Stream(scenario_key).choice(COLOURS)
        return (said("What is my colour?", "start"),)

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        act = acts[0] if acts else Act("hold")
        self.facts["guesses"] = float(act.name == "guess")
        if act.name == "guess" and act.args["colour"] == self.colour:
            self.facts["right"] = 1.0
            self.stop(StopReason.COMPLETED)
            return (said("Yes!", "yes"),)
        if act.name == "transfer_to_human":
            self.stop(StopReason.TRANSFERRED)
            return ()
        if self.stream(_FED_UP).chance(0.15):
            self.stop(StopReason.HUNG_UP)
            return (said("I have had enough.", "bye"),)
        return (said("No.", "no"),)

    def _measure(self) -> Mapping[str, Any]:
        right = bool(self.facts.get("right"))
        return {"success": right, "satisfaction": 1.0 / self.turn if right else 0.0, "note": "of no matter"}

    def oracle_acts(self) -> tuple[Act, ...]:
        return (Act("guess", {"colour": self.colour}),)


class GuessTracker:
    def __init__(self) -> None:
        self.features = np.zeros(len(COLOURS), np.float32)
        self.mask = np.ones(len(GuessColour.act_names), np.int8)

    def reset(self, heard: Sequence[Event]) -> None:
        self.features[:] = 0
        self.mask[:] = 1

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        for act in acts:
            if act.name == "guess" and any(event.content == "no" for event in heard):
                self.features[COLOURS.index(act.args["colour"])] = 1
                self.mask[COLOURS.index(act.args["colour"])] = 0

    def toward(self, acts: Sequence[Act]) -> int:
        exact = exact_number(self, acts)
        return int(np.flatnonzero(self.mask)[0]) if exact is None else exact

    def ground(self, action: Any) -> tuple[Act, ...]:
        if not self.mask[action]:
            return (Act("illegal"),)
        if action < len(COLOURS):
            return (Act("guess", {"colour": COLOURS[action]}),)
        return (Act("transfer_to_human", {}, True),) if action == len(COLOURS) else (Act("hold"),)


class GuessReward:
    name = "task"

    def score(self, steps: Sequence[Step]) -> list[Reward]:
        return [self._one(step) for step in steps]

    def _one(self, step: Step) -> Reward:
        parts = {"right": float(step.facts.get("right", 0.0)), "turn": -0.1}
        return Reward(sum(parts.values()), parts)


class GuessColour(Task):
    name = "guess_colour"
    version = 3
    max_turns = 6
    act_names = (*(f"guess:{colour}" for colour in COLOURS), "call:transfer_to_human", "hold")
    feature_names = tuple(f"not_{colour}" for colour in COLOURS)
    tools: ClassVar = [
        {"type": "function", "function": {"name": "transfer_to_human", "parameters": {"properties": {}}}}
    ]
    test_scenarios = 500
    null_act = "hold"
    reward = GuessReward()  # type: ignore[assignment]
    salt = ""

    def episode(self, max_turns: int | None = None) -> Episode:
        return GuessEpisode(self, max_turns)

    def tracker(self) -> GuessTracker:
        return GuessTracker()

    def parse(self, text: str) -> tuple[Act, ...]:
        message, calls = split_action(text)
        words = message.lower().rstrip("?").split()
        guesses = [Act("guess", {"colour": word}) for word in words if word in COLOURS][:1]
        return (*(guesses or ([Act("other", {"text": message})] if message else [])), *calls)

    def render(self, acts: Sequence[Act]) -> str:
        message = " ".join(f"Is it {a.args['colour']}?" for a in acts if a.name == "guess")
        return join_action(message, [act for act in acts if act.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        meanings = {"No.": "no", "Yes!": "yes"}
        heard = [m["content"] for m in messages if m["role"] != "assistant"]
        return tuple(said(text, meanings.get(text, "other")) for text in heard)

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        return [said("?", "other") if stream.chance(error) else event for event in heard]

    def content_hash(self) -> str:
        return f"{key(json.dumps(COLOURS), self.salt):016x}"


def _maker(view: type[Any], env: type[Any], *, vector: bool) -> Any:
    def make(
        num_envs: int = 1,
        split: str = "train",
        reward: Any = "task",
        max_turns: int | None = None,
        salt: str = "",
        nlu_error: float | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> Any:
        task = GuessColour()
        task.salt = salt
        task.nlu_error = nlu_error or 0.0
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
