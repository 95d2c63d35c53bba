"""What an agent can believe about a conversation from what was said and shown: the numeric view.

The belief is built from dialogue acts and tool results alone. It fills the arguments of tools and proposals, tells
which acts can be carried out, and is laid out as a feature vector.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.oracle import proposal
from dialogue_gym.episode import Event
from dialogue_gym.task import exact_number

PLAIN_ACTS = ("greet", "offer_more", "apologise", "clarify", "hold", "dismiss", "close")
HEARD = (
    "open", "restate", "insist", "inform", "correct", "change", "again", "unknown", "withhold", "affirm", "negate",
    "confused", "lost_thread", "nudge", "complain", "thank", "accept_refusal", "shocked", "more", "wait", "ask_fact",
    "cutoff", "noise", "error",
)  # fmt: skip
"""What the last reply held, as features; "noise" is a reply nothing of which was recognised."""
GIVES = frozenset({"open", "restate", "inform", "correct", "change", "again"})
IDENTITY = frozenset({"email", "name", "zip"})
_CORRECTIONS = frozenset({"negate", "lost_thread"})
_INVITATIONS = frozenset({"matter", "offer_more", "clarify", "refuse", "propose"})
"""Acts of the customer, and what the agent did before, that make another kind of matter believable."""
TURNS = 40
"""Scale of the turn feature."""

SILENCE = (Act("silence"),)


class Layout:
    """Names and positions of a domain's numbered acts and features. One per domain and process."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        changes = tuple(name for name, tool in domain.tools.items() if tool.changes)
        calls = tuple(name for name in domain.tools if name != "transfer_to_human")
        self.changes = changes
        heard = (*HEARD, "hint") if domain.hints else HEARD
        self.act_names = (
            *PLAIN_ACTS,
            *(f"ask:{slot}" for slot in ("identity", "matter", *domain.slots)),
            *(f"tell:{fact}" for fact in domain.fact_types),
            *(f"propose:{name}" for name in changes),
            *(f"refuse:{clause}" for clause in domain.refusals),
            *(f"call:{name}" for name in calls),
            *(f"call:transfer_to_human:{department}" for department in domain.transfers),
        )
        self.feature_names = (
            *(f"kind.{kind}" for kind in domain.kinds),
            *(f"has.{slot}" for slot in (*domain.slots, "question", "person")),
            *(f"{slot}.{value}" for slot, value in domain.values),
            "identity.given",
            "identity.verified",
            "identity.failures",
            *domain.signs,
            *(f"known.{fact}" for fact in domain.fact_types),
            *(f"told.{fact}" for fact in domain.fact_types),
            "proposal.pending",
            "proposal.declined",
            *(f"agreed.{name}" for name in changes),
            *(f"called.{name}" for name in calls),
            *(f"heard.{name}" for name in heard),
            "kind_confirmed",
            "pushed_back",
            "settled",
            "matters",
            "turn",
        )
        self.at = {name: i for i, name in enumerate(self.feature_names)}
        self.act_at = {name: i for i, name in enumerate(self.act_names)}
        self.heard_at = {name: self.at[f"heard.{name}"] for name in heard}
        self.has_at = {slot: self.at[f"has.{slot}"] for slot in (*domain.slots, "question", "person")}
        self.turn_at = self.at["turn"]
        self.heard = slice(self.at[f"heard.{heard[0]}"], self.at[f"heard.{heard[-1]}"] + 1)
        self.kind = slice(self.at[f"kind.{domain.kinds[0]}"], self.at[f"kind.{domain.kinds[-1]}"] + 1)
        first_of_matter, last_of_matter = len(domain.kinds), self.at["identity.given"]
        self.of_matter = (
            slice(first_of_matter, last_of_matter),
            slice(self.at["identity.failures"] + 1, self.at[f"heard.{HEARD[0]}"]),
        )
        self.of_consent = slice(self.at[f"agreed.{changes[0]}"], self.at[f"agreed.{changes[-1]}"] + 1)
        self.start_mask = np.array(
            [not name.startswith(("tell:", "propose:", "call:")) for name in self.act_names], dtype=np.int8
        )
        for department in domain.transfers:
            self.start_mask[self.act_at[f"call:transfer_to_human:{department}"]] = 1
        self.fixed: list[tuple[Act, ...] | None] = [_fixed(name) for name in self.act_names]
        self.heads = [name.partition(":")[::2] for name in self.act_names]
        self._lay_out_needs(domain, calls)

    def _lay_out_needs(self, domain: Domain, calls: Sequence[str]) -> None:
        """What each act with arguments needs to be known, as a set of bits; acts in the order of `needing`."""
        self.bit: dict[str, int] = {}
        needs: list[tuple[int, int]] = []
        for name in calls:
            if name == domain.identify:
                sources = ["identity"]
            else:
                sources = [source for argument, source in domain.fills[name] if (name, argument) not in domain.optional]
            need = sum(self.bit.setdefault(source, 1 << len(self.bit)) for source in dict.fromkeys(sources))
            needs += [(self.act_at[act], need) for act in (f"call:{name}", f"propose:{name}") if act in self.act_at]
        for fact in domain.fact_types:
            needs.append((self.act_at[f"tell:{fact}"], self.bit.setdefault(f"fact {fact}", 1 << len(self.bit))))
        self.fact_bit = {fact: self.bit[f"fact {fact}"] for fact in domain.fact_types}
        assert len(self.bit) < 63, "what acts need is kept in 64-bit integers"
        self.needing = np.array([position for position, _ in needs])
        self.needs = np.array([need for _, need in needs], dtype=np.int64)


