"""Any sequence classifier of the hub, or of one's own, as a reward."""

from collections.abc import Mapping, Sequence

from dialogue_gym.agents.rewards._content import ContentReward, text_reader
from dialogue_gym.agents.rewards._encoder import device_of, load_encoder
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.rewards.base import Reward


class HFClassifierReward(ContentReward[list[float]]):
    """Σ weight × probability of a classifier's labels for one text of the turn.

    {"classifier": {"model": "my/toxicity", "labels": {"toxic": -1.0}, "text": "message"}}

    A model with a single output (a regressor) gives that number itself, and takes no labels. Labels with weight are
    parts; all others' probabilities are left out. With labels {"good": 1, "bad": -1} and probabilities 0.7, 0.2, 0.1
    for good, bad, other the reward is 0.5.

    Args:
        model: Folder or hub id of a sequence-classification model (safetensors) with its tokenizer.
        labels: Each label's weight, or the one label that counts 1.
        text: "message" (the agent's words), "reply" (the other side's), "exchange" or "transcript".
        device: "auto", "cpu", "cuda:1", …
        name: Names the reward.
    """

    def __init__(
        self,
        model: str,
        labels: Mapping[str, float] | str | None = None,
        *,
        text: str = "message",
        device: str = "auto",
        name: str = "classifier",
    ) -> None:
        super().__init__(name, text_reader(text))
        self._encoder = load_encoder("AutoModelForSequenceClassification", model, device_of(device))
        config = self._encoder.model.config
        known = {label: number for number, label in config.id2label.items()}
        self._single = config.num_labels == 1
        given = {labels: 1.0} if isinstance(labels, str) else dict(labels or {})
        if self._single != (not given):
            raise ConfigurationError(
                f"Expected {'no labels' if self._single else 'weights for some labels'} with {model!r}, which has "
                f"{'one output' if self._single else ', '.join(known)}; got {labels!r}."
            )
        for label in given:
            if label not in known:
                raise UnknownNameError(f"label of {model}", label, known)
        self._weights = {label: (known[label], float(weight)) for label, weight in given.items()}

    def _evaluate(self, texts: Sequence[str]) -> list[list[float]]:
        logits = self._encoder.run(texts, lambda output, mask: output.logits)
        values: list[list[float]] = (logits if self._single else logits.softmax(-1)).tolist()
        return values

    def _reward(self, value: list[float]) -> Reward:
        if self._single:
            return Reward(value[0], {self.name: value[0]})
        parts = {label: weight * value[number] for label, (number, weight) in self._weights.items()}
        return Reward(sum(parts.values()), parts)
