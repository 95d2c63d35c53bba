"""The state machine: a text is shown, the agent looks closer or labels it, and the next one comes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import fold, name_key
from dialogue_gym.envs.sentiment.classification.labels import NO_LABEL, Label
from dialogue_gym.envs.sentiment.classification.texts import Headline
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.classification.task import SentimentClassificationTask

_BACKGROUND = name_key("sentiment.classification.background")


class SentimentClassificationEpisode(Episode):
    """Some texts to label, one after another.

    Attributes:
        headline: The text at hand with its right answer (hidden state).
        right: The right labels of the texts that were labelled (hidden state).
        predicted: The agent's labels for them.
        background_given: Whether the agent has asked for background to the text at hand.
    """

    task: "SentimentClassificationTask"
    headline: Headline

    def __init__(self, task: "SentimentClassificationTask", max_turns: int | None = None) -> None:
        super().__init__(task, max_turns)
        self.right: list[Label] = []
        self.predicted: list[Label] = []
        self.background_given = False
        self._key = 0

    @property
    def instructions(self) -> str:
        """What the agent is asked to do, and in which format."""
        return self.task.instructions

    def oracle_acts(self) -> tuple[Act, ...]:
        """The right label."""
        return (self.task.scheme.act(self.headline.label),)

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        self.right, self.predicted = [], []
        self._key = scenario_key
        return (self._next(),)

    def _next(self) -> Event:
        """Shows the next text."""
        self.headline = self._text(len(self.right))
        self.background_given = False
        return self._show()

    def _text(self, number: int) -> Headline:
        """The text of a number in this episode."""
        dialogue, task = self.dialogue, self.task
        assert dialogue is not None
        place = dialogue.scenario * task.texts_per_episode + number
        text_key = fold(self._key, number) if number else self._key
        return task.source.text(dialogue.split, task.list_keys[dialogue.split], place, text_key)

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        heard: list[Event] = []
        for act in acts:
            label = self.task.scheme.label_of(act)
            if label is not None:  # the turn ends with it: what follows would be said without having read
                return (*heard, *self._take(label))
            heard.append(self._answer(act))
        self.facts["extra_turn"] = 1.0
        return tuple(heard)

    def _take(self, label: Label) -> tuple[Event, ...]:
        assert self.dialogue is not None
        right = self.headline.label
        self.right.append(right)
        self.predicted.append(label)
        self.facts.update(self.task.scheme.credits(self.dialogue.split, label, right))
        if len(self.right) < self.task.texts_per_episode:
            return (self._next(),)
        self.stop(StopReason.COMPLETED)
        return ()

    def _answer(self, act: Act) -> Event:
        if act == Act("hold"):
            return self._show()
        source = self.task.source
        if act == Act("background") and source.has_background and not self.background_given:
            assert self.dialogue is not None
            self.background_given = True
            self.facts["background"] = 1.0
            return background_event(source.background(self.dialogue.split, self.headline, self.stream(_BACKGROUND)))
        return help_event(self.task.help)

    def _show(self) -> Event:
        return text_event(self.headline.register, self.headline.text, self.headline.company.name)

    def _measure(self) -> Mapping[str, Any]:
        task = self.task
        right, named = self.right, self.predicted
        unanswered = task.texts_per_episode - len(named)
        if unanswered:
            last = [self.headline.label, *(self._text(len(right) + n).label for n in range(1, unanswered))]
            right, named = right + last, named + [NO_LABEL] * unanswered
        outcome: dict[str, Any] = {"success": float(right == named)}
        for field in task.scheme.fields:
            hits = sum([getattr(r, field) == getattr(n, field) for r, n in zip(right, named, strict=True)])
            outcome[f"{field}_correct"] = hits / task.texts_per_episode
        outcome["label"] = "\n".join([str(label) for label in right])
        outcome["predicted"] = "\n".join([str(label) for label in named])
        outcome["violations"] = 0.0
        return outcome


def text_event(register: str, text: str, entity: str) -> Event:
    """A text as the agent hears it.

    Args:
        register: What kind of text: "headline", "post", "review", or "text" where nothing more is known.
        text: The text, one line.
        entity: Whom the question is about; "" for nobody in particular.
    """
    content = (Act(register, {"text": text, "entity": entity}),)
    said = f"{register.capitalize()}: {text}"
    return Event("user", content, lambda: f"{said}\nEntity: {entity}" if entity else said)


def background_event(text: str) -> Event:
    """The answer to a request for background."""
    return Event("user", (Act("background", {"text": text}),), lambda: f"Background: {text}")


def help_event(text: str) -> Event:
    """The answer to what is not an answer."""
    return Event("user", (Act("help"),), lambda: text)
