"""What a domain adds to plain English: its words, and how they make slots, facts, changes and refusals.

The words and rules of a domain stand in a text file whose first lines say how it is read; `read_words` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dialogue_gym.envs.customer_service.understanding.forms import read_sections

_DESK = files("dialogue_gym.envs.customer_service.understanding").joinpath("desk.txt")

Table = Mapping[str, str]
"""Forms or rules, separated by ";", by what they stand for."""


def read_words(path: Path | Traversable) -> dict[str, dict[str, str]]:
    """The sections of a word list and of `desk.txt`, by the first words of their headings, then by the rest."""
    tables: dict[str, dict[str, str]] = {}
    for source in (_DESK, path):
        for heading, lines in read_sections(source).items():
            kind, _, name = heading.partition(" ")
            table = tables.setdefault(kind, {})
            table[name] = f"{table[name]};{lines}" if name in table else lines
    return tables


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """A domain's words and rules. Of the rules of one kind, those of earlier things win.

    Attributes:
        cues: Word forms by cue.
        verbs: Present forms of the actions by name, each also a cue; "NAME past" holds the past forms, for which
            NAME_past is a cue too, and "NAME noun" the nouns.
        units: What quantities count beside time, singular by plural; "%" by itself.
        ids: How each kind of number is written, by kind: "GC-9999" is two letters and four digits.
        brands: Makers of payment cards, as said.
        entities: Values with names of their own: kind, then value to the forms that name it.
        wares: Names of goods outside the domain's own list, by the sections of `wares.Wares`; each is an item.
        options: Options by item, "" for those of no item: values that count only near their item or after a word such
            as "size".
        shy_options: Options whose names are everyday words or numbers.
        sized: Cue for words such as "size", after which a shy option is one.
        pronouns: Cue for words such as "one", before which it is one too.
        kind_cues: The cues that values of a kind also are.
        slots: Rules by slot. A rule needs a request or a question with "what" or "which"; with "?" before it,
            any question will do.
        beats: Slots that are not asked for beside a slot in the same clause.
        pick: Cues for asking which of the things named is meant.
        choices: The slot that a question with two values of a kind is about, by kind.
        money, dates: Rules by fact for the values of that type; "" stands for values that are no fact.
        less: Cue that makes a price difference one in the customer's favour.
        signed: The money fact that can be negative.
        same: Cue for there being no price difference.
        codes: Fact by kind of number.
        answer: The fact that a quantity states, and cues that keep it from doing so.
        flags: Rules by "FACT yes" and "FACT no", for facts that are true or false.
        states: Rules by "FACT VALUE", for facts with a few named values.
        tools: Rules by tool that changes something, the first match wins.
        minor: Tools that only follow from others named beside them, and those.
        main_verbs: Verbs of changes; two of them with an "or" make a menu.
        alternative: The slot that is asked for when two changes are held out to choose from.
        passive_verbs: Verbs whose "is ..." and "was ..." state a fact, not a change just made.
        done_needs: Cues without which a change was not made, by tool.
        general: Cue for things in the plural: a clause about "orders" is not about the customer's.
        plain: Words of the trade that change nothing about what a statement claims.
        predicates: Cues that state something even without a verb.
        bare: Cues that a statement without a verb is taken to have.
        aside: Cue for what the customer has done, mentioned by the way.
        settled: Cue for naming a state; a change is not said to be made in such a clause.
        details: Detail of a proposal by kind of value.
        own_details: The tools that have a detail, for kinds of value that only some tools have.
        own_money: The money fact that is the amount of a tool, by tool.
        clauses: Rules by policy clause; "cant" is the cue for what is not possible.
        swallows: Facts that a clause takes as its reason, so that they are not stated beside it, by clause.
    """

    cues: Table
    verbs: Table
    slots: Table
    tools: Table
    clauses: Table
    ids: Table
    main_verbs: str
    details: Table
    units: Table = field(default_factory=dict)
    brands: tuple[str, ...] = ()
    entities: Mapping[str, Table] = field(default_factory=dict)
    wares: Table = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shy_options: frozenset[str] = frozenset()
    sized: str = ""
    pronouns: str = ""
    kind_cues: Table = field(default_factory=dict)
    beats: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pick: str = ""
    choices: Table = field(default_factory=dict)
    money: Table = field(default_factory=dict)
    dates: Table = field(default_factory=dict)
    less: str = ""
    signed: str = ""
    same: str = ""
    codes: Table = field(default_factory=dict)
    answer: tuple[str, str] = ("answer", "")
    flags: Table = field(default_factory=dict)
    states: Table = field(default_factory=dict)
    alternative: str = ""
    minor: Mapping[str, frozenset[str]] = field(default_factory=dict)
    passive_verbs: str = ""
    done_needs: Table = field(default_factory=dict)
    general: str = ""
    plain: str = ""
    predicates: tuple[str, ...] = ()
    bare: str = ""
    aside: str = ""
    settled: str = ""
    own_details: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own_money: Mapping[str, str] = field(default_factory=dict)
    swallows: Mapping[str, frozenset[str]] = field(default_factory=dict)
