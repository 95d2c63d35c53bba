"""The answer chosen for each matter decides about success, is measured, and can't be guessed by trying all."""

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.measures import answer_metrics
from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.episode import Event

TASK = load_task("banking", "easy")


def begin(scenario=0):
    episode = TASK.episode()
    episode.start("train", scenario)
    return episode


def choose(*templates):
    return [Act("use_template", {"template": template}, True) for template in templates]


def finish(episode):
    while episode.stop_reason is None:
        episode.apply(episode.oracle_acts())
    return episode.dialogue.outcome


def wrong(episode):
    return next(kind for kind in TASK.domain.kinds if kind != episode.matters[0].kind)


def test_a_wrong_answer_fails_although_all_else_is_right():
    episode = begin()
    outcome = finish(episode)
    assert outcome["success"]
    episode = begin()
    kind = episode.matters[0].kind
    while len(episode.calls) == 0 or episode.customer.matter is not None:
        episode.apply(episode.oracle_acts())
    episode.apply(choose(wrong(episode)))
    outcome = finish(episode)
    assert outcome["resolved"]
    assert not outcome["answered"]
    assert not outcome["success"]
    assert outcome["answers"] == f"{kind}\t{wrong(episode)}"


def test_the_last_choice_counts():
    episode = begin()
    episode.apply(choose(wrong(episode)))
    outcome = finish(episode)
    assert outcome["answered"]
    assert outcome["success"]


def test_trying_all_templates_earns_no_progress():
    right, all_ = begin(), begin()
    first = right.apply(choose(right.matters[0].kind))
    every = all_.apply(
        choose(*(kind for kind in TASK.domain.kinds if kind != all_.matters[0].kind), all_.matters[0].kind)
    )
    assert first.facts["progress"] > 0
    assert every.facts["progress"] == 0


def test_an_unknown_template_is_answered_with_the_choices():
    turn = begin().apply(choose("card_arival"))
    (event,) = [event for event in turn.heard if event.role == "tool"]
    assert "must be one of" in event.content[1]["error"]


def test_metrics_by_hand():
    """Two of three answers are right, two of three articles were found, and one of four questions was needless."""
    metrics = {metric.name: metric for metric in answer_metrics(("a", "b", "c"), 3)}
    outcomes = [
        {"answers": "a\ta\nb\ta", "documents_needed": 2, "documents_found": 1, "questions": 3, "needless_questions": 1},
        {"answers": "c\tc", "documents_needed": 1, "documents_found": 1, "questions": 1, "needless_questions": 0},
    ]

    def value(name):
        metric = metrics[name]
        return float(metric.value(np.sum([metric.count(outcome) for outcome in outcomes], axis=0)))

    assert value("answer_accuracy") == pytest.approx(2 / 3)
    assert value("answer_macro_precision") == pytest.approx((1 / 2 + 0 + 1) / 3)
    assert value("answer_macro_recall") == pytest.approx((1 + 0 + 1) / 3)
    assert value("answer_macro_f1") == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert value("recall_at_3") == pytest.approx(2 / 3)
    assert value("needless_question_share") == pytest.approx(1 / 4)


def test_needless_questions_are_counted():
    episode = begin(3)
    scenario = 3
    while episode.matters[0].hint:
        scenario += 1
        episode = begin(scenario)
    episode.apply([Act("ask", {"slot": "matter"})])
    assert (episode.customer.questions, episode.customer.needless) == (1, 1), "it was said plainly"
    episode.apply([Act("ask", {"slot": "identity"})])
    assert (episode.customer.questions, episode.customer.needless) == (2, 1)


def test_customers_give_their_postcode_with_their_email_address():
    task = load_task("banking", "easy", None, ("change_pin",))
    ways = set()
    for scenario in range(20):
        episode, tracker = task.episode(), task.tracker()
        tracker.reset(episode.start("train", scenario))
        find = task.act_names.index("call:find_customer")
        asked = [Act("ask", {"slot": "identity"})]
        tracker.observe(asked, episode.apply(asked).heard)
        assert tracker.mask[find]
        ways.add(tuple(tracker.identity))
        episode.apply(tracker.ground(find))
        assert episode.desk.customer == episode.customer.profile.key
    assert ways == {("email", "zip"), ("name", "zip")}


def test_half_of_what_verifies_somebody_is_not_enough_to_try():
    task = load_task("banking", "easy")
    episode, tracker = task.episode(), task.tracker()
    tracker.reset(episode.start("train", 0))
    find = task.act_names.index("call:find_customer")
    for given, enough in (({"email": "a@example.com"}, 0), ({"zip": "12345"}, 1)):
        tracker.observe([Act("hold")], [Event("user", (Act("inform", given),), str)])
        assert tracker.mask[find] == enough
