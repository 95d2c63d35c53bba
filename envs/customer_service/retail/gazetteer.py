"""What the shop's agents know of customers' words: how values look, and what means the same in the trade."""

import re
from collections.abc import Mapping

from dialogue_gym.envs.customer_service.listening.values import Gazetteer, Pattern
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS

_ORDINARY = frozenset(
    {"clear", "double", "large", "long", "medium", "regular", "round", "rust", "short", "single", "small", "steel"}
)
"""Options that are ordinary words as well."""
_SIZE = re.compile(r"[A-Z]{1,2}|\d+")
_OPTIONS = tuple(dict.fromkeys(option for product in PRODUCTS.values() for option in product.options))


def _words(values: list[str]) -> str:
    """Matches any of the values as whole words, longest first, in any case unless they are sizes."""
    longest_first = sorted(values, key=len, reverse=True)
    cased = "|".join(value for value in longest_first if _SIZE.fullmatch(value))
    uncased = "|".join(re.escape(value) for value in longest_first if not _SIZE.fullmatch(value))
    either = "|".join([cased] * bool(cased) + [f"(?i:{uncased})"] * bool(uncased))
    return rf"(?<![\w'.-])(?:{either})(?![\w'-])"


def _card(text: str) -> str:
    """The account's name of a card: "Visa ending 4242" is visa-4242."""
    return f"{re.match(r'[a-z]+', text.lower())[0]}-{text[-4:]}"  # type: ignore[index]


def _option(text: str) -> str:
    """An option as the catalogue has it: sizes in capitals, the rest not."""
    return text if text in _OPTIONS else text.lower()


def _possible(values: Mapping[str, str]) -> Mapping[str, str]:
    """Without the option if the product does not come in it."""
    product = PRODUCTS.get(values.get("item", ""))
    if product is None or values.get("option", product.options[0]) in product.options:
        return values
    return {slot: value for slot, value in values.items() if slot != "option"}


