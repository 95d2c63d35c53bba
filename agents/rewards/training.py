"""Trains a preference model: `train_preferences` is the whole loop, `run_training` all around it.

    dialogue-gym train reward --pairs pairs.jsonl
    dialogue-gym train reward --from-runs runs/evaluate-rule runs/evaluate-random

The run's folder has the model (model/), the metrics of each step (metrics.jsonl, tensorboard/), what it is worth on
held-out pairs (summary.json), and two plots of that (calibration.png, margins.png).
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

from torch import Tensor

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.agent import load_model, model_folder
from dialogue_gym.agents.llm.batch import Batch, collate, plan_micro_batches
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import Counts, preference_loss, scale, touch
from dialogue_gym.agents.llm.tiny import make_tiny
from dialogue_gym.agents.llm.trainer.config import TINY, RewardOptions
from dialogue_gym.agents.llm.trainer.sft import pick, schedule
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.rewards.pairs import Pair, pairs_from_runs, read_pairs, split_pairs
from dialogue_gym.agents.rewards.preference import FILE, encode, raw_scores
from dialogue_gym.agents.rewards.quality import judge_margins, plot_calibration, plot_margins
from dialogue_gym.agents.training_metrics import Metrics, MetricsWriter
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.play import versions
from dialogue_gym.evaluation.results import to_json
from dialogue_gym.runs import write_folder, write_text

EncodedPair = tuple[Trajectory, Trajectory]


def run_training(
    options: RewardOptions, folder: Path, *, model: str, seed: int, zero: int, context: int, micro_tokens: int
) -> int:
    """Trains in a folder and says what came of it; gives the exit status. All ranks call it."""
    first = _distributed.rank() == 0
    pairs = read_pairs(options.pairs) if options.pairs else pairs_from_runs(options.from_runs, seed=seed)
    training, held_out = split_pairs(pairs, options.holdout, seed)
    if len(training) < options.reward_batch:
        raise ConfigurationError(
            f"Expected at least --reward-batch {options.reward_batch} pairs to train on, got {len(training)}."
        )
    _distributed.start(_distributed.pick_device())
    start = _model_to_start(model, folder, training, seed)
    policy, chat = load_model(start)
    encoded, encoded_held_out = (
        [(encode(chat, p.chosen, context=context), encode(chat, p.rejected, context=context)) for p in group]
        for group in (training, held_out)
    )
    engine = Engine(policy, zero_stage=zero)
    steps = max(1, round(options.reward_epochs * len(encoded) / options.reward_batch))
    writer = MetricsWriter(folder) if first else None

    def after_step(step: int, metrics: Metrics) -> None:
        if writer is not None:
            writer.write("reward", step, metrics)
            if (step + 1) % max(1, steps // 10) == 0 or step + 1 == steps:
                print(
                    f"reward {100 * (step + 1) // steps:3d} %  loss {metrics['loss']:.3f}", file=sys.stderr, flush=True
                )

    try:
        train_preferences(
            engine,
            encoded,
            steps=steps,
            batch=options.reward_batch,
            learning_rate=options.reward_lr,
            seed=seed,
            micro_tokens=micro_tokens,
            after_step=after_step,
        )
    finally:
        if writer is not None:
            writer.close()
    if first:
        scores = raw_scores(engine.speaker, list(chain.from_iterable(encoded)))
        settings = {"mean": fmean(scores), "deviation": pstdev(scores) or 1.0, "context": context}

        def fill(path: Path) -> None:
            engine.speaker.save(path)
            chat.tokenizer.save_pretrained(path)
            (path / FILE).write_text(to_json(settings, indent=2) + "\n", encoding="utf-8")

        write_folder(folder / "model", fill)
        _report(options, folder, model, seed, held_out, encoded_held_out, engine, len(training))
    _distributed.barrier()
    return 0


def train_preferences(
    engine: Engine,
    pairs: Sequence[EncodedPair],
    *,
    steps: int,
    batch: int,
    learning_rate: float,
    seed: int,
    micro_tokens: int,
    after_step: Callable[[int, Metrics], object] = lambda step, metrics: None,
) -> None:
    """Minimises −log σ(score of chosen − score of rejected) over pairs.

    Args:
        engine: Holds the model, whose value head is the score.
        pairs: (chosen, rejected), from `encode`.
        steps: Optimizer steps.
        batch: Pairs of one step, over all ranks.
        learning_rate: Its peak; schedule as in supervised fine-tuning.
        seed: Orders the pairs.
        micro_tokens: Bound on rows × longest row of one forward pass.
        after_step: Called with the number of the step and its metrics.
    """
    if batch % engine.ranks:
        raise ConfigurationError(
            f"Expected --reward-batch to be a multiple of the {engine.ranks} processes, got {batch}."
        )
    lengths = tuple(max(len(one.tokens), len(other.tokens)) for one, other in pairs)
    for step in range(steps):
        chosen = [pairs[i] for i in pick(lengths, batch, step, seed)][engine.rank :: engine.ranks]
        counts = Counts(pairs=batch)
        whole = collate(list(chain.from_iterable(chosen))).to(engine.device)
        right = [0.0]

        def loss_of(part: Batch, counts: Counts = counts, right: list[float] = right) -> Tensor:
            scores = engine.score(part)
            loss = preference_loss(scores.values[0::2], scores.values[1::2])
            right[0] += float(loss.metrics["accuracy"])
            return scale(loss, counts, ranks=engine.ranks) + touch(scores.logprobs)

        rate = learning_rate * schedule(step / steps)
        report = engine.step(_micro_batches(whole, micro_tokens, engine), loss_of, learning_rate=rate)
        (accuracy,) = _distributed.total(right[0] / batch, device=engine.wire)
        after_step(
            step,
            {
                "loss": report.loss,
                "accuracy": accuracy,
                "gradient_norm": report.gradient_norm,
                "learning_rate": rate,
            },
        )


def _micro_batches(whole: Batch, micro_tokens: int, engine: Engine) -> list[Batch]:
    """A rank's pairs, rows 2i and 2i + 1 of the batch, as micro-batches; equally many on all ranks."""
    lengths = [2 * max(pair) for pair in whole.lengths.view(-1, 2).tolist()]
    alone = len(plan_micro_batches(lengths, micro_tokens))
    number = int(_distributed.largest(alone, device=engine.wire))
    plan = plan_micro_batches(lengths, micro_tokens, at_least=number)
    return [whole.select([row for pair in part for row in (2 * pair, 2 * pair + 1)]) for part in plan]


