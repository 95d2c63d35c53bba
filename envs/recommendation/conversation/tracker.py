"""The numeric view: a belief about what the user looks for, and strategies that pick items by it.

| features | values | meaning |
|---|---|---|
| taste.film .. taste.minimal | −1 .. 1 | belief about liking by 2, from what was said |
| has.category .. has.avoid | 0, 1 | it was told, for this wish or for good |
| asked.category .. asked.open | 0 .. 1 | how often it was asked during this wish, by 3 |
| budget | 0 .. 1 | log(1 + limit) / 6; 0 if there is none or none is known |
| heard.look .. heard.leave | 0, 1 | acts of the last reply |
| wonders.theme .. wonders.stars | 0, 1 | the user asks this about an item and waits for the answer |
| explained | 0 .. 1 | explanations since the last list, by 3 |
| lists | 0 .. 1 | recommendations for this wish, by 10 |
| met | 0 .. 1 | things taken, by 5 |
| turn | 0 .. 1 | turns, by 40 |
"""

from collections.abc import Mapping, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.schema import Schema
from dialogue_gym.envs.recommendation.conversation.facts import ASPECTS
from dialogue_gym.envs.recommendation.conversation.levels import LIST, TURNS
from dialogue_gym.envs.recommendation.conversation.shelf import Aisle
from dialogue_gym.envs.recommendation.conversation.shopper import ABOUT
from dialogue_gym.envs.recommendation.conversation.understanding import QUESTIONS
from dialogue_gym.episode import Event
from dialogue_gym.task import exact_number

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.corpora import Corpus
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
    "compare",
    *(f"answer:{about}" for about in ASPECTS),
    "end",
)
HEARD: Final = (
    "look", "next", "inform", "unsure", "again", "curious", "wonder", "evaded", "misled", "taken", "review", "share",
    "declined", "critique", "change", "unknown", "lost", "leave",
)  # fmt: skip
_EXPLAIN: Final = ACT_NAMES.index("explain")
_COMPARE: Final = ACT_NAMES.index("compare")
_ANSWERS: Final = slice(ACT_NAMES.index(f"answer:{ASPECTS[0]}"), ACT_NAMES.index(f"answer:{ASPECTS[-1]}") + 1)

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


def feature_names(schema: Schema) -> tuple[str, ...]:
    """Names of the features for a catalogue's attributes."""
    return (
        *(f"taste.{tag}" for tag in schema.tags),
        *(f"has.{about}" for about in ABOUT),
        *(f"asked.{about}" for about in QUESTIONS),
        "budget",
        *(f"heard.{name}" for name in HEARD),
        *(f"wonders.{about}" for about in ASPECTS),
        "explained",
        "lists",
        "met",
        "turn",
    )


def without(corpus: "Corpus") -> frozenset[str]:
    """Names of the acts about what no item of a corpus has: films, for example, have no mood and no price."""
    lacking = [facet for facet in ("tone", "style") if not corpus.schema.facets[facet]]
    names = {f"{head}:{facet}" for facet in lacking for head in ("ask", "answer")}
    return frozenset(names if corpus.prices else names | {"ask:budget", "answer:price"})


