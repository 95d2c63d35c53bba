"""The belief of the numeric view: what was said and shown, nothing else, fills features, mask and arguments."""

from typing import Any

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.matters import Matter
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.episode import Event
from dialogue_gym.task import SPLITS

TASK = load_task("retail", "easy")
ALWAYS = {
    "greet", "offer_more", "apologise", "clarify", "hold", "dismiss", "close", "call:list_orders",
    "call:transfer_to_human:safety", "call:transfer_to_human:business",
}  # fmt: skip
"""What can be done knowing nothing, beside every question and every refusal."""


def say(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments)


def call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)


def user(*acts):
    return Event("user", acts, str)


def tool(act, **result):
    return Event("tool", (act, result), str)


@pytest.fixture
def belief():
    return TASK.tracker()


def on(belief):
    """The features that are not 0, by name."""
    return {name: float(value) for name, value in zip(TASK.feature_names, belief.features, strict=True) if value}


def legal(belief):
    return {name for name, allowed in zip(TASK.act_names, belief.mask, strict=True) if allowed}


def plain(names):
    """Without questions and refusals, which can always be made."""
    return {name for name in names if not name.startswith(("ask:", "refuse:"))}


def number(name):
    return TASK.act_names.index(name)


GET = call("get_order", order_id="W40213")
ORDER = {
    "order_id": "W40213",
    "customer": "C1000",
    "status": "pending",
    "placed_days_ago": 0,
    "total": 40.0,
    "payment_method": "visa-1111",
    "address": "1 Mill Lane, Easton 12345",
    "items": [{"item": "desk lamp", "option": "black", "price": 40.0, "status": "ordered"}],
}


def test_names_are_unique_and_features_stay_within_the_space(belief):
    assert len(set(TASK.act_names)) == len(TASK.act_names) == TASK.action_space.n
    assert len(set(TASK.feature_names)) == len(TASK.feature_names)
    assert TASK.observation_space.contains(belief.features)


def test_at_first_only_what_needs_no_knowledge_is_possible(belief):
    belief.reset((user(say("open", kind="cancel_order")),))
    assert plain(legal(belief)) == ALWAYS
    assert {name for name in TASK.act_names if name.startswith(("ask:", "refuse:"))} <= legal(belief)
    assert on(belief).keys() >= {"kind.cancel_order", "heard.open", "matters"}
    assert not any(name.startswith(("has.", "known.", "called.", "agreed.")) for name in on(belief))


def test_a_conversation_by_hand(belief):
    belief.reset((user(say("open", kind="cancel_order", order_id="W40213", item="desk lamp")),))
    assert on(belief).keys() >= {"has.order_id", "has.item"}
    assert {"call:get_order", "call:track_parcel", "propose:open_claim"} <= legal(belief)
    assert not {"call:cancel_order", "propose:cancel_order", "call:find_customer"} & legal(belief)

    ask = belief.ground(number("ask:identity"))
    assert ask == (say("ask", slot="identity"),)
    belief.observe(ask, (user(say("inform", email="mira.holt@example.com")),))
    assert on(belief)["identity.given"] == 1.0
    find = belief.ground(number("call:find_customer"))
    assert find == (call("find_customer", email="mira.holt@example.com"),)
    belief.observe(find, (tool(find[0], customer="C1000"),))
    assert on(belief).keys() >= {"identity.verified", "called.find_customer"}
    assert "heard.inform" not in on(belief)  # what the last reply held is of the last reply

    look = belief.ground(number("call:get_order"))
    assert look == (GET,)
    belief.observe(look, (tool(GET, **ORDER),))
    assert on(belief).keys() >= {"order.pending", "known.status", "called.get_order"}
    assert belief.ground(number("tell:status")) == (say("tell", status="pending"),)

    belief.observe((say("ask", slot="reason"),), (user(say("inform", reason="found cheaper")),))
    proposal = belief.ground(number("propose:cancel_order"))
    assert proposal == (say("propose", tool="cancel_order", order_id="W40213", reason="found cheaper"),)
    belief.observe(proposal, (user(say("affirm")),))
    assert on(belief)["agreed.cancel_order"] == 1.0
    assert "proposal.pending" not in on(belief)
    cancel = belief.ground(number("call:cancel_order"))
    assert cancel == (call("cancel_order", order_id="W40213", reason="found cheaper"),)
    belief.observe(cancel, (tool(cancel[0], done="cancel_order", refund_amount=40.0),))
    assert on(belief).keys() >= {"called.cancel_order", "known.refund_amount", "known.done"}

    told = belief.ground(number("tell:refund_amount"))
    assert told == (say("tell", refund_amount=40.0),)
    belief.observe(told, (user(say("thank")),))
    assert on(belief).keys() >= {"told.refund_amount", "settled", "heard.thank"}
    assert on(belief)["turn"] == pytest.approx(7 / 40)


