"""What customers tend to answer, by what the agent has just said.

"12 Mill Lane, Easton 40123." after a question is an answer, after a proposal a correction. Where an agent hands over
its own message, the sections that it calls for are given `LIKELIER` log-odds more.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act

LIKELIER = 1.5

_ANSWERS: dict[str, tuple[str, ...]] = {
    "ask": ("inform.{slot}", "again.{slot}", "correct.{slot}", "unknown.{slot}"),
    "propose": ("affirm", "negate", "correct.", "change."),
    "refuse": ("insist.", "accept_refusal", "negate"),
    "tell": ("thank", "wait", "ask_fact."),
    "offer_more": ("finish", "more", "open.", "ask_fact.", "restate."),
    "greet": ("wait",),
    "apologise": ("wait",),
    "hold": ("wait",),
    "unclear": ("confused",),
    "silence": ("nudge",),
    "dismiss": ("shocked", "hangup"),
}
"""Beginnings of the sections that an act of the agent calls for."""
_ASKED = {
    "identity": ("inform.email", "inform.name_zip", "again.email", "again.name_zip", "withhold", "unknown.email"),
    "matter": ("open.", "restate."),
}
"""The same for what is asked for beside slots."""


def expected(acts: Iterable[Act], sections: Sequence[str]) -> npt.NDArray[np.float32]:
    """(sections,): log-odds of each section after the agent's acts."""
    called_for: list[str] = []
    for act in acts:
        slot = str(act.args.get("slot", ""))
        called_for += _ASKED.get(slot) or [answer.format(slot=slot) for answer in _ANSWERS.get(act.name, ())]
    odds = [LIKELIER * any(section.startswith(answer) for answer in called_for) for section in sections]
    return np.array(odds, np.float32)
