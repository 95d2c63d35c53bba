"""What an agent sees is what was said and shown: nothing hidden gets into observations, infos or masks."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.agent import AGENT_KEYS, agent_info
from dialogue_gym.draws import Stream
from dialogue_gym.envs.recommendation.catalogue.schema import TAG_NUMBER

RESET_KEYS = {"instructions", "tools", "messages", "action_mask"}
STEP_KEYS = {"messages", "action_mask", "reward_terms"}
LAST_KEYS = {"stop_reason", "outcome"}
FINAL_KEYS = {"final_obs", "final_info"}

# What is hidden, and can be altered without anybody being told. Every task needs an entry (see `alterations_of`):
# name of the alteration -> (what it does to an episode that has just begun, acts that may be played after it without
# expressing it). An alteration gives False where the scenario at hand has no such thing.


def _label(episode: Any) -> bool:
    label = episode.headline.label
    other = {"negative": "positive", "positive": "neutral", "neutral": "negative"}[label.sentiment]
    topic = "ratings" if label.topic != "ratings" else "economy"
    episode.headline = episode.headline._replace(label=label._replace(sentiment=other, topic=topic))
    return True


def _kind(episode: Any) -> bool:
    episode.headline = episode.headline._replace(kind="hidden")
    return True


def _sector(episode: Any) -> bool:
    headline = episode.headline
    episode.headline = headline._replace(company=headline.company._replace(sector="lighthouse keeper"))
    return True


def _mood(episode: Any) -> bool:
    episode.customer.mood = min(1.0, episode.customer.mood + 0.07)
    return True


def _persona(episode: Any) -> bool:
    persona = episode.customer.persona
    episode.customer.persona = replace(
        persona, patience=min(1.0, persona.patience * 1.4), pressure=3 - persona.pressure, digresses=0.9, slips=0.9
    )
    return True


def _upcoming(episode: Any) -> bool:
    later = episode.customer.upcoming
    hidden = [each.goal for each in later]
    later.clear()
    episode.matters = [matter for matter in episode.matters if matter not in hidden]
    return bool(hidden)


def _profile(episode: Any) -> bool:
    customer = episode.customer
    customer.profile = replace(customer.profile, name="Nobody Special", email="hidden@example.com", zip="00000")
    return True


def _goal(episode: Any) -> bool:
    goal = episode.customer.matter.goal
    goal.tells, goal.changes, goal.facts = ("done",), (), {}
    goal.refusal = "out_of_scope" if goal.refusal is None else None
    goal.lookups, goal.documents, goal.second_thought, goal.wish = (), (), None, None
    return True


def _details(episode: Any) -> bool:
    matter = episode.customer.matter
    unsaid = [slot for slot in matter.goal.slots if slot not in matter.given]
    for slot in unsaid:
        matter.goal.slots[slot] = "hidden"
    return bool(unsaid)


def _records(episode: Any) -> bool:
    tables = episode.desk.database.tables
    for table in tables.values():
        for row, columns in list(table.items()):
            table[row] = {name: "hidden" if isinstance(value, str) else value for name, value in columns.items()}
    return True


def _taste(episode: Any) -> bool:
    user = episode.user
    user.taste = [-liking for liking in user.taste]
    user.person = user.person._replace(taste=tuple(user.taste))
    return True


def _eye(episode: Any) -> bool:
    person = episode.user.person
    episode.user.person = person._replace(cascade=not person.cascade, eye=0.7, thrift=2.0, gullible=0.1)
    return True


def _likes(episode: Any) -> bool:
    """Another mood, price limit and style than those that nobody has asked for; the taste that was told stays."""
    shopper = episode.shopper
    shopper.wish = shopper.wish._replace(tone="cosy" if shopper.wish.tone != "cosy" else "funny", budget=11.0)
    taste = list(shopper.person.taste)
    for style in ("classic", "modern", "handmade", "minimal"):
        taste[TAG_NUMBER[style]] *= -3.0
    shopper.person = shopper.person._replace(taste=tuple(taste), eye=0.7, thrift=2.0, gullible=0.1)
    shopper.user.person, shopper.user.taste = shopper.person, shopper.wish.taste(shopper.person, shopper.schema)
    return True


def _later_wishes(episode: Any) -> bool:
    shopper = episode.shopper
    shopper.wishes = (shopper.wish, *(wish._replace(category="news", tone="cosy") for wish in shopper.wishes[1:]))
    return True


def _patience(episode: Any) -> bool:
    episode.shopper.patience += 3.0
    return True


def _says(*acts: Act) -> tuple[tuple[Act, ...], ...]:
    return tuple((act,) for act in acts)


def _later_phases(episode: Any) -> bool:
    """From a later tick on, every topic is in the middle of a severe surge, or calm."""
    later = [
        phases[:_LATER] + tuple(13 - min(max(p, 0), 1) * 13 for p in phases[_LATER:]) for phases in _paths(episode)
    ]
    episode.topics = tuple(t._replace(phases=p) for t, p in zip(episode.topics, later, strict=True))
    return True


def _surges(episode: Any) -> bool:
    episode.topics = tuple(
        topic._replace(surges=tuple(surge._replace(first=0, severity=3 - surge.severity) for surge in topic.surges))
        for topic in episode.topics
    )
    return True


def _unread(episode: Any) -> bool:
    episode.texts = [text._replace(sentiment=(text.sentiment + 1) % 3) for text in episode.texts]
    return bool(episode.texts)


def _paths(episode: Any) -> list[tuple[int, ...]]:
    return [topic.phases for topic in episode.topics]


_LATER = 5
"""Bulletins that come before the altered ones."""
_LOOK = _says(Act("hold"), Act("background"), Act("unclear"))
_SHOW = _says(Act("slate", {"items": ()}), Act("hold"), Act("unclear"))
_TALK = _says(Act("greet"), Act("hold"), Act("clarify"), Act("no_such_tool", {}, True), Act("silence"))

_SEARCH = _says(
    Act("silence"),
    Act("unclear"),
    Act("ask", {"about": "avoid"}),
    Act("search_catalogue", {"query": "cosy film"}, True),
)
_WATCH = _says(Act("alert", {"topic": "earnings", "severity": 1}), Act("read", {"id": "t0"}), Act("unclear"))

ALTERATIONS: dict[str, dict[str, tuple[Callable[[Any], bool], tuple[tuple[Act, ...], ...]]]] = {
    "sentiment_classification": {
        "label": (_label, _LOOK),
        "kind": (_kind, _LOOK),
        "sector": (_sector, _says(Act("hold"), Act("unclear"))),
    },
    "recommendation": {
        "mood, budget, style and eye": (_likes, _SEARCH),
        "later wishes": (_later_wishes, (*_SEARCH, *_says(Act("ask", {"about": "tone"})))),
        "patience": (_patience, _SEARCH),
    },
    "slate_recommendation": {
        "taste": (_taste, _SHOW),
        "eye, thrift and gullibility": (_eye, _SHOW),
    },
    "sentiment_monitor": {
        "later phases": (_later_phases, _WATCH),
        "surges": (_surges, _WATCH),
        "sentiment of what was not read": (_unread, (_WATCH[0], (), ())),
    },
    "customer_service": {
        "mood": (_mood, _TALK[:3]),
        "persona": (_persona, _TALK[:3]),
        "later matters": (_upcoming, _TALK),
        "identity": (_profile, _TALK),
        "goal": (_goal, _TALK),
        "details": (_details, _TALK),
        "records": (_records, _TALK),
    },
}


def alterations_of(task: Any) -> dict[str, Any]:
    found = [table for name, table in ALTERATIONS.items() if task.name.startswith(name)]
    assert found, f"Say in ALTERATIONS what is hidden in {task.name!r}, so that it can be tested not to leak."
    return found[0]


def visible(env: Any) -> Any:
    view = env.unwrapped.view
    mask = env.unwrapped.action_masks() if hasattr(env.unwrapped, "action_masks") else None
    return view.observation(), view.info(), view.opening_info(), mask


def test_hidden_state_that_was_not_expressed_is_not_seen(env_id, difficulty, make, tools):
    env = make(env_id, difficulty=difficulty, split="val")
    for name, (alter, acts) in alterations_of(env.unwrapped.task).items():
        altered = 0
        for scenario in range(15):
            tools.begin(env, scenario)
            other = copy.deepcopy(env)
            if not alter(other.unwrapped.episode):
                continue
            altered += 1
            assert tools.same(visible(other), visible(env)), name
            for turn in acts:
                twins = copy.deepcopy(env), copy.deepcopy(other)
                for each in twins:
                    view = each.unwrapped.view
                    played = view.episode.apply(turn)
                    view._hear(played, played.heard)
                assert tools.same(*map(visible, twins)), (name, turn)
        assert altered or difficulty == "easy", f"no scenario has a {name} to alter"


def test_features_and_mask_are_functions_of_the_transcript(acts_id, difficulty, make, tools):
    env = make(acts_id, difficulty=difficulty, nlu_error=0.0)
    for scenario in range(8):
        tools.begin(env, scenario)
        view = env.unwrapped.view
        for _ in tools.go_on(env, tools.choices["wandering"], Stream(scenario)):
            # pickled, events keep what was said and shown, and lose whatever else their making knew
            tracker = tools.believe(tools.thawed(view))
            assert np.array_equal(tracker.features, view.tracker.features)
            assert np.array_equal(tracker.mask, view.tracker.mask)
            assert np.array_equal(env.unwrapped.action_masks(), tracker.mask.astype(bool))


def test_infos_hold_what_they_may_and_nothing_else(env_id, difficulty, make, tools):
    env = make(env_id, difficulty=difficulty)
    own = {"messages", "instructions", "tools"} if isinstance(env.action_space.sample(), str) else {"action_mask"}
    for scenario in range(6):
        for choose in ("oracle", "random"):
            _, seen = tools.play(env, choose, scenario)
            assert seen[0].info.keys() == RESET_KEYS & own
            for step in seen[1:-1]:
                assert step.info.keys() == STEP_KEYS & (own | {"reward_terms"})
            assert seen[-1].info.keys() == (STEP_KEYS & (own | {"reward_terms"})) | LAST_KEYS
            for step in seen:
                assert_plain(step.info)
                assert agent_info(step.info).keys() <= set(AGENT_KEYS)


@pytest.mark.parametrize("mode", ["next_step", "same_step", "disabled"])
def test_infos_of_vectors_hold_what_they_may_and_nothing_else(env_id, mode, make_vec, tools):
    vector = make_vec(env_id, 3, autoreset_mode=mode, max_turns=3)
    allowed = RESET_KEYS | STEP_KEYS | LAST_KEYS | (FINAL_KEYS if mode == "same_step" else set())
    _, infos = vector.reset(seed=4)
    for step in range(3):
        assert {name.removeprefix("_") for name in infos} <= allowed
        for row in vector.infos:
            if row is not None:
                assert_plain({name: value for name, value in row.items() if name != "final_obs"})
        if mode == "disabled" and any(view.dialogue.stop is not None for view in vector.views):
            break
        *_, infos = vector.step([tools.choices["wandering"](view, Stream(step)) for view in vector.views])


def assert_plain(value: Any) -> None:
    """Strings and numbers in lists and dicts: no object that leads anywhere."""
    if isinstance(value, dict):
        for name, each in value.items():
            assert type(name) is str
            assert_plain(each)
    elif isinstance(value, list):
        for each in value:
            assert_plain(each)
    elif isinstance(value, np.ndarray):
        assert value.dtype.kind in "bif"
    else:
        assert type(value) in (str, float, int, bool), value


def test_altering_what_was_given_alters_nothing(env_id, make, tools):
    env = make(env_id)
    actions, reference = tools.play(tools.thawed(env), "wandering", 3)
    seen = tools.begin(env, 3)
    for action in actions:
        deface(seen.observation)
        deface({name: value for name, value in seen.info.items() if name != "tools"})
        seen = type(seen)(*env.step(action))
    assert tools.same(seen, reference[-1])


def deface(value: Any) -> None:
    if isinstance(value, dict):
        for each in list(value.values()):
            deface(each)
        value.clear()
    elif isinstance(value, list):
        for each in value:
            deface(each)
        value.clear()
    elif isinstance(value, np.ndarray):
        value[...] = 0


def test_instructions_and_tools_are_those_of_the_task_whatever_the_scenario_hides(text_id, make, tools):
    env = make(text_id, difficulty="hard")
    tools_given, instructions = [], set()
    for scenario in range(20):
        info = tools.begin(env, scenario).info
        tools_given.append(info["tools"])
        instructions.add("".join(c for c in info["instructions"] if not c.isdigit()))
    assert all(given == tools_given[0] for given in tools_given)
    assert len(instructions) == 1, "only a date may differ"
