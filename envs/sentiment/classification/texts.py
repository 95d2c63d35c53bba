"""Generated texts: headlines, posts and reviews that say one thing about an entity, or two about two.

A text is composed from the split's wording files: a clause whose section is its label, in one of these kinds.

| kind | in | what it takes to read it |
|---|---|---|
| plain | all | the words themselves |
| negated | all | the opposite's words, denied: "fails to win", "escapes a fine" |
| compared | all | who is better off and who is worse, in one clause of the same words |
| paired | all | a clause about each of two entities, of opposite tone and often of another topic |
| figures | all | a new figure and an old one: more is better |
| sarcastic | posts | praise of what is bad news, given away by a marker |

Any headline may carry a hedge ("..., analysts say"), a post a tag, a review sentences without a tone and, before its
verdict, a smaller point of the opposite tone that is granted; none of these changes a label. Headlines and reviews may
call companies by their trade ("the brewer"), so that only the background tells which one is meant, posts by ticker.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from dialogue_gym.draws import Stream, fold, name_key
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS, TOPICS, Label
from dialogue_gym.wording import Wording

_HERE: Final = files("dialogue_gym.envs.sentiment.classification")
DATA = _HERE / "data"
_FOLDERS: Final = {"headline": DATA, "post": _HERE / "posts", "review": _HERE / "reviews"}
REGISTERS: Final = tuple(_FOLDERS)
KINDS: Final = ("plain", "negated", "compared", "paired")
FIGURED: Final = ("earnings", "mergers", "dividends", "products", "ratings")
"""Topics that have figures."""
_OPPOSITE: Final = {"negative": "positive", "positive": "negative"}
_DETAILS: Final = ("place", "day", "person", "pct", "sum", "quarter", "product", "bank")
_PROPER: Final = frozenset({"place", "person", "bank", "day"})
_FIRST: Final = re.compile(r"\{([a-z_]+)\}")

_CONTENT = name_key("sentiment.classification.content")
_STYLE = name_key("sentiment.classification.style")
_REGISTER = name_key("sentiment.classification.register")
_FIGURES = name_key("sentiment.classification.figures")


class Mix(NamedTuple):
    """What texts of a difficulty are made of.

    Attributes:
        kinds: Weights of `KINDS`.
        hedged: Share of headlines with a hedge.
        by_trade: Share of headlines and reviews that call companies by their trade, and of posts that do by ticker.
        other_topic: Share of paired texts whose second clause has another topic.
        figures: Share of texts, on topics that have some, that give figures.
        registers: Weights of `REGISTERS`.
        sarcastic: Share of posts with bad news that are sarcastic.
        granted: Share of reviews with a verdict that grant a smaller point first.
    """

    kinds: tuple[float, float, float, float]
    hedged: float
    by_trade: float
    other_topic: float
    figures: float = 0.0
    registers: tuple[float, float, float] = (1.0, 0.0, 0.0)
    sarcastic: float = 0.0
    granted: float = 0.0


MIXES: Final[Mapping[str, Mix]] = {
    "easy": Mix((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0, 0.0, (0.7, 0.15, 0.15)),
    "medium": Mix((0.5, 0.2, 0.1, 0.2), 0.3, 0.15, 0.3, 0.1, (0.5, 0.25, 0.25), 0.3, 0.25),
    "hard": Mix((0.1, 0.3, 0.2, 0.4), 0.5, 0.4, 0.6, 0.2, (0.4, 0.3, 0.3), 0.5, 0.5),
}


class Company(NamedTuple):
    """Somebody that texts are about."""

    name: str
    sector: str


class Headline(NamedTuple):
    """One text to label.

    Attributes:
        text: What is shown.
        company: Whom the question is about.
        label: The right answer.
        kind: How it is built, one of `KINDS`, "figures" or "sarcastic"; "corpus" for a real text.
        register: What kind of text it is, one of `REGISTERS`; "text" where that is not known.
    """

    text: str
    company: Company
    label: Label
    kind: str
    register: str = "headline"


@cache
def wording(split: str, register: str = "headline") -> Wording:
    """The wording of a split. That of headlines also has the names, places and numbers of all registers."""
    return Wording.load(_FOLDERS[register] / f"{split}.txt")


def content(split: str) -> Iterator[bytes]:
    """All that the texts of a split are made from."""
    return ((folder / f"{split}.txt").read_bytes() for folder in _FOLDERS.values())


@cache
def _lines(forms: Wording, section: str) -> tuple[str, ...]:
    """A section's lines as they stand: names, places, numbers."""
    return tuple(form.text for form in forms.forms(section))


