"""What an utterance is doing, and what about: two linear models over words, letters and concepts.

A section of the wording is "what.about": `inform.order_id`, `open.cancel_order`, `affirm`. One linear SVM tells what is
done, sharing all ways of insisting between the kinds of matter; another tells what about, sharing all that is said of
cancelling between opening, restating and insisting. A section's score is the sum of the two.

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
_SHORTEST, _LONGEST = 2, 4
"""Lengths of letter groups; the space before and after a word counts as a letter."""
_LETTERS = 30
"""Letters of a word that are looked at."""
_PART_LENGTHS = (1.0, 1.0, 0.7)
"""Lengths of the three parts of a feature vector: words, letters, concepts."""
_COST, _TOLERANCE = 1.0, 0.01
"""C of the SVMs, and how exactly they are solved: ten times as exactly changes nothing but the time."""
_MOST_SEEN = 1 << 12
"""Sentences whose features are remembered: customers repeat one another."""
_BALANCE = 1.0
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

        words = [_WORD.findall(_NUMBER.sub(" ", text.lower())) for text, _, _ in texts]
        tables = [TfidfVectorizer(analyzer=see) for see in self._analysers]
        parts = [table.fit_transform(words) * length for table, length in zip(tables, _PART_LENGTHS, strict=True)]
        features = hstack(parts, format="csr")
        weight = np.array([weight for _, _, weight in texts])
        names = [section for _, section, _ in texts]
        (what, what_bias), (about, about_bias) = (self._fitted(features, names, weight, side) for side in (0, 1))
        sizes = [part.shape[1] for part in parts]
        starts = np.cumsum([0, *sizes])
        self._vocabularies = [
            {feature: int(start + row) for feature, row in table.vocabulary_.items()}
            for table, start in zip(tables, starts, strict=False)
        ]
        self._idf = np.concatenate([table.idf_ for table in tables])
        self._part_of = np.repeat(np.arange(len(parts)), sizes)
        scale = self._idf * np.array(_PART_LENGTHS)[self._part_of]
        self._weights: Floats = ((what + about) * scale[:, None]).astype(np.float32)
        self._bias: Floats = (what_bias + about_bias).astype(np.float32)

    def _fitted(
        self, features: Any, names: Sequence[str], weight: npt.NDArray[np.float64], side: int
    ) -> tuple[Any, Any]:
        """Weights and intercept by section of one of the two models."""
        from sklearn.svm import LinearSVC

        labels = [_sides(name)[side] for name in names]
        model = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=0)
        model.fit(features, labels, sample_weight=weight * _balance(labels, weight))
        columns = np.searchsorted(model.classes_, [_sides(section)[side] for section in self.sections])
        return model.coef_.T[:, columns], model.intercept_[columns]


def _sides(section: str) -> tuple[str, str]:
    """What is done, and what about: ("open", "cancel_order") of "open.cancel_order", ("affirm", "affirm")."""
    what, _, about = section.partition(".")
    return what, about or what


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
