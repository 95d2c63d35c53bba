"""The folder of a language model's run: what was asked for, and where things are.

runs/ppo-CustomerService-v0/
    run.json            options, versions, the exact command
    logs.jsonl.gz       dialogues that were imitated
    tiny/ sft/ model/   the model from scratch, after imitation, and after the last iteration
    metrics.jsonl       one row per step, also in tensorboard/
    checkpoint/         to resume from
    episodes.jsonl      evaluation, one row per episode; table.json sums them up
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from dialogue_gym.agents.llm.trainer.config import RlOptions, SftOptions, TrainOptions
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import RUN_FILE, other_version, read_options, write_document


def write_run(folder: Path, options: TrainOptions) -> None:
    """Writes down what a new run is."""
    import deepspeed  # noqa: F401  (its version is written down)

    write_document(folder, plain_options(options))


def read_run(folder: Path) -> TrainOptions:
    """The options of a run.

    Raises:
        ConfigurationError: The folder holds no run, or one that this version does not understand.
    """
    saved = read_options(folder)
    if saved is None:
        raise ConfigurationError(
            f"Expected the folder of a training run, with a {RUN_FILE}, got {str(folder)!r}. "
            "Name it as --resume runs/<name>."
        )
    try:
        logs = saved["sft"].pop("logs")
        sft = SftOptions(**saved.pop("sft"), logs=None if logs is None else Path(logs))
        return TrainOptions(**{**saved, "sft": sft, "rl": RlOptions(**saved.pop("rl"))})
    except (KeyError, TypeError, AttributeError) as error:
        raise other_version(folder, error) from None


def plain_options(options: TrainOptions) -> dict[str, Any]:
    """Options as JSON."""
    logs = None if options.sft.logs is None else str(options.sft.logs)
    return {**asdict(options), "sft": {**asdict(replace(options.sft, logs=None)), "logs": logs}}
