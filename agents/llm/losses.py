"""What is minimised. Pure functions: tensors in, a sum out, with the name of the count that divides it.

A mean over a micro-batch depends on how the batch was split. So each loss here is a *sum* over what it is
given, and declares its **global normaliser**: how many action tokens, dialogues or pairs all ranks and
micro-batches of the optimizer step hold together, or a constant. `scale` divides by it and undoes the
averaging that data parallelism and gradient accumulation do on their own; the gradient is then the same under
any split.

    loss = scale(ppo_clip_loss(logprobs, batch.flat(batch.logprobs), advantages), counts, ranks=world_size)

Shapes: N action tokens of a micro-batch, in any order, as `Batch.flat` lists them. There is nothing to mask:
padding and environment tokens are not among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from dialogue_gym.errors import ConfigurationError


class Normaliser(StrEnum):
    """The count a loss is divided by."""

    ACTION_TOKENS = "action_tokens"
    """Every token weighs the same, in long dialogues as in short ones."""
    DIALOGUES = "dialogues"
    """The sum over a dialogue's tokens counts, as in the policy gradient theorem."""
    PAIRS = "pairs"
    """Preference pairs of a reward model."""


class Loss(NamedTuple):
    """A loss before it is divided.

    Attributes:
        total: Scalar, the sum over what was given.
        normaliser: The count that divides it; a number divides as it is.
        metrics: Detached scalars, sums too, divided by the same count to be means.
    """

    total: Tensor
    normaliser: Normaliser | float
    metrics: Mapping[str, Tensor]


@dataclass(frozen=True)
class Counts:
    """What one optimizer step holds over all ranks and micro-batches.

    Attributes:
        action_tokens: Tokens that the policy chose.
        dialogues: Dialogues.
        pairs: Preference pairs.
    """

    action_tokens: int = 0
    dialogues: int = 0
    pairs: int = 0

    def of(self, normaliser: Normaliser | float) -> float:
        """The number that a loss is divided by."""
        count = getattr(self, normaliser.value) if isinstance(normaliser, Normaliser) else normaliser
        if not count > 0:
            raise ConfigurationError(f"Expected a positive count to divide a loss by, got {normaliser!r} = {count}.")
        return float(count)


def scale(loss: Loss, counts: Counts, *, ranks: int = 1, micro_batches: int = 1) -> Tensor:
    """The scalar to call `backward` on: total / count, times what the engine will divide by on its own.

    Args:
        loss: The loss of one micro-batch of one rank.
        counts: Of the whole optimizer step.
        ranks: Data-parallel ranks whose gradients the engine averages.
        micro_batches: Gradient accumulation steps, where the engine divides by them (DeepSpeed does); else 1.
    """
    return undo_averaging(loss.total / counts.of(loss.normaliser), ranks=ranks, micro_batches=micro_batches)


def undo_averaging(loss: Tensor, *, ranks: int, micro_batches: int = 1) -> Tensor:
    """The loss times `ranks × micro_batches`: an engine that averages over both then sums."""
    return loss * (ranks * micro_batches)


def ppo_clip_loss(
    logprobs_N: Tensor,
    old_logprobs_N: Tensor,
    advantages_N: Tensor,
    *,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    normaliser: Normaliser | float = Normaliser.ACTION_TOKENS,
) -> Loss:
    """PPO's clipped surrogate: L = -Σ min(ρ A, clip(ρ, 1 - clip_low, 1 + clip_high) A), with ρ = π / π_old.

    Metrics: `ratio` (ρ), `clip_fraction` (share of tokens where the clipped branch is the smaller one, so
    that they have no gradient), `approx_kl` (k3 of old against new policy, always ≥ 0).

    Sources: Schulman et al. 2017, arXiv:1707.06347, eq. 7; asymmetric bounds ("clip higher"): Yu et al. 2025,
    arXiv:2503.14476 (DAPO), eq. 10. A constant normaliser is Liu et al. 2025, arXiv:2503.20783 (Dr. GRPO).
    """
    log_ratio = logprobs_N - old_logprobs_N
    ratio = log_ratio.exp()
    plain = ratio * advantages_N
    clipped = ratio.clamp(1.0 - clip_low, 1.0 + clip_high) * advantages_N
    with torch.no_grad():
        metrics = {
            "ratio": ratio.sum(),
            "clip_fraction": (clipped < plain).sum().to(ratio.dtype),
            "approx_kl": kl_k3(old_logprobs_N, logprobs_N).sum(),
        }
    return Loss(-torch.minimum(plain, clipped).sum(), normaliser, metrics)


def reinforce_loss(
    logprobs_N: Tensor, advantages_N: Tensor, *, normaliser: Normaliser | float = Normaliser.DIALOGUES
) -> Loss:
    """The score-function estimator: L = -Σ A log π. For one step on what the policy itself has just sampled.

    Divided by dialogues it is an unbiased gradient of the expected return. Source: Williams 1992, "Simple
    statistical gradient-following algorithms for connectionist reinforcement learning", Machine Learning 8.
    """
    return Loss(-(advantages_N * logprobs_N).sum(), normaliser, {})


