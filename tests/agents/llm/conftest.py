"""A tiny policy and a toy vector environment, in place of anything heavy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.tiny import make_tiny_tokenizer

INSTRUCTIONS = "# Counting desk\n\nCount on from the number you hear."
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "count",
            "description": "Counts.",
            "parameters": {"type": "object", "properties": {"to": {"type": "integer"}}},
        },
    }
]
TEXTS = [f"Please count on from {n}, thank you. <tool_response>{n}</tool_response>" for n in range(40)]


class CountingEnv:
    """A deterministic TextEnv: it says numbers, pays for the length of answers, and ends at different times.

    Row i of scenario s ends after 2 + s % 3 turns; scenarios from 100 on run into the task's own turn limit, and those
    from 200 on never end. Every second message is a tool's.
    """

    def __init__(self, num_envs: int) -> None:
        self.num_envs = num_envs
        self.actions: list[list[str | None]] = []

    def reset(self, scenarios: Sequence[int], trials: Sequence[int]) -> tuple[list[str], list[Mapping[str, Any]]]:
        self._scenarios, self._trials = list(scenarios), list(trials)
        self._turns = [0] * self.num_envs
        infos = [{"instructions": INSTRUCTIONS, "tools": TOOLS, **self._info(row)} for row in range(self.num_envs)]
        return [info["messages"][0]["content"] for info in infos], infos

    def step(self, actions: Sequence[str | None]) -> tuple[Any, ...]:
        self.actions.append(list(actions))
        rewards, terminated, truncated, infos = [0.0] * self.num_envs, [], [], []
        for row, action in enumerate(actions):
            assert action is None or not self._is_over(row), "nobody speaks after the end"
            assert action is not None or self._is_over(row) or self._scenarios[row] >= 200, "only a cut is silent"
            if action is not None:
                self._turns[row] += 1
                rewards[row] = len(action) / 100.0
            over = self._is_over(row)
            terminated.append(over and self._scenarios[row] < 100)
            truncated.append(over and self._scenarios[row] >= 100)
            outcome = {"outcome": {"turns": self._turns[row]}, "stop_reason": "completed"} if over else {}
            infos.append({**self._info(row), **outcome, "reward_terms": {"length": rewards[row]}})
        return [info["messages"][0]["content"] for info in infos], rewards, terminated, truncated, infos

    def _is_over(self, row: int) -> bool:
        return self._scenarios[row] < 200 and self._turns[row] >= 2 + self._scenarios[row] % 3

    def _info(self, row: int) -> dict[str, Any]:
        turn = self._turns[row]
        number = 7 * self._scenarios[row] + self._trials[row] + turn
        role = "tool" if turn % 2 else "user"
        return {"messages": [{"role": role, "content": "and on " * (turn % 3) + f"from {number}, thank you"}]}


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return make_tiny_tokenizer(TEXTS, vocab_size=400)


@pytest.fixture(scope="session")
def chat(tokenizer: PreTrainedTokenizerFast) -> ChatFormat:
    return ChatFormat(tokenizer)


@pytest.fixture(scope="session")
def make_policy(tokenizer: PreTrainedTokenizerFast) -> Callable[..., Policy]:
    """Makes a small random policy of an architecture, with a value head that says something."""

    def make(kind: str = "qwen2", *, attention: str = "sdpa", temperature: float = 1.0) -> Policy:
        sizes: dict[str, Any] = {
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 512,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "attn_implementation": attention,
        }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            if kind == "qwen2":
                model = Qwen2ForCausalLM(Qwen2Config(**sizes))
            elif kind == "llama":
                model = LlamaForCausalLM(LlamaConfig(**sizes))
            else:
                model = MistralForCausalLM(MistralConfig(**sizes, sliding_window=8))
            for parameter in model.parameters():
                # Weights as small as fresh ones would hide errors of attention in nearly uniform distributions.
                parameter.data.mul_(4.0 if parameter.ndim > 1 else 1.0)
            # Some turns end by themselves, others at their budget.
            bias = torch.zeros(len(tokenizer))
            bias[tokenizer.eos_token_id] = 4.0
            model.lm_head.bias = torch.nn.Parameter(bias)
            policy = Policy(model.eval(), temperature=temperature)
            policy.value_head.weight.data.normal_()
        return policy

    return make


@pytest.fixture(scope="session")
def counting_env() -> type[CountingEnv]:
    return CountingEnv
