"""Every kind of matter can be settled by the book, its facts are true, and kinds differ in what must be done."""

import copy
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.database import Database
from dialogue_gym.envs.customer_service.matters import KNOBS, Matter, Profile, Scenario, draw_persona
from dialogue_gym.envs.customer_service.retail.articles import LIBRARY, search
from dialogue_gym.envs.customer_service.retail.calendar import iso
from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.retail.matters import KINDS, TOPICS, WARRANTY_MONTHS, make_scenario
from dialogue_gym.envs.customer_service.retail.reading import answers
from dialogue_gym.envs.customer_service.retail.world import World
from dialogue_gym.envs.customer_service.tools import Desk
from dialogue_gym.episode import StopReason
from dialogue_gym.task import SPLITS

SEEDS = range(20)
VARIANTS = [
    (name, forbidden) for name, kind in KINDS.items() for forbidden in ((False, True) if kind.forbids else (False,))
]
IDS = [f"{name}-forbidden" if forbidden else name for name, forbidden in VARIANTS]


class Case(NamedTuple):
    """A matter of one kind in its own shop."""

    matter: Matter
    database: Database
    today: int
    owner: str
    profile: Profile

    def scenario(self) -> Scenario:
        easy = draw_persona(Stream(key("persona")), KNOBS["easy"])
        return Scenario(self.database.copy(), self.today, self.profile, easy, [copy.deepcopy(self.matter)])


def cases(name, forbidden):
    """The kind's matters, twenty per split."""
    for split in SPLITS:
        for seed in SEEDS:
            world = World(Stream(key("test", name, split, seed)), split)
            matter = KINDS[name].make(world, forbidden)
            row = world.database.tables["customers"][world.owner]
            profile = Profile(world.owner, row["name"], row["email"], row["zip"])
            yield split, Case(matter, world.database, world.today, world.owner, profile)


def test_there_are_at_least_twelve_kinds():
    assert len(KINDS) >= 12
    assert set(DOMAIN.kinds) == set(KINDS)


@pytest.mark.parametrize(("name", "forbidden"), VARIANTS, ids=IDS)
@pytest.mark.parametrize("steady", [True, False], ids=["steady", "wavering"])
def test_the_oracle_settles_it_and_the_records_are_as_they_should_be(task, play, name, forbidden, steady):
    for split, case in cases(name, forbidden):
        thought = case.matter.second_thought
        if steady:
            case.matter.second_thought = thought = None
        changes = case.matter.changes if thought is None else thought.changes
        episode = task(case.scenario).episode()
        episode.start(split, 0)
        play(episode)
        outcome = episode.dialogue.outcome
        assert outcome["success"], (split, case.matter, outcome)
        assert outcome["progress"] == 1.0
        after = Desk(case.database.copy(), case.today, case.owner)
        for change in changes:
            assert "error" not in DOMAIN.tools[change.name].call(after, change.args)
        assert episode.desk.database.tables == after.database.tables
        assert episode.desk.database.changes() == after.database.changes()
        assert bool(after.database.changes()) == bool(changes)
        expected = StopReason.TRANSFERRED if case.matter.transfer else StopReason.COMPLETED
        assert episode.stop_reason is expected


