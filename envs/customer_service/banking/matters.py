"""Scenarios of the bank's desk: records and matters made from the table of kinds."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN, Articles
from dialogue_gym.envs.customer_service.banking.kinds import KINDS, OUT_OF_SCOPE, PROCEDURES, Procedure
from dialogue_gym.envs.customer_service.banking.places import COUNTRIES, CURRENCIES
from dialogue_gym.envs.customer_service.banking.tools import TOOLS
from dialogue_gym.envs.customer_service.banking.world import LARGEST_LIMIT, PARTIES, Bank
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.library import Article
from dialogue_gym.envs.customer_service.matters import KNOBS, ChangeOfMind, Knobs, Matter, Scenario, draw_persona
from dialogue_gym.envs.customer_service.scenarios import draw_kinds, draw_profile

SCREENS = {
    "card": "list_cards",
    "virtual": "list_cards",
    "payment": "list_payments",
    "debit": "list_payments",
    "withdrawal": "list_withdrawals",
    "transfer": "list_transfers",
    "incoming": "list_transfers",
    "top_up": "list_top_ups",
    "deposit": "list_top_ups",
}
"""The tool that shows a record, by what it is."""
_TRANSACTIONS = SCREENS.keys() - {"card", "virtual"}
OPEN_TO_ALL = frozenset({"", "rate"})
"""What matters are about that open no account, unless the terms depend on the customer's plan."""
_ALONE = frozenset({name for name, procedure in PROCEDURES.items() if procedure.alone})


def make_scenario(
    stream: Stream, split: str, difficulty: str, kinds: Collection[str] = KINDS, articles: Articles = BUILT_IN
) -> Scenario:
    """A bank, a customer and what they want, which is of the given kinds."""
    knobs = KNOBS[difficulty]
    bank = Bank(stream, split, articles)
    persona = draw_persona(stream, knobs)
    count = stream.weighted((1, 2, 3), knobs.matters)
    names = [name for name in KINDS if name in kinds]
    impostor = stream.chance(knobs.impostor) and any(private(name, articles) for name in names)
    drawn = draw_kinds(
        stream, names, 1 if impostor else count, _ALONE, lambda name: not impostor or private(name, articles)
    )
    matters = [_draw(bank, name, knobs) for name in drawn]
    _surround(bank, [PROCEDURES[name] for name in drawn if name in PROCEDURES])
    row = bank.database.tables["customers"][bank.owner]
    profile = draw_profile(stream, bank.owner, row, knobs.slips, impostor=impostor)
    if impostor:
        matters = [
            Matter(m.kind, m.slots, False, refusal="not_verified", wish=m.wish, hint=m.hint, texts=m.texts)
            for m in matters
        ]
    return Scenario(bank.database, bank.today, profile, persona, matters)


def private(kind: str, articles: Articles = BUILT_IN) -> bool:
    """Whether a kind of matter opens the customer's account, whatever it is about."""
    if kind == OUT_OF_SCOPE:
        return False
    topics = articles.topics(kind)
    return PROCEDURES[kind].about not in OPEN_TO_ALL or (bool(topics) and all(map(articles.by_plan, topics)))


def _draw(bank: Bank, kind: str, knobs: Knobs) -> Matter:
    """A matter, with what the difficulty makes of it."""
    stream = bank.stream
    forbids, forbidden = kind in PROCEDURES and bool(PROCEDURES[kind].forbidden), stream.chance(knobs.forbidden)
    spared, hinted = stream.chance(0.5), stream.chance(knobs.hints)
    unsure, wavers = stream.chance(knobs.unknown), stream.chance(knobs.second_thought)
    if kind == OUT_OF_SCOPE:
        return Matter(kind, {}, False, refusal="out_of_scope")
    procedure = PROCEDURES[kind]
    clause = stream.choice(tuple(procedure.forbidden)) if forbids and forbidden else ""
    asked = bank.articles.asked.get(bank.split, {}).get(kind, {})
    if asked:
        topic = stream.choice([topic for topic, texts in asked.items() for _ in texts])
        matter = make(bank, kind, clause, spared=spared and not clause, topic=topic)
        matter.texts = asked[topic]
    else:
        matter = make(bank, kind, clause, spared=spared and not clause)
    if hinted:
        matter.hint = procedure.hint
    if unsure and procedure.vague:
        named = next(slot for slot in ("card", "merchant", "payee") if slot in matter.slots)
        matter.unknown = frozenset({named})
    if not wavers:
        matter.second_thought = None
    return matter


