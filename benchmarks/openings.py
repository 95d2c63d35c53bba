"""How soon a tiny model understands what a dialogue is about, from random words and from word vectors.

    OMP_NUM_THREADS=1 python benchmarks/openings.py --steps 750

All models read the same openings of logged dialogues, 32 a step. Printed is the share of dialogues whose first thought
would be right, of train scenarios held back and of the val and test splits, whose wording is another author's.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np
import torch
from copying import imitation_loss  # a sibling: Python looks for it beside the script
from torch import nn
from transformers import LlamaForCausalLM

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.tiny import copied_words, make_tiny_model, tokenizer_of
from dialogue_gym.agents.llm.trainer.openings import WordDropout, openings
from dialogue_gym.agents.llm.trainer.recipe import FROM_SCRATCH
from dialogue_gym.agents.llm.trainer.renaming import rename
from dialogue_gym.agents.llm.trainer.sft import encode_logs, pick, schedule
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.logs import LoggedDialogue, record_dialogues

ENV, KWARGS = "dialogue_gym/CustomerService-v0", {"difficulty": "easy"}
BATCH, RATE, UNSEEN, CONTEXT, FIRST = 32, 1e-3, 500, 2048, 1 << 30


def main() -> None:
    """Prints a row per model and third of the steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=750)
    parser.add_argument("--dialogues", type=int, default=16000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    seed, steps = arguments.seed, arguments.steps
    train = logged("train", arguments.dialogues + UNSEEN, FIRST)
    messages = [log.messages for log in train[:-UNSEEN]]
    tokenizer = tokenizer_of(messages)
    chat = ChatFormat(tokenizer)
    held_out = {"train": train[-UNSEEN:], "val": logged("val", UNSEEN), "test": logged("test", UNSEEN)}
    unseen = {name: openings(encode_logs(chat, logs, context=CONTEXT)) for name, logs in held_out.items()}
    renamed = rename(train[:-UNSEEN], copied_words(messages), seed=seed)
    seen = openings(encode_logs(chat, renamed, context=CONTEXT))

    print(f"{'model':12} {'steps':>6} {'seconds':>8} " + " ".join(f"{name:>6}" for name in unseen))
    noise = WordDropout(tokenizer, FROM_SCRATCH.word_dropout, seed=seed)
    for name, known in (("random words", []), ("word vectors", messages)):
        model = make_tiny_model(tokenizer, known, seed=seed)
        learn(name, model, seen, unseen, noise, steps, seed)


def logged(split: str, count: int, first: int = 0) -> list[LoggedDialogue]:
    """Dialogues of the careless agent, of which it did not mistake the matter."""
    dialogues = record_dialogues(ENV, count, env_kwargs=KWARGS, split=split, first=first)
    return [dialogue for dialogue in dialogues if all(message.get("weight", 1) for message in dialogue.messages)]


def learn(
    name: str,
    model: LlamaForCausalLM,
    seen: Sequence[Trajectory],
    unseen: dict[str, list[Trajectory]],
    noise: WordDropout,
    steps: int,
    seed: int,
) -> None:
    """Imitates openings and prints how well they are understood on the way."""
    words = [model.get_input_embeddings().weight]
    others = [parameter for parameter in model.parameters() if parameter is not words[0]]
    groups = [{"params": words, "times": FROM_SCRATCH.embedding_rate}, {"params": others, "times": 1.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95), weight_decay=0.0)
    lengths, spent = tuple(len(t.tokens) for t in seen), 0.0
    for step in range(steps):
        began = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = group["times"] * RATE * schedule(step / steps)
        batch = [noise(seen[i], step, n) for n, i in enumerate(pick(lengths, BATCH, step, seed))]
        loss = imitation_loss(model, batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        spent += time.perf_counter() - began
        if (step + 1) % max(1, steps // 3) == 0:
            shares = " ".join(f"{understood(model, dialogues):6.3f}" for dialogues in unseen.values())
            print(f"{name:12} {step + 1:6} {spent:8.0f} {shares}", flush=True)


@torch.no_grad()
def understood(model: LlamaForCausalLM, dialogues: Sequence[Trajectory]) -> float:
    """Share of openings after which the likeliest token is the thought that was logged."""
    right = []
    for dialogue in dialogues:
        start = int(dialogue.turns[0, 0])
        logits = model(torch.from_numpy(dialogue.tokens[None, :start])).logits[0, -1]
        right.append(int(logits.argmax()) == int(dialogue.tokens[start]))
    return float(np.mean(right))


if __name__ == "__main__":
    main()
