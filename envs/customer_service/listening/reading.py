"""From a customer's message to sections of the wording.

A message is cut into sentences. Which neighbouring sentences say one thing, and which section it belongs to, is found
by dynamic programming (a semi-Markov Viterbi search): "Wrong street. It's 4 Mill Lane, Easton 40123." is one
correction, "No. Where is my order?" a no and a matter. What counts is how well the classifier's sections fit, how many
sentences such a section usually takes, and what customers go on with after what.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.customer_service.listening.classifier import Classifier, Features
from dialogue_gym.envs.customer_service.listening.concepts import DIALOGUE
from dialogue_gym.envs.customer_service.listening.values import Finder, Gazetteer, Mention, Piece, mentioned
from dialogue_gym.wording import Form, Wording

Floats = npt.NDArray[np.float32]

FOLLOWS: dict[str, tuple[str, ...]] = {
    "greeting": ("open", "hint"),
    "more": ("open", "hint"),
    "open": ("inform", "topic", "chat", "please"),
    "topic": ("inform", "chat", "please"),
    "hint": ("chat", "please"),
    "restate": ("topic", "chat"),
    "negate": ("restate",),
    "lost_thread": ("restate",),
    "inform": ("inform", "chat", "please"),
    "unknown": ("inform", "chat"),
    "affirm": ("inform", "chat"),
    "thank": ("finish", "more", "chat"),
    "accept_refusal": ("finish", "more", "chat"),
    "chat": ("please",),
}
"""What customers usually go on with. After anything else small talk may come, after a complaint anything."""
_LEADS, _TRAILS = frozenset({"greeting", "more"}), frozenset({"chat", "please"})
"""What no message ends with, and what none begins with."""
_SHARPNESS = 2.0
"""What makes a log-probability of a score."""
_SPLIT = -0.5
"""Cost of going on with something else; negative, because there is less to be sure of in two short utterances."""
_UNUSUAL = 5.0
"""Cost of going on with something that is not in `FOLLOWS`, and of an odd beginning or end."""
_MISFIT = 8.0
"""Cost of a value that a section speaks of and that is missing, or that is there and that it can't hold."""
_MATTER_MISFIT = 2.0
"""The same for a value too many beside a matter: people mention numbers that no form has a place for."""
_UNLIKELY_SLOT = 1.0
"""Cost of taking a value for what it is less often."""
_OWN = 0.5
"""How much it counts whether a matter sounds opened or said again, from 0 to 1."""
_UNSEEN = 0.3
"""Forms that each number of sentences is taken to have beside those that were counted."""
_LEAST = np.finfo(np.float32).tiny
"""Likelihoods below this are taken for it: many values without a place make one vanish."""
_TOGETHER = 4
"""Most sentences that say one thing."""
_MOST = 40
"""Sentences of a message that are read."""
_MOST_KNOWN = 1 << 10
"""Combinations of values whose costs are remembered."""


class Span(NamedTuple):
    """Neighbouring sentences that say one thing, the log-probability that they do, and the values in them."""

    section: str
    score: float
    mentions: list[Mention]


class _Fit(NamedTuple):
    """How well the sections fit some sentences: log-probabilities, and the values found in the two readings."""

    logs: Floats
    strictly: list[Mention]
    loosely: list[Mention]