def test_a_no_declines_the_proposal(belief):
    belief.reset((user(say("open", kind="lost_parcel", order_id="W40213")),))
    proposal = belief.ground(number("propose:reship_order"))
    belief.observe(proposal, (user(say("negate"), say("restate", kind="lost_parcel")),))
    assert on(belief)["proposal.declined"] == 1.0
    assert not {"proposal.pending", "agreed.reship_order"} & on(belief).keys()


def test_a_wrong_order_number_is_forgotten_with_the_error(belief):
    belief.reset((user(say("open", kind="order_status", order_id="W99999", item="desk lamp")),))
    wrong = belief.ground(number("call:get_order"))
    belief.observe(wrong, (tool(wrong[0], error="no order 'W99999'"),))
    assert on(belief)["heard.error"] == 1.0
    assert "has.order_id" not in on(belief)
    assert on(belief)["has.item"] == 1.0
    assert "call:get_order" not in legal(belief)
    listing = call("list_orders")
    orders = [
        {"order_id": "W11111", "status": "pending", "items": ["kettle"]},
        {"order_id": "W40213", "status": "pending", "items": ["desk lamp"]},
    ]
    belief.observe((listing,), (tool(listing, orders=orders),))
    assert belief.ground(number("call:get_order")) == (GET,)


def test_a_failed_verification_is_counted_and_what_was_given_is_forgotten(belief):
    belief.reset((user(say("open", kind="order_status")),))
    for failures in (1, 2, 3, 4):
        belief.observe((say("ask", slot="identity"),), (user(say("inform", name="Mira Holt", zip="1")),))
        find = belief.ground(number("call:find_customer"))
        assert find == (call("find_customer", name="Mira Holt", zip="1"),)
        belief.observe(find, (tool(find[0], error="no account matches"),))
        assert on(belief)["identity.failures"] == pytest.approx(min(1.0, failures / 3))
        assert "identity.given" not in on(belief)
        assert "call:find_customer" not in legal(belief)


def test_a_correction_takes_back_what_was_built_on_the_mistake(belief):
    belief.reset((user(say("open", kind="cancel_order", order_id="W40123", item="desk lamp")),))
    look = belief.ground(number("call:get_order"))
    belief.observe(look, (tool(look[0], **{**ORDER, "order_id": "W40123"}),))
    belief.observe((say("propose", tool="open_claim", order_id="W40123"),), (user(say("affirm")),))
    belief.observe((say("propose", tool="open_claim", order_id="W40123"),), (user(say("correct", order_id="W40213")),))
    assert belief.ground(number("call:get_order")) == (GET,)
    gone = {"order.pending", "known.status", "agreed.open_claim", "called.get_order", "proposal.pending"}
    assert not gone & on(belief).keys()
    assert "tell:status" not in legal(belief)


def test_a_new_matter_starts_from_nothing_but_the_customer(belief):
    belief.reset((user(say("open", kind="cancel_order", order_id="W40213")),))
    find = call("find_customer", email="mira.holt@example.com")
    belief.observe((find,), (tool(find, customer="C1000"),))
    belief.observe((GET,), (tool(GET, **ORDER),))
    belief.observe((say("refuse", clause="not_pending"),), (user(say("accept_refusal")),))
    assert on(belief)["settled"] == 1.0
    belief.observe((say("offer_more"),), (user(say("more"), say("open", kind="gift_card", card_number="GC-4711")),))
    assert on(belief).keys() >= {"identity.verified", "kind.gift_card", "has.card_number"}
    gone = {"kind.cancel_order", "settled", "has.order_id", "known.status", "order.pending", "called.get_order"}
    assert not gone & on(belief).keys()
    assert on(belief)["matters"] == pytest.approx(2 / 3)
    assert "call:get_order" not in legal(belief)


