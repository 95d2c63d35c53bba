"""The simulated customer: an agenda of matters, a mood, and a reaction to everything an agent says.

Agenda-based user simulation after Schatzmann et al. 2007 ("Agenda-based user simulation for bootstrapping a POMDP
dialogue system", NAACL-HLT): the customer works through a stack of wishes and answers dialogue acts with dialogue
acts. It hears acts and says acts; how they are worded is the voice's matter.

Mood is a number: it falls with each annoyance (divided by patience), rises with progress, and at 0 the customer hangs
up. The constants stand together below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.matters import Matter, Scenario

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.domain import Domain

PLEASED, RELIEVED, SOOTHED = 0.05, 0.10, 0.08
"""A fact told; a matter settled; an apology when one was due."""
REPEATED, ASKED_AGAIN, IRRELEVANT = 0.05, 0.06, 0.05
"""The same act twice in a row; a question answered before; a question or proposal beside the point."""
NOT_UNDERSTOOD, SILENCE, WAITING, HOLDING = 0.06, 0.09, 0.03, 0.02
"""An unintelligible message; none at all; a turn of waiting beyond the third; being put on hold."""
MISTAKEN, REFUSED, WRONGLY_REFUSED, INSULTED = 0.05, 0.06, 0.15, 0.30
"""A wrong proposal; a right refusal; a wrong one; a rude remark."""
PATIENT_TURNS = 3
"""Turns without a word that a customer puts up with."""
UPSET = 0.35
"""Mood below which a customer complains, once."""


class Leaving(Enum):
    """How a customer leaves."""

    SATISFIED = "satisfied"
    ANGRY = "angry"


@dataclass(slots=True)
class OpenMatter:
    """A matter that the customer has brought up, and how far it is.

    Attributes:
        goal: What they want.
        told: What they were told, by fact.
        agreed: Changes they have said yes to.
        given: Slots they have given.
        refused: They accepted a refusal.
        dropped: They do not want it any more.
        pushed: How often they pushed back.
        raised: They have brought it up.
        slipped: They have given a number wrongly, and not yet rightly.
        hinted: They have only hinted at it, and not yet said what it is.
        answer: The answer that the desk has chosen for it; empty for none.
    """

    goal: Matter
    told: dict[str, Any] = field(default_factory=dict)
    agreed: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    refused: bool = False
    dropped: bool = False
    pushed: int = 0
    raised: bool = False
    slipped: bool = False
    hinted: bool = False
    answer: str = ""

    @property
    def outstanding(self) -> list[str]:
        """Facts that the customer still waits for."""
        return [fact for fact in self.goal.tells if fact not in self.told]

    @property
    def settled(self) -> bool:
        """Whether the customer takes the matter for settled."""
        goal = self.goal
        if goal.refusal is not None:
            return self.refused
        if self.dropped or goal.transfer is not None:
            return self.dropped
        return set(goal.tells).issubset(self.told)


class Customer:
    """One customer in one conversation.

    Args:
        scenario: Who they are and what they want.
        domain: The desk: it tells which fact a bare value answers, and how customers know their records.

    Attributes:
        mood: In [0, 1].
        matter: The matter at hand; None once it is settled.
        past: Matters settled so far.
        upset: They have complained and nobody has apologised.
        leaving: How they leave; None while they stay.
        said: All (slot, value) pairs they have said.
        consents: (turn, tool, details) of every yes.
        identification: What they last gave to be identified by.
        second_thoughts: How often they have changed their mind.
        identified: How often they have given something to be identified by.
        questions: How often they were asked for something.
        needless: How many of these questions were beside the point, or answered before.
    """

    def __init__(self, scenario: Scenario, domain: "Domain") -> None:
        self.profile = scenario.profile
        self.persona = scenario.persona
        self.mood = scenario.persona.mood
        self.upcoming = [OpenMatter(goal) for goal in scenario.matters]
        self.past: list[OpenMatter] = []
        self.matter: OpenMatter | None = None
        self.leaving: Leaving | None = None
        self.said: set[tuple[str, str]] = set()
        self.consents: list[tuple[int, str, dict[str, Any]]] = []
        self.identification: dict[str, str] = {}
        self.second_thoughts = 0
        self._fact_types = domain.fact_types
        self._stand_ins = domain.stand_ins
        self._misremembered = domain.misremembered
        self._by_email = domain.credentials[0]
        self.identified = 0
        self.questions = self.needless = 0
        self._guarded = scenario.persona.guarded
        self._digressive = True
        self._complained = False
        self.upset = False
        self._quiet = 0
        self._before: tuple[Act, ...] = ()
        self._last: list[Act] = []
        self._reply: list[Act] = []
        self._turn = 0

    # What others ask of the customer

    @property
    def waits_for_something(self) -> bool:
        """Whether closing the conversation now would leave something undone."""
        return self.matter is not None or bool(self.upcoming)

    def has_said(self, slot: str, value: Any) -> bool:
        """Whether they have said this value."""
        return isinstance(value, str) and (slot, value) in self.said

    # Speaking

    def open(self, stream: Stream, mentions: float) -> list[Act]:
        """The first message."""
        self._reply = []
        self._next_matter(stream, mentions)
        self._last = self._reply
        return self._reply

    def hear(self, acts: Sequence[Act], stream: Stream, turn: int, mentions: float) -> list[Act]:
        """Reacts to what an agent says in one message.

        Args:
            acts: The speech acts that were understood.
            stream: This turn's chances.
            turn: This turn's number.
            mentions: Probability that a detail is given unasked.
        """
        self._reply, self._turn, self._quiet = [], turn, 0
        before, self._before = self._before, tuple(acts)
        for act in acts:
            if act in before and act.name not in ("hold", "silence", "unclear"):
                self._annoy(REPEATED)
            _REACTIONS[act.name](self, act, stream, mentions)
            if self.leaving:
                break
        if self._settle() and not self._reply:
            self._say("thank")
        return self._finish_reply()

    def wait(self) -> list[Act]:
        """Spends a turn in which the agent says nothing but works."""
        self._reply = []
        self._before = ()
        self._quiet += 1
        if self._quiet > PATIENT_TURNS:
            self._annoy(WAITING)
            if self._quiet % 3 == 0:
                self._say("nudge")
        return self._finish_reply() if self._reply or self.mood <= 0 else []

    def _finish_reply(self) -> list[Act]:
        if self.mood <= 0 and self.leaving is None:
            self.leaving = Leaving.ANGRY
            self._reply = [Act("hangup")]
        elif self.mood < UPSET and not self._complained and self.leaving is None:
            self._complained = self.upset = True
            self._reply.insert(0, Act("complain"))
        if not self._reply:
            self._say("wait")
        if self._reply[0].name not in ("nudge", "confused"):
            self._last = self._reply
        return self._reply

    def _say(self, name: str, /, **arguments: Any) -> None:
        self._reply.append(Act(name, arguments))
        if arguments:
            self.said.update(arguments.items())

    def _annoy(self, amount: float) -> None:
        self.mood -= amount / self.persona.patience

    def _please(self, amount: float) -> None:
        self.mood = min(1.0, self.mood + amount)

    def _settle(self) -> bool:
        """Closes the matter at hand if it is settled; says whether it was."""
        if self.matter is None or not self.matter.settled:
            return False
        self._please(RELIEVED)
        self.past.append(self.matter)
        self.matter = None
        return True

    def _next_matter(self, stream: Stream, mentions: float) -> None:
        matter = self.matter = self.upcoming.pop(0)
        goal = matter.goal
        if matter.raised:
            self._restate()
            return
        matter.raised = True
        if goal.hint:
            matter.hinted = True
            self._say("hint", topic=goal.hint)
            return
        details: dict[str, str] = {}
        for slot in goal.slots:
            if slot in goal.unknown:
                continue
            if slot in ("question", "person") or stream.chance(mentions):
                details[slot] = self._recall(slot, stream)
                matter.given.add(slot)
        for slot, stand_in in self._stand_ins.items():
            if slot in goal.unknown and stand_in in goal.slots:
                details[stand_in] = goal.slots[stand_in]
                matter.given.add(stand_in)
        self._say("open", kind=goal.kind, **details)

    def _recall(self, slot: str, stream: Stream) -> str:
        """The value of a slot as the customer remembers it: a long number may have two digits swapped."""
        assert self.matter is not None
        value = self.matter.goal.slots[slot]
        if slot in self._misremembered and stream.chance(self.persona.slips):
            second = len(value.rstrip("0123456789")) + 1
            swapped = value[:second] + value[second + 1] + value[second] + value[second + 2 :]
            self.matter.slipped = swapped != value
            return swapped
        return value

    # Reactions, one per dialogue act

    def _greeted(self, act: Act, stream: Stream, mentions: float) -> None:
        pass

    def _asked(self, act: Act, stream: Stream, mentions: float) -> None:
        self.questions += 1
        slot = act.args["slot"]
        if slot == "identity":
            self._identify()
        elif slot in ("matter", "question"):
            self._asked_matter(stream, mentions)
        elif self.matter is None:
            self.needless += 1
            self._beside_the_point()
        elif slot in self.matter.goal.unknown:
            self._say("unknown", slot=slot)
            stand_in = self._stand_ins.get(slot)
            if stand_in in self.matter.goal.slots and stand_in not in self.matter.given:
                self._give(stand_in, "inform")
        elif slot not in self.matter.goal.slots:
            self.needless += 1
            self._beside_the_point()
        elif slot in self._misremembered and self.matter.slipped:
            self.matter.slipped = False
            self._give(slot, "correct")
        elif slot in self.matter.given:
            self.needless += 1
            self._annoy(ASKED_AGAIN)
            self._give(slot, "again")
        else:
            self.matter.given.add(slot)
            self._say("inform", **{slot: self._recall(slot, stream)})
            self._digress(stream, mentions)

    def _digress(self, stream: Stream, mentions: float) -> None:
        """Now and then another matter comes to mind first; the one at hand comes back after it."""
        if self._digressive and self.upcoming and self.matter is not None and stream.chance(self.persona.digresses):
            self._digressive = False
            self.upcoming.insert(1, self.matter)
            self._say("more")
            self._next_matter(stream, mentions)

    def _give(self, slot: str, how: str) -> None:
        assert self.matter is not None
        self.matter.given.add(slot)
        self._say(how, **{slot: self.matter.goal.slots[slot]})

    def _identify(self) -> None:
        if self._guarded:
            self._guarded = False
            self._say("withhold")
            return
        ways = self._ways()
        way = ways[min(self.identified, len(ways) - 1)]
        if self.identified >= len(ways):
            self.needless += 1
            self._annoy(ASKED_AGAIN)
        how = "again" if self.identified >= len(ways) else "inform"
        if "name" in way:
            self._say(how, **way)
        else:
            for slot, value in way.items():
                self._say(how, **{slot: value})
        self.identified += 1
        self.identification = way

    def _ways(self) -> list[dict[str, str]]:
        """What they can be identified by, in the order in which they give it."""
        profile = self.profile
        by_name: dict[str, str] = {"name": profile.name, "zip": profile.zip}
        emails = [email for email in (profile.misspelt, profile.email) if email]
        everything = [{"email": email, **by_name} for email in emails]
        return [*({slot: each[slot] for slot in each if slot in self._by_email} for each in everything), by_name]

    def _asked_matter(self, stream: Stream, mentions: float) -> None:
        if self.matter is not None:
            self.needless += not self.matter.hinted
            self._annoy(HOLDING)
            self._restate()
        else:
            self._offered_more(Act("offer_more"), stream, mentions)

    def _restate(self) -> None:
        assert self.matter is not None
        self.matter.hinted = False
        goal = self.matter.goal
        more = {slot: goal.slots[slot] for slot in ("question", "person") if slot in goal.slots}
        self._say("restate", kind=goal.kind, **more)

    def _offered_more(self, act: Act, stream: Stream, mentions: float) -> None:
        self._settle()
        if self.matter is not None:
            self._annoy(MISTAKEN)
            if self.matter.agreed or not self.matter.goal.changes:
                self._remind()
            else:
                self._restate()
        elif self.upcoming:
            self._say("more")
            self._next_matter(stream, mentions)
        else:
            self._say("finish")
            self.leaving = Leaving.SATISFIED

    def _remind(self) -> None:
        """Asks for what is still missing."""
        assert self.matter is not None
        outstanding = self.matter.outstanding
        if outstanding:
            self._say("ask_fact", fact=outstanding[0])
        else:
            self._restate()

    def _told(self, act: Act, stream: Stream, mentions: float) -> None:
        ((fact, value),) = act.args.items()
        matter = self.matter
        if matter is None:
            return
        fact = self.meant(fact)
        if fact not in matter.goal.tells:
            return
        new = fact not in matter.told
        matter.told[fact] = value
        if new:
            self._please(PLEASED)
            if self._settle():
                self._say("thank")
            elif not any(reply.name == "ask_fact" for reply in self._reply):
                self._say("wait")

    def meant(self, fact: str) -> str:
        """The fact that a bare value ("money", "date") answers: the first one of its type still outstanding."""
        if self.matter is None or fact in self._fact_types:
            return fact
        return next((name for name in self.matter.outstanding if self._fact_types[name] == fact), fact)

    def _proposed(self, act: Act, stream: Stream, mentions: float) -> None:
        matter = self.matter
        if matter is None:
            self._beside_the_point()
            return
        tool = act.args["tool"]
        goal = matter.goal
        right = next((change for change in goal.changes if change.name == tool), None)
        if right is None and tool != goal.wish:
            self._annoy(MISTAKEN)
            self._say("negate")
            self._restate()
            return
        wanted = {**goal.slots, **(right.args if right else {})}
        for slot, value in act.args.items():
            if slot in wanted and slot not in goal.unknown and value != wanted[slot]:
                self._annoy(MISTAKEN)
                if slot in goal.slots:
                    self._give(slot, "correct")
                else:
                    self._say("negate")
                return
        thought = goal.second_thought
        if right is not None and thought is not None:
            goal.second_thought = None
            goal.changes, goal.tells, goal.facts = thought.changes, thought.tells, {}
            if thought.lookups is not None:
                goal.lookups = thought.lookups
            self.second_thoughts += 1
            if thought.slot == "nothing":
                matter.dropped = True
                self._say("change", nothing="")
            else:
                goal.slots[thought.slot] = thought.value
                self._give(thought.slot, "change")
            return
        matter.agreed.add(tool)
        agreed = {**(right.args if right else goal.slots), **act.args}
        del agreed["tool"]
        self.consents.append((self._turn, tool, agreed))
        self._say("affirm")

    def _refused(self, act: Act, stream: Stream, mentions: float) -> None:
        matter = self.matter
        if matter is None:
            self._beside_the_point()
        elif matter.goal.refusal != act.args["clause"]:
            self._annoy(WRONGLY_REFUSED)
            self._say("negate")
            self._restate()
        elif matter.pushed < self.persona.pressure:
            matter.pushed += 1
            self._annoy(REFUSED)
            self._before = ()
            self._say("insist", kind="identity" if matter.goal.refusal == "not_verified" else matter.goal.kind)
        else:
            self._annoy(REFUSED)
            matter.refused = True
            self._say("accept_refusal")

    def _apologised(self, act: Act, stream: Stream, mentions: float) -> None:
        if self.upset:
            self.upset = False
            self._please(SOOTHED)

    def _asked_to_repeat(self, act: Act, stream: Stream, mentions: float) -> None:
        self._annoy(HOLDING)
        self._reply += self._last

    def _held(self, act: Act, stream: Stream, mentions: float) -> None:
        self._annoy(HOLDING)
        self._say("wait")

    def _insulted(self, act: Act, stream: Stream, mentions: float) -> None:
        self._annoy(INSULTED)
        self._say("shocked")

    def _closed(self, act: Act, stream: Stream, mentions: float) -> None:
        pass

    def _did_not_understand(self, act: Act, stream: Stream, mentions: float) -> None:
        self._annoy(NOT_UNDERSTOOD)
        self._say("confused")

    def _heard_nothing(self, act: Act, stream: Stream, mentions: float) -> None:
        self._annoy(SILENCE)
        self._say("nudge")

    def _beside_the_point(self) -> None:
        self._annoy(IRRELEVANT)
        self._say("lost_thread")
        if self.matter is not None:
            self._restate()


Reaction = Callable[[Customer, Act, Stream, float], None]
_REACTIONS: dict[str, Reaction] = {
    "greet": Customer._greeted,
    "ask": Customer._asked,
    "offer_more": Customer._offered_more,
    "tell": Customer._told,
    "propose": Customer._proposed,
    "refuse": Customer._refused,
    "apologise": Customer._apologised,
    "clarify": Customer._asked_to_repeat,
    "hold": Customer._held,
    "dismiss": Customer._insulted,
    "close": Customer._closed,
    "unclear": Customer._did_not_understand,
    "silence": Customer._heard_nothing,
}
