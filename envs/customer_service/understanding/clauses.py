"""Cuts a text's units into sentences and clauses, and says how each clause is meant.

Negation, hedges, questions, conditions and reported speech hold for a clause, not for a message: "I can't cancel the
order, but I have changed the address" denies one thing and states another.
"""

from dialogue_gym.envs.customer_service.understanding.cues import Unit
from dialogue_gym.envs.customer_service.understanding.english import BIT

STOP, QUESTION, COMMA, COLON, AS, AND, OR = (
    BIT[name] for name in ("stop", "question", "comma", "colon", "as", "and", "or")
)
BUT, BECAUSE, IF = BIT["but"], BIT["because"], BIT["if"]
ME, YOU, OTHER, DET, AUX, WH, VERB, PLEASE = (
    BIT[name] for name in ("i", "you", "other", "det", "aux", "wh", "verb", "please")
)
REPORT, HEDGE, RETRACT, DISCLAIM, INVERTED, PREDICATE, NEG, MORE, OFFER, FILLER = (
    BIT[name]
    for name in ("report", "hedge", "retract", "disclaim", "inverted", "predicate", "neg", "more", "offer", "filler")
)
_PUNCTUATION = STOP | QUESTION | COMMA | COLON | AS | AND | OR | BUT | BECAUSE | IF
_SUBJECT = ME | YOU | OTHER | DET
_OPENS = ME | YOU | OTHER | WH | PLEASE | AUX
_BREAKS = BUT | BECAUSE | IF


class Clause:
    """A stretch with one predicate.

    Attributes:
        mask: Bits of all its cues.
        units: What it says.
        sentence: Number of its sentence.
        question: It asks.
        condition: It is a condition ("if it has shipped").
        reported: It says what somebody said.
        opening: The bit that introduced it (BUT, BECAUSE, IF, AS, OR, COLON), or 0.
    """

    __slots__ = ("condition", "mask", "opening", "question", "reported", "sentence", "units")

    def __init__(self, sentence: int, opening: int) -> None:
        self.mask = 0
        self.units: list[Unit] = []
        self.sentence = sentence
        self.question = False
        self.condition = opening == IF
        self.reported = False
        self.opening = opening

    def place(self, cues: int) -> int:
        """Where the first of some cues stands; 0 if none does."""
        return next((place for place, unit in enumerate(self.units) if unit.mask & cues), 0)

    def take(self, other: "Clause") -> None:
        """Joins what another clause says to this one."""
        self.units += other.units
        self.mask |= other.mask


def clauses(units: list[Unit]) -> list[Clause]:
    """The clauses of a text, in order."""
    found: list[Clause] = []
    sentence = 0
    current = Clause(0, 0)
    loose = 0  # a comma or conjunction after which a clause may begin
    for unit in units:
        mask = unit.mask
        if not mask & _PUNCTUATION:
            if loose and current.units and (mask or unit.kind) and _begins(mask, loose, current):
                _close(current, found)
                current = Clause(sentence, loose & (COLON | AS))
            elif mask & (ME | OTHER) and current.opening & (IF | AS) and current.mask & VERB:
                _close(current, found)
                current = Clause(sentence, 0)
            current.units.append(unit)
            current.mask |= mask
            loose = 0
        elif mask & (STOP | QUESTION):
            current.mask |= mask & ~STOP
            if mask & ~(STOP | QUESTION):
                if loose and current.units and _begins(mask, loose, current):  # ", we have it."
                    _close(current, found)
                    current = Clause(sentence, loose & (COLON | AS))
                    current.mask = mask & ~STOP
                current.units.append(unit)
            _close(current, found)
            if mask & QUESTION:
                _mark_question(found)
            sentence += 1
            current, loose = Clause(sentence, 0), 0
        elif mask & _BREAKS and not (mask & VERB and mask & ME):
            if current.units or current.opening:
                _close(current, found)
            current, loose = Clause(sentence, mask & _BREAKS), 0
            current.mask |= mask & ~(_PUNCTUATION | VERB)  # the verb of "provided" is not the clause's own
        else:
            current.mask |= mask
            loose |= mask
            if mask & (AS | OR) and not current.units:
                current.opening = mask & (AS | OR)
    _close(current, found)
    _spread(found)
    return found


