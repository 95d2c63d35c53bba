"""Headlines say what their labels say, in words that each split has for itself."""

import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification.labels import LABELS, TOPICS, Label
from dialogue_gym.envs.sentiment.classification.task import load_task
from dialogue_gym.envs.sentiment.classification.texts import (
    KINDS,
    MIXES,
    Company,
    Mix,
    sections,
    wording,
    write_background,
    write_headline,
)
from dialogue_gym.task import SPLITS

COUNTS = {"train": 1114, "val": 203, "test": 192}
"""Delexicalised clauses, before names, numbers, joins and hedges."""


def headlines(difficulty, split, start, stop):
    episode = load_task(difficulty).episode()
    for i in range(start, stop):
        episode.start(split, i)
        yield episode.headline


def test_delexicalised_forms_are_counted():
    assert {split: sum(map(wording(split).count, sections())) for split in SPLITS} == COUNTS


@pytest.mark.parametrize("split", SPLITS)
def test_every_label_can_be_said_in_every_kind(split):
    for name in sections():
        assert wording(split).count(name) >= 1
        if not name.endswith(("negated", "compared")):
            assert len(wording(split).forms(name)) >= 3, name


@pytest.mark.parametrize(("one", "other"), [("train", "val"), ("train", "test"), ("val", "test")])
def test_splits_share_no_clause_name_person_place_or_product(one, other):
    held_apart = (
        "name", "sector", "place", "person", "product", "bank", "quarter", "hedge", "join", "background"
    )  # fmt: skip
    for name in (*sections(), *held_apart):
        first, second = (
            {text for form in wording(split).forms(name) for text in form.expansions()} for split in (one, other)
        )
        assert not first & second, name


@pytest.mark.parametrize("split", SPLITS)
def test_clauses_hold_no_joining_words(split):
    for name in sections():
        for form in wording(split).forms(name):
            assert not re.search(r";|\b(while|whereas|but|although|meanwhile)\b|\. ", form.text, re.I), form.text
            assert ("{w}" in form.text and "{l}" in form.text) == name.endswith("compared"), form.text
            assert name.endswith("compared") or "{e}" in form.text, form.text


# What a person answers who sees headline and entity only.
LABELLED_BY_HAND = [
    ("easy", "train", 0, "Brazil aid lifts Wolmar", "Wolmar", "positive, economy"),
    ("easy", "train", 1, "Gellert to launch payment app on Thursday", "Gellert", "neutral, products"),
    ("easy", "train", 32, "Boardroom row at Mirantis Group deepens", "Mirantis Group", "negative, management"),
    ("medium", "train", 17, "Anna Berg leaves Castrel to lead Quillon", "Quillon", "positive, management"),
    ("medium", "train", 22, "Merger with a rival to save Tessil $3.4bn a year", "Tessil", "positive, mergers"),
    ("medium", "train", 43, "Petrovane will not resume its buyback this year", "Petrovane", "negative, dividends"),
    (
        "hard",
        "val",
        2,
        "Family van of Nerini wins safety award whereas Oakhurst holders wait in vain for a dividend, insiders say",
        "Oakhurst",
        "negative, dividends",
    ),
    ("hard", "val", 4, "Granholt gives no new profit forecast", "Granholt", "neutral, earnings"),
    ("hard", "val", 9, "Kenya downturn leaves Solvique unscathed", "Solvique", "positive, economy"),
    ("hard", "val", 24, "Ravenna Group hires Victor Lang away from Oakhurst", "Oakhurst", "negative, management"),
    (
        "hard",
        "test",
        6,
        "Ghana slump hits Riverton harder than Silvano, observers say",
        "Riverton",
        "negative, economy",
    ),
    ("hard", "test", 11, "Altenburg sees off unwanted $310m takeover - column", "Altenburg", "positive, mergers"),
    (
        "hard",
        "test",
        12,
        "Kallisto calls off $75m buyback, whereas Galdera declares its first dividend in a decade - column",
        "Galdera",
        "positive, dividends",
    ),
    ("hard", "test", 13, "Turkey slump hits Juniper Row harder than Ostrava", "Ostrava", "positive, economy"),
]


