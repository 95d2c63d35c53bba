"""The bank desk's tools that change something. Each does what it is told if it can; the policy says when it should."""

from dialogue_gym.envs.customer_service.banking import screens
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN
from dialogue_gym.envs.customer_service.banking.world import POST_DAYS, REFUND_DAYS, TRANSFER_DAYS
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.tools import Desk, Result, ToolError, tool, toolbox


@tool(changes=True)
def activate_card(desk: Desk, card: str) -> Result:
    """Activates a card that has arrived.

    Args:
        card: Brand and last four digits, such as visa-4821.
    """
    return _set_card(desk, "activate_card", card, status="active")


@tool(changes=True)
def freeze_card(desk: Desk, card: str) -> Result:
    """Freezes a card for the time being.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "freeze_card", card, status="frozen")


@tool(changes=True)
def unfreeze_card(desk: Desk, card: str) -> Result:
    """Puts a frozen card back to work and links it to the app again.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "unfreeze_card", card, status="active")


@tool(changes=True)
def block_card(desk: Desk, card: str) -> Result:
    """Blocks a card for good.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "block_card", card, status="blocked")


@tool(changes=True)
def replace_card(desk: Desk, card: str) -> Result:
    """Posts a new card in place of a physical one.

    Args:
        card: The old card's brand and last four digits.
    """
    return _set_card(desk, "replace_card", card, replaced=True) | _by_post(desk, _plan(desk, "cards", card))


@tool(changes=True)
def resend_card(desk: Desk, card: str) -> Result:
    """Posts a card again that was lost on its way.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "resend_card", card, resent=True) | _by_post(desk, _plan(desk, "cards", card))


@tool(changes=True)
def reissue_virtual_card(desk: Desk, card: str) -> Result:
    """Gives a virtual card a new number at once.

    Args:
        card: The old card's brand and last four digits.
    """
    return _set_card(desk, "reissue_virtual_card", card, status="active", reissued=True)


@tool(changes=True)
def change_pin(desk: Desk, card: str) -> Result:
    """Lets the customer choose a new PIN for a card at the next cash machine.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "change_pin", card, pin="to be chosen")


@tool(changes=True)
def unblock_pin(desk: Desk, card: str) -> Result:
    """Unblocks a PIN that was entered wrongly too often.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "unblock_pin", card, pin="working")


@tool(changes=True)
def enable_contactless(desk: Desk, card: str) -> Result:
    """Switches a card's contactless payments on.

    Args:
        card: Brand and last four digits.
    """
    return _set_card(desk, "enable_contactless", card, contactless=True)


@tool(changes=True)
def change_limit(desk: Desk, card: str, amount: float) -> Result:
    """Sets what a card can pay and draw in a day.

    Args:
        card: Brand and last four digits.
        amount: The new limit in dollars.
    """
    return _set_card(desk, "change_limit", card, limit=amount)


@tool(changes=True)
def order_card(desk: Desk) -> Result:
    """Orders another physical card for the verified customer."""
    done = _set_account(desk, "order_card", ordered="physical")
    return done | _by_post(desk, desk.database.tables["customers"][desk.customer or ""]["plan"])


@tool(changes=True)
def create_virtual_card(desk: Desk) -> Result:
    """Creates a virtual card for the verified customer."""
    return _set_account(desk, "create_virtual_card", created="virtual")


@tool(changes=True)
def reset_passcode(desk: Desk) -> Result:
    """Sends the verified customer a link to choose a new app passcode."""
    return _set_account(desk, "reset_passcode", passcode="to be chosen")


@tool(changes=True)
def sign_out_devices(desk: Desk) -> Result:
    """Signs the verified customer out of the app on every phone."""
    return _set_account(desk, "sign_out_devices", devices=0)


@tool(changes=True)
def change_address(desk: Desk, address: str) -> Result:
    """Changes the verified customer's address.

    Args:
        address: New address: number, street, city, postcode.
    """
    return _set_account(desk, "change_address", address=address)


@tool(changes=True)
def close_account(desk: Desk) -> Result:
    """Closes the verified customer's account for good."""
    return _set_account(desk, "close_account", open=False)


@tool(changes=True)
def stop_debit(desk: Desk, transaction_id: str) -> Result:
    """Keeps a merchant from drawing further direct debits.

    Args:
        transaction_id: A debit of theirs, as list_payments shows it.
    """
    return _set_transaction(desk, "stop_debit", transaction_id, stopped=True)


@tool(changes=True)
def dispute_transaction(desk: Desk, transaction_id: str) -> Result:
    """Disputes a payment, debit or withdrawal that is wrong or not the customer's.

    Args:
        transaction_id: As the lists show it.
    """
    return _claim(desk, "dispute_transaction", transaction_id, 7)


@tool(changes=True)
def request_refund(desk: Desk, transaction_id: str) -> Result:
    """Asks the merchant for a payment back.

    Args:
        transaction_id: As list_payments shows it.
    """
    done = _set_transaction(desk, "request_refund", transaction_id, refund="requested")
    return done | {"refund_date": iso(desk.today + REFUND_DAYS[_plan(desk, "transactions", transaction_id)])}


