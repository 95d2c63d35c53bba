"""The Bayes filter against numbers worked out by hand and against the enumeration of every path."""

import itertools
from math import exp

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.monitor import posterior as filters
from dialogue_gym.envs.sentiment.monitor.posterior import Posterior, TopicFilter, absent_quiet, quiet_ahead
from dialogue_gym.envs.sentiment.monitor.regimes import CALM
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
    Tone,
    World,
)

# Calm (30 texts in half an hour would be 3 a tick: 0.1 a minute) or a surge of five times that and mostly bad news; a
# calm topic surges with chance 0.1 a tick, at once. No other phase can be entered.
SMALL = World(
    branching=0.0,
    echo=0.0,
    calm=Tone(1.0, (0.2, 0.5, 0.3)),
    crises=(Tone(5.0, (0.8, 0.1, 0.1)), Tone(5.0, (0.8, 0.1, 0.1))),
    worry=0.0,
    shock=0.1,
    distractor=0.0,
    severe=0.0,
    ramp=0.0,
)


def test_two_ticks_by_hand():
    """Tick 0 is calm for sure. In tick 1, 9 texts came (3 expected if calm, 15 in a surge):

    calm  0.9 * (0.1)^9 e^-3     surge  0.1 * (0.5)^9 e^-15     odds = (1 / 9) * 5^9 * e^-12 = 1.333
    P(surge) = 1.333 / 2.333 = 0.5714

    One of the texts is then read, and is negative: the odds grow by 0.8 / 0.2 = 4, to 5.333: P(surge) = 0.8421.
    """
    topic = TopicFilter(SMALL, 0)
    topic.add([], [], 0.1)
    assert topic.phases[CALM] == pytest.approx(1.0)
    topic.add([1, 2, 4, 8, 11, 13, 20, 22, 29], [False] * 9, 0.1)
    odds = 5.0**9 * exp(-12.0) / 9.0
    assert odds == pytest.approx(1.3333, abs=2e-4)
    assert topic.phases[FIRST_SURGE:].sum() == pytest.approx(odds / (1.0 + odds))
    assert topic.phases[FIRST_SURGE:].sum() == pytest.approx(0.5714, abs=1e-4)
    topic.read(1, 0)
    assert topic.phases[FIRST_SURGE:].sum() == pytest.approx(0.8421, abs=1e-4)


def test_the_chance_of_a_quiet_rest_of_the_day_by_hand():
    assert quiet_ahead(SMALL, TICKS - 1)[CALM] == 1.0
    assert quiet_ahead(SMALL, LAST_START)[CALM] == 1.0, "no surge begins after it"
    assert quiet_ahead(SMALL, LAST_START - 2)[CALM] == pytest.approx(0.9**2)
    assert quiet_ahead(SMALL, 0)[CALM] == pytest.approx(0.9**LAST_START)
    assert not quiet_ahead(SMALL, TICKS - 1)[FIRST_SURGE:].any()
    first, end = LATE_TICKS
    two_left = (0.9 ** (LAST_START - end + 2) + 0.9 ** (LAST_START - end + 1)) / 2
    assert absent_quiet(SMALL, end - 3) == pytest.approx(two_left)
    assert absent_quiet(SMALL, 0) == pytest.approx(np.mean([0.9 ** (LAST_START - t) for t in range(first, end)]))


def test_the_filter_is_the_sum_over_all_paths():
    """Four ticks with excitation, echoes and texts read late, against the enumeration of 14^3 paths."""
    world = WORLDS["medium"]
    background = 0.07
    ticks = [([3, 3, 17], [0, 0, 1]), ([], []), ([0, 5, 6, 6, 29], [0, 0, 1, 0, 0]), ([2, 9, 10, 21], [0, 0, 0, 1])]
    reads = [(0, 1), (2, 0), (2, 0), (3, 2)]
    topic = TopicFilter(world, 0)
    for minutes, echoes in ticks:
        topic.add(minutes, [bool(echo) for echo in echoes], background)
    for tick, sentiment in reads:
        topic.read(tick, sentiment)

    totals, unsurged = np.zeros(len(PHASES)), np.zeros(len(PHASES))
    history = [30 * tick + minute for tick, (minutes, _) in enumerate(ticks) for minute in minutes]
    for path in itertools.product(range(len(PHASES)), repeat=len(ticks) - 1):
        states = (CALM, *path)
        weight = np.prod([world.transitions[a, b] for a, b in itertools.pairwise(states)])
        if not weight:
            continue
        for tick, phase in enumerate(states):
            for minute in range(30 * tick, 30 * tick + 30):  # the intensity of every minute, from its definition
                level = sum(
                    world.branching * (1 - world.persistence) * world.persistence ** (minute - at - 1)
                    for at in history
                    if at < minute
                )
                fresh = background * world.gains[phase] + (1 - world.echo) * level
                weight *= exp(-fresh)
                for at, echo in zip(*ticks[tick], strict=True):
                    if 30 * tick + at == minute and not echo:
                        weight *= fresh
        for tick, sentiment in reads:
            weight *= world.mixes[states[tick]][sentiment]
        totals[states[-1]] += weight
        unsurged[states[-1]] += weight * all(phase < FIRST_SURGE for phase in states)
    assert topic.phases == pytest.approx(totals / totals.sum(), rel=1e-9)
    assert topic.unsurged == pytest.approx(unsurged / totals.sum(), rel=1e-9)