class RecommendationTracker:
    """The belief about one user.

    Args:
        task: Knows the catalogues' texts.
    """

    def __init__(self, task: "RecommendationTask") -> None:
        self._task, self._schema = task, task.corpus.schema
        at = self._at = {name: number for number, name in enumerate(task.feature_names)}
        self._heard = slice(at[f"heard.{HEARD[0]}"], at[f"heard.{HEARD[-1]}"] + 1)
        self._asked = slice(at["asked.category"], at["asked.open"] + 1)
        self._wonders = slice(at[f"wonders.{ASPECTS[0]}"], at[f"wonders.{ASPECTS[-1]}"] + 1)
        self.features: Floats = np.zeros(len(task.feature_names), np.float32)
        lacking = without(task.corpus)
        self.mask: npt.NDArray[np.int8] = np.array([name not in lacking for name in ACT_NAMES], np.int8)
        self._answers: npt.NDArray[np.int8] = self.mask[_ANSWERS].copy()
        self._clear()

    def _clear(self) -> None:
        self.features[:] = 0.0
        self._catalogue = ""
        self._category = -1
        self.budget: float | None = None
        self._aisle: Aisle | None = None  # what is listed, once a list is made
        self._shown: set[str] = set()
        self._gone: set[str] = set()
        self._last: tuple[str, ...] = ()
        self._curious = ""
        self._update_mask()

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""
        self._clear()
        self._hear(heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""
        self._add("turn", 1.0 / TURNS)
        for act in acts:
            items = act.args.get("items", ())
            if act.name == "ask" and act.args.get("about") in QUESTIONS:
                self._add(f"asked.{act.args['about']}", 1 / 3)
            elif act.name == "recommend" and items:
                self._last = tuple(items[:LIST])
                self._shown.update(self._last)
                self._add("lists", 0.1)
                self.features[self._at["explained"]] = 0.0
                self._lose_interest()
            elif act.name == "explain":
                self._add("explained", 1 / 3)
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
        if head == "compare" and len(self._last) > 1:
            return (Act("explain", {"items": self._last[:2]}),)
        if head == "answer" and self._curious:
            fact = self._task.shelves[self._catalogue].fact(self._curious, rest) if self._catalogue else None
            return (Act("explain", {"items": (self._curious,), **({"facts": (fact,)} if fact else {})}),)
        return (Act("end"),) if head == "end" else (Act("silence"),)

    def toward(self, acts: Sequence[Act]) -> int:
        """The number of acts; for a list that no strategy makes, that of what the belief likes best."""
        exact = exact_number(self, acts)
        if exact is not None:
            return exact
        act = acts[0] if acts else Act("silence")
        facts = act.args.get("facts", ())
        if act.name == "explain" and facts and self._curious:
            return ACT_NAMES.index(f"answer:{facts[0][0]}")
        return ACT_NAMES.index("recommend:match3" if act.name in ("recommend", "explain") else "hold")

    def pick(self, strategy: str) -> tuple[str, ...]:
        """Ids of the items of a list."""
        shelf = self._task.shelves.get(self._catalogue)
        if shelf is None:
            return ()
        if self._aisle is None:
            aisle = shelf.of_category[self._category]
            self._aisle = aisle if self.budget is None else aisle.up_to(self.budget)
        aisle = self._aisle
        if strategy == "cheap" and len(aisle.rows):
            aisle = aisle.up_to(float(np.median(aisle.prices)))
        if strategy in ("stars", "popular"):
            scores = aisle.stars if strategy == "stars" else aisle.views
        else:
            taste = self.features[: len(self._schema.tags)] * np.float32(SCALE)
            scores = aisle.tags @ taste + np.float32(STARS) * aisle.stars
            scores += np.float32(BAIT) * aisle.bait
        count, seen = 1 if strategy == "match" else LIST, set[int]()
        found: list[str] = []
        for row in aisle.rows[np.argsort(-scores, kind="stable")].tolist():
            item_id, theme = shelf.ids[row], shelf.themes[row]
            if item_id in self._shown or item_id in self._gone or (strategy == "varied" and theme in seen):
                continue
            seen.add(theme)
            found.append(item_id)
            if len(found) == count:
                break
        return tuple(found)

    # Taking in what is heard

    def _add(self, name: str, amount: float) -> None:
        place = self._at[name]
        self.features[place] = min(1.0, float(self.features[place]) + amount)

    def _hear(self, heard: Sequence[Event]) -> None:
        self.features[self._heard] = 0.0
        for event in heard:
            for act in event.content:
                if event.role == "tool":
                    if act.name == "catalogue":
                        self._catalogue, self._aisle = act.args["name"], None
                else:
                    self._take_in(act)
        self._update_mask()

    def _take_in(self, act: Act) -> None:
        place = self._at.get(f"heard.{act.name}")
        if place is not None:
            self.features[place] = 1.0
        if act.name == "taken":
            self._next(act.args["item"])
        elif act.name == "curious":
            self._curious = act.args["item"]
            self._last = (self._curious, *(each for each in self._last if each != self._curious))
            self._wonder(act.args["about"])
        elif act.name == "wonder":
            self._wonder(act.args["about"])
        elif act.name in ("declined", "misled", "evaded"):
            given_up = act.args.get("item", self._curious)
            self._last = tuple(each for each in self._last if each != given_up)
            self._lose_interest()
        elif act.name in ("look", "next", "inform", "change"):
            for about, value in act.args.items():
                self._told(about, value)
        elif act.name == "critique":
            for about, value in act.args.items():
                self._faulted(about, value)

    def _wonder(self, about: str) -> None:
        self.features[self._wonders] = 0.0
        if self._curious and about:
            self.features[self._at[f"wonders.{about}"]] = 1.0

    def _lose_interest(self) -> None:
        self._curious = ""
        self.features[self._wonders] = 0.0

    def _next(self, taken: str) -> None:
        """Something was taken: what follows is about another wish."""
        features = self.features
        for facet in ("category", "tone"):
            for tag in self._schema.facets[facet]:
                features[self._schema.number[tag]] = 0.0
        for name in ("has.category", "has.tone", "has.budget", "budget", "explained", "lists"):
            features[self._at[name]] = 0.0
        features[self._asked] = 0.0
        self._add("met", 0.2)
        self.budget, self._category, self._aisle = None, -1, None
        self._gone.add(taken)
        self._shown, self._last = set(), ()
        self._lose_interest()

    def _told(self, about: str, value: Any) -> None:
        schema = self._schema
        if about == "budget":
            self.budget, self._aisle = value, None
            self.features[self._at["budget"]] = 0.0 if value is None else min(1.0, log1p(value) / 6)
        elif value in schema.number:
            facet = schema.facet_of[value]
            if facet in REST:
                for tag in schema.facets[facet]:
                    self.features[schema.number[tag]] = REST[facet] / SCALE
            if facet == "category":
                self._category, self._aisle = schema.number[value], None
            self.features[schema.number[value]] = SAID[about] / SCALE
        if about in ABOUT:
            self.features[self._at[f"has.{about}"]] = 1.0

    def _faulted(self, about: str, value: Any) -> None:
        if about in ("budget", "category"):
            self._told(about, value)
        elif about in FAULTED and value in self._schema.number:
            self.features[self._schema.number[value]] = FAULTED[about] / SCALE
        elif about == "item":
            self._gone.add(value)
            self._last = tuple(each for each in self._last if each != value)

    def _update_mask(self) -> None:
        self.mask[_EXPLAIN] = bool(self._last)
        self.mask[_COMPARE] = len(self._last) > 1
        self.mask[_ANSWERS] = self._answers * bool(self._curious)
