"""The numeric view: a belief about what the user looks for, and strategies that pick items by it.

| features | values | meaning |
|---|---|---|
| taste.film .. taste.minimal | −1 .. 1 | belief about liking by 2, from what was said |
| has.category .. has.avoid | 0, 1 | it was told, for this wish or for good |
| asked.category .. asked.open | 0 .. 1 | how often it was asked during this wish, by 3 |
| budget | 0 .. 1 | log(1 + limit) / 6; 0 if there is none or none is known |
| heard.look .. heard.leave | 0, 1 | acts of the last reply |
| explained | 0 .. 1 | explanations since the last list, by 3 |
| lists | 0 .. 1 | recommendations for this wish, by 10 |
| met | 0 .. 1 | things taken, by 5 |
| turn | 0 .. 1 | turns, by 30 |
"""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.schema import FACET_OF, FACETS, TAG_NUMBER, TAGS
from dialogue_gym.envs.recommendation.conversation.levels import LIST, TURNS
from dialogue_gym.envs.recommendation.conversation.shopper import ABOUT
from dialogue_gym.envs.recommendation.conversation.understanding import QUESTIONS
from dialogue_gym.episode import Event
from dialogue_gym.task import exact_number

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.task import RecommendationTask

Floats = npt.NDArray[np.float32]

STRATEGIES: Final = ("match", "match3", "varied", "cheap", "stars", "popular")
"""How lists are made: what the belief likes best; three of that; three of different themes; the cheaper half; by mean
rating; by views. All keep to what was told of category and price, and leave out what was shown for this wish."""
ACT_NAMES: Final = (
    "hold",
    *(f"ask:{about}" for about in QUESTIONS),
    *(f"recommend:{strategy}" for strategy in STRATEGIES),
    "explain",
    "end",
)
HEARD: Final = (
    "look", "next", "inform", "unsure", "again", "curious", "taken", "declined", "critique", "change", "unknown",
    "lost", "leave",
)  # fmt: skip
FEATURE_NAMES: Final = (
    *(f"taste.{tag}" for tag in TAGS),
    *(f"has.{about}" for about in ABOUT),
    *(f"asked.{about}" for about in QUESTIONS),
    "budget",
    *(f"heard.{name}" for name in HEARD),
    "explained",
    "lists",
    "met",
    "turn",
)
_AT: Final = {name: number for number, name in enumerate(FEATURE_NAMES)}
_TASTE: Final = slice(0, len(TAGS))
_HEARD: Final = slice(_AT[f"heard.{HEARD[0]}"], _AT[f"heard.{HEARD[-1]}"] + 1)
_ASKED: Final = slice(_AT["asked.category"], _AT["asked.open"] + 1)
_EXPLAIN: Final = ACT_NAMES.index("explain")

SAID: Final[Mapping[str, float]] = {
    "category": 2.0,
    "theme": 1.5,
    "other": 1.1,
    "tone": 0.8,
    "style": 0.5,
    "avoid": -1.2,
}
"""Liking of what the user names, in units of taste; of the others of a category or tone, its negative by so much."""
REST: Final[Mapping[str, float]] = {"category": -2.0, "tone": -0.8}
FAULTED: Final[Mapping[str, float]] = {"theme": -1.0, "tone": -0.8, "style": -0.4}
"""Liking of what the user finds fault with."""
SCALE: Final = 2.0
STARS: Final = 0.6
"""What a star is worth in units of taste, noise considered."""
BAIT: Final = -1.0
"""What the sound of clickbait is worth."""


