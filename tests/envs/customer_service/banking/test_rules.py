"""The bank's rules: each forbids what its clause says, and nothing else."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.domain import DOMAIN
from dialogue_gym.envs.customer_service.task import load_task


@pytest.fixture
def episode():
    """A conversation in which everything is verified, agreed and filed, about one known card, payment and account."""
    episode = load_task("banking", "easy").episode()
    scenario = 0
    while True:
        episode.start("train", scenario)
        if episode.matters[0].identity:
            break
        scenario += 1
    customer = episode.customer
    episode.desk.customer = customer.profile.key
    customer.matter.answer = customer.matter.goal.kind
    return episode


def broken(episode, name, **arguments):
    """The clauses that a call breaks beside the customer's missing yes."""
    return set(DOMAIN.rules.broken(episode, Act(name, arguments, True))) - {"consent"}


def card(episode, **fields):
    row = {"customer": episode.desk.customer, "kind": "physical", "status": "active", "pin": "working", "limit": 1.0}
    episode.desk.database.tables["cards"]["visa-0000"] = {**row, "contactless": True, **fields}
    return "visa-0000"


def transaction(episode, **fields):
    row = {"customer": episode.desk.customer, "kind": "payment", "merchant": "M", "amount": 40.0, "status": "settled"}
    episode.desk.database.tables["transactions"]["T99999"] = {**row, "day": episode.desk.today - 3, **fields}
    return "T99999"


def test_there_are_more_than_ten_tools_that_change_something():
    changing = [name for name, tool in DOMAIN.tools.items() if tool.changes]
    assert len(changing) >= 10
    assert all(DOMAIN.tools[name].private for name in changing), "identity first"


@pytest.mark.parametrize("act", ["tell", "refuse"])
def test_the_template_comes_first(episode, act):
    episode.customer.matter.answer = ""
    arguments = {"tell": {"fee": 1.0}, "refuse": {"clause": "too_late"}}[act]
    assert "template-first" in DOMAIN.rules.broken(episode, Act(act, arguments))
    assert "template-first" in broken(episode, "reset_passcode")
    assert "template-first" not in broken(episode, "get_account"), "one may look first"


def test_other_peoples_records_are_left_alone(episode):
    assert "own-account" in broken(episode, "freeze_card", card=card(episode, customer="C9"))
    assert "own-account" in broken(episode, "stop_debit", transaction_id=transaction(episode, customer="C9"))
    assert not broken(episode, "freeze_card", card=card(episode))


@pytest.mark.parametrize(
    ("tool", "state", "clause"),
    [
        ("activate_card", {"status": "active"}, "active-card"),
        ("change_pin", {"status": "blocked"}, "active-card"),
        ("enable_contactless", {"status": "frozen"}, "active-card"),
        ("unfreeze_card", {"status": "blocked"}, "frozen-only"),
        ("replace_card", {"status": "active"}, "out-of-order"),
        ("reissue_virtual_card", {"status": "active"}, "out-of-order"),
        ("resend_card", {}, "resend-late"),
        ("unblock_pin", {"pin": "working"}, "blocked-pin"),
        ("change_pin", {"pin": "blocked"}, "blocked-pin"),
    ],
)
def test_cards_in_the_wrong_state_are_left_alone(episode, tool, state, clause):
    assert broken(episode, tool, card=card(episode, **state)) == {clause}


@pytest.mark.parametrize(
    ("tool", "state"),
    [
        ("activate_card", {"status": "sent"}),
        ("change_pin", {}),
        ("unfreeze_card", {"status": "frozen"}),
        ("replace_card", {"status": "blocked"}),
        ("unblock_pin", {"pin": "blocked"}),
    ],
)
def test_cards_in_the_right_state_may_be_changed(episode, tool, state):
    assert not broken(episode, tool, card=card(episode, **state))


@pytest.mark.parametrize(("late", "allowed"), [(9, False), (10, True)])
def test_a_card_is_sent_again_from_ten_days_late(episode, late, allowed):
    due = episode.desk.today - late
    assert bool(broken(episode, "resend_card", card=card(episode, status="sent", due=due))) is not allowed


def test_a_limit_is_what_the_customer_said_and_the_plan_allows(episode):
    episode.desk.database.tables["customers"][episode.desk.customer]["plan"] = "basic"
    number = card(episode)
    assert broken(episode, "change_limit", card=number, amount=300.0) == {"stated-value"}
    episode.customer.said |= {("limit", "300.00"), ("limit", "900.00")}
    assert not broken(episode, "change_limit", card=number, amount=300.0)
    assert broken(episode, "change_limit", card=number, amount=900.0) == {"largest-limit"}


def test_a_card_is_ordered_after_reading_what_it_costs(episode):
    plan = episode.desk.database.tables["customers"][episode.desk.customer]["plan"]
    assert broken(episode, "order_card") == {"cost-first"}
    episode.opened.add(f"physical-card-fee-{plan}-2031")
    assert not broken(episode, "order_card")


def test_an_account_is_closed_when_empty(episode):
    account = episode.desk.database.tables["customers"][episode.desk.customer]
    account["balance"] = 0.01
    assert broken(episode, "close_account") == {"empty-account"}
    account["balance"] = 0.0
    assert not broken(episode, "close_account")


