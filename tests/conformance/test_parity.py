"""Equal acts through every view give equal transcripts, rewards and outcomes."""

import copy

import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.errors import ActionTypeError

SCENARIOS = range(6)


def played(env):
    """What an episode left behind, whichever view it was played through."""
    dialogue = env.unwrapped.view.dialogue
    return {
        "messages": dialogue.messages(),
        "facts": [turn.facts for turn in dialogue.turns],
        "stop": dialogue.stop,
        "outcome": dict(dialogue.outcome),
    }


def earned(seen):
    return [(step.reward, step.info.get("reward_terms")) for step in seen]


def as_text(env, acts):
    return [env.unwrapped.task.render(turn) for turn in acts]


@pytest.mark.parametrize("nlu_error", [0.0, None, 0.5], ids=["exact", "default", "noisy"])
@pytest.mark.parametrize("choose", ["oracle", "random", "wandering"])
def test_text_replays_what_numbers_played(pair, difficulty, choose, nlu_error, make, tools):
    text_id, acts_id = pair
    text = make(text_id, split="val", difficulty=difficulty)
    numbers = make(acts_id, split="val", difficulty=difficulty, nlu_error=nlu_error)
    for scenario in SCENARIOS:
        _, by_number = tools.play(numbers, choose, scenario)
        by_text = tools.replay(text, as_text(text, tools.acts_played(numbers)), scenario)
        assert played(text) == played(numbers)
        assert earned(by_text) == earned(by_number)
        flags = [(seen.terminated, seen.truncated) for seen in by_text]
        assert flags == [(seen.terminated, seen.truncated) for seen in by_number]
        assert by_text[-1].info["outcome"] == by_number[-1].info["outcome"]
        assert by_text[-1].info["stop_reason"] == by_number[-1].info["stop_reason"]


def test_misrecognition_changes_what_is_observed_and_nothing_else(acts_id, make, tools):
    exact = make(acts_id, difficulty="hard", nlu_error=0.0)
    noisy = make(acts_id, difficulty="hard", nlu_error=0.6)
    differences = 0
    for scenario in range(12):
        one, other = tools.begin(exact, scenario), tools.begin(noisy, scenario)
        differences += not tools.same(one.observation, other.observation)
        for acts in ([Act("hold")], [], [Act("hold")]):
            views = exact.unwrapped.view, noisy.unwrapped.view
            for view in views:  # the same acts, whatever number they have
                if view.dialogue.stop is None:
                    view.episode.apply(acts)
        assert exact.unwrapped.view.dialogue.messages() == noisy.unwrapped.view.dialogue.messages()
    assert differences > 0, "nlu_error does nothing"


def test_every_view_and_vector_row_plays_the_same(pair, difficulty, make, make_vec, tools):
    text_id, acts_id = pair
    kwargs = {"split": "test", "difficulty": difficulty}
    rows = 4
    numbers = make(acts_id, nlu_error=0.0, **kwargs)
    by_number, by_text, reference = [], [], []
    for scenario in range(rows):
        actions, seen = tools.play(numbers, "wandering", scenario)
        by_number.append(actions)
        by_text.append(as_text(numbers, tools.acts_played(numbers)))
        reference.append((played(numbers), earned(seen[1:])))
    numeric = make_vec(acts_id, rows, nlu_error=0.0, **kwargs)
    assert vector_plays(numeric, by_number) == reference
    assert vector_plays(make_vec(text_id, rows, **kwargs), by_text) == reference


