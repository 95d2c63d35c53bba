import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import (
    CohereConfig,
    CohereForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GenerationConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from dialogue_gym.agents.llm.batch import collate
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.errors import ConfigurationError

SIZES: dict[str, Any] = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "bos_token_id": None,
    "eos_token_id": 1,
    "pad_token_id": 0,
}
GPT2_SIZES: dict[str, Any] = {
    "vocab_size": 97,
    "n_embd": 32,
    "n_layer": 2,
    "n_head": 4,
    "n_positions": 64,
    "bos_token_id": None,
    "eos_token_id": 1,
}
MODELS: dict[str, Callable[[], Any]] = {
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**SIZES, attention_dropout=0.5)),
    "gpt2": lambda: GPT2LMHeadModel(GPT2Config(**GPT2_SIZES)),  # dropout 0.1 everywhere by default
    # Both change their logits after the output layer: a soft cap, a factor.
    "gemma2": lambda: Gemma2ForCausalLM(Gemma2Config(**SIZES, head_dim=8, final_logit_softcapping=0.05)),
    "cohere": lambda: CohereForCausalLM(CohereConfig(**SIZES, logit_scale=0.0625)),
}

TOKENS = torch.arange(33).view(3, 11) * 17 % 97
ROWS, COLUMNS = torch.tensor([2, 0, 1, 1]), torch.tensor([10, 1, 4, 5])


@pytest.fixture
def llama() -> Policy:
    torch.manual_seed(0)
    return Policy(MODELS["llama"]())


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("training", [False, True])
def test_scores_are_those_of_the_models_own_full_logits(name: str, training: bool) -> None:
    torch.manual_seed(0)
    policy = Policy(MODELS[name](), temperature=0.5).train(training)
    assert policy.picks_before_head
    scores = policy(TOKENS, ROWS, COLUMNS)
    logits = policy.model(TOKENS).logits[ROWS, COLUMNS - 1] / 0.5
    logprobs = logits.log_softmax(-1)
    torch.testing.assert_close(scores.logprobs, logprobs[torch.arange(4), TOKENS[ROWS, COLUMNS]])
    torch.testing.assert_close(scores.entropy, -(logprobs.exp() * logprobs).sum(-1))
    assert logits.shape == (4, 97)


@pytest.mark.parametrize("name", MODELS)
def test_there_is_no_dropout_in_any_mode(name: str) -> None:
    policy = Policy(MODELS[name]())
    one = policy.train()(TOKENS, ROWS, COLUMNS).logprobs
    assert torch.equal(one, policy.train()(TOKENS, ROWS, COLUMNS).logprobs)
    torch.testing.assert_close(one, policy.eval()(TOKENS, ROWS, COLUMNS).logprobs)


