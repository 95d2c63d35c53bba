"""What the rules for every service desk have in common: small steps on the belief's features.

A step gives the name of the act that it still takes, or "" once it is done.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Features = Mapping[str, float]
Mask = Mapping[str, bool]
Slots = Mapping[str, Any]
Plan = Callable[[Features], str]

MISUNDERSTOOD = ("heard.cutoff", "heard.noise")
TWO_FAILURES = 0.6
"""Between the feature's value after one failed verification and after two."""


def understand(f: Features) -> str:
    """Asks again what did not arrive, and apologises to the upset."""
    if any(f[name] for name in MISUNDERSTOOD):
        return "clarify"
    return "apologise" if f["heard.complain"] else ""


def kind_of(f: Features, kinds: Iterable[str]) -> str | None:
    """The kind of matter that it seems to be about."""
    return next((kind for kind in kinds if f[f"kind.{kind}"]), None)


def note(kind: str, slots: Slots, wanted: Iterable[str]) -> str:
    """A kind of matter, and what is known of the values on which it turns.

    A dialogue state that is written out before each turn (Hosseini-Asl et al. 2020, arXiv:2005.00796): the values of
    records, which are read later, are easily taken for those that are wanted.

    >>> note("exchange_item", {"item": "mug", "option": "white"}, ["option"])
    'exchange_item {"option": "white"}'
    >>> note("exchange_item", {"item": "mug"}, ["option"])
    'exchange_item'
    """
    values = {slot: slots[slot] for slot in wanted if slot in slots}
    return f"{kind} {json.dumps(values, ensure_ascii=False)}" if values else kind


def begin(f: Features, kind: str | None) -> str:
    """What comes before any plan: to understand, to find out the matter, and to go on once it is settled."""
    if step := understand(f):
        return step
    if f["settled"]:
        return "offer_more"
    return "ask:matter" if kind is None else ""


def verify(f: Features, mask: Mask) -> str:
    """Finds out who is asking; refuses after two failures."""
    if f["identity.verified"]:
        return ""
    if mask["call:find_customer"]:
        return "call:find_customer"
    return "refuse:not_verified" if f["identity.failures"] > TWO_FAILURES else "ask:identity"


def do(f: Features, tool: str, *facts: str) -> str:
    """Proposes, waits for the yes, does it, tells what came of it."""
    if not f[f"called.{tool}"]:
        return f"call:{tool}" if f[f"agreed.{tool}"] else f"propose:{tool}"
    return tell(f, *facts)


def tell(f: Features, *facts: str) -> str:
    """Tells what is known and untold; then there may be more."""
    return next((f"tell:{fact}" for fact in facts if f[f"known.{fact}"] and not f[f"told.{fact}"]), "offer_more")


def ask_for(f: Features, *slots: str) -> str:
    """The question for the first slot that is not known."""
    return next((f"ask:{slot}" for slot in slots if not f[f"has.{slot}"]), "")
