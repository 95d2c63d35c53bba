"""Hugging Face encoders as functions of texts: loaded once, frozen, in evaluation mode, batched by length."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.errors import ConfigurationError

BATCH_TOKENS = 8192
"""Rows × longest row of one forward pass."""


class Encoder:
    """A tokenizer and a model.

    Args:
        model: What `load` gave.
        tokenizer: Its tokenizer.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer

    def run(self, texts: Sequence[str], read: Callable[[Any, Tensor], Tensor]) -> Tensor:
        """(len(texts), …) float32 on the CPU: what `read` takes from the output and the attention mask of each batch.

        Args:
            texts: Texts; each is cut to the model's length.
            read: From the model's output and the mask (B, T) to a tensor with B rows.
        """
        positions = getattr(self.model.config, "max_position_embeddings", None) or 512
        longest = min(positions, self.tokenizer.model_max_length)
        encoded = self.tokenizer(list(texts), truncation=True, max_length=longest)["input_ids"]
        rows: list[Tensor | None] = [None] * len(texts)
        with torch.no_grad():
            for batch in _batches([len(ids) for ids in encoded]):
                padded = self.tokenizer.pad({"input_ids": [encoded[i] for i in batch]}, return_tensors="pt")
                padded = {name: tensor.to(self.model.device) for name, tensor in padded.items()}
                found = read(self.model(**padded), padded["attention_mask"]).float().cpu()
                for i, row in zip(batch, found, strict=True):
                    rows[i] = row
        return torch.stack([row for row in rows if row is not None])


def device_of(device: str) -> torch.device:
    """The device asked for; "auto" is the accelerator, or the CPU where there is none."""
    return _distributed.pick_device() if device == "auto" else torch.device(device)


@lru_cache(maxsize=8)
def load_encoder(kind: str, path: str, device: torch.device) -> Encoder:
    """The encoder of a folder or hub id; one per process, however many rewards use it.

    Args:
        kind: Which of transformers' automatic classes.
        path: Folder or hub id; safetensors only, no code of its author's.
        device: Where it goes.
    """
    import transformers

    try:
        model = getattr(transformers, kind).from_pretrained(path, use_safetensors=True)
        tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"Expected {path!r} to be a folder or hub id that {kind} loads, with a tokenizer, got: "
            f"{str(error).splitlines()[0]}"
        ) from None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if model.config.pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id
    return Encoder(model.eval().requires_grad_(False).to(device), tokenizer)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts of like length, the longest first."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
