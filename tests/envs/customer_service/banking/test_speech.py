"""What the bank's desk says by default is understood as it was meant, and the facts of free text are heard."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN, plain
from dialogue_gym.envs.customer_service.banking.domain import DOMAIN, REFUSALS
from dialogue_gym.envs.customer_service.banking.vocabulary import PHRASES

VALUES = {"date": "2031-05-03", "money": 42.1, "id": "D-12345"}
DETAILS = {"card": "visa-4821", "amount": 350.0, "address": "12 Mill Lane, Port Ellis 40213"}


def speech_acts():
    acts = [Act(name) for name in PHRASES.plain if name not in ("unclear", "silence")]
    acts += [Act("ask", {"slot": slot}) for slot in PHRASES.ask]
    acts += [Act("refuse", {"clause": clause}) for clause in REFUSALS]
    for fact, kind in DOMAIN.fact_types.items():
        phrase = PHRASES.tell[fact]
        value = "AC12345678" if fact == "account_number" else VALUES.get(kind)
        acts += [Act("tell", {fact: each}) for each in (phrase if isinstance(phrase, dict) else [value]) if each]
    answers = {plain(article["answer"]) for article in BUILT_IN.articles}
    acts += [Act("tell", {DOMAIN.answer_facts[type(answer)]: answer}) for answer in sorted(answers, key=str)]
    for tool, phrase in PHRASES.propose.items():
        details = {name: value for name, value in DETAILS.items() if f"[{name}?" in phrase or f"[{name}?" in phrase}
        acts += [Act("propose", {"tool": tool}), Act("propose", {"tool": tool, **details})]
    return acts


@pytest.mark.parametrize("act", speech_acts(), ids=str)
def test_canonical_speech_means_what_it_was_made_from(act):
    assert DOMAIN.understand(DOMAIN.render((act,))) == (act,)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Which card do you mean, please?", Act("ask", {"slot": "card"})),
        ("Could you tell me the last four digits of the card?", Act("ask", {"slot": "card"})),
        ("Who did you send the money to?", Act("ask", {"slot": "payee"})),
        ("How much was the payment?", Act("ask", {"slot": "amount"})),
        ("Your transfer will arrive on 3 May.", Act("tell", {"arrival_date": "2031-05-03"})),
        ("The payment will be settled on May 3rd.", Act("tell", {"settle_date": "2031-05-03"})),
        ("You were charged a fee of $2.50.", Act("tell", {"fee": 2.5})),
        ("Your claim number is D-12345.", Act("tell", {"claim_number": "D-12345"})),
        ("I have blocked your card.", Act("tell", {"done": "block_card"})),
        ("Shall I freeze your Visa ending in 4821?", Act("propose", {"tool": "freeze_card", "card": "visa-4821"})),
        ("Would you like me to cancel the transfer?", Act("propose", {"tool": "cancel_transfer"})),
        ("I'm sorry, the exchange rate was right.", Act("refuse", {"clause": "rate_correct"})),
        ("It takes 3 working days.", Act("tell", {"answer": "3 days"})),
        ("The fee is 1.5 % of the sum.", Act("tell", {"answer": "1.5 %"})),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_words_are_understood_too(text, act):
    assert act in DOMAIN.understand(text)


@pytest.mark.parametrize(
    "text",
    [
        "I have not blocked your card.",
        "Perhaps the fee was $2.50.",
        "If I cancel the transfer, the refund amount might be $40.",
        "Has the transfer arrived on 3 May?",
        "Other customers were charged a fee of $2.",
    ],
)
def test_what_is_not_meant_is_not_heard(text):
    assert not [act for act in DOMAIN.understand(text) if act.name == "tell"]
