"""The shop's words: what its customers understand (`VOCABULARY`) and what its desk says by default (`PHRASES`)."""

from importlib.resources import files

from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.speech import ASK, PLAIN, REFUSE, TELL, Phrases
from dialogue_gym.envs.customer_service.understanding.forms import read_sections
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary, read_words

_HERE = files("dialogue_gym.envs.customer_service.retail")
_WORDS = read_words(_HERE.joinpath("vocabulary.txt"))
_TOOLS = frozenset(_WORDS["tool"])

_OTHER_NAMES = {
    "bookshelf": "book shelf ; bookshelves ; shelf",
    "espresso machine": "espresso maker ; coffee machine",
    "cast iron skillet": "iron skillet ; cast iron pan",
    "air fryer": "airfryer",
    "headphones": "head phones",
}
_VAGUE = frozenset({"board", "bag", "machine"})
"""Last words of products' names that alone may mean something else."""
_OTHER_SHOE_SIZES = tuple("35 36 37 38 44 45 46 47 48".split())
_OTHER_OPTIONS = (
    *"beige brown burgundy khaki lavender lilac maroon pink turquoise violet yellow".split(),
    *_OTHER_SHOE_SIZES,
)
"""Options that no product comes in; an agent may name them all the same."""


def _item_forms() -> dict[str, str]:
    """How each product is named: in full, by its last word if no other product has it, in the singular and plural."""
    heads = [name.split()[-1] for name in PRODUCTS]
    forms = {}
    for name, head in zip(PRODUCTS, heads, strict=True):
        names = [name] if head in _VAGUE or heads.count(head) > 1 or head == name else [name, head]
        plurals = [f"{each}s" for each in names]
        singular = [name[:-1]] if name.endswith("s") else []
        forms[name] = " ; ".join([*names, *plurals, *singular, _OTHER_NAMES.get(name, "")])
    return forms


VOCABULARY = Vocabulary(
    cues=_WORDS["cue"],
    verbs=_WORDS["verb"],
    ids={"order": "W99999", "claim": "C-99999", "card": "GC-9999"},
    brands=("visa", "mastercard"),
    entities={"item": _item_forms(), "reason": _WORDS["reason"]},
    wares=read_sections(_HERE.joinpath("wares.txt")),
    options={product.name: product.options for product in PRODUCTS.values()} | {"": _OTHER_OPTIONS},
    shy_options=frozenset(
        "clear short regular long small medium large single double round steel 39 40 41 42 43 arched rust mint olive "
        "cream silver".split()
    )
    | set(_OTHER_SHOE_SIZES),
    sized="color",
    pronouns="pronoun",
    kind_cues={
        "order": "order",
        "claim": "claim_noun",
        "card": "gift_card payment",
        "email": "new_email email_value",
        "address": "address full_address",
        "payment": "payment",
        "brand": "payment",
        "quantity": "quantity_value",
        "item": "item product_name",
        "option": "color option_value",
    },
    slots=_WORDS["slot"],
    beats={
        "new_email": frozenset({"identity"}),
        "preference": frozenset({"option", "item", "payment_method"}),
    },
    pick="which_one|which_prefer|which_item|prefer",
    choices={
        "reason": "reason",
        "payment": "payment_method",
        "option": "option",
        "item": "item",
        "order": "order_id",
        "address": "address",
    },
    money=_WORDS["money"],
    dates=_WORDS["date"],
    less="less|back_money",
    signed="price_difference",
    same="same_price",
    codes={"claim": "claim_number"},
    answer=("answer", "not_window"),
    flags=_WORDS["flag"],
    states=_WORDS["state"],
    tools=_WORDS["tool"],
    main_verbs="cancel|refund|return|exchange|swap|replace|change|reship|claim_noun|credit",
    alternative="preference",
    minor={
        "refund_item": _TOOLS - {"refund_item"},
        "modify_item": frozenset({"exchange_item", "change_address", "change_payment"}),
        "issue_credit": frozenset({"adjust_price"}),
    },
    passive_verbs="cancel|return",
    done_needs={"refund_item": "item|damaged|it"},
    general="general",
    plain=_WORDS["plain"][""],
    predicates=("shipped", "delivered", "pending", "in_stock", "no_stock", "available"),
    bare="be|thing|have",
    aside="customer_past",
    settled="status",
    details={
        "order": "order_id",
        "item": "item",
        "option": "option",
        "reason": "reason",
        "address": "address",
        "payment": "payment_method",
        "card": "payment_method",
        "money": "amount",
        "email": "new_email",
    },
    own_details={
        "option": frozenset({"exchange_item", "modify_item"}),
        "email": frozenset({"update_email"}),
        "address": frozenset({"change_address", "reship_order", "replace_item"}),
        "reason": frozenset({"cancel_order", "return_item"}),
    },
    own_money={"adjust_price": "price_difference"},
    clauses=_WORDS["clause"],
    swallows={
        "window_passed": frozenset({"answer", "date"}),
        "too_early": frozenset({"answer"}),
        "warranty_expired": frozenset({"answer"}),
        "final_sale": frozenset({"answer"}),
        "no_price_drop": frozenset({"price_difference"}),
    },
)

