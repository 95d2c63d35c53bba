from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from dialogue_gym.agents.llm._readers import Mode
from dialogue_gym.agents.llm.batch import collate
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import NonFiniteError, Policy
from dialogue_gym.agents.llm.rollout import DialogueSampler
from dialogue_gym.agents.llm.trajectory import End, Trajectory
from dialogue_gym.errors import ConfigurationError

SCENARIOS = [0, 0, 1, 2, 5, 100, 4, 0]
TRIALS = [0, 0, 0, 0, 1, 0, 0, 3]


def play(policy: Policy, chat: ChatFormat, env: Any, **more: Any) -> list[Trajectory]:
    settings = {"max_turn_tokens": 12, "context_limit": 400} | {
        name: more.pop(name) for name in ("max_turn_tokens", "context_limit") if name in more
    }
    sampler = DialogueSampler(policy, chat, **settings)
    n = env.num_envs
    return sampler.play(env, more.pop("scenarios", SCENARIOS[:n]), more.pop("trials", TRIALS[:n]), **more)


def reread(policy: Policy, trajectories: list[Trajectory]) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities and values of all action tokens, from one plain padded forward pass."""
    with torch.no_grad():
        scores = policy.score(collate(trajectories))
    return scores.logprobs.numpy(), scores.values.numpy()


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize(
    ("kind", "mode"), [("qwen2", Mode.KEPT), ("llama", Mode.KEPT), ("mistral_with_window", Mode.PER_TURN)]
)
def test_sampling_time_scores_equal_rereading(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any, kind: str, mode: Mode, attention: str
) -> None:
    policy = make_policy(kind, attention=attention, temperature=0.7)
    assert DialogueSampler(policy, chat).mode is mode
    trajectories = play(policy, chat, counting_env(8))
    logprobs, values = reread(policy, trajectories)
    np.testing.assert_allclose(np.concatenate([t.logprobs for t in trajectories]), logprobs, atol=1e-4)
    np.testing.assert_allclose(np.concatenate([t.values for t in trajectories]), values, atol=1e-4)


@pytest.mark.parametrize("kind", ["qwen2", "llama", "mistral_with_window"])
def test_greedy_tokens_equal_those_of_rereading_everything(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any, kind: str
) -> None:
    policy = make_policy(kind)
    for t in play(policy, chat, counting_env(8), greedy=True):
        with torch.no_grad():
            logits = policy.model(torch.from_numpy(t.tokens)[None]).logits[0]
        positions = t.action_positions
        np.testing.assert_array_equal(logits[positions - 1].argmax(-1).numpy(), t.tokens[positions])


def test_a_dialogue_is_the_same_in_any_batch(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    policy = make_policy("llama")
    together = play(policy, chat, counting_env(8), seed=3, iteration=2)
    order = [5, 2, 7]
    apart = play(
        policy,
        chat,
        counting_env(3),
        scenarios=[SCENARIOS[row] for row in order],
        trials=[TRIALS[row] for row in order],
        dialogues=order,
        seed=3,
        iteration=2,
    )
    for row, alone in zip(order, apart, strict=True):
        np.testing.assert_array_equal(alone.tokens, together[row].tokens)
        np.testing.assert_array_equal(alone.turns, together[row].turns)
        assert alone.info == together[row].info


def test_draws_are_keyed_and_leave_the_global_generator_alone(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    policy = make_policy()
    before = torch.get_rng_state()
    one = play(policy, chat, counting_env(2), seed=1)
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(99)
    two = play(policy, chat, counting_env(2), seed=1)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.tokens, b.tokens)
    assert not np.array_equal(one[0].tokens, one[1].tokens), "members of a group draw differently"
    other = play(policy, chat, counting_env(2), seed=1, iteration=1)
    assert not np.array_equal(one[0].tokens, other[0].tokens)


def test_a_trajectory_records_what_was_said_and_paid(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    env = counting_env(8)
    trajectories = play(make_policy(), chat, env)
    for row, t in enumerate(trajectories):
        said = [m["content"] for m in t.info["messages"] if m["role"] == "assistant"]
        assert said == [actions[row] for actions in env.actions if actions[row] is not None]
        assert said == [chat.text(t.tokens[start:stop].tolist()) for start, stop in t.turns]
        np.testing.assert_allclose(t.rewards, [len(text) / 100.0 for text in said], rtol=1e-6)
        assert len(said) == 2 + SCENARIOS[row] % 3
        assert t.end is (End.TRUNCATED if SCENARIOS[row] >= 100 else End.TERMINATED)
        assert t.bootstrap_value == 0.0
        assert (t.scenario, t.trial, t.dialogue) == (SCENARIOS[row], TRIALS[row], row)
        assert t.info["outcome"] == {"turns": len(said)}
        assert t.info["stop_reason"] == "completed"
        assert [terms["length"] for terms in t.info["reward_terms"]] == pytest.approx(t.rewards.tolist())
        ends = t.tokens[t.turns[:, 1] - 1]
        np.testing.assert_array_equal(np.isin(ends, list(chat.turn_end_ids)), t.finished)


def test_tokens_between_turns_are_increments_and_close_turns_cut_by_length(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    trajectories = play(make_policy(), chat, counting_env(8), max_turn_tokens=3, seed=5)
    assert {bool(finished) for t in trajectories for finished in t.finished[:-1]} == {True, False}
    for t in trajectories:
        heard = [m for m in t.info["messages"] if m["role"] != "assistant"]
        for k in range(len(t.turns) - 1):
            start, stop = int(t.turns[k, 1]), int(t.turns[k + 1, 0])
            increment = t.tokens[start:stop].tolist()
            assert increment == chat.increment([heard[k + 1]], last_token=int(t.tokens[start - 1]))
            assert (increment[0] == chat.turn_end_id) is not bool(t.finished[k])


def test_a_full_context_is_cut_and_bootstrapped_where_the_next_turn_would_begin(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    policy = make_policy()
    env = counting_env(3)
    trajectories = play(policy, chat, env, scenarios=[200, 0, 201], trials=[0, 0, 0], context_limit=150)
    assert [t.end for t in trajectories] == [End.CUT, End.TERMINATED, End.CUT]
    for t in trajectories[::2]:
        heard = t.info["messages"][-1]
        assert t.info["messages"][-2]["role"] == "assistant"
        tail = chat.increment([heard], last_token=int(t.tokens[t.turns[-1, 1] - 1]))
        assert t.tokens[t.turns[-1, 1] :].tolist() == tail
        assert len(t.tokens) + 12 > 150
        assert t.turns[-1, 1] <= 150
        with torch.no_grad():
            at = torch.zeros(1, dtype=torch.int64)
            value = policy.read(torch.from_numpy(t.tokens)[None], at, at + len(t.tokens) - 1).values.item()
        assert t.bootstrap_value == pytest.approx(value, abs=1e-4)
    assert all(actions[1] is None for actions in env.actions[2:])


def test_an_observation_beyond_the_models_positions_is_shortened_for_its_value(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    class Talkative(counting_env):  # type: ignore[misc]
        def _info(self, row: int) -> dict[str, Any]:
            info: dict[str, Any] = super()._info(row)
            if self._turns[row] == 2:
                info["messages"][0]["content"] = "on and on " * 400
            return info

    (t,) = play(make_policy(), chat, Talkative(1), scenarios=[200], trials=[0], context_limit=10_000)
    assert t.end is End.CUT
    assert len(t.tokens) == 512
    assert np.isfinite(t.bootstrap_value)
    assert t.tokens[-1] == chat.prompt("", None, [])[-1], "the generation prompt is kept"


def test_group_members_and_common_openings_are_read_once(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = make_policy()
    read: list[int] = []
    plain = Policy.read

    def counting(self: Policy, tokens: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        read.append(tokens.numel())
        return plain(self, tokens, *args, **kwargs)

    sampler = DialogueSampler(policy, chat, max_turn_tokens=1)
    monkeypatch.setattr(Policy, "read", counting)
    prompt = chat.prompt("# Counting desk", None, [{"role": "user", "content": "from 0, thank you"}])
    sampler.play(counting_env(16), [0] * 16, [0] * 16)
    assert read[0] == len(prompt)


def test_what_cannot_be_played_is_refused(
    make_policy: Callable[..., Policy], chat: ChatFormat, counting_env: Any
) -> None:
    policy = make_policy()
    with pytest.raises(ConfigurationError, match="Raise context_limit"):
        play(policy, chat, counting_env(1), max_turn_tokens=60, context_limit=64)
    with pytest.raises(ConfigurationError, match="one of trials per row, 2, got 1"):
        play(policy, chat, counting_env(2), trials=[0])
    policy.model.lm_head.weight.data[3] = torch.nan
    with pytest.raises(NonFiniteError, match="diverged"):
        play(policy, chat, counting_env(1))
