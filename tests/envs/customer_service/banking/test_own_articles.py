"""Articles of one's own: found by the search, needed by messages, told to customers, and refused with file and line."""

import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.articles import BUILT_IN
from dialogue_gym.envs.customer_service.corpora import load_corpus
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.evaluation.play import play
from dialogue_gym.task import SPLITS

TEXT, ACTS = "dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"
KINDS = ("atm_support", "card_delivery_estimate", "lost_or_stolen_card")
BAYS = {"lagoon": "12 machines", "geyser": "5 machines", "tundra": "9 machines"}
"""What one's own articles on cash machines are about, and what they answer."""
ARTICLES = [
    *({"id": f"atm-{bay}", "title": f"Machines by the {bay}", "text": f"Cash near the {bay}.", "answer": answer}
      for bay, answer in BAYS.items()),
    {"id": "post-basic", "title": "Card post on Basic", "text": "By mule.", "topic": "post", "product": "basic",
     "answer": "9 days"},
    {"id": "post-plus", "title": "Card post on Plus", "text": "By kite.", "topic": "post", "product": "plus",
     "answer": "5 days", "valid_from": "2031-07-01"},
    {"id": "post-plus-old", "title": "Card post on Plus, before July", "text": "By sledge.", "topic": "post",
     "product": "plus", "answer": "7 days", "valid_until": "2031-06-30"},
    {"id": "post-metal", "title": "Card post on Metal", "text": "By falcon.", "topic": "post", "product": "metal",
     "answer": "$5"},
    {"id": "lost", "title": "A card lost in the marsh", "text": "It is no use to dig."},
]  # fmt: skip
MESSAGES = [
    *((f"{word} machines are there near the {bay} {split}", "atm_support", f"atm-{bay}", split)
      for bay in BAYS for split in SPLITS for word in ("How many", "What number of")),
    *((f"When does my card reach {place} {split}", "card_delivery_estimate", "post", split)
      for place in ("me", "us") for split in SPLITS),
    *((f"The marsh has swallowed my card {split}", "lost_or_stolen_card", "lost", split) for split in SPLITS),
]  # fmt: skip


def write(folder, articles=ARTICLES, messages=MESSAGES):
    (folder / "articles.json").write_text("[\n" + ",\n".join(map(json.dumps, articles)) + "\n]", encoding="utf-8")
    lines = ["text,intent,article,split", *map(",".join, messages)]
    (folder / "messages.csv").write_text("\n".join(lines), encoding="utf-8")
    return str(folder)


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


def with_change(number, **changed):
    return [{**each, **changed} if i == number else each for i, each in enumerate(ARTICLES)]


def kwargs(folder, difficulty="easy"):
    return {"domain": "banking", "corpus": folder, "kinds": list(KINDS), "difficulty": difficulty}


def test_the_search_finds_ones_own_and_what_answers_the_other_kinds(folder):
    library = load_task("banking", "easy", folder).domain.library
    assert library.search("marsh")[0]["id"] == "lost"
    topics = {article["topic"] for article in library.articles}
    assert "minimum_age" in topics, "no message about it names another"
    assert not topics & {"atm_network", "card_delivery_time"}, "these would contradict one's own"
    assert "coin_counting" not in topics, "it answers nobody"
    assert BUILT_IN.search("marsh") == []


@pytest.mark.parametrize("difficulty", ["easy", "hard"])
@pytest.mark.parametrize("split", SPLITS)
def test_the_oracle_serves_everybody_from_them(folder, split, difficulty):
    env_kwargs = kwargs(folder, difficulty)
    rows = list(play("oracle", TEXT, [(i, 0) for i in range(40)], split=split, env_kwargs=env_kwargs))
    assert all(row.outcome["success"] for row in rows)
    assert sum(row.outcome["documents_needed"] for row in rows) >= 25
    assert all(row.outcome["documents_found"] == row.outcome["documents_needed"] for row in rows)


