"""Imperfect hearing: the customer's acts are lost or mistaken at a given rate, what tools return never is."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.noise import misheard
from dialogue_gym.episode import Event

KINDS = tuple(f"kind {i}" for i in range(20))
OPEN = Act("open", {"kind": "kind 3", "item": "kettle"})
THANK, INFORM = Act("thank"), Act("inform", {"order_id": "W40213"})
RESULT = Event("tool", (Act("get_order", {}, True), {"status": "pending"}), str)


def user(*acts):
    return Event("user", acts, str)


def test_a_perfect_listener_hears_the_events_themselves():
    heard = (user(OPEN, INFORM), RESULT, user(THANK))
    for seed in range(100):
        assert all(a is b for a, b in zip(misheard(heard, Stream(seed), 0.0, KINDS), heard, strict=True))


def test_what_tools_return_arrives_as_it_is():
    for heard in ((RESULT,), (RESULT, RESULT), (user(THANK), RESULT)):
        assert misheard(heard, Stream(1), 1.0, KINDS)[-1] is RESULT


def test_a_deaf_listener_loses_all_but_a_kind_which_becomes_another():
    (event,) = misheard((user(THANK, OPEN, INFORM),), Stream(1), 1.0, KINDS)
    ((name, args, is_call),) = event.content
    assert (name, args["item"], is_call) == ("open", "kettle", False)
    assert args["kind"] in KINDS


def test_a_message_of_which_nothing_is_left_is_noise():
    (event,) = misheard((user(THANK, INFORM),), Stream(1), 1.0, KINDS)
    assert event.content == (Act("noise"),)
    assert event.role == "user"


def test_the_same_stream_mishears_the_same():
    heard = (user(OPEN, INFORM, THANK), user(INFORM))
    contents = [[event.content for event in misheard(heard, Stream(5), 0.5, KINDS)] for _ in range(2)]
    assert contents[0] == contents[1]


def test_the_event_itself_is_left_alone():
    event = user(OPEN, INFORM)
    for seed in range(50):
        misheard((event,), Stream(seed), 0.7, KINDS)
    assert event.content == (OPEN, INFORM)


@pytest.mark.parametrize("error", [0.05, 0.3])
def test_acts_are_mistaken_at_the_given_rate(error):
    lost = mistaken = 0
    for seed in range(4000):
        (event,) = misheard((user(INFORM, OPEN),), Stream(seed), error, KINDS)
        names = [act.name for act in event.content]
        lost += "inform" not in names
        (opening,) = [act for act in event.content if act.name == "open"]
        mistaken += opening.args["kind"] != "kind 3"
    # Three standard errors of a share of 4000 are below 0.022; one mistake in twenty hits the right kind by chance.
    assert abs(lost / 4000 - error) < 0.022
    assert abs(mistaken / 4000 - error * 0.95) < 0.022
