"""The yardstick of desks that choose answers: TF-IDF and a linear support vector machine on the first message.

It learns from the train split what anybody who plays it can see: customers' first messages, and the right answers that
the outcome of an ended episode tells. On the text view it chooses the answer to what it hears first, once asking back
when no answer's machine claims the message, searches the articles for the customer's words, and says goodbye: it
classifies and retrieves, and does not serve.

    dialogue-gym evaluate --agent intents --env CustomerService-v0 --split test --env-kwargs '{"domain": "banking"}'
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from dialogue_gym.acts import Act
from dialogue_gym.agent import Agent
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.task import Task

EPISODES = 40_000
"""Train episodes that are looked at, at most."""
PATIENCE = 4_000
"""Train episodes in a row without a message that was not heard before, after which no more are looked at."""
CHOOSE, SEARCH = "use_template", "search_kb"
"""The tools that choose an answer and find articles."""
_ASK = (Act("ask", {"slot": "matter"}),)
_CLOSE = (Act("close"),)


def first_messages(task: Task) -> Iterator[tuple[str, str]]:
    """Different first messages of the train split, each with the right answer of its matter."""
    seen: set[str] = set()
    last = 0
    for scenario in range(EPISODES):
        episode = task.episode(max_turns=1)
        (heard,) = episode.start("train", scenario)
        episode.apply(_CLOSE)
        assert episode.dialogue is not None
        assert episode.dialogue.outcome is not None, "a closed episode has its outcome"
        text = heard.message()["content"]
        if text not in seen:
            seen.add(text)
            last = scenario
            yield text, episode.dialogue.outcome["answers"].partition("\t")[0]
        elif scenario - last > PATIENCE:
            return


class IntentsAgent(ScriptedAgent):
    """Plays the text view by choosing the answer to the first message.

    Args:
        task: A task of customer service whose desk chooses answers.

    Raises:
        ConfigurationError: The task's desk chooses no answers.
    """

    def __init__(self, task: Task) -> None:
        super().__init__("")
        if f"call:{CHOOSE}" not in task.act_names:
            raise ConfigurationError(f"Expected a task whose desk has the tool {CHOOSE}, got {task.name!r}.")
        self.task = task
        texts, answers = zip(*first_messages(task), strict=True)
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._model = LinearSVC(C=1.0, random_state=0).fit(self._vectorizer.fit_transform(texts), answers)
        self._scores: dict[int, npt.NDArray[np.float64]] = {}
        self._words: dict[int, str] = {}
        self._todo: dict[int, list[Act]] = {}

    def begin(self, row: int) -> None:
        """Forgets the row's last conversation."""
        for kept in (self._scores, self._words, self._todo):
            kept.pop(row, None)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> str:
        """The answer, a question, a search, or goodbye."""
        if row in self._todo:
            return self.task.render((self._todo[row].pop(0),))
        text = " ".join(message["content"] for message in info["messages"] if message["role"] == "user")
        asked = row in self._scores
        self._words[row] = f"{self._words.get(row, '')} {text}".strip()
        scores = self._claims(text) + self._scores.get(row, 0.0)
        self._scores[row] = scores
        if not asked and scores.max() < 0:
            return self.task.render(_ASK)
        self._todo[row] = [Act(SEARCH, {"query": self._words[row]}, True), *_CLOSE]
        return self.task.render((Act(CHOOSE, {"template": str(self._model.classes_[scores.argmax()])}, True),))

    def _claims(self, text: str) -> npt.NDArray[np.float64]:
        """How strongly each answer's machine claims a text; of two answers there is one machine, for the second."""
        claims: npt.NDArray[np.float64] = self._model.decision_function(self._vectorizer.transform([text]))[0]
        return np.array([-claims, claims]) if claims.ndim == 0 else claims


def make_intents(env: Any) -> Agent:
    """The agent for an environment, on the text view.

    Raises:
        ConfigurationError: It is the numeric view, or the task's desk chooses no answers.
    """
    seat = Seat.of(env)
    if not seat.text:
        raise ConfigurationError(
            f"Expected the text view of task {seat.task.name!r}, got its numeric view, which shows no words. "
            "Leave 'Acts' out of the environment's id."
        )
    return IntentsAgent(seat.task)
