"""`dialogue-gym data`: logs of dialogues to learn from."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import tyro

from dialogue_gym.cli.common import DEFAULT_ENV, environment_id, json_object, progress
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.logs import BEHAVIOUR, LoggedDialogue, record_dialogues, write_logs

if TYPE_CHECKING:
    from dialogue_gym.numeric_logs import LoggedEpisode

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
        if self.what == "logs":
            return self._keep(record_dialogues, partial(write_logs, out), _success, "dialogues, success", out)
        from dialogue_gym.minari_logs import check_new, write_minari
        from dialogue_gym.numeric_logs import record_episodes, write_episodes

        said = "episodes, mean return"
        if self.what == "episodes":
            return self._keep(record_episodes, partial(write_episodes, out), _return, said, out)
        check_new(self.dataset)
        env, kwargs = environment_id(self.env), json_object(self.env_kwargs, "--env-kwargs")

        def write(episodes: "Iterable[LoggedEpisode]") -> int:
            return write_minari(self.dataset, episodes, env, kwargs)

        return self._keep(record_episodes, write, _return, said, self.dataset)

    def _keep(
        self,
        record: Callable[..., Iterable[Logged]],
        write: Callable[[Iterable[Logged]], int],
        measure: Callable[[Logged], float],
        said: str,
        where: Path | str,
    ) -> int:
        """Plays, writes with a bar, and says how it went on average."""
        logged = record(
            environment_id(self.env),
            self.episodes,
            agent=self.agent,
            env_kwargs=json_object(self.env_kwargs, "--env-kwargs"),
            split=self.split,
            first=self.first,
            seed=self.seed,
        )
        values: list[float] = []

        def noted() -> Iterator[Logged]:
            with progress() as bar:
                task = bar.add_task(self.what, total=self.episodes)
                for each in logged:
                    values.append(measure(each))
                    bar.advance(task)
                    yield each

        count = write(noted())
        print(f"{count} {said} {sum(values) / count:.3f}: {where}")
        return 0


def _success(dialogue: LoggedDialogue) -> float:
    return float(dialogue.success)


def _return(episode: "LoggedEpisode") -> float:
    return float(episode.rewards.sum())