class Reader:
    """Reads the customers of one domain.

    Args:
        wording: The wording to learn from.
        gazetteer: The domain's values and concepts.

    Attributes:
        sections: The wording's sections, sorted.
        slots: The values that a section's forms have a place for, by section.
    """

    def __init__(self, wording: Wording, gazetteer: Gazetteer) -> None:
        self._finder = Finder(gazetteer, _vocabulary(wording))
        concepts = {**DIALOGUE, **gazetteer.concepts}
        texts = training_texts(wording, gazetteer)
        found = [(self._finder.whole(text).loose, section, weight) for text, section, weight in texts]
        self._classifier = Classifier(found, concepts)
        self.sections = sections = self._classifier.sections
        slots = {section: [form.slots for form in wording.forms(section)] for section in sections}
        self.slots = {section: frozenset().union(*slots[section]) for section in sections}
        self._needed = {section: frozenset.intersection(*slots[section]) for section in sections}
        loose = {slot for pattern in gazetteer.patterns if pattern.loose for slot in pattern.slots}
        self._takes_loose = np.array([bool(loose & self.slots[section]) for section in sections])
        at = {section: i for i, section in enumerate(sections)}
        self._twin = np.array([at.get(_twin(section), i) for section, i in at.items()])
        self._has_twin = self._twin != np.arange(len(sections))
        self._misfits: dict[tuple[tuple[str, ...], ...], Floats] = {}
        self._matters = np.flatnonzero([section.startswith(("open.", "restate.")) for section in sections])
        whats = [section.partition(".")[0] for section in sections]
        self._starts = np.flatnonzero([i == 0 or what != whats[i - 1] for i, what in enumerate(whats)])
        self._whats = [whats[i] for i in self._starts]
        self._steps = _steps(self._whats)
        self._first = np.array([-_UNUSUAL * (what in _TRAILS) for what in self._whats])
        self._last = np.array([-_UNUSUAL * (what in _LEADS) for what in self._whats])
        self._lengths = _lengths(wording, self._finder, self._whats)

    def read(self, text: str, expected: Floats | float = 0.0) -> list[Span]:
        """What a message says, in order; nothing if not a word of it is known.

        Args:
            text: What the customer wrote.
            expected: Log-odds by section, in the order of `sections`, that the message begins with it, from what was
                said before.
        """
        pieces, found = self._finder.pieces(text)
        seen = [_Seen(piece, features) for piece in pieces[:_MOST] if (features := self._features(piece)) is not None]
        count = len(self._whats)
        best = np.full((len(seen) + 1, count), -np.inf)
        came = np.zeros((len(seen) + 1, count, 2), np.intp)
        fits: dict[tuple[int, int], _Fit] = {}
        before: list[tuple[npt.NDArray[Any], npt.NDArray[np.intp]]] = [(self._first, np.zeros(count, np.intp))]
        for stop in range(1, len(seen) + 1):
            for start in range(max(0, stop - _TOGETHER), stop):
                fit = fits[start, stop] = self._fit(seen[start:stop], found, 0.0 if start else expected)
                sentences = stop - start
                weight, previous = before[start]
                weight = weight + np.maximum.reduceat(fit.logs, self._starts) * sentences + self._lengths[sentences - 1]
                better = weight > best[stop]
                best[stop, better] = weight[better]
                came[stop, better, 0] = start
                came[stop, better, 1] = previous[better]
            paths = best[stop][:, None] + self._steps
            before.append((paths.max(0), paths.argmax(0)))
        spans = []
        stop, what = len(seen), int((best[-1] + self._last).argmax())
        while stop:
            start, previous_what = came[stop, what]
            spans.append(self._span(fits[start, stop], what))
            stop, what = start, previous_what
        return spans[::-1]

    def kind(self, text: str) -> str:
        """The kind of matter that a text as a whole is likeliest about."""
        features = self._features(self._finder.whole(text))
        if features is None:
            return ""
        scores = self._classifier.scores([features[1]])
        section: str = self.sections[self._matters[scores[self._matters].argmax()]]
        return section.partition(".")[2]

    def _span(self, fit: _Fit, what: int) -> Span:
        """The section that fits best among those that do a certain thing."""
        first, last = self._starts[what], [*self._starts, None][what + 1]
        at = int(first + fit.logs[first:last].argmax())
        return Span(self.sections[at], float(fit.logs[at]), fit.loosely if self._takes_loose[at] else fit.strictly)

    def _features(self, piece: Piece) -> tuple[Features, Features] | None:
        """The features of a sentence in its two readings; None if no word of it is known."""
        strict = self._classifier.features(piece.strict)
        if strict is None or piece.loose == piece.strict:
            return strict and (strict, strict)
        return strict, self._classifier.features(piece.loose) or strict

    def _fit(self, seen: Sequence["_Seen"], found: Sequence[Mention], expected: Floats | float) -> _Fit:
        """How well each section fits some sentences."""
        strictly = mentioned(" ".join(each.piece.strict for each in seen), found)
        loosely = mentioned(" ".join(each.piece.loose for each in seen), found)
        logits = self._logits([each.features[0] for each in seen], strictly)
        if len(loosely) > len(strictly):
            logits = np.where(self._takes_loose, self._logits([each.features[1] for each in seen], loosely), logits)
        logits = logits + expected
        logits -= logits.max()
        likelihood = np.exp(logits)
        either = np.log(np.maximum(likelihood + self._has_twin * likelihood[self._twin], _LEAST))
        logs = (1 - _OWN) * either + _OWN * logits - np.log(likelihood.sum())
        return _Fit(logs, strictly, loosely)

    def _logits(self, features: Sequence[Features], mentions: Sequence[Mention]) -> Floats:
        logits: Floats = _SHARPNESS * self._classifier.scores(features) - self._misfit(mentions)
        return logits

    def _misfit(self, mentions: Sequence[Mention]) -> Floats:
        """By section: the cost of the values that are missing, without a place, or seldom meant so."""
        there = tuple(mention.slots for mention in mentions)
        costs = self._misfits.get(there)
        if costs is None:
            costs = np.array([self._misfit_of(section, there) for section in self.sections], np.float32)
            if len(self._misfits) < _MOST_KNOWN:
                self._misfits[there] = costs
        return costs

    def _misfit_of(self, section: str, there: Sequence[tuple[str, ...]]) -> float:
        place = self.slots[section]
        too_many = sum(place.isdisjoint(slots) for slots in there)
        unlikely = sum(slots[0] not in place and not place.isdisjoint(slots) for slots in there)
        missing = not self._needed[section].issubset(slot for slots in there for slot in slots)
        cost = _MATTER_MISFIT if section.startswith(("open.", "restate.")) else _MISFIT
        return cost * too_many + _UNLIKELY_SLOT * unlikely + _MISFIT * missing


