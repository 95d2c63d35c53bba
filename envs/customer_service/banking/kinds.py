"""The kinds of matter at the bank's desk, as a table: the 77 intents of Banking77, and what is none of the bank's.

Casanueva et al. 2020, "Efficient intent detection with dual sentence encoders", https://aclanthology.org/2020.nlp4convai-1.5/

A row says what record a matter is about and in what state, what must be looked up, changed and told, and by what
clauses it may have to be refused. `matters` makes scenarios of it. In a state, a pair of numbers is a range to draw
from and a list is a choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

State = Mapping[str, Any]

HINTS = ("card", "payment", "transfer", "top_up", "cash", "exchange", "account")
"""What customers may hint at before they say what the matter is."""
DISPUTE_DAYS = 120
"""Days in which a payment can be disputed or asked back."""
RESEND_DAYS = 10
"""Days late from which a card is sent again."""
VIRTUAL_CARDS = "virtual_cards"
"""The topic whose article says how many virtual cards a plan allows."""


@dataclass(frozen=True)
class Procedure:
    """How one kind of matter is settled.

    Attributes:
        hint: Which of `HINTS` it belongs to.
        about: "card", "virtual", "account", a kind of transaction, or empty for no record.
        state: The record's state.
        article: Topic of the article that must be read.
        tells: Facts to be told.
        changes: Tools that settle it, in order.
        forbidden: States in which it must be refused, by clause.
        spared: State in which it is enough to tell how things stand; empty if there is none.
        department: Whom it is handed over to; empty for nobody.
        says: Further slots that the customer has.
        vague: The record can be found though the customer does not know its number or name.
        second_thought: Slot that may change when the change is proposed; "nothing" for giving it up.
        alone: It is the only matter of a conversation.
    """

    hint: str
    about: str = ""
    state: State = field(default_factory=dict)
    article: str = ""
    tells: tuple[str, ...] = ("done",)
    changes: tuple[str, ...] = ()
    forbidden: Mapping[str, State] = field(default_factory=dict)
    spared: State = field(default_factory=dict)
    department: str = ""
    says: tuple[str, ...] = ()
    vague: bool = False
    second_thought: str = ""
    alone: bool = False

    @property
    def asks(self) -> bool:
        """It is a question about the bank's terms, settled by telling what an article answers."""
        return not self.about and bool(self.article)


def _ask(hint: str, topic: str, *says: str, fee: bool = False) -> Procedure:
    """A question about the bank's terms."""
    return Procedure(hint, article=topic, tells=("fee" if fee else "answer",), says=says)


def _look(hint: str, about: str, *tells: str, **state: Any) -> Procedure:
    """A question about a record; its state holds the facts."""
    vague = about in ("payment", "debit", "transfer", "incoming")
    return Procedure(hint, about, {"days": (1, 6), **state}, tells=tells, vague=vague)


_OLD = {"too_late": {"days": (130, 190)}}
_RECENT = {"days": (2, 60)}