class _Line(NamedTuple):
    """One realisation of a form.

    Attributes:
        text: The words, with placeholders.
        details: The details that it mentions, in the order they are drawn in.
        first: The placeholder that it begins with, "" for a word, which is written small then.
    """

    text: str
    details: tuple[str, ...]
    first: str


@cache
def _said(forms: Wording, section: str) -> tuple[tuple[_Line, ...], ...]:
    """All realisations of a section, by form."""
    return tuple(tuple(map(_line, form.expansions())) for form in forms.forms(section))


def _line(text: str) -> _Line:
    found = _FIRST.match(text)
    text = text if found else text[:1].lower() + text[1:]
    return _Line(text, tuple(name for name in _DETAILS if f"{{{name}}}" in text), found[1] if found else "")


@lru_cache(maxsize=1 << 10)
def ticker(name: str) -> str:
    """What a company is called where shares are traded.

    >>> ticker("Brightwater Holdings")
    'BRIG'
    """
    return name[:4].upper()


class _Scene(NamedTuple):
    """Who is in a text, what they are called in it, and the streams that its words are drawn from."""

    asked: Company
    a: str
    b: str
    kind: str
    content: Stream
    style: Stream
    taken: dict[str, str]


def _scene(forms: Wording, mix: Mix, label: Label, text_key: int, *, tickers: bool) -> _Scene:
    content, style = Stream(fold(text_key, _CONTENT)), Stream(fold(text_key, _STYLE))
    names, trades = content.pair(_lines(forms, "name")), content.pair(_lines(forms, "sector"))
    asked = Company(names[0], trades[0])
    kind = content.weighted(KINDS, mix.kinds)
    if kind == "compared" and label.sentiment == "neutral":
        kind = "paired"  # a comparison has a better and a worse side, no neutral one
    if mix.figures and label.topic in FIGURED and Stream(fold(text_key, _FIGURES)).chance(mix.figures):
        kind = "figures"
    if not style.chance(mix.by_trade):
        a, b = names
    elif tickers:
        a, b = f"${ticker(names[0])}", f"${ticker(names[1])}"
    else:
        a, b = f"the {trades[0]}", f"the {trades[1]}"
    return _Scene(asked, a, b, kind, content, style, {})


def _say(forms: Wording, section: str, slots: Mapping[str, str], stream: Stream) -> str:
    """Any realisation of a section, all of whose slots are there; one that begins with a word has a capital."""
    text, _, first = stream.within(_said(forms, section))
    said = text.format_map(slots)
    return said if first else _capital(said)


def write_text(split: str, mix: Mix, label: Label, text_key: int) -> Headline:
    """The text of a key: a headline, a post or a review.

    Args:
        split: Whose wording is used.
        mix: What to make it of.
        label: The label that it must deserve.
        text_key: Keys its draws.
    """
    register = Stream(text_key ^ _REGISTER).weighted(REGISTERS, mix.registers)
    if register == "headline":
        return write_headline(wording(split), mix, label, text_key)
    forms, own = wording(split), wording(split, register)
    scene = _scene(forms, mix, label, text_key, tickers=register == "post")
    return (_write_post if register == "post" else _write_review)(forms, own, mix, label, scene)


def write_headline(forms: Wording, mix: Mix, label: Label, text_key: int) -> Headline:
    """The headline of a key.

    Args:
        forms: The split's wording.
        mix: What to make it of; it is a headline whatever `registers` says.
        label: The label that it must deserve.
        text_key: Keys its draws.
    """
    scene = _scene(forms, mix, label, text_key, tickers=False)
    text = _news(forms, mix, label, scene)
    if scene.style.chance(mix.hedged):
        text = _say(forms, "hedge", {"s": text}, scene.style)
    return Headline(_capital(text), scene.asked, label, scene.kind)


def _news(forms: Wording, mix: Mix, label: Label, scene: _Scene) -> str:
    """What a headline says, without a hedge."""
    _, a, b, kind, content, _, taken = scene
    if kind == "figures":
        return _clause(forms, forms, f"{label.topic}.figures", {"e": a} | _figures(label, content), taken, content)
    if kind == "compared":
        roles = {"w": a, "l": b} if label.sentiment == "positive" else {"w": b, "l": a}
        return _clause(forms, forms, f"{label.topic}.compared", roles, taken, content)
    section = f"{label.topic}.{label.sentiment}"
    denied = kind == "negated" or (kind == "paired" and content.chance(mix.kinds[1]))
    text = _clause(forms, forms, f"{section}.negated" if denied else section, {"e": a}, taken, content)
    if kind == "paired":
        second = _clause(forms, forms, _second_section(label, mix, content), {"e": b}, taken, content)
        text = _join(forms, (text, second), content)
    return text


