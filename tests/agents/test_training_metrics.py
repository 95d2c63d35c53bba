"""Metrics of a run: lines of JSON and TensorBoard, which a resumed run cuts back to its checkpoint."""

import json
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from dialogue_gym.agents.training_metrics import MetricsWriter, read_metrics


def shown(folder: Path, stage: str) -> list[int]:
    """Steps that TensorBoard shows of a stage's return."""
    events = EventAccumulator(str(folder / "tensorboard" / stage)).Reload()
    return [event.step for event in events.Scalars("return")] if "return" in events.Tags()["scalars"] else []


def test_metrics_after_the_checkpoint_are_cut_off(tmp_path: Path) -> None:
    writer = MetricsWriter(tmp_path)
    writer.write("rl", 0, {"return": 1.0})
    kept = writer.position
    writer.write("rl", 1, {"return": float("nan")})
    writer.close()
    assert [row["return"] for row in read_metrics(tmp_path, "rl")] == [1.0, None]
    MetricsWriter(tmp_path, resume_at=kept).close()
    assert (tmp_path / "metrics.jsonl").read_text() == json.dumps({"stage": "rl", "step": 0, "return": 1.0}) + "\n"


def test_points_after_the_checkpoint_go_even_if_no_new_ones_come(tmp_path: Path) -> None:
    writer = MetricsWriter(tmp_path)
    for step in range(2):
        writer.write("sft", step, {"return": 1.0})
    kept = writer.position
    writer.write("sft", 2, {"return": 1.0})
    writer.write("rl", 0, {"return": 1.0})
    writer.close()
    assert (shown(tmp_path, "sft"), shown(tmp_path, "rl")) == ([0, 1, 2], [0])
    MetricsWriter(tmp_path, resume_at=kept).close()
    assert (shown(tmp_path, "sft"), shown(tmp_path, "rl")) == ([0, 1], [])