def _model_to_start(model: str, folder: Path, pairs: Sequence[Pair], seed: int) -> str:
    if model != TINY:
        return model_folder(model)
    tiny = folder / "tiny"
    if _distributed.rank() == 0:
        dialogues = list(chain.from_iterable((pair.chosen, pair.rejected) for pair in pairs))
        write_folder(tiny, lambda path: make_tiny(path, dialogues, seed=seed))
    _distributed.barrier()
    return str(tiny)


def _report(
    options: RewardOptions,
    folder: Path,
    model: str,
    seed: int,
    held_out: Sequence[Pair],
    encoded: Sequence[EncodedPair],
    engine: Engine,
    trained_on: int,
) -> None:
    """What the model is worth on pairs it has not seen: a file, two plots and a line."""
    scores = raw_scores(engine.speaker, list(chain.from_iterable(encoded)))
    margins = [better - worse for better, worse in zip(scores[0::2], scores[1::2], strict=True)]
    quality = judge_margins(margins, [pair.group for pair in held_out], seed=seed)
    document: dict[str, Any] = {
        "command": "train reward",
        "model": model,
        "options": {**asdict(options), "pairs": str(options.pairs), "from_runs": [str(p) for p in options.from_runs]},
        "seed": seed,
        "pairs": {"training": trained_on, "held_out": len(held_out)},
        "accuracy": quality.accuracy._asdict(),
        "log_loss": quality.log_loss,
        "calibration_error": quality.calibration_error,
        "versions": versions(),
    }
    write_text(folder / "summary.json", to_json(document, indent=2) + "\n")
    plot_calibration(quality, folder / "calibration.png")
    plot_margins(margins, folder / "margins.png")
    accuracy = quality.accuracy
    print(
        f"Held-out accuracy {accuracy.mean:.3f}, 95 % interval [{accuracy.low:.3f}, {accuracy.high:.3f}], on "
        f"{len(held_out)} pairs; calibration error {quality.calibration_error:.3f}"
    )
    print(f"Results: {folder}")
