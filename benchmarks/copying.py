"""How soon a tiny model copies values into its tool calls, from plain random weights and from weights that can copy.

    OMP_NUM_THREADS=1 python benchmarks/copying.py --seconds 120

Both imitate the same logged dialogues in the same order. Printed is the share of values in the tool calls of unseen
dialogues, of those that stand somewhere before, that the model would get right in every token, each token given the
right ones before it.
"""

import argparse
import re
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from dialogue_gym.agents.llm.chat import ChatFormat, EncodedDialogue
from dialogue_gym.agents.llm.tiny import make_tiny_model, tokenizer_of
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.logs import record_dialogues

ENV, BATCH, RATE, UNSEEN = "dialogue_gym/CustomerService-v0", 4, 3e-3, 100
VALUE = re.compile(r'"\w+": "?([^",}]+)')


def main() -> None:
    """Prints a row per model and quarter of the time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0, help="of training, per model")
    parser.add_argument("--dialogues", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    logs = list(record_dialogues(ENV, arguments.dialogues, env_kwargs={"difficulty": "easy"}, seed=arguments.seed))
    tokenizer = tokenizer_of([log.messages for log in logs])
    chat = ChatFormat(tokenizer)
    dialogues = [chat.encode_dialogue(log.instructions, log.tools, log.messages) for log in logs]
    copying = make_tiny_model(tokenizer, seed=arguments.seed)
    torch.manual_seed(arguments.seed)
    plain = LlamaForCausalLM(copying.config)
    print(f"{'weights':8} {'seconds':>8} {'Mtokens':>8} {'copied':>7}")
    for name, model in (("plain", plain), ("copying", copying)):
        optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98))
        order = np.random.default_rng(arguments.seed)
        spent, seen = 0.0, 0
        for quarter in range(1, 5):
            while spent < quarter * arguments.seconds / 4:
                began = time.perf_counter()
                chosen = [dialogues[i] for i in order.integers(UNSEEN, len(dialogues), BATCH)]
                loss = imitation_loss(model, chosen)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                seen += sum(len(dialogue.tokens) for dialogue in chosen)
                spent += time.perf_counter() - began
            copied = share_copied(model, chat, dialogues[:UNSEEN])
            print(f"{name:8} {spent:8.0f} {seen / 1e6:8.2f} {copied:7.3f}", flush=True)


def imitation_loss(model: LlamaForCausalLM, dialogues: Sequence[EncodedDialogue | Trajectory]) -> Tensor:
    """Mean −log π over the agent's tokens."""
    width = max(len(dialogue.tokens) for dialogue in dialogues)
    tokens_BT = torch.zeros(len(dialogues), width, dtype=torch.long)
    targets_BT = torch.full_like(tokens_BT, -100)
    for row, dialogue in enumerate(dialogues):
        tokens_BT[row, : len(dialogue.tokens)] = torch.as_tensor(dialogue.tokens)
        for start, end in dialogue.turns:
            targets_BT[row, start:end] = tokens_BT[row, start:end]
    hidden_BTD = model.model(input_ids=tokens_BT).last_hidden_state[:, :-1]
    said_BT = targets_BT[:, 1:] != -100
    return nn.functional.cross_entropy(model.lm_head(hidden_BTD[said_BT]), targets_BT[:, 1:][said_BT])


@torch.no_grad()
def share_copied(model: LlamaForCausalLM, chat: ChatFormat, dialogues: Sequence[EncodedDialogue]) -> float:
    """Share of the values in tool calls that stand before them and would be said right."""
    right: list[bool] = []
    for dialogue in dialogues:
        foreseen = model(torch.tensor([dialogue.tokens])).logits[0].argmax(-1).tolist()
        for start, end in dialogue.turns:
            pieces = [chat.tokenizer.decode([token]) for token in dialogue.tokens[start:end]]
            said, heard = "".join(pieces), chat.tokenizer.decode(dialogue.tokens[:start])
            name, opening, arguments = said.partition('"arguments": {')
            for value in VALUE.finditer(said, len(name + opening)) if arguments else ():
                if value[1] in heard:
                    place, inside = 0, []
                    for number, piece in enumerate(pieces, start):
                        if place < value.end(1) and place + len(piece) > value.start(1):
                            inside.append(number)
                        place += len(piece)
                    right.append(all(foreseen[number - 1] == dialogue.tokens[number] for number in inside))
    return sum(right) / max(1, len(right))


if __name__ == "__main__":
    main()
