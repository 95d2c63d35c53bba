"""How an episode ends, and what is told then."""

import pytest

from dialogue_gym.draws import Stream
from dialogue_gym.episode import StopReason
from dialogue_gym.errors import EpisodeOverError

IDLE = 400
"""More turns than any task allows."""


def test_every_ending_has_a_reason_and_an_outcome_and_nothing_comes_earlier(env_id, difficulty, make, tools):
    env = make(env_id, difficulty=difficulty)
    for scenario in range(6):
        for choose in ("oracle", "random", "wandering"):
            _, seen = tools.play(env, choose, scenario)
            for step in seen[:-1]:
                assert not step.terminated
                assert not step.truncated
                assert "outcome" not in step.info
                assert "stop_reason" not in step.info
            last = seen[-1]
            assert last.terminated != last.truncated
            assert last.truncated == (last.info["stop_reason"] == StopReason.MAX_TURNS.value)
            assert last.info["stop_reason"] in {reason.value for reason in StopReason}
            assert type(last.info["stop_reason"]) is str
            assert last.info["outcome"]["success"] in (0, 1)


def test_outcomes_are_plain_and_have_the_same_shape_every_time(env_id, make, tools):
    shapes = set()
    for difficulty in ("easy", "hard"):
        env = make(env_id, difficulty=difficulty)
        for scenario in range(8):
            for choose in ("oracle", "random"):
                outcome = tools.play(env, choose, scenario)[1][-1].info["outcome"]
                shapes.add(tuple((name, type(value)) for name, value in outcome.items()))
    assert len(shapes) == 1, "stacked infos take the first row's type"
    assert {kind for shape in shapes for _, kind in shape} <= {float, int, bool, str}


def test_the_oracle_succeeds(text_id, difficulty, make, tools):
    env = make(text_id, split="val", difficulty=difficulty)
    successes = [tools.play(env, "oracle", scenario)[1][-1].info["outcome"]["success"] for scenario in range(40)]
    assert sum(successes) >= 39


@pytest.mark.parametrize("max_turns", [1, 2, 5])
def test_the_turn_limit_truncates_with_an_outcome(env_id, max_turns, make, tools):
    env = make(env_id, max_turns=max_turns)
    text = isinstance(env.action_space.sample(), str)
    null = tools.null_action(env.unwrapped.task)
    cut = 0
    for scenario in range(5):
        seen = tools.begin(env, scenario)
        for turn in range(max_turns):
            assert not seen.truncated
            seen = type(seen)(*env.step(env.unwrapped.task.render(idle(env, null)) if text else null))
            if seen.terminated:
                break
            assert seen.truncated == (turn + 1 == max_turns)
        cut += seen.truncated
        assert seen.info["stop_reason"] == ("max_turns" if seen.truncated else "hung_up")
        assert "success" in seen.info["outcome"]
    assert cut > 0


def idle(env, null):
    tracker = env.unwrapped.task.tracker()
    tracker.reset(env.unwrapped.view.dialogue.opening)
    return tracker.ground(null)


def test_every_episode_ends_even_if_nothing_is_done(env_id, difficulty, make, tools):
    env = make(env_id, difficulty=difficulty)
    for action in (
        ("", "Hm.") if isinstance(env.action_space.sample(), str) else (tools.null_action(env.unwrapped.task),)
    ):
        seen = tools.replay(env, [action] * IDLE, 0)
        assert seen[-1].terminated or seen[-1].truncated
        assert len(seen) - 1 <= env.unwrapped.task.max_turns
        assert not seen[-1].info["outcome"]["success"]


def test_a_step_beyond_the_end_is_refused(env_id, make, tools):
    env = make(env_id).unwrapped
    action = env.action_space.sample()
    with pytest.raises(EpisodeOverError, match="never started"):
        env.step(action)
    tools.play(env, "oracle", 0)
    outcome = dict(env.view.dialogue.outcome)
    for _ in range(2):
        with pytest.raises(EpisodeOverError, match=r"ended \(\w+\).*reset"):
            env.step(action)
    assert dict(env.view.dialogue.outcome) == outcome
    tools.begin(env, 1)
    env.step(action)


def test_the_last_observation_is_what_was_heard_last(text_id, make, tools):
    env = make(text_id)
    for scenario in range(4):
        _, seen = tools.play(env, "wandering", scenario)
        for step in seen:
            for message in step.info["messages"]:
                assert message["content"] in step.observation
                assert message["role"] in ("user", "tool")


def test_messages_add_up_to_the_transcript(text_id, make, tools):
    env = make(text_id, difficulty="hard")
    for scenario in range(4):
        actions, seen = tools.play(env, "wandering", scenario)
        messages = list(seen[0].info["messages"])
        for action, step in zip(actions, seen[1:], strict=True):
            messages += [{"role": "assistant", "content": action}, *step.info["messages"]]
        assert messages == env.unwrapped.view.dialogue.messages()


def test_rendering_shows_the_transcript(env_id, make, tools, capsys):
    env = make(env_id, render_mode="ansi")
    tools.begin(env, 1)
    list(zip(range(3), tools.go_on(env, tools.choices["wandering"], Stream(1)), strict=False))
    text = env.render()
    for message in env.unwrapped.view.dialogue.messages():
        assert message["content"].split("\n")[0] in text
    human = make(env_id, render_mode="human")
    tools.play(human, "oracle", 2)
    printed = capsys.readouterr().out
    for message in human.unwrapped.view.dialogue.messages():
        assert message["content"].split("\n")[0] in printed
    assert len(printed.strip().split("\n")) == sum(
        len(message["content"].split("\n")) for message in human.unwrapped.view.dialogue.messages()
    ), "each message is printed once"
