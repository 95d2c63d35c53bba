"""How good each sampled token was: turn-aware GAE, and returns with group baselines. Pure functions.

The *turn* is the action of the dialogue, the *token* the unit of the gradient. Time discounts and λ that fade
credit act between turns; inside a turn there is no time to discount. Environment tokens lie between the turns
in the tensors but do not exist for the recursions: neither decay nor credit passes through them.

Shapes: B dialogues, T tokens (action, environment and padding tokens alike; `action_mask_BT` tells them
apart). Left out on purpose: normalising by turn index inside a group, which is biased when the policy
controls the length.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dialogue_gym.errors import ConfigurationError


class GroupSizeError(ConfigurationError):
    """A group baseline was asked for on a group that cannot give one."""


class Advantages(NamedTuple):
    """Attributes are float32 (B, T), 0 off the action tokens."""

    advantages: Tensor
    returns: Tensor


def turn_aware_gae(
    rewards_BT: Tensor,
    values_BT: Tensor,
    action_mask_BT: Tensor,
    turn_end_BT: Tensor,
    bootstrap_B: Tensor,
    *,
    gamma_turn: float = 1.0,
    lambda_turn: float = 0.95,
    lambda_token: float = 1.0,
) -> Advantages:
    """Generalised advantages over action tokens, with time passing at the ends of turns.

    Over the action tokens t of a dialogue, environment tokens skipped::

        δ_t = r_t + γ_t V_{t+1} - V_t        A_t = δ_t + γ_t λ_t A_{t+1}        R_t = A_t + V_t

    where (γ_t, λ_t) = (gamma_turn, lambda_turn) at the last token of a turn and (1, lambda_token) elsewhere.
    After the last action token V is `bootstrap_B` and A is 0. With lambda_token = 1, the default, all tokens
    of a turn share the credit of what follows it; below 1 it fades with the length of the turn.

    Args:
        rewards_BT: Reward that each token earned; a turn's on its last token, a KL penalty on any action
            token.
        values_BT: Value read where each token was predicted. What stands off the action tokens is ignored.
        action_mask_BT: bool, True on action tokens.
        turn_end_BT: bool, True on the last action token of each turn.
        bootstrap_B: Value after the last token: 0 where the outcome was scored, the critic's where the
            trainer cut.
        gamma_turn: Discount from one turn to the next.
        lambda_turn: λ from one turn to the next.
        lambda_token: λ from token to token inside a turn.

    Source: Schulman et al. 2016, "High-dimensional continuous control using generalized advantage
    estimation", arXiv:1506.02438, eq. 16, with γ and λ that depend on t.
    """
    if bool((rewards_BT != 0).logical_and(~action_mask_BT).any()):
        raise ConfigurationError("Expected rewards on action tokens only, got some elsewhere: they would be lost.")
    if bool((turn_end_BT & ~action_mask_BT).any()):
        raise ConfigurationError("Expected turns to end on action tokens, got some that end elsewhere.")
    rewards, values = rewards_BT.double(), values_BT.double()
    gamma = torch.where(turn_end_BT, gamma_turn, 1.0).double()
    fade = gamma * torch.where(turn_end_BT, lambda_turn, lambda_token).double()
    advantages = torch.zeros_like(rewards)
    next_value, next_advantage = bootstrap_B.double(), torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        acted = action_mask_BT[:, t]
        delta = rewards[:, t] + gamma[:, t] * next_value - values[:, t]
        advantage = delta + fade[:, t] * next_advantage
        advantages[:, t] = torch.where(acted, advantage, 0.0)
        next_advantage = torch.where(acted, advantage, next_advantage)
        next_value = torch.where(acted, values[:, t], next_value)
    returns = torch.where(action_mask_BT, advantages + values, 0.0)
    return Advantages(advantages.float(), returns.float())


def returns_to_go(
    rewards_BT: Tensor,
    action_mask_BT: Tensor,
    turn_end_BT: Tensor,
    *,
    gamma_turn: float = 1.0,
    bootstrap_B: Tensor | None = None,
) -> Tensor:
    """float32 (B, T): G_t = r_t + γ_t G_{t+1} on action tokens, 0 elsewhere; γ_t as in `turn_aware_gae`."""
    nothing = torch.zeros_like(rewards_BT)
    after = nothing[:, 0] if bootstrap_B is None else bootstrap_B
    return turn_aware_gae(
        rewards_BT,
        nothing,
        action_mask_BT,
        turn_end_BT,
        after,
        gamma_turn=gamma_turn,
        lambda_turn=1.0,
        lambda_token=1.0,
    ).advantages


def dialogue_returns(returns_BT: Tensor, action_mask_BT: Tensor) -> Tensor:
    """float32 (B,): the return of each whole dialogue, which is that from its first action token on."""
    return returns_BT.gather(1, action_mask_BT.int().argmax(1, keepdim=True)).squeeze(1)


def leave_one_out(returns_B: Tensor, groups_B: Tensor | None = None, *, over: Tensor | None = None) -> Tensor:
    """float32 (B,): for each dialogue, the mean return of the *other* dialogues of its group.

    It does not depend on the dialogue's own actions, so as a baseline it adds no bias. Source: Kool et al.
    2019, "Buy 4 REINFORCE samples, get a baseline for free!"; Ahmadian et al. 2024, arXiv:2402.14740 (RLOO).

    Args:
        returns_B: Whole-dialogue returns.
        groups_B: Equal integers for dialogues of one group; None where all dialogues are one.
        over: Where that one is spread over ranks, its number of dialogues and sum of returns, float64 (2,).

    Raises:
        GroupSizeError: A group has a single dialogue.
    """
    returns = returns_B.double()
    if groups_B is None:
        groups_B = torch.zeros_like(returns_B, dtype=torch.int64)
    total, count = _group_sums(returns, groups_B) if over is None else _one_group(over)
    return ((total - returns) / (count - 1)).float()


def rloo_advantages(returns_BT: Tensor, action_mask_BT: Tensor, groups_B: Tensor) -> Tensor:
    """float32 (B, T): A_t = G_t minus the leave-one-out mean of the group's *whole-dialogue* returns.

    Args:
        returns_BT: From `returns_to_go`.
        action_mask_BT: bool, True on action tokens.
        groups_B: Equal integers for dialogues of the same scenario and trial.

    Source: Ahmadian et al. 2024, arXiv:2402.14740, with returns-to-go in place of one final reward.
    """
    baseline_B = leave_one_out(dialogue_returns(returns_BT, action_mask_BT), groups_B)
    return torch.where(action_mask_BT, returns_BT - baseline_B[:, None], 0.0)


def grpo_advantages(
    returns_BT: Tensor,
    action_mask_BT: Tensor,
    groups_B: Tensor,
    *,
    divide_by_std: bool = True,
    eps: float = 1e-4,
) -> Tensor:
    """float32 (B, T): A_t = (G_t - mean) / (std + eps), of the group's whole-dialogue returns.

    The mean includes the dialogue itself and std is the sample's, as published. Set `divide_by_std=False` for
    Dr. GRPO, which does not weigh up scenarios whose returns hardly differ.

    Sources: Shao et al. 2024, arXiv:2402.03300, section 4.1.2 (GRPO); Liu et al. 2025, arXiv:2503.20783 (Dr.
    GRPO).
    """
    returns_B = dialogue_returns(returns_BT, action_mask_BT).double()
    total, count = _group_sums(returns_B, groups_B)
    mean = total / count
    advantages = returns_BT - mean[:, None]
    if divide_by_std:
        squares, _ = _group_sums((returns_B - mean) ** 2, groups_B)
        advantages = advantages / ((squares / (count - 1)).sqrt() + eps)[:, None]
    return torch.where(action_mask_BT, advantages, 0.0).float()


def reinforce_advantages(
    returns_BT: Tensor, action_mask_BT: Tensor, *, baseline: float | None = None, over: Tensor | None = None
) -> Tensor:
    """float32 (B, T): A_t = G_t - b.

    Args:
        returns_BT: From `returns_to_go`.
        action_mask_BT: bool, True on action tokens.
        baseline: A number that does not depend on this batch, say a running mean of returns. None takes, for
            each dialogue, the mean return of all others in the batch.
        over: See `leave_one_out`, where the batch is spread over ranks.

    Source: Williams 1992, "Simple statistical gradient-following algorithms", Machine Learning 8. For
    REINFORCE++ (Hu 2025, arXiv:2501.03262) put the KL penalty into the rewards, take `baseline=0.0` and
    `whiten` the result.
    """
    if baseline is None:
        baseline_B = leave_one_out(dialogue_returns(returns_BT, action_mask_BT), over=over)
    else:
        baseline_B = torch.full_like(returns_BT[:, 0], baseline)
    return torch.where(action_mask_BT, returns_BT - baseline_B[:, None], 0.0)


def zero_variance_share(returns_B: Tensor, groups_B: Tensor) -> float:
    """Share of the groups whose dialogues all return the same: a group baseline learns nothing there."""
    _, member = groups_B.unique(return_inverse=True)
    groups = int(member.max()) + 1
    low = returns_B.new_full((groups,), torch.inf).scatter_reduce(0, member, returns_B, "amin")
    high = returns_B.new_full((groups,), -torch.inf).scatter_reduce(0, member, returns_B, "amax")
    return float((low == high).double().mean())


def moments(values_BT: Tensor, action_mask_BT: Tensor) -> Tensor:
    """float64 (3,): count, sum and sum of squares over action tokens, to add up over ranks for `whiten`."""
    values = values_BT[action_mask_BT].double()
    count = values.new_tensor(float(values.numel()))
    return torch.stack([count, values.sum(), values.square().sum()])


def whiten(
    values_BT: Tensor,
    action_mask_BT: Tensor,
    *,
    over: Tensor | None = None,
    center: bool = True,
    eps: float = 1e-8,
) -> Tensor:
    """float32 (B, T): (x - mean) / sqrt(var + eps) over action tokens, 0 elsewhere; var is the population's.

    Args:
        values_BT: Advantages, most often.
        action_mask_BT: bool, True on action tokens.
        over: `moments` to use, added up over ranks; None takes those of `values_BT`.
        center: Subtract the mean. Without, only the scale changes.
        eps: Keeps a constant input finite.
    """
    count, total, squares = (moments(values_BT, action_mask_BT) if over is None else over).unbind()
    mean = total / count
    scale = (squares / count - mean.square()).clamp_min(0.0).add(eps).rsqrt()
    whitened = (values_BT.double() - (mean if center else 0.0)) * scale
    return torch.where(action_mask_BT, whitened, 0.0).float()


def _group_sums(values_B: Tensor, groups_B: Tensor) -> tuple[Tensor, Tensor]:
    """Sum and size, both (B,), of each dialogue's group."""
    names, member, counts = groups_B.unique(return_inverse=True, return_counts=True)
    _check_sizes(names, counts)
    total = values_B.new_zeros(len(names)).index_add(0, member, values_B)
    return total[member], counts[member].to(values_B.dtype)


def _one_group(over: Tensor) -> tuple[Tensor, Tensor]:
    """Sum and size, both (), of a group of which that is known."""
    count, total = over.unbind()
    _check_sizes(torch.zeros(1), count[None])
    return total, count


def _check_sizes(names: Tensor, counts: Tensor) -> None:
    if bool((counts < 2).any()):
        alone = names[counts < 2].tolist()
        raise GroupSizeError(
            "Expected at least 2 dialogues in every group for a group baseline, got 1 in "
            f"{len(alone)} of {len(names)} groups (first: {alone[:5]}). Sample more dialogues per scenario, "
            "or take a baseline that needs no groups."
        )
