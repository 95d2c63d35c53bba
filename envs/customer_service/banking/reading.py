"""Reading the bank's screens into a belief: what an attentive agent takes from each."""

from collections.abc import Mapping
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.articles import ANY, Articles, holds, leading_number
from dialogue_gym.envs.customer_service.banking.kinds import (
    DISPUTE_DAYS,
    PROCEDURES,
    RESEND_DAYS,
    VIRTUAL_CARDS,
    Procedure,
)
from dialogue_gym.envs.customer_service.banking.matters import SCREENS
from dialogue_gym.envs.customer_service.banking.tools import TOOLS
from dialogue_gym.envs.customer_service.banking.world import PARTIES
from dialogue_gym.envs.customer_service.calendar import day_of, iso
from dialogue_gym.envs.customer_service.tracker import Belief

CARD_STATES = ("sent", "active", "frozen", "blocked", "defective")
SIGNS = (
    "found",
    *(f"card.{state}" for state in CARD_STATES),
    "sign.pin",
    "sign.contactless",
    "sign.resend",
    "sign.window",
    "sign.duplicate",
    "sign.difference",
    "sign.cancel",
    "sign.trace",
    "sign.limit",
    "sign.virtual",
    "sign.balance",
    "sign.terms",
)
"""Derived features. A sign is positive where the policy would allow, negative where it would not, 0 unknown. `found` is
negative where no record is what the customer speaks of. `sign.terms` is positive where there is something to look up in
the articles, and negative as long as the customer's plan has to be known for that."""
REFERENCES = ("card", "merchant", "payee", "amount")
"""Slots that tell which record is meant."""
ROW_FACTS = (
    "delivery_date", "fee", "decline_reason", "settle_date", "refund_amount", "refund_date", "arrival_date",
)  # fmt: skip
"""Facts that a record shows."""

_SOURCES = {"transaction_id": "transaction_id", "card": "card", "address": "address", "currency": "currency"}
FILLS: dict[str, tuple[tuple[str, str], ...]] = {
    name: tuple((argument, _SOURCES[argument]) for argument in tool.parameters if argument in _SOURCES)
    for name, tool in TOOLS.items()
}
FILLS |= {
    "search_kb": (("query", "query"),),
    "use_template": (("template", "template"),),
    "change_limit": (("card", "card"), ("amount", "limit_amount")),
    "refund_fee": (("transaction_id", "transaction_id"), ("amount", "due")),
    "refund_difference": (("transaction_id", "transaction_id"), ("amount", "due")),
}
STALE = {
    slot: (
        *(sign for sign in SIGNS if sign not in ("sign.virtual", "sign.balance", "sign.terms")),
        *(f"called.{screen}" for screen in dict.fromkeys(SCREENS.values())),
        *(f"known.{fact}" for fact in ROW_FACTS),
    )
    for slot in REFERENCES
} | {"currency": ("called.get_rate", "known.rate"), "limit": ("sign.limit",)}
"""Features that a revised slot makes worthless."""


def read(belief: Belief, call: Act, result: Mapping[str, Any]) -> None:
    """Takes in the result of one call."""
    memory = belief.memory
    if call.name == "get_account":
        memory |= {"plan": result["plan"], "largest_limit": result["largest_limit"]}
        belief.sign("sign.balance", 1.0 if result["balance"] == 0 else -1.0)
    elif call.name == "search_kb":
        memory["searched"] = call.args.get("query")
        memory["articles"] = result["articles"], result["today"]
    elif call.name == "use_template":
        memory["template"] = result["template"]
    elif call.name in _LISTS:
        memory[call.name] = result[_LISTS[call.name]]


def prepare(belief: Belief) -> None:
    """Fills what follows from what was said and shown: the answer, a search's words, the record that is meant."""
    slots, memory = belief.slots, belief.memory
    if not belief.kind:
        return
    slots["template"] = belief.kind
    if memory.get("template", belief.kind) != belief.kind:
        belief.sign("called.use_template", 0.0)
    procedure = PROCEDURES.get(belief.kind)
    if procedure is None:
        belief.sign("sign.terms", 0.0)
        return
    _look_up(belief, procedure)
    if "limit" in procedure.says:
        if "limit" not in slots and "amount" in slots:
            belief.fill("limit", slots["amount"])
        if "limit" in slots:
            slots["limit_amount"] = float(slots["limit"])
            if "largest_limit" in memory:
                belief.sign("sign.limit", memory["largest_limit"] - slots["limit_amount"] + 0.5)
    if procedure.about in ("card", "virtual"):
        _find_card(belief, procedure)
    elif procedure.about in SCREENS:
        _find_transaction(belief, procedure)


def seek(belief: Belief, slot: str) -> str:
    """The act that gets a slot: from the screens where they show it, else from the customer."""
    procedure = PROCEDURES.get(belief.kind)
    if slot in ("transaction_id", "due") and procedure is not None and procedure.about in SCREENS:
        screen = SCREENS[procedure.about]
        return f"ask:{_name_of(belief, procedure)}" if belief.called(screen) else f"call:{screen}"
    if slot == "card":
        return "call:list_cards" if belief.heard("unknown") else "ask:card"
    if slot == "query" and _articles(belief).topics(belief.kind):
        if "query" not in belief.slots:
            return "call:get_account"
        return "ask:matter" if belief.called("search_kb") else "call:search_kb"
    return {"limit_amount": "ask:limit", "currency": "ask:currency", "address": "ask:address"}.get(slot, "ask:matter")


_LISTS = {
    "list_cards": "cards",
    "list_payments": "payments",
    "list_withdrawals": "withdrawals",
    "list_transfers": "transfers",
    "list_top_ups": "top_ups",
}


