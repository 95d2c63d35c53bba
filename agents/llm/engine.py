"""The training engine: DeepSpeed around a policy, on one process or many, CPU or accelerator, ZeRO 0 to 3.

One optimizer step, from micro-batches to new weights::

    engine = Engine(policy, zero_stage=2)
    report = engine.step(micro_batches, lambda batch: ...,
                         learning_rate=1e-3)

What DeepSpeed does on its own and must not do twice or at all here: it averages gradients over ranks (losses undo
that, see `losses.scale`); it steps into non-finite weights at stage 0 and skips such steps in silence at stages 2
and 3 (here every rank checks first, and raises); it would divide by the number of micro-batches (it is told of one).
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.batch import Batch
from dialogue_gym.agents.llm.policy import NonFiniteError, Policy, TokenScores
from dialogue_gym.errors import ConfigurationError

T = TypeVar("T")

ZERO_STAGES = (0, 1, 2, 3)


class StepReport(NamedTuple):
    """One optimizer step.

    Attributes:
        loss: Sum of the micro-batches' scaled losses over all ranks, averaging undone: the loss itself.
        gradient_norm: Euclidean norm of the whole gradient before clipping.
    """

    loss: float
    gradient_norm: float


class Engine:
    """Trains a policy.

    Args:
        policy: Is moved nowhere: make it on `_distributed.pick_device()`.
        weight_decay: Of AdamW, on matrices only.
        betas: Of AdamW.
        max_grad_norm: Gradients are scaled down to this norm.
        zero_stage: What is split over processes: 0 nothing, 1 optimizer state, 2 gradients too, 3 parameters too.
        config: More of DeepSpeed's configuration (offload, communication, ...), over what is set here. Batch sizes
            are set here and refused there.

    Attributes:
        policy: What was given; at stage 3 its parameters are split, so speak with `speaker`.
        rank: Number of this process.
        ranks: Number of processes.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        weight_decay: float = 0.0,
        betas: tuple[float, float] = (0.9, 0.95),
        max_grad_norm: float = 1.0,
        zero_stage: int = 0,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        settings = engine_config(
            zero_stage, max_grad_norm, bf16=policy.value_head.weight.dtype is torch.bfloat16, more=config
        )
        self.policy = policy
        self.device = policy.device
        self.zero_stage: int = settings["zero_optimization"]["stage"]
        deepspeed = _distributed.start(policy.device)
        self.rank, self.ranks = _distributed.rank(), _distributed.world_size()
        # At stage 3 the policy's own parameters are split among the processes: a whole copy plays and scores.
        self.speaker = policy if self.zero_stage < 3 else _copy_of(policy)
        # DeepSpeed names its greetings by rank and writes them to the terminal whatever the log level.
        with _distributed.hushed():
            self._engine, self._optimizer, _, _ = deepspeed.initialize(
                model=policy,
                optimizer=torch.optim.AdamW(_parameter_groups(policy, weight_decay), lr=0.0, betas=betas, eps=1e-8),
                config=settings,
                dist_init_required=False,
            )
        policy.train()

    def score(self, batch: Batch, *, entropy_gradient: bool = False) -> TokenScores:
        """Scores a batch's action tokens through the engine, for a loss. All ranks call it equally often."""
        scores: TokenScores = self._engine(batch.tokens, *batch.action_index, entropy_gradient=entropy_gradient)
        return scores

    def step(
        self,
        micro_batches: Sequence[T],
        loss_of: Callable[[T], Tensor],
        *,
        learning_rate: float,
        rates: Mapping[str, float] | None = None,
    ) -> StepReport:
        """One optimizer step on the sum of the micro-batches' losses.

        Args:
            micro_batches: At least one, and equally many on all ranks: at stage 3 unequal numbers would hang.
            loss_of: Gives the scalar to differentiate, from `losses.scale` with `ranks=engine.ranks`.
            learning_rate: Of this step.
            rates: Other learning rates, of "embeddings" or the "value_head".

        Raises:
            NonFiniteError: The loss or the gradient is not finite on some rank. No weight has changed.
        """
        for group in self._optimizer.param_groups:
            group["lr"] = (rates or {}).get(group["name"], learning_rate)
        loss_sum = 0.0
        for number, micro_batch in enumerate(micro_batches, 1):
            self._engine.set_gradient_accumulation_boundary(number == len(micro_batches))
            loss = loss_of(micro_batch)
            self._engine.backward(loss)
            loss_sum += float(loss.detach())
        norm = self._gradient_norm()
        self._check_finite(loss_sum, norm)
        self._engine.step()
        self._tell_speaker()
        (over_ranks,) = _distributed.total(loss_sum / self.ranks, device=self.wire)
        return StepReport(over_ranks, norm)

    def save_state(self, path: Path) -> None:
        """Writes weights and optimizer state for `load_state`. All ranks call it with one path."""
        with _distributed.hushed():
            self._engine.save_checkpoint(str(path), tag="engine", save_latest=False)

    def load_state(self, path: Path) -> None:
        """Reads what `save_state` wrote with as many ranks and the same stage. No code in the files is run."""
        with _weights_only(), _distributed.hushed():
            self._engine.load_checkpoint(str(path), tag="engine")
        self._tell_speaker()

    @property
    def wire(self) -> torch.device | None:
        """Where numbers for the other processes have to lie."""
        return None if self.device.type == "cpu" else self.device

    def _gradient_norm(self) -> float:
        """Norm of the whole gradient, from what each stage leaves after the last backward."""
        if self.zero_stage == 0:
            squares = [p.grad.detach().double().square().sum() for p in self._trainable() if p.grad is not None]
            return math.sqrt(float(torch.stack(squares).sum()))  # every rank has the whole gradient
        if self.zero_stage < 3:
            # DeepSpeed marks a norm that is not finite by -1.
            norm = float(self._optimizer.scaled_global_norm())
            return norm if norm >= 0 else math.nan
        from deepspeed.utils import safe_get_local_grad

        local = [safe_get_local_grad(p) for p in self._trainable()]
        square = sum(float(g.detach().double().square().sum()) for g in local if g is not None)
        return math.sqrt(_distributed.total(square, device=self.wire)[0])

    def _check_finite(self, loss: float, norm: float) -> None:
        bad = not (math.isfinite(loss) and math.isfinite(norm))
        if _distributed.largest(float(bad), device=self.wire):
            raise NonFiniteError(
                f"Expected a finite loss and gradient, got loss {loss} and gradient norm {norm} on rank {self.rank}. "
                "No weight was changed. Lower the learning rate or look at the dialogues: reinforcement learning has "
                "saved them in the run's folder."
            )

    def _trainable(self) -> Iterator[torch.nn.Parameter]:
        return (p for p in self.policy.parameters() if p.requires_grad)

    def _tell_speaker(self) -> None:
        """Gives the whole copy the weights of the split one."""
        if self.speaker is self.policy:
            return
        import deepspeed

        parameters = list(self.policy.parameters())
        with deepspeed.zero.GatheredParameters(parameters), torch.no_grad():
            for copy, original in zip(self.speaker.parameters(), parameters, strict=True):
                copy.copy_(original)