_OF_ORDER = "[order_id? of order {}]"
_FROM_ORDER = "[order_id? from order {}]"
_BACK = "[amount?, with {} back][payment_method? to {}]"

PHRASES = Phrases(
    plain=PLAIN,
    ask={
        **ASK,
        "order_id": "Could you please tell me your order number?",
        "item": "Which item is it about?",
        "option": "Which colour or size would you like instead?",
        "reason": "May I ask for the reason?",
        "address": "What is the new delivery address?",
        "payment_method": "Which payment method would you like to use?",
        "preference": "Would you prefer a refund or a replacement?",
        "new_email": "What is the new email address?",
        "card_number": "What is the number of the gift card?",
    },
    tell={
        "status": {
            "pending": "Your order is still pending.",
            "shipped": "Your order has been shipped.",
            "delivered": "Your order has been delivered.",
            "cancelled": "Your order is cancelled.",
            "returned": "Your order is marked as returned.",
        },
        "delivery_date": "The delivery date is {}.",
        "refund_amount": "The refund amount is {}.",
        "refund_date": "The refund will reach your account on {}.",
        "price_difference": {
            "more": "The price difference is {} to pay.",
            "less": "The price difference is {} in your favour.",
            "same": "There is no price difference.",
        },
        "balance": "The balance of the gift card is {}.",
        "price": "The price is {}.",
        "stock": {"true": "It is in stock.", "false": "It is out of stock."},
        "claim_number": "The claim number is {}.",
        "credit_amount": "The credit is {}.",
        "answer": "The answer is {}.",
        "done": {
            "cancel_order": "I have cancelled the order.",
            "change_address": "I have changed the delivery address.",
            "change_payment": "I have changed the payment method.",
            "modify_item": "I have changed the item in your order.",
            "return_item": "I have set up the return.",
            "exchange_item": "I have set up the exchange.",
            "replace_item": "I have arranged a replacement.",
            "refund_item": "I have refunded the item.",
            "open_claim": "I have opened a claim with the carrier.",
            "reship_order": "I have sent the order again.",
            "refund_payment": "I have refunded the duplicate charge.",
            "adjust_price": "I have adjusted the price.",
            "issue_credit": "I have issued the credit.",
            "open_warranty_claim": "I have opened a warranty claim.",
            "update_email": "I have updated your email address.",
        },
        **TELL,
    },
    refuse={
        "not_pending": "I am afraid this order can no longer be changed or cancelled.",
        "window_passed": "I am afraid the time limit for this has passed.",
        "final_sale": "I am afraid this item is final sale and excluded from returns.",
        "out_of_stock": "I am afraid we cannot supply that one at the moment.",
        "too_early": "I am afraid it is too early for this, because the parcel is not late enough yet.",
        "no_duplicate": "I am afraid I cannot find a second charge for this order.",
        "no_price_drop": "I am afraid the price of this item has not dropped.",
        "low_balance": "I am afraid the balance of the gift card is not enough for this order.",
        "warranty_expired": "I am afraid the warranty has expired.",
        "no_discounts": "I am afraid we do not give discounts.",
        "own_account": "I am afraid I cannot discuss another person's account.",
        **REFUSE,
    },
    propose={
        "cancel_order": "I can cancel [order_id?order {}:the order][reason? ({})]" + _BACK + ". Shall I go ahead?",
        "change_address": f"I can change the delivery address{_OF_ORDER}[address? to {{}}]. Shall I go ahead?",
        "change_payment": f"I can change the payment{_OF_ORDER}[payment_method? to {{}}][amount?, which is {{}}]. Shall I go ahead?",
        "modify_item": f"I can change the [item?{{}}:item]{_FROM_ORDER}[option? to {{}}][amount?, at a difference of {{}}]. Shall I go ahead?",
        "return_item": f"I can return the [item?{{}}:item]{_FROM_ORDER}[reason? ({{}})]"
        + _BACK
        + ". Shall I go ahead?",
        "exchange_item": f"I can exchange the [item?{{}}:item]{_FROM_ORDER}[option? for {{}}][amount?, at a difference of {{}}]. Shall I go ahead?",
        "replace_item": f"I can send a replacement for the [item?{{}}:item]{_FROM_ORDER}[address? to {{}}]. Shall I go ahead?",
        "refund_item": f"I can refund the [item?{{}}:item]{_FROM_ORDER}" + _BACK + ". Shall I go ahead?",
        "open_claim": "I can open a claim with the carrier[order_id? for order {}]. Shall I go ahead?",
        "reship_order": "I can send [order_id?order {}:the order] again[address? to {}]. Shall I go ahead?",
        "refund_payment": "I can refund the duplicate charge[amount? of {}][order_id? for order {}][payment_method? to {}]. Shall I go ahead?",
        "adjust_price": f"I can adjust the price of the [item?{{}}:item]{_FROM_ORDER}[amount? and credit {{}}]. Shall I go ahead?",
        "issue_credit": "I can issue a credit[amount? of {}][order_id? for order {}]. Shall I go ahead?",
        "open_warranty_claim": f"I can open a warranty claim[item? for the {{}}]{_FROM_ORDER}. Shall I go ahead?",
        "update_email": "I can update your email address[new_email? to {}]. Shall I go ahead?",
    },
)