def make(bank: Bank, kind: str, clause: str = "", *, spared: bool = False, topic: str = "") -> Matter:
    """A matter of the table, and its records.

    Args:
        bank: The bank under construction.
        kind: One of `PROCEDURES`.
        clause: The clause for which it must be refused; empty if it can be granted.
        spared: It is enough to tell how things stand, where the kind has such a state.
        topic: What its customer asks about; empty for the table's topic.
    """
    procedure = PROCEDURES[kind]
    topic = topic or procedure.article
    spared = spared and bool(procedure.spared)
    state = _drawn(
        bank.stream, {**procedure.state, **procedure.forbidden.get(clause, {}), **(procedure.spared if spared else {})}
    )
    slots, arguments, facts = _record(bank, procedure, state)
    terms = _terms(bank, topic) if topic else {}
    lookups = _lookups(bank, procedure, topic, arguments)
    changes = () if clause or spared else tuple(_change(name, arguments) for name in procedure.changes)
    documents = (_in_force(bank, topic)["id"],) if topic else ()
    identity = procedure.about not in OPEN_TO_ALL or (bool(topic) and bank.articles.by_plan(topic))
    matter = Matter(kind, slots, identity, lookups, changes, documents=documents)
    if clause:
        matter.refusal, matter.wish = clause, procedure.changes[-1]
    elif procedure.department:
        matter.transfer = procedure.department
    else:
        matter.tells = tuple(terms) if procedure.asks else procedure.tells
        if not changes:
            known = facts | terms
            matter.facts = {fact: known[fact] for fact in matter.tells}
        matter.second_thought = _second_thought(bank, procedure, matter, arguments)
    return matter


def _record(
    bank: Bank, procedure: Procedure, state: dict[str, Any]
) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
    """What the customer can say, what tools are told, and what the record shows."""
    stream, tables = bank.stream, bank.database.tables
    slots: dict[str, str] = {}
    arguments: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if "country" in procedure.says:
        slots["country"] = stream.choice(COUNTRIES[bank.split])
    if "currency" in procedure.says:
        slots["currency"] = arguments["currency"] = stream.choice(CURRENCIES)
    if procedure.about in ("card", "virtual"):
        wish = state.pop("limit_wish", "")
        facts, card = _add_card(bank, procedure, state)
        slots["card"] = arguments["card"] = card
        if "limit" in procedure.says:
            amount = _limit(bank, too_much=bool(wish))
            slots["limit"], arguments["amount"] = f"{amount:.2f}", amount
    elif procedure.about == "account":
        account = _owner(bank)
        if state.pop("virtual_cards", ""):
            for _ in range(bank.articles.virtual_limit(account["plan"], bank.today)):
                bank.card("virtual")
        account |= state
        facts["account_number"] = account["account_number"]
        if "address" in procedure.says:
            slots["address"] = arguments["address"] = bank.address()
    elif procedure.about in SCREENS:
        row, arguments["transaction_id"] = _add_transaction(bank, procedure.about, state)
        facts = row
        party = PARTIES.get(procedure.about)
        slots |= ({party: row[party]} if party else {}) | {"amount": f"{row['amount']:.2f}", "date": iso(row["day"])}
        if "market_amount" in row:
            arguments["amount"] = round(row["amount"] - row["market_amount"], 2)
        elif "tariff_fee" in row:
            arguments["amount"] = round(row["fee"] - row["tariff_fee"], 2)
    elif procedure.about == "rate":
        facts["rate"] = tables["rates"][slots["currency"]]["rate"]
    return slots, arguments, facts