def vector_plays(vector, actions):
    """The first episode of every row, from scenario 0 on; rows that are through go on with their first action."""
    rows = range(vector.num_envs)
    vector.reset(options={"scenario": np.arange(vector.num_envs)})
    ended = [None for _ in rows]
    earnings = [[] for _ in rows]
    for turn in range(max(map(len, actions))):
        given = [row[turn] if turn < len(row) else row[0] for row in actions]
        _, rewards, terminated, truncated, _ = vector.step(given)
        for i in rows:
            if ended[i] is None:
                earnings[i].append((float(rewards[i]), vector.infos[i]["reward_terms"]))
                if terminated[i] or truncated[i]:
                    dialogue = vector.views[i].dialogue
                    assert terminated[i] == (dialogue.stop != "max_turns")
                    ended[i] = {
                        "messages": dialogue.messages(),
                        "facts": [each.facts for each in dialogue.turns],
                        "stop": dialogue.stop,
                        "outcome": vector.infos[i]["outcome"],
                    }
    return list(zip(ended, earnings, strict=True))


@pytest.mark.parametrize("choose", ["oracle", "random", "wandering"])
def test_canonical_text_means_what_it_was_made_from(acts_id, difficulty, choose, make, tools):
    env = make(acts_id, split="val", difficulty=difficulty, nlu_error=0.0)
    task = env.unwrapped.task
    checked = set()
    for scenario in range(10):
        tools.begin(env, scenario)
        stream = Stream(scenario)
        for _ in tools.go_on(env, tools.choices[choose], stream):
            tracker = env.unwrapped.view.tracker
            for action in tools.legal_actions(task.action_space, tracker.mask):
                acts = tuple(tracker.ground(action))
                if repr(acts) not in checked:
                    checked.add(repr(acts))
                    assert task.parse(task.render(acts)) == acts
            if env.unwrapped.view.dialogue.stop is None:
                acts = tuple(env.unwrapped.episode.oracle_acts())
                assert task.parse(task.render(acts)) == acts


def test_every_rule_based_action_means_the_same_in_both_views(pair, difficulty, make, tools):
    from dialogue_gym.agents import make_agent

    _, acts_id = pair
    env = make(acts_id, split="val", difficulty=difficulty)
    task = env.unwrapped.task
    agent = make_agent("rule", env=env)
    for scenario in range(8):
        agent.reset(np.ones(1, dtype=bool))
        seen = tools.begin(env, scenario)
        while not (seen.terminated or seen.truncated):
            (action,) = agent.act([seen.observation], [seen.info])
            seen = type(seen)(*env.step(action))
        for acts in tools.acts_played(env):
            assert task.parse(task.render(acts)) == tuple(acts)


def test_an_illegal_number_costs_a_turn_and_no_more(acts_id, make, tools):
    env = make(acts_id)
    for scenario in range(3):
        tools.play(env, "wandering", scenario)
        tools.begin(env, scenario)
        view = env.unwrapped.view
        list(zip(range(2), tools.go_on(env, tools.choices["oracle"], Stream(0)), strict=False))
        illegal = tools.illegal_actions(view.action_space, view.tracker.mask)
        if view.dialogue.stop is not None or not illegal:
            continue
        turn = view.episode.turn
        _, idle, _, _, idle_info = copy.deepcopy(env).step(tools.null_action(view.task))
        _, reward, _, _, info = env.step(illegal[0])
        assert view.episode.turn == turn + 1
        assert reward <= max(idle, 0.0), "more than doing nothing earns"
        assert all(value <= max(idle_info["reward_terms"][name], 0.0) for name, value in info["reward_terms"].items())


def test_actions_of_the_wrong_type_are_refused_and_change_nothing(env_id, make, tools):
    env = make(env_id)
    text = isinstance(env.action_space.sample(), str)
    tools.begin(env, 0)
    count = len(env.unwrapped.task.act_names)
    wrong = [None, 1.5, [], {}, b"hold", (), object(), np.float32(1), float("nan")]
    wrong += [0, np.int64(1), True] if text else ["hold", "0", -1, count, np.array([0, 1])]
    for action in wrong:
        with pytest.raises(ActionTypeError, match="Expected") as caught:
            env.step(action)
        assert isinstance(caught.value, TypeError)
        assert env.unwrapped.episode.turn == 0
    env.step("" if text else tools.null_action(env.unwrapped.task))
