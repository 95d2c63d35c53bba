"""Customers who write what a corpus has: splits apart, texts untouched, errors that name file and line."""

import json
import os
import pickle

import gymnasium as gym
import pytest

from dialogue_gym.duplicates import near_duplicates
from dialogue_gym.envs.customer_service.corpora import load_corpus, with_corpus
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.task import SPLITS

TEXT = "dialogue_gym/CustomerService-v0"
DATA = os.environ.get("DIALOGUE_GYM_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="needs DIALOGUE_GYM_DATA")
KINDS = ("card_arrival", "change_pin")
WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split()


def write(folder, rows, name="messages.csv"):
    lines = ["text,intent", *(f'"{text}",{intent}' for text, intent in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder)


@pytest.fixture
def folder(tmp_path):
    """Thirty different messages of two intents, one with braces, bars and letters of other alphabets."""
    rows = [(f"{word} {kind} {number}", kind) for kind in KINDS for number, word in enumerate(WORDS[:14])]
    rows += [("¿Dónde {está} (mi|tarjeta)? 我的卡呢", "card_arrival"), ("PIN | {pin} \u0007 (zmiana)", "change_pin")]
    return write(tmp_path, rows)


def said(corpus):
    return {split: {text for texts in each.values() for text in texts} for split, each in corpus.splits.items()}


def test_every_message_is_in_one_split(folder):
    texts = said(load_corpus(folder, "banking"))
    assert sum(map(len, texts.values())) == len(set().union(*texts.values())) == 30
    assert all(texts.values())


def test_near_duplicates_stay_together(tmp_path):
    rows = [
        (f"{' '.join(WORDS[i : i + 6])} {i} {ending}", kind) for kind in KINDS for i in range(10) for ending in "ab"
    ]
    texts = said(load_corpus(write(tmp_path, rows), "banking"))
    everything = [(split, text) for split in SPLITS for text in texts[split]]
    groups = near_duplicates([text for _, text in everything])
    splits = {}
    for (split, _), group in zip(everything, groups, strict=True):
        assert splits.setdefault(group, split) == split


def test_named_splits_are_kept(tmp_path):
    rows = [{"text": f"{word} {kind}", "intent": kind, "split": split}
            for kind in KINDS for word, split in zip(WORDS, SPLITS, strict=False)]  # fmt: skip
    (tmp_path / "messages.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    corpus = load_corpus(str(tmp_path), "banking")
    assert corpus.splits["val"] == {kind: (f"bravo {kind}",) for kind in KINDS}


def test_logged_dialogues_bring_their_first_message(tmp_path):
    rows = [
        {
            "intent": kind,
            "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": f"{w} {kind}"}],
        }
        for kind in KINDS
        for w in WORDS
    ]
    (tmp_path / "dialogues.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert "alpha change_pin" in set().union(*said(load_corpus(str(tmp_path), "banking")).values())


def test_customers_write_the_corpus_as_it_stands(folder):
    texts = said(load_corpus(folder, "banking"))
    for split in SPLITS:
        env = gym.make(TEXT, domain="banking", corpus=folder, kinds=KINDS, split=split, difficulty="easy")
        heard = {env.reset(options={"scenario": scenario})[0] for scenario in range(60)}
        messages = {text for text in heard if env.unwrapped.episode is not None and text in texts[split]}
        assert len(messages) > 2
        others = set().union(*(texts[other] for other in SPLITS if other != split))
        assert not heard & others
        assert heard - messages, "some only hint at first, in the built-in words"


def test_details_are_given_when_asked(folder):
    task = load_task("banking", "easy", folder, KINDS)
    episode = task.episode()
    episode.start("train", 0)
    assert not episode.customer.matter.given
    while episode.stop_reason is None:
        episode.apply(episode.oracle_acts())
    assert episode.dialogue.outcome["success"]


def test_a_task_with_a_corpus_is_another_task_set_and_survives_pickling(folder):
    plain, task = load_task("banking", "easy"), load_task("banking", "easy", folder)
    assert task.content_hash() != plain.content_hash()
    assert task.name != plain.name
    assert pickle.loads(pickle.dumps(task)) is task
    assert with_corpus("banking", folder, None) is task.domain
    assert len(pickle.dumps(task.episode())) < 20_000


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("where is it", "card_arival")], r"messages\.csv, line 2: .*card_arrival"),
        ([("where is it", "card_arrival"), (" ", "change_pin")], r"messages\.csv, line 3: expected column 'text'"),
        ([("where is it", "")], r"messages\.csv, line 2: expected column 'intent'"),
        ([], "expected at least one message"),
        ([("x" * 5000, "change_pin")], "at most 4000 characters"),
        ([("one message", "change_pin")], "got none for change_pin"),
    ],
)
def test_errors_name_file_and_line(tmp_path, rows, message):
    with pytest.raises(CorpusError, match=message):
        load_corpus(write(tmp_path, rows), "banking")


def test_what_is_no_dialogue_is_explained(tmp_path):
    (tmp_path / "dialogues.jsonl").write_text('{"intent": "change_pin", "messages": "hello"}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"dialogues\.jsonl, line 1: expected 'messages'"):
        load_corpus(str(tmp_path), "banking")


def test_a_folder_without_messages_is_explained(tmp_path):
    with pytest.raises(CorpusError, match=r"messages\.csv"):
        load_corpus(str(tmp_path), "banking")


@pytest.mark.parametrize("corpus", ["bankin77", "banking77+nothing"])
def test_an_unknown_corpus_is_explained(corpus):
    with pytest.raises(CorpusError, match="banking77, clinc150_oos, star or a folder"):
        load_corpus(corpus, "banking")


def test_a_corpus_of_another_desk_is_explained():
    with pytest.raises(ConfigurationError, match="which is for banking"):
        load_corpus("banking77", "retail")


@needs_data
def test_banking77_has_all_intents_in_every_split_and_no_near_duplicates_across():
    corpus = load_corpus("banking77", "banking")
    sizes = {split: sum(map(len, texts.values())) for split, texts in corpus.splits.items()}
    assert sum(sizes.values()) > 9900
    assert all(len(texts) == 77 for texts in corpus.splits.values())
    everything = [(split, text) for split, texts in said(corpus).items() for text in texts]
    groups = near_duplicates([text for _, text in everything])
    splits = {}
    for (split, _), group in zip(everything, groups, strict=True):
        assert splits.setdefault(group, split) == split


@needs_data
def test_two_corpora_are_taken_together_and_the_rest_stays_built_in():
    task = load_task("banking", "easy", "banking77+clinc150_oos")
    wording = task.domain.wording["train"]
    assert {name.partition(".")[2] for name in wording.verbatim} == set(task.domain.kinds)
    shop = load_task("retail", "easy", "clinc150_oos").domain.wording["train"]
    assert shop.verbatim == {"open.out_of_scope", "restate.out_of_scope"}


@needs_data
@pytest.mark.parametrize(
    ("domain", "kinds"), [("retail", {"out_of_scope"}), ("banking", {"out_of_scope", "compromised_card"})]
)
def test_star_fits_few_matters(domain, kinds):
    corpus = load_corpus("star", domain)
    for split in SPLITS:
        assert set(corpus.splits[split]) == kinds
        assert all(len(text.split()) >= 5 for texts in corpus.splits[split].values() for text in texts)
