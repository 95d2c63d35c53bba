"""The stream obeys the laws it is described by, and looks like real ones where that can be counted."""

import csv
import gzip
import itertools
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dialogue_gym.draws import Stream, key, uniforms
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


def hourly(times, first_day, days):
    """Counts by day and hour: int (days, 24) from pairs of an ISO time and a number."""
    counts = np.zeros((days, 24))
    for at, number in times:
        day = (date.fromisoformat(at[:10]) - first_day).days
        if 0 <= day < days:
            counts[day, int(at[11:13])] += number
    return counts


@pytest.mark.skipif(not DATA, reason="needs DIALOGUE_GYM_DATA, the folder of public data sets")
def test_real_counts_are_as_overdispersed_as_the_page_says(days_of_one_topic):
    """Mentions of companies (NAB, Ahmad et al. 2017) and tweets about them (StockNet, Xu and Cohen 2018)."""
    folder = Path(DATA or "") / "finance"
    mentions, tweets = {}, {}
    with gzip.open(folder / "nab_twitter_volume/volume.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            mentions.setdefault(row["ticker"], []).append((row["timestamp"], int(row["mentions"])))
    with gzip.open(folder / "stocknet/tweets.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            tweets.setdefault(row["ticker"], []).append((row["created_at"], 1))
    real = {name: dispersion(hourly(times, date(2015, 2, 27), 53)) for name, times in mentions.items()}
    quiet = {name: dispersion(1e-9 + hourly(times, date(2014, 1, 1), 300)) for name, times in tweets.items()}
    made = {base: dispersion(by_hour(days_of_one_topic(MEDIUM, base, 250)[0])) for base in MEDIUM.bases}
    print("mentions", {name: round(value, 1) for name, value in sorted(real.items())})
    print("tweets", {name: round(value, 1) for name, value in sorted(quiet.items())})
    print("generated", {base: round(value, 1) for base, value in made.items()})
    assert min(quiet.values()) < min(made.values())
    assert max(made.values()) < sorted(real.values())[-2]


@pytest.mark.skipif(not DATA, reason="needs DIALOGUE_GYM_DATA, the folder of public data sets")
def test_the_real_shares_are_as_stated():
    folder = Path(DATA or "") / "finance"
    with gzip.open(folder / "twitter_financial_news_sentiment/sent_train.csv.gz", "rt", encoding="utf-8") as lines:
        twitter = Counter(row["sentiment"] for row in csv.DictReader(lines))
    with gzip.open(folder / "sentfin/sentfin_train.csv.gz", "rt", encoding="utf-8") as lines:
        sentfin = Counter(each for row in csv.DictReader(lines) for each in json.loads(row["decisions"]).values())
    for counts, stated in ((twitter, (0.151, 0.647, 0.202)), (sentfin, (0.262, 0.389, 0.349))):
        assert [counts[s] / counts.total() for s in SENTIMENTS] == pytest.approx(stated, abs=0.001)


def flat(rate, world, number, ticks=TICKS):
    """A calm day of one topic with a constant rate in its first ticks, texts a minute."""
    rates = np.where(np.arange(TICKS) < ticks, rate, 0.0)
    return arrive(world, rates[None], np.full((1, TICKS), CALM), key("tests.flat", number))


def test_texts_that_come_by_themselves_are_poisson_at_the_given_rate():
    world = World(branching=0.0)
    counts = np.array([np.bincount(flat(0.2, world, i).minute, minlength=TICKS * MINUTES) for i in range(300)])
    assert counts.mean() == pytest.approx(0.2, rel=0.01)
    by_tick = counts.reshape(300, TICKS, MINUTES).sum(axis=-1)
    assert by_tick.var() == pytest.approx(0.2 * MINUTES, rel=0.03)
    within = counts.sum(axis=0).reshape(TICKS, MINUTES).sum(axis=0)
    assert np.abs(within / within.mean() - 1.0).max() < 0.06, "every minute of a tick as often as any other"
    assert not len(flat(0.0, world, 0).minute)


def test_the_intensity_is_the_one_that_world_states(day_of_one_topic):
    """Residuals: given all that came before, a minute has as many fresh texts and echoes as the formula says.

    Summed with weights that would show a wrong branching, memory, share of echoes or gain; each in deviations.
    """
    sums, squares = np.zeros(6), np.zeros(6)
    background = 3.0 / 60.0 * np.array(PROFILE)
    for day in range(250):
        texts, path = day_of_one_topic(MEDIUM, 3.0, day)
        own = texts.original == np.arange(len(texts.original))
        fresh, echoed = (np.bincount(texts.minute[which], minlength=TICKS * MINUTES) for which in (own, ~own))
        level, levels = 0.0, np.zeros(TICKS * MINUTES)
        for minute in range(TICKS * MINUTES):
            levels[minute] = level
            level = level * MEDIUM.persistence + MEDIUM.kick * (fresh[minute] + echoed[minute])
        by_itself = np.repeat(background * MEDIUM.gains[path], MINUTES)
        expected = by_itself + (1.0 - MEDIUM.echo) * levels, MEDIUM.echo * levels
        lagged = np.concatenate([np.zeros(20), levels[:-20]])
        surging = np.repeat(path >= FIRST_SURGE, MINUTES)
        weights = np.array([np.ones_like(levels), levels, lagged, surging])
        parts = [*(weights * (fresh - expected[0])), *(weights[:2] * (echoed - expected[1]))]
        variances = [*(weights**2 * expected[0]), *(weights[:2] ** 2 * expected[1])]
        sums += np.sum(parts, axis=1)
        squares += np.sum(variances, axis=1)
    away = sums / np.sqrt(squares)
    print("deviations from the stated intensity:", away.round(2))
    assert np.abs(away).max() < 3.5


def test_families_and_thinning_draw_the_same_process(day_of_one_topic, thinned):
    """Counts of ticks by two programs that share nothing: mean, dispersion, and correlation with the next tick's."""
    found = []
    rates = 3.0 / 60.0 * np.array(PROFILE)
    for way in ("families", "thinning"):
        counts = np.zeros((400, TICKS))
        for day in range(400):
            if way == "families":
                texts, _ = day_of_one_topic(MEDIUM, 3.0, day, (CALM,) * TICKS)
                counts[day] = np.bincount(texts.minute // MINUTES, minlength=TICKS)
            else:
                level = 0.0
                for tick, rate in enumerate(rates):
                    arrivals, level = thinned(MEDIUM, rate, level, tick, Stream(key("tests.thin", day, tick)))
                    counts[day, tick] = len(arrivals)
        centred = counts - counts.mean(axis=0)
        next_tick = (centred[:, 1:] * centred[:, :-1]).mean() / centred.var()
        found.append((counts.mean(), dispersion(counts), next_tick))
    print("families, thinning: mean, dispersion, correlation", np.round(found, 3).tolist())
    (mean, spread, next_tick), (other_mean, other_spread, other_next) = found
    assert mean == pytest.approx(other_mean, rel=0.03)
    assert spread == pytest.approx(other_spread, rel=0.06)
    assert next_tick == pytest.approx(other_next, abs=0.03)


def test_echoes_repeat_the_text_that_brought_them_about_and_come_in_the_stated_proportion():
    echoes = brought = 0
    for i in range(150):
        texts = flat(0.3, MEDIUM, i, ticks=24)
        number = np.arange(len(texts.minute))
        own = texts.original == number
        assert (np.diff(texts.minute) >= 0).all()
        assert (texts.original[texts.original] == texts.original).all(), "what is repeated is an original"
        assert (texts.minute[texts.original[~own]] < texts.minute[~own]).all()
        assert (texts.sentiment == texts.sentiment[texts.original]).all()
        echoes += (~own).sum()
        brought += len(number) - 0.3 * 24 * MINUTES
    assert echoes / brought == pytest.approx(MEDIUM.echo, abs=0.02)


def test_fresh_texts_have_the_mix_of_their_phase(day_of_one_topic):
    counts = np.zeros((len(PHASES), 3))
    for day in range(400):
        texts, path = day_of_one_topic(MEDIUM, 3.5, day)
        own = texts.original == np.arange(len(texts.original))
        np.add.at(counts, (path[texts.minute[own] // MINUTES], texts.sentiment[own]), 1)
    for phase, row in enumerate(counts):
        if row.sum() > 400:
            spread = 4.5 * np.sqrt(0.25 / row.sum())
            assert np.abs(row / row.sum() - MEDIUM.mixes[phase]).max() < spread, PHASES[phase]


@pytest.mark.parametrize("difficulty", WORLDS)
def test_phases_follow_the_transition_matrix(difficulty):
    world = WORLDS[difficulty]
    assert world.transitions.min() >= 0.0
    assert world.transitions.sum(axis=1) == pytest.approx(1.0)
    seen = np.zeros_like(world.transitions)
    for day in range(600):
        path = draw_day(world, 0, uniforms(key("tests.path", day), TICKS).tolist())
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
        for surge in surges_of(0, draw_day(MEDIUM, 0, uniforms(key("tests.lasting", day), TICKS).tolist())):
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
