"""`dialogue-gym train`: an agent learns a task; ends with a table of before and after."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from dialogue_gym.agents.classical.options import CLASSICAL, NUMERIC, ClassicalOptions
from dialogue_gym.agents.llm.trainer.config import (
    ALGORITHMS,
    LATER,
    PAIRS,
    REWARD,
    RL,
    TEXT,
    TINY,
    RewardOptions,
    RlOptions,
    SftOptions,
    TrainOptions,
)
from dialogue_gym.cli.common import DEFAULT_ENV, environment_id, json_object
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.options import (
    Amount,
    Count,
    CountsAgain,
    Positive,
    Range,
    Seed,
    TakenBy,
    check_ranges,
    refuse_settled,
    refuse_untaken,
)
from dialogue_gym.registration import text_view
from dialogue_gym.rewards import dotted_paths

PLAYED = TEXT | NUMERIC
MODELS = TEXT | PAIRS
ALL = PLAYED | PAIRS

FOLDER = "DIALOGUE_GYM_TRAIN_FOLDER"
"""Tells the processes of one run its folder, which the first one has made."""


@dataclass(frozen=True)
class Train:
    """Train a language model on a text view, or an agent of a numeric view with Stable-Baselines3 or a table."""

    algorithm: Annotated[str, tyro.conf.Positional, ALL] = "ppo"
    """On a text view sft (imitation), ppo or reinforce (imitation, then reinforcement); on a numeric view dqn, qrdqn,
    ppo, a2c, trpo, maskable_ppo, recurrent_ppo or qlearning, linucb or thompson where an episode is one decision, and
    bc (behaviour cloning) or cql (conservative Q-learning) from --logs. So "ppo" is the language model's or
    Stable-Baselines3's, as the view says. "reward" trains a preference model, to be plugged in as a reward."""
    env: Annotated[str, PLAYED] = DEFAULT_ENV
    """The environment's id: a text view, or for agents of numbered acts a numeric one ("...Acts-v0")."""
    env_kwargs: Annotated[str, PLAYED, CountsAgain()] = "{}"
    """More arguments of the environment, as a JSON object: '{"difficulty": "easy"}'."""
    model: Annotated[str, MODELS] = TINY
    """What to start from: "tiny" is made from scratch; else a Hugging Face folder, a run, or a hub id."""
    sft: Annotated[SftOptions, TEXT] = field(default_factory=SftOptions)
    rl: Annotated[RlOptions, RL] = field(default_factory=RlOptions)
    reward: Annotated[RewardOptions, PAIRS] = field(default_factory=RewardOptions)
    classical: Annotated[ClassicalOptions, NUMERIC] = field(default_factory=ClassicalOptions)
    seed: Annotated[Seed, ALL] = 0
    """Seed of everything that is drawn."""
    minutes: Annotated[Positive | None, TEXT, CountsAgain()] = None
    """Time limit of training, evaluation not counted; stages end early to keep it."""
    zero: Annotated[int, Range(low=0, high=3), MODELS] = 0
    """ZeRO stage: what is split over processes. 0 nothing, 1 optimizer, 2 gradients too, 3 parameters too."""
    deepspeed: Annotated[Path | None, TEXT] = None
    """JSON file with more of DeepSpeed's configuration: offload, communication, ..."""
    num_processes: Annotated[Count, MODELS, CountsAgain()] = 1
    """Processes on this machine that train together. Launchers (torchrun, deepspeed) need 1 here."""
    max_turn_tokens: Annotated[Count, RL] = 96
    """Longest turn, in tokens; a longer one is cut and sent as it is."""
    context: Annotated[Count, MODELS] = 2048
    """Longest dialogue, in tokens; one that would outgrow it is cut, and bootstrapped by PPO's critic; for REINFORCE it
    has ended there."""
    micro_tokens: Annotated[Count, MODELS] = 4096
    """Rows × longest row of one forward pass with gradients: lower it where memory is short."""
    checkpoint_every: Annotated[Count, TEXT] = 5
    """Iterations between checkpoints (and 20 times as many steps of imitation)."""
    eval_episodes: Annotated[Amount, PLAYED] = 200
    """Test scenarios of the table at the end; 0 leaves it out."""
    wandb: Annotated[bool, TEXT] = False
    """Send metrics to Weights & Biases too."""
    out: Annotated[Path | None, ALL] = None
    """The run's folder, by default runs/<algorithm>-<env>; where it exists, "-2", ... is added."""
    resume: Annotated[Path | None, PLAYED, CountsAgain()] = None
    """A run to go on with, as it was begun; of the other options only --minutes, --iterations, --num-processes and (on
    a numeric view) --steps are taken. A reward that is a dotted path has to be named again in --env-kwargs."""

    def run(self) -> int:
        """Trains, evaluates and prints."""
        check_ranges(self)
        if self.resume is not None:
            from dialogue_gym.agents.classical.run import saved_options
            from dialogue_gym.cli.train_numeric import resume_training

            saved = saved_options(self.resume)
            if saved is not None:
                self._check_resumed(TakenBy(numeric=(saved["algorithm"],)), saved["env_kwargs"])
                return resume_training(self.resume, saved, self.classical.steps)
            return self._train_text(self._saved_options(self.resume))
        if self.algorithm == REWARD:
            refuse_untaken(self, PAIRS)
            return self._train_reward()
        if self._is_classical():
            refuse_untaken(self, TakenBy(numeric=(self.algorithm,)))
            return self._train_classical()
        return self._train_text(self._options())

    def _train_text(self, options: TrainOptions) -> int:
        """Trains a language model."""
        options.check_batches(max(self.num_processes, _launched()))
        name = _run_name(options.algorithm, options.env)
        if self._is_to_launch():
            return self._launch(name)
        from dialogue_gym.cli.train_text import run_training

        with self._folder(name) as folder:
            return run_training(options, folder)

    def _is_classical(self) -> bool:
        """Whether a numeric view's agent is trained: what "ppo" means depends on the view."""
        if self.algorithm not in CLASSICAL:
            return False
        return self.algorithm not in ALGORITHMS or text_view(environment_id(self.env)) != environment_id(self.env)

    def _train_classical(self) -> int:
        """Trains an agent of a numeric view."""
        from dialogue_gym.agents.classical.hyperparameters import tuned
        from dialogue_gym.cli.train_numeric import run_training

        env = environment_id(self.env)
        env_kwargs = json_object(self.env_kwargs, "--env-kwargs")
        hyper = {**tuned(env, self.algorithm).values, **json_object(self.classical.hyper, "--hyper")}
        with self._folder(_run_name(self.algorithm, env)) as folder:
            return run_training(
                self.algorithm,
                env,
                self.classical,
                folder,
                env_kwargs=env_kwargs,
                hyper=hyper,
                seed=self.seed,
                eval_episodes=self.eval_episodes,
                logs=None if self.sft.logs is None else str(self.sft.logs),
            )

    def _train_reward(self) -> int:
        """Trains a preference model."""
        if (self.reward.pairs is None) == (not self.reward.from_runs):
            raise ConfigurationError(
                "Expected either --pairs FILE or --from-runs DIR ... with train reward, got "
                + ("neither." if self.reward.pairs is None else "both.")
            )
        name = _run_name(REWARD, "pairs" if self.reward.pairs else "runs")
        if self._is_to_launch():
            return self._launch(name)
        from dialogue_gym.agents.rewards.training import run_training

        with self._folder(name) as folder:
            return run_training(
                self.reward,
                folder,
                model=self.model,
                seed=self.seed,
                zero=self.zero,
                context=self.context,
                micro_tokens=self.micro_tokens,
            )

    def _options(self) -> TrainOptions:
        if self.algorithm in LATER:
            raise ConfigurationError(
                f"Expected an algorithm that this version has, got {self.algorithm!r}, which is not implemented yet. "
                f"Use one of: {', '.join(ALGORITHMS)}."
            )
        if self.algorithm not in ALGORITHMS:
            raise UnknownNameError("algorithm", self.algorithm, (*ALGORITHMS, *CLASSICAL, REWARD))
        refuse_untaken(self, TakenBy(text=(self.algorithm,)))
        if self.sft.logs is not None and not self.sft.logs.is_file():
            raise ConfigurationError(f"Expected --logs to be a file of chat JSONL, got {str(self.sft.logs)!r}.")
        env = environment_id(self.env)
        if text_view(env) != env:
            raise ConfigurationError(
                f"Expected an environment whose actions are text for {self.algorithm}, got {env!r}. Take "
                f"{text_view(env)!r}, or one of: {', '.join(CLASSICAL)}."
            )
        said: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(TrainOptions)}
        env_kwargs, deepspeed = json_object(self.env_kwargs, "--env-kwargs"), _read_json(self.deepspeed)
        return TrainOptions(**{**said, "env": env, "env_kwargs": env_kwargs, "deepspeed": deepspeed})

    def _saved_options(self, folder: Path) -> TrainOptions:
        """A run's options, with what is said anew."""
        from dialogue_gym.agents.llm.trainer.run import read_run

        saved = read_run(folder)
        self._check_resumed(TakenBy(text=(saved.algorithm,)), saved.env_kwargs)
        rl = replace(saved.rl, iterations=self.rl.iterations or saved.rl.iterations)
        return replace(saved, rl=rl, minutes=self.minutes or saved.minutes)

    def _check_resumed(self, who: TakenBy, env_kwargs: Mapping[str, Any]) -> None:
        """Refuses options that a run does not read anew, and to run code that only a file in a folder names."""
        refuse_settled(replace(self, algorithm=Train.algorithm), who)
        said = json_object(self.env_kwargs, "--env-kwargs")
        wrong = {name: value for name, value in said.items() if name not in env_kwargs or env_kwargs[name] != value}
        if wrong:
            raise ConfigurationError(
                f"Expected no --env-kwargs with --resume, or the run's own, got {json.dumps(wrong)}. Leave that out, "
                "or begin a new run."
            )
        if self.algorithm != Train.algorithm and who not in (
            TakenBy((self.algorithm,)),
            TakenBy((), (self.algorithm,)),
        ):
            raise ConfigurationError(
                f"Expected no algorithm with --resume, or the run's, got {self.algorithm!r} for a run of {who}."
            )
        reward = env_kwargs.get("reward")
        paths = dotted_paths(reward)
        if paths and "reward" not in said:
            raise ConfigurationError(
                f"Expected the run's reward again in --env-kwargs, as {json.dumps({'reward': reward})}: it names code, "
                f"{', '.join(paths)}, which is not run because a file says so."
            )

    @contextmanager
    def _folder(self, name: str) -> Iterator[Path]:
        """The run's folder. A new one is taken away again if a mistake shows before anything is in it."""
        if FOLDER in os.environ or self.resume is not None:
            yield Path(os.environ[FOLDER]) if self.resume is None else self.resume
            return
        if _launched() > 1:
            raise ConfigurationError(
                f"Expected the environment variable {FOLDER} to name one new folder for all processes of a launcher, "
                "got none. Make a folder and set it, or use --num-processes."
            )
        from dialogue_gym.runs import new_run_folder

        folder = new_run_folder(self.out or Path("runs") / name)
        try:
            yield folder
        finally:
            if not any(folder.iterdir()):
                folder.rmdir()

    def _is_to_launch(self) -> bool:
        """Whether this process is to start those that train."""
        if _launched() > 1 and self.num_processes not in (1, _launched()):
            raise ConfigurationError(
                f"Expected --num-processes 1 under a launcher, which has started {_launched()} processes, got "
                f"{self.num_processes}."
            )
        return self.num_processes > _launched()

    def _launch(self, name: str) -> int:
        """Starts this command once per process and waits; all end if one fails."""
        with self._folder(name) as folder:
            return _wait_for(self._processes(folder))

    def _processes(self, folder: Path) -> list["subprocess.Popen[bytes]"]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        shared = {
            **os.environ,
            FOLDER: str(folder),
            "WORLD_SIZE": str(self.num_processes),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
        }
        shared.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // self.num_processes)))
        return [
            subprocess.Popen(
                [sys.executable, "-m", "dialogue_gym", *sys.argv[1:]],
                env={**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            )
            for rank in range(self.num_processes)
        ]


def _launched() -> int:
    """Processes that a launcher, or this command, has started together: 1 where nobody has."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def _run_name(algorithm: str, what: str) -> str:
    return f"{algorithm}-{what.split('/')[-1]}"


def _wait_for(processes: list["subprocess.Popen[bytes]"]) -> int:
    from dialogue_gym.cli import INTERRUPTED

    try:
        while any(process.poll() is None for process in processes):
            if any(process.poll() not in (None, 0) for process in processes):
                break
            time.sleep(0.2)
        status = next((process.returncode for process in processes if process.returncode not in (None, 0)), 0)
    except KeyboardInterrupt:  # the processes got the signal too
        deadline, status = time.monotonic() + 30, INTERRUPTED
        while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
            time.sleep(0.2)
    for process in processes:  # those that wait for one that is gone
        if process.poll() is None:
            process.kill()
        process.wait()
    return status


def _read_json(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return json_object(path.read_text(encoding="utf-8"), "--deepspeed")
    except OSError as error:
        raise ConfigurationError(
            f"Expected --deepspeed to be a JSON file, got {str(path)!r}: {error.strerror}."
        ) from None
