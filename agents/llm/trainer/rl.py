"""PPO and REINFORCE on dialogues. `Trainer.iterate` is one training step, readable from top to bottom.

    rollout -> KL to the reference, in the rewards -> turn-aware advantages -> epochs of minibatches -> engine.step

The turn is the action, the token the gradient unit. Sampling is keyed by (seed, iteration, dialogue, turn), so an
iteration is a function of the weights and its number, whatever the number of processes.

Left out: group baselines (rloo, grpo), mixing in the supervised loss, EMA, several rollout batches in flight.

Sources: Schulman et al. 2017, arXiv:1707.06347 (PPO); Williams 1992 (REINFORCE); Ziegler et al. 2019, arXiv:1909.08593
(KL penalty in the reward, with a coefficient that adapts).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.advantages import (
    dialogue_returns,
    moments,
    reinforce_advantages,
    returns_to_go,
    turn_aware_gae,
    whiten,
)
from dialogue_gym.agents.llm.batch import Batch, collate
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import (
    Counts,
    adaptive_kl_coefficient,
    entropy_loss,
    kl_k1,
    kl_k3,
    ppo_clip_loss,
    reinforce_loss,
    scale,
    touch,
    value_loss,
)
from dialogue_gym.agents.llm.policy import Policy, TokenScores
from dialogue_gym.agents.llm.rollout import DialogueSampler
from dialogue_gym.agents.llm.trainer._meter import Clock, Meter
from dialogue_gym.agents.llm.trainer.config import RlOptions
from dialogue_gym.agents.llm.trainer.environment import VectorTextEnv
from dialogue_gym.agents.llm.trainer.sft import split, split_rows
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.training_metrics import Metrics
from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError

logger = logging.getLogger(__name__)

RATIO_TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-8, torch.bfloat16: 0.5, torch.float16: 0.1}
"""Largest |log ratio| before the first update. Sampling and training compute the same logits in different shapes."""


class Trainer:
    """Improves a policy by its own dialogues.

    Args:
        engine: Holds the policy.
        reference: What the KL penalty is measured against; a frozen copy of the policy at the start.
        sampler: Plays the engine's `speaker`.
        env: This rank's rows: options.dialogues / ranks of them.
        algorithm: "ppo" or "reinforce".
        options: See `RlOptions`.
        seed: Keys sampling, scenarios and minibatches.
        micro_tokens: Bound on rows × longest row of one forward pass.

    Attributes:
        kl_coef: Current weight of the KL penalty: the only state beside the engine's.
        trajectories: This rank's dialogues of the last iteration.
    """

    def __init__(
        self,
        engine: Engine,
        reference: Policy,
        sampler: DialogueSampler,
        env: VectorTextEnv,
        *,
        algorithm: str,
        options: RlOptions,
        seed: int,
        micro_tokens: int,
    ) -> None:
        if options.dialogues % (engine.ranks * options.minibatches):
            raise ConfigurationError(
                f"Expected --dialogues to be a multiple of processes × minibatches, got {options.dialogues} for "
                f"{engine.ranks} × {options.minibatches}."
            )
        self.engine, self.reference, self.sampler, self.env = engine, reference, sampler, env
        self.ppo = algorithm == "ppo"
        self.options, self.seed, self.micro_tokens = options, seed, micro_tokens
        self.kl_coef = options.kl_coef
        self.trajectories: list[Trajectory] = []

    def iterate(self, iteration: int) -> Metrics:
        """One iteration: rollout, advantages, update. Gives its metrics."""
        o, clock = self.options, Clock()
        self.trajectories = []

        # 1. Rollout: this rank's dialogues, on train scenarios that no other iteration sees.
        numbers = range(self.engine.rank, o.dialogues, self.engine.ranks)
        scenarios = [iteration * o.dialogues + number for number in numbers]
        self.trajectories = self.sampler.play(
            self.env, scenarios, [0] * len(scenarios), seed=self.seed, iteration=iteration, dialogues=list(numbers)
        )
        batch = collate(self.trajectories).to(self.engine.device)
        clock.lap("rollout")

        # 2. What was sampled, scored anew where it has to be, and what the reference thinks of it.
        batch, drift = self._trusted(batch, iteration)
        reference_BT = batch.spread(self._scores(self.reference, batch).logprobs)
        batch = replace(batch, reference_logprobs=reference_BT)
        clock.lap("score")

        # 3. Rewards with the KL penalty, advantages and targets of the values.
        kl_BT = batch.spread(kl_k1(batch.flat(batch.logprobs), batch.flat(reference_BT)))
        penalised = replace(batch, rewards=batch.rewards - self.kl_coef * kl_BT)
        batch = self._with_advantages(penalised)

        # 4. Update.
        update = self._ppo_epochs(batch, iteration) if self.ppo else self._reinforce_step(batch)
        clock.lap("update")

        # 5. Metrics; the KL weight for the next iteration.
        metrics = {**self._play_metrics(self.trajectories, batch), **update, **clock.laps, "sampling_drift": drift}
        metrics["tokens_per_second"] = metrics["tokens"] / clock.total
        metrics["kl_coef"] = self.kl_coef
        if o.kl_target is not None and self.kl_coef > 0:
            self.kl_coef = adaptive_kl_coefficient(
                self.kl_coef, metrics["kl"], target=o.kl_target, horizon=o.kl_horizon, samples=o.dialogues
            )
        return metrics

    def _ppo_epochs(self, batch: Batch, iteration: int) -> Metrics:
        """Epochs of minibatches of PPO's loss. In the first iterations only the critic learns."""
        o, meter = self.options, Meter(self.engine)
        warming = iteration < o.value_warmup
        for epoch in range(o.epochs):
            for number, rows in enumerate(self._minibatches(len(batch), iteration, epoch)):
                part = batch.select(rows)
                counts = self._counts(part)
                fresh = epoch == number == 0

                def loss_of(micro: Batch, counts: Counts = counts, fresh: bool = fresh) -> Tensor:
                    scores = self.engine.score(micro, entropy_gradient=o.entropy_coef > 0)
                    old_logprobs, old_values = micro.flat(micro.logprobs), micro.flat(micro.values)
                    if fresh:
                        self._assert_on_policy(scores.logprobs, old_logprobs)
                    assert micro.advantages is not None
                    assert micro.returns is not None
                    policy = ppo_clip_loss(
                        scores.logprobs, old_logprobs, micro.flat(micro.advantages), clip_low=o.clip, clip_high=o.clip
                    )
                    value = value_loss(scores.values, old_values, micro.flat(micro.returns), clip=o.value_clip)
                    entropy = entropy_loss(scores.entropy)
                    meter.add(counts, policy_loss=policy, value_loss=value, entropy=entropy)
                    terms = [(policy, 0.0 if warming else 1.0), (value, o.value_coef), (entropy, o.entropy_coef)]
                    return torch.stack(
                        [weight * scale(loss, counts, ranks=self.engine.ranks) for loss, weight in terms]
                    ).sum()

                report = self.engine.step(
                    split(part, self.micro_tokens, self.engine),
                    loss_of,
                    learning_rate=0.0 if warming else o.lr,
                    rates={"value_head": o.value_lr},
                )
                step = meter.end_step(report.gradient_norm)
                if o.early_stop_kl is not None and step["approx_kl"] > o.early_stop_kl:
                    return meter.means()
        return meter.means()

    def _reinforce_step(self, batch: Batch) -> Metrics:
        """One step of the score-function estimator on everything that was sampled."""
        meter, counts = Meter(self.engine), self._counts(batch)

        def loss_of(micro: Batch) -> Tensor:
            scores = self.engine.score(micro)
            self._assert_on_policy(scores.logprobs, micro.flat(micro.logprobs))
            assert micro.advantages is not None
            policy = reinforce_loss(scores.logprobs, micro.flat(micro.advantages))
            meter.add(counts, policy_loss=policy, entropy=entropy_loss(scores.entropy))
            return scale(policy, counts, ranks=self.engine.ranks) + touch(scores.values)

        report = self.engine.step(split(batch, self.micro_tokens, self.engine), loss_of, learning_rate=self.options.lr)
        meter.end_step(report.gradient_norm)
        return meter.means()

    def _with_advantages(self, batch: Batch) -> Batch:
        """Fills in whitened advantages, and returns: GAE for PPO, returns minus a baseline for REINFORCE."""
        o = self.options
        if self.ppo:
            advantages_BT, returns_BT = turn_aware_gae(
                batch.rewards,
                batch.values,
                batch.action_mask,
                batch.turn_end,
                batch.bootstrap,
                gamma_turn=o.gamma_turn,
                lambda_turn=o.lambda_turn,
                lambda_token=o.lambda_token,
            )
        else:
            # There is no critic: a dialogue that was cut counts as if it had ended there.
            returns_BT = returns_to_go(batch.rewards, batch.action_mask, batch.turn_end, gamma_turn=o.gamma_turn)
            returns_B = dialogue_returns(returns_BT, batch.action_mask)
            everyone = self._over_ranks(torch.stack([torch.ones_like(returns_B), returns_B]).double().sum(1))
            advantages_BT = reinforce_advantages(returns_BT, batch.action_mask, over=everyone)
        over = self._over_ranks(moments(advantages_BT, batch.action_mask))
        whitened_BT = whiten(advantages_BT, batch.action_mask, over=over)
        return replace(batch, advantages=whitened_BT, returns=returns_BT)

    def _trusted(self, batch: Batch, iteration: int) -> tuple[Batch, float]:
        """The batch, with log-probabilities and values scored anew if the first step would disagree with sampling.

        Anew means in the parts and shapes of the update's first pass, whose rounding is then the same.
        """
        parts = self._minibatches(len(batch), iteration, epoch=0) if self.ppo else [list(range(len(batch)))]
        first = batch.select(parts[0])
        fresh = self._scores(self.engine.speaker, first)
        drift = float((fresh.logprobs - first.flat(first.logprobs)).abs().max())
        drift = _distributed.largest(drift, device=self.engine.wire)
        if drift <= RATIO_TOLERANCE[torch.float32]:
            return batch, drift
        logprobs_BT, values_BT = torch.zeros_like(batch.logprobs), torch.zeros_like(batch.values)
        for rows in parts:
            part = batch.select(rows)
            scores, width = self._scores(self.engine.speaker, part), part.tokens.shape[1]
            logprobs_BT[rows, :width] = part.spread(scores.logprobs)
            values_BT[rows, :width] = part.spread(scores.values)
        return replace(batch, logprobs=logprobs_BT, values=values_BT), drift

    def _scores(self, policy: Policy, batch: Batch) -> TokenScores:
        """Scores without gradient, in the order of `Batch.flat`."""
        by_name = {name: torch.zeros(batch.tokens.shape, device=self.engine.device) for name in TokenScores._fields}
        with policy.speaking():
            for rows in split_rows(batch, self.micro_tokens, self.engine):
                part = batch.select(rows)
                width = part.tokens.shape[1]
                for name, values_N in policy.score(part)._asdict().items():
                    by_name[name][rows, :width] = part.spread(values_N)
        return TokenScores(**{name: batch.flat(values_BT) for name, values_BT in by_name.items()})

    def _assert_on_policy(self, logprobs_N: Tensor, old_logprobs_N: Tensor) -> None:
        tolerance = RATIO_TOLERANCE[self.engine.policy.value_head.weight.dtype]
        drift = float((logprobs_N.detach() - old_logprobs_N).abs().max())
        assert drift <= tolerance, (
            f"before the first update the policy is the one that sampled, but a log ratio is {drift} > {tolerance}"
        )

    def _minibatches(self, count: int, iteration: int, epoch: int) -> list[list[int]]:
        stream = Stream(key("llm.minibatches", self.seed, iteration, epoch))
        order = np.argsort([stream.bits() for _ in range(count)], kind="stable").tolist()
        size = count // self.options.minibatches
        return [order[start : start + size] for start in range(0, count, size)]

    def _counts(self, batch: Batch) -> Counts:
        tokens, dialogues = self._total(batch.num_actions, len(batch))
        return Counts(action_tokens=int(tokens), dialogues=int(dialogues))

    def _over_ranks(self, sums: Tensor) -> Tensor:
        """float64, added up over all ranks."""
        return torch.tensor(self._total(*sums.tolist()), dtype=torch.float64, device=sums.device)

    def _total(self, *values: float) -> list[float]:
        return _distributed.total(*values, device=self.engine.wire)

    def _play_metrics(self, trajectories: Sequence[Trajectory], batch: Batch) -> Metrics:
        """How the dialogues went, and what critic and KL say of them; means over all ranks."""
        assert batch.reference_logprobs is not None
        assert batch.returns is not None
        kl = float(kl_k3(batch.flat(batch.logprobs), batch.flat(batch.reference_logprobs)).double().sum())
        error = float((batch.flat(batch.returns) - batch.flat(batch.values)).double().square().sum())
        per_dialogue = {
            "return": sum(t.total_reward for t in trajectories),
            "success": float(sum(bool(t.info["outcome"].get("success")) for t in trajectories)),
            "turns": float(sum(len(t.turns) for t in trajectories)),
            "cut": float(sum(t.end == "cut" for t in trajectories)),
            "tokens": float(sum(len(t.tokens) for t in trajectories)),
            "unfinished": float(sum((~t.finished).sum() for t in trajectories)),
        }
        spread = moments(batch.returns, batch.action_mask).tolist()
        sums = self._total(*per_dialogue.values(), kl, error, *spread)
        named = dict(zip([*per_dialogue, "kl", "error", "tokens_acted", "sum", "squares"], sums, strict=True))
        acted, dialogues = named["tokens_acted"], self.options.dialogues
        variance = named["squares"] / acted - (named["sum"] / acted) ** 2
        return {
            "return": named["return"] / dialogues,
            "success": named["success"] / dialogues,
            "turns": named["turns"] / dialogues,
            "cut": named["cut"] / dialogues,
            "unfinished": named["unfinished"] / named["turns"],
            "turn_tokens": acted / named["turns"],
            "tokens": named["tokens"],
            "kl": named["kl"] / acted,
            "explained_variance": 1.0 - named["error"] / acted / max(variance, 1e-12),
        }
