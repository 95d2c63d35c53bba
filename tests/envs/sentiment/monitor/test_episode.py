"""A day at the desk: what is read, labelled and alarmed, and what it earns."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.monitor import load_task
from dialogue_gym.envs.sentiment.monitor.episode import BUDGET, Alarm
from dialogue_gym.envs.sentiment.monitor.regimes import ABSENT, Surge
from dialogue_gym.envs.sentiment.monitor.reward import (
    FALSE_ALARM,
    LABEL,
    READING,
    STALE,
    WRONG_SEVERITY,
    promptness,
)
from dialogue_gym.envs.sentiment.monitor.world import MINUTES, TICKS
from dialogue_gym.episode import StopReason
from dialogue_gym.rewards.base import Step

NEVER = (TICKS, TICKS)


@pytest.fixture
def desk():
    """A day begun, with one surge of topic 0 from tick 3 to tick 20 and none else."""

    def begun(first=3, last=20, severity=2, scenario=0, difficulty="medium"):
        episode = load_task(difficulty).episode()
        episode.start("train", scenario)
        surges = [(Surge(0, first, last, severity),)] + [()] * (len(episode.topics) - 1)
        episode.topics = tuple(t._replace(surges=s) for t, s in zip(episode.topics, surges, strict=True))
        return episode

    return begun


def reward(episode, *acts):
    """Plays a tick and gives the parts of its reward that are not 0."""
    episode.apply(acts)
    (score,) = episode.task.reward.score([Step(episode.dialogue, episode.turn)])
    assert score.total == pytest.approx(sum(score.parts.values()))
    return {name: round(value, 9) for name, value in score.parts.items() if value}


def alert(episode, slot=0, severity=2):
    return Act("alert", {"topic": episode.topics[slot].name, "severity": severity})


def clear(episode, slot=0):
    return Act("clear", {"topic": episode.topics[slot].name})


def until(episode, tick):
    """Does nothing until the bulletin of a tick is there."""
    while episode.tick < tick:
        reward(episode)
    return episode


@pytest.mark.parametrize(("tick", "worth"), [(3, 1.0), (4, 1.0), (5, 1.0), (6, 0.875), (9, 0.5), (13, 0.0), (18, 0.0)])
def test_an_alarm_is_worth_what_its_delay_leaves(desk, tick, worth):
    episode = until(desk(), tick)
    assert promptness(tick - 3) == worth
    assert reward(episode, alert(episode)) == ({"detection": worth} if worth else {})


def test_the_wrong_severity_costs_its_share(desk):
    episode = until(desk(severity=1), 3)
    assert reward(episode, alert(episode, severity=2)) == {"detection": WRONG_SEVERITY}


@pytest.mark.parametrize(("tick", "slot"), [(0, 0), (2, 0), (23, 0), (5, 1)])
def test_an_alarm_without_a_surge_is_false(desk, tick, slot):
    episode = until(desk(), tick)
    assert reward(episode, alert(episode, slot))["false_alarms"] == -FALSE_ALARM


def test_a_surge_that_has_just_ended_can_still_be_found(desk):
    for tick in (6, 7):
        episode = until(desk(last=5), tick)
        assert reward(episode, alert(episode)) == {"detection": promptness(tick - 3)}
    episode = until(desk(last=5), 8)
    assert reward(episode, alert(episode)) == {"false_alarms": -FALSE_ALARM}


def test_a_repeated_alarm_counts_once(desk):
    episode = until(desk(), 3)
    assert reward(episode, alert(episode), alert(episode)) == {"detection": 1.0}
    assert reward(episode, alert(episode)) == {}
    assert reward(episode, clear(episode), alert(episode)) == {}
    assert episode.score.repeated == 3
    episode = desk()
    assert reward(episode, alert(episode, 1), alert(episode, 1)) == {"false_alarms": -FALSE_ALARM}


def test_an_alarm_that_is_open_before_the_surge_does_not_find_it(desk):
    episode = desk()
    reward(episode, alert(episode))
    until(episode, 4)
    assert reward(episode, alert(episode)) == {}
    assert reward(episode, clear(episode)) == {}
    assert reward(episode, alert(episode)) == {"detection": 0.875}, "tick 6, three after the first"


def test_an_open_alarm_costs_while_nothing_is_the_matter(desk):
    episode = desk(last=4)
    until(episode, 3)
    assert reward(episode, alert(episode)) == {"detection": 1.0}
    assert reward(episode) == {}
    assert [reward(episode) for _ in range(3)] == [{"stale_alarms": -STALE}] * 3
    assert reward(episode, clear(episode)) == {}
    assert episode.alarms == {}


def test_what_is_read_is_heard_with_the_next_bulletin_and_can_then_be_labelled(desk):
    episode = desk(*NEVER)
    names = [text.name for text in episode.texts if not text.is_echo][:2]
    assert len(names) == 2
    label = {name: Act("label", {"id": name, "sentiment": episode_sentiment(episode, name)}) for name in names}
    earned = reward(episode, *(Act("read", {"id": name}) for name in names), label[names[0]])
    assert earned == {"reading": -2 * READING}, "it has not been heard yet"
    heard = [act for event in episode.dialogue.turns[0].heard for act in event.content]
    assert [act.args["id"] for act in heard if act.name == "text"] == names
    assert heard[-1].name == "bulletin"
    assert heard[-1].args["budget"] == BUDGET - 2
    assert reward(episode, label[names[0]], label[names[0]]) == {"labels": LABEL}, "each counts once"
    assert episode.heard_sentiment(names[1]) == label[names[1]].args["sentiment"]


def episode_sentiment(episode, name):
    return SENTIMENTS[episode.texts[int(name[1:])].sentiment]


def test_a_wrong_label_costs_the_odds_of_the_one_that_is_named(desk):
    episode = until(desk(*NEVER), 4)
    text = next(text for text in episode.texts if not text.is_echo and SENTIMENTS[text.sentiment] != "neutral")
    reward(episode, Act("read", {"id": text.name}))
    assert reward(episode, Act("label", {"id": text.name, "sentiment": "neutral"})) == {"labels": -LABEL}
    assert episode.score.outcome(surges=0, quiet=0, reads=1)[f"label_{SENTIMENTS[text.sentiment]}_neutral"] == 1.0


def test_an_echo_counts_as_its_original(desk):
    for scenario in range(20):
        episode = until(desk(*NEVER, scenario=scenario), 3)
        echo = next((text for text in episode.texts if text.is_echo), None)
        if echo is not None:
            break
    original = f"t{echo.original}"
    reward(episode, Act("read", {"id": original}), Act("read", {"id": echo.name}))
    texts = [a.args for e in episode.dialogue.turns[-1].heard for a in e.content if a.name == "text"]
    assert texts[0]["text"] in texts[1]["text"]
    assert texts[0]["entity"] == texts[1]["entity"]
    right = Act("label", {"id": original, "sentiment": SENTIMENTS[echo.sentiment]})
    assert reward(episode, right, right._replace(args={**right.args, "id": echo.name})) == {"labels": LABEL}


def test_the_budget_is_kept(desk):
    episode = desk(*NEVER)
    for _ in range(TICKS):
        if episode.stop_reason is None:
            episode.apply([Act("read", {"id": text.name}) for text in episode.texts])
    assert episode.budget == 0
    assert episode.dialogue.outcome["reads"] == BUDGET


def test_acts_that_the_desk_does_not_know_are_answered_and_change_nothing(desk):
    episode = desk()
    wrong = [
        Act("alert", {"topic": "weather", "severity": 1}),
        Act("alert", {"topic": episode.topics[0].name, "severity": 3}),
        Act("alert", {"topic": episode.topics[-1].name, "severity": 1}),  # it is not on the desk yet
        Act("read", {"id": "t99999"}),
        Act("read", {"id": ["t0"]}),
        Act("label", {"id": "t0", "sentiment": []}),
        Act("clear", {}),
        Act("unclear"),
        Act("read", {"id": "t0"}, call=True),
    ]
    assert episode.topics[-1].phases[0] == ABSENT
    for act in wrong:
        before = episode.budget, dict(episode.alarms)
        assert reward(episode, act) == {}
        assert episode.dialogue.turns[-1].heard[0].content == (Act("help"),)
        assert (episode.budget, episode.alarms) == before


def test_the_day_ends_and_its_outcome_adds_up(desk):
    episode = until(desk(), 3)
    reward(episode, alert(episode), alert(episode, 1))
    while episode.stop_reason is None:
        reward(episode)
    outcome = episode.dialogue.outcome
    assert episode.stop_reason is StopReason.COMPLETED
    assert episode.turn == TICKS
    assert episode.dialogue.turns[-1].heard[-1].content == (Act("over"),)
    expected = {"surges": 1, "hits": 1, "missed": 0, "false_alarms": 1, "delay": 0, "delay_0": 1, "severity_correct": 1}
    assert {name: outcome[name] for name in expected} == expected
    assert outcome["success"] == 0.0, "a false alarm spoils the day"


def test_silence_earns_exactly_nothing():
    for scenario in range(5):
        episode = load_task("hard").episode()
        episode.start("test", scenario)
        while episode.stop_reason is None:
            assert reward(episode) == {}
        assert episode.dialogue.outcome["success"] == 0.0
        assert episode.dialogue.outcome["missed"] >= 1.0


def test_a_topic_appears_during_the_day_and_is_announced():
    episode = load_task("medium").episode()
    opening = episode.start("val", 3)
    late = episode.topics[-1]
    assert late.name not in opening[0].content[0].args["topics"]
    start = late.phases.count(ABSENT)
    while episode.tick < start:
        assert late.name not in _bulletin(episode).args["texts"]
        episode.apply([])
    events = episode.dialogue.turns[-1].heard
    assert events[0].content[0] == Act("topic", {"name": late.name, "usual": 2 * late.base})
    assert late.name in _bulletin(episode).args["texts"]


def _bulletin(episode):
    heard = episode.dialogue.turns[-1].heard if episode.dialogue.turns else episode.dialogue.opening
    return heard[-1].content[0]


def test_the_world_does_not_depend_on_the_trial_or_on_what_the_agent_does():
    task = load_task("medium")
    quiet, busy = task.episode(), task.episode()
    quiet.start("train", 8, 0)
    busy.start("train", 8, 3)
    while quiet.stop_reason is None:
        quiet.apply([])
        busy.apply(busy.oracle_acts())
    assert quiet.texts == busy.texts
    assert [topic.phases for topic in quiet.topics] == [topic.phases for topic in busy.topics]


def test_texts_are_listed_in_the_tick_and_order_in_which_they_came():
    episode = load_task("medium").episode()
    episode.start("train", 5)
    while episode.stop_reason is None:
        listed = [entry for entries in _bulletin(episode).args["texts"].values() for entry in entries]
        assert [int(name[1:]) for name, _, _ in listed] == [t.number for t in episode.texts[-len(listed) :] if listed]
        for name, minute, original in listed:
            text = episode.texts[int(name[1:])]
            assert minute // MINUTES == episode.tick
            assert (original == "") == (text.original == text.number)
            if original:
                source = episode.texts[text.original]
                assert source.sentiment == text.sentiment
                assert source.slot == text.slot
                assert source.minute < text.minute
                assert not source.is_echo
        episode.apply([])


def test_alarms_are_shown_as_they_stand(desk):
    episode = desk()
    reward(episode, alert(episode, 1, severity=1))
    assert episode.alarms == {1: Alarm(1, 0)}
    assert _bulletin(episode).args["alarms"] == {episode.topics[1].name: [1, 0]}
    reward(episode, clear(episode, 1))
    assert _bulletin(episode).args["alarms"] == {}
