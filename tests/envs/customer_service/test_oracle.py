"""The clairvoyant keeps to the policy, says nothing that need not be said, and wins."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.matters import Matter, Profile
from dialogue_gym.envs.customer_service.oracle import proposal
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.task import SPLITS

LOOK = Act("get_order", {"order_id": "W10001"}, True)
CANCEL = Act("cancel_order", {"order_id": "W10001", "reason": "found cheaper"}, True)
WISH = Matter("cancel_order", dict(CANCEL.args), lookups=(LOOK,), changes=(CANCEL,), tells=("refund_amount",))


def names(episode):
    return [act.name for turn in episode.dialogue.turns for act in turn.acts]


def test_it_does_what_the_policy_asks_in_order(shop, serve, play):
    shop.order("W10001")
    episode = play(serve(WISH))
    assert names(episode) == [
        "ask",
        "find_customer",
        "get_order",
        "ask",
        "propose",
        "cancel_order",
        "tell",
        "offer_more",
    ]
    assert episode.dialogue.outcome["success"]


def test_it_does_not_ask_for_what_was_said(shop, serve, play):
    shop.order("W10001")
    episode = play(serve(WISH, mentions=1.0))
    assert names(episode) == ["ask", "find_customer", "get_order", "propose", "cancel_order", "tell", "offer_more"]


def test_a_misspelt_email_costs_it_two_turns(shop, serve, play):
    shop.order("W10001")
    profile = Profile("C1000", "Mira Holt", "mira.holt@example.com", "12345", misspelt="mira.holt@exmaple.com")
    episode = play(serve(WISH, profile=profile))
    assert names(episode)[:4] == ["ask", "find_customer", "ask", "find_customer"]
    assert episode.dialogue.outcome["success"]


@pytest.mark.parametrize("email", ["miraholt@example.org", ""])
def test_it_turns_an_impostor_down_after_asking_once_more(serve, play, email):
    impostor = Profile(None, "Mira Holt", email, "99999")
    matter = Matter("cancel_order", dict(CANCEL.args), False, refusal="not_verified", wish="cancel_order")
    episode = play(serve(matter, profile=impostor, guarded=True))
    asked = [act for turn in episode.dialogue.turns for act in turn.acts if act.name == "ask"]
    assert len(asked) == 3  # once for nothing, as the customer is guarded
    assert episode.dialogue.outcome["success"]


def test_it_insists_on_a_refusal_and_apologises_to_the_upset(shop, serve, play):
    shop.order("W10001", status="shipped", parcel="in_transit")
    refused = Matter("cancel_order", dict(CANCEL.args), lookups=(LOOK,), refusal="not_pending", wish="cancel_order")
    episode = play(serve(refused, pressure=2, mood=0.4))
    assert names(episode) == [
        "ask",
        "find_customer",
        "get_order",
        "refuse",
        "apologise",
        "refuse",
        "refuse",
        "offer_more",
    ]
    assert episode.dialogue.outcome["success"]


def test_a_proposal_leaves_out_what_means_nothing_to_a_customer():
    change = Act("refund_payment", {"payment_id": "P10001"}, True)
    unspoken = load_task("retail", "easy").domain.unspoken
    assert proposal(change, unspoken) == Act("propose", {"tool": "refund_payment"})
    assert proposal(CANCEL, unspoken) == Act("propose", {"tool": "cancel_order", **CANCEL.args})


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("difficulty", "floor"), [("easy", 1.0), ("medium", 0.99), ("hard", 0.97)])
def test_it_succeeds_nearly_always_and_always_at_easy(play, split, difficulty, floor):
    task = load_task("retail", difficulty)
    wins = broken = 0
    for index in range(100):
        episode = task.episode()
        episode.start(split, index)
        play(episode)
        wins += episode.dialogue.outcome["success"]
        broken += len(episode.violations)
    assert wins >= floor * 100
    assert broken == 0


def test_the_median_conversation_at_medium_takes_six_turns_or_more(play):
    task = load_task("retail", "medium")
    lengths = []
    for index in range(101):
        episode = task.episode()
        episode.start("val", index)
        lengths.append(len(play(episode).dialogue.turns))
    assert sorted(lengths)[50] >= 6
