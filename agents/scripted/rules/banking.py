"""A bank's clerk by the book: for each kind of matter a line of steps, on the belief's features.

A kind decides everything at this desk, and many sound alike, so the clerk hears it twice before choosing an answer.
Then the article on it is read, where there is one, before any step.
Apart from that it works as the web shop's (`customer_service`): it keeps nothing in mind, never guesses, and does one
thing a turn.

| step | meaning |
|---|---|
| verify | find out who is asking; refuse after two failures |
| account, cards, rate | look at the account; list the cards; look up a currency's price |
| card, payment, withdrawal, transfer, incoming, top_up | find the record that is meant, by list and question |
| ask:SLOT | ask for what is not known |
| SIGN:CLAUSE | refuse by the clause if the sign is against it |
| refuse:CLAUSE | refuse in any case |
| do:TOOL | propose, wait for the yes, do |
| late | the same with resend_card, if the card is late enough |
| tell:FACT | tell |
| answer | tell what the article says |
| human:DEPARTMENT | hand over |
"""

from collections.abc import Iterator

from dialogue_gym.agents.scripted.rules.desk import (
    Features,
    Mask,
    Slots,
    ask_for,
    begin,
    do,
    kind_of,
    note,
    tell,
    verify,
)

_LISTS = {
    "card": ("list_cards", "card"),
    "payment": ("list_payments", "merchant"),
    "withdrawal": ("list_withdrawals", "amount"),
    "transfer": ("list_transfers", "payee"),
    "incoming": ("list_transfers", "payee"),
    "top_up": ("list_top_ups", "amount"),
}
"""The tool that shows a record, and what to ask for to tell it from others."""
_LOOKUPS = {"account": "get_account", "cards": "list_cards", "rate": "get_rate"}
"""The tool that shows what a step looks at."""
_AGAINST = {"card.blocked": 1.0, "sign.pin": 1.0}
"""Signs that are against a change when they are positive; all others when they are negative."""

_STEPS: dict[str, str] = {
    "activate_my_card": "verify card do:activate_card tell:done",
    "age_limit": "answer",
    "apple_pay_or_google_pay": "answer",
    "card_about_to_expire": "answer",
    "card_acceptance": "answer",
    "card_arrival": "verify card late tell:delivery_date",
    "card_delivery_estimate": "answer",
    "card_linking": "verify card card.blocked:card_blocked do:unfreeze_card tell:done",
    "card_not_working": "verify card do:replace_card tell:delivery_date",
    "card_swallowed": "verify card do:freeze_card do:replace_card tell:delivery_date",
    "change_pin": "verify card sign.pin:pin_is_blocked do:change_pin tell:done",
    "compromised_card": "verify card do:block_card do:reset_passcode tell:done",
    "contactless_not_working": "verify card do:enable_contactless tell:done",
    "disposable_card_limits": "answer",
    "get_disposable_virtual_card": "answer",
    "get_physical_card": "answer",
    "getting_spare_card": "answer",
    "getting_virtual_card": "verify cards sign.virtual:card_limit do:create_virtual_card tell:done",
    "lost_or_stolen_card": "verify card do:block_card do:replace_card tell:delivery_date",
    "order_physical_card": "verify do:order_card tell:delivery_date",
    "pin_blocked": "verify card do:unblock_pin tell:done",
    "virtual_card_not_working": "verify card do:reissue_virtual_card tell:done",
    "visa_or_mastercard": "answer",
    "card_payment_fee_charged": "verify payment tell:fee",
    "card_payment_not_recognised": "verify payment sign.window:too_late do:dispute_transaction tell:claim_number",
    "card_payment_wrong_exchange_rate": (
        "verify payment sign.difference:rate_correct do:refund_difference tell:refund_amount"
    ),
    "declined_card_payment": "verify payment tell:decline_reason",
    "direct_debit_payment_not_recognised": (
        "verify payment sign.window:too_late do:stop_debit do:dispute_transaction tell:claim_number"
    ),
    "extra_charge_on_statement": "verify payment sign.difference:fee_correct do:refund_fee tell:refund_amount",
    "pending_card_payment": "verify payment tell:settle_date",
    "Refund_not_showing_up": "verify payment tell:refund_amount tell:refund_date",
    "request_refund": "verify payment sign.window:too_late do:request_refund tell:refund_date",
    "reverted_card_payment?": "verify payment tell:refund_date",
    "transaction_charged_twice": "verify payment sign.duplicate:no_duplicate do:refund_transaction tell:refund_amount",
    "atm_support": "answer",
    "cash_withdrawal_charge": "verify withdrawal tell:fee",
    "cash_withdrawal_not_recognised": "verify withdrawal human:fraud",
    "declined_cash_withdrawal": "verify account card ask:limit sign.limit:limit_maximum do:change_limit tell:done",
    "pending_cash_withdrawal": "verify withdrawal tell:settle_date",
    "wrong_amount_of_cash_received": "verify withdrawal sign.window:too_late do:dispute_transaction tell:claim_number",
    "wrong_exchange_rate_for_cash_withdrawal": (
        "verify withdrawal sign.difference:rate_correct do:refund_difference tell:refund_amount"
    ),
    "balance_not_updated_after_bank_transfer": "verify incoming tell:arrival_date",
    "beneficiary_not_allowed": "answer",
    "cancel_transfer": "verify transfer sign.cancel:already_sent do:cancel_transfer tell:refund_amount",
    "declined_transfer": "verify transfer tell:decline_reason",
    "failed_transfer": "verify transfer do:retry_transfer tell:arrival_date",
    "pending_transfer": "verify transfer tell:arrival_date",
    "receiving_money": "verify account tell:account_number",
    "transfer_fee_charged": "verify transfer tell:fee",
    "transfer_into_account": "answer",
    "transfer_not_received_by_recipient": "verify transfer sign.trace:too_early do:trace_transfer tell:claim_number",
    "transfer_timing": "answer",
    "automatic_top_up": "answer",
    "balance_not_updated_after_cheque_or_cash_deposit": "verify top_up tell:arrival_date",
    "pending_top_up": "verify top_up tell:arrival_date",
    "supported_cards_and_currencies": "answer",
    "top_up_by_bank_transfer_charge": "answer",
    "top_up_by_card_charge": "answer",
    "top_up_by_cash_or_cheque": "answer",
    "top_up_failed": "verify top_up tell:decline_reason",
    "top_up_limits": "answer",
    "top_up_reverted": "verify top_up tell:refund_date",
    "topping_up_by_card": "answer",
    "verify_top_up": "answer",
    "country_support": "answer",
    "exchange_charge": "answer",
    "exchange_rate": "ask:currency rate tell:rate",
    "exchange_via_app": "answer",
    "fiat_currency_support": "answer",
    "edit_personal_details": "verify ask:address do:change_address tell:done",
    "lost_or_stolen_phone": "verify do:sign_out_devices tell:done",
    "passcode_forgotten": "verify do:reset_passcode tell:done",
    "terminate_account": "verify account sign.balance:balance_left do:close_account tell:done",
    "unable_to_verify_identity": "verify human:verification",
    "verify_my_identity": "answer",
    "verify_source_of_funds": "answer",
    "why_verify_identity": "answer",
    "out_of_scope": "refuse:out_of_scope",
}
"""What is done for each kind of matter, step by step."""


