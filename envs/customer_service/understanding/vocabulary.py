"""What a domain adds to plain English: its words, and how they make slots, facts, changes and refusals.

Cues are groups of word forms under a name, in the wording syntax (`(a|b|)`), separated by ";". Forms are written in
lower case without contractions ("i have", not "I've"); `#money`, `#date`, `#quantity` and the names of `ids` stand
for values. Rules say which cues must come together in a clause:

    "change|move payment|card !refund ^ship"

needs a cue of each group, in any order; `!refund` forbids one; `^ship` may stand anywhere in the message.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """Forms of an action: in the present, in the past, and as a noun; each in the cue syntax."""

    present: str
    past: str
    noun: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """A domain's words and rules. Rules of one thing are separated by ";"; earlier things win.

    Attributes:
        cues: Word forms by cue.
        verbs: Forms of the actions, each also a cue; "_past" behind its name is the cue for its past form.
        ids: How each kind of number is written, by kind: "GC-9999" is two letters and four digits.
        brands: Makers of payment cards, as said.
        entities: Values with names of their own: kind, then value to the forms that name it.
        options: Options by item: values that count only near their item or after a word such as "size".
        shy_options: Options whose names are everyday words or numbers.
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
        answer: The fact that a quantity states, and the rules that keep it from doing so.
        flags: Facts that are true or false: (rules for true, rules for false) by fact.
        states: Fact, then value to rules, for facts with a few named values.
        tools: Rules by tool that changes something, the first match wins.
        minor: Tools that only follow from others named beside them, and those.
        main_verbs: Verbs of changes; two of them with an "or" make a menu.
        alternative: The slot that is asked for when two changes are held out to choose from.
        passive_verbs: Verbs whose "is ..." and "was ..." state a fact, not a change just made.
        done_needs: Cues without which a change was not made, by tool.
        predicates: Cues that state something even without a verb.
        bare: Cues that a statement without a verb is taken to have.
        aside: Cue for what the customer has done, mentioned by the way.
        settled: Cue for naming a state; a change is not said to be made in such a clause.
        details: Detail of a proposal by kind of value.
        own_details: (tool, kind) pairs for details that only some tools have, as kind to tools.
        clauses: Rules by policy clause; "cant" is the cue for what is not possible.
        swallows: Facts that a clause takes as its reason, so that they are not stated beside it, by clause.
    """

    cues: Mapping[str, str]
    verbs: Mapping[str, Verb]
    ids: Mapping[str, str]
    brands: tuple[str, ...]
    entities: Mapping[str, Mapping[str, str]]
    options: Mapping[str, tuple[str, ...]]
    shy_options: frozenset[str]
    kind_cues: Mapping[str, str]
    slots: Mapping[str, str]
    beats: Mapping[str, frozenset[str]]
    pick: str
    choices: Mapping[str, str]
    money: Mapping[str, str]
    dates: Mapping[str, str]
    less: str
    signed: str
    same: str
    codes: Mapping[str, str]
    answer: tuple[str, str]
    flags: Mapping[str, tuple[str, str]]
    states: Mapping[str, Mapping[str, str]]
    tools: Mapping[str, str]
    main_verbs: str
    alternative: str
    minor: Mapping[str, frozenset[str]]
    passive_verbs: str
    done_needs: Mapping[str, str]
    predicates: tuple[str, ...]
    bare: str
    aside: str
    settled: str
    details: Mapping[str, str]
    own_details: Mapping[str, frozenset[str]]
    clauses: Mapping[str, str]
    swallows: Mapping[str, frozenset[str]]