TRUE = {
    "order_status": lambda db, s: {"delivery_date": iso(db["orders"][s["order_id"]]["expected"])},
    "cancel_order": lambda db, s: {"refund_amount": db["orders"][s["order_id"]]["total"]},
    "change_address": lambda db, s: {"done": "change_address"},
    "change_payment": lambda db, s: {"done": "change_payment"},
    "modify_item": lambda db, s: {"price_difference": difference(db, s)},
    "exchange_item": lambda db, s: {"price_difference": difference(db, s)},
    "return_item": lambda db, s: {"refund_amount": line(db, s)["price"]},
    "lost_parcel": lambda db, s: {"claim_number": lost_claim(s["order_id"]), "delivery_date": db["in four days"]},
    "refund_status": lambda db, s: refund(db, s),
    "double_charge": lambda db, s: {"refund_amount": db["orders"][s["order_id"]]["total"]},
    "price_match": lambda db, s: {"credit_amount": round(line(db, s)["price"] - shelf(db, s)["price"], 2)},
    "gift_card": lambda db, s: {"balance": db["gift_cards"][s["card_number"]]["balance"]},
    "product_question": lambda db, s: {k: db["products"][f"{s['item']}/{s['option']}"][k] for k in ("price", "stock")},
    "warranty": lambda db, s: {"claim_number": f"C-{int(s['order_id'][1:]) * 7 % 90_000 + 10_000}"},
    "update_email": lambda db, s: {"done": "update_email"},
    "policy_question": lambda db, s: {"answer": ANSWERS[s["question"]]},
}
"""What the customer must be told, read off the records before anything was changed."""
ANSWERS = {
    "return_window": "30 days",
    "refund_time": "7 days",
    "shipping_time": "4 days",
    "express_time": "24 hours",
    "warranty_length": "24 months",
    "price_match_window": "14 days",
    "gift_card_expiry": "36 months",
    "exchange_limit": "30 days",
    "hold_time": "10 days",
    "cancel_limit": "12 hours",
}


def line(db, slots):
    return db["items"][f"{slots['order_id']}/{slots['item']}"]


def shelf(db, slots):
    return db["products"][f"{slots['item']}/{line(db, slots)['option']}"]


def difference(db, slots):
    return round(db["products"][f"{slots['item']}/{slots['option']}"]["price"] - line(db, slots)["price"], 2)


def lost_claim(order):
    return f"C-{int(order[1:]) * 3 % 90_000 + 10_000}"


def refund(db, slots):
    (payment,) = (p for p in db["payments"].values() if p["order"] == slots["order_id"] and p["kind"] == "refund")
    return {"refund_amount": payment["amount"], "refund_date": iso(payment["day"])}


@pytest.mark.parametrize("name", TRUE)
def test_the_facts_to_be_told_are_true(task, name):
    for split, case in cases(name, False):
        episode = task(case.scenario).episode()
        episode.start(split, 0)
        records = {**case.database.tables, "in four days": iso(case.today + 4)}
        assert episode.true_facts(episode.matters[0]) == TRUE[name](records, case.matter.slots)


def test_the_facts_of_a_damaged_item_follow_what_the_customer_prefers(task):
    for split, case in cases("damaged_item", False):
        episode = task(case.scenario).episode()
        episode.start(split, 0)
        price = line(case.database.tables, case.matter.slots)["price"]
        wanted = {"refund": {"refund_amount": price}, "replacement": {"delivery_date": iso(case.today + 4)}}
        assert episode.true_facts(episode.matters[0]) == wanted[case.matter.slots["preference"]]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.forbids])
def test_what_is_refused_would_break_the_policy(task, name):
    for split, case in cases(name, True):
        matter, tables = case.matter, case.database.tables
        known = {
            **matter.slots,
            "amount": {"adjust_price": 5.0, "issue_credit": 10.0}.get(matter.wish),
            "payment_id": next(k for k, p in tables["payments"].items() if p["order"] == matter.slots["order_id"]),
        }
        taken = DOMAIN.tools[matter.wish].parameters
        deed = Act(matter.wish, {slot: value for slot, value in known.items() if slot in taken}, True)
        episode = task(case.scenario).episode()
        episode.start(split, 0)
        episode.apply([Act("ask", {"slot": "identity"})])
        episode.apply([Act("find_customer", {"name": case.profile.name, "zip": case.profile.zip}, True)])
        for look in matter.lookups:
            episode.apply([look])
        if "reason" in matter.slots:
            episode.apply([Act("ask", {"slot": "reason"})])
        episode.apply([Act("propose", {"tool": matter.wish, **{s: known[s] for s in matter.slots if s in taken}})])
        assert episode.violations == []
        episode.apply([deed])
        assert len(episode.violations) >= 1, (split, matter)
        assert "consent" not in episode.violations


