"""What an agent on the text view takes from customers' words and tools' results."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue_gym.acts import Act, render_call
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.listening import Listener
from dialogue_gym.envs.customer_service.matters import Persona
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.envs.customer_service.voice import Voice

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "listening_error.py"
PLAIN = Persona(
    patience=1.0,
    mood=0.8,
    pressure=0,
    guarded=False,
    chatty=0.0,
    polite=0.0,
    casual=False,
    typos=0.0,
    cut_off=0.0,
    slips=0.0,
    digresses=0.0,
)


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(DOMAIN)


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("listening_error", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def heard(listener: Listener, text: str, said: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The acts in a customer's text, perhaps after a message of the agent's."""
    messages = [{"role": "assistant", "content": said}] * (said is not None) + [{"role": "user", "content": text}]
    (event,) = listener.listen(messages)
    assert event.role == "user"
    assert event.text == text
    return [(act.name, dict(act.args)) for act in event.content]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I haven't got my parcel yet, any idea when it arrives?", "order_status"),
        ("Please cancel what I ordered this morning.", "cancel_order"),
        ("can you deliver my order to a different address", "change_address"),
        ("I would like to use another card to pay for my order.", "change_payment"),
        ("I picked the wrong colour, can you change my order before it ships?", "modify_item"),
        ("I'd like to send this back and get a refund.", "return_item"),
        ("The one I received is too small, I want to swap it for a bigger size.", "exchange_item"),
        ("It arrived broken!!", "damaged_item"),
        ("I think the courier lost my package.", "lost_parcel"),
        ("My delivery came a week too late, I'd like some compensation.", "late_delivery"),
        ("I returned it weeks ago, where is my refund?", "refund_status"),
        ("You charged me twice for the same order.", "double_charge"),
        ("It is cheaper now than when I bought it, can I get the difference?", "price_match"),
        ("How much money is left on my gift card?", "gift_card"),
        ("It stopped working after four months, is that under warranty?", "warranty"),
        ("I have a new email address, please change it in my account.", "update_email"),
        ("Do you have a discount code for me?", "discount_request"),
        ("My kettle gave me an electric shock and burned my hand!", "human_safety"),
        ("We are a company and need an invoice with VAT for a bulk order.", "human_business"),
        ("Can you help me with my homework?", "out_of_scope"),
    ],
)
def test_matters_are_recognised(listener: Listener, text: str, kind: str) -> None:
    (name, values), *others = heard(listener, text)
    assert name in ("open", "restate")
    assert values["kind"] == kind
    assert not others


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Yes, please do.", "affirm"),
        ("ok go ahead", "affirm"),
        ("No, I don't want that.", "negate"),
        ("Sorry, I don't understand what you mean.", "confused"),
        ("Hello? Are you still there?", "nudge"),
        ("This service is terrible, I'm very disappointed.", "complain"),
        ("Thank you so much!", "thank"),
        ("That's a pity, but I accept that.", "accept_refusal"),
        ("No, that's all, thanks. Goodbye!", "finish"),
        ("No problem, I'll wait.", "wait"),
        ("I'd rather not tell you that.", "withhold"),
    ],
)
def test_answers_are_recognised(listener: Listener, text: str, name: str) -> None:
    assert heard(listener, text) == [(name, {})]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("It's W40213.", [("inform", {"order_id": "W40213"})]),
        ("w40213", [("inform", {"order_id": "W40213"})]),
        ("My email is Mira.Holt@Example.com.", [("inform", {"email": "mira.holt@example.com"})]),
        ("My name is Søren Tamm and my zip is 40123.", [("inform", {"name": "Søren Tamm", "zip": "40123"})]),
        ("Visa ending 4242, please.", [("inform", {"payment_method": "visa-4242"})]),
        ("Please use PayPal.", [("inform", {"payment_method": "paypal"})]),
        ("Put it on gift card GC-4711, please.", [("inform", {"payment_method": "GC-4711"})]),
        ("The card says GC-4711.", [("inform", {"card_number": "GC-4711"})]),
        ("Send it to 7 Abbey Road, Port Ellis 40123.", [("inform", {"address": "7 Abbey Road, Port Ellis 40123"})]),
        ("It's about the Floor Mirror.", [("inform", {"item": "floor mirror"})]),
        ("Size L, please.", [("inform", {"option": "L"})]),
        ("I'd like long.", [("inform", {"option": "long"})]),
        ("I ordered it by mistake.", [("inform", {"reason": "ordered by mistake"})]),
        ("I'd like my money back.", [("inform", {"preference": "refund"})]),
        ("No, the order number is W40213.", [("correct", {"order_id": "W40213"})]),
        ("I told you already: W40213.", [("again", {"order_id": "W40213"})]),
        ("Actually, I'd rather have black.", [("change", {"option": "black"})]),
        ("Actually, leave it as it is.", [("change", {"nothing": ""})]),
        ("I don't have the order number.", [("unknown", {"slot": "order_id"})]),
        ("And how much will I get back?", [("ask_fact", {"fact": "refund_amount"})]),
        ("Yes, go ahead. The order number is W40213.", [("affirm", {}), ("inform", {"order_id": "W40213"})]),
    ],
)
def test_values_are_read(listener: Listener, text: str, acts: list[tuple[str, dict[str, str]]]) -> None:
    assert heard(listener, text) == acts


