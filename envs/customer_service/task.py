"""Customer service as a task: one engine, a domain's data, a difficulty."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from dialogue_gym.acts import CALL_OPEN, Act, split_action
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.domain import Domain, find_domain
from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode
from dialogue_gym.envs.customer_service.listening import Listener
from dialogue_gym.envs.customer_service.noise import misheard
from dialogue_gym.envs.customer_service.reward import CustomerServiceReward
from dialogue_gym.envs.customer_service.tracker import Belief, Layout
from dialogue_gym.episode import Event
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards.base import RewardModel
from dialogue_gym.task import DIFFICULTIES, Task

DOMAINS = ("retail", "banking")
MAX_TURNS = {"easy": 30, "medium": 40, "hard": 60}


class CustomerServiceTask(Task):
    """A desk at a difficulty.

    Args:
        domain: The desk.
        difficulty: "easy", "medium" or "hard".
        kinds: The only kinds of matter that come up; empty for all.
    """

    null_act = "hold"

    def __init__(self, domain: Domain, difficulty: str, kinds: tuple[str, ...] = ()) -> None:
        self.domain = domain
        self.difficulty = difficulty
        self.kinds = frozenset(kinds or domain.kinds)
        corpus = () if domain.corpus is None else (f"corpus={Path(domain.corpus[0]).name}",)
        self.name = "/".join(("customer_service", domain.name, difficulty, *corpus, *kinds))
        self.version = domain.version
        self.max_turns = MAX_TURNS[difficulty]
        self.nlu_error = domain.nlu_error
        self.metrics = domain.metrics
        self.layout = Layout(domain)
        self.act_names = self.layout.act_names
        self.feature_names = self.layout.feature_names
        self.tools = [tool.schema for tool in domain.tools.values()]
        self._reward = CustomerServiceReward()

    @property
    def reward(self) -> RewardModel:
        """Success, progress, violations, turns, satisfaction."""
        return self._reward

    def episode(self, max_turns: int | None = None) -> CustomerServiceEpisode:
        """A new conversation."""
        return CustomerServiceEpisode(self, max_turns)

    def tracker(self) -> Belief:
        """A new belief."""
        return Belief(self.layout)

    def parse(self, text: str) -> tuple[Act, ...]:
        """What is said, as the customer understands it, then the calls."""
        if CALL_OPEN not in text:
            return self.domain.understand(text)
        message, calls = split_action(text)
        return (*self.domain.understand(message), *calls) if message else calls

    def render(self, acts: Sequence[Act]) -> str:
        """The canonical string of acts."""
        return self.domain.render(acts)

    @cached_property
    def _listener(self) -> Listener:
        return Listener(self.domain)

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """Recognises customers' dialogue acts and reads tools' results."""
        return self._listener.listen(messages)

    def mishear(self, heard: Sequence[Event], stream: Stream, error: float) -> Sequence[Event]:
        """Loses or mistakes acts at the given rate."""
        return misheard(heard, stream, error, self.domain.kinds)

    def content_hash(self) -> str:
        """SHA-256 of the domain's content, the difficulty and the version."""
        digest = hashlib.sha256(f"{self.name} {self.version}".encode())
        digest.update(self.domain.content())
        return digest.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        kinds = None if self.kinds.issuperset(self.domain.kinds) else sorted(self.kinds)
        corpus, data_dir = self.domain.corpus or (None, None)
        return load_task, (self.domain.name, self.difficulty, corpus, kinds, data_dir)


def load_task(
    domain: str,
    difficulty: str,
    corpus: str | None = None,
    kinds: Sequence[str] | None = None,
    data_dir: str | None = None,
) -> CustomerServiceTask:
    """The task of a domain at a difficulty; one object per process.

    Args:
        domain: The desk's name.
        difficulty: "easy", "medium" or "hard".
        corpus: What customers wrote, as in `corpora`; None for the built-in wording.
        kinds: The only kinds of matter that come up, in any order; None for all. Another choice is another task set.
        data_dir: The folder of published data sets; None for the one that DIALOGUE_GYM_DATA names.

    Raises:
        UnknownNameError: No such domain, difficulty or kind.
        ConfigurationError: The corpus is not for this desk, or `data_dir` is no folder.
        CorpusError: The corpus is not there, or not as expected.
    """
    if domain not in DOMAINS:
        raise UnknownNameError("domain", domain, DOMAINS)
    if difficulty not in DIFFICULTIES:
        raise UnknownNameError("difficulty", difficulty, DIFFICULTIES)
    known = find_domain(domain).kinds
    if isinstance(kinds, str) or (kinds is not None and not len(kinds)):
        raise ConfigurationError(f"Expected kinds to be a list of at least one kind of matter, or None, got {kinds!r}.")
    for kind in kinds or ():
        if kind not in known:
            raise UnknownNameError("kind of matter", kind, known)
    chosen = tuple(sorted(set(kinds or ())))
    written = None if corpus is None else (corpus, data_dir)
    return _load_task(domain, difficulty, written, () if len(chosen) == len(known) else chosen)


@lru_cache(maxsize=16)
def _load_task(
    domain: str, difficulty: str, corpus: tuple[str, str | None] | None, kinds: tuple[str, ...]
) -> CustomerServiceTask:
    return CustomerServiceTask(find_domain(domain, corpus), difficulty, kinds)