class _RewritesHead(nn.Module):
    """An output layer whose result depends on all positions, so that none can be left out."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.head(hidden + hidden.mean(1, keepdim=True))  # type: ignore[no-any-return]


def test_what_cannot_be_proven_falls_back_to_full_logits(llama: Policy) -> None:
    model = llama.model
    model.lm_head = _RewritesHead(model.lm_head)
    policy = Policy(model)
    assert not policy.picks_before_head
    policy.value_head.weight.data.normal_()
    found = policy.read(TOKENS, ROWS, COLUMNS)
    torch.testing.assert_close(found.logits, model(TOKENS).logits[ROWS, COLUMNS])
    hidden = model.model(TOKENS).last_hidden_state[ROWS, COLUMNS]
    torch.testing.assert_close(found.values, policy.value_head(hidden))


def test_values_begin_at_zero_and_read_the_predicting_position(llama: Policy) -> None:
    assert not llama(TOKENS, ROWS, COLUMNS).values.any()
    llama.value_head.weight.data.normal_()
    hidden = llama.model.model(TOKENS).last_hidden_state[ROWS, COLUMNS - 1]
    torch.testing.assert_close(llama(TOKENS, ROWS, COLUMNS).values, hidden @ llama.value_head.weight)


def test_padding_on_the_right_changes_nothing(llama: Policy) -> None:
    llama.value_head.weight.data.normal_()
    dialogues = [Trajectory.from_log(list(range(2, 2 + n)), [(3, 5), (n - 2, n)]) for n in (8, 30, 14)]
    together = llama.score(collate(dialogues, pad_id=1))
    apart = [llama.score(collate([dialogue])) for dialogue in dialogues]
    for one, others in zip(together, zip(*apart, strict=True), strict=True):
        torch.testing.assert_close(one, torch.cat(others), atol=1e-5, rtol=1e-5)


def test_every_parameter_gets_a_gradient_and_the_entropy_only_on_request(llama: Policy) -> None:
    scores = llama(TOKENS, ROWS, COLUMNS)
    assert not scores.entropy.requires_grad
    (scores.logprobs.sum() + scores.values.sum()).backward()
    assert all(parameter.grad is not None for parameter in llama.parameters())
    assert llama(TOKENS, ROWS, COLUMNS, entropy_gradient=True).entropy.requires_grad


def test_gradients_are_those_of_full_logits_under_gradient_checkpointing_too(llama: Policy) -> None:
    (expected,) = torch.autograd.grad(
        llama.model(TOKENS).logits.log_softmax(-1)[ROWS, COLUMNS - 1, TOKENS[ROWS, COLUMNS]].sum(),
        llama.model.model.layers[0].mlp.up_proj.weight,
    )
    llama.model.activation_checkpointing_enable({"use_reentrant": False})
    llama.train()(TOKENS, ROWS, COLUMNS).logprobs.sum().backward()
    torch.testing.assert_close(llama.model.model.layers[0].mlp.up_proj.weight.grad, expected)
    with llama.speaking():
        assert not llama.training
        assert not torch.is_grad_enabled()
    assert llama.training


def test_lora_trains_adapters_without_dropout() -> None:
    torch.manual_seed(0)
    config = LoraConfig(r=2, target_modules=["q_proj", "v_proj"], lora_dropout=0.5, init_lora_weights=False)
    policy = Policy(get_peft_model(MODELS["llama"](), config)).train()
    assert policy.picks_before_head
    scores = policy(TOKENS, ROWS, COLUMNS)
    assert torch.equal(scores.logprobs, policy(TOKENS, ROWS, COLUMNS).logprobs)
    (scores.logprobs.sum() + scores.values.sum()).backward()
    trained = [name for name, parameter in policy.named_parameters() if parameter.grad is not None]
    assert all("lora" in name or "value_head" in name for name in trained)
    assert len(trained) == 2 * 2 * 2 + 2


def test_a_copy_is_independent(llama: Policy) -> None:
    twin = copy.deepcopy(llama)
    llama.model.lm_head.weight.data.zero_()
    assert not torch.equal(twin(TOKENS, ROWS, COLUMNS).logprobs, llama(TOKENS, ROWS, COLUMNS).logprobs)
    assert twin.picks_before_head


def test_saving_and_loading(llama: Policy, tmp_path: Path) -> None:
    llama.value_head.weight.data.normal_()
    llama.save(tmp_path)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".json", ".json", ".safetensors", ".safetensors"]
    loaded = Policy.load(tmp_path, temperature=2.0)
    assert loaded.temperature == 2.0
    for one, other in zip(llama(TOKENS, ROWS, COLUMNS), loaded(TOKENS, ROWS, COLUMNS), strict=True):
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
    assert torch.equal(llama(TOKENS, ROWS, COLUMNS).values, loaded(TOKENS, ROWS, COLUMNS).values)
    llama.save(tmp_path, temperature=0.6)
    assert GenerationConfig.from_pretrained(tmp_path).temperature == 0.6
    (tmp_path / "value_head.safetensors").unlink()
    assert not Policy.load(tmp_path)(TOKENS, ROWS, COLUMNS).values.any()


def test_half_precision_scores_come_out_in_float32(llama: Policy, tmp_path: Path) -> None:
    llama.save(tmp_path)
    policy = Policy.load(tmp_path, dtype=torch.bfloat16)
    scores = policy(TOKENS, ROWS, COLUMNS)
    assert {x.dtype for x in scores} == {torch.float32}
    torch.testing.assert_close(scores.logprobs, llama(TOKENS, ROWS, COLUMNS).logprobs, atol=0.05, rtol=0.0)


def test_a_temperature_of_zero_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Greedy is an option"):
        Policy(MODELS["llama"](), temperature=0.0)
