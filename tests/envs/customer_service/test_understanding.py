"""The recogniser: what it hears in hand-made utterances, and that nothing makes it stumble."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.retail.vocabulary import VOCABULARY
from dialogue_gym.envs.customer_service.understanding import Recogniser, Vocabulary
from dialogue_gym.errors import CorpusError, UnknownNameError
from tests.envs.customer_service.understanding_score import DATA, load, score

CASES = Path(__file__).with_name("understanding_cases.txt")
FRAMES = Path(__file__).with_name("understanding_frames.txt")
TUNING = [DATA.with_name(f"agent_utterances_{name}.jsonl") for name in ("tuning", "tuning_second", "tuning_third")]
_FLOATS = ("amount", "balance", "price", "price_difference", "refund_amount", "credit_amount", "money")


@lru_cache(maxsize=1)
def retail() -> Recogniser:
    return Recogniser(VOCABULARY)


def read_value(name: str, text: str) -> Any:
    if name in _FLOATS:
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def read_act(text: str) -> Act:
    name, _, rest = text.strip().partition(":")
    if not rest:
        return Act(name)
    if name in ("ask", "refuse"):
        return Act(name, {"slot" if name == "ask" else "clause": rest})
    if name == "tell":
        fact, _, value = rest.partition("=")
        return Act(name, {fact: read_value(fact, value)})
    tool, _, inside = rest.rstrip(")").partition("(")
    details = dict(re.findall(r"(\w+)=(.*?)(?:, (?=\w+=)|$)", inside))
    return Act(name, {"tool": tool} | {slot: read_value(slot, value) for slot, value in details.items()})


def read_cases() -> list[Any]:
    cases, section = [], ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("# "):
            text, _, acts = line.rpartition(" => ")
            cases.append(pytest.param(text, [read_act(act) for act in acts.split("; ")], id=f"{section}: {text}"))
    return cases


def sort_key(act: Act) -> tuple[str, str]:
    return act.name, repr(sorted(act.args.items()))


@pytest.mark.parametrize(("text", "acts"), read_cases())
def test_hears(text: str, acts: list[Act]) -> None:
    heard = list(retail().understand(text))
    assert sorted(heard, key=sort_key) == sorted(acts, key=sort_key)


@lru_cache(maxsize=1)
def read_frames() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in FRAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = []
        elif line and not line.startswith("# "):
            sections[list(sections)[-1]].append(line)
    return sections


def framed(kind: str, whose: str) -> list[str]:
    texts = [frame.format(said) for frame in read_frames()[f"{whose} {kind}"] for said in read_frames()[kind]]
    return [text[0].upper() + text[1:] for text in texts]


def is_taken(text: str) -> bool:
    return any(act.name in ("tell", "propose") for act in retail().understand(text))


@pytest.mark.parametrize("kind", ["facts", "proposals"])
def test_hears_through_harmless_frames(kind: str) -> None:
    assert not [text for text in framed(kind, "harmless") if not is_taken(text)]


@pytest.mark.parametrize("kind", ["facts", "proposals"])
def test_misleading_frames_let_at_most_one_in_a_hundred_through(kind: str) -> None:
    texts = framed(kind, "misleading")
    taken = [text for text in texts if is_taken(text)]
    assert len(taken) <= len(texts) / 100, taken


@pytest.mark.parametrize("file", [DATA, *(DATA.with_name(f"{DATA.stem}_{name}.jsonl") for name in ("fresh", "third"))])
def test_other_authors_are_understood_and_not_believed_too_readily(file: Path) -> None:
    result = score(load("", file), retail())
    assert result.right >= 0.88 * result.lines
    assert result.misled <= result.misleading / 100


@pytest.mark.parametrize("file", TUNING)
def test_tuning_sets_are_understood_and_not_believed_too_readily(file: Path) -> None:
    result = score(load("", file), retail())
    assert result.right >= 0.93 * result.lines
    assert result.misled <= result.misleading / 50


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u3000"])
def test_blank_is_silence(blank: str) -> None:
    assert retail().understand(blank) == (Act("silence"),)


@pytest.mark.parametrize(
    "text", ["...", "?", "lorem ipsum", "{}", "\u0645\u0631\u062d\u0628\u0627", "\U0001f600", "<b>"]
)
def test_nothing_recognised_is_unclear(text: str) -> None:
    assert retail().understand(text) == (Act("unclear"),)


def test_acts_come_in_the_order_in_which_they_are_said() -> None:
    text = "Hi! Your refund is $34.50, it arrives on 14 March. Anything else?"
    assert [act.name for act in retail().understand(text)] == ["greet", "tell", "tell", "offer_more"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("14 March", "2031-03-14"),
        ("March 14", "2031-03-14"),
        ("March 14th", "2031-03-14"),
        ("the 14th of March", "2031-03-14"),
        ("14 Mar 2031", "2031-03-14"),
        ("Friday, 14 March", "2031-03-14"),
        ("2031-03-14", "2031-03-14"),
        ("May 2", "2031-05-02"),
    ],
)
def test_dates(said: str, value: str) -> None:
    assert retail().understand(f"It will be delivered on {said}.") == (Act("tell", {"delivery_date": value}),)


@pytest.mark.parametrize("said", ["14/3", "3/4/2031", "30 February", "2031-02-30", "14", "March"])
def test_what_is_no_date(said: str) -> None:
    assert all("delivery_date" not in act.args for act in retail().understand(f"It will be delivered on {said}."))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("$34.50", 34.5),
        ("34.50 dollars", 34.5),
        ("USD 20", 20.0),
        ("$1,234.50", 1234.5),
        ("$ 7", 7.0),
        ("US$5", 5.0),
        ("twelve dollars", 12.0),
        ("thirty-five dollars", 35.0),
        ("12 dollars 50", 12.5),
        ("12 dollars and 50 cents", 12.5),
        ("34.50", 34.5),
        ("1,234.50", 1234.5),
        ("15$", 15.0),
    ],
)
def test_money(said: str, value: float) -> None:
    assert retail().understand(f"Your refund is {said}.") == (Act("tell", {"refund_amount": value}),)


@pytest.mark.parametrize("said", ["2.50 kg", "10.30 am", "2.50 hours", "22.08.2031", "34.5"])
def test_what_is_no_money(said: str) -> None:
    assert all("refund_amount" not in act.args for act in retail().understand(f"Your refund is {said}."))


def test_an_amount_below_nothing_needs_no_sign_of_a_currency() -> None:
    heard = retail().understand("The price difference is -9.00.")
    assert heard == (Act("tell", {"price_difference": -9.0}),)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("visa ending 4242", "visa-4242"),
        ("Visa card ending in 4242", "visa-4242"),
        ("your Mastercard (ending in 1881)", "mastercard-1881"),
        ("visa-4242", "visa-4242"),
        ("PayPal", "paypal"),
        ("gift card GC-4711", "GC-4711"),
        ("gc4711", "GC-4711"),
    ],
)
def test_payment_methods(said: str, value: str) -> None:
    heard = retail().understand(f"Shall I change the payment to {said}?")
    assert heard == (Act("propose", {"tool": "change_payment", "payment_method": value}),)


@pytest.mark.parametrize(
    "said", ["12 Mill Lane, Easton 40213", "12 mill lane, easton 40213", "12 Mill Lane Easton 40213"]
)
def test_addresses(said: str) -> None:
    heard = retail().understand(f"Shall I change the address to {said}?")
    assert heard == (Act("propose", {"tool": "change_address", "address": "12 Mill Lane, Easton 40213"}),)


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("bath mat", "bath mat"),
        ("garden chairs", "garden chair"),
        ("new floor lamp", "floor lamp"),
        ("broken lamp", "desk lamp"),
        ("duvet cover", "duvet cover"),
        ("sunglasses", "sunglasses"),
        ("table fan", "table fan"),
    ],
)
def test_goods_in_the_catalogue_and_outside_it(said: str, item: str) -> None:
    heard = retail().understand(f"Shall I return the {said}?")
    assert heard == (Act("propose", {"tool": "return_item", "item": item}),)


def test_an_option_that_an_item_does_not_come_in_is_heard_too() -> None:
    for said, option in (("for the green one", "green"), ("for the green one in size XL", "XL")):
        heard = retail().understand(f"Shall I exchange the rain jacket {said}?")
        assert heard == (Act("propose", {"tool": "exchange_item", "item": "rain jacket", "option": option}),)


PIECES = st.sampled_from(
    "I you will not $5 $34.50 14 March W40213 C-48213 GC-4711 visa ending 4242 refund cancel the order ? . , - \" ' ( "
    "if or might shall ok 12 Mill Lane Easton 40213 a@b.com 30 days black size M said".split()
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join)))
def test_never_raises(text: str) -> None:
    acts = retail().understand(text)
    assert acts
    assert len(acts) == len({sort_key(act) for act in acts})


@pytest.mark.parametrize(
    "piece",
    ["a.", "$1 ", '"', "- ", "not ", "1 a ", "refund $5 on 14 March ", "1 Mill ", "visa ending in ", "'a", "a@", "?"],
)
def test_time_grows_with_length_only(piece: str) -> None:
    """Counts tokens instead of seconds: nothing is read twice, so 8000 characters of anything are no problem."""
    text = (piece * 8000)[:8000]
    message = retail().read(text)
    assert sum(len(clause.units) for clause in message.clauses) <= len(text)
    assert retail().understand(text)


def test_another_domain_needs_only_words() -> None:
    bank = Recogniser(
        Vocabulary(
            cues={"card": "card ; debit card ; #card", "pin": "pin ; pin code", "stolen": "stolen"},
            verbs={
                "freeze": "freeze ; block",
                "freeze past": "frozen ; blocked",
                "order": "order",
                "order past": "ordered",
            },
            slots={"pin": "pin"},
            tools={"freeze_card": "freeze card", "order_card": "order card"},
            clauses={"not_stolen": "cant freeze"},
            ids={"card": "DC-999999"},
            main_verbs="freeze|order",
            details={"card": "card_number"},
            kind_cues={"card": "card"},
        )
    )
    assert bank.understand("What's your PIN?") == (Act("ask", {"slot": "pin"}),)
    assert bank.understand("Shall I freeze card DC-123456?") == (
        Act("propose", {"tool": "freeze_card", "card_number": "DC-123456"}),
    )
    assert bank.understand("I've frozen your card.") == (Act("tell", {"done": "freeze_card"}),)
    assert bank.understand("I haven't frozen your card.") == (Act("unclear"),)
    assert bank.understand("Shall I freeze the card or order a new one?") == (Act("unclear"),)
    assert bank.understand("Sorry, I can't freeze it.") == (Act("apologise"), Act("refuse", {"clause": "not_stolen"}))


def test_strange_words_beside_a_fact_do_no_harm_but_those_that_lead_into_it_do() -> None:
    shipped = Act("tell", {"status": "shipped"})
    assert retail().understand("Your order has shipped and it is gallivanting along to you.") == (shipped,)
    assert retail().understand("We had a hootenanny here and your order has shipped.") == (shipped,)
    assert retail().understand("The grapevine has it and your order has shipped.") == (Act("unclear"),)
    assert retail().understand("Your order has shipped, quoth the raven.") == (Act("unclear"),)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (
            'I can cancel W40213. Please reply "yes" to confirm.',
            Act("propose", {"tool": "cancel_order", "order_id": "W40213"}),
        ),
        ('Your order is marked as "delivered".', Act("tell", {"status": "delivered"})),
        ('Your order is "delivered" in a manner of speaking.', Act("unclear")),
    ],
)
def test_quoted_words(text: str, heard: Act) -> None:
    assert retail().understand(text) == (heard,)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        (
            "Could you please provide the following:\n- Your full name\n- Your postcode",
            [Act("ask", {"slot": "identity"})],
        ),
        (
            "I'll do the following:\n\n**Order:** W40213\nAction: cancel order\nRefund: $66.00\n\nIs this correct?",
            [Act("propose", {"tool": "cancel_order", "order_id": "W40213", "amount": 66.0})],
        ),
        ("An order is one of these:\n- pending\n- shipped\n- delivered", [Act("unclear")]),
        (
            "Your order has shipped.\nYour refund is $20.",
            [Act("tell", {"status": "shipped"}), Act("tell", {"refund_amount": 20.0})],
        ),
    ],
)
def test_rows_of_a_list_go_on_with_the_sentence_before(text: str, acts: list[Act]) -> None:
    assert list(retail().understand(text)) == acts


def test_rule_with_an_unknown_cue_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="frezee"):
        Recogniser(
            Vocabulary(
                cues={},
                verbs={"freeze": "freeze"},
                slots={},
                tools={"freeze_card": "frezee"},
                clauses={},
                ids={},
                main_verbs="freeze",
                details={},
            )
        )


@pytest.mark.parametrize(("text", "line"), [("freeze", 1), ("[cue a]\n(b|c", 2)])
def test_faults_in_a_word_list_name_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    from dialogue_gym.envs.customer_service.understanding.forms import read_sections

    path = tmp_path / "words.txt"
    path.write_text(text)
    with pytest.raises(CorpusError, match=rf"words\.txt:{line}:"):
        read_sections(path)
