import pytest
import torch
from torch import Tensor

from dialogue_gym.agents.llm.advantages import (
    GroupSizeError,
    dialogue_returns,
    grpo_advantages,
    leave_one_out,
    moments,
    reinforce_advantages,
    returns_to_go,
    rloo_advantages,
    turn_aware_gae,
    whiten,
    zero_variance_share,
)
from dialogue_gym.errors import ConfigurationError


def layout(*turns: tuple[int, int], length: int) -> tuple[Tensor, Tensor]:
    """Action mask and turn ends, both (1, length), from half-open spans."""
    mask, ends = torch.zeros(2, 1, length, dtype=torch.bool)
    for start, stop in turns:
        mask[0, start:stop] = True
        ends[0, stop - 1] = True
    return mask, ends


FOUR_TURNS = [(40 + 56 * k, 56 + 56 * k) for k in range(4)]
"""4 turns of 16 action tokens with 40 environment tokens before each."""


@pytest.mark.parametrize(
    ("lambda_turn", "lambda_token", "means"),
    [
        (1.0, 1.0, [0.50, 0.50, 0.50, 0.50]),
        (0.95, 0.95, [0.03, 0.07, 0.15, 0.35]),
        (0.95, 1.0, [0.43, 0.45, 0.48, 0.50]),
    ],
)
def test_credit_per_turn(lambda_turn: float, lambda_token: float, means: list[float]) -> None:
    mask, ends = layout(*FOUR_TURNS, length=224)
    rewards = torch.zeros(1, 224)
    rewards[0, 223] = 1.0
    result = turn_aware_gae(
        rewards,
        torch.full((1, 224), 0.5),
        mask,
        ends,
        torch.zeros(1),
        lambda_turn=lambda_turn,
        lambda_token=lambda_token,
    )
    per_turn = [result.advantages[0, start:stop].mean().item() for start, stop in FOUR_TURNS]
    assert per_turn == pytest.approx(means, abs=0.0051)
    assert not result.advantages[~mask].any()
    assert not result.returns[~mask].any()


def test_the_default_shares_credit_within_a_turn() -> None:
    mask, ends = layout(*FOUR_TURNS, length=224)
    rewards = torch.zeros(1, 224)
    rewards[0, 223] = 1.0
    advantages = turn_aware_gae(rewards, torch.full((1, 224), 0.5), mask, ends, torch.zeros(1)).advantages
    for k, (start, stop) in enumerate(FOUR_TURNS):
        torch.testing.assert_close(advantages[0, start:stop], torch.full((16,), 0.5 * 0.95 ** (3 - k)))


