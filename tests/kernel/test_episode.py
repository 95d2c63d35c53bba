"""The state machine, on a small task."""

import copy
import pickle

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import name_key
from dialogue_gym.episode import Dialogue, Event, StopReason
from dialogue_gym.errors import EpisodeOverError
from tests.guess_colour import COLOURS, GuessColour

HOLD = (Act("hold"),)


def guess(colour):
    return (Act("guess", {"colour": colour}),)


def wrong(episode):
    return guess(next(colour for colour in COLOURS if colour != episode.colour))


@pytest.fixture
def episode(task):
    episode = task.episode()
    episode.start("train", 3)
    return episode


def patient(task, turns):
    """An episode in which the other side stays for so many wrong guesses."""
    for scenario in range(200):
        episode = task.episode()
        episode.start("train", scenario)
        for _ in range(turns):
            if episode.stop_reason is None:
                episode.apply(HOLD)
        if episode.stop_reason in (None, StopReason.MAX_TURNS):
            episode.start("train", scenario)
            return episode
    raise AssertionError("nobody is patient")


def test_an_episode_is_started_before_it_is_played(task):
    episode = task.episode()
    assert episode.dialogue is None
    assert episode.stop_reason is None
    with pytest.raises(EpisodeOverError, match=r"never started.*Call reset\(\)"):
        episode.apply(HOLD)


def test_the_opening_is_heard_and_kept(task):
    episode = task.episode()
    heard = episode.start("val", 5, trial=2)
    dialogue = episode.dialogue
    assert heard is dialogue.opening
    assert (dialogue.task, dialogue.split, dialogue.scenario, dialogue.trial) == (task, "val", 5, 2)
    assert dialogue.messages() == [{"role": "user", "content": "What is my colour?"}]


def test_a_turn_is_recorded(episode):
    acts = guess(episode.colour)
    turn = episode.apply(acts, "It must be that one!")
    assert episode.dialogue.turns == [turn]
    assert turn.acts is acts
    assert [event.text for event in turn.heard] == ["Yes!"]
    assert turn.facts == {"guesses": 1.0, "right": 1.0}
    assert episode.dialogue.messages()[1:] == [
        {"role": "assistant", "content": "It must be that one!"},
        {"role": "user", "content": "Yes!"},
    ]


def test_acts_without_words_are_rendered_in_the_transcript(episode):
    episode.apply(guess("red"))
    assert episode.dialogue.messages()[1] == {"role": "assistant", "content": "Is it red?"}


def test_the_transcript_can_be_cut_at_a_turn(task):
    episode = patient(task, 3)
    for _ in range(3):
        episode.apply(wrong(episode))
    assert len(episode.dialogue.messages(0)) == 1
    assert len(episode.dialogue.messages(2)) == 5
    assert len(episode.dialogue.messages()) == 7


def test_facts_are_each_turns_own(task):
    episode = patient(task, 2)
    first = episode.apply(wrong(episode))
    second = episode.apply(guess(episode.colour))
    assert first.facts == {"guesses": 1.0}
    assert second.facts == {"guesses": 1.0, "right": 1.0}


def test_the_end_has_an_outcome_and_nothing_follows(episode):
    episode.apply(guess(episode.colour))
    assert episode.stop_reason is StopReason.COMPLETED
    assert episode.dialogue.outcome["success"] is True
    with pytest.raises(EpisodeOverError, match=r"ended \(completed\)"):
        episode.apply(HOLD)
    assert len(episode.dialogue.turns) == 1


def test_the_turn_limit_stops_an_episode_that_goes_on(task):
    episode = patient(task, task.max_turns)
    for turn in range(1, task.max_turns + 1):
        assert episode.stop_reason is None
        episode.apply(HOLD)
        assert episode.turn == turn
    assert episode.stop_reason is StopReason.MAX_TURNS
    assert episode.dialogue.outcome == {"success": False, "satisfaction": 0.0, "note": "of no matter"}


def test_an_end_in_the_last_turn_is_not_a_cut(task):
    episode = task.episode(max_turns=1)
    episode.start("train", 0)
    episode.apply(guess(episode.colour))
    assert episode.stop_reason is StopReason.COMPLETED


def test_the_first_reason_to_stop_stands(episode):
    episode.stop(StopReason.CLOSED)
    episode.stop(StopReason.HUNG_UP)
    assert episode.stop_reason is StopReason.CLOSED