def _fixed(name: str) -> tuple[Act, ...] | None:
    """The acts behind a number that takes no arguments from the belief."""
    head, _, rest = name.partition(":")
    if head == "ask":
        return (Act("ask", {"slot": rest}),)
    if head == "refuse":
        return (Act("refuse", {"clause": rest}),)
    if head == "call" and ":" in rest:
        tool, _, department = rest.partition(":")
        return (Act(tool, {"department": department}, True),)
    return (Act(name),) if not rest else None


class Belief:
    """The tracker of one conversation.

    Attributes:
        features: float32 (n_features,).
        mask: int8 (n_acts,).
        kind: What the matter at hand seems to be about; empty if unknown.
        slots: What was said or shown of the matter at hand: arguments of tools by name.
        identity: What the customer gave to be identified by.
        facts: The latest value of every fact that a tool showed for the matter at hand.
        memory: What the domain's `read` remembers of the matter at hand.
        about: The messages in which the customer spoke of the matter at hand.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._domain = layout.domain
        self.features: npt.NDArray[np.float32] = np.zeros(len(layout.feature_names), np.float32)
        self.mask: npt.NDArray[np.int8] = layout.start_mask.copy()
        self._clear()

    def _clear(self) -> None:
        self.features[:] = 0.0
        self.mask[:] = self._layout.start_mask
        self.kind = ""
        self.slots: dict[str, Any] = {}
        self.identity: dict[str, str] = {}
        self.facts: dict[str, Any] = {}
        self.memory: dict[str, Any] = {}
        self.about: list[Event] = []
        self._event: Event | None = None
        self._pending = ""
        self._done: set[str] = set()
        self._given: set[str] = set()
        self._turn = 0
        self._known = -1

    def reset(self, heard: Sequence[Event]) -> None:
        """Forgets all and takes in the opening."""
        self._clear()
        self._hear(heard)

    def observe(self, acts: Sequence[Act], heard: Sequence[Event]) -> None:
        """Takes in the agent's own acts and what came back."""
        self._turn += 1
        features, at = self.features, self._layout.at
        features[self._layout.turn_at] = min(1.0, self._turn / TURNS)
        self._done = {act.args.get("slot", act.name) for act in acts}
        for act in acts:
            if act.name == "tell" and not act.call:
                (fact,) = act.args
                self._set(f"told.{fact}")
            elif act.name == "propose":
                self._pending = act.args["tool"]
                features[at["proposal.pending"]] = 1.0
                features[at["proposal.declined"]] = 0.0
        self._hear(heard)

    def ground(self, action: int) -> tuple[Act, ...]:
        """The act behind a number; silence where it can't be carried out."""
        if not self.mask[action]:
            return SILENCE
        fixed = self._layout.fixed[action]
        if fixed is not None:
            return fixed
        head, name = self._layout.heads[action]
        if head == "tell":
            return (Act("tell", {name: self.facts[name]}),)
        call = Act(name, self.arguments(name), True)
        return (call if head == "call" else proposal(call, self._domain.unspoken),)

    def toward(self, acts: Sequence[Act]) -> int:
        """The number of an act, or of the question or lookup that gets what it needs."""
        exact = exact_number(self, acts)
        if exact is not None:
            return exact
        act_at = self._layout.act_at
        for act in acts:
            for argument, source in self._fills(act.args.get("tool", act.name)):
                if argument in act.args and self.slots.get(source) != act.args[argument]:
                    return act_at.get(self._domain.seek(self, source), act_at["ask:matter"])
        return act_at["clarify"]

    def _fills(self, name: str) -> tuple[tuple[str, str], ...]:
        return self._domain.fills.get(name, ())

    def arguments(self, name: str) -> dict[str, Any]:
        """The arguments of a tool, from what is known."""
        if name == self._domain.identify:
            return dict(self.identity)
        return {argument: self.slots[source] for argument, source in self._domain.fills[name] if source in self.slots}

    @property
    def domain(self) -> Domain:
        """The desk."""
        return self._domain

    def called(self, name: str) -> bool:
        """Whether a tool was called for the matter at hand."""
        return bool(self.features[self._layout.at[f"called.{name}"]])

    def heard(self, name: str) -> bool:
        """Whether the last reply held an act of the customer's."""
        return bool(self.features[self._layout.heard_at[name]])

    def sign(self, name: str, value: float) -> None:
        """Sets one of the domain's signs, clipped to [-1, 1]."""
        self.features[self._layout.at[name]] = max(-1.0, min(1.0, value))

    # Taking in what is heard

    def _hear(self, heard: Sequence[Event]) -> None:
        self.features[self._layout.heard] = 0.0
        for event in heard:
            if event.role == "tool":
                self._read(*event.content)
            else:
                self._event = event
                for act in event.content:
                    self._take_in(act, event.content)
        self._domain.prepare(self)
        self._update_mask()

    def _read(self, call: Act, result: Mapping[str, Any]) -> None:
        if "error" in result:
            self._set("heard.error")
            if call.name == self._domain.identify:
                failures = self._layout.at["identity.failures"]
                self.features[failures] = min(1.0, self.features[failures] + 1 / 3)
                self._set("identity.given", 0.0)
                self.identity = {}
            for slot in self._domain.misremembered & call.args.keys():
                self.slots.pop(slot, None)
                self._set(f"has.{slot}", 0.0)
            return
        if call.name == self._domain.identify:
            self._set("identity.verified")
        self._set(f"called.{call.name}")
        fact_types = self._domain.fact_types
        for name, value in result.items():
            if name in fact_types:
                self._learn(name, value)
        self._domain.read(self, call, result)

    def _learn(self, fact: str, value: Any) -> None:
        if self.facts.get(fact) != value:
            self.facts[fact] = value
            self._set(f"known.{fact}")
            self._set(f"told.{fact}", 0.0)

    learn = _learn

    def _take_in(self, act: Act, message: Sequence[Act]) -> None:
        """Takes in one act of a message."""
        name, args = act.name, act.args
        position = self._layout.heard_at.get(name)
        if position is not None:
            self.features[position] = 1.0
        if "kind" in args and name != "insist":
            self._matter(args["kind"], {act.name for act in message})
        elif name == "hint":
            self._hinted(message)
        if name in GIVES:
            self._give(name, args)
        elif name == "affirm":
            if self._pending:
                self._set(f"agreed.{self._pending}")
            self._answered(declined=False)
        elif name == "negate":
            self._answered(declined=True)
        elif name == "insist":
            self._set("pushed_back")
        elif (name == "thank" and "tell" in self._done) or (name == "accept_refusal" and "refuse" in self._done):
            self._set("settled")
        elif name == "ask_fact":
            self._set("settled", 0.0)

    def _matter(self, kind: str, said: set[str]) -> None:
        """The customer speaks of a kind of matter.

        It is a new matter if none was open or a lead-in says so. Another kind than the one believed is a correction,
        if something in the conversation called for one; else it is taken for a slip of hearing.
        """
        layout, features = self._layout, self.features
        if not self.kind or features[layout.at["settled"]] or "more" in said:
            self._begin_matter()
        elif kind == self.kind:
            self._set("kind_confirmed")
            self._note()
            return
        elif said.isdisjoint(_CORRECTIONS) and self._done.isdisjoint(_INVITATIONS):
            return
        else:
            self._answered(declined=True)
            features[layout.of_consent] = 0.0
        self.kind = kind
        self.about = []
        self._note()
        features[layout.kind] = 0.0
        self._set(f"kind.{kind}")
        self._set("kind_confirmed", 0.0)

    def _note(self) -> None:
        """Keeps a message that speaks of the matter at hand."""
        if self._event is not None:
            self.about.append(self._event)

    def _hinted(self, message: Sequence[Act]) -> None:
        """The customer brings something up without saying what it is."""
        more = any(act.name == "more" for act in message)
        if self.kind and (more or self.features[self._layout.at["settled"]]):
            self._begin_matter()
            self.kind = ""
            self.features[self._layout.kind] = 0.0

    def _begin_matter(self) -> None:
        """Forgets the matter before, if there was one."""
        layout, features = self._layout, self.features
        for part in layout.of_matter:
            features[part] = 0.0
        self.slots, self.facts, self.memory, self._pending = {}, {}, {}, ""
        self._given = set()
        self._set("settled", 0.0)
        self._set("pushed_back", 0.0)
        matters = layout.at["matters"]
        features[matters] = min(1.0, features[matters] + 1 / 3)

    def _give(self, how: str, args: Mapping[str, Any]) -> None:
        if how in ("correct", "change"):
            self._revise(args)
        identity = {slot: value for slot, value in args.items() if slot in IDENTITY}
        if identity:
            self.identity |= identity
            if any(needed.issubset(self.identity) for needed in self._domain.credentials):
                self._set("identity.given")
        for slot, value in args.items():
            position = self._layout.has_at.get(slot)
            if position is not None:
                self.slots[slot] = value
                self._given.add(slot)
                self.features[position] = 1.0
                for domain_slot, domain_value in self._domain.values:
                    if domain_slot == slot:
                        self._set(f"{slot}.{domain_value}", float(value == domain_value))

    def _revise(self, args: Mapping[str, Any]) -> None:
        """Something given before holds no longer: neither does what was agreed and looked up on its ground."""
        self._answered(declined=True)
        self.features[self._layout.of_consent] = 0.0
        if "nothing" in args:
            self._set("settled")
        if not args.keys().isdisjoint(self._domain.references):
            self.memory = {}
            self.slots = {slot: value for slot, value in self.slots.items() if slot in self._given}
        for slot in args:
            for feature in self._domain.stale.get(slot, ()):
                self._set(feature, 0.0)
                self.facts.pop(feature.removeprefix("known."), None)

    def _answered(self, *, declined: bool) -> None:
        self._pending = ""
        self._set("proposal.pending", 0.0)
        self._set("proposal.declined", float(declined))

    def _set(self, name: str, value: float = 1.0) -> None:
        position = self._layout.at.get(name)
        if position is not None:
            self.features[position] = value

    def fill(self, slot: str, value: Any) -> None:
        """Notes an argument that a tool's result showed."""
        self.slots[slot] = value
        self._set(f"has.{slot}")

    def _update_mask(self) -> None:
        bit = self._layout.bit
        known = bit["identity"] if self.features[self._layout.at["identity.given"]] else 0
        for slot in self.slots:
            known |= bit.get(slot, 0)
        for fact in self.facts:
            known |= self._layout.fact_bit[fact]
        if known != self._known:
            self._known = known
            self.mask[:] = _mask(self._layout, known)


@lru_cache(maxsize=1 << 12)  # what is known grows by the same few steps in most conversations
def _mask(layout: Layout, known: int) -> npt.NDArray[np.int8]:
    """Which acts can be carried out; `known` has the bits of what is."""
    mask = layout.start_mask.copy()
    mask[layout.needing] = (layout.needs & known) == layout.needs
    return mask
