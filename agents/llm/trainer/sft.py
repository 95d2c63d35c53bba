"""Supervised fine-tuning: imitate the agent of logged dialogues, token by token.

`train_sft` is the whole loop. The loss counts the agent's tokens only; prompts, customers and tools are read, not
learnt. Which dialogues a step sees is a function of (seed, epoch), so a resumed run goes on exactly.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from torch import Tensor

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.batch import Batch, collate, plan_micro_batches
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import Counts, scale, sft_loss, touch
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.agents.training_metrics import Metrics
from dialogue_gym.draws import Stream, key
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import LoggedDialogue

Reading = Callable[[Trajectory, int, int], Trajectory]
"""A dialogue as it is read as the n-th of a step; arguments: dialogue, step, n."""
POOL = 16
"""Batches among which dialogues are sorted by length."""


def encode_logs(chat: ChatFormat, logs: Iterable[LoggedDialogue], *, context: int) -> list[Trajectory]:
    """Logged dialogues as tokens.

    Args:
        chat: Of the policy's tokenizer.
        logs: Dialogues.
        context: Longer ones are left out, as are those without a turn to imitate.

    Raises:
        ConfigurationError: None is left.
    """
    encoded = (chat.encode_dialogue(log.instructions, log.tools, log.messages) for log in logs)
    imitated = [Trajectory.from_log(tokens, turns) for tokens, turns in encoded if turns]
    short = [t for t in imitated if len(t.tokens) <= context]
    if not short:
        shortest = min((len(t.tokens) for t in imitated), default=0)
        raise ConfigurationError(
            f"Expected logged dialogues with a turn to imitate and at most {context} tokens, got {len(imitated)} with "
            f"one, of which the shortest has {shortest}. Raise --context, as far as the model has positions."
        )
    return short


def successes(logs: Sequence[LoggedDialogue]) -> list[LoggedDialogue]:
    """Those of the dialogues that ended in success.

    Raises:
        ConfigurationError: None did, or the logs do not say.
    """
    successful = [log for log in logs if log.success]
    if not successful:
        raise ConfigurationError(
            f'Expected logs with "outcome": {{"success": true}} for --only-successes, got {len(logs)} without. '
            "Leave it out, or record logs with `dialogue-gym data logs`."
        )
    return successful


def train_sft(
    engine: Engine,
    dialogues: Sequence[Trajectory],
    *,
    steps: int,
    batch: int,
    learning_rate: float,
    seed: int,
    micro_tokens: int,
    embeddings: float = 1.0,
    reading: Reading = lambda dialogue, step, number: dialogue,
    first_step: int = 0,
    time_used: Callable[[], float] = lambda: 0.0,
    after_step: Callable[[int, Metrics], object] = lambda step, metrics: None,
) -> None:
    """Trains the engine's policy on logged dialogues.

    Args:
        engine: Holds the policy.
        dialogues: From `encode_logs`.
        steps: Optimizer steps in all.
        batch: Dialogues per step, over all ranks.
        learning_rate: Its peak; 5 % of the steps warm up to it, the others follow a cosine to a tenth of it.
        seed: Orders the dialogues.
        micro_tokens: Bound on rows × longest row of one forward pass.
        embeddings: Their learning rate in units of the others'.
        reading: What a step makes of a dialogue, see `WordDropout`.
        first_step: Where a resumed run goes on.
        time_used: Share of the time limit that is used up, if there is one: the schedule ends with it.
        after_step: Called with the number of the step and its metrics; may raise to stop.
    """
    if batch < engine.ranks:
        raise ConfigurationError(f"Expected at least one dialogue per process, got --sft-batch {batch}.")
    lengths = tuple(len(t.tokens) for t in dialogues)
    for step in range(first_step, steps):
        done = max(step / steps, _distributed.largest(time_used(), device=engine.wire))
        if done >= 1.0:
            return
        picked = pick(lengths, batch, step, seed)
        chosen = [reading(dialogues[i], step, number) for number, i in enumerate(picked)]
        counts = Counts(action_tokens=sum(len(t.logprobs) for t in chosen), dialogues=len(chosen))
        whole = collate(chosen[engine.rank :: engine.ranks]).to(engine.device)

        def loss_of(part: Batch, counts: Counts = counts) -> Tensor:
            scores = engine.score(part)
            return scale(sft_loss(scores.logprobs), counts, ranks=engine.ranks) + touch(scores.values)

        rate = learning_rate * schedule(done)
        parts, rates = split(whole, micro_tokens, engine), {"embeddings": embeddings * rate}
        report = engine.step(parts, loss_of, learning_rate=rate, rates=rates)
        metrics = {"loss": report.loss, "gradient_norm": report.gradient_norm, "learning_rate": rate}
        metrics["tokens"] = float(sum(len(t.tokens) for t in chosen))
        after_step(step, metrics)


def split(whole: Batch, micro_tokens: int, engine: Engine) -> list[Batch]:
    """A rank's batch as micro-batches, equally many on all ranks."""
    return [whole.select(rows) for rows in split_rows(whole, micro_tokens, engine)]


def split_rows(whole: Batch, micro_tokens: int, engine: Engine) -> list[list[int]]:
    """The rows of each micro-batch of `split`."""
    lengths = whole.lengths.tolist()
    alone = len(plan_micro_batches(lengths, micro_tokens))
    number = int(_distributed.largest(alone, device=engine.wire))
    return plan_micro_batches(lengths, micro_tokens, at_least=number)


def pick(lengths: tuple[int, ...], batch: int, step: int, seed: int) -> list[int]:
    """Which dialogues a step sees: without replacement within an epoch, and of similar length, so that padding is rare.

    Args:
        lengths: Tokens of each dialogue.
        batch: Dialogues per step.
        step: Its number.
        seed: Orders the dialogues.

    >>> sorted(pick((9, 5, 9, 5), 2, 0, seed=0) + pick((9, 5, 9, 5), 2, 1, seed=0))
    [0, 1, 2, 3]
    """
    chosen = []
    for place in range(step * batch, (step + 1) * batch):
        epoch, within = divmod(place, len(lengths))
        chosen.append(_order(lengths, batch, epoch, seed)[within])
    return chosen


def schedule(done: float, *, warmup: float = 0.05, floor: float = 0.1) -> float:
    """Share of the peak learning rate after a share of the training: linear warm-up, then a cosine down to `floor`.

    >>> [round(schedule(done), 2) for done in (0.0, 0.05, 0.525, 1.0)]
    [0.02, 1.0, 0.55, 0.1]
    """
    if done < warmup:
        return max(0.02, done / warmup)
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * (done - warmup) / (1.0 - warmup)))


@lru_cache(maxsize=2)  # a step may begin in one epoch and end in the next
def _order(lengths: tuple[int, ...], batch: int, epoch: int, seed: int) -> list[int]:
    """An epoch: dialogues are drawn in pools of some batches, sorted there, and the batches shuffled."""
    stream = Stream(key("llm.sft", seed, epoch))
    shuffled = _shuffled(range(len(lengths)), stream)
    order: list[int] = []
    for start in range(0, len(shuffled), POOL * batch):
        pool = sorted(shuffled[start : start + POOL * batch], key=lengths.__getitem__)
        batches = [pool[first : first + batch] for first in range(0, len(pool), batch)]
        order += [number for chosen in _shuffled(batches, stream) for number in chosen]
    return order


def _shuffled(things: Sequence[Any], stream: Stream) -> list[Any]:
    return [things[i] for i in np.argsort([stream.bits() for _ in things], kind="stable").tolist()]
