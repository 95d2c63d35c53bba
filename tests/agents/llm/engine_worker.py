"""One process that trains on stored trajectories, stage by stage, and writes the losses of its steps as JSON.

python engine_worker.py <file of trajectories> <file for the losses> <zero stage> ...
"""

import json
import os
import sys
from pathlib import Path

from torch import Tensor

from dialogue_gym.agents.llm.batch import Batch, collate
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import Counts, ppo_clip_loss, scale, value_loss
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.tiny import make_tiny_model, make_tiny_tokenizer
from dialogue_gym.agents.llm.trainer.sft import split
from dialogue_gym.agents.llm.trajectory import load_trajectories

STEPS = 5


def losses_of(zero: int, stored: str) -> list[tuple[float, float]]:
    tokenizer = make_tiny_tokenizer(["a few words"], vocab_size=300)
    policy = Policy(make_tiny_model(tokenizer, hidden_size=32, layers=2, intermediate_size=48, max_positions=128))
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