@pytest.mark.parametrize(
    ("difficulty", "split", "index", "text", "entity", "label"), LABELLED_BY_HAND, ids=lambda value: str(value)[:30]
)
def test_labels_are_what_a_person_answers(difficulty, split, index, text, entity, label):
    """Also a golden record: it changes with wording, generator or draws, and then needs a new task version."""
    (headline,) = headlines(difficulty, split, index, index + 1)
    assert headline.text == text
    assert headline.company.name == entity
    assert str(headline.label) == label


def test_comparisons_have_a_better_and_a_worse_side_in_the_same_words():
    only_compared = Mix((0.0, 0.0, 1.0, 0.0), 0.0, 0.0, 0.0)
    for i in range(200):
        good, bad = (
            write_headline(wording("train"), only_compared, Label(sentiment, "earnings"), key("twins", i))
            for sentiment in ("positive", "negative")
        )
        assert good.company == bad.company
        # the same clause about the same two companies, which have changed places
        assert sorted(re.findall(r"\w+", good.text.lower())) == sorted(re.findall(r"\w+", bad.text.lower()))
        assert good.text != bad.text


def test_paired_headlines_have_another_company_of_the_opposite_tone_in_them():
    for headline in headlines("hard", "train", 0, 400):
        if headline.kind == "paired":
            names = [form.text for form in wording("train").forms("name") if form.text in headline.text]
            said = headline.text.lower()
            trades = [form.text for form in wording("train").forms("sector") if f"the {form.text}" in said]
            assert len(names) + len(trades) >= 2, headline


@pytest.mark.parametrize("difficulty", MIXES)
def test_kinds_come_as_often_as_the_mix_says(difficulty):
    drawn = Counter(h.kind for h in headlines(difficulty, "train", 0, 2400))
    for kind, weight in zip(KINDS, MIXES[difficulty].kinds, strict=True):
        if kind == "compared":
            weight *= 0.5  # half the labels are neutral
        if kind == "paired":
            weight += 0.5 * MIXES[difficulty].kinds[2]
        assert drawn[kind] / 2400 == pytest.approx(weight, abs=0.03), kind


def test_the_background_tells_the_trade_and_no_news():
    for split in SPLITS:
        for i in range(50):
            text = write_background(wording(split), Company("Acme", "bakery"), Stream(key("background", i)))
            assert "Acme" in text
            assert "bakery" in text
            assert not re.search("|".join(TOPICS), text)


def test_companies_are_asked_about_by_name_only():
    assert all(label in LABELS for label in {h.label for h in headlines("hard", "val", 0, 100)})
    names = {form.text for form in wording("val").forms("name")}
    assert {h.company.name for h in headlines("hard", "val", 0, 528)} == names


@pytest.mark.slow
@pytest.mark.parametrize("part", ["sentiment", "topic"])
def test_a_classifier_loses_5_to_25_points_from_train_to_test_wording(part):
    def texts_and_labels(split, start, stop):
        rows = list(headlines("medium", split, start, stop))
        return [h.text.replace(h.company.name, "entity") for h in rows], [getattr(h.label, part) for h in rows]

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=1000, C=20)
    )
    model.fit(*texts_and_labels("train", 0, 4000))
    at_home = model.score(*texts_and_labels("train", 5000, 6000))
    away = model.score(*texts_and_labels("test", 0, 528))
    assert 0.05 <= at_home - away <= 0.25


def test_texts_are_varied():
    seen = [h.text for h in headlines("medium", "train", 0, 2000)]
    assert len(set(seen)) / len(seen) > 0.97
    assert np.mean([len(text) for text in seen]) < 150
