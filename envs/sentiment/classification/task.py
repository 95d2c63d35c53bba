"""The task apart from any one text: acts, their text form, and what a listener makes of a message."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from dialogue_gym.acts import Act, join_action, split_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification.episode import (
    SentimentClassificationEpisode,
    background_event,
    help_event,
    text_event,
)
from dialogue_gym.envs.sentiment.classification.instructions import instructions, reminder
from dialogue_gym.envs.sentiment.classification.reward import LabelReward
from dialogue_gym.envs.sentiment.classification.scheme import COMMANDS, Scheme, words_of
from dialogue_gym.envs.sentiment.classification.sources import FromCorpus, Generated, Source
from dialogue_gym.envs.sentiment.classification.texts import REGISTERS
from dialogue_gym.envs.sentiment.classification.tracker import FEATURES, HashedWords
from dialogue_gym.envs.sentiment.corpora import load_corpus
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.metrics import classification
from dialogue_gym.task import DIFFICULTIES, SPLITS, Task

GENERATOR: Final = 3
"""Raised whenever the code (rather than the data) that makes scenarios changes what it makes."""
TURNS: Final = 3
"""Turns for each text."""
ANY_DIFFICULTY: Final = "medium"
"""What `difficulty` must be with a corpus, whose texts are as hard as they are."""

_SHOWN = re.compile(
    rf"({'|'.join(register.capitalize() for register in (*REGISTERS, 'text'))}): ([^\n]*)(?:\nEntity: ([^\n]+))?"
)
_BACKGROUND = re.compile(r"Background: (.*)", re.DOTALL)


class SentimentClassificationTask(Task):
    """Financial texts: which topic, and good or bad news for whom?

    Args:
        source: Where the texts come from.
        made_by: The arguments of `load_task` that make this task.
        texts_per_episode: How many texts are labelled in an episode.

    Attributes:
        scheme: What is asked for.
        list_keys: Names each split's texts.
        help: The answer to what is not an answer.
        grounded: The acts behind each number.
        background_number: Number of the act of asking for background; None if there is none.
    """

    version = 2
    feature_names = FEATURES
    null_act = "hold"

    def __init__(self, source: Source, made_by: tuple[Any, ...], texts_per_episode: int = 1) -> None:
        self.source = source
        self.scheme: Scheme = source.scheme
        self.texts_per_episode = texts_per_episode
        self.one_decision = texts_per_episode == 1
        several = f".{texts_per_episode}" if texts_per_episode > 1 else ""
        self.name = f"sentiment_classification.{source.name}{several}"
        self.list_keys: dict[str, int] = {split: key(self.name, self.version, split) for split in SPLITS}
        self.max_turns = TURNS * texts_per_episode
        generated = source.has_background
        self.test_scenarios = source.list_size if generated else source.list_size // texts_per_episode
        self.train_texts = source.train_size
        self.tools: list[dict[str, Any]] = []
        self.instructions = instructions(
            self.scheme,
            generated=generated,
            has_entities=source.has_entities,
            texts=texts_per_episode,
            turns=self.max_turns,
        )
        self.help = reminder(self.scheme, generated=generated)
        self.metrics = sum(
            (
                classification(field, self.scheme.values[field], _pairs_of(self.scheme, field))
                for field in self.scheme.fields
            ),
            (),
        )
        commands = COMMANDS if generated else COMMANDS[1:]
        acts = {_act_name(self.scheme.act(label)): self.scheme.act(label) for label in self.scheme.labels}
        acts |= {command: Act(command) for command in commands}
        self.act_names = tuple(acts)
        self.grounded = tuple((act,) for act in acts.values())
        self.background_number = self.act_names.index("background") if generated else None
        self._reward = LabelReward(self.scheme.fields, texts_per_episode, has_background=generated)
        self._made_by = made_by

    @property
    def reward(self) -> LabelReward:
        """Chance-corrected labels less small costs."""
        return self._reward

    def episode(self, max_turns: int | None = None) -> SentimentClassificationEpisode:
        """A new state machine."""
        return SentimentClassificationEpisode(self, max_turns)

    def tracker(self) -> HashedWords:
        """A new belief tracker."""
        return HashedWords(self)

    def parse(self, text: str) -> tuple[Act, ...]:
        """The label, request or silence that a string stands for; case and punctuation do not matter.

        What is said comes before calls; calls are answered as not understood, for there are no tools.
        """
        message, calls = split_action(text)
        if message or not calls:
            return (self._read_answer(message), *calls)
        return calls

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical action string of acts."""
        said = [self._say(act) for act in acts if not act.call]
        return join_action("\n".join(said), [act for act in acts if act.call])

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Takes the desk's fixed forms apart again, which never fails: `nlu_error` is 0."""
        return tuple(self._read_message(message["content"]) for message in messages if message["role"] != "assistant")

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Each word of a text is lost with probability `error`."""
        return [_mishear_one(event, stream, error) for event in heard]

    def content_hash(self) -> str:
        """SHA-256 over name, version, generator and the texts or what they are made from."""
        digest = hashlib.sha256(f"{self.name} {self.version} {GENERATOR}".encode())
        for content in self.source.content():
            digest.update(content)
        return digest.hexdigest()

    def _read_answer(self, message: str) -> Act:
        if not message:
            return Act("hold")
        label = self.scheme.read(message)
        if label is not None:
            return self.scheme.act(label)
        command = " ".join(words_of(message))
        return Act(command) if command in COMMANDS else Act("unclear")

    def _say(self, act: Act) -> str:
        label = self.scheme.label_of(act)
        if label is not None:
            return str(label)
        return act.name if act.name in COMMANDS and not act.args else "?"

    def _read_message(self, text: str) -> Event:
        if match := _SHOWN.fullmatch(text):
            return text_event(match[1].lower(), match[2], match[3] or "")
        if match := _BACKGROUND.fullmatch(text):
            return background_event(match[1])
        return help_event(self.help)

    def __reduce__(self) -> tuple[Any, ...]:
        return load_task, self._made_by


def load_task(
    difficulty: str, corpus: str | None = None, data_dir: str | None = None, texts_per_episode: int = 1
) -> SentimentClassificationTask:
    """The task, made once per process.

    Args:
        difficulty: What generated texts are made of, see `texts.MIXES`.
        corpus: Real texts in their place: a name or a path, see `envs.sentiment.corpora`.
        data_dir: The folder of published data sets; None for the one that DIALOGUE_GYM_DATA names.
        texts_per_episode: How many texts are labelled in an episode.
    """
    if difficulty not in DIFFICULTIES:
        raise ConfigurationError(f"Expected difficulty to be one of {', '.join(DIFFICULTIES)}, got {difficulty!r}.")
    if isinstance(texts_per_episode, bool) or not isinstance(texts_per_episode, int) or texts_per_episode < 1:
        raise ConfigurationError(
            f"Expected texts_per_episode to be an integer of at least 1, got {texts_per_episode!r}."
        )
    if corpus is None:
        return _generated(difficulty, texts_per_episode)
    if difficulty != ANY_DIFFICULTY:
        raise ConfigurationError(
            f"Expected difficulty {ANY_DIFFICULTY!r} with corpus={corpus!r}, got {difficulty!r}: its texts are as hard "
            "as they are. Leave it out."
        )
    loaded = load_corpus(corpus, data_dir)
    if len(loaded.splits["test"]) < texts_per_episode:
        raise ConfigurationError(
            f"Expected texts_per_episode of at most {len(loaded.splits['test'])}, the length of the test list of "
            f"corpus {corpus!r}, got {texts_per_episode}."
        )
    return _from_corpus(loaded, (difficulty, corpus, data_dir, texts_per_episode))


@cache
def _generated(difficulty: str, texts_per_episode: int) -> SentimentClassificationTask:
    return SentimentClassificationTask(
        Generated(difficulty), (difficulty, None, None, texts_per_episode), texts_per_episode
    )


@cache
def _from_corpus(corpus: Any, made_by: tuple[Any, ...]) -> SentimentClassificationTask:
    return SentimentClassificationTask(FromCorpus(corpus), made_by, made_by[-1])


def _act_name(act: Act) -> str:
    return ":".join(["label", *("-".join(words_of(value)) for value in act.args.values())])


def _pairs_of(scheme: Scheme, field: str) -> Any:
    return lambda outcome: scheme.pairs(field, outcome)


def _mishear_one(event: Event, stream: Stream, error: float) -> Event:
    (act,) = event.content
    if "entity" not in act.args:
        return event
    words = [word for word in act.args["text"].split() if not stream.chance(error)]
    return text_event(act.name, " ".join(words), act.args["entity"])
