"""Whatever a customer means can be said in every split's words, and what they name is said as it is."""

import re
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.matters import Persona
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.retail.matters import KINDS, REASONS, TOPICS
from dialogue_gym.envs.customer_service.retail.world import World
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.envs.customer_service.voice import Voice
from dialogue_gym.task import SPLITS

PLAIN = Persona(1.0, 0.8, 0, False, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0)
SLOPPY = replace(PLAIN, typos=1.0, casual=True, chatty=1.0, polite=1.0)
VALUES = {
    "order_id": ["W40213"],
    "item": list(PRODUCTS),
    "option": sorted({option for product in PRODUCTS.values() for option in product.options}),
    "address": ["12 Harbour Street, Silverdale 90210", "9 Quarry Drive, Port Ellis 10001"],
    "payment_method": ["visa-4242", "mastercard-1111", "paypal", "GC-4711"],
    "new_email": ["mlindgren@example.net"],
    "card_number": ["GC-4711"],
    "email": ["samuel.lindgren@example.com"],
}
"""Values that are said literally; by slot."""
CHOICES = {"reason": REASONS, "preference": ("refund", "replacement")}
"""Values that are said in the customer's own words."""
MARKUP = re.compile(r"[{}|]")


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def voice(split: str, persona: Persona = PLAIN) -> Voice:
    return Voice(DOMAIN.wording[split], persona, DOMAIN.show)


def kinds_and_slots():
    for name, kind in KINDS.items():
        slots = kind.make(World(Stream(key("slots", name)), "train"), False).slots
        yield name, slots


def emitted() -> list[Act]:
    """All that a customer may say, with every combination of details in an opening."""
    acts = [say(name) for name in (
        "affirm", "negate", "confused", "lost_thread", "nudge", "complain", "thank", "accept_refusal", "shocked",
        "finish", "hangup", "more", "wait", "withhold",
    )]  # fmt: skip
    for kind, slots in kinds_and_slots():
        always = {slot: value for slot, value in slots.items() if slot in ("question", "person")}
        optional = [slot for slot in slots if slot not in always]
        for count in range(len(optional) + 1):
            for some in combinations(optional, count):
                acts += [say("open", kind=kind, **always, **{slot: slots[slot] for slot in some})]
        acts.append(say("restate", kind=kind, **always))
        if KINDS[kind].forbids or kind in ("discount_request", "other_account", "out_of_scope"):
            acts.append(say("insist", kind=kind))
    acts.append(say("insist", kind="identity"))
    literal = [(slot, value) for slot, values in VALUES.items() for value in values]
    chosen = [(slot, value) for slot, values in CHOICES.items() for value in values]
    for how in ("inform", "again", "correct", "change"):
        acts += [say(how, **{slot: value}) for slot, value in literal + chosen]
    acts += [say(how, name="Samuel Lindgren", zip="90210") for how in ("inform", "again")]
    acts += [say("open", kind="policy_question", question=topic) for topic in TOPICS]
    acts += [say("unknown", slot="order_id"), say("change", nothing="")]
    acts += [say("ask_fact", fact=fact) for fact in DOMAIN.fact_types]
    return acts


@pytest.mark.parametrize("split", SPLITS)
def test_every_act_can_be_said_without_a_trace_of_markup(split):
    for persona in (PLAIN, SLOPPY):
        speaker = voice(split, persona)
        for act in emitted():
            for trial in range(8):
                text = speaker.say((act,), key(trial))
                assert text.strip() == text
                assert text
                assert not MARKUP.search(text), (act, text)


@pytest.mark.parametrize("split", SPLITS)
def test_all_that_customers_say_on_any_way_through_a_conversation_can_be_read(split):
    task = load_task("retail", "hard")
    strays = [say("ask", slot=slot) for slot in ("identity", "matter", *DOMAIN.slots)]
    strays += [say("propose", tool=name) for name, tool in DOMAIN.tools.items() if tool.changes]
    strays += [say("refuse", clause=clause) for clause in DOMAIN.refusals]
    strays += [say(name) for name in ("hold", "clarify", "offer_more", "dismiss", "unclear", "silence", "apologise")]
    for index in range(150):
        stream = Stream(key("strays", index))
        episode = task.episode()
        heard = [*episode.start(split, index)]
        while episode.stop_reason is None:
            acts = (stream.choice(strays),) if stream.chance(0.4) else episode.oracle_acts()
            heard += episode.apply(acts).heard
        for event in heard:
            assert event.text
            assert event.role == "tool" or not MARKUP.search(event.text), event.text


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("how", ["inform", "again", "correct"])
@pytest.mark.parametrize("slot", VALUES)
def test_a_value_is_said_letter_by_letter_however_sloppy_the_writer(split, how, slot):
    speaker = voice(split, SLOPPY)
    for value in VALUES[slot]:
        for trial in range(12):
            text = speaker.say((say(how, **{slot: value}),), key(trial))
            assert DOMAIN.show(slot, value) in text