def test_what_is_not_wanted_any_more_is_settled(belief):
    belief.reset((user(say("open", kind="cancel_order", order_id="W40213", reason="found cheaper")),))
    proposal = belief.ground(number("propose:cancel_order"))
    belief.observe(proposal, (user(say("change", nothing="")),))
    assert on(belief)["settled"] == 1.0
    assert "agreed.cancel_order" not in on(belief)


def test_a_preference_is_a_feature_of_its_own(belief):
    belief.reset((user(say("open", kind="damaged_item", preference="replacement")),))
    assert on(belief)["preference.replacement"] == 1.0
    belief.observe((say("hold"),), (user(say("change", preference="refund")),))
    assert on(belief)["preference.refund"] == 1.0
    assert "preference.replacement" not in on(belief)


@pytest.mark.parametrize("name", ["call:get_order", "tell:price", "propose:cancel_order", "call:find_customer"])
def test_what_the_mask_forbids_is_a_silence(belief, name):
    belief.reset((user(say("open", kind="cancel_order")),))
    assert name not in legal(belief)
    assert belief.ground(number(name)) == (say("silence"),)


def test_reset_forgets_everything(belief):
    belief.reset((user(say("open", kind="cancel_order", order_id="W40213")),))
    belief.observe((GET,), (tool(GET, **ORDER),))
    belief.reset((user(say("open", kind="gift_card")),))
    fresh = TASK.tracker()
    fresh.reset((user(say("open", kind="gift_card")),))
    assert on(belief) == on(fresh)
    assert legal(belief) == legal(fresh)


# What the policy allows, read off screens


@pytest.mark.parametrize(
    ("screen", "sign", "direction"),
    [
        ({"delivered_days_ago": 30}, "sign.return_window", 1),
        ({"delivered_days_ago": 31}, "sign.return_window", -1),
        ({"delivered_days_ago": 14}, "sign.damage_window", 1),
        ({"delivered_days_ago": 15}, "sign.damage_window", -1),
        ({"placed_days_ago": 14}, "sign.price_window", 1),
        ({"placed_days_ago": 15}, "sign.price_window", -1),
        ({}, "sign.final_sale", 1),
        ({"items": [{**ORDER["items"][0], "final_sale": True}]}, "sign.final_sale", -1),
    ],
)
def test_an_order_shows_which_windows_are_open(belief, screen, sign, direction):
    belief.reset((user(say("open", kind="return_item", order_id="W40213", item="desk lamp")),))
    belief.observe((GET,), (tool(GET, **{**ORDER, **screen}),))
    assert np.sign(on(belief)[sign]) == direction


@pytest.mark.parametrize(
    ("screen", "claim", "credit", "dollars"),
    [
        ({"parcel": "delayed", "days_late": 5}, -1, -1, 10.0),
        ({"parcel": "delayed", "days_late": 6}, -1, 1, 10.0),
        ({"parcel": "delayed", "days_late": 7}, 1, 1, 10.0),
        ({"parcel": "delivered", "days_late": 11}, 1, 1, 20.0),
        ({"parcel": "lost", "days_late": 0}, 1, -1, 10.0),
    ],
)
def test_a_parcel_shows_claims_and_credits(belief, screen, claim, credit, dollars):
    belief.reset((user(say("open", kind="late_delivery", order_id="W40213")),))
    look = call("track_parcel", order_id="W40213")
    belief.observe((look,), (tool(look, delivery_date="2031-04-13", **screen),))
    signs = on(belief)
    assert (np.sign(signs["sign.claim_due"]), np.sign(signs["sign.credit_due"])) == (claim, credit)
    assert belief.ground(number("call:issue_credit"))[0].args["amount"] == dollars


