"""The recogniser: what it hears in hand-made utterances, and that nothing makes it stumble."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.retail.vocabulary import VOCABULARY
from dialogue_gym.envs.customer_service.understanding import Recogniser

CASES = Path(__file__).with_name("understanding_cases.txt")
_FLOATS = ("amount", "balance", "price", "price_difference", "refund_amount", "credit_amount", "money")


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(VOCABULARY)


def read_value(name: str, text: str) -> Any:
    if name in _FLOATS:
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def read_act(text: str) -> Act:
    name, _, rest = text.strip().partition(":")
    if not rest:
        return Act(name)
    if name in ("ask", "refuse"):
        return Act(name, {"slot" if name == "ask" else "clause": rest})
    if name == "tell":
        fact, _, value = rest.partition("=")
        return Act(name, {fact: read_value(fact, value)})
    tool, _, inside = rest.rstrip(")").partition("(")
    details = dict(re.findall(r"(\w+)=(.*?)(?:, (?=\w+=)|$)", inside))
    return Act(name, {"tool": tool} | {slot: read_value(slot, value) for slot, value in details.items()})


def read_cases() -> list[Any]:
    cases, section = [], ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            text, _, acts = line.rpartition(" => ")
            cases.append(pytest.param(text, [read_act(act) for act in acts.split("; ")], id=f"{section}: {text}"))
    return cases


@pytest.mark.parametrize(("text", "acts"), read_cases())
def test_hears(recogniser: Recogniser, text: str, acts: list[Act]) -> None:
    heard = list(recogniser.understand(text))
    assert sorted(heard, key=sort_key) == sorted(acts, key=sort_key)


def sort_key(act: Act) -> tuple[str, str]:
    return act.name, repr(sorted(act.args.items()))
