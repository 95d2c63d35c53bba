"""Every kind of matter, granted and refused, is settled by the acts that follow from the table."""

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.banking import world
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN as ARTICLES
from dialogue_gym.envs.customer_service.banking.articles import holds
from dialogue_gym.envs.customer_service.banking.domain import DOMAIN, FACT_TYPES, REFUSALS
from dialogue_gym.envs.customer_service.banking.kinds import DISPUTE_DAYS, HINTS, KINDS, PROCEDURES, RESEND_DAYS
from dialogue_gym.envs.customer_service.banking.matters import make, private
from dialogue_gym.envs.customer_service.banking.screens import templates
from dialogue_gym.envs.customer_service.banking.world import PARTIES, PLANS, Bank
from dialogue_gym.envs.customer_service.matters import KNOBS, Profile, Scenario, draw_persona
from dialogue_gym.envs.customer_service.task import CustomerServiceTask, load_task

CASES = [
    (kind, clause, spared)
    for kind, procedure in PROCEDURES.items()
    for clause, spared in (("", False), *(((clause, False)) for clause in procedure.forbidden), ("", True))
    if not spared or procedure.spared
]
IDS = ["-".join(filter(None, (kind, clause, "spared" * spared))) for kind, clause, spared in CASES]
DATA = os.environ.get("DIALOGUE_GYM_DATA", "")


def episode_of(kind, clause="", spared=False, seed=0):
    def scenario(stream, split, difficulty, kinds):
        bank = Bank(Stream(key("bank test", seed)), "train")
        matter = make(bank, kind, clause, spared=spared)
        row = bank.database.tables["customers"][bank.owner]
        profile = Profile(bank.owner, row["name"], row["email"], row["zip"])
        persona = replace(draw_persona(Stream(1), KNOBS["easy"]), pressure=0, guarded=False)
        return Scenario(bank.database, bank.today, profile, persona, [matter])

    task = CustomerServiceTask(replace(DOMAIN, make_scenario=scenario), "easy")
    episode = task.episode()
    episode.start("train", 0)
    return episode


def by_oracle(episode):
    while episode.stop_reason is None:
        episode.apply(episode.oracle_acts())
    return episode.dialogue.outcome


@pytest.mark.parametrize(("kind", "clause", "spared"), CASES, ids=IDS)
@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_settles_it_without_breaking_a_clause(kind, clause, spared, seed):
    episode = episode_of(kind, clause, spared, seed)
    outcome = by_oracle(episode)
    assert outcome["success"], outcome
    assert outcome["answers"] == f"{kind}\t{kind}"


@pytest.mark.parametrize(
    ("kind", "clause"), [(kind, clause) for kind, clause, _ in CASES if clause], ids=lambda value: value
)
def test_what_must_be_refused_breaks_a_clause_if_it_is_done(kind, clause):
    """The change that the customer wishes for, made with their yes, breaks the policy where it says so."""
    episode = episode_of(kind, clause)
    matter = episode.matters[0]
    episode.apply([Act("use_template", {"template": kind}, True)])
    episode.desk.customer = episode.customer.profile.key
    for lookup in matter.lookups:
        episode.apply([lookup])
    slots = dict(matter.slots)
    rows = episode.desk.database.tables["transactions"]
    arguments = {
        "card": slots.get("card"),
        "transaction_id": next(iter(rows), None),
        "amount": float(slots["limit"]) if "limit" in slots else 1.0,
    }
    call = Act(matter.wish, {name: arguments[name] for name in DOMAIN.tools[matter.wish].parameters}, True)
    episode.customer.consents.append((-1, call.name, dict(call.args)))
    episode.customer.said.add(("limit", slots.get("limit", "")))
    episode.apply([call])
    assert episode.violations, f"{call} went through"
    assert "consent" not in episode.violations


def test_the_kinds_are_those_of_banking77_and_one_more():
    assert len(PROCEDURES) == 77
    assert (*PROCEDURES, "out_of_scope") == KINDS


@pytest.mark.skipif(not DATA, reason="needs DIALOGUE_GYM_DATA")
def test_the_kinds_are_the_labels_of_the_data_set():
    path = Path(DATA) / "customer_service/banking77/categories.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        assert set(PROCEDURES) == set(json.load(file))


def test_every_way_of_settling_occurs():
    refused = {clause for procedure in PROCEDURES.values() for clause in procedure.forbidden} | {
        "not_verified",
        "out_of_scope",
    }
    assert refused == set(REFUSALS)
    assert {procedure.department for procedure in PROCEDURES.values()} - {""} == set(DOMAIN.transfers)
    assert {fact for procedure in PROCEDURES.values() for fact in procedure.tells} == set(FACT_TYPES)
    assert {tool for procedure in PROCEDURES.values() for tool in procedure.changes} == {
        name for name, tool in DOMAIN.tools.items() if tool.changes
    }
    assert {procedure.hint for procedure in PROCEDURES.values()} == set(HINTS)


def test_every_kind_has_a_template_with_places_for_what_is_told():
    assert set(templates()) == set(KINDS)
    for kind, procedure in PROCEDURES.items():
        for fact in procedure.tells:
            assert fact == "done" or f"{{{fact}}}" in templates()[kind], (kind, fact)


def test_accounts_are_opened_where_they_must_be():
    assert not private("exchange_rate")
    assert not private("card_acceptance")
    assert not private("out_of_scope")
    assert private("top_up_limits"), "the plan decides"
    assert private("pending_transfer")


