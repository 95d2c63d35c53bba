"""The bank's rules: what each clause of `policy.md` that is about a tool forbids, read off the records."""

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.articles import ANY, Articles
from dialogue_gym.envs.customer_service.banking.kinds import DISPUTE_DAYS, PROCEDURES, RESEND_DAYS, VIRTUAL_CARDS
from dialogue_gym.envs.customer_service.banking.world import LARGEST_LIMIT
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode
from dialogue_gym.envs.customer_service.policy import COMMON, Rulebook

RULES = Rulebook(COMMON)
_OUT_OF_ORDER = frozenset({"frozen", "blocked", "defective"})


def _card(desk: CustomerServiceEpisode, act: Act) -> Row | None:
    return desk.desk.database.get("cards", act.args.get("card", ""))


def _transaction(desk: CustomerServiceEpisode, act: Act) -> Row | None:
    return desk.desk.database.get("transactions", act.args.get("transaction_id", ""))


def _account(desk: CustomerServiceEpisode) -> Row | None:
    return desk.desk.database.get("customers", desk.desk.customer or "")


@RULES.rule("own-account", "call")
def _own_account(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _card(desk, act) or _transaction(desk, act)
    return row is not None and desk.desk.customer is not None and row["customer"] != desk.desk.customer


@RULES.rule("template-first", "call", "tell", "refuse")
def _template_first(desk: CustomerServiceEpisode, act: Act) -> bool:
    matter = desk.customer.matter
    if matter is None or matter.answer:
        return False
    tool = desk.domain.tools.get(act.name)
    return not act.call or act.name == "transfer_to_human" or (tool is not None and tool.changes)


@RULES.rule("own-plan", "tell")
def _own_plan(desk: CustomerServiceEpisode, act: Act) -> bool:
    ((fact, value),) = act.args.items()
    matter = desk.customer.matter
    if fact not in ("answer", "fee") or matter is None or not desk.known(fact, value):
        return False
    procedure = PROCEDURES.get(matter.goal.kind)
    if procedure is None or not procedure.asks:
        return False
    account = _account(desk)
    articles = _articles(desk)
    mine = (ANY, account["plan"]) if account is not None else (ANY,)
    read = (article for article in articles.articles if article["id"] in desk.opened and article["product"] in mine)
    return all(value not in articles.answers(article, desk.desk.today) for article in read)


@RULES.rule("active-card", "activate_card", "change_pin", "enable_contactless", "change_limit")
def _active_card(desk: CustomerServiceEpisode, act: Act) -> bool:
    card = _card(desk, act)
    return card is not None and card["status"] != ("sent" if act.name == "activate_card" else "active")


@RULES.rule("frozen-only", "unfreeze_card")
def _frozen_only(desk: CustomerServiceEpisode, act: Act) -> bool:
    card = _card(desk, act)
    return card is not None and card["status"] != "frozen"


@RULES.rule("out-of-order", "replace_card", "reissue_virtual_card")
def _replace_out_of_order(desk: CustomerServiceEpisode, act: Act) -> bool:
    card = _card(desk, act)
    return card is not None and card["status"] not in _OUT_OF_ORDER


@RULES.rule("resend-late", "resend_card")
def _resend_late(desk: CustomerServiceEpisode, act: Act) -> bool:
    card = _card(desk, act)
    return card is not None and ("due" not in card or desk.desk.today - card["due"] < RESEND_DAYS)


@RULES.rule("blocked-pin", "unblock_pin", "change_pin")
def _blocked_pin(desk: CustomerServiceEpisode, act: Act) -> bool:
    card = _card(desk, act)
    return card is not None and (card["pin"] == "blocked") != (act.name == "unblock_pin")


@RULES.rule("largest-limit", "change_limit")
def _largest_limit(desk: CustomerServiceEpisode, act: Act) -> bool:
    account = _account(desk)
    return account is not None and act.args.get("amount", 0.0) > LARGEST_LIMIT[account["plan"]]


@RULES.rule("stated-value", "change_limit", "change_address")
def _stated_value(desk: CustomerServiceEpisode, act: Act) -> bool:
    if act.name == "change_address":
        return not desk.customer.has_said("address", act.args.get("address"))
    return not desk.customer.has_said("limit", f"{act.args.get('amount', 0.0):.2f}")


@RULES.rule("cost-first", "order_card")
def _cost_first(desk: CustomerServiceEpisode, act: Act) -> bool:
    return not _has_read(desk, "physical_card_fee")


@RULES.rule("virtual-limit", "create_virtual_card")
def _virtual_limit(desk: CustomerServiceEpisode, act: Act) -> bool:
    account = _account(desk)
    if account is None:
        return False
    limit = _articles(desk).virtual_limit(account["plan"], desk.desk.today)
    cards = desk.desk.database.tables["cards"].values()
    own = sum(card["customer"] == desk.desk.customer and card["kind"] == "virtual" for card in cards)
    return not _has_read(desk, VIRTUAL_CARDS) or own >= limit


@RULES.rule("empty-account", "close_account")
def _empty_account(desk: CustomerServiceEpisode, act: Act) -> bool:
    account = _account(desk)
    return account is not None and account["balance"] != 0


@RULES.rule("dispute-window", "dispute_transaction", "request_refund")
def _dispute_window(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    return row is not None and desk.desk.today - row["day"] > DISPUTE_DAYS


@RULES.rule("stop-first", "dispute_transaction")
def _stop_first(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    return row is not None and row["kind"] == "debit" and not row.get("stopped")


@RULES.rule("duplicate-only", "refund_transaction")
def _duplicate_only(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    same = ("customer", "merchant", "amount", "day")
    rows = desk.desk.database.tables["transactions"].values()
    return row is not None and sum(all(one.get(f) == row.get(f) for f in same) for one in rows) < 2


@RULES.rule("exact-difference", "refund_difference", "refund_fee")
def _exact_difference(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    if row is None:
        return False
    paid, right = ("fee", "tariff_fee") if act.name == "refund_fee" else ("amount", "market_amount")
    due = round(row.get(paid, 0.0) - row.get(right, row.get(paid, 0.0)), 2)
    return bool(due <= 0 or act.args.get("amount") != due)


@RULES.rule("cancel-pending", "cancel_transfer")
def _cancel_pending(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    return row is not None and row["status"] != "pending"


@RULES.rule("retry-failed", "retry_transfer")
def _retry_failed(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    return row is not None and row["status"] != "failed"


@RULES.rule("trace-overdue", "trace_transfer")
def _trace_overdue(desk: CustomerServiceEpisode, act: Act) -> bool:
    row = _transaction(desk, act)
    return row is not None and row.get("arrival_date", "9999") >= iso(desk.desk.today)


def _has_read(desk: CustomerServiceEpisode, topic: str) -> bool:
    """Whether the article that holds for the customer was opened."""
    account = _account(desk)
    if account is None:
        return False
    return _articles(desk).current(topic, account["plan"], desk.desk.today)["id"] in desk.opened


def _articles(desk: CustomerServiceEpisode) -> Articles:
    articles = desk.domain.library
    assert isinstance(articles, Articles)
    return articles
