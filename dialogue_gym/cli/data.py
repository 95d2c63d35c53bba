"""`dialogue-gym data`: logs of dialogues to learn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from dialogue_gym.cli.common import DEFAULT_ENV, environment_id, json_object, progress
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import BEHAVIOUR, LoggedDialogue, record_dialogues, write_logs


@dataclass(frozen=True)
class Data:
    """Make data. "logs": dialogues of an agent as chat JSONL, to imitate."""

    what: Annotated[Literal["logs"], tyro.conf.Positional]
    """logs."""
    env: str = DEFAULT_ENV
    """The environment's id, on the text view."""
    env_kwargs: str = "{}"
    """More arguments of the environment, as a JSON object."""
    agent: str = BEHAVIOUR
    """Who plays; by default a careless rule agent, which leaves something to learn."""
    split: Literal["train", "val", "test"] = "train"
    """Which scenarios are played."""
    first: int = 0
    """The first scenario."""
    episodes: int = 1000
    """Scenarios to play, each once."""
    seed: int = 0
    """Seed of the agent's own draws."""
    out: Path = Path("logs.jsonl.gz")
    """The file to write; ".gz" at the end compresses. An existing one is not overwritten."""

    def run(self) -> int:
        """Plays and writes."""
        if self.out.exists():
            raise ConfigurationError(f"Expected --out to be a new file, but {str(self.out)!r} exists. Name another.")
        kwargs = json_object(self.env_kwargs, "--env-kwargs")
        dialogues = record_dialogues(
            environment_id(self.env),
            self.episodes,
            agent=self.agent,
            env_kwargs=kwargs,
            split=self.split,
            first=self.first,
            seed=self.seed,
        )
        successes = 0
        with progress() as bar:
            task = bar.add_task("logs", total=self.episodes)

            def counted() -> Iterator[LoggedDialogue]:
                nonlocal successes
                for dialogue in dialogues:
                    successes += dialogue.success
                    bar.advance(task)
                    yield dialogue

            count = write_logs(self.out, counted())
        print(f"{count} dialogues, success {successes / count:.2f}: {self.out}")
        return 0