def test_every_refusal_is_the_right_one_of_some_matter():
    refused = {case.matter.refusal for name, forbidden in VARIANTS for _, case in cases(name, forbidden)}
    assert refused - {None} | {"not_verified"} == set(DOMAIN.refusals)


def test_every_transfer_is_the_right_one_of_some_matter():
    transfers = {case.matter.transfer for name, forbidden in VARIANTS for _, case in cases(name, forbidden)}
    assert transfers - {None} == set(DOMAIN.transfers)


def test_every_fact_type_but_the_status_of_an_order_is_told_in_some_matter():
    told = {fact for name, forbidden in VARIANTS for _, case in cases(name, forbidden) for fact in case.matter.tells}
    assert told == set(DOMAIN.fact_types) - {"status"}


def test_kinds_differ_in_what_must_be_done(task, play):
    sequences = set()
    for name, forbidden in VARIANTS:
        for split, case in islice(cases(name, forbidden), len(SEEDS)):
            case.matter.second_thought = None
            episode = task(case.scenario).episode()
            episode.start(split, 0)
            play(episode)
            sequences.add(tuple(act.name for turn in episode.dialogue.turns for act in turn.acts))
    assert len(sequences) >= len(KINDS)


# Words of the policy and of articles


def test_the_articles_on_warranty_say_what_the_rules_check():
    texts = {article["id"]: article["text"] for article in LIBRARY.articles}
    for category, months in WARRANTY_MONTHS.items():
        assert answers(texts[f"warranty-{category}"]) == [f"{months} months"]
    assert set(WARRANTY_MONTHS) == {product.category for product in PRODUCTS.values()}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=list(PRODUCTS))
def test_a_search_for_a_products_warranty_opens_its_article_first(product):
    found = search(f"warranty {product.name}")
    assert found[0]["id"] == f"warranty-{product.category}"


@pytest.mark.parametrize("topic", TOPICS)
def test_a_search_for_a_topic_opens_its_article_and_answers_first_from_it(topic):
    found = search(topic.replace("_", " "))
    assert TOPICS[topic] in [article["id"] for article in found]
    answering = [article for article in found if answers(article["text"])]
    assert answering[0]["id"] == TOPICS[topic]
    assert answers(answering[0]["text"]) == [ANSWERS[topic]]


def test_articles_have_names_of_their_own():
    assert len({article["id"] for article in LIBRARY.articles}) == len(LIBRARY.articles)


# Scenarios


def drawn(split, difficulty, count):
    return [make_scenario(Stream(key("scenario", split, difficulty, i)), split, difficulty) for i in range(count)]


def test_the_same_stream_makes_the_same_scenario():
    one, other = (make_scenario(Stream(7), "train", "hard") for _ in range(2))
    assert (one.profile, one.persona, one.matters, one.today) == (
        other.profile,
        other.persona,
        other.matters,
        other.today,
    )
    assert one.database.tables == other.database.tables


def test_one_shop_shares_no_row_that_it_changes_with_another():
    before = copy.deepcopy(make_scenario(Stream(7), "train", "hard").database.tables["products"])
    for i in range(200):
        make_scenario(Stream(i), "train", "hard")
    assert make_scenario(Stream(7), "train", "hard").database.tables["products"] == before


@pytest.mark.parametrize("difficulty", KNOBS)
def test_matters_are_as_many_as_the_difficulty_says(difficulty):
    scenarios = drawn("train", difficulty, 2000)
    weights = KNOBS[difficulty].matters
    counts = [sum(len(s.matters) == n for s in scenarios) / len(scenarios) for n in (1, 2, 3)]
    # Impostors and those who are handed over come with one matter, whatever the weights.
    assert counts[0] >= weights[0] / sum(weights) - 0.04
    for share, weight in zip(counts[1:], weights[1:], strict=True):
        assert weight / sum(weights) * 0.7 - 0.02 <= share <= weight / sum(weights) + 0.04


