"""What is asked about a text: the labels, how often each is right, and how an answer is written and read."""

import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import NO_LABEL, Label, credit
from dialogue_gym.errors import CorpusError

_WORDS = re.compile(r"[^\W_]+")
COMMANDS: Final = ("background", "hold")
"""Answers that are no labels; no label may be called so."""

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """A text's words in small letters, without punctuation: what an answer is recognised by."""
    return tuple(_WORDS.findall(text.lower()))


class Scheme:
    """The labels of a task.

    Args:
        sentiments: The sentiments to choose from; none if they are not asked for.
        topics: The topics to choose from; none if they are not asked for.
        priors: By split and field ("sentiment", "topic"), how often each label is right.

    Attributes:
        fields: What is asked for, in the order of an answer.
        labels: Every label there is.

    Raises:
        CorpusError: Two answers would read alike.
    """

    def __init__(
        self,
        sentiments: Sequence[str],
        topics: Sequence[str],
        priors: Mapping[str, Mapping[str, Mapping[str, float]]],
    ) -> None:
        asked = {"sentiment": tuple(sentiments), "topic": tuple(topics)}
        self.values = {field: values for field, values in asked.items() if values}
        self.fields = tuple(self.values)
        self.labels = tuple(Label(s, t) for s in asked["sentiment"] or ("",) for t in asked["topic"] or ("",))
        self.priors = priors
        self._acts = {label: Act("label", {f: getattr(label, f) for f in self.fields}) for label in self.labels}
        self._by_name = {str(label): label for label in self.labels}
        self._answers: dict[Words, Label] = {(command,): NO_LABEL for command in COMMANDS}
        for label in self.labels:
            for order in permutations(self.fields):
                words = sum((words_of(getattr(label, field)) for field in order), ())
                other = self._answers.setdefault(words, label)
                if other != label or not words:
                    raise CorpusError(
                        f"Expected labels that differ in their words, got {str(label)!r} beside "
                        f"{str(other) or ', '.join(COMMANDS)!r}: case and punctuation do not count."
                    )

    def read(self, answer: str) -> Label | None:
        """The label that an answer gives, in any order of its fields; None if it is none."""
        label = self._answers.get(words_of(answer))
        return label if label in self._acts else None

    def act(self, label: Label) -> Act:
        """The act of giving a label."""
        return self._acts[label]

    def label_of(self, act: Act) -> Label | None:
        """The label that an act gives; None if it is another act, or names labels that there are not."""
        if act.name != "label" or act.call:
            return None
        get = act.args.get
        sentiment, topic = get("sentiment", ""), get("topic", "")
        if not isinstance(sentiment, str) or not isinstance(topic, str):
            return None
        label = Label(sentiment, topic)
        return label if label in self._acts and len(act.args) == len(self.fields) else None

    def credits(self, split: str, named: Label, right: Label) -> dict[str, float]:
        """What a label earns, by field."""
        priors = self.priors[split]
        return {
            field: credit(getattr(named, field), getattr(named, field) == getattr(right, field), priors[field])
            for field in self.fields
        }

    def pairs(self, field: str, outcome: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The (right, named) labels of a field in an outcome; "" for an answer that was not given."""
        right, named = (outcome[name].split("\n") for name in ("label", "predicted"))
        return [
            (getattr(self._by_name[r], field), getattr(self._by_name[n], field) if n else "")
            for r, n in zip(right, named, strict=True)
        ]