def test_the_message_decides_which_article_is_needed_and_what_is_told(folder):
    task = load_task("banking", "easy", folder, ("atm_support",))
    needed = set()
    for scenario in range(40):
        episode = task.episode()
        (heard,) = episode.start("test", scenario)
        (matter,) = episode.matters
        (document,) = matter.documents
        bay = document.removeprefix("atm-")
        assert matter.facts == {"answer": BAYS[bay]}
        words = [heard, *episode.apply([Act("ask", {"slot": "matter"})]).heard]
        assert all(bay in each.text for each in words if each.content[0].name in ("open", "restate"))
        needed.add(document)
    assert needed == {f"atm-{bay}" for bay in BAYS}


def test_plan_and_date_decide_between_articles_on_one_topic(folder):
    task = load_task("banking", "easy", folder, ("card_delivery_estimate",))
    seen = {}
    for scenario in range(60):
        episode = task.episode()
        episode.start("test", scenario)
        (matter,) = episode.matters
        assert matter.identity, "the plan is known from the account alone"
        plan = episode.desk.database.tables["customers"][episode.customer.profile.key]["plan"]
        seen.setdefault(matter.documents[0], set()).add(plan)
        assert matter.tells == (("fee",) if plan == "metal" else ("answer",))
    assert seen == {
        "post-basic": {"basic"}, "post-plus": {"plus"}, "post-plus-old": {"plus"}, "post-metal": {"metal"},
    }  # fmt: skip


def test_a_wrong_article_is_no_success_and_counts_against_recall(folder):
    episode = load_task("banking", "easy", folder, ("atm_support",)).episode()
    episode.start("test", 0)
    (matter,) = episode.matters
    other = next(bay for bay in BAYS if bay not in matter.documents[0])
    episode.apply([Act("use_template", {"template": "atm_support"}, True)])
    episode.apply([Act("search_kb", {"query": other}, True)])
    episode.apply([Act("tell", {"answer": BAYS[other]})])
    episode.apply([Act("close")])
    outcome = episode.dialogue.outcome
    assert (outcome["documents_needed"], outcome["documents_found"], outcome["success"]) == (1, 0, False)


def test_both_views_play_them_and_the_rules_find_what_customers_write_of(folder):
    for env_id in (TEXT, ACTS):
        env = gym.make(env_id, **kwargs(folder))
        env.reset(seed=0)
        assert env.unwrapped.spec.kwargs["corpus"] == folder
        again = gym.make(EnvSpec.from_json(env.unwrapped.spec.to_json()))
        assert again.reset(seed=3)[1]["messages" if env_id == TEXT else "action_mask"] is not None
        assert again.unwrapped.task is env.unwrapped.task
    env_kwargs = kwargs(folder) | {"nlu_error": 0.0}
    rows = list(play("rule", ACTS, [(i, 0) for i in range(60)], env_kwargs=env_kwargs))
    needed, found = (sum(row.outcome[f"documents_{name}"] for row in rows) for name in ("needed", "found"))
    assert found >= 0.95 * needed
    assert sum(row.outcome["success"] for row in rows) >= 0.95 * len(rows)


def test_tasks_and_episodes_survive_pickling(folder):
    task = load_task("banking", "easy", folder, KINDS)
    assert pickle.loads(pickle.dumps(task)) is task
    assert task.content_hash() != load_task("banking", "easy", None, KINDS).content_hash()
    episode, tracker = task.episode(), task.tracker()
    tracker.reset(episode.start("train", 3))
    copy, tracked = pickle.loads(pickle.dumps((episode, tracker)))
    assert copy.domain is episode.domain
    assert (tracked.slots, tracked.kind) == (tracker.slots, tracker.kind)
    while episode.stop_reason is None:
        acts = episode.oracle_acts()
        turns = [one.apply(acts) for one in (episode, copy)]
        assert [[event.text for event in turn.heard] for turn in turns[:1]] == [
            [event.text for event in turn.heard] for turn in turns[1:]
        ]