class _Seen(NamedTuple):
    """A sentence, and its features in both readings."""

    piece: Piece
    features: tuple[Features, Features]


def training_texts(wording: Wording, gazetteer: Gazetteer) -> list[tuple[str, str, float]]:
    """(text, section, weight) of every expansion of every form, with example values; a form weighs 1 in all."""
    texts = []
    for section, forms in wording.sections.items():
        if section in wording.verbatim and section.startswith("restate."):
            continue  # the same texts as those that open the matter
        for form in forms:
            filled = [_fill(text, values) for text in form.expansions() for values in _values(form, gazetteer)]
            texts += [(text, section, 1 / len(filled)) for text in filled]
    return texts


def _vocabulary(wording: Wording) -> set[str]:
    """All words of a wording, in lower case."""
    texts = (form.text for forms in wording.sections.values() for form in forms)
    return {word.strip(".,:;!?'\"()").lower() for text in texts for word in re.split(r"[\s(|)]", text)}


def _values(form: Form, gazetteer: Gazetteer) -> list[dict[str, str]]:
    """Ways to fill a form's placeholders: as many as its slot with the most examples has."""
    examples = {slot: gazetteer.examples[slot] for slot in form.slots}
    count = max((len(each) for each in examples.values()), default=1)
    return [{slot: each[i % len(each)] for slot, each in examples.items()} for i in range(count)]


def _fill(text: str, values: Mapping[str, str]) -> str:
    for slot, value in values.items():
        text = text.replace(f"{{{slot}}}", value)
    return text


def _twin(section: str) -> str:
    """The section that says the same of a matter: `open.X` and `restate.X`. Others are their own twin."""
    what, _, about = section.partition(".")
    return {"open": f"restate.{about}", "restate": f"open.{about}"}.get(what, section)


def _steps(whats: Sequence[str]) -> Floats:
    """(from, to): the log-weight of going on with something."""
    usual = {"complain": whats}
    steps = [
        [-_SPLIT - _UNUSUAL * (then not in usual.get(what, FOLLOWS.get(what, ("chat",)))) for then in whats]
        for what in whats
    ]
    return np.array(steps, np.float32)


def _lengths(wording: Wording, finder: Finder, whats: Sequence[str]) -> Floats:
    """(sentences - 1, what): log-probability of the number of sentences."""
    counts = np.full((_TOGETHER, len(whats)), _UNSEEN, np.float32)
    for section, forms in wording.sections.items():
        for form in forms:
            sentences = len(finder.pieces(next(form.expansions()))[0])
            counts[min(sentences, _TOGETHER) - 1, whats.index(section.partition(".")[0])] += 1
    lengths: Floats = np.log(counts / counts.sum(0))
    return lengths