def value_loss(values_N: Tensor, old_values_N: Tensor, returns_N: Tensor, *, clip: float | None = 0.2) -> Loss:
    """Squared error of the critic, clipped against leaving its old values too far in one iteration.

    L = ½ Σ max((V - R)², (V_old + clamp(V - V_old, ±clip) - R)²); without `clip`, ½ Σ (V - R)². Metrics:
    `value_clip_fraction` (share of tokens where the clipped branch is the larger one).

    Source: Schulman et al.'s PPO code (OpenAI Baselines, ppo2); Engstrom et al. 2020, arXiv:2005.12729,
    section 3.
    """
    error = (values_N - returns_N).square()
    if clip is None:
        return Loss(0.5 * error.sum(), Normaliser.ACTION_TOKENS, {})
    near = old_values_N + (values_N - old_values_N).clamp(-clip, clip)
    clipped = (near - returns_N).square()
    metrics = {"value_clip_fraction": (clipped > error).sum().to(error.dtype)}
    return Loss(0.5 * torch.maximum(error, clipped).sum(), Normaliser.ACTION_TOKENS, metrics)


def kl_k1(logprobs_N: Tensor, reference_logprobs_N: Tensor) -> Tensor:
    """(N,): k1 = log π - log π_ref. Unbiased for KL(π ‖ π_ref), can be negative. The one to put into rewards.

    This and the two below: Schulman 2020, "Approximating KL divergence",
    http://joschu.net/blog/kl-approx.html, for tokens sampled from π.
    """
    return logprobs_N - reference_logprobs_N


def kl_k2(logprobs_N: Tensor, reference_logprobs_N: Tensor) -> Tensor:
    """(N,): k2 = ½ (log π - log π_ref)². Biased as a value, but its *gradient* is that of KL(π ‖ π_ref).

    So as a loss on fresh samples this is the right one (Tang and Munos 2025, arXiv:2506.09477).
    """
    return 0.5 * (logprobs_N - reference_logprobs_N).square()


def kl_k3(logprobs_N: Tensor, reference_logprobs_N: Tensor) -> Tensor:
    """(N,): k3 = r - 1 - log r with r = π_ref / π. Unbiased and never negative; the one to log.

    As a loss (GRPO does that) its gradient is that of KL(π_ref ‖ π), not of KL(π ‖ π_ref).
    """
    log_ratio = reference_logprobs_N - logprobs_N
    return log_ratio.expm1() - log_ratio


KL_ESTIMATORS = {"k1": kl_k1, "k2": kl_k2, "k3": kl_k3}


def kl_loss(logprobs_N: Tensor, reference_logprobs_N: Tensor, *, estimator: str = "k2") -> Loss:
    """Σ of a KL estimator against the reference; multiply by the coefficient. Metrics: `kl` (k3).

    Args:
        logprobs_N: Of the policy, with gradient.
        reference_logprobs_N: Of the reference.
        estimator: "k2" or "k3". The gradient of k1 is zero on average, so it is refused.
    """
    if estimator not in ("k2", "k3"):
        raise ConfigurationError(
            f"Expected KL estimator 'k2' or 'k3' for a loss, got {estimator!r}. ('k1' has no gradient on "
            "average; put it into the rewards.)"
        )
    kl = KL_ESTIMATORS[estimator](logprobs_N, reference_logprobs_N)
    seen = kl_k3(logprobs_N.detach(), reference_logprobs_N).sum()
    return Loss(kl.sum(), Normaliser.ACTION_TOKENS, {"kl": seen})


def entropy_loss(entropy_N: Tensor) -> Loss:
    """-Σ H; multiply by the coefficient of the bonus. Metrics: `entropy` in nats per token."""
    return Loss(-entropy_N.sum(), Normaliser.ACTION_TOKENS, {"entropy": entropy_N.detach().sum()})


def sft_loss(logprobs_N: Tensor) -> Loss:
    """Negative log-likelihood of logged turns: L = -Σ log π.

    Added to the loss of PPO, on logged dialogues, it is the pretraining mix (ptx). Source of that: Ouyang et
    al. 2022, arXiv:2203.02155 (InstructGPT), eq. 2.
    """
    return Loss(-logprobs_N.sum(), Normaliser.ACTION_TOKENS, {})


def preference_loss(chosen_P: Tensor, rejected_P: Tensor) -> Loss:
    """Bradley-Terry: L = -Σ log σ(chosen - rejected), over the P pairs' scores. Metrics: `accuracy`.

    Source: Christiano et al. 2017, arXiv:1706.03741, eq. 1.
    """
    accuracy = (chosen_P > rejected_P).sum().to(chosen_P.dtype)
    return Loss(-F.logsigmoid(chosen_P - rejected_P).sum(), Normaliser.PAIRS, {"accuracy": accuracy})


def touch(*outputs: Tensor) -> Tensor:
    """0, yet connected to the parameters behind `outputs`.

    Added to a loss that leaves some head out, it gives every trainable parameter a gradient, which sharded
    optimizers need on all ranks alike. A non-finite output still shows: NaN × 0 is NaN.
    """
    return torch.stack([output.sum() * 0.0 for output in outputs]).sum()


def adaptive_kl_coefficient(coefficient: float, kl: float, *, target: float, horizon: float, samples: int) -> float:
    """The KL coefficient for the next iteration: up if the measured KL is above its target, down if below.

    e = clamp(kl / target - 1, ±0.2), β ← β (1 + e · samples / horizon). `horizon` is in samples (dialogues),
    and so sets how many of them it takes to change β by at most a fifth.

    Source: Ziegler et al. 2019, arXiv:1909.08593, section 2.2, with clip and K_β as in its code
    (lm-human-preferences).
    """
    error = min(max(kl / target - 1.0, -0.2), 0.2)
    return coefficient * (1.0 + error * samples / horizon)
