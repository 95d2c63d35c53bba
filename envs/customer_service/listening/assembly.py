"""From sections of the wording to dialogue acts, as the simulated customer makes them.

- `open.X` and `restate.X` are the act of that name with its kind, and values given beside it are its details. A message
  has one matter: the one that was recognised best.
- `topic.X` is the detail `question` of the kind that is about a question.
- `inform.X`, `correct.X`, `again.X` and `change.X` give the values found in them. A value that could fill several slots
  fills one that the message's matter speaks of or that was asked for, else the section's own.
- What is put in words ("I ordered it by mistake") is a detail only of matters that have such a detail.
- Values that a section has no place for are given beside it: "Yes, for W40213." is a yes and a number.
- Greetings, small talk and polite tails say nothing.
"""

from collections.abc import Collection, Mapping, Sequence

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.listening.reading import Span
from dialogue_gym.envs.customer_service.listening.values import Gazetteer, Mention

_MATTER = frozenset({"open", "restate"})
_GIVES = frozenset({"inform", "correct", "again", "change"})
_SAYS_NOTHING = frozenset({"greeting", "chat", "please"})
_ARGUMENT = {"unknown": "slot", "ask_fact": "fact", "insist": "kind", "hint": "topic"}
"""The argument that the second half of a section's name is."""


class Assembler:
    """Makes acts of sections.

    Args:
        slots: The values that a section's forms have a place for, by section.
        worded: Values that customers put in words, by slot: {"preference": ("refund", "replacement")}.
        details: The slots that a matter has, by kind.
        gazetteer: The domain's values.
    """

    def __init__(
        self,
        slots: Mapping[str, frozenset[str]],
        worded: Mapping[str, Sequence[str]],
        details: Mapping[str, frozenset[str]],
        gazetteer: Gazetteer,
    ) -> None:
        self._slots = slots
        self._worded = {section: _worded(section.partition(".")[2], worded) for section in slots}
        self._details = details
        self._question_kind = gazetteer.question_kind
        self._possible = gazetteer.possible

    def acts(self, spans: Sequence[Span], asked: Collection[str] = ()) -> tuple[Act, ...]:
        """The acts of one message; none if it says nothing.

        Args:
            spans: What it says, in order.
            asked: The slots that the customer was asked for.
        """
        how, kind, question = self._matter(spans)
        details: dict[str, str] = {"kind": kind}
        if question:
            details["question"] = question
        acts: list[Act] = []
        for span in spans:
            what, _, about = span.section.partition(".")
            values = self._values(span, kind, asked)
            if what in _MATTER or what == "topic":
                details |= values
                acts.append(Act(how, details))
            elif what == "inform" and kind:
                details |= values
            elif what in _GIVES:
                acts += [Act(what, values)] * bool(values)
            else:
                if what not in _SAYS_NOTHING:
                    acts.append(Act(what, {_ARGUMENT[what]: about} if about else {}))
                acts += [Act("inform", values)] * bool(values)
        acts = [Act(act.name, self._possible(act.args)) for act in acts]
        return tuple(act for i, act in enumerate(acts) if act not in acts[:i])

    def _matter(self, spans: Sequence[Span]) -> tuple[str, str, str]:
        """How the matter is brought up, its kind, and the topic of its question; empty where there is none."""
        sections = sorted(spans, key=lambda span: span.score, reverse=True)
        matter = next((span for span in sections if span.section.startswith(("open.", "restate."))), None)
        topic = next((span for span in sections if span.section.startswith("topic.")), None)
        how, _, kind = matter.section.partition(".") if matter else ("open", "", "")
        if topic is not None and (matter is None or kind == self._question_kind or topic.score > matter.score):
            return how, self._question_kind, topic.section.partition(".")[2]
        return how, kind, ""

    def _values(self, span: Span, kind: str, asked: Collection[str]) -> dict[str, str]:
        """The values that a section gives: those in words, and those found, by slot."""
        what, _, about = span.section.partition(".")
        place = self._slots[span.section]
        worded = self._worded[span.section] if what in _GIVES else {}
        possible = self._details.get(kind, worded.keys())
        values = {slot: value for slot, value in worded.items() if slot in possible}
        wanted = self._slots.get(f"open.{kind}") or asked
        for mention in span.mentions:
            if what in _GIVES or what in _MATTER or place.isdisjoint(mention.slots):
                values[_slot(mention, wanted, about, place)] = mention.value
        return values


def _slot(mention: Mention, wanted: Collection[str], about: str, place: frozenset[str]) -> str:
    """Which of a value's slots is meant: one that is wanted, else the section's own, else the likeliest."""
    fitting = [slot for slot in mention.slots if slot in wanted] or [slot for slot in mention.slots if slot == about]
    return (fitting or [slot for slot in mention.slots if slot in place] or list(mention.slots))[0]


def _worded(about: str, worded: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The value that a section's name tells: {"reason": "found cheaper"} of "reason_found_cheaper"."""
    if about == "nothing":
        return {"nothing": ""}
    for slot, values in worded.items():
        if about.startswith(f"{slot}_"):
            words = about.removeprefix(f"{slot}_").replace("_", " ")
            return {slot: next(value for value in values if value.endswith(words))}
    return {}
