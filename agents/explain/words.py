"""Which words spoke for a turn of a language model: gradient × input, from one pass back through the model.

S is the log-probability of the whole turn, at the temperature it was sampled at. The attribution of a token that was
read is ∂S/∂e · e, with its embedding e: by how much S would change, to first order, if the embedding were scaled up. A
word has the sum of its tokens. Positive: it made the turn more likely.

Shrikumar et al. 2016, "Not just a black box: Learning important features through propagating activation differences",
arXiv:1605.01713; Denil, Demiraj and de Freitas 2014, "Extraction of salient sentences from labelled documents",
arXiv:1412.6815. It is an approximation where the model is far from linear; deleting a word and asking again is the test
of what it says.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dialogue_gym.agents.llm.agent import LLMAgent
from dialogue_gym.agents.llm.policy import Policy

_SEVERAL = re.compile(r'[\s"{}\[\]<>]')


class Attribution(NamedTuple):
    """What a turn rests on.

    Attributes:
        logprob: S, in nats.
        effects: float (start,), one for each token before the turn.
    """

    logprob: float
    effects: Tensor


def attribute(policy: Policy, tokens: Sequence[int], start: int, stop: int) -> Attribution:
    """Gradient × input of the turn `tokens[start:stop]` on what stands before it.

    Args:
        policy: The model.
        tokens: The dialogue, at least as far as `stop`.
        start: Where the turn begins, at least 1.
        stop: Behind its last token.
    """
    captured: list[Tensor] = []

    def hold(module: Any, inputs: Any, output: Tensor) -> Tensor:
        captured.append(output.detach().requires_grad_(True))
        return captured[0]

    handle = policy.model.get_input_embeddings().register_forward_hook(hold)
    was_training = policy.training
    policy.eval()
    try:
        ids = torch.tensor([list(tokens[:stop])], device=policy.device)
        columns = torch.arange(start, stop, device=policy.device)
        with torch.enable_grad():
            total = policy(ids, torch.zeros_like(columns), columns).logprobs.sum()
            (gradient,) = torch.autograd.grad(total, captured[0])
    finally:
        handle.remove()
        policy.train(was_training)
    effects = (gradient * captured[0].detach()).sum(-1)[0, :start]
    return Attribution(float(total.detach()), effects.float().cpu())


def words_of(tokenizer: Any, tokens: Sequence[int], effects: Tensor) -> list[dict[str, Any]]:
    """Tokens joined to words, with the sum of their effects.

    A blank ends a word, and so does a special token, or one that holds several words or the marks of JSON and tags.

    Args:
        tokenizer: A Hugging Face tokenizer.
        tokens: (n,) ids.
        effects: (n,).
    """
    special = set(tokenizer.all_special_ids)
    words: list[dict[str, Any]] = []
    inside = False
    for token, piece, effect in zip(tokens, pieces_of(tokenizer, tokens), effects.tolist(), strict=True):
        if token in special:
            inside = False
            continue
        alone = _SEVERAL.search(piece.strip()) is not None
        begins = alone or not inside or piece[:1].isspace()
        if begins and (not words or words[-1]["word"]):  # a lone blank opens the next
            words.append({"word": "", "effect": 0.0})
        words[-1]["word"] += piece.strip()
        words[-1]["effect"] += effect
        inside = not alone and not piece[-1:].isspace()
    return [word for word in words if word["word"]]


def pieces_of(tokenizer: Any, tokens: Sequence[int]) -> list[str]:
    """The text that each token adds; of several that make one character the last has it."""

    def decode(ids: Sequence[int]) -> str:
        text: str = tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return text

    pieces: list[str] = []
    begun = 0  # the first token of a character that is not complete
    for end in range(1, len(tokens) + 1):
        before = tokens[max(0, begun - 1) : begun]  # some tokenizers leave out the blank of a first token
        piece = decode(tokens[max(0, begun - 1) : end])[len(decode(before)) :]
        if piece.endswith("\ufffd") and end - begun < 4:
            pieces.append("")
            continue
        pieces.append(piece)
        begun = end
    return pieces


class Words:
    """Explains turns of a language model.

    Args:
        agent: Who plays, in row 0.
        top: How many words of a turn are listed as those that mattered most.
    """

    def __init__(self, agent: LLMAgent, top: int) -> None:
        self._agent, self._top = agent, top

    def before(self, observation: Any, info: Mapping[str, Any]) -> None:
        """Nothing: a model's tokens are there afterwards."""

    def after(self, action: Any) -> dict[str, Any]:
        """Which words spoke for the last turn; none where it was silent."""
        spoken = self._agent.last_turn(0)
        if spoken is None:
            return {"thought": "", "logprob": None, "words": [], "top": []}
        tokens, start, stop = spoken
        found = attribute(self._agent.policy, tokens, start, stop)
        words = words_of(self._agent.chat.tokenizer, tokens[:start], found.effects)
        top = sorted(words, key=lambda word: -abs(word["effect"]))[: self._top]
        return {"thought": self._agent.thoughts[0], "logprob": found.logprob, "words": words, "top": top}
