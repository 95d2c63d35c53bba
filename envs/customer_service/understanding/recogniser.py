"""Understands what an agent says: from text to speech acts.

Four steps, each linear in the text: words and values (`lexer`, `wares`), cues (`cues`), clauses and how they are meant
(`clauses`), and then the acts, by the vocabulary's rules. There is no learning in it, so that it hears the same on
every machine, and where it is in doubt it rather hears nothing than something wrong.

    >>> from dialogue_gym.envs.customer_service.retail.vocabulary import VOCABULARY
    >>> Recogniser(VOCABULARY).understand("Sorry about that! Could you tell me your order number?")
    (Act(name='apologise', args={}, call=False), Act(name='ask', args={'slot': 'order_id'}, call=False))
"""

from collections.abc import Callable
from functools import cache

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.understanding.assertion import drop_unasserted
from dialogue_gym.envs.customer_service.understanding.clauses import Clause, clauses
from dialogue_gym.envs.customer_service.understanding.english import BIT
from dialogue_gym.envs.customer_service.understanding.lexicon import Lexicon
from dialogue_gym.envs.customer_service.understanding.message import Message
from dialogue_gym.envs.customer_service.understanding.proposals import find_proposals
from dialogue_gym.envs.customer_service.understanding.questions import find_questions
from dialogue_gym.envs.customer_service.understanding.refusals import find_refusals
from dialogue_gym.envs.customer_service.understanding.statements import find_statements
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary

UNCLEAR, SILENCE = Act("unclear"), Act("silence")

_PLAIN = (
    ("greet", BIT["greet"]),
    ("apologise", BIT["sorry"]),
    ("clarify", BIT["clarify"]),
    ("hold", BIT["hold"]),
    ("offer_more", BIT["more"]),
    ("dismiss", BIT["rude"]),
    ("close", BIT["bye"]),
)
MORE, BYE, NEG, AN, SAYING = (BIT[name] for name in ("more", "bye", "neg", "an", "saying"))
_ANY_PLAIN = sum(bit for _, bit in _PLAIN)


class Recogniser:
    """Hears a domain's speech acts in text.

    Args:
        vocabulary: The domain's words and rules.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._lexicon = Lexicon(vocabulary)

    def understand(self, text: str) -> tuple[Act, ...]:
        """The speech acts in an utterance, in order; ("silence",) for blank text, ("unclear",) for no act."""
        if not text or text.isspace():
            return (SILENCE,)
        message = self.read(text)
        find_questions(message)
        find_refusals(message)
        find_proposals(message)
        find_statements(message)
        for number, clause in enumerate(message.clauses):
            if clause.mask & _ANY_PLAIN:
                _find_politeness(message, number, clause)
        drop_unasserted(message)
        return message.acts() or (UNCLEAR,)

    def read(self, text: str) -> Message:
        """The clauses of a text, before any act is recognised in them."""
        lexicon = self._lexicon
        words, values = lexicon.wares(*lexicon.lexer(text))
        units, strange = lexicon.tree.find(words, values)
        return Message(lexicon, text, clauses(units), strange)


def hearing(vocabulary: Vocabulary) -> Callable[[str], tuple[Act, ...]]:
    """`Recogniser.understand` of a recogniser that is made when a text is first heard.

    Making one takes a third of a second, and numeric views never hear a text.
    """
    made = cache(lambda: Recogniser(vocabulary))
    return lambda text: made().understand(text)


def _find_politeness(message: Message, number: int, clause: Clause) -> None:
    for place, unit in enumerate(clause.units):
        if unit.mask & _ANY_PLAIN:
            for name, bit in _PLAIN:
                if (
                    unit.mask & bit
                    and not (bit == MORE and message.sentences[clause.sentence] & NEG and not clause.question)
                    and not (bit == BYE and _is_spoken_of(clause, place))
                ):
                    message.add(number, place, Act(name))


def _is_spoken_of(clause: Clause, place: int) -> bool:
    """Whether a farewell is spoken of, and not made: "don't take this as a goodbye", "I haven't said goodbye"."""
    before = clause.units[place - 1].mask if place else 0
    return bool(before & AN or (before & SAYING and clause.mask & NEG))