def rule_policy(features: Features, mask: Mask) -> str:
    """The name of the next act."""
    act = _next_act(features, mask)
    return act if mask.get(act) else "ask:matter"


def rule_thought(features: Features, slots: Slots) -> str:
    """The kind of matter that it seems to be about, what tells the record that is meant, and what is wanted.

    'card_payment_fee_charged {"merchant": "Bakery Moll"}', 'declined_cash_withdrawal {"card": "visa-1234", "limit":
    "900.00"}'. Where the merchant or payee is not known, the amount tells the record.
    """
    kind = kind_of(features, _STEPS)
    return note(kind, slots, _wanted(kind, slots)) if kind else "unclear"


def _wanted(kind: str, slots: Slots) -> Iterator[str]:
    """The slots on which a kind turns: what its steps find a record by, and what they ask for."""
    for step in _STEPS[kind].split():
        head, _, rest = step.partition(":")
        if head in _LISTS:
            name = _LISTS[head][1]
            yield "amount" if name in ("merchant", "payee") and name not in slots else name
        elif head == "ask":
            yield rest


def _next_act(f: Features, mask: Mask) -> str:
    kind = kind_of(f, _STEPS)
    first = begin(f, kind)
    if first or kind is None:
        return first
    if not f["called.use_template"]:
        return "call:use_template" if f["kind_confirmed"] else "ask:matter"
    steps = (_take(f, mask, step) for step in _STEPS[kind].split())
    return _read(f, mask) or next(filter(None, steps), "offer_more")


def _read(f: Features, mask: Mask) -> str:
    """Opens the article on the matter; where the terms depend on the customer's plan, looks at the account first."""
    if f["sign.terms"] < 0:
        return verify(f, mask) or "call:get_account"
    return "call:search_kb" if f["sign.terms"] > 0 and not f["called.search_kb"] else ""


def _take(f: Features, mask: Mask, step: str) -> str:
    """The act that a step still takes; empty once it is done."""
    head, _, rest = step.partition(":")
    if head in _LISTS:
        return _find(f, head)
    if head == "verify":
        return verify(f, mask)
    if head in _LOOKUPS:
        return "" if f[f"called.{_LOOKUPS[head]}"] else f"call:{_LOOKUPS[head]}"
    if head == "late":
        return _do_once(f, "resend_card") if f["sign.resend"] > 0 else ""
    if head == "do":
        return _do_once(f, rest)
    if head == "tell":
        return "" if f[f"told.{rest}"] else tell(f, rest)
    if head == "answer":
        return "" if f["told.answer"] or f["told.fee"] else tell(f, "answer", "fee")
    if head == "human":
        return f"call:transfer_to_human:{rest}"
    if head == "ask":
        return ask_for(f, rest)
    if head == "refuse":
        return step
    return f"refuse:{rest}" if f[head] * _AGAINST.get(head, -1.0) > 0 else ""


def _do_once(f: Features, tool: str) -> str:
    """Proposes, waits for the yes, does it."""
    return "" if f[f"called.{tool}"] else do(f, tool)


def _find(f: Features, record: str) -> str:
    """Lists the records, and asks for what tells the right one from the others."""
    screen, name = _LISTS[record]
    if not f[f"called.{screen}"]:
        return f"call:{screen}"
    if f["found"] > 0:
        return ""
    return f"ask:{name}" if not f[f"has.{name}"] or f["has.amount"] or name == "card" else "ask:amount"
