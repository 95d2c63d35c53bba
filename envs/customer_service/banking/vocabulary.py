"""The bank's words: what its customers understand (`VOCABULARY`) and what its desk says by default (`PHRASES`)."""

from importlib.resources import files

from dialogue_gym.envs.customer_service.speech import ASK, PLAIN, REFUSE, TELL, Phrases
from dialogue_gym.envs.customer_service.understanding import hearing
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary, read_words

_WORDS = read_words(files("dialogue_gym.envs.customer_service.banking").joinpath("vocabulary.txt"))
_CARD_TOOLS = frozenset(
    "activate_card freeze_card unfreeze_card block_card replace_card resend_card reissue_virtual_card change_pin "
    "unblock_pin enable_contactless change_limit".split()
)

VOCABULARY = Vocabulary(
    cues=_WORDS["cue"],
    verbs=_WORDS["verb"],
    ids={"claim": "D-99999", "account": "AC99999999"},
    units={
        "seconds": "second",
        "%": "%",
        "countries": "country",
        "currencies": "currency",
        "networks": "network",
        "devices": "device",
        "machines": "machine",
        "attempts": "attempt",
        "cards": "card",
        "colours": "colour",
        "colors": "color",
        "alerts": "alert",
        "templates": "template",
        "digits": "digit",
        "letters": "letter",
    },
    brands=("visa", "mastercard"),
    kind_cues={
        "payment": "card",
        "brand": "card",
        "claim": "claim_noun",
        "account": "account_no",
        "address": "address full_address",
        "quantity": "quantity_value",
    },
    slots=_WORDS["slot"],
    beats={"limit": frozenset({"amount"}), "payee": frozenset({"identity"})},
    pick="which_card",
    choices={"payment": "card"},
    money=_WORDS["money"],
    dates=_WORDS["date"],
    codes={"claim": "claim_number", "account": "account_number"},
    answer=("answer", "not_answer"),
    states=_WORDS["state"],
    tools=_WORDS["tool"],
    main_verbs="activate|freeze|unfreeze|block|replace|resend|cancel|close_verb|dispute|trace|retry|unblock",
    passive_verbs="cancel|block|freeze",
    general="general",
    plain=_WORDS["plain"][""],
    bare="be|have",
    details={"payment": "card", "address": "address", "money": "amount"},
    own_details={
        "payment": _CARD_TOOLS,
        "address": frozenset({"change_address"}),
        "money": frozenset({"change_limit", "refund_fee", "refund_difference"}),
    },
    clauses=_WORDS["clause"],
    swallows={
        "too_late": frozenset({"answer"}),
        "too_early": frozenset({"answer"}),
        "fee_correct": frozenset({"fee"}),
        "rate_correct": frozenset({"rate"}),
    },
)


understand = hearing(VOCABULARY)
"""The speech acts that customers find in a message."""


def _offer(change: str) -> str:
    return f"I can {change}. Shall I go ahead?"


_CARD = "[card?your {}:your card]"