@pytest.mark.parametrize("split", SPLITS)
def test_conversations_are_put_together_sensibly(split):
    for scenario in drawn(split, "hard", 500):
        kinds = [matter.kind for matter in scenario.matters]
        assert len(set(kinds)) == len(kinds)
        assert len(kinds) == 1 or not any(KINDS[kind].alone for kind in kinds)
        for matter in scenario.matters:
            assert "order_id" not in matter.unknown or "item" in matter.slots
            if matter.refusal == "not_verified":
                assert len(kinds) == 1
                assert KINDS[matter.kind].account
                assert not matter.identity
            order = scenario.database.tables["orders"].get(matter.slots.get("order_id"))
            if order is not None and scenario.profile.key is not None:
                assert order["customer"] == scenario.profile.key


def test_an_item_is_in_one_order_of_a_shop():
    for scenario in drawn("test", "hard", 300):
        items = [row["item"] for row in scenario.database.tables["items"].values()]
        assert len(set(items)) == len(items)


@pytest.mark.parametrize("split", SPLITS)
def test_nothing_that_an_impostor_gives_verifies_them(split):
    impostors = [s for s in drawn(split, "hard", 1500) if s.profile.key is None]
    assert len(impostors) > 40
    for scenario in impostors:
        profile = scenario.profile
        desk = Desk(scenario.database, scenario.today)
        for given in ({"email": profile.email}, {"name": profile.name, "zip": profile.zip}):
            assert "error" in DOMAIN.tools["find_customer"].call(desk, given)
        assert len(profile.zip) == 5
        assert profile.zip.isdigit()


@pytest.mark.parametrize("split", SPLITS)
def test_what_a_customer_gives_verifies_them_in_the_end(split):
    for scenario in drawn(split, "hard", 300):
        profile = scenario.profile
        if profile.key is None:
            continue
        desk = Desk(scenario.database, scenario.today)
        ways = [{"name": profile.name, "zip": profile.zip}] + [{"email": profile.email}] * bool(profile.email)
        for way in ways:
            assert DOMAIN.tools["find_customer"].call(desk, way)["customer"] == profile.key
        if profile.misspelt:
            assert "error" in DOMAIN.tools["find_customer"].call(desk, {"email": profile.misspelt})


@pytest.mark.parametrize("name", ["change_address", "modify_item", "exchange_item", "damaged_item"])
def test_what_a_customer_turns_to_can_be_done_and_is_something_else(name):
    seen = 0
    for _, case in cases(name, False):
        thought = case.matter.second_thought
        if thought is None:
            continue
        seen += 1
        assert thought.value != case.matter.slots[thought.slot]
        desk = Desk(case.database.copy(), case.today, case.owner)
        for change in thought.changes:
            result = DOMAIN.tools[change.name].call(desk, change.args)
            assert "error" not in result
            assert set(thought.tells) <= set(result)
    assert seen > 10


def test_easy_customers_are_easy():
    for scenario in drawn("train", "easy", 300):
        persona = scenario.persona
        assert (persona.pressure, persona.guarded, persona.typos, persona.slips) == (0, False, 0.0, 0.0)
        assert scenario.profile.key is not None
        assert scenario.profile.misspelt == ""
        assert all(matter.second_thought is None for matter in scenario.matters)


def test_a_persona_follows_the_knobs():
    knobs = replace(KNOBS["hard"], patience=(0.5, 0.5), pressure=(0, 0, 1), guarded=1.0, slips=0.3, digresses=0.7)
    persona = draw_persona(Stream(1), knobs)
    assert (persona.patience, persona.pressure, persona.guarded) == (0.5, 2, True)
    assert (persona.slips, persona.digresses) == (0.3, 0.7)
    assert 0.55 <= persona.mood <= 0.9