def test_details_belong_to_the_matter_of_their_message(listener: Listener) -> None:
    text = (
        "Hello there! I want to return the sleeping bag. The order number is W40213. I don't need it any more. Thanks!"
    )
    ((name, values),) = heard(listener, text)
    assert name == "open"
    details = {"item": "sleeping bag", "order_id": "W40213", "reason": "no longer needed"}
    assert values == {"kind": "return_item", **details}


def test_new_address_of_an_account_is_no_identification(listener: Listener) -> None:
    ((_, values),) = heard(listener, "I'd like to change my email address. It should be mholt12@example.net.")
    assert values == {"kind": "update_email", "new_email": "mholt12@example.net"}


def test_question_about_the_rules_has_its_topic(listener: Listener) -> None:
    ((name, values),) = heard(listener, "I have a question about your rules. How long is a gift card valid?")
    assert name in ("open", "restate")
    assert values == {"kind": "policy_question", "question": "gift_card_expiry"}


def test_option_that_a_product_does_not_have_is_not_taken_for_one(listener: Listener) -> None:
    ((_, values),) = heard(listener, "How long will my desk lamp take to arrive?")
    assert values == {"kind": "order_status", "item": "desk lamp"}


def test_sentences_make_acts_of_their_own(listener: Listener) -> None:
    names = [name for name, _ in heard(listener, "No, that's not what I want. My parcel is lost.")]
    assert names == ["negate", "restate"]
    names = [name for name, _ in heard(listener, "One more thing: I was charged twice.")]
    assert names == ["more", "open"]


def test_small_talk_says_nothing(listener: Listener) -> None:
    assert heard(listener, "Thanks a lot. It's raining cats and dogs here today.") == [("thank", {})]


@pytest.mark.parametrize("text", ["", "   ", "?", "xqzzt vrrk", "Где моя посылка", "\ud800"])
def test_what_is_not_understood_is_noise(listener: Listener, text: str) -> None:
    assert heard(listener, text) == [("noise", {})]


def test_message_that_breaks_off_is_cut_off(listener: Listener) -> None:
    assert heard(listener, "I'd like to canc—") == [("cutoff", {})]


def test_what_was_asked_helps(listener: Listener) -> None:
    asked = DOMAIN.render([Act("ask", {"slot": "new_email"})])
    assert heard(listener, "It's a.b@example.net.", asked) == [("inform", {"new_email": "a.b@example.net"})]
    assert heard(listener, "It's a.b@example.net.") == [("inform", {"email": "a.b@example.net"})]


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_values_of_every_split_survive_the_way_through_words(listener: Listener, split: str) -> None:
    voice = Voice(DOMAIN.wording["train"], PLAIN, DOMAIN.show)
    for i in range(25):
        stream = Stream(key("values", split, i))
        for matter in DOMAIN.make_scenario(stream, split, "hard", DOMAIN.kinds).matters:
            for slot in matter.slots.keys() - {"question", "person"}:
                text = voice.say((Act("inform", {slot: matter.slots[slot]}),), stream.bits())
                found = [values for _, values in heard(listener, text)]
                assert any(matter.slots[slot] in values.values() for values in found), (text, matter.slots[slot], found)


def test_every_product_and_option_is_found(listener: Listener) -> None:
    for product in PRODUCTS.values():
        for option in product.options:
            ((_, values),) = heard(listener, f"What does the {product.name} cost in {option}, and do you have it?")
            assert (values.get("item"), values.get("option")) == (product.name, option)


# Tools' results