PHRASES = Phrases(
    plain=PLAIN,
    ask={
        **ASK,
        "identity": "Could you please give me your postcode, and your email address or full name?",
        "card": "Which card is it about?",
        "merchant": "Which merchant is it about?",
        "payee": "Who is the recipient or sender?",
        "amount": "How much was it?",
        "currency": "Which currency is it about?",
        "limit": "What limit would you like?",
        "address": "What is the new address?",
    },
    tell={
        "delivery_date": "The card will be delivered on {}.",
        "settle_date": "It will be settled on {}.",
        "arrival_date": "The money will arrive on {}.",
        "refund_date": "The refund will be in your account on {}.",
        "refund_amount": "The refund amount is {}.",
        "fee": "The fee or limit is {}.",
        "rate": "The exchange rate is {} for one.",
        "decline_reason": {
            "balance too low": "The balance was too low for it.",
            "card frozen": "The card was frozen.",
            "wrong PIN": "The PIN was wrong.",
            "limit reached": "The limit was reached.",
            "recipient unknown": "The recipient is unknown.",
            "country closed": "The country is closed for it.",
            "card expired": "The card has expired.",
            "bank refused": "The other bank refused it.",
        },
        "account_number": "The account number is {}.",
        "claim_number": "The claim number is {}.",
        "answer": "The answer is {}.",
        "done": {
            "activate_card": "I have activated the card.",
            "freeze_card": "I have frozen the card.",
            "unfreeze_card": "I have unfrozen the card.",
            "block_card": "I have blocked the card.",
            "replace_card": "I have replaced the card.",
            "resend_card": "I have sent the card again.",
            "reissue_virtual_card": "I have reissued the card.",
            "change_pin": "I have changed the PIN.",
            "unblock_pin": "I have unblocked the PIN.",
            "enable_contactless": "I have switched on contactless payments.",
            "change_limit": "I have changed the limit.",
            "order_card": "I have ordered the physical card.",
            "create_virtual_card": "I have created the virtual card.",
            "reset_passcode": "I have reset your passcode.",
            "sign_out_devices": "I have signed you out on every phone.",
            "change_address": "I have changed your address.",
            "close_account": "I have closed your account.",
            "stop_debit": "I have halted the direct debit.",
            "dispute_transaction": "I have disputed the transaction.",
            "request_refund": "I have requested the refund.",
            "refund_transaction": "I have refunded the duplicate charge.",
            "refund_fee": "I have refunded the extra fee.",
            "refund_difference": "I have refunded the rate difference.",
            "cancel_transfer": "I have cancelled the transfer.",
            "retry_transfer": "I have sent the transfer again.",
            "trace_transfer": "I have traced the transfer.",
        },
        **TELL,
    },
    refuse={
        **REFUSE,
        "too_late": "I am afraid the time limit for this has passed.",
        "no_duplicate": "I am afraid I cannot find a second charge.",
        "rate_correct": "I am afraid the exchange rate was correct.",
        "fee_correct": "I am afraid the fee was correct.",
        "already_sent": "I am afraid the transfer has already been sent.",
        "too_early": "I am afraid it is too early for this.",
        "card_blocked": "I am afraid a blocked card stays blocked for good.",
        "pin_is_blocked": "I am afraid the PIN is blocked.",
        "limit_maximum": "I am afraid this is above the largest limit of your plan.",
        "card_limit": "I am afraid your plan allows no more virtual cards.",
        "balance_left": "I am afraid there is still money on the account.",
    },
    propose={
        "activate_card": _offer(f"activate {_CARD}"),
        "freeze_card": _offer(f"freeze {_CARD}"),
        "unfreeze_card": _offer(f"unfreeze {_CARD}"),
        "block_card": _offer(f"block {_CARD}"),
        "replace_card": _offer(f"replace {_CARD}"),
        "resend_card": _offer(f"resend {_CARD}"),
        "reissue_virtual_card": _offer(f"reissue {_CARD}"),
        "change_pin": _offer("change the PIN[card? of your {}]"),
        "unblock_pin": _offer("unblock the PIN[card? of your {}]"),
        "enable_contactless": _offer("switch on contactless payments[card? for your {}]"),
        "change_limit": _offer("change the limit[card? of your {}][amount? to {}]"),
        "order_card": _offer("order a physical card"),
        "create_virtual_card": _offer("create a virtual card"),
        "reset_passcode": _offer("reset your passcode"),
        "sign_out_devices": _offer("sign you out on every phone"),
        "change_address": _offer("change your address[address? to {}]"),
        "close_account": _offer("close your account"),
        "stop_debit": _offer("halt the direct debit"),
        "dispute_transaction": _offer("dispute the transaction"),
        "request_refund": _offer("request a refund from the merchant"),
        "refund_transaction": _offer("refund the duplicate charge"),
        "refund_fee": _offer("refund the extra fee[amount?, which is {}]"),
        "refund_difference": _offer("refund the rate difference[amount?, which is {}]"),
        "cancel_transfer": _offer("cancel the transfer"),
        "retry_transfer": _offer("retry the transfer"),
        "trace_transfer": _offer("trace the transfer"),
    },
)