@tool(changes=True)
def refund_transaction(desk: Desk, transaction_id: str) -> Result:
    """Gives back a charge that was made twice.

    Args:
        transaction_id: The charge to give back, as list_payments shows it.
    """
    done = _set_transaction(desk, "refund_transaction", transaction_id, status="given back")
    return done | {"refund_amount": _transaction(desk, transaction_id)["amount"]}


@tool(changes=True)
def refund_fee(desk: Desk, transaction_id: str, amount: float) -> Result:
    """Gives back what was charged above the tariff.

    Args:
        transaction_id: As list_payments shows it.
        amount: Fee charged less the tariff's fee, in dollars.
    """
    return _set_transaction(desk, "refund_fee", transaction_id, fee_returned=amount) | {"refund_amount": amount}


@tool(changes=True)
def refund_difference(desk: Desk, transaction_id: str, amount: float) -> Result:
    """Gives back what a wrong exchange rate cost.

    Args:
        transaction_id: As the lists show it.
        amount: Amount charged less the amount at the market's rate, in dollars.
    """
    done = _set_transaction(desk, "refund_difference", transaction_id, difference_returned=amount)
    return done | {"refund_amount": amount}


@tool(changes=True)
def cancel_transfer(desk: Desk, transaction_id: str) -> Result:
    """Cancels a transfer and returns the money to the account.

    Args:
        transaction_id: As list_transfers shows it.
    """
    done = _set_transaction(desk, "cancel_transfer", transaction_id, status="cancelled")
    return done | {"refund_amount": _transaction(desk, transaction_id)["amount"]}


@tool(changes=True)
def retry_transfer(desk: Desk, transaction_id: str) -> Result:
    """Sends a failed transfer again.

    Args:
        transaction_id: As list_transfers shows it.
    """
    done = _set_transaction(desk, "retry_transfer", transaction_id, status="pending")
    return done | {"arrival_date": iso(desk.today + TRANSFER_DAYS[_plan(desk, "transactions", transaction_id)])}


@tool(changes=True)
def trace_transfer(desk: Desk, transaction_id: str) -> Result:
    """Has the recipient's bank look for a transfer.

    Args:
        transaction_id: As list_transfers shows it.
    """
    return _claim(desk, "trace_transfer", transaction_id, 3)


TOOLS = toolbox(
    [
        screens.find_customer,
        screens.get_account,
        screens.list_cards,
        screens.list_payments,
        screens.list_withdrawals,
        screens.list_transfers,
        screens.list_top_ups,
        screens.get_rate,
        screens.search_in(BUILT_IN),
        screens.use_template,
        activate_card,
        freeze_card,
        unfreeze_card,
        block_card,
        replace_card,
        resend_card,
        reissue_virtual_card,
        change_pin,
        unblock_pin,
        enable_contactless,
        change_limit,
        order_card,
        create_virtual_card,
        reset_passcode,
        sign_out_devices,
        change_address,
        close_account,
        stop_debit,
        dispute_transaction,
        request_refund,
        refund_transaction,
        refund_fee,
        refund_difference,
        cancel_transfer,
        retry_transfer,
        trace_transfer,
        screens.transfer_to_human,
    ]
)


def _set_card(desk: Desk, name: str, card: str, **fields: object) -> Result:
    if desk.database.get("cards", card) is None:
        raise ToolError(f"no card {card[:40]!r}")
    return _set(desk, name, "cards", card, fields)


def _set_account(desk: Desk, name: str, **fields: object) -> Result:
    if desk.customer is None:
        raise ToolError("no customer is verified yet")
    return _set(desk, name, "customers", desk.customer, fields)


def _set_transaction(desk: Desk, name: str, transaction_id: str, **fields: object) -> Result:
    _transaction(desk, transaction_id)
    return _set(desk, name, "transactions", transaction_id, fields)


def _set(desk: Desk, name: str, table: str, row: str, fields: dict[str, object]) -> Result:
    for field, value in fields.items():
        desk.database.set(table, row, field, value)
    return {"done": name}


def _transaction(desk: Desk, transaction_id: str) -> Row:
    row = desk.database.get("transactions", transaction_id)
    if row is None:
        raise ToolError(f"no transaction {transaction_id[:40]!r}")
    return row


def _claim(desk: Desk, name: str, transaction_id: str, factor: int) -> Result:
    """Opens a claim, whose number follows from the transaction's, so that the same acts give the same records."""
    _transaction(desk, transaction_id)
    number = f"D-{int(transaction_id[1:]) * factor % 90_000 + 10_000}"
    desk.database.insert("claims", number, {"transaction": transaction_id, "kind": name})
    return {"done": name, "claim_number": number}


def _plan(desk: Desk, table: str, row: str) -> str:
    """The plan of the customer whose record it is."""
    tables = desk.database.tables
    plan: str = tables["customers"][tables[table][row]["customer"]]["plan"]
    return plan


def _by_post(desk: Desk, plan: str) -> Result:
    return {"delivery_date": iso(desk.today + POST_DAYS[plan])}