def test_another_article_is_another_task_set(folder, tmp_path):
    other = tmp_path / "other" / folder.rpartition("/")[2]
    other.mkdir(parents=True)
    write(other, with_change(0, text="Cash behind the lagoon."))
    assert (
        load_task("banking", "easy", folder).content_hash() != load_task("banking", "easy", str(other)).content_hash()
    )


def test_articles_alone_replace_the_banks_on_their_topic(tmp_path):
    own = [
        {"id": "ours", "title": "Spares", "text": "One for the cat.", "topic": "spare_cards", "answer": "2 cards"},
        {"id": "virtual", "title": "Virtual", "text": "No.", "topic": "virtual_cards", "answer": "1 virtual card"},
    ]  # fmt: skip
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, own)), encoding="utf-8")
    kinds = ["getting_spare_card", "getting_virtual_card", "age_limit"]
    env_kwargs = {"domain": "banking", "corpus": str(tmp_path), "kinds": kinds}
    rows = list(play("oracle", TEXT, [(i, 0) for i in range(60)], split="val", env_kwargs=env_kwargs))
    assert all(row.outcome["success"] for row in rows)
    task = load_task("banking", "medium", str(tmp_path), ("getting_spare_card",))
    episode = task.episode()
    episode.start("train", 0)
    matter = episode.matters[0]
    if matter.refusal is None:
        assert (matter.documents, matter.facts, matter.identity) == (("ours",), {"answer": "2 cards"}, False)


def test_an_article_may_hold_for_good_and_a_limit_be_in_thousands(tmp_path):
    own = {"id": "many", "title": "Virtual cards", "text": "As many as there are gulls.", "topic": "virtual_cards",
           "answer": "1,000 virtual cards", "valid_until": "9999-12-31"}  # fmt: skip
    (tmp_path / "articles.json").write_text(json.dumps([own]), encoding="utf-8")
    task = load_task("banking", "easy", str(tmp_path), ("getting_virtual_card",))
    assert task.domain.library.virtual_limit("basic", 100) == 1000
    episode = next(each for each in started(task, 40) if each.matters[0].refusal is None)
    while episode.stop_reason is None:
        episode.apply(episode.oracle_acts())
    assert episode.dialogue.outcome["success"]
    assert [call.name for call in episode.calls if call.name == "create_virtual_card"]


def started(task, count):
    for scenario in range(count):
        episode = task.episode()
        episode.start("train", scenario)
        yield episode


def test_markdown_has_the_same_columns(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "geese.md").write_bytes(
        "\ufeff---\r\ntopic: spare_cards\r\nanswer: 3 cards\r\n---\r\n\r\n# What geese hold\r\nOne each.\r\n".encode()
    )
    (articles / "swans.md").write_text("---\ntitle: Swans\nanswer: 1 day\n---\nNo.\n", encoding="utf-8")
    geese, swans = load_corpus(str(tmp_path), "banking").articles
    assert geese[1:] == ("geese", "What geese hold", "One each.", "spare_cards", "", "", "", "3 cards")
    assert swans[1:5] == ("swans", "Swans", "No.", "swans")
    assert geese.where.endswith("geese.md, line 5")


