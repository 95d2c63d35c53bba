"""The stream obeys the laws it is described by, and looks like real ones where that can be counted."""

import csv
import gzip
import itertools
import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.monitor.arrivals import arrive
from dialogue_gym.envs.sentiment.monitor.regimes import ABSENT, CALM, draw_day, draw_days, surges_of
from dialogue_gym.envs.sentiment.monitor.world import (
    FIRST_SURGE,
    LAST_START,
    LATE_TICKS,
    MINUTES,
    PHASES,
    PLACE,
    PROFILE,
    TICKS,
    TOPIC_COUNT,
    WORLDS,
    World,
    severity_of,
)

MEDIUM = WORLDS["medium"]
DATA = os.environ.get("DIALOGUE_GYM_DATA")


def dispersion(counts):
    """Variance / mean of the texts of an hour after the daily profile is removed: counts (days, hours)."""
    expected = counts.mean(axis=0)
    return float(((counts - expected) ** 2 / expected).mean())


def against_poisson(counts):
    """Standard deviations that the dispersion statistic is above what Poisson counts give: (X - k) / sqrt(2 k)."""
    degrees = (len(counts) - 1) * counts.shape[1]
    return float((dispersion(counts) * counts.size - degrees) / np.sqrt(2.0 * degrees))


def by_hour(counts):
    return counts.reshape(len(counts), -1, 60 // MINUTES).sum(axis=-1)


def test_counts_are_overdispersed_as_real_ones_are_and_not_poisson(days_of_one_topic):
    for base in MEDIUM.bases:
        counts = by_hour(days_of_one_topic(MEDIUM, base, 250)[0])
        found = dispersion(counts)
        away = against_poisson(counts)
        print(
            f"base {base}: variance / mean {found:.1f}, asked for 2 to 36; {away:.0f} standard deviations from Poisson"
        )
        assert 2.0 < found < 36.0
        assert away > 6.0


def test_the_count_test_accepts_a_poisson_stream(days_of_one_topic):
    counts = by_hour(days_of_one_topic(World(branching=0.0), 3.0, 250, phases=(CALM,) * TICKS)[0])
    away = against_poisson(counts)
    print(
        f"without regimes and excitation: variance / mean {dispersion(counts):.2f}, {away:.1f} deviations from Poisson"
    )
    assert abs(away) < 3.0


def test_each_text_brings_as_many_others_as_the_branching_ratio_says(days_of_one_topic):
    for world in WORLDS.values():
        assert 0.3 <= world.branching <= 0.9
    base = 4.0
    counts, _ = days_of_one_topic(MEDIUM, base, 400, phases=(CALM,) * TICKS)
    immigrants = base * TICKS * MINUTES / 60
    estimate = 1.0 - immigrants / counts.sum(axis=1).mean()
    print(f"branching ratio estimated from counts {estimate:.3f}, of the parameters {MEDIUM.branching}")
    assert estimate == pytest.approx(MEDIUM.branching, abs=0.02)  # the last hour's children come after the day


def test_labels_are_mixed_about_as_in_collections_of_real_texts(days_of_one_topic):
    shares = np.zeros(3)
    for base in MEDIUM.bases:
        counts, phases = days_of_one_topic(MEDIUM, base, 120)
        for phase in range(len(PHASES)):
            shares += counts[phases == phase].sum() * MEDIUM.mixes[phase]
    shares /= shares.sum()
    # Twitter Financial News Sentiment (train) and SEntFiN 1.0 (train, entities), counted from the files
    twitter, sentfin = (0.151, 0.647, 0.202), (0.262, 0.389, 0.349)
    print(dict(zip(SENTIMENTS, shares.round(3), strict=True)), "between", twitter, "and", sentfin)
    for share, one, other in zip(shares, twitter, sentfin, strict=True):
        assert min(one, other) - 0.03 < share < max(one, other) + 0.03


@pytest.mark.skipif(not DATA, reason="needs DIALOGUE_GYM_DATA, the folder of public data sets")
def test_the_real_shares_are_as_stated():
    folder = Path(DATA or "") / "finance"
    with gzip.open(folder / "twitter_financial_news_sentiment/sent_train.csv.gz", "rt", encoding="utf-8") as lines:
        twitter = Counter(row["sentiment"] for row in csv.DictReader(lines))
    with gzip.open(folder / "sentfin/sentfin_train.csv.gz", "rt", encoding="utf-8") as lines:
        sentfin = Counter(each for row in csv.DictReader(lines) for each in json.loads(row["decisions"]).values())
    for counts, stated in ((twitter, (0.151, 0.647, 0.202)), (sentfin, (0.262, 0.389, 0.349))):
        assert [counts[s] / counts.total() for s in SENTIMENTS] == pytest.approx(stated, abs=0.001)


def test_thinning_gives_the_intensity_it_is_given():
    world = World(branching=0.0)
    counts = [len(arrive(world, 0.2, 0.0, 0, Stream(key("tests.flat", i)))[0]) for i in range(4000)]
    assert np.mean(counts) == pytest.approx(0.2 * MINUTES, rel=0.02)
    assert np.var(counts) == pytest.approx(0.2 * MINUTES, rel=0.08)


def test_excitation_fades_and_is_made_of_what_arrived():
    level = 0.3
    for i in range(50):
        arrivals, after = arrive(MEDIUM, 0.1, level, 2, Stream(key("tests.levels", i)))
        by_hand = level * MEDIUM.persistence**MINUTES
        for arrival in arrivals:
            by_hand += MEDIUM.kick * MEDIUM.persistence ** (3 * MINUTES - 1 - arrival.minute)
        assert after == pytest.approx(by_hand, rel=1e-9)
        assert [a.minute for a in arrivals] == sorted(a.minute for a in arrivals)
        assert all(2 * MINUTES <= a.minute < 3 * MINUTES for a in arrivals)
        level = after


def test_without_background_only_echoes_and_follow_ups_come_in_the_stated_proportion():
    echoes = [a.echo for i in range(300) for a in arrive(MEDIUM, 0.0, 0.5, 0, Stream(key("tests.echo", i)))[0]]
    assert np.mean(echoes) == pytest.approx(MEDIUM.echo, abs=0.03)
    assert arrive(MEDIUM, 0.0, 0.0, 0, Stream(1)) == ([], 0.0)


@pytest.mark.parametrize("difficulty", WORLDS)
def test_phases_follow_the_transition_matrix(difficulty):
    world = WORLDS[difficulty]
    assert world.transitions.min() >= 0.0
    assert world.transitions.sum(axis=1) == pytest.approx(1.0)
    seen = np.zeros_like(world.transitions)
    for day in range(600):
        path = draw_day(world, 0, Stream(key("tests.path", day)))
        for before, after in itertools.pairwise(path[: LAST_START + 1]):
            seen[before, after] += 1
    assert not seen[world.transitions == 0.0].any()
    for phase in range(len(PHASES)):
        visits = seen[phase].sum()
        if visits > 200:
            spread = 4.5 * np.sqrt(0.25 / visits)
            assert np.abs(seen[phase] / visits - world.transitions[phase]).max() < spread, PHASES[phase]


@pytest.mark.parametrize("difficulty", WORLDS)
def test_every_day_has_a_surge_and_a_topic_that_comes_late(difficulty):
    world, counts, severe, starts = WORLDS[difficulty], [], 0, set()
    for day in range(300):
        topics = draw_days(world, lambda attempt, day=day: key("tests.days", day, attempt))
        assert len(topics) == TOPIC_COUNT
        surges = [surge for slot, phases in enumerate(topics) for surge in surges_of(slot, phases)]
        counts.append(len(surges))
        severe += sum(surge.severity == 2 for surge in surges)
        late = topics[-1].count(ABSENT)
        starts.add(late)
        assert topics[-1][late] == CALM
        assert all(phases[0] == CALM for phases in topics[:-1])
    assert min(counts) >= 1
    assert starts == set(range(*LATE_TICKS))
    print(f"{difficulty}: {np.mean(counts):.2f} surges a day, {severe / sum(counts):.2f} of them severe")
    assert 1.8 < np.mean(counts) < 3.5
    assert severe / sum(counts) == pytest.approx(world.severe, abs=0.08)


def test_surges_are_the_runs_of_their_phases():
    rise, climb, height = (PLACE[name] for name in ("rise2", "climb2", "height2"))
    phases = (CALM, rise, climb, height, CALM, PLACE["leap1"], PLACE["hold1"])
    assert [tuple(surge) for surge in surges_of(3, phases)] == [(3, 1, 3, 2), (3, 5, 6, 1)]
    assert [severity_of(PLACE[name]) for name in ("rise1", "height1", "rise2", "hold2")] == [1, 1, 2, 2]
    assert not surges_of(0, tuple(range(FIRST_SURGE)))


def test_a_surge_lasts_three_ticks_at_least():
    for day in range(200):
        for surge in surges_of(0, draw_day(MEDIUM, 0, Stream(key("tests.lasting", day)))):
            assert surge.last - surge.first >= 2
            assert surge.first <= LAST_START


def test_difficulty_moves_size_ramps_distractors_and_words():
    easy, medium, hard = (WORLDS[name] for name in ("easy", "medium", "hard"))
    for severity in (0, 1):
        gains = [world.crises[severity].gain for world in (easy, medium, hard)]
        shares = [world.crises[severity].mix[0] for world in (easy, medium, hard)]
        assert gains == sorted(gains, reverse=True)
        assert shares == sorted(shares, reverse=True)
    assert easy.ramp < medium.ramp < hard.ramp
    assert easy.distractor < medium.distractor < hard.distractor
    assert [world.texts for world in (easy, medium, hard)] == ["easy", "medium", "hard"]


def test_the_daily_profile_averages_one_and_peaks_at_opening_and_closing():
    assert np.mean(PROFILE) == pytest.approx(1.0)
    hours = [(6 + tick / 2) % 24 for tick in range(TICKS)]
    highest = sorted(hours, key=lambda hour: -PROFILE[hours.index(hour)])[:2]
    assert set(highest) == {8.5, 9.0} or set(highest) == {16.0, 16.5}
    assert min(PROFILE) > 0.3
