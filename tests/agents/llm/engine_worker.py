"""One process that trains on stored trajectories, stage by stage, and writes the losses of its steps as JSON.

python engine_worker.py <file of trajectories> <file for the losses> <zero stage> ...
"""

import json
import os
import sys
from pathlib import Path

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from dialogue_gym.agents.llm.batch import Batch, collate
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import Counts, ppo_clip_loss, scale, value_loss
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.trainer.sft import split
from dialogue_gym.agents.llm.trajectory import load_trajectories

STEPS = 5


def losses_of(zero: int, stored: str) -> list[tuple[float, float]]:
    # Plain random weights: AdamW turns rounding into whole steps where gradients are as good as zero, as are those of
    # the sharp attention that `make_tiny_model` begins with.
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = LlamaConfig(vocab_size=300, max_position_embeddings=128, tie_word_embeddings=True, **shape)
    policy = Policy(LlamaForCausalLM(config))
    engine = Engine(policy, zero_stage=zero)
    trajectories = load_trajectories(stored)
    counts = Counts(sum(len(t.logprobs) for t in trajectories), len(trajectories))
    mine = collate(trajectories[engine.rank :: engine.ranks])

    def loss_of(part: Batch) -> Tensor:
        scores = engine.score(part)
        policy_loss = ppo_clip_loss(scores.logprobs, part.flat(part.logprobs), part.flat(part.values), clip_high=50.0)
        critic_loss = value_loss(scores.values, part.flat(part.values), part.flat(part.rewards) + 1.0)
        return sum(
            (scale(loss, counts, ranks=engine.ranks) for loss in (policy_loss, critic_loss)), Tensor([0.0]).sum()
        )

    reports = [engine.step(split(mine, 64, engine), loss_of, learning_rate=1e-2) for _ in range(STEPS)]
    return [(report.loss, report.gradient_norm) for report in reports]


if __name__ == "__main__":
    stored, out, *stages = sys.argv[1:]
    losses = {stage: losses_of(int(stage), stored) for stage in stages}
    if os.environ.get("RANK", "0") == "0":
        Path(out).write_text(json.dumps(losses), encoding="utf-8")
