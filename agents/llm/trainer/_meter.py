"""What an iteration measures of itself: means of its losses, and seconds."""

import time
from collections.abc import Callable

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.losses import Counts, Loss
from dialogue_gym.agents.training_metrics import Metrics


class Meter:
    """Means over the steps of an iteration of what the losses report, over all ranks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._now: Metrics = {}
        self._steps: list[Metrics] = []

    def add(self, counts: Counts, **losses: Loss) -> None:
        """Adds a micro-batch's losses."""
        for name, loss in losses.items():
            count = counts.of(loss.normaliser)
            seen = {name: loss.total, **loss.metrics}
            for label, value in seen.items():
                self._now[label] = self._now.get(label, 0.0) + float(value.detach()) / count

    def end_step(self, gradient_norm: float) -> Metrics:
        """Ends an optimizer step."""
        names = sorted(self._now)
        sums = _distributed.total(*(self._now[name] for name in names), device=self._engine.wire)
        step = {**dict(zip(names, sums, strict=True)), "gradient_norm": gradient_norm}
        self._steps.append(step)
        self._now = {}
        return step

    def means(self) -> Metrics:
        """Means over the steps, and their number."""
        names = self._steps[0]
        means = {name: sum(step[name] for step in self._steps) / len(self._steps) for name in names}
        return {**means, "updates": float(len(self._steps))}


class Clock:
    """Seconds of the parts of an iteration."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._start = self._last = now()
        self.laps: Metrics = {}

    def lap(self, name: str) -> None:
        """Ends a part."""
        now = self._now()
        self.laps[f"seconds_{name}"], self._last = now - self._last, now

    @property
    def total(self) -> float:
        """Seconds so far."""
        return self._now() - self._start
