"""What an utterance is doing, and what about: two linear models over words, letters and concepts.

A section of the wording is "what.about": `inform.order_id`, `open.cancel_order`, `affirm`. One linear SVM tells what is
done, sharing all ways of insisting between the kinds of matter; another tells what about, sharing all that is said of
cancelling between opening, restating and insisting. A section's score is the sum of the two; one about nothing, such as
`affirm`, counts twice by what is done, since the second model knows no such utterance.

The features are TF-IDF weights of three parts, each of length 1: words and pairs of words; groups of letters, which see
through typing errors; and concepts. scikit-learn fits the models. Applying them is a few additions, done here, because
an agent listens at every turn.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dialogue_gym.envs.customer_service.listening.concepts import Concepts

Floats = npt.NDArray[np.float32]

_NUMBER = re.compile(r":\d+>")
"""What numbers a placeholder: `<item:0>` is the word `<item`."""
_WORD = re.compile(r"<\w+|[^\W_]+(?:'[^\W_]+)*|[?!:]")
_MARKS = "?!:"
_SHORTEST, _LONGEST = 3, 4
"""Lengths of letter groups; the space before and after a word counts as a letter."""
_LETTERS = 30
"""Letters of a word that are looked at."""
_PART_LENGTHS = (1.0, 1.0, 0.7)
"""Lengths of the three parts of a feature vector: words, letters, concepts."""
_COST, _TOLERANCE = 0.3, 0.1
"""C of the SVMs, and how exactly they are solved."""
_MOST_SEEN = 1 << 12
"""Sentences whose features are remembered: customers repeat one another."""
_BALANCE = 0.5
"""How far rare labels are weighted up: 0 not at all, 1 until all weigh the same."""


class Features(NamedTuple):
    """What the classifier sees of some words.

    Attributes:
        rows: The features that are known, with repetitions.
        sums: (parts, sections): what they say for each section, before the parts' lengths are set.
    """

    rows: Sequence[int]
    sums: Floats


class Classifier:
    """Scores of a wording's sections for utterances.

    Args:
        texts: (text, section, weight) of every training utterance.
        concepts: Words and phrases that mean the same, by concept.

    Attributes:
        sections: Names, sorted, in the order of the scores.
    """

    def __init__(self, texts: Sequence[tuple[str, str, float]], concepts: Mapping[str, str]) -> None:
        self.sections = tuple(sorted({section for _, section, _ in texts}))
        self._analysers = (_word_features, _letter_features, Concepts(concepts).of)
        self._seen = lru_cache(maxsize=_MOST_SEEN)(self._see)
        self._train(texts)

    def features(self, text: str) -> Features | None:
        """A text's features; None if not a word of it is known."""
        return self._seen(_NUMBER.sub(" ", text.lower()))

    def _see(self, text: str) -> Features | None:
        words = _WORD.findall(text)
        if not any(word in self._vocabularies[0] for word in words if word not in _MARKS):
            return None
        rows: list[int] = []
        sums = np.zeros((len(self._analysers), len(self.sections)), np.float32)
        for part, (see, vocabulary) in enumerate(zip(self._analysers, self._vocabularies, strict=True)):
            known = [row for row in map(vocabulary.get, see(words)) if row is not None]
            sums[part] = self._weights[known].sum(0)
            rows += known
        return Features(rows, sums)

    def scores(self, utterances: Sequence[Features]) -> Floats:
        """(sections,): how well each section fits the utterances taken together, about -2 to 2."""
        rows, count = np.unique([row for features in utterances for row in features.rows], return_counts=True)
        squares = np.bincount(self._part_of[rows], np.square(count * self._idf[rows]), len(self._analysers))
        sums = sum(features.sums for features in utterances)
        scores: Floats = self._bias + (1 / np.sqrt(np.maximum(squares, 1.0))).astype(np.float32) @ sums
        return scores

    def _train(self, texts: Sequence[tuple[str, str, float]]) -> None:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        once: dict[tuple[tuple[str, ...], str], float] = {}  # without their values, many texts are the same
        for text, section, each in texts:
            said = (tuple(_WORD.findall(_NUMBER.sub(" ", text.lower()))), section)
            once[said] = once.get(said, 0.0) + each
        words = [words for words, _ in once]
        tables = [TfidfVectorizer(analyzer=see) for see in self._analysers]
        parts = [table.fit_transform(words) * length for table, length in zip(tables, _PART_LENGTHS, strict=True)]
        features = hstack(parts, format="csr")
        weight = np.array(list(once.values()))
        sides = [_sides(section) for _, section in once]
        whats = _fitted(features, [what for what, _ in sides], weight)
        which = np.flatnonzero([bool(about) for _, about in sides])
        abouts = _fitted(features[which], [sides[i][1] for i in which], weight[which])
        halves = [(whats[what], abouts[about] if about else whats[what]) for what, about in map(_sides, self.sections)]
        sizes = [part.shape[1] for part in parts]
        starts = np.cumsum([0, *sizes])
        self._vocabularies = [
            {feature: int(start + row) for feature, row in table.vocabulary_.items()}
            for table, start in zip(tables, starts, strict=False)
        ]
        self._idf = np.concatenate([table.idf_ for table in tables])
        self._part_of = np.repeat(np.arange(len(parts)), sizes)
        scale = self._idf * np.array(_PART_LENGTHS)[self._part_of]
        sums = [((what + about) * scale).astype(np.float32) for (what, _), (about, _) in halves]
        self._weights: Floats = np.stack(sums, axis=1)
        self._bias: Floats = np.array([what + about for (_, what), (_, about) in halves], np.float32)


def _sides(section: str) -> tuple[str, str]:
    """What is done, and what about: ("open", "cancel_order") of "open.cancel_order", ("affirm", "") of "affirm"."""
    what, _, about = section.partition(".")
    return what, about


def _fitted(
    features: Any, labels: Sequence[str], weight: npt.NDArray[np.float64]
) -> dict[str, tuple[npt.NDArray[np.float64], float]]:
    """Weights and intercept by label of one of the two models."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=0)
    model.fit(features, labels, sample_weight=weight * _balance(labels, weight))
    return dict(zip(model.classes_, zip(model.coef_, model.intercept_, strict=True), strict=True))


def _balance(labels: Sequence[str], weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, at = np.unique(labels, return_inverse=True)
    totals = np.bincount(at, weights=weight)
    balanced: npt.NDArray[np.float64] = (totals.mean() / totals[at]) ** _BALANCE
    return balanced


def _word_features(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{left} {right}" for left, right in pairwise(words))]


def _letter_features(words: Sequence[str]) -> list[str]:
    return [group for word in words for group in _letter_groups(word)]


@lru_cache(maxsize=1 << 14)
def _letter_groups(word: str) -> tuple[str, ...]:
    if word[0] == "<":
        return (word,)
    padded = f" {word[:_LETTERS]} "
    sizes = range(_SHORTEST, _LONGEST + 1)
    return tuple(padded[i : i + size] for size in sizes for i in range(len(padded) - size + 1))
