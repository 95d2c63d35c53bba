"""Whether a statement or proposal that was found is plainly meant. If in doubt, it is not, and the customer asks again.

A blacklist of doubts is never complete: an agent may pass on a rumour, make up an example, or say what would have been,
in more ways than anybody lists. So this fails closed. A fact or proposal counts only if all of its sentence is
explained: by cues, by `plain.txt`, or as somebody's name (`sentences`). Its clause must be plainly stated or offered,
led in by nothing that asks, denies or doubts (`claims`). And the message may not take it back, which is seen to here.
"""

import re

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.claims import is_doubted, is_offered, is_stated
from dialogue_gym.envs.customer_service.understanding.clauses import HEDGE, OR, QUESTION, Clause
from dialogue_gym.envs.customer_service.understanding.english import bits
from dialogue_gym.envs.customer_service.understanding.message import DENIED, Message
from dialogue_gym.envs.customer_service.understanding.sentences import NOT_MEANT, is_plain, span

FRAME, UNDO, DISCLAIM, REPORT, TRUTH, OKAY, CONSENT, ASK_YES, THAT = bits(
    "frame undo disclaim report truth okay consent ask_yes that"
)
_DOUBT = HEDGE | DENIED | REPORT | NOT_MEANT
_CHECK = TRUTH | OKAY | CONSENT | ASK_YES
_TAKES_BACK = UNDO | OR | DISCLAIM | _DOUBT | _CHECK
_CLAIMS = ("tell", "propose")
_QUOTES = '"“'
_QUOTED = r"[\"“][a-z]+[.,!]?[\"”]"
_NOBODYS = re.compile(
    rf"[\"“](?:yes|no|ok|okay|go|agree)[.!,]?[\"”]|{_QUOTED} status|(?:status(?: is)?|(?:mark|list)ed as) {_QUOTED}",
    re.IGNORECASE,
)
"""What a customer is to answer, 'please reply "yes"', and the name of a state, 'marked as "shipped"': nobody's word."""
_SHORT = 5
"""A comment of fewer words than this is on what was said before."""


def drop_unasserted(message: Message) -> None:
    """Drops the facts and proposals of a message that are not plainly meant."""
    if not any(act.name in _CLAIMS for _, _, _, act in message.found):
        return
    if message.mask & FRAME or _quotes(message.text):
        message.keep(lambda number, place, act: act.name not in _CLAIMS)
        return
    undone, questioned = _taken_back(message) if message.mask & _TAKES_BACK else (-1, -1)
    spans: dict[int, range] = {}
    plain: dict[int, bool] = {}

    def meant(number: int, place: int, act: Act) -> bool:
        if act.name not in _CLAIMS:
            return True
        sentence, tells = message.clauses[number].sentence, act.name == "tell"
        if sentence <= undone or (tells and sentence <= questioned):
            return False
        numbers = spans.get(sentence)
        if numbers is None:
            numbers = spans[sentence] = span(message, number)
            plain[sentence] = is_plain(message, numbers)
        if not plain[sentence] or (message.mask & HEDGE and is_doubted(message, number, numbers)):
            return False
        return is_stated(message, number, place, act, numbers) if tells else is_offered(message, number, numbers)

    message.keep(meant)


def _quotes(text: str) -> bool:
    """Whether some of a text, but not the whole, is in quotation marks: it may be anybody's word."""
    if not any(mark in text for mark in _QUOTES) or text.strip()[0] in _QUOTES:
        return False
    return any(mark in _NOBODYS.sub("", text) for mark in _QUOTES)


def _taken_back(message: Message) -> tuple[int, int]:
    """The last sentence that a later one takes back, and that a later one asks the truth of; -1 for none."""
    undone = questioned = -1
    acting = {message.clauses[number].sentence for number, _, _, _ in message.found}
    proposing = any(act.name == "propose" for _, _, _, act in message.found)
    before = -1
    for clause in message.clauses:
        sentence, mask = clause.sentence, clause.mask
        begins, before = sentence != before, sentence
        if mask & UNDO or (begins and clause.opening == OR):
            undone = sentence
        elif begins and sentence and sentence not in acting:
            whole = message.sentences[sentence]
            if mask & DISCLAIM or (whole & _DOUBT and _is_comment(clause)):
                undone = sentence - 1
            elif whole & QUESTION and whole & _CHECK and not proposing:
                questioned = sentence - 1
    return undone, questioned


def _is_comment(clause: Clause) -> bool:
    """Whether a clause begins a comment on what was said: "That isn't true", "Maybe", "I could be wrong"."""
    first = clause.units[0].mask
    return bool(first & THAT) or bool(first & DENIED and clause.mask & THAT) or len(clause.units) < _SHORT