GAZETTEER = Gazetteer(
    patterns=(
        Pattern("email", r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}", ("email", "new_email"), str.lower),
        Pattern(
            "address",
            r"\b\d{1,4} (?:[^\W\d][\w'.-]{0,30} ){0,4}[^\W\d][\w'.-]{0,30}, (?:[^\W\d][\w'.-]{0,30} ){1,4}\d{5}\b",
            ("address",),
        ),
        Pattern("order", r"\b[Ww]\d{5}\b", ("order_id",), str.upper),
        Pattern("gift_card", r"\b(?i:GC)-?\d{4}\b", ("card_number", "payment_method"), lambda t: f"GC-{t[-4:]}"),
        Pattern(
            "payment",
            r"\b(?i:visa|mastercard)(?i: card)?(?:-| (?i:ending)?(?i: in| with)? ?)\d{4}\b",
            ("payment_method",),
            _card,
        ),
        Pattern("payment_account", r"\b(?i:paypal)\b", ("payment_method",), str.lower),
        Pattern("zip", r"\b\d{5}\b", ("zip",)),
        Pattern("item", _words(list(PRODUCTS)), ("item",), str.lower),
        Pattern("option", _words([o for o in _OPTIONS if o not in _ORDINARY]), ("option",), _option),
        Pattern("loose_option", _words([o for o in _OPTIONS if o in _ORDINARY]), ("option",), str.lower, loose=True),
    ),
    examples={
        "order_id": ("W40213",),
        "item": ("desk lamp",),
        "option": ("black", "L", "41"),
        "address": ("12 Mill Lane, Easton 40123",),
        "payment_method": ("visa ending 4242", "paypal", "gift card GC-4711"),
        "card_number": ("GC-4711",),
        "email": ("mira.holt@example.com",),
        "new_email": ("mholt12@example.net",),
        "name": ("Mira Holt",),
        "person": ("Jonas Petersen",),
        "zip": ("40123",),
    },
    concepts={
        "refund": "refund* reimburs* money_back pay_back paid_back paying_back repay* cash_back my_money the_money "
        "cash pay_me return_the_money give_me_back get_back",
        "replacement": "replac* new_one another_one same_thing same_product another_of fresh_one working_one "
        "working_order send_another send_me_another once_more",
        "return": "return* send_back sending_back sent_back give_back giving_back hand_back handed_back bring_back "
        "take_back take_it_back goes_back going_back post_back posted_back posting_back mail_back "
        "mailed_back shipped_back back_to_you",
        "exchange": "exchang* swap* trade* switch*",
        "damage": "damag* broke broken break* crack* shatter* smash* dent* torn scratch* bent pieces bits chip* "
        "ruined crushed squashed snapped wreck* defective shards",
        "stopped": "stopped stop_working dead died die* gave_up gave_out given_up quit doesn't_work not_working "
        "no_longer_works fault* defect* fail* malfunction* won't_turn won't_switch won't_come functioning "
        "broke_down packed_in",
        "age": "month* year* half_a_year spring summer autumn winter long_time owned used_it after_using",
        "parcel": "parcel* package* packet* shipment* deliver* consignment* box courier* carrier* postman driver van",
        "lost": "lost lose* missing vanish* disappear* gone never_came never_arrived never_showed never_got "
        "never_reached never_turned no_trace astray stolen mislaid swallowed nothing_came not_arrived "
        "hasn't_arrived",
        "late": "late later delay* overdue behind belated tardy long_after days_after weeks_after past_the "
        "too_long slow*",
        "amends": "compensat* credit* goodwill make_up amends gesture inconvenience bonus apology something_back "
        "something_for",
        "when": "when what_day which_day what_date which_date date day how_long how_soon eta arriv* expected "
        "estimated due by_when until_when",
        "where": "where whereabouts track* status on_its_way under_way progress how_far news update location shipped",
        "cancel": "cancel* call_off called_off calling_off annul* withdraw* scrap undo revok* abort* void* "
        "don't_send don't_ship don't_want back_out drop* stop_my stop_the kill strike struck pull* "
        "out_of_an out_of_the reverse* take_back rid",
        "address": "address* redirect* reroute* ship_to moved moving move house flat street door place destination "
        "somewhere_else elsewhere recipient deliver_to bring_it_to city",
        "payment": "pay paid paying payment* card cards charge charged bill billed billing bank debit* settle* account",
        "twice": "twice double doubl* two_times two_charges two_payments second_charge second_payment duplicate "
        "two_amounts extra_charge charged_again one_order once",
        "cheaper": "cheaper price_drop price_cut lower_price lower sale reduced marked_down less_than for_less "
        "on_offer dropped new_price today's_price price_fell price_difference price_match difference gap "
        "surplus full_price",
        "discount": "discount* voucher* coupon* promo* code codes freebie* free percent bargain* rebate reward* "
        "reduction special_offer loyal* treat favour gift gifts better_price",
        "gift_card": "gift_card gift_cards gift_voucher gift_vouchers giftcard <card_number",
        "balance": "balance left remaining remain* worth how_much_is loaded still_on on_it spend spent",
        "stock": "stock available availability have_any any_left sold_out left warehouse in_store got_any deliverable",
        "price": "price prices cost costs how_much expensive sum amount",
        "warranty": "warrant* guarante*",
        "email": "email* e_mail* mail mailbox inbox login",
        "rule": "rule* polic* terms conditions general generally regulat* regulation* question information allowed",
        "person": "wife husband mum mother dad father brother sister son daughter neighbour* neighbor* colleague* "
        "friend* partner flatmate roommate cousin aunt uncle grandmother grandson boss behalf relative "
        "spouse mate on_behalf someone_else's else's",
        "their_account": "account_of order_of 's_account 's_order their_account their_order for_my another_person "
        "third_person whose",
        "danger": "fire burn* smoke shock* injur* hurt* bleed* hospital spark* explod* danger* hazard* flame* "
        "blood* unsafe safety fumes electric* blew burst doctor wound* accident harm*",
        "business": "company business firm vat invoice* bulk wholesale corporate office b2b quote quotation "
        "commercial enterprise hotel school employer employees staff purchasing organisation quantity "
        "pieces",
        "unsent": "hasn't_been not_been_sent not_yet unsent unshipped not_shipped not_dispatched not_sent before_it "
        "before_you before_my haven't_shipped pending open_order in_preparation still_with being_prepared "
        "not_out hasn't_left has_not_left waiting_to packed pack",
        "received": "received arrived delivered came got unpacked unpacking opened opening unboxed here on_arrival "
        "reached brought",
        "variant": "colour* color* size* shade* variant* version bigger smaller larger model medium darker lighter "
        "tight loose fit fits <option",
        "account": "account profile customer_data registered",
        "mistake": "mistake* accident* error* wrong_button slip* misread unintended by_error didn't_mean "
        "hadn't_meant never_meant wrong_thing clicked cat children kids toddler silly",
        "unneeded": "no_longer_needed not_needed isn't_needed don't_need won't_need no_need no_use need_for plans "
        "called_off already_got already_have fell_through changed_plans superfluous",
        "elsewhere": "homework weather tax* job recipe doctor lawyer poem song joke translat* holiday visa mortgage "
        "shares stock_market football match election movie train bus taxi restaurant ticket plumber pet "
        "cat dog health pills tablets pain medicine essay quiz maths capital",
    },
    question_kind="policy_question",
    possible=_possible,
    results={
        "payment_methods": "find_customer",
        "orders": "list_orders",
        "placed_days_ago": "get_order",
        "parcel": "track_parcel",
        "options": "get_product",
        "stock": "get_product",
        "payments": "list_payments",
        "balance": "check_gift_card",
        "articles": "search_kb",
        "transferred": "transfer_to_human",
    },
    errors=(
        (r"no account matches", "find_customer"),
        (r"no customer is verified yet", ""),
        (r"order (?P<order_id>W\d{5}) has not been sent", "track_parcel"),
        (r"order '?(?P<order_id>[^' ]+)", ""),
        (r"no gift card '(?P<card_number>[^']+)'", "check_gift_card"),
        (r"no product", "get_product"),
    ),
)