def test_a_text_read_late_counts_as_if_read_at_once():
    one, other = TopicFilter(WORLDS["hard"], 0), TopicFilter(WORLDS["hard"], 0)
    for tick in range(6):
        for each in (one, other):
            each.add([tick, tick + 3, 20], [False, False, True], 0.05)
        one.read(tick, tick % 3)
    for tick in reversed(range(6)):
        other.read(tick, tick % 3)
    assert one.phases == pytest.approx(other.phases, rel=1e-12)


def test_that_some_topic_surges_is_known_exactly(monkeypatch):
    """A day of three ticks, two topics, no late one: every pair of paths is enumerated, given a surge."""
    monkeypatch.setattr(filters, "TICKS", 3)
    monkeypatch.setattr(filters, "TOPIC_COUNT", 2)
    filters.quiet_ahead.cache_clear()
    bulletins = [
        {"energy": [["t0", 4, ""]], "banks": []},
        {"energy": [["t1", 33, ""], ["t2", 35, ""]], "banks": [["t3", 50, ""]]},
    ]
    believed = Posterior(SMALL)
    believed.hear(Act("desk", {"topics": {"energy": 6.0, "banks": 6.0}, "season": "", "first": 0, "last": 0}))
    for tick, texts in enumerate(bulletins):
        believed.hear(Act("bulletin", {"tick": tick, "texts": texts}))
    believed.read("t2", "negative")
    got = believed.phases()
    filters.quiet_ahead.cache_clear()

    paths = list(itertools.product((CALM, *range(FIRST_SURGE, len(PHASES))), repeat=2))
    totals = {topic: np.zeros(len(PHASES)) for topic in ("energy", "banks")}
    joint = {}
    for topic in totals:
        for path in paths:  # the phases of ticks 1 and 2; tick 2 has not been heard
            states = (CALM, *path)
            weight = SMALL.transitions[states[0], states[1]] * SMALL.transitions[states[1], states[2]]
            for tick in (0, 1):
                rate = 0.1 * PROFILE[tick] * SMALL.gains[states[tick]]
                weight *= rate ** len(bulletins[tick][topic]) * exp(-MINUTES * rate)
            if topic == "energy":
                weight *= SMALL.mixes[states[1]][0]
            joint[topic, path] = weight
    for one, other in itertools.product(paths, repeat=2):
        if max(*one, *other) >= FIRST_SURGE:
            weight = joint["energy", one] * joint["banks", other]
            totals["energy"][one[0]] += weight
            totals["banks"][other[0]] += weight
    for topic, total in totals.items():
        assert got[topic] == pytest.approx(total / total.sum(), rel=1e-9)
    assert got["banks"][FIRST_SURGE:].sum() > joint["banks", (PLACE["leap1"], PLACE["hold1"])] / sum(
        joint["banks", path] for path in paths
    )


def test_chances_come_true(day_of_one_topic):
    """Of the ticks with P(surge) about p, a share p are in a surge."""
    world = WORLDS["medium"]
    pairs = []
    for day in range(600):
        (_, minute, original, sentiment), path = day_of_one_topic(world, 3.0, day)
        echo = original != np.arange(len(original))
        topic = TopicFilter(world, 0)
        for tick, phase in enumerate(path):
            now = minute // MINUTES == tick
            topic.add((minute[now] - tick * MINUTES).tolist(), echo[now].tolist(), 3.0 / 60 * PROFILE[tick])
            if tick % 2 and not echo[now].all():
                topic.read(tick, int(sentiment[now][~echo[now]][0]))
            pairs.append((topic.phases[FIRST_SURGE:].sum(), phase >= FIRST_SURGE))
    chances, truths = np.array(pairs).T
    for low, high in ((0.0, 0.05), (0.05, 0.3), (0.3, 0.7), (0.7, 1.01)):
        within = (chances >= low) & (chances < high)
        print(
            f"P in [{low}, {high}): mean {chances[within].mean():.3f}, "
            f"true {truths[within].mean():.3f}, {within.sum()} ticks"
        )
        assert truths[within].mean() == pytest.approx(chances[within].mean(), abs=0.05)


def test_a_desk_of_four_topics_is_followed_from_what_it_says():
    believed = WORLDS["easy"].posterior()
    believed.hear(Act("desk", {"topics": {"a": 6.0, "b": 4.0, "c": 4.0}, "season": "a", "first": 3, "last": 6}))
    for tick in range(4):
        believed.hear(Act("bulletin", {"tick": tick, "texts": {"a": [], "b": [[f"t{tick}", 30 * tick, ""]], "c": []}}))
    believed.hear(Act("topic", {"name": "d", "usual": 5.0}))
    believed.hear(Act("bulletin", {"tick": 4, "texts": {name: [] for name in "abcd"}}))
    assert len(believed.filters) == TOPIC_COUNT
    assert believed.filters["d"].phases[CALM] == pytest.approx(1.0)
    for one, two in believed.surges().values():
        assert 0.0 <= one + two < 0.2
