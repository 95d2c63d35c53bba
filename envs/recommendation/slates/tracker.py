"""The numeric view: the candidates as their texts describe them, and a belief about the user's taste.

| features | values | meaning |
|---|---|---|
| c1.film .. c12.minimal | 0, 0.5, 1 | attribute of a candidate: in its tags; 0.5 if only in its words |
| c1.price, c1.views | 0 .. 1 | log(1 + price) / 6, log(1 + views) / 12 |
| c1.stars | −1 .. 1 | (stars − 3) / 2 |
| c1.bait | 0 .. 1 | how much the title sounds like clickbait |
| c1.opened, c1.sold_out | 0, 1 | it was opened before; it cannot be shown |
| c1.match | −1 .. 1 | attributes of the candidate times belief, by 3 |
| taste.film .. taste.minimal | −1 .. 1 | belief about liking by 2, from the user's words and acts |
| recent.film .. recent.minimal | 0 .. 1 | how much of it was opened lately |
| idle, mood, visit, round | −1 .. 1 | rounds in a row with nothing opened, reactions lately, visits and rounds so far |
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import log1p
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.builtin import wording as item_wording
from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.envs.recommendation.catalogue.reading import read_tags
from dialogue_gym.envs.recommendation.slates.levels import CANDIDATES, ROUNDS
from dialogue_gym.envs.recommendation.slates.speech import wording
from dialogue_gym.episode import Event

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.slates.task import SlateRecommendationTask

Floats = npt.NDArray[np.float32]

_OWN: Final = ("price", "views", "stars", "bait", "opened", "sold_out", "match")
_STATE: Final = ("idle", "mood", "visit", "round")
_WORD = re.compile(r"[^\W\d_]+")
_NO = re.compile(r"\b(?:no|not|nothing|never|without|spare|leave out|had enough)\b", re.IGNORECASE)

SAID: Final = {"category": 0.85, "theme": 1.3, "tone": 0.65, "style": 0.4}
"""Liking of an attribute that the user names, by facet, in units of taste; avoided ones get its negative."""
SPREAD: Final = {"category": 0.25, "theme": 0.6, "tone": 0.2, "style": 0.08}
"""Variance of taste by facet in train populations: how much a reaction says about each."""
RATE: Final = 0.2
"""How fast the belief follows: about 1 / (1 + reactions it takes to tell a taste)."""
PASSED: Final = -0.3
OPENED: Final = 0.7
PRAISED: Final = 0.5
"""Surprise in an item that was passed over, opened, and in each like, save, purchase and good comment."""
BLAMED: Final = -2.5
"""Surprise in a bad comment."""
SCALE: Final = 2.0
"""Taste that the features show as 1."""


def feature_names(vocabulary: Sequence[str]) -> tuple[str, ...]:
    """Names of the features for a catalogue's attributes."""
    candidates = [f"c{c}.{name}" for c in range(1, CANDIDATES + 1) for name in (*vocabulary, *_OWN)]
    return (*candidates, *(f"taste.{t}" for t in vocabulary), *(f"recent.{t}" for t in vocabulary), *_STATE)


def card(item: Item, listed: Sequence[str], facet_of: Mapping[str, str]) -> Floats:
    """float32 (n_attributes + 7,): what is told of an item, by its text.

    Args:
        item: The item.
        listed: The attributes in its list of tags.
        facet_of: Every attribute to its facet; facets that are listed are not looked for in the words.
    """
    row = np.zeros(len(facet_of) + len(_OWN), np.float32)
    told = {facet_of[tag] for tag in listed}
    read = [tag for tag in read_tags(f"{item.title}. {item.description}") if facet_of.get(tag) not in told]
    row[: len(facet_of)] = [1.0 if tag in listed else 0.5 if tag in read else 0.0 for tag in facet_of]
    row[len(facet_of) :] = (
        log1p(item.price) / 6,
        log1p(item.views) / 12,
        (item.stars - 3) / 2,
        bait_score(item.title),
        0.0,
        0.0,
        0.0,
    )
    return np.clip(row, -1.0, 1.0)