@pytest.mark.parametrize(("now", "direction"), [(35.0, 1), (40.0, -1), (45.0, -1)])
def test_two_screens_show_a_drop_in_price(belief, now, direction):
    belief.reset((user(say("open", kind="price_match", order_id="W40213", item="desk lamp")),))
    belief.observe((GET,), (tool(GET, **ORDER),))
    look = belief.ground(number("call:get_product"))
    assert look == (call("get_product", item="desk lamp", option="black"),)
    belief.observe(look, (tool(look[0], item="desk lamp", option="black", price=now, stock=True),))
    assert np.sign(on(belief)["sign.price_drop"]) == direction
    if now == 35.0:
        assert belief.ground(number("call:adjust_price"))[0].args["amount"] == 5.0


@pytest.mark.parametrize(("charges", "direction"), [(1, -1), (2, 1)])
def test_payments_show_a_double_charge(belief, charges, direction):
    belief.reset((user(say("open", kind="double_charge", order_id="W40213")),))
    look = call("list_payments", order_id="W40213")
    payments = [{"payment_id": f"P{i}", "kind": "charge", "amount": 40.0, "date": "2031-04-11"} for i in range(charges)]
    belief.observe((look,), (tool(look, payments=payments),))
    assert np.sign(on(belief)["sign.duplicate"]) == direction
    assert belief.ground(number("call:refund_payment"))[0].args == {"payment_id": f"P{charges - 1}"}


# Against the simulator


@pytest.mark.parametrize("split", SPLITS)
def test_every_call_that_the_mask_allows_has_the_arguments_it_needs(split):
    task = load_task("retail", "hard")
    for index in range(25):
        episode, belief = task.episode(), task.tracker()
        belief.reset(episode.start(split, index))
        stream = Stream(key("tracker", index))
        while episode.stop_reason is None:
            possible = [action for action, allowed in enumerate(belief.mask) if allowed]
            for action in possible:
                (act,) = belief.ground(action)
                if act.call:
                    parameters = task.domain.tools[act.name].parameters
                    assert all(type(value) is parameters[name][0] for name, value in act.args.items())
                    assert all(name in act.args for name, (_, required) in parameters.items() if required)
            acts = episode.oracle_acts() if stream.chance(0.5) else belief.ground(stream.choice(possible))
            turn = episode.apply(acts)
            belief.observe(acts, turn.heard)
            assert task.observation_space.contains(belief.features)


def test_arguments_are_of_what_was_said_or_shown_and_of_nothing_else():
    task = load_task("retail", "hard")
    for index in range(40):
        episode, belief = task.episode(), task.tracker()
        belief.reset(episode.start("train", index))
        seen = "".join(repr(event.content) for event in episode.dialogue.opening)
        while episode.stop_reason is None:
            for action in np.flatnonzero(belief.mask):
                for act in belief.ground(action):
                    for name, value in act.args.items():
                        if name in ("tool", "slot", "clause", "department", "query", "amount"):
                            continue  # the act itself, words for a search, a sum worked out
                        assert (value if name == "answer" else repr(value)) in seen, (act, value)
            acts = episode.oracle_acts()
            turn = episode.apply(acts)
            belief.observe(acts, turn.heard)
            seen += "".join(repr(event.content) for event in turn.heard)


def test_hidden_wishes_do_not_show(shop, serve):
    shop.order("W10001")
    shop.order("W10002", "kettle", "white", status="shipped", parcel="in_transit")
    look = call("get_order", order_id="W10001")
    allowed = Matter("cancel_order", {"order_id": "W10001", "item": "desk lamp"}, lookups=(look,), tells=("price",))
    other = Matter("cancel_order", {"order_id": "W10002", "item": "kettle"}, refusal="not_pending")
    beliefs = []
    for matter in (allowed, other):
        episode, belief = serve(matter), TASK.tracker()
        belief.reset(episode.dialogue.opening)
        for act in (say("greet"), look, say("hold")):
            belief.observe((act,), episode.apply((act,)).heard)
        beliefs.append((on(belief), legal(belief)))
    assert beliefs[0] == beliefs[1]