class RecommendationTracker:
    """The belief about one user.

    Args:
        task: Knows the catalogues' texts.
    """

    def __init__(self, task: "RecommendationTask") -> None:
        self._task = task
        self.features: Floats = np.zeros(len(FEATURE_NAMES), np.float32)
        self.mask: npt.NDArray[np.int8] = np.ones(len(ACT_NAMES), np.int8)
        self._clear()

    def _clear(self) -> None:
        self.features[:] = 0.0
        self._catalogue = ""
        self.budget: float | None = None
        self._shown: set[str] = set()
        self._gone: set[str] = set()
        self._last: tuple[str, ...] = ()
        self._update_mask()

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""
        self._clear()
        self._hear(heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""
        features = self.features
        features[_AT["turn"]] = min(1.0, features[_AT["turn"]] + 1.0 / TURNS)
        for act in acts:
            items = act.args.get("items", ())
            if act.name == "ask" and act.args.get("about") in QUESTIONS:
                place = _AT[f"asked.{act.args['about']}"]
                features[place] = min(1.0, features[place] + 1 / 3)
            elif act.name == "recommend" and items:
                self._last = tuple(items[:LIST])
                self._shown.update(self._last)
                features[_AT["lists"]] = min(1.0, features[_AT["lists"]] + 0.1)
                features[_AT["explained"]] = 0.0
            elif act.name == "explain":
                features[_AT["explained"]] = min(1.0, features[_AT["explained"]] + 1 / 3)
        self._hear(heard)

    def ground(self, action: int) -> tuple[Act, ...]:
        """The act behind a number; silence where it can't be carried out."""
        head, _, rest = ACT_NAMES[action].partition(":")
        if head == "ask":
            return (Act("ask", {"about": rest}),)
        if head == "recommend":
            items = self.pick(rest)
            return (Act("recommend", {"items": items}),) if items else (Act("silence"),)
        if head == "explain" and self._last:
            return (Act("explain", {"items": self._last[:1]}),)
        return (Act("end"),) if head == "end" else (Act("silence"),)

    def toward(self, acts: Sequence[Act]) -> int:
        """The number of acts; for a list that no strategy makes, that of what the belief likes best."""
        exact = exact_number(self, acts)
        if exact is not None:
            return exact
        names = {act.name for act in acts}
        return ACT_NAMES.index("recommend:match3" if names & {"recommend", "explain"} else "hold")

    def pick(self, strategy: str) -> tuple[str, ...]:
        """Ids of the items of a list."""
        shelf = self._task.shelves.get(self._catalogue)
        if shelf is None:
            return ()
        taste = self.features[_TASTE] * np.float32(SCALE)
        scores = shelf.tags @ taste + np.float32(STARS) * shelf.stars + np.float32(BAIT) * shelf.bait
        open_to = shelf.available.copy()
        if self.budget is not None:
            open_to &= shelf.prices <= self.budget
        category = int(np.argmax(taste[: len(FACETS["category"])]))
        if taste[category] > 0:
            open_to &= shelf.categories == category
        for item_id in self._shown | self._gone:
            if item_id in shelf.number:
                open_to[shelf.number[item_id]] = False
        numbers = np.flatnonzero(open_to)
        if strategy == "cheap" and len(numbers):
            numbers = numbers[shelf.prices[numbers] <= np.median(shelf.prices[numbers])]
        by = {"stars": shelf.stars, "popular": shelf.views}.get(strategy, scores)
        order = numbers[np.lexsort((numbers, -by[numbers]))].tolist()
        if strategy == "varied":
            order = _varied(order, shelf.themes)
        return tuple(shelf.ids[number] for number in order[: 1 if strategy == "match" else LIST])

    # Taking in what is heard

    def _hear(self, heard: Sequence[Event]) -> None:
        self.features[_HEARD] = 0.0
        for event in heard:
            for act in event.content:
                if event.role == "tool":
                    if act.name == "catalogue":
                        self._catalogue = act.args["name"]
                else:
                    self._take_in(act)
        np.clip(self.features, -1.0, 1.0, out=self.features)
        self._update_mask()

    def _take_in(self, act: Act) -> None:
        place = _AT.get(f"heard.{act.name}")
        if place is not None:
            self.features[place] = 1.0
        if act.name == "taken":
            self._next(act.args["item"])
        elif act.name == "curious":
            self._last = (act.args["item"], *(each for each in self._last if each != act.args["item"]))
        elif act.name == "declined":
            self._last = tuple(each for each in self._last if each != act.args["item"])
        elif act.name in ("look", "next", "inform", "change"):
            for about, value in act.args.items():
                self._told(about, value)
        elif act.name == "critique":
            for about, value in act.args.items():
                self._faulted(about, value)

    def _next(self, taken: str) -> None:
        """Something was taken: what follows is about another wish."""
        features = self.features
        for facet in ("category", "tone"):
            for tag in FACETS[facet]:
                features[TAG_NUMBER[tag]] = 0.0
        for about in ("category", "tone", "budget"):
            features[_AT[f"has.{about}"]] = 0.0
        features[_ASKED] = 0.0
        for name in ("budget", "explained", "lists"):
            features[_AT[name]] = 0.0
        features[_AT["met"]] = min(1.0, features[_AT["met"]] + 0.2)
        self.budget = None
        self._gone.add(taken)
        self._shown, self._last = set(), ()

    def _told(self, about: str, value: Any) -> None:
        if about == "budget":
            self.budget = value
            self.features[_AT["budget"]] = 0.0 if value is None else min(1.0, log1p(value) / 6)
        elif value in TAG_NUMBER:
            facet = FACET_OF[value]
            if facet in REST:
                for tag in FACETS[facet]:
                    self.features[TAG_NUMBER[tag]] = REST[facet] / SCALE
            self.features[TAG_NUMBER[value]] = SAID[about] / SCALE
        if about in ABOUT:
            self.features[_AT[f"has.{about}"]] = 1.0

    def _faulted(self, about: str, value: Any) -> None:
        if about in ("budget", "category"):
            self._told(about, value)
        elif about in FAULTED and value in TAG_NUMBER:
            self.features[TAG_NUMBER[value]] = FAULTED[about] / SCALE
        elif about == "item":
            self._gone.add(value)

    def _update_mask(self) -> None:
        self.mask[_EXPLAIN] = bool(self._last)


def _varied(order: Sequence[int], themes: npt.NDArray[np.int64]) -> list[int]:
    """The best of each theme, in order."""
    seen: dict[int, int] = {}
    for number in order:
        seen.setdefault(int(themes[number]), number)
    return list(seen.values())