def engine_config(
    zero_stage: int, max_grad_norm: float, *, bf16: bool = False, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """DeepSpeed's configuration, with `more` over ours.

    >>> engine_config(2, 1.0)["zero_optimization"]["stage"]
    2
    """
    more = dict(more or {})
    zero = {"stage": zero_stage, **more.pop("zero_optimization", {})}
    if zero["stage"] not in ZERO_STAGES:
        raise ConfigurationError(f"Expected a ZeRO stage of 0, 1, 2 or 3, got {zero['stage']!r}.")
    ours = (
        "train_batch_size",
        "train_micro_batch_size_per_gpu",
        "gradient_accumulation_steps",
        "optimizer",
        "scheduler",
    )
    taken = [name for name in ours if name in more]
    if taken:
        raise ConfigurationError(
            f"Expected a DeepSpeed configuration without {', '.join(taken)}, which training sets itself, got them. "
            "Leave them out; --help lists the options for batch size and learning rate."
        )
    return {
        "train_micro_batch_size_per_gpu": 1,
        "gradient_accumulation_steps": 1,
        "gradient_clipping": max_grad_norm,
        "bf16": {"enabled": bf16},
        # Torch's AdamW at every stage: DeepSpeed's own would have to be compiled.
        "zero_allow_untested_optimizer": True,
        "zero_force_ds_cpu_optimizer": False,
        "zero_optimization": zero,
        "wall_clock_breakdown": False,
        **more,
    }


def _parameter_groups(policy: Policy, weight_decay: float) -> list[dict[str, Any]]:
    """Embeddings, matrices and vectors of the model, and the value head; those of them that there are."""
    head, embeddings = list(policy.value_head.parameters()), list(policy.model.get_input_embeddings().parameters())
    apart = {id(p) for p in (*head, *embeddings)}
    body = [p for p in policy.parameters() if p.requires_grad and id(p) not in apart]
    groups = [
        {"name": "embeddings", "params": [p for p in embeddings if p.requires_grad], "weight_decay": weight_decay},
        {"name": "matrices", "params": [p for p in body if p.ndim > 1], "weight_decay": weight_decay},
        {"name": "vectors", "params": [p for p in body if p.ndim <= 1], "weight_decay": 0.0},
        {"name": "value_head", "params": head, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def _copy_of(policy: Policy) -> Policy:
    """A whole and independent copy, for speaking."""
    return deepcopy(policy).requires_grad_(False).eval()  # not from its configuration: modules may have been exchanged


@contextmanager
def _weights_only() -> Iterator[None]:
    """Has torch refuse anything but tensors, plain containers and DeepSpeed's few classes in the files it loads."""
    from deepspeed.runtime.fp16.loss_scaler import DynamicLossScaler, LossScaler
    from deepspeed.runtime.zero.config import ZeroStageEnum
    from deepspeed.utils.tensor_fragment import fragment_address

    name = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        with torch.serialization.safe_globals([LossScaler, DynamicLossScaler, ZeroStageEnum, fragment_address]):
            yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before
