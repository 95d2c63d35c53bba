"""What a customer comes for: the goal of an episode, in terms that any domain can fill in.

A `Matter` says what the customer wants in the customer's own terms (`slots`), what a desk must do about it (`lookups`,
`changes`, `refusal`, `transfer`) and what it must say (`tells`). From this one declaration follow the customer's
behaviour, the expected state of the records, the outcome and the oracle.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.database import Database


@dataclass(frozen=True, slots=True)
class ChangeOfMind:
    """What the customer wants instead, said when the change is proposed.

    Attributes:
        slot: The slot that changes; "nothing" if the change is not wanted any more.
        value: Its new value.
        changes: The tool calls that are right afterwards.
        tells: The facts to be told afterwards.
        lookups: What it is judged by afterwards; None for what it was judged by before.
    """

    slot: str
    value: str
    changes: tuple[Act, ...]
    tells: tuple[str, ...]
    lookups: tuple[Act, ...] | None = None


@dataclass(slots=True)
class Matter:
    """One thing a customer wants.

    Attributes:
        kind: What it is about.
        slots: What the customer knows and wants, by slot.
        identity: Whether the desk must verify who is asking.
        lookups: Tool calls without which the matter can't be judged.
        changes: Tool calls that change the records as they should be changed.
        tells: Facts the customer must be told.
        refusal: The policy clause for which it must be refused.
        wish: The change that a customer whose matter must be refused would gladly agree to.
        transfer: The department it must be handed to.
        documents: Articles that must have been opened.
        unknown: Slots that the customer can't give.
        second_thought: What the customer turns to when the change is proposed.
        hint: What the customer only hints at when bringing it up, until asked; empty if they say it.
        texts: What its customer may write when bringing it up or saying it again; empty for all that the wording has.
        facts: The true values of `tells`; filled in by the episode when first asked for.
    """

    kind: str
    slots: dict[str, str] = field(default_factory=dict)
    identity: bool = True
    lookups: tuple[Act, ...] = ()
    changes: tuple[Act, ...] = ()
    tells: tuple[str, ...] = ()
    refusal: str | None = None
    wish: str | None = None
    transfer: str | None = None
    documents: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()
    second_thought: ChangeOfMind | None = None
    hint: str = ""
    texts: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """How the customer identifies: what they would say when asked who they are.

    Attributes:
        key: Row of the account they own; None for somebody who claims another person's.
        name: Full name they give.
        email: Address they give; empty if they do not remember it.
        zip: Postcode they give.
        misspelt: A wrong email given at the first asking; empty for none.
    """

    key: str | None
    name: str
    email: str
    zip: str
    misspelt: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    """How the customer is.

    Attributes:
        patience: In (0, 1]: divides every annoyance.
        mood: Mood at the beginning, in (0, 1].
        pressure: How often they push back against a refusal.
        guarded: They ask why before they identify.
        chatty: Probability of small talk in a message.
        polite: Probability of a greeting or a thank-you in a message.
        casual: They write without capitals.
        typos: Probability of a typing error per word.
        cut_off: Probability that a message breaks off.
        slips: Probability that a number is misremembered when first given.
        digresses: Probability that, asked for something, another matter comes to mind first.
    """

    patience: float
    mood: float
    pressure: int
    guarded: bool
    chatty: float
    polite: float
    casual: bool
    typos: float
    cut_off: float
    slips: float
    digresses: float


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a difficulty level turns: probabilities, and the number of matters.

    Attributes:
        matters: Weights of having 1, 2 or 3 matters.
        forbidden: Probability that a matter is one the policy forbids.
        impostor: Probability that the caller is not who they claim to be.
        second_thought: Probability of a change of mind.
        unknown: Probability that the order's number is not known.
        slips: Probability that a number is misremembered.
        pressure: Weights of pushing back 0, 1 or 2 times.
        guarded: Probability of a guarded customer.
        typos: Typing errors per word.
        cut_off: Probability that a message breaks off.
        patience: Range of patience.
        mentions: Probability that a detail is given unasked.
        digresses: Probability of a digression to another matter when asked for something.
        hints: Probability that a matter is only hinted at first, in domains that have hints.
    """

    matters: tuple[float, float, float]
    forbidden: float
    impostor: float
    second_thought: float
    unknown: float
    slips: float
    pressure: tuple[float, float, float]
    guarded: float
    typos: float
    cut_off: float
    patience: tuple[float, float]
    mentions: float
    digresses: float
    hints: float


KNOBS: Mapping[str, Knobs] = {
    "easy": Knobs((1, 0, 0), 0.10, 0.0, 0.0, 0.10, 0.0, (1, 0, 0), 0.0, 0.0, 0.0, (0.7, 1.0), 0.7, 0.0, 0.08),
    "medium": Knobs((6, 4, 0), 0.20, 0.03, 0.15, 0.25, 0.12, (5, 4, 1), 0.10, 0.02, 0.02, (0.5, 1.0), 0.45, 0.15, 0.15),
    "hard": Knobs((1, 5, 4), 0.30, 0.06, 0.30, 0.40, 0.25, (2, 4, 4), 0.25, 0.06, 0.08, (0.35, 0.8), 0.25, 0.5, 0.3),
}
"""Difficulty levels, by name."""


@dataclass(slots=True)
class Scenario:
    """Everything hidden that an episode begins with.

    Attributes:
        database: The records.
        today: Today's day number.
        profile: Who is asking.
        persona: How they are.
        matters: What they want, in the order they bring it up.
    """

    database: Database
    today: int
    profile: Profile
    persona: Persona
    matters: list[Matter]


ScenarioMaker = Callable[[Stream, str, str, Collection[str]], Scenario]
"""(stream, split, difficulty, the kinds of matter that may come up) to a scenario."""


def draw_persona(stream: Stream, knobs: Knobs) -> Persona:
    """A customer's character."""
    low, high = knobs.patience
    return Persona(
        patience=low + (high - low) * stream.uniform(),
        mood=0.55 + 0.35 * stream.uniform(),
        pressure=stream.weighted((0, 1, 2), knobs.pressure),
        guarded=stream.chance(knobs.guarded),
        chatty=stream.choice((0.0, 0.0, 0.1, 0.3)),
        polite=stream.choice((0.1, 0.4, 0.8)),
        casual=stream.chance(0.25),
        typos=knobs.typos * 2 * stream.uniform(),
        cut_off=knobs.cut_off,
        slips=knobs.slips,
        digresses=knobs.digresses,
    )