def test_results_are_told_by_what_they_hold(listener: Listener) -> None:
    names = set()
    for scenario in range(150):
        episode = load_task("retail", "easy").episode()
        episode.start("train", scenario)
        while episode.stop_reason is None:
            acts = episode.oracle_acts()
            for event in episode.apply(acts).heard:
                if event.role == "tool":
                    call, result = event.content
                    (guessed,) = listener.listen([event.message()])
                    assert guessed.role == "tool"
                    assert guessed.content[1] == result
                    assert guessed.content[0].name == call.name
                    assert guessed.content[0].args.items() <= call.args.items()
                    names.add(call.name)
    assert len(names) >= 20


def test_own_message_tells_the_calls_exactly(listener: Listener) -> None:
    calls = [Act("get_order", {"order_id": "W40213"}, True), Act("list_orders", {}, True)]
    results = [{"error": "no customer is verified yet"}, {"orders": []}]
    own = {"role": "assistant", "content": "One moment. " + "".join(map(render_call, calls))}
    answers = [{"role": "tool", "content": json.dumps(result)} for result in results]
    events = listener.listen([own, {"role": "user", "content": "No problem, I'll wait."}, *answers])
    assert [event.role for event in events] == ["user", "tool", "tool"]
    assert [event.content for event in events[1:]] == list(zip(calls, results, strict=True))


def test_errors_tell_what_they_can(listener: Listener) -> None:
    errors = ["no account matches: check the email, or the full name and postcode", "no order 'W40213'", "what?"]
    events = listener.listen([{"role": "tool", "content": json.dumps({"error": error})} for error in errors])
    calls = [event.content[0] for event in events]
    assert calls[0].name == "find_customer"
    assert calls[1].args == {"order_id": "W40213"}
    assert all(call.call for call in calls)


@pytest.mark.parametrize("text", ["", "null", "[1]", "{", "[" * 100_000, '{"done": 3}', '{"done": {"a": 1}}'])
def test_odd_results_do_no_harm(listener: Listener, text: str) -> None:
    (event,) = listener.listen([{"role": "tool", "content": text}])
    call, result = event.content
    assert call.call
    assert isinstance(result, dict)


# Properties


@settings(max_examples=150)
@given(
    text=st.one_of(
        st.text(st.characters(codec=None)),
        st.lists(
            st.sampled_from(
                [
                    "W40213",
                    "12 Mill Lane, Easton 40123",
                    "desk lamp",
                    "long",
                    "Mira Holt",
                    "a@b.co",
                    "<item:0>",
                    "<",
                    ":",
                    "Yes.",
                    "no",
                    "cancel",
                    "One more thing:",
                    "\u2028",
                    "—",
                    "\x00",
                    "GC-4711",
                    "visa ending 4242",
                    "1 a, b",
                ]
            ),
            max_size=60,
        ).map(" ".join),
    )
)
def test_never_raises(listener: Listener, text: str) -> None:
    for role in ("user", "tool"):
        (event,) = listener.listen([{"role": "assistant", "content": text}, {"role": role, "content": text}])
        assert event.content
        assert event.text == text


def test_very_long_messages_are_read_in_part(listener: Listener) -> None:
    assert heard(listener, "Where is my parcel? " * 20_000)
    assert heard(listener, "a" * 1_000_000) == [("noise", {})]


def test_two_listeners_hear_the_same(listener: Listener, benchmark: ModuleType) -> None:
    other = Listener(replace(DOMAIN))
    messages = list(islice(benchmark.played(load_task("retail", "hard"), "val"), 200))
    for message in messages:
        assert heard(listener, message.text) == heard(other, message.text)


def test_importing_the_task_loads_no_learning_library() -> None:
    code = "import sys, dialogue_gym.envs.customer_service.task; print({'sklearn', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Measures


@pytest.mark.parametrize("domain", ["retail", pytest.param("banking", marks=pytest.mark.slow)])
def test_error_on_val_wording_is_the_domains_nlu_error(domain: str, benchmark: ModuleType) -> None:
    task = load_task(domain, "medium")
    messages = list(islice(benchmark.played(task, "val"), 1000))
    lost = benchmark.measure(Listener(task.domain), messages, answering=False).lost
    print(f"lost or mistaken acts on val: {lost:.3f}")
    assert lost == pytest.approx(task.domain.nlu_error, abs=0.03)


@pytest.mark.slow
def test_classifier_of_train_wording_loses_between_5_and_25_points_on_test_wording(benchmark: ModuleType) -> None:
    accuracy = benchmark.kind_accuracy(DOMAIN)
    print(accuracy)
    assert 0.05 <= accuracy["train, expansion left out"] - accuracy["test"] <= 0.25
