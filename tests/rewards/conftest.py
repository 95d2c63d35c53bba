"""A small task whose dialogues are counted out: each turn's fact is the length of what the agent said."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.episode import Dialogue, Episode, Event, StopReason
from dialogue_gym.rewards import Reward, RewardModel, Step, registry
from dialogue_gym.task import Task

Scores = Callable[[Sequence[Step]], Any]


class FakeEpisode(Episode):
    instructions = "Say something; say 'bye' to end."

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        return (Event("user", None, lambda: "Hello?"),)

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        text = acts[0].args["text"]
        self.facts["length"] = float(len(text))
        if text == "bye":
            self.stop(StopReason.CLOSED)
        return (Event("user", None, lambda: f"You said {text!r}."),)

    def _measure(self) -> Mapping[str, Any]:
        return {"success": self.stop_reason is StopReason.CLOSED}

    def oracle_acts(self) -> tuple[Act, ...]:
        return (Act("say", {"text": "bye"}),)


class FakeTaskReward:
    name = "fake"

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        return [self._one(step) for step in steps]

    def _one(self, step: Step) -> Reward:
        outcome = step.outcome or {"success": False}
        parts = {"success": float(outcome["success"]), "turn_cost": -0.25}
        return Reward(sum(parts.values()), parts)


class FakeTask(Task):
    name = "fake"
    max_turns = 3
    act_names = ()
    feature_names = ()
    tools = ()

    def __init__(self, reward: RewardModel | None = None) -> None:
        self._reward = reward or FakeTaskReward()

    @property
    def reward(self) -> RewardModel:
        return self._reward

    def episode(self, max_turns: int | None = None) -> Episode:
        return FakeEpisode(self, max_turns)

    def parse(self, text: str) -> tuple[Act, ...]:
        return (Act("say", {"text": text}),)

    def render(self, acts: Sequence[Act]) -> str:
        return acts[0].args["text"]

    def tracker(self) -> Any:
        raise NotImplementedError

    def listen(self, messages: Any) -> Any:
        raise NotImplementedError

    def mishear(self, heard: Any, stream: Any, error: float) -> Any:
        return heard

    def content_hash(self) -> str:
        return "fake"


class FakeModel:
    """A reward model that gives what it is told to, and counts its calls."""

    def __init__(self, scores: Scores, name: str = "model") -> None:
        self.name = name
        self.scores = scores
        self.batches: list[int] = []

    def score(self, steps: Sequence[Step]) -> Any:
        self.batches.append(len(steps))
        return self.scores(steps)


@pytest.fixture(scope="session")
def make_task() -> Callable[..., Task]:
    return FakeTask


@pytest.fixture(scope="session")
def task() -> Task:
    return FakeTask()


@pytest.fixture(scope="session")
def play(task: Task) -> Callable[..., Dialogue]:
    """Plays the given words and gives the dialogue."""

    def play(*words: str, task: Task = task, scenario: int = 7) -> Dialogue:
        episode = task.episode()
        episode.start("train", scenario)
        for text in words:
            episode.apply(task.parse(text), text)
        assert episode.dialogue is not None
        return episode.dialogue

    return play


@pytest.fixture(scope="session")
def steps(play: Callable[..., Dialogue]) -> list[Step]:
    """The three steps of a dialogue: lengths 5, 2 and 3, success at the end."""
    dialogue = play("Hello", "Ok", "bye")
    return [Step(dialogue, i + 1) for i in range(3)]


@pytest.fixture(scope="session")
def make_model() -> Callable[..., FakeModel]:
    """Makes a model from a function of the batch."""
    return FakeModel


@pytest.fixture(scope="session")
def always() -> Callable[..., FakeModel]:
    """Makes a model that gives one value for every step."""

    def always(value: Any, name: str = "model") -> FakeModel:
        return FakeModel(lambda steps: [value for _ in steps], name)

    return always


@pytest.fixture(autouse=True)
def _fresh_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it, and what is shipped does not stand in its way."""
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    monkeypatch.setattr(registry, "_loaded", dict(registry._loaded))
    monkeypatch.setattr(registry, "SHIPPED", {})
