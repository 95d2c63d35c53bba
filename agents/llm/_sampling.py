"""Drawing tokens from keys instead of from a global generator.

A token is a function of its distribution and of (seed, iteration, dialogue, turn, number in the turn). So a
rollout is the same in any batch, order and number of processes, and a resumed run goes on as if it had never
stopped. Left out: top-k, top-p and penalties, under which log-probabilities would not be those of the policy
that is trained.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dialogue_gym.draws import first_bits, key


def turn_key(seed: int, iteration: int, dialogue: int, turn: int) -> int:
    """The key of a turn's draws."""
    return key("llm.sampling", seed, iteration, dialogue, turn)


def uniforms(keys: Sequence[int], count: int) -> npt.NDArray[np.float64]:
    """float64 (R, count) in [0, 1): row i holds the first draws of `dialogue_gym.draws.Stream(keys[i])`."""
    unit: npt.NDArray[np.float64] = (first_bits(keys, count) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return unit


def draw(logits_NV: Tensor, uniforms_N: Tensor | None) -> tuple[Tensor, Tensor]:
    """One token per row, by inverting the cumulative distribution, and its log-probability.

    Args:
        logits_NV: float32 (N, V), already divided by the temperature.
        uniforms_N: float64 (N,) in [0, 1); None takes the most likely token.

    Returns:
        int64 (N,) tokens and float32 (N,) log-probabilities under the full distribution.
    """
    logprobs_NV = logits_NV.log_softmax(-1)
    if uniforms_N is None:
        token_NK = logits_NV.argmax(-1, keepdim=True)
    else:
        # In float32 the sum over a large vocabulary would lose its rare tokens.
        cumulative_NV = logprobs_NV.double().exp().cumsum(-1)
        target_NK = uniforms_N[:, None] * cumulative_NV[:, -1:]
        # right=True passes over tokens of probability 0.
        token_NK = torch.searchsorted(cumulative_NV, target_NK, right=True).clamp_max(logits_NV.shape[1] - 1)
    return token_NK.squeeze(1), logprobs_NV.gather(1, token_NK).squeeze(1)
