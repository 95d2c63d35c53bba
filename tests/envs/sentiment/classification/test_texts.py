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
    FIGURED,
    KINDS,
    MIXES,
    REGISTERS,
    Company,
    Mix,
    sections,
    ticker,
    wording,
    write_background,
    write_headline,
    write_text,
)
from dialogue_gym.task import SPLITS

COUNTS = {"train": 1114, "val": 203, "test": 192}
"""Delexicalised clauses of headlines without figures, before names, numbers, joins and hedges."""
MORE_COUNTS = {"post": {"train": 578, "val": 152, "test": 152}, "review": {"train": 460, "val": 120, "test": 120}}


def headlines(difficulty, split, start, stop):
    episode = load_task(difficulty).episode()
    for i in range(start, stop):
        episode.start(split, i)
        yield episode.headline


def test_delexicalised_forms_are_counted():
    assert {split: sum(map(wording(split).count, sections())) for split in SPLITS} == COUNTS
    for register, expected in MORE_COUNTS.items():
        own = {split: wording(split, register) for split in SPLITS}
        said = [name for name in own["train"].sections if name.partition(".")[0] in TOPICS]
        assert {split: sum(map(own[split].count, said)) for split in SPLITS} == expected


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


@pytest.mark.parametrize("register", ["post", "review"])
def test_splits_share_no_words_of_posts_and_reviews(register):
    said = {
        split: {
            frozenset(re.findall(r"\w+", re.sub(r"\{\w+\}", " ", text.lower())))
            for forms in wording(split, register).sections.values()
            for form in forms
            for text in form.expansions()
        }
        for split in SPLITS
    }
    for one, other in (("train", "val"), ("train", "test"), ("val", "test")):
        for words in said[other]:
            near = [have for have in said[one] if len(words & have) >= 0.8 * len(words | have)]
            assert not near, (words, near)


@pytest.mark.parametrize("split", SPLITS)
def test_clauses_hold_no_joining_words(split):
    for name in sections():
        for form in wording(split).forms(name):
            assert not re.search(r";|\b(while|whereas|but|although|meanwhile)\b|\. ", form.text, re.I), form.text
            assert ("{w}" in form.text and "{l}" in form.text) == name.endswith("compared"), form.text
            assert name.endswith("compared") or "{e}" in form.text, form.text


