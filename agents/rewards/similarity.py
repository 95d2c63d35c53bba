"""How close a text is in meaning to what one would like to hear."""

from collections.abc import Sequence

import torch
from torch import Tensor

from dialogue_gym.agents.rewards._content import ContentReward, text_reader
from dialogue_gym.agents.rewards._encoder import device_of, load_encoder
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards.base import Reward


class EmbeddingSimilarityReward(ContentReward[float]):
    """The largest cosine between the embeddings of the turn's text and of reference texts, in [−1, 1].

    {"similarity": {"model": "my/embedder", "references": ["I am sorry for the trouble."]}}

    An embedding is the mean of the last hidden states (Reimers and Gurevych 2019, "Sentence-BERT", arXiv:1908.10084). A
    text that is one of the references gives 1. Saying a reference word by word is the best one can do: mix it with the
    task's reward.

    Args:
        model: Folder or hub id of an encoder (safetensors) with its tokenizer.
        references: Texts to be close to.
        text: "message" (the agent's words), "reply" (the other side's), "exchange" or "transcript".
        device: "auto", "cpu", "cuda:1", …
        name: Names the reward.
    """

    def __init__(
        self,
        model: str,
        references: Sequence[str],
        *,
        text: str = "message",
        device: str = "auto",
        name: str = "similarity",
    ) -> None:
        super().__init__(name, text_reader(text))
        if isinstance(references, str) or not references or not all(references):
            raise ConfigurationError(f"Expected a list of at least one text as references, got {references!r}.")
        self._encoder = load_encoder("AutoModel", model, device_of(device))
        self._references = self._embed(references)

    def _embed(self, texts: Sequence[str]) -> Tensor:
        """(n, D) embeddings of length 1."""

        def mean(output: object, mask: Tensor) -> Tensor:
            hidden_BTD: Tensor = output.last_hidden_state  # type: ignore[attr-defined]
            return (hidden_BTD * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)

        return torch.nn.functional.normalize(self._encoder.run(texts, mean), dim=-1)

    def _evaluate(self, texts: Sequence[str]) -> list[float]:
        nearest: list[float] = (self._embed(texts) @ self._references.T).amax(1).clamp(-1.0, 1.0).tolist()
        return nearest

    def _reward(self, value: float) -> Reward:
        return Reward(value, {self.name: value})