@pytest.mark.parametrize("tier", PLANS)
def test_the_desks_own_queries_find_the_article_that_holds(tier):
    for kind, procedure in PROCEDURES.items():
        if procedure.article:
            right = ARTICLES.current(procedure.article, tier, 200)["id"]
            assert right in [found["id"] for found in ARTICLES.search(ARTICLES.query(procedure.article, tier))], kind


def test_articles_look_alike_and_date_and_plan_decide():
    everything = ARTICLES.articles
    assert len(everything) >= 80
    expired = [article for article in everything if not holds(article, "2031-05-01")]
    assert len(expired) >= 40
    topics = [procedure.article for procedure in PROCEDURES.values() if procedure.article]
    assert sum(map(ARTICLES.by_plan, topics)) >= 10
    for topic in topics:
        answers = {ARTICLES.answers(article, 200) for article in everything if article["topic"] == topic}
        assert () in answers or len(answers) > 1, f"{topic}: nothing to tell apart"
    texts = [article["text"] for article in everything]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("tier", PLANS)
def test_records_and_tools_go_by_what_the_articles_say(tier):
    def terms(topic):
        (answer,) = ARTICLES.answers(ARTICLES.current(topic, tier, 200), 200)
        return answer

    days = world.TRANSFER_DAYS[tier]
    assert terms("card_delivery_time") == f"{world.POST_DAYS[tier]} days"
    assert terms("refund_time") == f"{world.REFUND_DAYS[tier]} days"
    assert terms("transfer_time") == {0: "4 hours", 1: "1 day"}.get(days, f"{days} days")
    assert terms("transfer_fee") == world.TRANSFER_FEE[tier]
    assert terms("card_payment_fee") == f"{world.PERCENT['payment'][tier]:g} %"
    assert terms("cash_withdrawal_fee") == f"{world.PERCENT['withdrawal'][tier]:g} %"
    assert terms("refund_claim") == terms("direct_debit_claim") == f"{DISPUTE_DAYS} days"
    assert terms("card_overdue") == f"{RESEND_DAYS} days"


@pytest.mark.parametrize("kind", ["card_payment_fee_charged", "cash_withdrawal_charge", "transfer_fee_charged"])
def test_a_fee_is_the_tariffs(kind):
    bank = Bank(Stream(key("fees", 0)), "train")
    matter = make(bank, kind)
    (row,) = (each for each in bank.database.tables["transactions"].values() if "fee" in each)
    assert matter.facts == {"fee": bank.tariff(row["kind"], row["amount"])}


TRANSACTIONS = [
    kind
    for kind, procedure in PROCEDURES.items()
    if procedure.about in PARTIES | {"withdrawal": "", "top_up": "", "deposit": ""}
]


@pytest.mark.parametrize("kind", TRANSACTIONS)
def test_the_list_alone_does_not_tell_which_transaction_is_meant(kind):
    """Another one of the same kind shows the same fields, in the same state where it can be granted."""
    episode = load_task("banking", "easy", None, (kind,)).episode()
    for scenario in range(20):
        episode.start("train", scenario)
        (matter,) = episode.matters
        rows = episode.desk.database.tables["transactions"].values()
        amount = float(matter.slots["amount"])
        (meant, *_) = (row for row in rows if row["amount"] == amount)
        others = [row for row in rows if row["kind"] == meant["kind"] and row["amount"] != amount]
        assert any(row.keys() == meant.keys() for row in others)
        assert matter.refusal or any(row["status"] == meant["status"] for row in others)


@pytest.mark.parametrize("clause", ["", "fee_correct"])
def test_what_was_charged_above_the_tariff_is_given_back(clause):
    bank = Bank(Stream(key("fees", 1)), "train")
    matter = make(bank, "extra_charge_on_statement", clause)
    (row,) = bank.database.tables["transactions"].values()
    assert row["tariff_fee"] == bank.tariff("payment", row["amount"])
    extra = round(row["fee"] - row["tariff_fee"], 2)
    assert extra == 0 if clause else extra == matter.changes[0].args["amount"] > 0


def test_an_article_that_has_expired_answers_nothing():
    old = next(article for article in ARTICLES.articles if article["id"] == "minimum-age-basic-2030")
    assert ARTICLES.answers(old, 100) == ()
    assert ARTICLES.answers(old, -100) == ("17 years",)


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_hints_come_as_often_as_the_difficulty_says(difficulty):
    task = load_task("banking", difficulty)
    hinted = count = 0
    for scenario in range(600):
        made = DOMAIN.make_scenario(Stream(key("hints", scenario)), "train", difficulty, KINDS)
        hinted += sum(bool(matter.hint) for matter in made.matters)
        count += sum(matter.kind != "out_of_scope" for matter in made.matters)
    expected = KNOBS[difficulty].hints
    assert abs(hinted / count - expected) < 4 * (expected * (1 - expected) / count) ** 0.5
    assert task.domain is DOMAIN


def test_who_only_hints_says_it_when_asked():
    task = load_task("banking", "hard")
    hinted = 0
    for scenario in range(60):
        episode = task.episode()
        (heard,) = episode.start("train", scenario)
        if heard.content[0].name != "hint":
            continue
        hinted += 1
        assert heard.content == (Act("hint", {"topic": PROCEDURES[episode.matters[0].kind].hint}),)
        turn = episode.apply([Act("ask", {"slot": "matter"})])
        said = [act for event in turn.heard for act in event.content]
        assert [act.args["kind"] for act in said if act.name == "restate"] in ([episode.matters[0].kind], [])
        assert any(act.name in ("restate", "cutoff") for act in said)
        assert episode.customer.needless == 0, "asking back was right"
    assert hinted > 5
