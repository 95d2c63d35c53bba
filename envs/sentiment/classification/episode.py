"""The state machine: a headline is shown, the agent looks closer or labels it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key, name_key
from dialogue_gym.envs.sentiment.classification.labels import (
    SENTIMENT_PRIORS,
    SENTIMENTS,
    TOPIC_PRIORS,
    TOPICS,
    Label,
    balanced_label,
    credit,
    drawn_label,
)
from dialogue_gym.envs.sentiment.classification.texts import (
    Headline,
    write_background,
    write_headline,
)
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.sentiment.classification.task import SentimentClassificationTask

_LABEL = name_key("sentiment.classification.label")
_BACKGROUND = name_key("sentiment.classification.background")

HELP = (
    "Not understood. Answer with one sentiment and one topic, such as: neutral, earnings. "
    "Background is given once, for the single word: background."
)


class SentimentClassificationEpisode(Episode):
    """One headline to label.

    Attributes:
        headline: The text with its right answer (hidden state).
        predicted: The agent's label, once given.
        background_given: Whether the agent has asked for background.
    """

    task: "SentimentClassificationTask"
    headline: Headline

    def __init__(self, task: "SentimentClassificationTask", max_turns: int | None = None) -> None:
        super().__init__(task, max_turns)
        self.predicted: Label | None = None
        self.background_given = False

    @property
    def instructions(self) -> str:
        """What the agent is asked to do, and in which format."""
        return self.task.instructions

    def oracle_acts(self) -> tuple[Act, ...]:
        """The right label."""
        return (Act("label", self.headline.label._asdict()),)

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        assert self.dialogue is not None
        task, split = self.task, self.dialogue.split
        if split == "train":
            label = drawn_label(Stream(key(scenario_key, _LABEL)))
        else:
            label = balanced_label(key(task.name, task.version, split), self.dialogue.scenario)
        self.headline = write_headline(task.wording(split), task.mix, label, scenario_key)
        self.predicted = None
        self.background_given = False
        return (self._show(),)

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        heard: list[Event] = []
        for act in acts:
            label = read_label(act)
            if label is not None:
                self._take(label)
                return tuple(heard)
            heard.append(self._answer(act))
        self.facts["extra_turn"] = 1.0
        return tuple(heard)

    def _take(self, label: Label) -> None:
        right = self.headline.label
        self.predicted = label
        self.facts["sentiment"] = credit(label.sentiment, label.sentiment == right.sentiment, SENTIMENT_PRIORS)
        self.facts["topic"] = credit(label.topic, label.topic == right.topic, TOPIC_PRIORS)
        self.stop(StopReason.COMPLETED)

    def _answer(self, act: Act) -> Event:
        if act == Act("hold"):
            return self._show()
        if act == Act("background") and not self.background_given:
            assert self.dialogue is not None
            self.background_given = True
            self.facts["background"] = 1.0
            forms = self.task.wording(self.dialogue.split)
            return background_event(write_background(forms, self.headline.company, self.stream(_BACKGROUND)))
        return help_event()

    def _show(self) -> Event:
        return headline_event(self.headline.text, self.headline.company.name)

    def _measure(self) -> Mapping[str, Any]:
        right, named = self.headline.label, self.predicted
        sentiment = named is not None and named.sentiment == right.sentiment
        topic = named is not None and named.topic == right.topic
        return {
            "success": float(sentiment and topic),
            "sentiment_correct": float(sentiment),
            "topic_correct": float(topic),
            "label": str(right),
            "predicted": "" if named is None else str(named),
            "violations": 0.0,
        }


def read_label(act: Act) -> Label | None:
    """The label that an act gives; None if it is another act, or names labels that there are not."""
    if act.name != "label" or act.call:
        return None
    sentiment, topic = act.args.get("sentiment"), act.args.get("topic")
    if sentiment in SENTIMENTS and topic in TOPICS and len(act.args) == 2:
        return Label(sentiment, topic)
    return None


def headline_event(text: str, entity: str) -> Event:
    """The headline as the agent hears it."""
    content = (Act("headline", {"text": text, "entity": entity}),)
    return Event("user", content, lambda: f"Headline: {text}\nEntity: {entity}")


def background_event(text: str) -> Event:
    """The answer to a request for background."""
    return Event("user", (Act("background", {"text": text}),), lambda: f"Background: {text}")


def help_event() -> Event:
    """The answer to what is not an answer."""
    return Event("user", (Act("help"),), lambda: HELP)
