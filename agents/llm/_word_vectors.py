"""Words that begin where a linear classifier of openings puts them.

What a dialogue is about is said in its first message, and which words speak of the same has to be learnt from a few
thousand of these. From random vectors a small model takes minutes to find out, and knows its logs' sentences by heart
before it knows their words. A linear model over bags of words learns it in seconds, and carries over better to other
sentences (fastText: Joulin et al. 2017, https://aclanthology.org/E17-2068). So the embeddings begin as its vectors:

    h = mean of the unit vectors of the words heard first
    P(the agent's first token is t) = softmax_t(SCALE h · w_t + b_t)

The words' vectors and, made units, the w_t stand in the subspace of the embeddings that says which token this is
(`_copying`). Where there is a layer that copying does not need, one head of the last averages over all that was read,
and tied embeddings make logits of what it writes. Training is free to change all of it.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM

from dialogue_gym.agents.llm._copying import COPYING_LAYERS, HEAD_DIM

STEPS, BATCH, RATE = 3000, 256, 1e-2
"""Of Adam, the rate falling linearly to 0."""
DROPOUT = 0.25
"""Share of an opening's words that are left out, on average; each time another between 0 and twice that."""
SCALE, DECAY = 8.0, 1e-4
"""Of the logits, and weight of the squares of the w_t in the loss."""
AVERAGE = 8.0
"""Strength of the head that averages, in the units of `_copying`."""

Opening = tuple[Sequence[int], int]
"""The words heard first, and the agent's first token."""


@torch.no_grad()
def initialise_by_words(
    model: LlamaForCausalLM, identity_HD: Tensor, openings: Sequence[Opening], generator: torch.Generator
) -> None:
    """Puts words and first tokens where a linear classifier of the openings has them.

    Args:
        model: Made by `initialise_for_copying`.
        identity_HD: What it gave: the subspace that says which token this is.
        openings: With a word at least; tokens that are to be copied are not words.
        generator: Draws batches and what is left out.
    """
    embedded_VD = model.model.embed_tokens.weight
    words = torch.tensor(sorted({word for heard, _ in openings for word in heard}))
    firsts = torch.tensor(sorted({first for _, first in openings}))
    vectors_VH, classes_CH = _fit(embedded_VD @ identity_HD.T, openings, firsts, generator)
    embedded_VD[words] = functional.normalize(vectors_VH[words], dim=1) @ identity_HD
    embedded_VD[firsts] = functional.normalize(classes_CH, dim=1) @ identity_HD

    if model.config.num_hidden_layers <= COPYING_LAYERS:
        return
    last, head, unit = model.model.layers[-1].self_attn, slice(-HEAD_DIM, None), model.config.hidden_size**-0.5
    last.v_proj.weight.copy_(identity_HD)
    last.q_proj.weight[head] = 0.0
    last.q_proj.bias[head] = 0.0
    last.o_proj.weight[:, head] = AVERAGE * unit * identity_HD.T


@torch.enable_grad()
def _fit(
    start_VH: Tensor, openings: Sequence[Opening], firsts: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The vectors (V, H) of words and (C, H) of first tokens."""
    heard_NL = torch.nn.utils.rnn.pad_sequence([torch.tensor(heard) for heard, _ in openings], True, padding_value=-1)
    said_N = torch.searchsorted(firsts, torch.tensor([first for _, first in openings]))
    vectors_VH = start_VH.clone().requires_grad_()
    classes_CH = (0.1 * start_VH[firsts]).requires_grad_()
    bias_C = torch.zeros(len(firsts), requires_grad=True)
    optimizer = torch.optim.Adam([vectors_VH, classes_CH, bias_C], lr=RATE)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * (1.0 - step / STEPS)
        rows = torch.randint(len(openings), (BATCH,), generator=generator)
        heard_BL = heard_NL[rows]
        share = 2.0 * DROPOUT * torch.rand(BATCH, 1, generator=generator)
        kept_BL = (heard_BL >= 0) & (torch.rand(heard_BL.shape, generator=generator) >= share)
        units_VH = functional.normalize(vectors_VH, dim=1)
        sums_BH = (units_VH[heard_BL.clamp(min=0)] * kept_BL[..., None]).sum(1)
        mean_BH = sums_BH / kept_BL.sum(1, keepdim=True).clamp(min=1)
        loss = functional.cross_entropy(SCALE * mean_BH @ classes_CH.T + bias_C, said_N[rows])
        optimizer.zero_grad()
        (loss + DECAY * classes_CH.square().sum()).backward()
        optimizer.step()
    return vectors_VH.detach(), classes_CH.detach()