def bait_score(title: str) -> float:
    """How much a title sounds like clickbait, 0 to 1: words that train titles have only where they bait."""
    words = {word.lower() for word in _WORD.findall(title)}
    return min(1.0, 0.6 * len(words & _bait_words()) + 0.4 * ("!" in title))


@cache
def _bait_words() -> frozenset[str]:
    forms = item_wording("train")

    def words(beginning: str) -> set[str]:
        texts = [form.text for name in forms.sections if name.startswith(beginning) for form in forms.forms(name)]
        return {word.lower() for text in texts for word in _WORD.findall(re.sub(r"\{\w+\}", " ", text))}

    return frozenset(words("bait") - words("title.") - {"of", "the", "is", "that", "will"})


@cache
def _comment_words() -> dict[str, float]:
    """Words of train comments that are only in good ones (1) or only in bad ones (−1)."""
    forms = wording("train")
    heard = {tone: set(_words_of(forms.forms(f"comment.{tone}"))) for tone in ("good", "mixed", "bad")}
    good, bad = heard["good"] - heard["bad"] - heard["mixed"], heard["bad"] - heard["good"] - heard["mixed"]
    return dict.fromkeys(sorted(good), 1.0) | dict.fromkeys(sorted(bad), -1.0)


def _words_of(forms: Sequence[Any]) -> list[str]:
    return [word.lower() for form in forms for word in _WORD.findall(form.text)]


