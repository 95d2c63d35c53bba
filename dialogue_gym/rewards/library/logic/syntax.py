"""The form of a knowledge file: one statement a line, of five kinds; "#" begins a remark.

    fact    rice cooker | is a | kitchen appliance
    rule    ?item | is a | ?kind  &  ?kind | warranty | ?time  ->  ?item | warranty | ?time
    single  warranty
    never   cancel-shipped:  ?order | status | shipped  &  ?order | cancel_order | called
    says    {item} has a warranty of {time}  ->  {item} | warranty | {time}

- `fact`: subject, relation, object. Texts are compared without regard to case and runs of spaces.
- `rule`: conditions joined by "&", then "->" and one conclusion. Terms that begin with "?" are variables; those of the
  conclusion have to occur in a condition.
- `single`: a relation of which a subject has one object only, so that another one contradicts it.
- `never`: a name, and what must not hold all at once.
- `says`: a sentence of the agent's with {slots} of one to five words, and the fact that it states.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from dialogue_gym.errors import CorpusError
from dialogue_gym.rewards.library.logic.inference import Rule, Triple, is_variable

KINDS = ("fact", "rule", "single", "never", "says")
_SLOT = re.compile(r"\{(\w+)\}")
_END = r"(?=\s*(?:$|[.,;:!?](?:\s|$)|(?:and|but|or|so|which|because|if|when)\b))"
_WORDS = r"[^\s,;:!?]+(?:\s+[^\s,;:!?]+){0,4}?"


@dataclass
class Knowledge:
    """What a file says.

    Attributes:
        facts: What holds.
        rules: What follows from what.
        single: Relations with one object per subject.
        never: What must not hold together, by name.
        says: Patterns of sentences, and the fact that each states, with its slots as "{slot}".
    """

    facts: list[Triple] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    single: set[str] = field(default_factory=set)
    never: dict[str, tuple[Triple, ...]] = field(default_factory=dict)
    says: list[tuple[re.Pattern[str], Triple]] = field(default_factory=list)


def read_knowledge(path: str | Path) -> Knowledge:
    """Reads a knowledge file.

    Raises:
        CorpusError: The file is missing, or a line is none of the five kinds.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"Expected a knowledge file at {path}, got: {error}.") from None
    knowledge = Knowledge()
    for number, raw in enumerate(lines, 1):
        line = raw.partition("#")[0].strip()
        if line:
            try:
                _add(knowledge, line)
            except ValueError as error:
                raise CorpusError(f"{path}, line {number}: {error}") from None
    return knowledge


def plain(term: object) -> str:
    """A term in the form in which it is compared.

    >>> plain("  Rice  Cooker ")
    'rice cooker'
    """
    return " ".join(str(term).casefold().split())


def _add(knowledge: Knowledge, line: str) -> None:
    kind, _, rest = line.partition(" ")
    rest = rest.strip()
    if kind == "fact":
        fact = _triple(rest)
        if any(map(is_variable, fact)):
            raise ValueError(f'expected a fact without variables, got {rest!r}. Did you mean "rule"?')
        knowledge.facts.append(fact)
    elif kind == "rule":
        conditions, conclusion = _arrow(rest)
        rule = Rule(_conditions(conditions), _triple(conclusion))
        bound = {term for condition in rule.conditions for term in condition}
        free = [term for term in rule.conclusion if is_variable(term) and term not in bound]
        if free:
            raise ValueError(f"expected each variable of the conclusion in a condition, got the new {', '.join(free)}.")
        knowledge.rules.append(rule)
    elif kind == "single":
        if not rest or "|" in rest:
            raise ValueError(f'expected one relation after "single", got {rest!r}.')
        knowledge.single.add(plain(rest))
    elif kind == "never":
        name, colon, conditions = rest.partition(":")
        if not colon or not name.strip():
            raise ValueError(f'expected "never name: conditions", got {rest!r}.')
        knowledge.never[name.strip()] = _conditions(conditions)
    elif kind == "says":
        knowledge.says.append(_sentence(rest))
    else:
        raise ValueError(f"expected a line that begins with {', '.join(KINDS)} or #, got {line!r}.")


def _triple(text: str) -> Triple:
    terms = [plain(term) for term in text.split("|")]
    if len(terms) != 3 or not all(terms):
        raise ValueError(f'expected "subject | relation | object", got {text.strip()!r}.')
    return Triple(*terms)


def _conditions(text: str) -> tuple[Triple, ...]:
    return tuple(_triple(part) for part in text.split("&"))


def _arrow(text: str) -> tuple[str, str]:
    before, arrow, after = text.partition("->")
    if not arrow:
        raise ValueError(f'expected "->" between what is given and what follows, got {text!r}.')
    return before.strip(), after.strip()


def _sentence(text: str) -> tuple[re.Pattern[str], Triple]:
    sentence, stated = _arrow(text)
    slots = _SLOT.findall(sentence)
    fact = _triple(stated)
    missing = [slot for slot in _SLOT.findall(stated) if slot not in slots]
    if missing or not slots or len(set(slots)) < len(slots):
        raise ValueError(f"expected a sentence with each slot of the fact once, got slots {slots} and fact {stated!r}.")
    pattern = ""
    for part in re.split(r"(\{\w+\})", sentence):
        slot = _SLOT.fullmatch(part)
        pattern += f"(?P<{slot[1]}>{_WORDS})" if slot else r"\s+".join(map(re.escape, re.split(r"\s+", part)))
    return re.compile(rf"(?<!\w){pattern}{_END}", re.IGNORECASE), fact
