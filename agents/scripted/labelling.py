"""Agents that label texts: always with the commonest labels, or by a linear model of the words.

Both learn from the train split what anybody who plays it can see: the texts, and the right labels that the outcome of
an ended episode tells. They play the text view.

    dialogue-gym evaluate --agent tfidf --env SentimentClassification-v0 --env-kwargs '{"corpus": "sentfin"}'
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from dialogue_gym.acts import Act
from dialogue_gym.agent import Agent
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://\S+")
_WINDOW = 4
_MARK = "entity\u241f"
"""Stands for the entity in a text: no word of any text."""


class Shown(NamedTuple):
    """A text and the entity that the question is about; "" for nobody in particular."""

    text: str
    entity: str


def train_examples(task: Task) -> Iterator[tuple[Shown, Act]]:
    """The texts of the train split, each with the act of giving its right label.

    Every episode is played with any labels; the texts are read off the messages, the right labels off the outcome.

    Raises:
        ConfigurationError: The task is not one of labelling texts.
    """
    if not task.train_texts:
        raise ConfigurationError(f"Expected a task of labelling texts, got {task.name!r}. Use another agent.")
    episode, anything = task.episode(), task.tracker().ground(0)
    seen = scenario = 0
    while seen < task.train_texts:
        heard = episode.start("train", scenario)
        scenario += 1
        texts = []
        while episode.stop_reason is None:
            texts.append(_shown(task.listen([event.message() for event in heard])))
            heard = episode.apply(anything).heard
        assert episode.dialogue is not None
        assert episode.dialogue.outcome is not None, "an ended episode has its outcome"
        for text, label in zip(texts, episode.dialogue.outcome["label"].split("\n"), strict=True):
            (act,) = task.parse(label)
            seen += 1
            if text is not None:
                yield text, act


class LabellingAgent(ScriptedAgent):
    """Plays the text view by giving every text its labels at once; what is no text is answered with silence.

    It is made anew from the train split each time, always the same: there is nothing to save.

    Args:
        task: The task that is played.
    """

    def __init__(self, task: Task) -> None:
        super().__init__("")
        self.task = task
        self._last: dict[int, Shown] = {}

    def begin(self, row: int) -> None:
        """Forgets the last text."""
        self._last.pop(row, None)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> str:
        """The labels of the text that was shown last."""
        text = _shown(self.task.listen(info["messages"])) or self._last.get(row)
        if text is None:
            return ""
        self._last[row] = text
        return self.task.render((Act("label", self.label(text)),))

    def label(self, text: Shown) -> dict[str, str]:
        """The label of each field."""
        raise NotImplementedError


class MajorityAgent(LabellingAgent):
    """Gives the commonest label of the train split, field by field."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        labels = [act.args for _, act in train_examples(task)]
        self._commonest = {field: Counter(label[field] for label in labels).most_common(1)[0][0] for field in labels[0]}

    def label(self, text: Shown) -> dict[str, str]:
        """The same, always."""
        return self._commonest


class TfidfAgent(LabellingAgent):
    """A linear support vector machine for each field, over TF-IDF of `terms`."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        texts, acts = zip(*train_examples(task), strict=True)
        self._vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
        features = self._vectorizer.fit_transform(texts)
        self._models = {
            field: LinearSVC(C=1.0, random_state=0).fit(features, [act.args[field] for act in acts])
            for field in acts[0].args
        }

    def label(self, text: Shown) -> dict[str, str]:
        """What the models say."""
        features = self._vectorizer.transform([text])
        return {field: str(model.predict(features)[0]) for field, model in self._models.items()}


def terms(shown: Shown) -> list[str]:
    """What the linear model counts: words, neighbours, and words left and right of the entity, which is one word.

    >>> terms(Shown("Ravenna sinks", "Ravenna"))[1:]
    ['sinks', 'R sinks', 'R1 sinks', 'entity\u241f sinks']
    """
    text = _LINK.sub(" ", shown.text)
    parts = re.split(re.escape(shown.entity), text, flags=re.IGNORECASE) if shown.entity else [text]
    words: list[str] = []
    places = []
    for number, part in enumerate(parts):
        if number:
            places.append(len(words))
            words.append(_MARK)
        words += _WORD.findall(part.lower())
    found = list(words)
    for place in places:
        left, right = words[max(0, place - _WINDOW) : place][::-1], words[place + 1 : place + 1 + _WINDOW]
        for side, near in (("L", left), ("R", right)):
            found += [f"{side} {word}" for word in near]
            found += [f"{side}{distance} {word}" for distance, word in enumerate(near[:-1] or near, 1)]
    return found + [f"{one} {other}" for one, other in pairwise(words)]


def make_majority(env: Any) -> Agent:
    """The agent for an environment, on the text view."""
    return MajorityAgent(_text_task(env))


def make_tfidf(env: Any) -> Agent:
    """The agent for an environment, on the text view."""
    return TfidfAgent(_text_task(env))


def _text_task(env: Any) -> Task:
    seat = Seat.of(env)
    if not seat.text:
        raise ConfigurationError(
            f"Expected the text view of task {seat.task.name!r}, got its numeric view, which shows no words. "
            "Leave 'Acts' out of the environment's id."
        )
    return seat.task


def _shown(events: Sequence[Event]) -> Shown | None:
    """The last text among what was heard."""
    texts = [act.args for event in events for act in event.content if "entity" in act.args]
    return Shown(texts[-1]["text"], texts[-1]["entity"]) if texts else None