class SlateTracker:
    """The belief about one user.

    Args:
        task: Knows the items' texts and how actions make slates.
    """

    def __init__(self, task: "SlateRecommendationTask") -> None:
        self._task = task
        self._tags = len(task.vocabulary)
        width = self._tags + len(_OWN)
        self.features: Floats = np.zeros(CANDIDATES * width + 2 * self._tags + len(_STATE), np.float32)
        self.rows = self.features[: CANDIDATES * width].reshape(CANDIDATES, width)
        self.taste = self.features[CANDIDATES * width :][: self._tags]
        self.recent = self.features[CANDIDATES * width + self._tags :][: self._tags]
        self._state = self.features[-len(_STATE) :]
        self.ids: tuple[str, ...] = ()
        self.mask: npt.NDArray[np.int8] = task.slates.mask(self)
        self._opened: set[str] = set()
        self._last = ""

    def __getstate__(self) -> dict[str, Any]:
        views = ("rows", "taste", "recent", "_state")
        return {name: value for name, value in vars(self).items() if name not in views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        fresh = SlateTracker(state["_task"])
        fresh.features[:] = state.pop("features")
        vars(self).update(vars(fresh) | state)

    def __deepcopy__(self, memo: dict[int, Any]) -> "SlateTracker":
        copied = SlateTracker(self._task)
        copied.features[:] = self.features
        copied.ids, copied.mask, copied._last = self.ids, self.mask.copy(), self._last
        copied._opened = set(self._opened)
        return copied

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""
        self.features.fill(0.0)
        self.ids = ()
        self._opened = set()
        self._last = ""
        self._take((), heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in one turn."""
        self._state[3] = min(1.0, self._state[3] + 1.0 / ROUNDS)
        shown = next((tuple(act.args.get("items", ())) for act in acts if act.name == "slate"), ())
        self._take(shown, heard)

    def ground(self, action: Any) -> tuple[Act, ...]:
        """The slate behind an action; candidates that the mask forbids are left out."""
        order = self._task.slates.order(action, self)
        return (Act("slate", {"items": tuple(self.ids[c] for c in order if c < len(self.ids))}),)

    def toward(self, acts: Sequence[Act]) -> Any:
        """The action whose slate is the one of `acts`, or nearest to it."""
        wanted = next((act.args["items"] for act in acts if act.name == "slate"), ())
        return self._task.slates.number([self.ids.index(each) for each in wanted if each in self.ids], self)

    def _take(self, shown: Sequence[str], heard: Sequence[Event]) -> None:
        for event in heard:
            for act in event.content:
                if act.name == "offer":
                    self._offer(act.args["items"], act.args["sold_out"])
                elif act.name == "opened":
                    self._hear_of(act.args["item"], act.args["did"], shown)
                elif act.name == "said":
                    self._listen(act.args["text"])
                elif act.name == "back":
                    self.recent *= np.float32(0.6 ** min(act.args["days"], 30))
                    self._state[0] = 0.0
                    self._state[2] = min(1.0, self._state[2] + 0.1)
        _bound(self.taste)
        match = self.rows[:, : self._tags] @ self.taste
        match *= np.float32(SCALE / 3)
        self.rows[:, -1] = _bound(match)

    def _surprise(self, item_id: str, surprise: float) -> None:
        """Moves the belief about an item's attributes."""
        self.taste += np.float32(RATE * surprise / SCALE) * self._task.weighted_tags[self._task.card_number(item_id)]

    def _offer(self, ids: tuple[str, ...], sold_out: Sequence[str]) -> None:
        self.ids = ids[:CANDIDATES]
        rows = self.rows
        if len(self.ids) < CANDIDATES:  # only in what somebody made up
            rows.fill(0.0)
        rows[: len(self.ids)] = self._task.cards[[self._task.card_number(item_id) for item_id in self.ids]]
        for item_id in self._opened.intersection(self.ids):
            rows[self.ids.index(item_id), -3] = 1.0
        for item_id in sold_out:
            rows[self.ids.index(item_id), -2] = 1.0
        self.mask = self._task.slates.mask(self)

    def _hear_of(self, item_id: str, did: Sequence[str], shown: Sequence[str]) -> None:
        self.recent *= np.float32(0.85)
        self._last = item_id
        for each in shown:
            if each == item_id:
                break
            self._surprise(each, PASSED)
        if not item_id:
            self._state[0] = min(1.0, self._state[0] + 0.2)
            self._state[1] *= 0.8
            return
        self._opened.add(item_id)
        praise = sum(each in ("like", "save", "buy") for each in did)
        tags = self._task.cards[self._task.card_number(item_id), : self._tags]
        self._surprise(item_id, OPENED + PRAISED * praise)
        self.recent += np.float32(0.25) * tags
        _bound(self.recent)
        self._state[0] = 0.0
        self._state[1] = min(1.0, 0.8 * self._state[1] + 0.2 * praise)

    def _listen(self, text: str) -> None:
        """The user's own words: wishes when they come, comments on what they opened."""
        if not self._last:
            yes, no = _split_wish(text)
            for part, sign in ((yes, 1.0), (no, -1.0)):
                named = [tag for tag in self._task.vocabulary if re.search(rf"\b{tag}\b", part)]
                for tag in dict.fromkeys([*named, *read_tags(part)]):
                    if tag in self._task.vocabulary_number:
                        self.taste[self._task.vocabulary_number[tag]] += sign * SAID[self._task.facet_of[tag]] / SCALE
            return
        words = _comment_words()
        tone = sum(words.get(word.lower(), 0.0) for word in _WORD.findall(text))
        self._surprise(self._last, PRAISED if tone > 0 else BLAMED if tone < 0 else 0.0)
        self._state[1] = min(1.0, max(-1.0, self._state[1] + (tone > 0) * 0.3 - (tone < 0) * 0.3))


def _bound(values: Floats) -> Floats:
    """Bounds values to −1 .. 1 where they stand."""
    np.minimum(values, 1.0, out=values)
    return np.maximum(values, -1.0, out=values)


def _split_wish(text: str) -> tuple[str, str]:
    """What is wished for and, in sentences that say no, what is not."""
    sentences = re.split(r"(?<=[.?!]) ", text)
    refused = [bool(_NO.search(sentence)) for sentence in sentences[1:]]
    yes = [sentences[0], *(s for s, no in zip(sentences[1:], refused, strict=True) if not no)]
    return " ".join(yes), " ".join(s for s, no in zip(sentences[1:], refused, strict=True) if no)