@pytest.mark.parametrize(("days", "allowed"), [(120, True), (121, False)])
@pytest.mark.parametrize("tool", ["dispute_transaction", "request_refund"])
def test_disputes_have_120_days(episode, tool, days, allowed):
    row = transaction(episode, day=episode.desk.today - days)
    assert broken(episode, tool, transaction_id=row) == (set() if allowed else {"dispute-window"})


def test_a_direct_debit_is_stopped_before_it_is_disputed(episode):
    assert broken(episode, "dispute_transaction", transaction_id=transaction(episode, kind="debit")) == {"stop-first"}
    row = transaction(episode, kind="debit", stopped=True)
    assert not broken(episode, "dispute_transaction", transaction_id=row)


def test_a_charge_is_given_back_if_it_was_made_twice(episode):
    row = transaction(episode)
    assert broken(episode, "refund_transaction", transaction_id=row) == {"duplicate-only"}
    rows = episode.desk.database.tables["transactions"]
    rows["T99998"] = dict(rows["T99999"])
    assert not broken(episode, "refund_transaction", transaction_id=row)


@pytest.mark.parametrize(("amount", "allowed"), [(2.5, True), (2.0, False)])
def test_the_exact_difference_is_given_back(episode, amount, allowed):
    fee = transaction(episode, fee=3.5, tariff_fee=1.0)
    assert bool(broken(episode, "refund_fee", transaction_id=fee, amount=amount)) is not allowed
    rate = transaction(episode, amount=40.0, market_amount=37.5)
    assert bool(broken(episode, "refund_difference", transaction_id=rate, amount=amount)) is not allowed


def test_nothing_is_given_back_where_it_was_right(episode):
    fee = transaction(episode, fee=1.0, tariff_fee=1.0)
    assert broken(episode, "refund_fee", transaction_id=fee, amount=0.0) == {"exact-difference"}


@pytest.mark.parametrize(
    ("tool", "state", "clause"),
    [
        ("cancel_transfer", {"status": "sent"}, "cancel-pending"),
        ("retry_transfer", {"status": "pending"}, "retry-failed"),
        ("trace_transfer", {"arrival_date": "2031-12-30"}, "trace-overdue"),
    ],
)
def test_transfers_in_the_wrong_state_are_left_alone(episode, tool, state, clause):
    assert broken(episode, tool, transaction_id=transaction(episode, kind="transfer", **state)) == {clause}


def test_a_virtual_card_needs_the_article_and_room(episode):
    account = episode.desk.database.tables["customers"][episode.desk.customer]
    account["plan"] = "basic"
    assert broken(episode, "create_virtual_card") == {"virtual-limit"}
    episode.opened.add("virtual-cards-basic-2031")
    assert not broken(episode, "create_virtual_card")
    cards = episode.desk.database.tables["cards"]
    for number in range(2):
        cards[f"visa-000{number}"] = {"customer": episode.desk.customer, "kind": "virtual"}
    assert broken(episode, "create_virtual_card") == {"virtual-limit"}


def test_the_terms_of_another_plan_are_not_told():
    episode = load_task("banking", "easy", None, ("transfer_timing",)).episode()
    scenario = 0
    while True:
        episode.start("train", scenario)
        account = episode.desk.database.tables["customers"][episode.customer.profile.key]
        if account["plan"] == "plus" and episode.matters[0].refusal is None:
            break
        scenario += 1
    episode.apply([Act("use_template", {"template": "transfer_timing"}, True)])
    for plan in ("basic", "plus"):
        episode.apply([Act("search_kb", {"query": DOMAIN.library.query("transfer_time", plan)}, True)])
    assert {"transfer-time-basic-2031", "transfer-time-plus-2031"} <= episode.opened
    told = {plan: DOMAIN.rules.broken(episode, Act("tell", {"answer": answer}))
            for plan, answer in (("basic", "3 days"), ("plus", "1 day"))}  # fmt: skip
    assert told == {"basic": ["own-plan"], "plus": ["own-plan"]}, "nobody is verified yet"
    episode.desk.customer = episode.customer.profile.key
    assert DOMAIN.rules.broken(episode, Act("tell", {"answer": "3 days"})) == ["own-plan"]
    assert not DOMAIN.rules.broken(episode, Act("tell", {"answer": "1 day"}))
    assert DOMAIN.rules.broken(episode, Act("tell", {"answer": "9 hours"})) == ["rules-from-articles"]


def test_an_email_address_alone_verifies_nobody(episode):
    desk = episode.desk
    row = desk.database.tables["customers"][desk.customer]
    desk.customer = None
    find = DOMAIN.tools["find_customer"]
    for arguments in ({"email": row["email"]}, {"name": row["name"]}, {"email": row["email"], "zip": "00000"}, {}):
        assert "error" in find.call(desk, arguments)
        assert desk.customer is None
    assert find.call(desk, {"email": row["email"].upper(), "zip": row["zip"]})["verified"] == row["name"]
    assert find.call(desk, {"name": row["name"], "zip": row["zip"]})["verified"] == row["name"]