@pytest.mark.parametrize(
    ("articles", "message"),
    [
        (with_change(1, id="atm-lagoon"), r"articles\.json, line 3: .* the id of .*articles\.json, line 2"),
        ([*ARTICLES, {**ARTICLES[0], "id": "copy"}], r"line 10: .* title, text, product and dates of .*line 2"),
        (with_change(1, title=""), r"line 3: expected 'title' to be filled"),
        (with_change(1, text=None), r"line 3: expected 'text' to be filled"),
        (with_change(1, text=["a"]), r"line 3: expected text in column 'text'"),
        (with_change(1, text="x" * 9000), r"line 3: expected at most 8000 characters in column 'text', got 9000"),
        (with_change(1, text="\ud800"), r"line 3: .*surrogate"),
        (with_change(4, valid_from="1 July"), r"line 6: expected 'valid_from' to be a date such as 2031-03-14, got"),
        (with_change(5, valid_from="2031-07-01"), r"line 7: expected 'valid_until' to be no earlier"),
        (with_change(4, valid_from="2031-08-01"), r"one article on 'post' to hold for plan 'plus' on 2031-07-01"),
        (with_change(5, valid_until="2031-07-09"), r"exactly one article on 'post' to hold for plan 'plus'"),
        (with_change(4, product="gold"), r"line 6: expected 'product' to be one of basic, plus, metal, or empty"),
        (with_change(4, product=""), r"have a product each, or none"),
        (with_change(1, answer=""), r"line 3: expected 'answer' to be filled, since customers ask about 'atm-geyser'"),
        (with_change(1, answer="only on Sundays"), r"line 3: expected 'answer' to be a sum such as '\$5', or a number"),
        (with_change(1, answer="$"), r"line 3: expected 'answer' to be a sum"),
        (with_change(6, id="minimum-age-basic-2031"), r"line 8: expected another id"),
        ([*ARTICLES[:-1], "lost"], r"line 9: expected a JSON object, got str"),
    ],
)  # fmt: skip
def test_errors_name_file_and_line(tmp_path, articles, message):
    with pytest.raises(CorpusError, match=message):
        load_task("banking", "easy", write(tmp_path, articles))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("Hello there you", "atm_support", "atm-lagun", "test"), r"messages\.csv, line 29: .*atm-lagoon"),
        (("Hello there you", "atm_support", "", "test"), r"line 29: expected column 'article' to be filled in all"),
        (("I want a paper card", "order_physical_card", "lost", "train"), r"the topic 'physical_card_fee'"),
        (("Sing me a song", "out_of_scope", "lost", "train"), r"messages of 'out_of_scope' not to name"),
    ],
)  # fmt: skip
def test_messages_that_name_what_they_cannot_are_explained(tmp_path, row, message):
    rows = [*MESSAGES, row] if row[1] in KINDS else [*MESSAGES, *((f"{row[0]} {s}", row[1], row[2], s) for s in SPLITS)]
    with pytest.raises(CorpusError, match=message):
        load_task("banking", "easy", write(tmp_path, messages=rows))


def test_an_article_that_its_title_does_not_find_is_explained(tmp_path):
    same = [{"id": f"r{i}", "title": "Refunds", "text": f"Part {i}.", "answer": f"{i + 2} days"} for i in range(6)]
    with pytest.raises(CorpusError, match=r"expected article 'r\d' among the first 3 that"):
        load_task("banking", "easy", write(tmp_path, [*ARTICLES, *same]))


def test_text_in_another_encoding_is_explained(folder, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "cafe.md").write_bytes("# Café\nfirst\nsecond é".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"cafe\.md, line 1: expected UTF-8, got .*Save it as UTF-8"):
        load_task("banking", "easy", folder)


def test_broken_markdown_is_explained(folder, tmp_path):
    (tmp_path / "articles").mkdir()
    path = tmp_path / "articles" / "a.md"
    for text, message in (
        ("---\ntitle Ducks\n---\nHm.", r"a\.md, line 2: expected 'name: value'"),
        ("---\ntitle: Ducks\nHm: no", r"a\.md, line 1: expected a second line '---'"),
        ("", r"a\.md, line 1: expected 'title'"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CorpusError, match=message):
            load_task("banking", "easy", folder)


def test_the_web_shop_takes_none(folder, tmp_path):
    (tmp_path / "messages.csv").unlink()
    with pytest.raises(ConfigurationError, match="Expected a corpus without articles for domain 'retail'"):
        load_task("retail", "easy", folder)
