"""The bank, put together."""

from collections.abc import Sequence
from functools import lru_cache, partial
from importlib.resources import files

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking import reading
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN, Articles
from dialogue_gym.envs.customer_service.banking.kinds import HINTS, KINDS
from dialogue_gym.envs.customer_service.banking.matters import make_scenario
from dialogue_gym.envs.customer_service.banking.own import own_articles
from dialogue_gym.envs.customer_service.banking.rules import RULES
from dialogue_gym.envs.customer_service.banking.screens import search_in
from dialogue_gym.envs.customer_service.banking.tools import TOOLS
from dialogue_gym.envs.customer_service.banking.vocabulary import PHRASES, understand
from dialogue_gym.envs.customer_service.calendar import MONTHS, iso
from dialogue_gym.envs.customer_service.common_wording import common_forms
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.measures import answer_metrics
from dialogue_gym.envs.customer_service.speech import render
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Wording

_HERE = files("dialogue_gym.envs.customer_service.banking")

FACT_TYPES = {
    "delivery_date": "date",
    "settle_date": "date",
    "arrival_date": "date",
    "refund_date": "date",
    "refund_amount": "money",
    "fee": "money",
    "rate": "money",
    "decline_reason": "text",
    "account_number": "id",
    "claim_number": "id",
    "answer": "quantity",
    "done": "tool",
}
REFUSALS = (
    "too_late",
    "no_duplicate",
    "rate_correct",
    "fee_correct",
    "already_sent",
    "too_early",
    "card_blocked",
    "pin_is_blocked",
    "limit_maximum",
    "card_limit",
    "balance_left",
    "not_verified",
    "out_of_scope",
)


@lru_cache(maxsize=len(SPLITS))
def wording(split: str) -> Wording:
    """The built-in wording of a split: what every desk's customers say, the matters, and their details."""
    sections = dict(common_forms(split))
    for folder in ("wording", "details"):
        for section, forms in Wording.load(_HERE.joinpath(folder, f"{split}.txt")).sections.items():
            sections[section] = sections.get(section, ()) + forms
    return Wording(sections, f"banking wording, {split}", (wording, (split,)))


def show(slot: str, value: str) -> str:
    """How a value reads in a customer's sentence."""
    if slot in ("amount", "limit"):
        return f"${value.removesuffix('.00')}"
    if slot == "card":
        brand, _, digits = value.partition("-")
        return f"{brand.capitalize()} ending {digits}"
    if slot == "date":
        _, month, day = value.split("-")
        return f"{int(day)} {MONTHS[int(month) - 1]}"
    return value


def _content() -> bytes:
    forms = [
        f"{split} {section} {form.text}".encode()
        for split in SPLITS
        for section, each in wording(split).sections.items()
        for form in each
    ]
    modules = ("kinds", "matters", "places", "world", "screens", "tools", "rules", "reading", "articles")
    names = (*(f"{module}.py" for module in modules), "policy.md", "articles.json", "templates.json")
    return b"\0".join([*forms, *(_HERE.joinpath(name).read_bytes() for name in names)])


def _render(acts: Sequence[Act]) -> str:
    return render(acts, PHRASES)


def bank(articles: Articles) -> Domain:
    """The desk of a bank with the given articles."""
    return Domain(
        name="banking",
        desk="a bank",
        version=0,
        tools={**TOOLS, "search_kb": search_in(articles)},
        identify="find_customer",
        search="search_kb",
        library=articles,
        rules=RULES,
        policy=_HERE.joinpath("policy.md").read_text(encoding="utf-8"),
        kinds=KINDS,
        slots=("card", "merchant", "payee", "amount", "currency", "limit", "address"),
        fact_types=FACT_TYPES,
        aliases={},
        refusals=REFUSALS,
        transfers=("fraud", "verification"),
        make_scenario=partial(make_scenario, articles=articles),
        wording={split: wording(split) for split in SPLITS},
        show=show,
        say_date=iso,
        signs=reading.SIGNS,
        read=reading.read,
        prepare=reading.prepare,
        stale=reading.STALE,
        fills=reading.FILLS,
        seek=reading.seek,
        optional=frozenset(),
        values=(),
        understand=understand,
        render=_render,
        answers=articles.answers,
        answer_facts={str: "answer", float: "fee"},
        nlu_error=0.22,
        content=_content,
        misremembered=frozenset({"card"}),
        stand_ins={"merchant": "amount", "payee": "amount"},
        references=frozenset(reading.REFERENCES),
        stated={"change_limit": ("limit",), "change_address": ("address",)},
        unspoken=frozenset({"transaction_id"}),
        hints=HINTS,
        credentials=(frozenset({"email", "zip"}), frozenset({"name", "zip"})),
        answering="use_template",
        metrics=answer_metrics(KINDS, articles.hits),
        with_articles=lambda own, asked: bank(own_articles(own, asked)),
    )


DOMAIN = bank(BUILT_IN)
"""With the articles written for it."""