def _begins(mask: int, loose: int, current: Clause) -> bool:
    """Whether a clause may begin here. Where it turns out to have no verb, it is joined to the one before."""
    if (
        loose & COLON
        or (current.condition and loose & COMMA and current.mask & VERB)
        or mask & (ME | YOU | OTHER | WH | PLEASE | DET | INVERTED)
    ):
        return True
    if not current.mask & (VERB | PREDICATE):
        return False
    return bool(mask & AUX) or not mask & (VERB | PREDICATE)


def _close(clause: Clause, found: list[Clause]) -> None:
    if not clause.units:
        if found and found[-1].sentence == clause.sentence:
            found[-1].mask |= clause.mask
        return
    before = found[-1] if found and found[-1].sentence == clause.sentence else None
    if before is not None and not clause.opening & _BREAKS and not clause.mask & (VERB | MORE):
        before.take(clause)
        return
    if before is not None and not before.mask & (VERB | PREDICATE | NEG | REPORT) and not before.opening & _BREAKS:
        clause.question = _inverted(clause.units)
        clause.units = before.units + clause.units
        clause.mask |= before.mask
        found[-1] = clause
        return
    clause.question = _inverted(clause.units)
    found.append(clause)


def _inverted(units: list[Unit]) -> bool:
    """Whether it begins like a question: an auxiliary, then a subject."""
    first = units[0].mask
    if first & WH:
        return len(units) > 1 and bool(units[1].mask & AUX) and not units[0].mask & OTHER
    if first & INVERTED:
        return True
    if not first & AUX:
        return False
    return len(units) > 1 and bool((units[1].mask & _SUBJECT and not units[1].mask & VERB) or units[1].kind)


def _mark_question(found: list[Clause]) -> None:
    if found:
        last = found[-1]
        if (last.condition or last.opening == BECAUSE) and len(found) > 1 and found[-2].sentence == last.sentence:
            found[-2].question = True
        last.question = True
        for clause in reversed(found[:-1]):
            if clause.sentence != last.sentence:
                break
            if clause.units[0].mask & OFFER:  # "how about I cancel it and you get $20 back?"
                clause.question = True


def _spread(found: list[Clause]) -> None:
    """Reported speech and doubt go on through their sentence, until somebody else takes the word or "but" comes."""
    reporting = hedging = -1
    disclaimed: set[int] = set()
    before: Clause | None = None
    for clause in found:
        if clause.mask & DISCLAIM:
            disclaimed.add(clause.sentence)
        if clause.mask & RETRACT and before is not None and before.sentence == clause.sentence:
            before.mask |= HEDGE
        before = clause
        if clause.opening in (BUT, COLON):
            hedging = -1
        if clause.mask & HEDGE:
            hedging = clause.sentence
        elif clause.sentence == hedging:
            clause.mask |= HEDGE
        if clause.mask & REPORT and not _only_names(clause):
            reporting = clause.sentence
            clause.reported = True
        elif clause.sentence == reporting and clause.opening != BUT and not clause.mask & ME and not clause.question:
            clause.reported = True
        else:
            reporting = -1
    for clause in found if disclaimed else ():
        if clause.sentence in disclaimed:
            clause.mask |= HEDGE


def _only_names(clause: Clause) -> bool:
    """Whether its report says only which thing is meant, "the card you asked about", not what was said of it."""
    places = [place for place, unit in enumerate(clause.units) if unit.mask & REPORT]
    return bool(places) and places[0] > 1 and all(clause.units[place].mask & FILLER for place in places)
