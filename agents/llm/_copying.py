"""Weights from which a small language model can copy from its context before it has learnt anything.

Service dialogues are full of strings that occur once: order numbers, emails, amounts. A transformer copies them with
*induction heads* (Olsson et al. 2022, arXiv:2209.11895): one layer notes at each position which tokens came before it,
a later one looks for the position whose notes match the tokens just read, and says what stands there. Random weights
do not find that circuit in the minutes that a tiny model trains (`benchmarks/copying.py`). So it is written into the
first two layers, as a start that training is free to change (in the spirit of mimetic
initialisation: Trockman and Kolter 2023, arXiv:2305.09828):

    residual stream = [identity of this token | token 1 back | token 2 back | token 3 back], orthogonal subspaces

    layer 0, head h    attends to the token h + 1 back (biases alone make it: RoPE turns them into a function of the
                       distance) and writes its identity into subspace h + 1
    layer 1, head 0    looks for positions after a token like this one, and writes what stands there
            head 1     the same, for positions after two tokens like these

At a match, the second layer's output is the identity of the token to say, which tied embeddings turn into its logit.
"""

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from dialogue_gym.errors import ConfigurationError

HEAD_DIM = 32
COPYING_LAYERS = 2
"""The first layers, which the circuit takes up."""
FARTHEST = 3
"""Tokens back that the first layer notes, where there is room for so many."""
SLOWEST = 10
"""Frequency pairs of a head that hold the match: RoPE turns the others too fast for positions far apart to agree."""

# Attention scores in units of nats once divided by sqrt(HEAD_DIM). Tuned on repeated random tokens (see the test).
_POSITION = 8.0
_MATCH = 2.0
_COPY = 8.0


@torch.no_grad()
def initialise_for_copying(model: LlamaForCausalLM, generator: torch.Generator) -> Tensor:
    """Writes the circuit into a model's embeddings and first two attention layers.

    Args:
        model: With biases in attention, tied embeddings, heads 32 wide and one key-value head.
        generator: Draws the subspaces and the embeddings.

    Returns:
        (HEAD_DIM, hidden_size) an orthonormal basis of what says which token this is, or the first part of it.

    Raises:
        ConfigurationError: It is narrower than 64 or has fewer than two layers.
    """
    config = model.config
    width = config.hidden_size
    backs = min(FARTHEST, width // HEAD_DIM - 1)
    if backs < 1 or config.num_hidden_layers < COPYING_LAYERS:
        raise ConfigurationError(
            "Expected hidden_size of at least 64 and 2 layers or more, for a model that can copy from its context, "
            f"got hidden_size {width} and {config.num_hidden_layers} layers."
        )
    basis_DD = _orthonormal(width, generator)
    here_DI, *noted = torch.split(basis_DD, [width - HEAD_DIM * backs] + [HEAD_DIM] * backs, dim=1)
    identity_HD, copied_HD = here_DI[:, :HEAD_DIM].T, here_DI[:, -HEAD_DIM:].T

    # A layer's input is normalised to the length sqrt(width), whatever was written.
    unit = width**-0.5
    embedded_VI = torch.randn(config.vocab_size, here_DI.shape[1], generator=generator)
    embedded_VI /= embedded_VI.norm(dim=1, keepdim=True)
    model.model.embed_tokens.weight.copy_(embedded_VI @ here_DI.T)

    first = model.model.layers[0].self_attn
    first.k_proj.weight *= 0.1
    first.k_proj.bias.copy_(_POSITION * _turned(model, 0))
    first.v_proj.weight.copy_(unit * identity_HD)
    for head in range(backs):
        rows = slice(head * HEAD_DIM, (head + 1) * HEAD_DIM)
        first.q_proj.weight[rows] *= 0.1
        first.q_proj.bias[rows] = _POSITION * _turned(model, -(head + 1))
        first.o_proj.weight[:, rows] = noted[head]

    second, depth = model.model.layers[1].self_attn, min(2, backs)
    codes = [_slow_code(generator) for _ in range(depth)]
    read = [identity_HD, *(subspace.T for subspace in noted)]
    second.k_proj.weight.copy_(_MATCH * sum(codes[back] @ read[back + 1] for back in range(depth)))
    second.v_proj.weight.copy_(copied_HD)
    for head in range(depth):
        rows = slice(head * HEAD_DIM, (head + 1) * HEAD_DIM)
        second.q_proj.weight[rows] = _MATCH * sum(codes[back] @ read[back] for back in range(head + 1))
        second.o_proj.weight[:, rows] = _COPY * unit * copied_HD.T
    return identity_HD


def _turned(model: LlamaForCausalLM, positions: int) -> Tensor:
    """(HEAD_DIM,) the vector that RoPE makes of one that is 1 in the first of each pair, moved by some positions."""
    angles = positions * model.model.rotary_emb.inv_freq.float().cpu()
    return torch.cat([torch.cos(angles), torch.sin(angles)])


def _slow_code(generator: torch.Generator) -> Tensor:
    """(HEAD_DIM, HEAD_DIM) a random rotation, projected on the pairs that RoPE turns slowly, its scale kept."""
    half = HEAD_DIM // 2
    slow = [*range(half - SLOWEST, half), *range(HEAD_DIM - SLOWEST, HEAD_DIM)]
    code = torch.zeros(HEAD_DIM, HEAD_DIM)
    code[slow] = _orthonormal(HEAD_DIM, generator)[: len(slow)] * (HEAD_DIM / len(slow)) ** 0.5
    return code


def _orthonormal(size: int, generator: torch.Generator) -> Tensor:
    """A random orthogonal matrix."""
    rotation: Tensor = torch.linalg.qr(torch.randn(size, size, generator=generator)).Q
    return rotation
