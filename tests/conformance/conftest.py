"""Sweeps every test over the registered environments, and lends the tools that the tests share.

A test that takes `env_id` runs for every id, `text_id` and `acts_id` for those of one view, `pair` for (text id,
numeric id) of one task, and `difficulty` for every difficulty. An environment that is another task by its arguments
(`registration.VARIANTS`) is swept once more with them, as a `Variant` of its id, which `make` and `make_vec` know.
Nothing here names an environment, and collecting the tests imports none: one that is broken fails its own tests only.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Discrete
from gymnasium.vector import VectorEnv

from dialogue_gym.acts import Act
from dialogue_gym.agent import idle_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.registration import VARIANTS, environment_ids
from dialogue_gym.task import DIFFICULTIES
from dialogue_gym.views import ActsView, TextView


class Variant(str):
    """An environment's id, with the arguments that make another task of it."""

    arguments: dict[str, str]

    @staticmethod
    def of(env_id: str, arguments: Mapping[str, str]) -> "Variant":
        variant = Variant(env_id)
        variant.arguments = dict(arguments)
        return variant

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


def arguments_of(env_id: str) -> dict[str, str]:
    """The arguments that belong to an id."""
    return env_id.arguments if isinstance(env_id, Variant) else {}


def label(env_id: str) -> str:
    """How an id is shown: "CustomerService-v0-banking" for a variant."""
    return "-".join((env_id.removeprefix("dialogue_gym/"), *arguments_of(env_id).values()))


