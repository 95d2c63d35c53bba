"""Weights from which a small language model hears the gist of what was said before it has learnt to read.

What a customer wants is mostly a matter of which words they use, wherever they stand: a classifier on the mean of their
embeddings gets far (Iyyer et al. 2015, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification",
https://aclanthology.org/P15-1162). A transformer can compute that mean, in a layer whose attention is even; but from
small random weights it whispers it, and minutes go by until it is heard. So the last layer starts with even attention
and writes what it reads aloud, as a start that training is free to change.
"""

import torch
from transformers import LlamaForCausalLM

from dialogue_gym.agents.llm._copying import HEAD_DIM, orthonormal

_LOUDNESS = 30.0
"""At 1, the mean of n tokens has a length of about 1 / (2 sqrt(n)) in a stream whose tokens have length 1."""


@torch.no_grad()
def initialise_for_averaging(model: LlamaForCausalLM, generator: torch.Generator) -> None:
    """Lets the model's last attention layer average all that has been read.

    Args:
        model: With heads 32 wide and one key-value head.
        generator: Draws the subspaces that are read and written.
    """
    width, heads = model.config.hidden_size, model.config.num_attention_heads
    last = model.model.layers[-1].self_attn
    last.q_proj.weight *= 0.1
    last.k_proj.weight *= 0.1
    last.v_proj.weight.copy_(width**-0.5 * orthonormal(width, generator)[:, :HEAD_DIM].T)
    last.o_proj.weight.copy_(_LOUDNESS * heads**-0.5 * orthonormal(width, generator))