def test_a_start_forgets_everything(task):
    used, fresh = task.episode(), task.episode()
    used.start("train", 1)
    used.apply(guess(used.colour))
    for episode in (used, fresh):
        episode.start("train", 2)
    assert used.snapshot().keys() <= fresh.snapshot().keys() | {"colour"}
    for _ in range(task.max_turns):
        if used.stop_reason is None:
            one, other = used.apply(wrong(used)), fresh.apply(wrong(fresh))
            assert [event.text for event in one.heard] == [event.text for event in other.heard]
    assert used.dialogue.outcome == fresh.dialogue.outcome


def test_draws_are_keyed_by_scenario_trial_turn_and_purpose(task):
    purposes = name_key("one"), name_key("other")
    drawn = {}
    for name in (task.name, "another"):
        task.name = name
        for split in ("train", "val"):
            for scenario in (0, 1):
                for trial in (0, 1):
                    episode = task.episode()
                    episode.start(split, scenario, trial)
                    for turn in (0, 1):
                        for purpose in purposes:
                            place = name, split, scenario, trial, turn, purpose
                            drawn[place] = episode.stream(purpose).bits()
                            assert episode.stream(purpose).bits() == drawn[place]
                        if turn == 0:
                            episode.apply(HOLD)
    assert len(set(drawn.values())) == len(drawn) == 64


def test_a_new_version_has_new_scenarios(task):
    bits = []
    for version in (0, 1):
        task.version = version
        episode = task.episode()
        episode.start("train", 0)
        bits.append(episode.stream(name_key("x")).bits())
    assert bits[0] != bits[1]


def test_trials_share_the_scenario_and_differ_in_chances(task):
    lengths = {}
    for scenario in range(10):
        colours = set()
        for trial in range(10):
            episode = task.episode()
            episode.start("train", scenario, trial)
            colours.add(episode.colour)
            while episode.stop_reason is None:
                episode.apply(HOLD)
            lengths.setdefault(scenario, set()).add(episode.turn)
        assert len(colours) == 1
    assert any(len(turns) > 1 for turns in lengths.values())


def test_a_snapshot_is_a_copy_that_can_be_restored_again(task):
    episode = patient(task, 4)
    episode.apply(HOLD)
    snapshot = episode.snapshot()
    frozen = pickle.dumps(snapshot)
    endings = []
    for _ in range(3):
        while episode.stop_reason is None:
            episode.apply(wrong(episode))
        endings.append((episode.dialogue.messages(), episode.stop_reason, episode.dialogue.outcome))
        episode.restore(snapshot)
        assert episode.turn == 1
        assert len(episode.dialogue.turns) == 1
    assert endings[0] == endings[1] == endings[2]
    other = task.episode()
    other.restore(pickle.loads(frozen))
    other.dialogue.task = task
    while other.stop_reason is None:
        other.apply(wrong(other))
    assert (other.dialogue.messages(), other.stop_reason, other.dialogue.outcome) == endings[0]


def test_a_snapshot_does_not_copy_the_task(task):
    class Heavy(GuessColour):
        def __deepcopy__(self, memo):
            raise AssertionError("copied")

    episode = Heavy().episode()
    episode.start("train", 0)
    snapshot = episode.snapshot()
    assert "task" not in snapshot
    episode.restore(snapshot)
    assert episode.dialogue.task is episode.task


def test_an_event_is_rendered_once_when_it_is_read():
    calls = []

    def render():
        calls.append(1)
        return "words"

    event = Event("user", ("content",), render)
    assert not calls
    assert event.text == event.text == "words"
    assert event.message() == {"role": "user", "content": "words"}
    assert len(calls) == 1


def test_a_pickled_event_keeps_role_content_and_text():
    event = Event("tool", {"a": 1}, lambda: "words")
    copied = pickle.loads(pickle.dumps(event))
    assert (copied.role, copied.content, copied.text) == ("tool", {"a": 1}, "words")
    assert copy.deepcopy(event) is event


def test_stop_reasons_are_their_names():
    assert {str(reason) for reason in StopReason} == {
        "completed", "closed", "transferred", "hung_up", "max_turns",
    }  # fmt: skip


def test_a_dialogue_begins_empty(task):
    dialogue = Dialogue(task, "train", 1, 0)
    assert dialogue.messages() == []
    assert dialogue.turns == []
    assert dialogue.stop is None
    assert dialogue.outcome is None