PROCEDURES: dict[str, Procedure] = {
    # Cards
    "activate_my_card": Procedure("card", "card", {"status": "sent"}, changes=("activate_card",), vague=True),
    "age_limit": _ask("account", "minimum_age"),
    "apple_pay_or_google_pay": _ask("card", "mobile_wallets"),
    "card_about_to_expire": _ask("card", "card_renewal"),
    "card_acceptance": _ask("card", "card_acceptance", "country"),
    "card_arrival": Procedure(
        "card",
        "card",
        {"status": "sent", "days_late": (10, 16)},
        changes=("resend_card",),
        tells=("delivery_date",),
        spared={"days_late": [0, 0, 2, 4]},
        vague=True,
    ),
    "card_delivery_estimate": _ask("card", "card_delivery_time", "country"),
    "card_linking": Procedure(
        "card",
        "card",
        {"status": "frozen"},
        changes=("unfreeze_card",),
        forbidden={"card_blocked": {"status": "blocked"}},
        vague=True,
    ),
    "card_not_working": Procedure(
        "card", "card", {"status": "defective"}, changes=("replace_card",), tells=("delivery_date",), vague=True
    ),
    "card_swallowed": Procedure("cash", "card", changes=("freeze_card", "replace_card"), tells=("delivery_date",)),
    "change_pin": Procedure("card", "card", changes=("change_pin",), forbidden={"pin_is_blocked": {"pin": "blocked"}}),
    "compromised_card": Procedure("card", "card", changes=("block_card", "reset_passcode")),
    "contactless_not_working": Procedure(
        "card", "card", {"contactless": False}, changes=("enable_contactless",), vague=True
    ),
    "disposable_card_limits": _ask("card", "disposable_card_limits"),
    "get_disposable_virtual_card": _ask("card", "disposable_card_start"),
    "get_physical_card": _ask("card", "physical_card_eligibility", fee=True),
    "getting_spare_card": _ask("card", "spare_cards"),
    "getting_virtual_card": Procedure(
        "card",
        "account",
        article=VIRTUAL_CARDS,
        changes=("create_virtual_card",),
        forbidden={"card_limit": {"virtual_cards": "full"}},
    ),
    "lost_or_stolen_card": Procedure("card", "card", changes=("block_card", "replace_card"), tells=("delivery_date",)),
    "order_physical_card": Procedure(
        "card", "account", article="physical_card_fee", changes=("order_card",), tells=("delivery_date",)
    ),
    "pin_blocked": Procedure("card", "card", {"pin": "blocked"}, changes=("unblock_pin",), vague=True),
    "virtual_card_not_working": Procedure(
        "card", "virtual", {"status": "defective"}, changes=("reissue_virtual_card",), vague=True
    ),
    "visa_or_mastercard": _ask("card", "card_networks"),
    # Card payments
    "card_payment_fee_charged": _look("payment", "payment", "fee", fee="tariff"),
    "card_payment_not_recognised": Procedure(
        "payment",
        "payment",
        _RECENT,
        changes=("dispute_transaction",),
        tells=("claim_number",),
        forbidden=_OLD,
        vague=True,
    ),
    "card_payment_wrong_exchange_rate": Procedure(
        "exchange",
        "payment",
        {**_RECENT, "market": (88, 96)},
        changes=("refund_difference",),
        tells=("refund_amount",),
        forbidden={"rate_correct": {"market": (100, 100)}},
        vague=True,
    ),
    "declined_card_payment": _look(
        "payment",
        "payment",
        "decline_reason",
        status="declined",
        decline_reason=["balance too low", "card frozen", "wrong PIN", "limit reached"],
    ),
    "direct_debit_payment_not_recognised": Procedure(
        "payment",
        "debit",
        _RECENT,
        changes=("stop_debit", "dispute_transaction"),
        tells=("claim_number",),
        forbidden=_OLD,
        vague=True,
    ),
    "extra_charge_on_statement": Procedure(
        "payment",
        "payment",
        {**_RECENT, "fee": "tariff", "extra": [0.75, 1.5, 2.25, 3.5]},
        changes=("refund_fee",),
        tells=("refund_amount",),
        forbidden={"fee_correct": {"extra": 0.0}},
        vague=True,
    ),
    "pending_card_payment": _look("payment", "payment", "settle_date", status="pending", settle_date=(1, 6)),
    "Refund_not_showing_up": _look(
        "payment",
        "payment",
        "refund_amount",
        "refund_date",
        status="refunded",
        refund_amount="amount",
        refund_date=(1, 3),
    ),
    "request_refund": Procedure(
        "payment",
        "payment",
        _RECENT,
        article="refund_claim",
        changes=("request_refund",),
        tells=("refund_date",),
        forbidden=_OLD,
        vague=True,
    ),
    "reverted_card_payment?": _look("payment", "payment", "refund_date", status="reverted", refund_date=(1, 2)),
    "transaction_charged_twice": Procedure(
        "payment",
        "payment",
        {"days": (2, 20), "twice": True},
        changes=("refund_transaction",),
        tells=("refund_amount",),
        forbidden={"no_duplicate": {"twice": False}},
        vague=True,
    ),
    # Cash
    "atm_support": _ask("cash", "atm_network"),
    "cash_withdrawal_charge": _look("cash", "withdrawal", "fee", fee="tariff"),
    "cash_withdrawal_not_recognised": Procedure(
        "cash", "withdrawal", _RECENT, tells=(), department="fraud", alone=True
    ),
    "declined_cash_withdrawal": Procedure(
        "cash",
        "card",
        changes=("change_limit",),
        forbidden={"limit_maximum": {"limit_wish": "too much"}},
        says=("limit",),
        second_thought="limit",
    ),
    "pending_cash_withdrawal": _look("cash", "withdrawal", "settle_date", status="pending", settle_date=(1, 4)),
    "wrong_amount_of_cash_received": Procedure(
        "cash", "withdrawal", _RECENT, changes=("dispute_transaction",), tells=("claim_number",), forbidden=_OLD
    ),
    "wrong_exchange_rate_for_cash_withdrawal": Procedure(
        "exchange",
        "withdrawal",
        {**_RECENT, "market": (88, 96)},
        changes=("refund_difference",),
        tells=("refund_amount",),
        forbidden={"rate_correct": {"market": (100, 100)}},
    ),
    # Transfers
    "balance_not_updated_after_bank_transfer": _look(
        "transfer", "incoming", "arrival_date", status="pending", arrival_date=(1, 4)
    ),
    "beneficiary_not_allowed": _ask("transfer", "beneficiary_wait"),
    "cancel_transfer": Procedure(
        "transfer",
        "transfer",
        {"days": (0, 1), "status": "pending"},
        changes=("cancel_transfer",),
        tells=("refund_amount",),
        forbidden={"already_sent": {"status": "sent"}},
        vague=True,
        second_thought="nothing",
    ),
    "declined_transfer": _look(
        "transfer",
        "transfer",
        "decline_reason",
        status="declined",
        decline_reason=["balance too low", "limit reached", "recipient unknown", "country closed"],
    ),
    "failed_transfer": Procedure(
        "transfer",
        "transfer",
        {"days": (1, 5), "status": "failed"},
        changes=("retry_transfer",),
        tells=("arrival_date",),
        vague=True,
    ),
    "pending_transfer": _look("transfer", "transfer", "arrival_date", status="pending", arrival_date=(1, 5)),
    "receiving_money": Procedure("transfer", "account", tells=("account_number",)),
    "transfer_fee_charged": _look("transfer", "transfer", "fee", fee="tariff"),
    "transfer_into_account": _ask("transfer", "transfer_in", fee=True),
    "transfer_not_received_by_recipient": Procedure(
        "transfer",
        "transfer",
        {"days": (5, 9), "status": "sent", "arrival_date": (-4, -1)},
        changes=("trace_transfer",),
        tells=("claim_number",),
        forbidden={"too_early": {"days": (1, 2), "arrival_date": (1, 3)}},
        vague=True,
    ),
    "transfer_timing": _ask("transfer", "transfer_time", "country"),
    # Top-ups
    "automatic_top_up": _ask("top_up", "auto_top_up", fee=True),
    "balance_not_updated_after_cheque_or_cash_deposit": _look(
        "top_up", "deposit", "arrival_date", status="pending", arrival_date=(1, 5)
    ),
    "pending_top_up": _look("top_up", "top_up", "arrival_date", status="pending", arrival_date=(0, 2)),
    "supported_cards_and_currencies": _ask("top_up", "top_up_card_currencies", "currency"),
    "top_up_by_bank_transfer_charge": _ask("top_up", "top_up_transfer_fee", fee=True),
    "top_up_by_card_charge": _ask("top_up", "top_up_card_fee"),
    "top_up_by_cash_or_cheque": _ask("top_up", "cash_deposit", fee=True),
    "top_up_failed": _look(
        "top_up",
        "top_up",
        "decline_reason",
        status="failed",
        decline_reason=["card expired", "bank refused", "limit reached"],
    ),
    "top_up_limits": _ask("top_up", "top_up_limits", fee=True),
    "top_up_reverted": _look("top_up", "top_up", "refund_date", status="reverted", refund_date=(1, 4)),
    "topping_up_by_card": _ask("top_up", "top_up_by_card", fee=True),
    "verify_top_up": _ask("top_up", "top_up_code"),
    # Exchange
    "country_support": _ask("account", "supported_countries", "country"),
    "exchange_charge": _ask("exchange", "exchange_fee", "currency"),
    "exchange_rate": Procedure("exchange", "rate", tells=("rate",), says=("currency",)),
    "exchange_via_app": _ask("exchange", "exchange_in_app", fee=True),
    "fiat_currency_support": _ask("exchange", "account_currencies", "currency"),
    # The account
    "edit_personal_details": Procedure(
        "account", "account", changes=("change_address",), says=("address",), second_thought="address"
    ),
    "lost_or_stolen_phone": Procedure("account", "account", changes=("sign_out_devices",)),
    "passcode_forgotten": Procedure("account", "account", changes=("reset_passcode",)),
    "terminate_account": Procedure(
        "account",
        "account",
        {"balance": 0.0},
        changes=("close_account",),
        forbidden={"balance_left": {"balance": (20, 400)}},
        second_thought="nothing",
        alone=True,
    ),
    "unable_to_verify_identity": Procedure("account", "account", tells=(), department="verification", alone=True),
    "verify_my_identity": _ask("account", "identity_check_time"),
    "verify_source_of_funds": _ask("account", "source_of_funds", fee=True),
    "why_verify_identity": _ask("account", "identity_check_reason", fee=True),
}
"""How each kind is settled, by its name in Banking77."""

OUT_OF_SCOPE = "out_of_scope"
KINDS = (*PROCEDURES, OUT_OF_SCOPE)
"""All kinds of matter."""
