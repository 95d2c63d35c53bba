"""`dialogue-gym data`: logs of dialogues to learn from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import tyro

from dialogue_gym.cli.common import DEFAULT_ENV, environment_id, json_object, progress
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import BEHAVIOUR, LoggedDialogue, record_dialogues, write_logs

Logged = TypeVar("Logged")


@dataclass(frozen=True)
class Data:
    """Make data: dialogues of an agent as chat JSONL, or episodes of a numeric view as JSONL or a Minari dataset."""

    what: Annotated[Literal["logs", "episodes", "minari"], tyro.conf.Positional]
    """logs: chat JSONL, for language models to imitate. episodes: observations, masks, actions and rewards of a numeric
    view as JSONL, for `train bc` and `train cql`. minari: the same as a Minari dataset."""
    env: str = DEFAULT_ENV
    """The environment's id; of the text view for logs, of the numeric view for the others."""
    env_kwargs: str = "{}"
    """More arguments of the environment, as a JSON object."""
    agent: str = BEHAVIOUR
    """Who plays; by default a careless rule agent of customer service, which leaves something to learn."""
    split: Literal["train", "val", "test"] = "train"
    """Which scenarios are played."""
    first: int = 0
    """The first scenario."""
    episodes: int = 1000
    """Scenarios to play, each once."""
    seed: int = 0
    """Seed of the agent's own draws."""
    out: Path | None = None
    """The file to write, by default logs.jsonl.gz or episodes.jsonl.gz; ".gz" at the end compresses. An existing one is
    not overwritten."""
    dataset: str = ""
    """The id of the Minari dataset to make, such as dialogue_gym/customer-service/rule-v0."""

    def run(self) -> int:
        """Plays and writes."""
        out = self.out or Path(f"{self.what}.jsonl.gz")
        if self.what != "minari" and out.exists():
            raise ConfigurationError(f"Expected --out to be a new file, but {str(out)!r} exists. Name another.")
        env, kwargs = environment_id(self.env), json_object(self.env_kwargs, "--env-kwargs")
        if self.what == "logs":
            return self._logs(env, kwargs, out)
        from dialogue_gym.minari_logs import check_new, write_minari
        from dialogue_gym.numeric_logs import LoggedEpisode, record_episodes, write_episodes

        if self.what == "minari":
            check_new(self.dataset)
        episodes = record_episodes(
            env,
            self.episodes,
            agent=self.agent,
            env_kwargs=kwargs,
            split=self.split,
            first=self.first,
            seed=self.seed,
        )
        returns: list[float] = []

        def noted() -> Iterator[LoggedEpisode]:
            for episode in self._counted(episodes):
                returns.append(float(episode.rewards.sum()))
                yield episode

        if self.what == "minari":
            count = write_minari(self.dataset, noted(), env, kwargs)
        else:
            count = write_episodes(out, noted())
        where = self.dataset if self.what == "minari" else out
        print(f"{count} episodes, mean return {sum(returns) / count:.3f}: {where}")
        return 0

    def _logs(self, env: str, kwargs: dict[str, Any], out: Path) -> int:
        dialogues = record_dialogues(
            env,
            self.episodes,
            agent=self.agent,
            env_kwargs=kwargs,
            split=self.split,
            first=self.first,
            seed=self.seed,
        )
        successes: list[bool] = []

        def noted() -> Iterator[LoggedDialogue]:
            for dialogue in self._counted(dialogues):
                successes.append(dialogue.success)
                yield dialogue

        count = write_logs(out, noted())
        print(f"{count} dialogues, success {sum(successes) / count:.2f}: {out}")
        return 0

    def _counted(self, logged: Iterable[Logged]) -> Iterator[Logged]:
        """The same, with a bar."""
        with progress() as bar:
            task = bar.add_task(self.what, total=self.episodes)
            for each in logged:
                bar.advance(task)
                yield each
