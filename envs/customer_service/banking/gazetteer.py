"""What the bank's agents know of customers' words: how values look, and what means the same in the trade."""

import re

from dialogue_gym.envs.customer_service.banking.places import COUNTRIES, CURRENCIES, SHOPS
from dialogue_gym.envs.customer_service.calendar import MONTHS, YEAR
from dialogue_gym.envs.customer_service.listening.values import Gazetteer, Pattern

_SHOP_NAMES = sorted({shop for shops in SHOPS.values() for shop in shops}, key=len, reverse=True)
_SHOP_BY_NAME = {shop.lower(): shop for shop in _SHOP_NAMES}

_COUNTRY_NAMES = sorted({country for countries in COUNTRIES.values() for country in countries})


def _date(text: str) -> str:
    """A date as slots hold it: "3 June" is 2031-06-03."""
    day, _, month = text.partition(" ")
    return f"{YEAR}-{MONTHS.index(month) + 1:02}-{int(day):02}"


def _card(text: str) -> str:
    """The records' name of a card: "Visa ending 4821" is visa-4821."""
    return f"{'visa' if text.lower().startswith('v') else 'mastercard'}-{text[-4:]}"


def _money(text: str) -> str:
    """A sum as slots hold it: "$1,200" is 1200.00."""
    return f"{float(re.sub(r'[^0-9.]', '', text).rstrip('.')):.2f}"


GAZETTEER = Gazetteer(
    patterns=(
        Pattern("email", r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}", ("email",), str.lower),
        Pattern(
            "address",
            r"\b\d{1,4} (?:[^\W\d][\w'.-]{0,30} ){0,4}[^\W\d][\w'.-]{0,30}, (?:[^\W\d][\w'.-]{0,30} ){1,4}\d{5}\b",
            ("address",),
        ),
        Pattern(
            "card",
            r"\b(?i:visa|mastercard)(?i: card)?(?:-| (?i:ending)?(?i: in| with)? ?)\d{4}\b",
            ("card",),
            _card,
        ),
        Pattern("money", r"\$ ?\d{1,3}(?:,?\d{3}){0,3}(?:\.\d{1,2})?\b", ("amount", "limit"), _money),
        Pattern("zip", r"\b\d{5}\b", ("zip",)),
        Pattern(
            "merchant",
            rf"\b(?i:{'|'.join(map(re.escape, _SHOP_NAMES))})\b",
            ("merchant",),
            lambda text: _SHOP_BY_NAME[text.lower()],
        ),
        Pattern("date", rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)})\b", ("date",), _date),
        Pattern("country", rf"\b(?:{'|'.join(_COUNTRY_NAMES)})\b", ("country",)),
        Pattern("currency", rf"\b(?i:{'|'.join(CURRENCIES)})\b", ("currency",), str.lower),
    ),
    examples={
        "card": ("Visa ending 4821",),
        "merchant": ("Copper Kettle Cafe",),
        "payee": ("Jonas Petersen",),
        "amount": ("$42.10",),
        "limit": ("$750.00",),
        "currency": ("euros",),
        "country": ("Norway", "Canada"),
        "date": ("12 March", "3 June"),
        "address": ("12 Mill Lane, Easton 40123",),
        "email": ("mira.holt@example.com",),
        "name": ("Mira Holt",),
        "zip": ("40123",),
    },
    name_slots=("name", "payee"),
    results={
        "verified": "find_customer",
        "account_number": "get_account",
        "cards": "list_cards",
        "payments": "list_payments",
        "withdrawals": "list_withdrawals",
        "transfers": "list_transfers",
        "top_ups": "list_top_ups",
        "rate": "get_rate",
        "articles": "search_kb",
        "says": "use_template",
        "transferred": "transfer_to_human",
    },
    errors=(
        (r"nobody matches", "find_customer"),
        (r"no customer is verified yet", ""),
        (r"no card '(?P<card>[^']+)'", ""),
        (r"no transaction '(?P<transaction_id>[^']+)'", ""),
        (r"no currency '(?P<currency>[^']+)'", "get_rate"),
    ),
)
