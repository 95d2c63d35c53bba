"""How customers of every desk talk: yes and no, who they are, small talk, impatience, goodbye.

The words stand in the web shop's wording, where they were first written; its task hash covers them there. What speaks
of its trade is left out.
"""

import re
from collections.abc import Mapping
from importlib.resources import files

from dialogue_gym.wording import Form, Wording

SECTIONS = (
    "inform.address", "inform.email", "inform.name_zip", "inform.name", "inform.zip", "correct.address",
    "change.address", "change.nothing", "unknown.email", "unknown.zip", "withhold", "again.email", "again.name_zip",
    "again.address", "affirm", "negate", "confused", "lost_thread", "nudge", "complain", "thank", "accept_refusal",
    "shocked", "finish", "hangup", "more", "greeting", "chat", "please", "ask_fact.delivery_date",
    "ask_fact.refund_amount", "ask_fact.refund_date", "ask_fact.claim_number", "ask_fact.answer", "ask_fact.done",
    "wait", "insist.identity",
)  # fmt: skip
_TRADE = re.compile(r"\b(?:shop|order|orders|ordering|parcel|package|item|product|deliver)\b", re.IGNORECASE)


def common_forms(split: str) -> Mapping[str, tuple[Form, ...]]:
    """The forms of `SECTIONS` in a split that fit any desk."""
    folder = files("dialogue_gym.envs.customer_service.retail").joinpath("wording")
    shop = Wording.load(folder.joinpath(f"{split}.txt"))
    return {
        name: tuple(form for form in shop.sections[name] if not _TRADE.search(form.text))
        for name in SECTIONS
        if name in shop.sections
    }