def hand_worked() -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Turns (1-2), (4), (6-7), a reward after the first and a penalty after the second; then a cut."""
    mask, ends = layout((1, 3), (4, 5), (6, 8), length=9)
    rewards = torch.tensor([[0, 0, 1.0, 0, -0.5, 0, 0, 0, 0]])
    values = torch.tensor([[9, 0.2, 0.4, 9, 0.5, 9, 0.1, 0.3, 9]])  # 9: what must not be read
    return rewards, values, mask, ends, torch.tensor([0.8])


def test_hand_worked_case_with_discount_rewards_on_the_way_and_a_cut() -> None:
    result = turn_aware_gae(*hand_worked(), gamma_turn=0.9, lambda_turn=0.5, lambda_token=0.8)
    # t=7: δ = .9·.8 - .3          = .42      A = .42
    # t=6: δ = .3 - .1             = .2       A = .2 + .8·.42             = .536
    # t=4: δ = -.5 + .9·.1 - .5    = -.91     A = -.91 + .9·.5·.536       = -.6688
    # t=2: δ = 1 + .9·.5 - .4      = 1.05     A = 1.05 + .9·.5·(-.6688)   = .74904
    # t=1: δ = .4 - .2             = .2       A = .2 + .8·.74904          = .799232
    expected = torch.tensor([[0, 0.799232, 0.74904, 0, -0.6688, 0, 0.536, 0.42, 0]])
    torch.testing.assert_close(result.advantages, expected)
    values = torch.tensor([[0, 0.2, 0.4, 0, 0.5, 0, 0.1, 0.3, 0]])
    torch.testing.assert_close(result.returns, expected + values)


def test_environment_tokens_and_padding_change_nothing() -> None:
    rewards, values, mask, ends, bootstrap = hand_worked()
    settings = {"gamma_turn": 0.9, "lambda_turn": 0.5, "lambda_token": 0.8}
    plain = turn_aware_gae(rewards, values, mask, ends, bootstrap, **settings).advantages[mask]
    keep = mask[0]
    bare = turn_aware_gae(rewards[:, keep], values[:, keep], mask[:, keep], ends[:, keep], bootstrap, **settings)
    torch.testing.assert_close(bare.advantages[0], plain)
    padded = [torch.nn.functional.pad(x, (3, 5)) for x in (rewards, values, mask, ends)]
    batch = [torch.cat([x, x]) for x in padded]
    batched = turn_aware_gae(*batch, torch.cat([bootstrap, bootstrap]), **settings)
    torch.testing.assert_close(batched.advantages[batch[2]], torch.cat([plain, plain]))


def test_without_a_cut_the_last_value_is_all_there_is_to_lose() -> None:
    rewards, values, mask, ends, _ = hand_worked()
    scored = turn_aware_gae(rewards, values, mask, ends, torch.zeros(1), gamma_turn=0.9)
    assert scored.advantages[0, 7].item() == pytest.approx(-0.3)


def test_misplaced_rewards_and_turn_ends_are_refused() -> None:
    rewards, values, mask, ends, bootstrap = hand_worked()
    rewards[0, 3] = 1.0
    with pytest.raises(ConfigurationError, match="action tokens only"):
        turn_aware_gae(rewards, values, mask, ends, bootstrap)
    ends[0, 3] = True
    with pytest.raises(ConfigurationError, match="end on action tokens"):
        turn_aware_gae(torch.zeros_like(rewards), values, mask, ends, bootstrap)


def test_returns_to_go_discount_between_turns_only() -> None:
    rewards, _, mask, ends, bootstrap = hand_worked()
    returns = returns_to_go(rewards, mask, ends, gamma_turn=0.9)
    # From the end: 0, 0; -.5; 1 + .9·(-.5) = .55, twice.
    torch.testing.assert_close(returns, torch.tensor([[0, 0.55, 0.55, 0, -0.5, 0, 0, 0, 0]]))
    assert dialogue_returns(returns, mask).item() == pytest.approx(0.55)
    cut = returns_to_go(rewards, mask, ends, gamma_turn=0.9, bootstrap_B=bootstrap)
    # From the end: .9·.8 = .72; -.5 + .9·.72 = .148; 1 + .9·.148 = 1.1332.
    torch.testing.assert_close(cut, torch.tensor([[0, 1.1332, 1.1332, 0, 0.148, 0, 0.72, 0.72, 0]]))


def group_of_three() -> tuple[Tensor, Tensor]:
    """Returns-to-go (2 turns of 1 token each) and mask; whole-dialogue returns 3, 1, 2."""
    return torch.tensor([[3.0, 0, 1], [1.0, 0, 1], [2.0, 0, 0]]), torch.tensor([[True, False, True]] * 3)


def test_leave_one_out_is_the_mean_of_the_others() -> None:
    returns = torch.tensor([3.0, 10.0, 1.0, 20.0, 2.0])
    groups = torch.tensor([0, 7, 0, 7, 0])
    torch.testing.assert_close(leave_one_out(returns, groups), torch.tensor([1.5, 20.0, 2.5, 10.0, 2.0]))


def test_rloo_takes_whole_dialogue_returns_off_returns_to_go() -> None:
    advantages = rloo_advantages(*group_of_three(), torch.zeros(3, dtype=torch.int64))
    torch.testing.assert_close(advantages, torch.tensor([[1.5, 0, -0.5], [-1.5, 0, -1.5], [0.0, 0, -2.0]]))


def test_grpo_divides_by_the_groups_spread() -> None:
    returns, mask = group_of_three()
    groups = torch.zeros(3, dtype=torch.int64)
    plain = torch.tensor([[1.0, 0, -1], [-1.0, 0, -1], [0.0, 0, -2]])  # mean 2, sample std 1
    torch.testing.assert_close(grpo_advantages(returns, mask, groups, divide_by_std=False), plain)
    torch.testing.assert_close(grpo_advantages(returns, mask, groups, eps=0.0), plain)
    same = grpo_advantages(torch.ones(2, 1), torch.ones(2, 1, dtype=torch.bool), groups[:2])
    assert not same.any(), "a group without variance teaches nothing, and divides by no zero"


def test_reinforce_takes_off_a_number_or_the_mean_of_all_others() -> None:
    returns, mask = group_of_three()
    torch.testing.assert_close(
        reinforce_advantages(returns, mask, baseline=2.0), torch.tensor([[1.0, 0, -1], [-1.0, 0, -1], [0.0, 0, -2]])
    )
    torch.testing.assert_close(
        reinforce_advantages(returns, mask), rloo_advantages(returns, mask, torch.zeros(3, dtype=torch.int64))
    )


def test_reinforce_takes_off_the_mean_of_all_others_on_every_rank() -> None:
    returns, mask = group_of_three()
    whole = reinforce_advantages(returns, mask)
    over = torch.tensor([3.0, 6.0], dtype=torch.float64)
    ranks = [reinforce_advantages(returns[rows], mask[rows], over=over) for rows in (slice(0, 1), slice(1, 3))]
    torch.testing.assert_close(torch.cat(ranks), whole, rtol=0, atol=0)
    with pytest.raises(GroupSizeError, match="got 1 in 1 of 1 groups"):
        reinforce_advantages(returns[:1], mask[:1], over=over / 3)
    with pytest.raises(GroupSizeError, match="got 1 in 1 of 1 groups"):
        reinforce_advantages(returns[:1], mask[:1])


@pytest.mark.parametrize("advantages", [rloo_advantages, grpo_advantages])
def test_a_group_of_one_has_no_baseline(advantages: object) -> None:
    with pytest.raises(GroupSizeError, match="got 1 in 1 of 2 groups"):
        advantages(*group_of_three(), torch.tensor([0, 1, 0]))  # type: ignore[operator]


def test_zero_variance_share_counts_groups() -> None:
    returns = torch.tensor([1.0, 1.0, 1.0, 2.0, 5.0])
    assert zero_variance_share(returns, torch.tensor([0, 0, 3, 3, 9])) == pytest.approx(2 / 3)


def test_whitening_over_action_tokens_of_all_ranks() -> None:
    values = torch.tensor([[1.0, 50.0, 3.0], [5.0, 7.0, 50.0]])
    mask = torch.tensor([[True, False, True], [True, True, False]])
    # 1, 3, 5, 7: mean 4, variance 5.
    expected = torch.tensor([[-3.0, 0, -1], [1.0, 3, 0]]) / 5**0.5
    torch.testing.assert_close(whiten(values, mask), expected)
    over = moments(values[:1], mask[:1]) + moments(values[1:], mask[1:])
    torch.testing.assert_close(whiten(values[:1], mask[:1], over=over), expected[:1])
    uncentred = torch.tensor([[1.0, 0, 3], [5.0, 7, 0]]) / 5**0.5
    torch.testing.assert_close(whiten(values, mask, center=False), uncentred)
    assert torch.isfinite(whiten(torch.ones(1, 2), torch.ones(1, 2, dtype=torch.bool))).all()
