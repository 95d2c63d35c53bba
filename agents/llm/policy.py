"""A causal language model with a value head: what is trained, and what speaks.

`Policy` is one `nn.Module`, so that an engine that shards parameters (DeepSpeed ZeRO-3) sees every use of
them inside its forward pass. Most positions of a dialogue are not the policy's own, and logits are large, so
the hidden states of the wanted positions are picked *before* the output layer: a hook on that layer swaps its
input. Whatever a model does to its logits afterwards (soft caps, scaling) still happens. That this gives the
model's own logits is proven when the policy is made; if not, full logits are computed and picked from.

Shapes: B dialogues, T tokens, N picked positions, V vocabulary, D hidden size.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM

from dialogue_gym.agents.llm.batch import Batch
from dialogue_gym.errors import ConfigurationError, DialogueGymError


class NonFiniteError(DialogueGymError, ArithmeticError):
    """Something that training rests on is infinite or not a number."""


_VALUE_HEAD_FILE = "value_head.safetensors"
# Largest difference allowed between two ways of computing the same logits, relative to their spread.
_TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9, torch.float16: 1e-2, torch.bfloat16: 5e-2}


class Reading(NamedTuple):
    """What the policy makes of a position: float32 logits (N, V) at its temperature, float32 values (N,)."""

    logits: Tensor
    values: Tensor


class TokenScores(NamedTuple):
    """What the losses need of each action token, all float32 (N,), in the order of `Batch.flat`.

    Attributes:
        logprobs: Log-probability of the token, at the sampling temperature.
        values: Value where it was predicted.
        entropy: Of the distribution it was drawn from, in nats; with gradient only if asked for.
    """

    logprobs: Tensor
    values: Tensor
    entropy: Tensor


class ValueHead(nn.Module):
    """Hidden states (N, D) to values (N,), in float32. Begins at 0: an untrained critic claims nothing."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(hidden_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, hidden_ND: Tensor) -> Tensor:
        """The values."""
        # A bf16 sum over thousands of products would be off by whole percents.
        return hidden_ND.float() @ self.weight.float() + self.bias.float()


