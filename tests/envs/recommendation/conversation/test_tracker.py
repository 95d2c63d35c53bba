"""What lists of the numeric view are made of: they keep to what was told last."""

from types import SimpleNamespace

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.schema import Schema
from dialogue_gym.envs.recommendation.conversation.speech import catalogue_event
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.conversation.tracker import STRATEGIES, without
from dialogue_gym.envs.recommendation.films.schema import FILMS
from dialogue_gym.episode import Event

TASK = load_task("medium")
CATALOGUE = TASK.catalogue("train")


def said(*acts):
    return (Event("user", acts, lambda: ""),)


@pytest.fixture
def tracker():
    tracker = TASK.tracker()
    opening = catalogue_event(CATALOGUE.name, len(CATALOGUE))
    tracker.reset((opening, *said(Act("look", {"category": "book"}))))
    return tracker


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_lists_keep_to_a_limit_that_is_told_after_an_earlier_list(tracker, strategy):
    items = [CATALOGUE[item] for item in tracker.pick(strategy)]
    assert items
    assert {item.tags[0] for item in items} == {"book"}
    limit = min(item.price for item in items) - 0.01
    tracker.observe((), said(Act("critique", {"budget": limit})))
    cheaper = [CATALOGUE[item] for item in tracker.pick(strategy)]
    assert all(item.price <= limit for item in cheaper)
    assert cheaper != items
    tracker.observe((), said(Act("inform", {"budget": None})))
    assert [CATALOGUE[item] for item in tracker.pick(strategy)] == items


def test_lists_are_of_the_next_thing_once_one_is_taken(tracker):
    (first,) = tracker.pick("match")
    tracker.observe((), said(Act("taken", {"item": first}), Act("next", {"category": "gadget"})))
    assert {CATALOGUE[item].tags[0] for item in tracker.pick("match3")} == {"gadget"}


def test_every_act_is_about_something_in_the_built_in_catalogue():
    assert not without(TASK.corpus)


def test_acts_about_what_nothing_has_are_left_out():
    """Films, for example: no moods and no prices. A catalogue without styles has no questions about those."""
    films = SimpleNamespace(schema=FILMS, prices={})
    assert without(films) == {"ask:tone", "answer:tone", "ask:budget", "answer:price"}
    lamps = Schema({"category": ("lamp",), "theme": ("red",), "tone": (), "style": ()})
    plain = SimpleNamespace(schema=lamps, prices={"lamp": (1.0, 2.0)})
    assert without(plain) == {"ask:tone", "answer:tone", "ask:style", "answer:style"}