@pytest.mark.parametrize("split", SPLITS)
def test_a_name_and_a_postcode_are_said_letter_by_letter(split):
    speaker = voice(split, SLOPPY)
    for trial in range(100):
        text = speaker.say((say("inform", name="Samuel Lindgren", zip="90210"),), key(trial))
        assert "Samuel Lindgren" in text
        assert "90210" in text


@pytest.mark.parametrize("split", SPLITS)
def test_an_opening_says_every_detail_it_gives_and_none_that_it_does_not(split):
    speaker = voice(split, SLOPPY)
    for kind, slots in kinds_and_slots():
        literal = {slot: DOMAIN.show(slot, value) for slot, value in slots.items() if slot in VALUES}
        for trial in range(20):
            full = speaker.say((say("open", kind=kind, **slots),), key(trial))
            assert all(value in full for value in literal.values()), (full, literal)
            question = {slot: value for slot, value in slots.items() if slot == "question"}
            bare = speaker.say((say("open", kind=kind, **question),), key(trial))
            assert not any(value in bare for slot, value in literal.items() if slot != "option"), (bare, literal)


@pytest.mark.parametrize("persona", [PLAIN, SLOPPY])
def test_the_same_key_gives_the_same_words(persona):
    speaker, act = voice("train", persona), (say("open", kind="cancel_order", item="kettle"),)
    assert speaker.say(act, 5) == voice("train", persona).say(act, 5)
    assert len({speaker.say(act, trial) for trial in range(50)}) > 10


def test_acts_follow_one_another_in_one_message():
    text = voice("train").say((say("affirm"), say("inform", order_id="W40213")), 3)
    both = voice("train").say((say("affirm"),), 3)
    assert text.startswith(both)
    assert "W40213" in text


def test_a_payment_method_is_said_as_people_say_it():
    shown = [DOMAIN.show("payment_method", value) for value in VALUES["payment_method"]]
    assert shown == ["visa ending 4242", "mastercard ending 1111", "paypal", "gift card GC-4711"]


def test_a_polite_customer_greets_and_a_chatty_one_chats():
    act = (say("open", kind="cancel_order"),)
    wording = DOMAIN.wording["train"]
    greetings = {text for form in wording.forms("greeting") for text in form.expansions()}
    chat = {text for form in wording.forms("chat") for text in form.expansions()}
    for trial in range(20):
        plain = voice("train").say(act, key(trial))
        assert not any(plain.startswith(f"{greeting} ") for greeting in greetings)
        assert any(voice("train", replace(PLAIN, polite=1.0)).say(act, key(trial)).startswith(g) for g in greetings)
        assert any(small in voice("train", replace(PLAIN, chatty=1.0)).say(act, key(trial)) for small in chat)


def test_a_casual_customer_begins_small_and_drops_the_last_stop():
    act = (say("affirm"),)
    for trial in range(20):
        plain, casual = (voice("train", p).say(act, key(trial)) for p in (PLAIN, replace(PLAIN, casual=True)))
        assert casual == (plain[0].lower() + plain[1:]).removesuffix(".")


def test_typing_errors_are_as_frequent_as_the_persona_makes_them():
    act = (say("open", kind="out_of_scope"),)
    changed = total = 0
    for trial in range(400):
        plain = voice("train").say(act, key(trial)).split(" ")
        typed = voice("train", replace(PLAIN, typos=0.3)).say(act, key(trial)).split(" ")
        for word, written in zip(plain, typed, strict=True):
            letters = word.rstrip(".,!?:;")
            if len(letters) < 5 or not letters.isalpha():
                assert written == word
            else:
                total += 1
                changed += written != word
    assert 0.2 < changed / total < 0.32  # two equal letters swapped are no error