# What a person answers who sees headline and entity only.
LABELLED_BY_HAND = [
    ("easy", "train", 6, "Zantor sells loss-making unit in Poland at a good price", "Zantor", "positive, mergers"),
    ("easy", "train", 18, "Rastow swings to a first-quarter loss of $3.4bn", "Rastow", "negative, earnings"),
    ("easy", "val", 0, "Buyer walks, Granholt plunges 5%", "Granholt", "negative, mergers"),
    ("easy", "val", 18, "Fourth-quarter sales at Mosswood unchanged from a year ago", "Mosswood", "neutral, earnings"),
    (
        "medium",
        "val",
        106,
        "Lomond Partners dismisses rumours of a $2.1bn acquisition",
        "Lomond Partners",
        "neutral, mergers",
    ),
    (
        "medium",
        "val",
        112,
        "Nordhaven Securities sees more upside for Mosswood, but Hollis Brothers sees Solvique as fairly valued",
        "Solvique",
        "neutral, ratings",
    ),
    (
        "medium",
        "val",
        118,
        "The wire says: half-year income of $RAVE is 2.02m, a year earlier 2.56m",
        "Ravenna Group",
        "negative, earnings",
    ),
    (
        "medium",
        "val",
        148,
        "Somebody at the club recommended this firm. As I understand it, family van of Hartwell Holdings flops in Vietnam whereas Oakhurst bags Chile deal for its vaccine.",  # noqa: E501
        "Hartwell Holdings",
        "negative, products",
    ),
    (
        "medium",
        "test",
        4,
        "Juniper Row made 8.16 a share in the winter quarter, the street had 8.16",
        "Juniper Row",
        "neutral, earnings",
    ),
    ("medium", "test", 28, "Korea slowdown drags the railway down", "Beaumar", "negative, economy"),
    (
        "medium",
        "test",
        34,
        "Weaker profit growth at Cresthill than at Altenburg, traders say",
        "Cresthill",
        "negative, earnings",
    ),
    (
        "hard",
        "test",
        18,
        "Did you see this: Finland authority grants $HOLL a long-sought licence although $INVE stumbles after ill-judged $75m acquisition. Filed under #finance",  # noqa: E501
        "Hollander Group",
        "positive, regulation",
    ),
    (
        "hard",
        "test",
        30,
        "The core of it: the publisher dashes hope of a dividend.",
        "Esquiline",
        "negative, dividends",
    ),
    (
        "hard",
        "test",
        48,
        "Written on the train home from the investors' day. The coffee at the meeting was cold, no question. The gist is that Westlake Advisory rates Riverton above Pinehurst. Make of it what you like.",  # noqa: E501
        "Riverton",
        "positive, ratings",
    ),
    (
        "hard",
        "val",
        0,
        "This just landed, Sweden buyers show no interest in solar roof of Ravenna Group",
        "Ravenna Group",
        "negative, products",
    ),
    (
        "hard",
        "train",
        2,
        "Certainly, the letter is well written. The papers have it that offer for Tolmann moved from 1.27 to 1.17 a share.",  # noqa: E501
        "Tolmann",
        "negative, mergers",
    ),
    (
        "hard",
        "test",
        27,
        "Inverkeld buys at the peak once more, a collector of peaks, just what we needed. More tomorrow",
        "Inverkeld",
        "negative, mergers",
    ),
    ("hard", "test", 55, "A downgrade for Riverton, just in time for nobody, bravo", "Riverton", "negative, ratings"),
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


def test_paired_texts_have_another_company_of_the_opposite_tone_in_them():
    for headline in headlines("hard", "train", 0, 400):
        if headline.kind == "paired":
            known = [form.text for form in wording("train").forms("name")]
            names = [name for name in known if name in headline.text or f"${ticker(name)}" in headline.text]
            said = headline.text.lower()
            trades = [form.text for form in wording("train").forms("sector") if f"the {form.text}" in said]
            assert len(names) + len(trades) >= 2, headline


@pytest.mark.parametrize("difficulty", MIXES)
def test_kinds_and_registers_come_as_often_as_the_mix_says(difficulty):
    mix, made = MIXES[difficulty], list(headlines(difficulty, "train", 0, 4800))
    registers = Counter(h.register for h in made)
    for register, weight in zip(REGISTERS, mix.registers, strict=True):
        assert registers[register] / 4800 == pytest.approx(weight, abs=0.03), register
    drawn = Counter(h.kind for h in made)
    figures = mix.figures * len(FIGURED) / len(TOPICS)
    sarcastic = mix.sarcastic * mix.registers[1] / 6  # of posts with bad news
    assert drawn["sarcastic"] / 4800 == pytest.approx(sarcastic, abs=0.01)
    assert drawn["figures"] / 4800 == pytest.approx(figures, abs=0.02)
    for kind, weight in zip(KINDS, mix.kinds, strict=True):
        if kind == "compared":
            weight *= 0.5  # half the labels are neutral
        if kind == "paired":
            weight += 0.5 * mix.kinds[2]
        assert drawn[kind] / 4800 == pytest.approx(weight * (1 - figures - sarcastic), abs=0.03), kind


def test_figures_go_the_way_the_label_says():
    only_figures = Mix((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0, figures=1.0)
    for split in SPLITS:
        for i in range(120):
            label = Label(("negative", "neutral", "positive")[i % 3], FIGURED[i % len(FIGURED)])
            made = write_text(split, only_figures, label, key("figures", i))
            assert made.kind == "figures"
            first, second = map(float, re.findall(r"\d+\.\d\d", made.text))
            if re.search(r"\bfrom \d", made.text):
                first, second = second, first
            assert (first > second) - (first < second) == ("negative", "neutral", "positive").index(label.sentiment) - 1


def test_sarcasm_is_given_away_by_a_marker():
    sarcastic = Mix((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0, registers=(0.0, 1.0, 0.0), sarcastic=1.0)
    for split in SPLITS:
        forms = wording(split, "post").forms("marker")
        markers = [re.compile(re.escape(t).replace(r"\{s\}", ".+"), re.I) for f in forms for t in f.expansions()]
        for topic in TOPICS:
            made = write_text(split, sarcastic, Label("negative", topic), key("sarcasm", topic))
            assert made.kind == "sarcastic"
            assert any(marker.match(made.text) for marker in markers), made.text
            other = write_text(split, sarcastic, Label("positive", topic), key("sarcasm", topic))
            assert other.kind == "plain"


def test_a_review_grants_a_point_of_the_opposite_tone_before_its_verdict():
    granting = Mix((1.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0, registers=(0.0, 0.0, 1.0), granted=1.0)
    for split in SPLITS:
        own = wording(split, "review")
        for sentiment, other in (("positive", "negative"), ("negative", "positive")):
            points = {text for form in own.forms(f"granted.{other}") for text in form.expansions()}
            made = write_text(split, granting, Label(sentiment, "products"), key("granted", split))
            (point,) = (point for point in points if point in made.text)
            assert made.text.index(point) < made.text.index(made.company.name)
        neutral = write_text(split, granting, Label("neutral", "products"), key("granted", split)).text
        granted = [form for tone in ("positive", "negative") for form in own.forms(f"granted.{tone}")]
        assert not any(text in neutral for form in granted for text in form.expansions())


@pytest.mark.parametrize("register", ["post", "review"])
def test_posts_and_reviews_can_say_every_label(register):
    for split in SPLITS:
        own = wording(split, register)
        for label in LABELS:
            assert len(own.forms(f"{label.topic}.{label.sentiment}")) >= 2
        if register == "post":
            assert all(own.count(f"{topic}.sarcastic") >= 2 for topic in TOPICS)
        said = [name for name in own.sections if name.partition(".")[0] in TOPICS]
        assert all("{e}" in form.text for name in said for form in own.forms(name))


def test_tickers_differ():
    for split in SPLITS:
        names = [form.text for form in wording(split).forms("name")]
        assert len(set(map(ticker, names))) == len(names)


def test_a_headline_is_written_whatever_the_registers():
    mix = MIXES["hard"]._replace(registers=(0.0, 0.0, 1.0))
    label = Label("negative", "earnings")
    made = write_headline(wording("val"), mix, label, key("headline"))
    assert made.register == "headline"
    assert (
        made.text == write_headline(wording("val"), MIXES["hard"], Label("negative", "earnings"), key("headline")).text
    )


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