def _look_up(belief: Belief, procedure: Procedure) -> None:
    """The words of the search that the matter needs, and the answer that a search brought."""
    slots, memory, articles = belief.slots, belief.memory, _articles(belief)
    tier = memory.get("plan", "")
    topics = articles.topics(belief.kind)
    differ = not tier and any(map(articles.by_plan, topics))
    belief.sign("sign.terms", float(bool(topics)) - 2 * differ)
    if not topics or differ:
        slots.pop("query", None)
        return
    slots["query"] = articles.query(topics[0], tier) if len(topics) == 1 else f"{_words(belief)} {tier}".strip()
    if memory.get("searched", slots["query"]) != slots["query"]:
        _forget(belief, "answer", "fee")
        belief.sign("called.search_kb", 0.0)
        return
    found, today = memory.get("articles", ((), ""))
    for article in found:
        if article["product"] in (ANY, tier) and holds(article, today):
            for answer in articles.answers(article, day_of(today)):
                if procedure.asks:
                    belief.learn("fee" if isinstance(answer, float) else "answer", answer)
                if topics == (VIRTUAL_CARDS,) and "list_cards" in memory:
                    own = sum(card["kind"] == "virtual" for card in memory["list_cards"])
                    belief.sign("sign.virtual", 1.0 if own < leading_number(answer) else -1.0)
            return


def _articles(belief: Belief) -> Articles:
    articles = belief.domain.library
    assert isinstance(articles, Articles)
    return articles


def _words(belief: Belief) -> str:
    """What the customer wrote when speaking of the matter; where all of it was misheard, what it seems to be about."""
    words = dict.fromkeys(event.text for event in belief.about)
    return " ".join(filter(None, words)) or belief.kind.replace("_", " ")


def _find_card(belief: Belief, procedure: Procedure) -> None:
    cards = belief.memory.get("list_cards")
    if cards is None:
        return
    kind = "virtual" if procedure.about == "virtual" else "physical"
    if "card" in belief.slots:
        fitting = [card for card in cards if card["card"] == belief.slots["card"]]
        if not fitting:
            belief.slots.pop("card")
            belief.sign("has.card", 0.0)
    else:
        fitting = [card for card in cards if card["kind"] == kind and procedure.vague and _is_expected(procedure, card)]
    belief.sign("found", 1.0 if len(fitting) == 1 else -1.0)
    if len(fitting) != 1:
        return
    (card,) = fitting
    belief.fill("card", card["card"])
    for state in CARD_STATES:
        belief.sign(f"card.{state}", float(card["status"] == state))
    belief.sign("sign.pin", 1.0 if card["pin"] == "blocked" else -1.0)
    belief.sign("sign.contactless", 1.0 if not card["contactless"] else -1.0)
    if "days_late" in card:
        belief.sign("sign.resend", 1.0 if card["days_late"] >= RESEND_DAYS else -1.0)
    _show(belief, card["card"], card)


def _is_expected(procedure: Procedure, card: Mapping[str, Any]) -> bool:
    """Whether a card is in the state that such matters are about."""
    return all(
        card.get(name) == value for name, value in procedure.state.items() if name in card and name != "days_late"
    )


def _find_transaction(belief: Belief, procedure: Procedure) -> None:
    slots = belief.slots
    rows = belief.memory.get(SCREENS[procedure.about])
    if rows is None:
        return
    party = PARTIES.get(procedure.about, "")
    rows = [row for row in rows if row["kind"] == procedure.about]
    if party in slots:
        fitting = [row for row in rows if row[party].lower() == slots[party].lower()]
    else:
        fitting = [row for row in rows if f"{row['amount']:.2f}" == slots.get("amount")]
    belief.sign("found", 1.0 if fitting else -1.0)
    if not fitting:
        return
    row = fitting[-1]
    belief.fill("transaction_id", row["transaction_id"])
    belief.sign("sign.window", (DISPUTE_DAYS + 0.5 - row["days_ago"]) / DISPUTE_DAYS)
    belief.sign("sign.duplicate", 1.0 if len(fitting) > 1 else -1.0)
    belief.sign("sign.cancel", 1.0 if row["status"] == "pending" else -1.0)
    due = _due(row)
    slots["due"] = due
    belief.sign("sign.difference", 1.0 if due > 0 else -1.0)
    if "arrival_date" in row:
        today = iso(day_of(row["date"]) + row["days_ago"])
        belief.sign("sign.trace", 1.0 if row["arrival_date"] < today else -1.0)
    _show(belief, row["transaction_id"], row)


def _due(row: Mapping[str, Any]) -> float:
    """What was charged above the market's rate or the tariff's fee."""
    if "market_amount" in row:
        return float(round(row["amount"] - row["market_amount"], 2))
    return float(round(row["fee"] - row["tariff_fee"], 2)) if "tariff_fee" in row else 0.0


def _name_of(belief: Belief, procedure: Procedure) -> str:
    """What to ask for to tell a transaction from others: the other side, or the amount."""
    party = PARTIES.get(procedure.about)
    return party if party is not None and party not in belief.slots and not belief.heard("unknown") else "amount"


def _show(belief: Belief, key: str, row: Mapping[str, Any]) -> None:
    """Takes over the facts of the record that is meant, and forgets those of another."""
    if belief.memory.get("record", key) != key:
        _forget(belief, *ROW_FACTS)
    belief.memory["record"] = key
    for fact in ROW_FACTS:
        if fact in row and fact not in belief.facts:
            belief.learn(fact, row[fact])


def _forget(belief: Belief, *facts: str) -> None:
    for fact in facts:
        belief.facts.pop(fact, None)
        belief.sign(f"known.{fact}", 0.0)
