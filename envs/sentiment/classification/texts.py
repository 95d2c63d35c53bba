"""Generated headlines: one thing said about an entity, or two about two, and the background to an entity.

A headline is composed from the split's wording file: a clause whose section is its label, in one of four
kinds.

| kind | what it takes to read it |
|---|---|
| plain | the words themselves |
| negated | the opposite's words, denied: "fails to win", "escapes a fine" |
| compared | who is better off and who is worse, in one clause of the same words |
| paired | a clause about each of two entities, of opposite tone and often of another topic |

Any of them may carry a hedge ("..., analysts say"), which changes no label, and may call companies by their
trade ("the brewer"), so that only the background tells which one is meant.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream, fold, key, name_key
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS, TOPICS, Label
from dialogue_gym.wording import Form, Wording

DATA = files("dialogue_gym.envs.sentiment.classification") / "data"
KINDS: Final = ("plain", "negated", "compared", "paired")
_OPPOSITE: Final = {"negative": "positive", "positive": "negative"}
_DETAILS: Final = ("place", "day", "person", "pct", "sum", "quarter", "product", "bank")
_PROPER: Final = frozenset({"place", "person", "bank", "day"})

_CONTENT = name_key("sentiment.classification.content")
_STYLE = name_key("sentiment.classification.style")


class Mix(NamedTuple):
    """What headlines of a difficulty are made of.

    Attributes:
        kinds: Weights of `KINDS`.
        hedged: Share of headlines with a hedge.
        by_trade: Share of headlines that call companies by their trade.
        other_topic: Share of paired headlines whose second clause has another topic.
    """

    kinds: tuple[float, float, float, float]
    hedged: float
    by_trade: float
    other_topic: float


MIXES: Final[Mapping[str, Mix]] = {
    "easy": Mix((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0),
    "medium": Mix((0.5, 0.2, 0.1, 0.2), 0.3, 0.15, 0.3),
    "hard": Mix((0.1, 0.3, 0.2, 0.4), 0.5, 0.4, 0.6),
}


class Company(NamedTuple):
    """Somebody that headlines are about."""

    name: str
    sector: str


class Headline(NamedTuple):
    """One text to label.

    Attributes:
        text: What is shown.
        company: Whom the question is about.
        label: The right answer.
        kind: How it is built, one of `KINDS`.
    """

    text: str
    company: Company
    label: Label
    kind: str


@cache
def wording(split: str) -> Wording:
    """The wording of a split."""
    return Wording.load(DATA / f"{split}.txt")


@cache
def _lines(forms: Wording, section: str) -> tuple[str, ...]:
    """A section's lines as they stand: names, places, numbers."""
    return tuple(form.text for form in forms.forms(section))


@cache
def _details(form: Form) -> tuple[str, ...]:
    """The details that a form mentions, in the order they are drawn in."""
    return tuple(name for name in _DETAILS if name in form.slots)


def write_headline(forms: Wording, mix: Mix, label: Label, scenario_key: int) -> Headline:
    """The headline of a scenario.

    Args:
        forms: The split's wording.
        mix: What to make it of.
        label: The label that it must deserve.
        scenario_key: Keys its draws.
    """
    purposes = key(scenario_key)
    content, style = Stream(fold(purposes, _CONTENT)), Stream(fold(purposes, _STYLE))
    names = content.sample(_lines(forms, "name"), 2)
    asked, other = map(Company, names, content.sample(_lines(forms, "sector"), 2))
    kind = content.weighted(KINDS, mix.kinds)
    if kind == "compared" and label.sentiment == "neutral":
        kind = "paired"  # a comparison has a better and a worse side, no neutral one
    by_trade = style.chance(mix.by_trade)
    a, b = (f"the {asked.sector}", f"the {other.sector}") if by_trade else names
    taken: dict[str, str] = {}
    if kind == "compared":
        roles = {"w": a, "l": b} if label.sentiment == "positive" else {"w": b, "l": a}
        text = _clause(forms, f"{label.topic}.compared", roles, taken, content)
    else:
        section = f"{label.topic}.{label.sentiment}"
        denied = kind == "negated" or (kind == "paired" and content.chance(mix.kinds[1]))
        text = _clause(forms, f"{section}.negated" if denied else section, {"e": a}, taken, content)
        if kind == "paired":
            second = _clause(forms, _second_section(label, mix, content), {"e": b}, taken, content)
            text = _join(forms, (text, second), content)
    if style.chance(mix.hedged):
        text = forms.say("hedge", {"s": text}, style)[0]
    return Headline(text[:1].upper() + text[1:], asked, label, kind)


def write_background(forms: Wording, company: Company, stream: Stream) -> str:
    """A sentence about a company, without any news."""
    slots = {"name": company.name, "sector": company.sector, "place": stream.choice(_lines(forms, "place"))}
    slots["staff"] = f"{stream.below(90) + 10:,}00"
    slots["year"] = str(1900 + stream.below(120))
    return forms.say("background", slots, stream)[0]


def _second_section(label: Label, mix: Mix, stream: Stream) -> str:
    """What is said about the other company: of the opposite tone, beside neutral news of either."""
    tone = _OPPOSITE.get(label.sentiment) or stream.choice(tuple(_OPPOSITE))
    topic = label.topic
    if stream.chance(mix.other_topic):
        topic = stream.choice([t for t in TOPICS if t != label.topic])
    return f"{topic}.{tone}"


def _clause(forms: Wording, section: str, roles: dict[str, str], taken: dict[str, str], stream: Stream) -> str:
    """A clause that begins small, unless it begins with a proper name.

    Args:
        forms: The split's wording.
        section: What to say.
        roles: Of whom.
        taken: People, places and so on that an earlier clause has, which this one avoids and adds its own to.
        stream: Draws.
    """
    form = stream.choice(forms.forms(section))
    details = _details(form)
    for name in details:
        options: Sequence[str] = _lines(forms, name)
        if name in taken:
            options = [option for option in options if option != taken[name]]
        taken[name] = stream.choice(options)
    text = form.say(taken | roles, stream)
    proper = [taken[name] for name in details if name in _PROPER]
    proper += [role for role in roles.values() if not role.startswith("the ")]
    return text if text.startswith(tuple(proper)) else text[:1].lower() + text[1:]


def _join(forms: Wording, clauses: tuple[str, str], stream: Stream) -> str:
    a, b = clauses if stream.chance(0.5) else clauses[::-1]
    return forms.say("join", {"a": a, "b": b}, stream)[0]


def sections() -> tuple[str, ...]:
    """Names of the sections of labelled clauses."""
    return tuple(
        f"{topic}.{rest}"
        for topic in TOPICS
        for rest in (*SENTIMENTS, *(f"{sentiment}.negated" for sentiment in SENTIMENTS), "compared")
    )
