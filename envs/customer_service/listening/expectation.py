"""What customers tend to answer, by what the agent has just said.

"12 Mill Lane, Easton 40123." after a question is an answer, after a proposal a correction. Where an agent hands over
its own message, the sections that it calls for become likelier.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act

LIKELIER = 2.5
"""Log-odds that an answer has more where it is called for."""

_ANSWERS: dict[str, tuple[str, ...]] = {
    "propose": ("affirm", "negate", "correct.", "change."),
    "refuse": ("insist.", "accept_refusal", "negate"),
    "tell": ("thank", "wait", "ask_fact."),
    "offer_more": ("finish", "more", "open.", "hint.", "ask_fact.", "restate."),
    "greet": ("wait",),
    "apologise": ("wait",),
    "hold": ("wait",),
    "unclear": ("confused",),
    "silence": ("nudge",),
    "dismiss": ("shocked", "hangup"),
}
"""Beginnings of the sections that an act of the agent calls for."""
_ASKED = {
    "identity": (
        "inform.email",
        "inform.name_zip",
        "inform.zip",
        "again.email",
        "again.name_zip",
        "withhold",
        "unknown.email",
    ),
    "matter": ("open.", "restate."),
}
"""The same for what is asked for."""
_ASKED_SLOT = ("inform.{slot}", "again.{slot}", "correct.{slot}", "unknown.{slot}")
"""The same for any other slot."""


def expected(acts: Iterable[Act], sections: Sequence[str]) -> npt.NDArray[np.float32]:
    """(sections,): log-odds of each section after the agent's acts."""
    odds = np.zeros(len(sections), np.float32)
    for act in acts:
        called_for = _ANSWERS.get(act.name, ())
        if act.name == "ask":
            slot = act.args["slot"]
            called_for = _ASKED.get(slot) or tuple(answer.format(slot=slot) for answer in _ASKED_SLOT)
        answers = [LIKELIER * section.startswith(called_for) for section in sections]
        odds = np.maximum(odds, np.array(answers, np.float32))
    return odds