class Policy(nn.Module):
    """A causal LM and its value head.

    Args:
        model: Any causal LM of transformers, or one wrapped by peft. Its dropout is set to 0 in every mode:
            the ratios of PPO compare two passes over the same tokens.
        temperature: Divides the logits wherever the policy samples or scores.

    Attributes:
        picks_before_head: Whether positions are picked before the output layer; False where that could not be
            proven.
    """

    def __init__(self, model: Any, *, temperature: float = 1.0) -> None:
        super().__init__()
        if not temperature > 0:
            raise ConfigurationError(f"Expected a temperature above 0, got {temperature}. Greedy is an option of play.")
        self.model = model
        self.temperature = temperature
        self.config = model.config
        self.value_head = ValueHead(self.config.get_text_config().hidden_size).to(model.device, model.dtype)
        _set_dropout_to_zero(model)
        self._positions: tuple[Tensor, Tensor] | None = None
        self._hidden: Tensor | None = None
        head = model.get_output_embeddings()
        self.picks_before_head = head is not None
        if head is not None:
            head.register_forward_pre_hook(self._pick)
            self.picks_before_head = self._agrees_with_full_logits()

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        temperature: float = 1.0,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
        attention: str = "sdpa",
    ) -> Self:
        """A policy from a Hugging Face folder or hub id; safetensors only, no code of the model's author.

        Args:
            path: Folder or hub id. A value head that `save` left there is loaded, else a new one begins at 0.
            temperature: Of sampling and scoring.
            dtype: Of the parameters.
            device: Where they go.
            attention: transformers' `attn_implementation`.
        """
        config = AutoConfig.from_pretrained(path)
        for name in _dropout_names(vars(config)):
            setattr(config, name, 0.0)
        model: Any = AutoModelForCausalLM.from_pretrained(
            path, config=config, dtype=dtype, use_safetensors=True, attn_implementation=attention
        )
        policy = cls(model.to(device), temperature=temperature)
        head = Path(path) / _VALUE_HEAD_FILE
        if head.is_file():
            policy.value_head.load_state_dict(load_file(head))
        return policy

    def save(self, path: str | os.PathLike[str], *, temperature: float | None = None) -> None:
        """Writes the model as a Hugging Face folder, with the value head beside it.

        Args:
            path: The folder.
            temperature: What the folder tells others to sample at; None for the policy's own.
        """
        generation = self.model.generation_config
        generation.do_sample, generation.temperature = True, self.temperature if temperature is None else temperature
        self.model.save_pretrained(path)
        head = {name: tensor.detach().cpu().contiguous() for name, tensor in self.value_head.state_dict().items()}
        save_file(head, Path(path) / _VALUE_HEAD_FILE)

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return self.value_head.weight.device

    def forward(
        self, tokens_BT: Tensor, rows_N: Tensor, columns_N: Tensor, *, entropy_gradient: bool = False
    ) -> TokenScores:
        """Scores the tokens at (rows_N, columns_N), each from the tokens before it.

        Padding must be on the right: a causal model then needs no attention mask, since no real token sees
        padding, and the fastest kernels apply.

        Args:
            tokens_BT: int64 (B, T).
            rows_N: int64 (N,).
            columns_N: int64 (N,), at least 1.
            entropy_gradient: Keep what the gradient of the entropy needs: as much memory again as the logits.
        """
        logits_NV, values_N = self.read(tokens_BT, rows_N, columns_N - 1)
        target_NK = tokens_BT[rows_N, columns_N][:, None]
        normaliser_N = logits_NV.logsumexp(-1)
        logprobs_N = logits_NV.gather(1, target_NK).squeeze(1) - normaliser_N
        with torch.set_grad_enabled(entropy_gradient and torch.is_grad_enabled()):
            # H = log Z - E[logit]
            entropy_N = normaliser_N - (logits_NV.softmax(-1) * logits_NV).sum(-1)
        return TokenScores(logprobs_N, values_N, entropy_N)

    def score(self, batch: Batch, *, entropy_gradient: bool = False) -> TokenScores:
        """`forward` over the action tokens of a batch, for callers without an engine around the policy."""
        scores: TokenScores = self(batch.tokens, *batch.action_index, entropy_gradient=entropy_gradient)
        return scores

    def read(self, tokens_BT: Tensor, rows_N: Tensor, columns_N: Tensor, **model_arguments: Any) -> Reading:
        """Logits and values at the positions (rows_N, columns_N), for what comes after each.

        Args:
            tokens_BT: int64 (B, T).
            rows_N: int64 (N,).
            columns_N: int64 (N,).
            **model_arguments: For the model's forward: `past_key_values`, `attention_mask`, `position_ids`.
        """
        model_arguments.setdefault("use_cache", False)
        if self.picks_before_head:
            logits_NV, hidden_ND = self._picked(tokens_BT, rows_N, columns_N, **model_arguments)
            assert hidden_ND is not None, "the output layer was seen to pick when the policy was made"
        else:
            output = self.model(input_ids=tokens_BT, output_hidden_states=True, **model_arguments)
            logits_NV = output.logits[rows_N, columns_N]
            hidden_ND = output.hidden_states[-1][rows_N, columns_N]
        logits_NV = logits_NV.float()
        if self.temperature != 1.0:
            logits_NV = logits_NV / self.temperature
        return Reading(logits_NV, self.value_head(hidden_ND))

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """No gradients, and evaluation mode: in training mode gradient checkpointing takes the cache away."""
        was_training = self.training
        self.eval()
        try:
            with torch.no_grad():
                yield
        finally:
            self.train(was_training)

    def _picked(
        self, tokens_BT: Tensor, rows_N: Tensor, columns_N: Tensor, **model_arguments: Any
    ) -> tuple[Tensor, Tensor | None]:
        """The model's forward, picking before the output layer: logits (N, V), hidden states (N, D)."""
        self._positions = rows_N, columns_N
        try:
            logits_KNV = self.model(input_ids=tokens_BT, **model_arguments).logits
            return logits_KNV[0], self._hidden
        finally:
            self._positions = self._hidden = None

    def _pick(self, head: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        """Before the output layer: its input (B, T, D) becomes the wanted positions, as (1, N, D)."""
        if self._positions is None:
            return None
        self._hidden = inputs[0][self._positions]
        return self._hidden[None], *inputs[1:]

    def _agrees_with_full_logits(self) -> bool:
        """Whether picking before the head gives what the model gives without."""
        vocabulary = self.config.get_text_config().vocab_size
        tokens_BT = (torch.arange(24, device=self.device) * 7919 % vocabulary).view(2, 12)
        rows_N = torch.tensor([1, 0, 0, 1], device=self.device)
        columns_N = torch.tensor([11, 3, 0, 5], device=self.device)
        with self.speaking():
            full_NV = self.model(input_ids=tokens_BT, use_cache=False).logits[rows_N, columns_N]
            picked_NV, hidden_ND = self._picked(tokens_BT, rows_N, columns_N, use_cache=False)
        if hidden_ND is None or picked_NV.shape != full_NV.shape:
            return False
        return close(picked_NV, full_NV, self.model.dtype)


def close(one: Tensor, other: Tensor, dtype: torch.dtype) -> bool:
    """Whether logits that were computed in two ways agree as well as `dtype` allows."""
    # Relative to the spread: an untrained model's logits are all alike, and an error in attention moves them
    # little.
    return bool((one - other).abs().max() <= _TOLERANCE[dtype] * (other.max() - other.min()))


def _dropout_names(attributes: dict[str, Any]) -> list[str]:
    """The probabilities of dropout among attributes, by the names transformers gives them."""
    names = [name for name in attributes if "dropout" in name or name.endswith("pdrop") or name == "drop"]
    return [name for name in names if isinstance(attributes[name], float)]


def _set_dropout_to_zero(model: nn.Module) -> None:
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
            module.p = 0.0
        for name in _dropout_names(vars(module)):
            setattr(module, name, 0.0)
