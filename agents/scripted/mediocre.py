"""A rule agent that is careless: whose logs a learner starts from, with something left to gain.

    make_agent("dialogue_gym.agents.scripted.mediocre:mediocre_agent", env=env)

It knows the rules and has four faults. Now and then any legal act takes the place of the right one. Now and then it
takes a matter for one of another kind, until the customer objects; so its imitator sees how that is mended. And it has
two bad habits: it often makes changes right away that it should propose first, and it is curt: it closes where there
is still something to tell. Habits spread over all kinds of matter leave none that its imitator never sees served. So
neither sampling from an imitator nor taking its most likely act is as good as the rules are. What it thinks a dialogue
is about, and which values it noted, it says beside each act (`thoughts`), as desks note a contact reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dialogue_gym.agent import Agent
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.scripted.random import any_legal
from dialogue_gym.agents.scripted.rules import find_rule_thought, rule_agent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import Stream, key
from dialogue_gym.task import Task, Tracker
from dialogue_gym.views.view import ActsView

SLIP = 0.02
"""Chance of any legal act in place of the right one, per turn."""
HASTE = 0.3
"""Chance that a change is made without proposing it, where the rules say to propose it."""
CURT = 0.35
"""Chance of closing the dialogue where the rules say to tell the customer something."""
MISTAKEN = 0.2
"""Chance of taking the first matter for one of another kind, until the customer says it again."""
_SAYS_WHAT = ("heard.open", "heard.restate")
"""Features of a reply that says what it is about, and ends a mistake."""


class MediocreAgent(ScriptedAgent):
    """Plays the numeric view: the rules, with faults.

    Args:
        task: The task that is played.
        seed: Keys the faults, together with the episode.
        slip: Chance of a random legal act, per turn.
        haste: Chance of `call:<tool>` where the rules say `propose:<tool>` and the call is possible.
        curt: Chance of `close` where the rules say `tell:<fact>` and closing is possible.
        mistaken: Chance of taking the first matter for one of another kind, where the features tell kinds.
        slots: Gives the values that a row's belief holds, for its thoughts.
    """

    def __init__(
        self,
        task: Task,
        seed: int = 0,
        *,
        slip: float = SLIP,
        haste: float = HASTE,
        curt: float = CURT,
        mistaken: float = MISTAKEN,
        slots: Callable[[int], Mapping[str, Any]] = lambda row: {},
    ) -> None:
        super().__init__(0)
        self.rules = rule_agent(task)
        self._space = task.action_space
        self._feature_names = task.feature_names
        self.thoughts: list[str] = []
        self.turn_weights: list[int] = []
        self._thought = find_rule_thought(task)
        self.seed, self.slip, self.mistaken, self._slots = seed, slip, mistaken, slots
        names = task.feature_names
        kinds = {number: name.removeprefix("kind.") for number, name in enumerate(names) if name.startswith("kind.")}
        self._kinds = list(kinds)
        allowed = getattr(task, "kinds", kinds.values())  # a task may be about some of its kinds only
        self._mistakable = [number for number, kind in kinds.items() if kind in allowed]
        self._says_what = [number for number, name in enumerate(names) if name in _SAYS_WHAT]
        numbers = {name: number for number, name in enumerate(task.act_names)}
        calls = {number: name.replace("propose:", "call:", 1) for name, number in numbers.items() if "propose:" in name}
        hasty = {number: (numbers[call], haste) for number, call in calls.items() if call in numbers}
        self._habits = dict(hasty)
        if "close" in numbers:
            told = [number for name, number in numbers.items() if name.startswith("tell:")]
            self._habits |= dict.fromkeys(told, (numbers["close"], curt))
        self._keys: dict[int, int] = {}
        self._turns: dict[int, int] = {}
        self._begun: dict[int, int] = {}
        self._taken_for: dict[int, int | None] = {}

    def begin(self, row: int) -> None:
        """Starts the row's next episode."""
        count = self._begun[row] = self._begun.get(row, 0) + 1
        self._keys[row], self._turns[row] = key(self.seed, "mediocre.row", row, count), 0
        self._taken_for.pop(row, None)
        self.rules.begin(row)

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Keys the faults of each row's episode by hand."""
        for row, seed in seeds.items():
            self._keys[row], self._turns[row] = key(self.seed, "mediocre.episode", seed), 0

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row; then `thoughts` holds what the rules make of each, `turn_weights` which are mistaken."""
        self.thoughts, self.turn_weights = [""] * len(infos), [1] * len(infos)
        return super().act(observations, infos)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """The act by the rules, or a fault."""
        if row not in self._keys:
            self.begin(row)
        observation = self._as_taken(row, observation)
        if self._thought is not None:
            features = dict(zip(self._feature_names, observation.tolist(), strict=True))
            self.thoughts[row] = self._thought(features, self._slots(row))
        self._turns[row] += 1
        stream = Stream(key(self._keys[row], self._turns[row]))
        act = self.rules.choose(row, observation, info)
        mask = info["action_mask"]
        slips, fault = stream.chance(self.slip), stream.uniform()
        if slips and mask.any():
            return any_legal(self._space, mask, stream)
        if not self._habits:
            return act
        habit, chance = self._habits.get(act, (act, 0.0))
        return habit if fault < chance and mask[habit] else act

    def _as_taken(self, row: int, observation: Any) -> Any:
        """What the row sees, with another kind of matter in place of the right one while it is mistaken."""
        if not observation[self._kinds].any():
            return observation
        if row not in self._taken_for:
            stream = Stream(key(self._keys[row], "mistaken"))
            others = [kind for kind in self._mistakable if not observation[kind]]
            self._taken_for[row] = stream.choice(others) if others and stream.chance(self.mistaken) else None
        elif observation[self._says_what].any():
            self._taken_for[row] = None
        kind = self._taken_for[row]
        if kind is None:
            return observation
        self.turn_weights[row] = 0
        taken = observation.copy()
        taken[self._kinds] = 0.0
        taken[kind] = 1.0
        return taken


def mediocre_agent(*, env: Any, seed: int = 0) -> Agent:
    """The agent for an environment, on either view."""
    seat = Seat.of(env)
    if not seat.text:
        beliefs = [view.tracker for view in seat.views if isinstance(view, ActsView)]
        return MediocreAgent(seat.task, seed, slots=lambda row: _slots(beliefs[row]))
    agent = MediocreAgent(seat.task, seed, slots=lambda row: _slots(bridge.belief(row)))
    bridge = PlaysActs(agent, seat.task)
    return bridge


def _slots(belief: Tracker) -> Mapping[str, Any]:
    """The values that a belief holds, of tasks where it holds any."""
    return getattr(belief, "slots", {})
