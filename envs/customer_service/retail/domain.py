"""The web shop, put together."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.retail import reading
from dialogue_gym.envs.customer_service.retail.articles import LIBRARY
from dialogue_gym.envs.customer_service.retail.calendar import iso
from dialogue_gym.envs.customer_service.retail.matters import KINDS, REASONS, make_scenario
from dialogue_gym.envs.customer_service.retail.rules import RULES
from dialogue_gym.envs.customer_service.retail.tools import TOOLS
from dialogue_gym.envs.customer_service.retail.vocabulary import PHRASES, VOCABULARY
from dialogue_gym.envs.customer_service.speech import render
from dialogue_gym.envs.customer_service.understanding import hearing
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Wording

_HERE = files("dialogue_gym.envs.customer_service.retail")
_WORDING: dict[str, Wording] = {split: Wording.load(_HERE.joinpath("wording", f"{split}.txt")) for split in SPLITS}

FACT_TYPES = {
    "status": "text",
    "delivery_date": "date",
    "refund_amount": "money",
    "refund_date": "date",
    "price_difference": "money",
    "balance": "money",
    "price": "money",
    "stock": "bool",
    "claim_number": "id",
    "credit_amount": "money",
    "answer": "quantity",
    "done": "tool",
}
REFUSALS = (
    "not_pending",
    "window_passed",
    "final_sale",
    "out_of_stock",
    "too_early",
    "no_duplicate",
    "no_price_drop",
    "low_balance",
    "warranty_expired",
    "no_discounts",
    "own_account",
    "not_verified",
    "out_of_scope",
)
SLOTS = (
    "order_id",
    "item",
    "option",
    "reason",
    "address",
    "payment_method",
    "preference",
    "new_email",
    "card_number",
)


def show(slot: str, value: str) -> str:
    """How a value reads in a customer's sentence."""
    if slot != "payment_method":
        return value
    kind, _, number = value.partition("-")
    if kind == "GC":
        return f"gift card {value}"
    return f"{kind} ending {number}" if number else kind


def _stale() -> dict[str, tuple[str, ...]]:
    product = ("sign.stock", "sign.price_drop", "called.get_product", "known.price", "known.stock")
    reads = tuple(f"called.{n}" for n, t in TOOLS.items() if not t.changes and n not in ("list_orders",))
    order = (*reading.SIGNS, *(r for r in reads if "transfer" not in r), *(f"known.{f}" for f in FACT_TYPES))
    return {"order_id": order, "item": order, "option": product}


def _content() -> bytes:
    wording = [_HERE.joinpath("wording", f"{split}.txt").read_bytes() for split in SPLITS]
    modules = ("catalogue", "matters", "people", "world", "tools", "rules", "reading")
    sources = [_HERE.joinpath(f"{name}.py").read_bytes() for name in modules]
    return b"\0".join([*wording, *sources, *(_HERE.joinpath(n).read_bytes() for n in ("policy.md", "articles.json"))])


_in_text = lru_cache(maxsize=256)(reading.answers)


def _answers(article: Mapping[str, Any], today: int) -> Sequence[str]:
    return _in_text(article["text"])


def _render(acts: Sequence[Act]) -> str:
    return render(acts, PHRASES)


DOMAIN = Domain(
    name="retail",
    desk="a web shop",
    version=0,
    tools=TOOLS,
    identify="find_customer",
    search="search_kb",
    library=LIBRARY,
    rules=RULES,
    policy=_HERE.joinpath("policy.md").read_text(encoding="utf-8"),
    kinds=tuple(KINDS),
    slots=SLOTS,
    fact_types=FACT_TYPES,
    aliases={"total": ("refund_amount",), "price": ("refund_amount",), "amount": ("refund_amount",)},
    refusals=REFUSALS,
    transfers=("safety", "business"),
    make_scenario=make_scenario,
    wording=_WORDING,
    show=show,
    say_date=iso,
    signs=reading.SIGNS,
    read=reading.read,
    prepare=reading.prepare,
    stale=_stale(),
    fills=reading.FILLS,
    seek=reading.seek,
    optional=reading.OPTIONAL,
    values=(*(("preference", wish) for wish in ("refund", "replacement")), *(("reason", reason) for reason in REASONS)),
    understand=hearing(VOCABULARY),
    render=_render,
    answers=_answers,
    answer_facts={str: "answer"},
    nlu_error=0.07,
    content=_content,
    misremembered=frozenset({"order_id"}),
    stand_ins={"order_id": "item"},
    references=frozenset({"order_id", "item"}),
    stated={"cancel_order": ("reason",), "return_item": ("reason",)},
    unspoken=frozenset({"payment_id"}),
)
