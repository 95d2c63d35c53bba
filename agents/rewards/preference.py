"""A Bradley-Terry model of which dialogue people (or returns) prefer, as a reward."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from dialogue_gym.agents.llm.agent import load_model
from dialogue_gym.agents.llm.batch import collate, plan_micro_batches
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.rewards._content import ContentReward
from dialogue_gym.agents.rewards._encoder import device_of
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import joined_turns
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.runs import whole_folder

FILE = "preference.json"
"""Beside the model: mean and deviation of its scores on the pairs it was trained on, and the context it reads."""
MICRO_TOKENS = 8192


class PreferenceReward(ContentReward[float]):
    """The score of a whole dialogue by a model trained on preference pairs: `dialogue-gym train reward`.

    {"preference": {"model": "runs/reward"}}

    Of two dialogues the model holds the first for the better one with chance σ(a − b), a and b their raw scores
    (Bradley and Terry 1952; Ouyang et al. 2022, arXiv:2203.02155, eq. 1). The reward is (raw − mean) / deviation over
    the dialogues it was trained on, so that it is around 0 and of size 1: a dialogue one deviation better gives 1.

    Args:
        model: A run of `train reward`, or its folder "model".
        every_turn: Score the dialogue so far after every turn, for the potential of a shaping; otherwise only whole
            dialogues, and a turn within one is a turn to which this does not apply.
        device: "auto", "cpu", "cuda:1", …
        name: Names the reward.
    """

    def __init__(self, model: str, *, every_turn: bool = False, device: str = "auto", name: str = "preference") -> None:
        super().__init__(name, self._dialogue)
        folder = whole_folder(Path(model) / "model") or whole_folder(Path(model)) or Path(model)
        try:
            settings = json.loads((folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise ConfigurationError(
                f"Expected a preference model with a {FILE} in {str(folder)!r}, got none. "
                "Make one with: dialogue-gym train reward --pairs FILE"
            ) from None
        self._mean, self._deviation = float(settings["mean"]), float(settings["deviation"])
        self._context = int(settings["context"])
        self._every_turn = every_turn
        policy, self._chat = load_model(str(folder))
        self._policy = policy.to(device_of(device)).eval().requires_grad_(False)

    def _dialogue(self, step: Step) -> str:
        return json.dumps(step.transcript, ensure_ascii=False) if step.ended or self._every_turn else ""

    def _evaluate(self, texts: Sequence[str]) -> list[float]:
        encoded = [encode(self._chat, json.loads(text), context=self._context) for text in texts]
        return raw_scores(self._policy, encoded)

    def _reward(self, value: float) -> Reward:
        total = (value - self._mean) / self._deviation
        return Reward(total, {self.name: total, "raw/score": value})


def encode(chat: ChatFormat, messages: Sequence[Mapping[str, Any]], *, context: int) -> Trajectory:
    """A dialogue as tokens, its score to be read at the last of them.

    The value head is read where an action token is predicted. So one token more is put behind the dialogue, as its only
    action token; which one it is plays no part.

    Args:
        chat: Of the model's tokenizer.
        messages: The dialogue, without instructions: all that are compared have the same.
        context: Of a longer one the end is read.
    """
    tokens = chat.encode_dialogue("", [], joined_turns(messages)).tokens[-context + 1 :]
    return Trajectory.from_log([*tokens, tokens[-1]], [(len(tokens), len(tokens) + 1)])


def raw_scores(policy: Policy, encoded: Sequence[Trajectory]) -> list[float]:
    """The model's scores of encoded dialogues, in order."""
    batch = collate(encoded).to(policy.device)
    scores = torch.zeros(len(encoded))
    with policy.speaking():
        for rows in plan_micro_batches(batch.lengths.tolist(), MICRO_TOKENS):
            scores[rows] = policy.score(batch.select(rows)).values.float().cpu()
    found: list[float] = scores.tolist()
    return found