def _add_card(bank: Bank, procedure: Procedure, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    kind = "virtual" if procedure.about == "virtual" else "physical"
    late = state.pop("days_late", None)
    if state.get("status") == "sent":
        due = bank.today - late if late else bank.today + 2 + bank.stream.below(4)
        state["due"] = due
    card = bank.card(kind, **state)
    return ({"delivery_date": iso(state["due"])} if "due" in state else {}), card


def _add_transaction(bank: Bank, about: str, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    twice, market, extra = state.pop("twice", False), state.pop("market", None), state.pop("extra", None)
    key = bank.transaction(about, **state)
    row = bank.database.tables["transactions"][key]
    if row.get("refund_amount") == "amount":
        row["refund_amount"] = row["amount"]
    if row.get("fee") == "tariff":
        row["fee"] = bank.tariff(about, row["amount"])
    if extra is not None:
        row["tariff_fee"] = row["fee"]
        row["fee"] = round(row["fee"] + extra, 2)
    if market is not None:
        row["market_amount"] = round(row["amount"] * market / 100, 2)
    return row, bank.again(key) if twice else key


def _in_force(bank: Bank, topic: str) -> Article:
    """The article that answers a topic for the customer today."""
    return bank.articles.current(topic, _owner(bank)["plan"], bank.today)


def _terms(bank: Bank, topic: str) -> dict[str, Any]:
    """What the article answers, if it does."""
    answers = bank.articles.answers(_in_force(bank, topic), bank.today)
    return {"fee" if isinstance(answer, float) else "answer": answer for answer in answers}


def _lookups(bank: Bank, procedure: Procedure, topic: str, arguments: Mapping[str, Any]) -> tuple[Act, ...]:
    """What must be looked up before the matter can be judged."""
    lookups: list[Act] = []
    tier = ""
    if topic and bank.articles.by_plan(topic):
        lookups.append(_call("get_account"))
        tier = _owner(bank)["plan"]
    elif procedure.tells == ("account_number",) or procedure.forbidden.keys() & {"balance_left", "limit_maximum"}:
        lookups.append(_call("get_account"))
    if procedure.about in SCREENS:
        lookups.append(_call(SCREENS[procedure.about]))
    elif procedure.about == "rate":
        lookups.append(_call("get_rate", currency=arguments["currency"]))
    elif "card_limit" in procedure.forbidden:
        lookups.append(_call("list_cards"))
    if topic:
        lookups.append(_call("search_kb", query=bank.articles.query(topic, tier)))
    return tuple(lookups)


def _change(name: str, arguments: Mapping[str, Any]) -> Act:
    return Act(name, {argument: arguments[argument] for argument in TOOLS[name].parameters}, True)


def _second_thought(
    bank: Bank, procedure: Procedure, matter: Matter, arguments: Mapping[str, Any]
) -> ChangeOfMind | None:
    if procedure.second_thought == "nothing":
        return ChangeOfMind("nothing", "", (), ())
    if procedure.second_thought == "address":
        other: Any = bank.address()
        value, argument = other, "address"
    elif procedure.second_thought == "limit":
        other = _limit(bank, too_much=False)
        if other == arguments["amount"]:
            return None
        value, argument = f"{other:.2f}", "amount"
    else:
        return None
    changes = tuple(_change(name, {**arguments, argument: other}) for name in procedure.changes)
    return ChangeOfMind(procedure.second_thought, value, changes, matter.tells)


def _limit(bank: Bank, *, too_much: bool) -> float:
    """A daily limit that a customer may wish for."""
    largest = LARGEST_LIMIT[_owner(bank)["plan"]]
    step = bank.stream.below(4)
    return largest + 100.0 * (1 + step) if too_much else largest - 50.0 * step


def _surround(bank: Bank, procedures: Sequence[Procedure]) -> None:
    """Records that nobody asks about: the customer's and a bystander's.

    A transaction that is asked about has another one beside it in the same state: what tells them apart is what the
    customer says, and not that one alone is pending, or shows a fee.
    """
    bank.card()
    for procedure in procedures:
        if procedure.about in _TRANSACTIONS:
            state = {name: value for name, value in procedure.state.items() if name != "twice"}
            _add_transaction(bank, procedure.about, _drawn(bank.stream, state))
    for kind in ("payment", "payment", "debit", "withdrawal", "transfer", "incoming", "top_up", "deposit"):
        bank.transaction(kind, days=3 + bank.stream.below(40))
    bystander = bank.customer()
    bank.card(customer=bystander)
    bank.transaction("payment", days=5, customer=bystander)


def _drawn(stream: Stream, state: Mapping[str, Any]) -> dict[str, Any]:
    """A state with its ranges and choices drawn."""
    drawn: dict[str, Any] = {}
    for name, value in state.items():
        if isinstance(value, tuple):
            drawn[name] = value[0] + stream.below(value[1] - value[0] + 1)
        else:
            drawn[name] = stream.choice(value) if isinstance(value, list) else value
    return drawn


def _owner(bank: Bank) -> dict[str, Any]:
    return bank.database.tables["customers"][bank.owner]


def _call(name: str, /, **arguments: Any) -> Act:
    return Act(name, arguments, True)