IDS = [*environment_ids(), *(Variant.of(env_id, each) for env_id, all_ in VARIANTS.items() for each in all_)]
ACTS_IDS = [env_id for env_id in IDS if "Acts-v" in env_id]
TEXT_IDS = [env_id for env_id in IDS if "Acts-v" not in env_id]
PAIRS = [
    (text_id, next(acts_id for acts_id in ACTS_IDS if label(acts_id) == label(text_id).replace("-v", "Acts-v")))
    for text_id in TEXT_IDS
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sweeps: dict[str, Sequence[Any]] = {
        "env_id": IDS,
        "text_id": TEXT_IDS,
        "acts_id": ACTS_IDS,
        "pair": PAIRS,
        "difficulty": DIFFICULTIES,
    }
    for name, values in sweeps.items():
        if name in metafunc.fixturenames:
            ids = [label(value[0] if name == "pair" else value) for value in values]
            metafunc.parametrize(name, values, ids=ids)


class Seen(NamedTuple):
    """What `reset` (with reward 0 and no flags) or `step` gave."""

    observation: Any
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


Choose = Callable[[Any, Stream], Any]
"""The next action from one of our views and a stream of chances."""


def same(one: Any, other: Any) -> bool:
    """Whether two observations, infos or lists of `Seen` are equal, types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        return same(one.tolist(), other.tolist()) if one.dtype == object else bool(np.array_equal(one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def believe(view: Any) -> Any:
    """What a listener without errors believes: a new tracker that has heard the transcript."""
    tracker = view.task.tracker()
    tracker.reset(view.dialogue.opening)
    for turn in view.dialogue.turns:
        tracker.observe(turn.acts, turn.heard)
    return tracker


def legal_action(space: Any, mask: Any, stream: Stream) -> Any:
    """Any action of the numeric view that its mask allows."""
    parts = [mask] if isinstance(space, Discrete) else np.split(mask, np.cumsum(space.nvec)[:-1])
    numbers = [int(stream.choice(np.flatnonzero(part).tolist())) for part in parts]
    return numbers[0] if isinstance(space, Discrete) else np.array(numbers, space.dtype)


def null_action(task: Any) -> Any:
    """The numeric view's way of doing nothing."""
    if isinstance(task.action_space, Discrete):
        return task.act_names.index(task.null_act)
    return idle_action(task.action_space)


def legal_actions(space: Any, mask: Any) -> list[Any]:
    """Every legal action; where an action has several numbers, each legal one of them beside nothing else."""
    if isinstance(space, Discrete):
        return [int(number) for number in np.flatnonzero(mask)]
    actions = []
    for component, part in enumerate(np.split(mask, np.cumsum(space.nvec)[:-1])):
        for number in np.flatnonzero(part):
            actions.append(idle_action(space))
            actions[-1][component] = number
    return actions


def illegal_actions(space: Any, mask: Any) -> list[Any]:
    """The actions that `legal_actions` leaves out."""
    return legal_actions(space, np.asarray(mask) == 0)


def in_names(task: Any, action: Any) -> Any:
    """An action of the numeric view by the names of its numbers."""
    if isinstance(task.action_space, Discrete):
        return task.act_names[action]
    return [names[number] for names, number in zip(task.act_components, action, strict=True)]


def in_numbers(task: Any, names: Any) -> Any:
    """The action that `in_names` gives the names of."""
    if isinstance(task.action_space, Discrete):
        return task.act_names.index(names)
    numbers = [each.index(name) for each, name in zip(task.act_components, names, strict=True)]
    return np.array(numbers, task.action_space.dtype)


def random_legal(view: Any, stream: Stream) -> Any:
    """Any legal act; on the text view, one that is legal to a listener without errors, as its canonical string."""
    if isinstance(view, ActsView):
        return legal_action(view.action_space, view.tracker.mask, stream)
    tracker = believe(view)
    return view.task.render(tracker.ground(legal_action(view.task.action_space, tracker.mask, stream)))


def oracle(view: Any, stream: Stream) -> Any:
    """What the reference does; on the numeric view its number, or any legal act where the belief has none for it."""
    acts = tuple(view.episode.oracle_acts())
    if isinstance(view, TextView):
        return view.task.render(acts)
    if isinstance(view.action_space, Discrete):
        for number in np.flatnonzero(view.tracker.mask):
            if tuple(view.tracker.ground(int(number))) == acts:
                return int(number)
    return random_legal(view, stream)


def wandering(view: Any, stream: Stream) -> Any:
    """Mostly what the reference does, and every third turn or so anything legal: gets far and sees much."""
    return (oracle if stream.chance(0.65) else random_legal)(view, stream)


CHOICES: dict[str, Choose] = {"oracle": oracle, "random": random_legal, "wandering": wandering}


def begin(env: Any, scenario: int, trial: int = 0) -> Seen:
    observation, info = env.reset(options={"scenario": scenario, "trial": trial})
    return Seen(observation, 0.0, False, False, info)


def go_on(env: Any, choose: Choose, stream: Stream) -> Iterator[tuple[Any, Seen]]:
    """Plays a begun episode to its end: (action, what came of it) each turn."""
    view = env.unwrapped.view
    while view.dialogue.stop is None:
        action = choose(view, stream)
        yield action, Seen(*env.step(action))


def play(env: Any, choose: Choose | str, scenario: int, trial: int = 0) -> tuple[list[Any], list[Seen]]:
    """Plays one episode: its actions, and everything that was seen."""
    choose = CHOICES[choose] if isinstance(choose, str) else choose
    seen = [begin(env, scenario, trial)]
    actions = []
    for action, step in go_on(env, choose, Stream(key("tests.conformance", scenario, trial))):
        actions.append(action)
        seen.append(step)
    return actions, seen


def replay(env: Any, actions: Sequence[Any], scenario: int, trial: int = 0) -> list[Seen]:
    """Plays given actions, as far as the episode goes."""
    seen = [begin(env, scenario, trial)]
    for action in actions:
        seen.append(Seen(*env.step(action)))
        if seen[-1].terminated or seen[-1].truncated:
            break
    return seen


def acts_played(env: Any) -> list[Sequence[Act]]:
    """The acts of the episode's turns."""
    return [turn.acts for turn in env.unwrapped.view.dialogue.turns]


def thawed(thing: Any) -> Any:
    """What comes out of a pickle."""
    return pickle.loads(pickle.dumps(thing))


class Tools(NamedTuple):
    """The functions above, for tests, which cannot import a conftest."""

    same: Callable[[Any, Any], bool] = same
    believe: Callable[[Any], Any] = believe
    begin: Callable[..., Seen] = begin
    go_on: Callable[..., Iterator[tuple[Any, Seen]]] = go_on
    play: Callable[..., tuple[list[Any], list[Seen]]] = play
    replay: Callable[..., list[Seen]] = replay
    acts_played: Callable[[Any], list[Sequence[Act]]] = acts_played
    thawed: Callable[[Any], Any] = thawed
    null_action: Callable[[Any], Any] = null_action
    legal_actions: Callable[[Any, Any], list[Any]] = legal_actions
    illegal_actions: Callable[[Any, Any], list[Any]] = illegal_actions
    in_names: Callable[[Any, Any], Any] = in_names
    in_numbers: Callable[[Any, Any], Any] = in_numbers
    choices: Mapping[str, Choose] = CHOICES
    label: Callable[[str], str] = label
    arguments_of: Callable[[str], dict[str, str]] = arguments_of


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools()


@pytest.fixture(scope="session")
def make() -> Callable[..., Any]:
    """`gym.make` without the passive checker, which other tests are there for."""

    def make(env_id: str, **kwargs: Any) -> gym.Env[Any, Any]:
        return gym.make(str(env_id), disable_env_checker=True, **{**arguments_of(env_id), **kwargs})

    return make


@pytest.fixture(scope="session")
def make_vec() -> Callable[..., VectorEnv[Any, Any, Any]]:
    """The native vector environment."""

    def make_vec(env_id: str, num_envs: int, **kwargs: Any) -> VectorEnv[Any, Any, Any]:
        kwargs = {**arguments_of(env_id), **kwargs}
        return gym.make_vec(str(env_id), num_envs=num_envs, vectorization_mode="vector_entry_point", **kwargs)

    return make_vec
