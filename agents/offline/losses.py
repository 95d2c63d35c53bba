"""The losses of behaviour cloning and of discrete conservative Q-learning: tensors in, tensors out.

Shapes: B turns, A acts (of an action with several numbers the acts of its components one after another), C components.
Masks are bool, True where an act is legal.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import smooth_l1_loss

FORBIDDEN = -1e9
"""Score of an act that is not legal: small beside any other, and finite, so that its gradient is 0 and not NaN."""


def masked(scores_BA: Tensor, legal_BA: Tensor) -> Tensor:
    """(B, A) scores with those of forbidden acts out of reach."""
    return scores_BA.masked_fill(~legal_BA, FORBIDDEN)


def cloning_loss(logits_BA: Tensor, actions_BC: Tensor, legal_BA: Tensor, sizes: Sequence[int]) -> Tensor:
    """Mean over turns of −log π(a | s), summed over components, over the legal acts of each.

    A logged act that was not legal, which costs a turn and does nothing, is counted as if it were: its author's habit
    is imitated with the others.

    By hand, two legal acts of equal logits: log 2.

    Args:
        logits_BA: The policy's scores.
        actions_BC: The logged acts.
        legal_BA: Which acts were legal.
        sizes: Number of acts of each component; they add up to A.
    """
    losses_B = logits_BA.new_zeros(len(logits_BA))
    parts = zip(logits_BA.split(list(sizes), 1), legal_BA.split(list(sizes), 1), actions_BC.T, strict=True)
    for logits, legal, actions_B in parts:
        allowed = legal.scatter(1, actions_B[:, None], True)
        losses_B = losses_B - masked(logits, allowed).log_softmax(1).gather(1, actions_B[:, None])[:, 0]
    return losses_B.mean()


def td_targets(
    rewards_B: Tensor, ended_B: Tensor, online_BA: Tensor, target_BA: Tensor, legal_BA: Tensor, gamma: float
) -> Tensor:
    """(B,) r + γ Q_target(s', argmax over legal a of Q(s', a)); r alone where the episode ended.

    Double Q-learning (van Hasselt, Guez and Silver 2016, arXiv:1509.06461, eq. 4).

    Args:
        rewards_B: r.
        ended_B: Whether s' is the end.
        online_BA: Q(s', ·) of the network that learns.
        target_BA: Q(s', ·) of its older copy.
        legal_BA: Legal acts in s'.
        gamma: Discount of a turn.
    """
    chosen_B = masked(online_BA, legal_BA).argmax(1, keepdim=True)
    following_B = target_BA.gather(1, chosen_B)[:, 0]
    return rewards_B + gamma * torch.where(ended_B, torch.zeros_like(following_B), following_B)


def conservative_gap(values_BA: Tensor, actions_B: Tensor, legal_BA: Tensor) -> Tensor:
    """Mean of log Σ_a exp Q(s, a) − Q(s, logged a), over legal acts: how much is promised beyond what was seen.

    Kumar et al. 2020, "Conservative Q-learning for offline reinforcement learning", arXiv:2006.04779, eq. 4, CQL(H).

    By hand, Q = (1, 1), either act: log 2e − 1 = log 2.
    """
    allowed_BA = legal_BA.scatter(1, actions_B[:, None], True)
    logged_B = values_BA.gather(1, actions_B[:, None])[:, 0]
    return (masked(values_BA, allowed_BA).logsumexp(1) - logged_B).mean()


def cql_loss(
    values_BA: Tensor, actions_B: Tensor, targets_B: Tensor, legal_BA: Tensor, *, alpha: float
) -> tuple[Tensor, Tensor]:
    """(Huber loss of the temporal-difference error + α · gap, the gap)."""
    logged_B = values_BA.gather(1, actions_B[:, None])[:, 0]
    gap = conservative_gap(values_BA, actions_B, legal_BA)
    return smooth_l1_loss(logged_B, targets_B) + alpha * gap, gap