def _write_post(forms: Wording, own: Wording, mix: Mix, label: Label, scene: _Scene) -> Headline:
    kind, style = scene.kind, scene.style
    if label.sentiment == "negative" and style.chance(mix.sarcastic):
        kind = "sarcastic"
        praise = _clause(own, forms, f"{label.topic}.sarcastic", {"e": scene.a}, scene.taken, scene.content)
        text = _say(own, "marker", {"s": praise}, style)
    elif kind == "plain":
        section = f"{label.topic}.{label.sentiment}"
        text = _clause(own, forms, section, {"e": scene.a}, scene.taken, scene.content)
    else:
        text = _say(own, "frame", {"s": _news(forms, mix, label, scene)}, style)
    if style.chance(_TAILED):
        text = f"{text}{'' if text.endswith('?') else '.'} {_say(own, 'tail', {}, style)}"
    return Headline(_capital(text), scene.asked, label, kind, "post")


def _write_review(forms: Wording, own: Wording, mix: Mix, label: Label, scene: _Scene) -> Headline:
    style = scene.style
    said = []
    if style.chance(_OPENED):
        said.append(_say(own, "open", {}, style))
    tone = _OPPOSITE.get(label.sentiment)
    if tone and style.chance(mix.granted):
        said.append(_say(own, f"granted.{tone}", {}, style))
    if scene.kind == "plain":
        section = f"{label.topic}.{label.sentiment}"
        said.append(_capital(_clause(own, forms, section, {"e": scene.a}, scene.taken, scene.content)) + ".")
    else:
        said.append(_say(own, "frame", {"s": _news(forms, mix, label, scene)}, style))
    if style.chance(_CLOSED):
        said.append(_say(own, "close", {}, style))
    return Headline(" ".join(said), scene.asked, label, scene.kind, "review")


_TAILED: Final = 0.3
"""Share of posts with a tail."""
_OPENED: Final = 0.5
"""Share of reviews with an opening."""
_CLOSED: Final = 0.4
"""Share of reviews with a closing."""


def _figures(label: Label, stream: Stream) -> dict[str, str]:
    """A new figure and an old one: more, as much, or less."""
    then = 110 + stream.below(880)
    step = 6 + stream.below(then // 3)
    now = then + {"positive": step, "neutral": 0, "negative": -step}[label.sentiment]
    return {"now": f"{now / 100:.2f}", "then": f"{then / 100:.2f}"}


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


def _clause(
    forms: Wording, names: Wording, section: str, roles: dict[str, str], taken: dict[str, str], stream: Stream
) -> str:
    """A clause that begins small, unless it begins with a proper name.

    Args:
        forms: Where the section is.
        names: Where people, places and so on are.
        section: What to say.
        roles: Of whom, and with what figures.
        taken: People, places and so on that an earlier clause has, which this one avoids and adds its own to.
        stream: Draws.
    """
    text, details, first = stream.within(_said(forms, section))
    for name in details:
        options = _lines(names, name)
        if name in taken:
            held = taken[name]
            options = tuple([option for option in options if option != held])
        taken[name] = stream.choice(options)
    said = text.format_map(taken | roles)
    if not first or first in _PROPER or not roles.get(first, "the ").startswith("the "):
        return said
    return said[:1].lower() + said[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _join(forms: Wording, clauses: tuple[str, str], stream: Stream) -> str:
    a, b = clauses if stream.chance(0.5) else clauses[::-1]
    return _say(forms, "join", {"a": a, "b": b}, stream)


def sections() -> tuple[str, ...]:
    """Names of the sections of labelled clauses of headlines, figures left out."""
    return tuple(
        f"{topic}.{rest}"
        for topic in TOPICS
        for rest in (*SENTIMENTS, *(f"{sentiment}.negated" for sentiment in SENTIMENTS), "compared")
    )


def plain_forms(split: str) -> Iterator[str]:
    """The forms of all that a split says, names and slots left out."""
    for register in REGISTERS:
        forms = wording(split, register)
        for name in forms.sections:
            if name.partition(".")[0] in TOPICS or register != "headline":
                for form in forms.forms(name):
                    yield " ".join(word for word in form.text.split() if "{" not in word)
