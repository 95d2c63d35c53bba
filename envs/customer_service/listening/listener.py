"""Hearing chat messages: customers' texts and tools' results, as the events that a belief tracker takes in."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from importlib import import_module
from typing import Any

from dialogue_gym.acts import Act, split_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.listening.assembly import Assembler
from dialogue_gym.envs.customer_service.listening.expectation import expected
from dialogue_gym.envs.customer_service.listening.reading import Reader
from dialogue_gym.envs.customer_service.listening.results import guess_call, read_result
from dialogue_gym.envs.customer_service.listening.values import Gazetteer
from dialogue_gym.episode import Event

CUTOFF, NOISE = (Act("cutoff"),), (Act("noise"),)
_LONGEST = 4000
"""Characters of a message that are read."""
_SCENARIOS = 200
"""Train scenarios from which it is learnt which details a kind of matter has."""


class Listener:
    """Recognises what is said to a desk's agent.

    It is trained on the domain's train wording when it first hears a customer, which takes some seconds.

    Args:
        domain: The desk. Its folder has a `gazetteer` module with a `GAZETTEER`.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._gazetteer = gazetteer_of(domain)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._domain.wording["train"], self._gazetteer)

    @cached_property
    def _assembler(self) -> Assembler:
        return Assembler(self._reader.slots, _worded(self._domain), _details(self._domain), self._gazetteer)

    def listen(self, messages: Sequence[Mapping[str, str]]) -> tuple[Event, ...]:
        """An event for each message of a user or a tool, in order.

        Args:
            messages: Chat messages. The agent's own message that they answer (role "assistant") may stand before them:
                it makes no event, but tells which calls the results belong to and what the customer was asked.
        """
        events = []
        said: tuple[Act, ...] = ()
        calls: Iterator[Act] = iter(())
        for message in messages:
            role, text = message["role"], message["content"]
            if role == "assistant":
                words, made = split_action(text)
                calls = iter(made)
                said = self._domain.understand(words) if words else ()
            elif role == "tool":
                result = read_result(text)
                call = next(calls, None) or guess_call(result, self._domain, self._gazetteer)
                events.append(Event("tool", (call, result), partial(str, text)))
            elif role == "user":
                events.append(Event("user", self._acts(text, said), partial(str, text)))
        return tuple(events)

    def _acts(self, text: str, said: Sequence[Act]) -> tuple[Act, ...]:
        text = text[:_LONGEST].strip()
        if text.endswith("—"):
            return CUTOFF
        odds = expected(said, self._reader.sections) if said else 0.0
        asked = [act.args["slot"] for act in said if act.name == "ask"]
        return self._assembler.acts(self._reader.read(text, odds), asked) or NOISE


def gazetteer_of(domain: Domain) -> Gazetteer:
    """The `GAZETTEER` of the module `gazetteer` in a domain's folder."""
    gazetteer: Gazetteer = import_module(f"dialogue_gym.envs.customer_service.{domain.name}.gazetteer").GAZETTEER
    return gazetteer


def _worded(domain: Domain) -> dict[str, Sequence[str]]:
    """Values that are put in words, by slot: those that the belief counts, and those that a tool allows."""
    worded: dict[str, Any] = {}
    for slot, value in domain.values:
        worded.setdefault(slot, []).append(value)
    for tool in domain.tools.values():
        for name, schema in tool.schema["function"]["parameters"]["properties"].items():
            if name in domain.slots and "enum" in schema:
                worded[name] = schema["enum"]
    return worded


def _details(domain: Domain) -> dict[str, frozenset[str]]:
    """The slots that a matter has, by kind, as train scenarios show them."""
    details: dict[str, frozenset[str]] = {}
    for i in range(_SCENARIOS):
        for matter in domain.make_scenario(Stream(key("listening", i)), "train", "hard", domain.kinds).matters:
            details[matter.kind] = details.get(matter.kind, frozenset()) | matter.slots.keys()
    return details
