"""The whole of a training run, from logs to the last model. `train` is the order of events.

    logs -> model -> supervised fine-tuning (sft/) -> PPO or REINFORCE (model/)

Every stage leaves a Hugging Face folder that any tool can load, and a checkpoint between steps to resume from.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm._memory import give_back
from dialogue_gym.agents.llm.agent import load_model, model_folder
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.engine import Engine
from dialogue_gym.agents.llm.policy import NonFiniteError, Policy
from dialogue_gym.agents.llm.rollout import DialogueSampler
from dialogue_gym.agents.llm.tiny import copied_words, make_tiny
from dialogue_gym.agents.llm.trainer.checkpoint import load_checkpoint, read_state, save_checkpoint
from dialogue_gym.agents.llm.trainer.config import TINY, TrainOptions
from dialogue_gym.agents.llm.trainer.environment import VectorTextEnv
from dialogue_gym.agents.llm.trainer.openings import WordDropout, openings
from dialogue_gym.agents.llm.trainer.recipe import OPENING_BATCH, OPENING_SHARE, recipe_of
from dialogue_gym.agents.llm.trainer.renaming import rename
from dialogue_gym.agents.llm.trainer.rl import Trainer
from dialogue_gym.agents.llm.trainer.run import plain_options
from dialogue_gym.agents.llm.trainer.sft import Reading, encode_logs, successes, train_sft
from dialogue_gym.agents.llm.trainer.watch import RewardWatch
from dialogue_gym.agents.llm.trajectory import Trajectory, save_trajectories
from dialogue_gym.agents.training_metrics import Metrics, MetricsWriter
from dialogue_gym.errors import ConfigurationError, RewardError
from dialogue_gym.evaluation.play import check_playable
from dialogue_gym.logs import LoggedDialogue, read_logs, record_dialogues, write_logs
from dialogue_gym.rewards import load_reward_state, reward_state
from dialogue_gym.runs import write_folder

logger = logging.getLogger(__name__)

SFT_SHARE = 0.6
"""Share of the time limit that supervised fine-tuning may take, where reinforcement learning follows."""
START = ("openings", 0)
"""Stage and step with which a run begins; the later stages are "sft" and "rl"."""


class Observer(Protocol):
    """Is told how a run goes."""

    def __call__(self, stage: str, done: float, metrics: Metrics) -> object:
        """`done` is the share of the stage that is behind us."""


class Job:
    """One training run in its folder.

    Args:
        options: What to do.
        folder: Where; made by the caller.
        observe: Told of each step, on rank 0.
        begin: Called on rank 0 before anything is written: mistakes that show early have shown.
    """

    def __init__(
        self,
        options: TrainOptions,
        folder: Path,
        *,
        observe: Observer = lambda stage, done, metrics: None,
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        self.options, self.folder, self.observe, self.begin = options, folder, observe, begin
        self.state: dict[str, Any] = read_state(folder) or dict(zip(("stage", "step"), START, strict=True), seconds=0.0)
        self._began = time.monotonic() - self.state["seconds"]
        self._writer: MetricsWriter | None = None

    def train(self) -> None:
        """Does what is left of the run."""
        rank = _distributed.rank()
        self.options.check_batches(_distributed.world_size())
        check_playable(self.options.env, self.options.eval_episodes, env_kwargs=self.options.env_kwargs)
        _distributed.start(_distributed.pick_device())
        env = self._env() if self.options.algorithm != "sft" else None  # mistakes show before the long work
        if rank == 0:
            self.begin()
            self._writer = MetricsWriter(
                self.folder,
                resume_at=self.state.get("metrics"),
                wandb=self.options.wandb,
                config=plain_options(self.options),
            )
        try:
            start = self._model_to_start()
            if self.options.sft.sft_epochs > 0:
                start = self._sft(start)
            if env is not None:
                self._rl(start, env)
        finally:
            if self._writer is not None:
                self._writer.close()

    def _sft(self, start: str) -> str:
        """Imitates logs, first their openings alone; gives the folder of the result."""
        options, done = self.options.sft, self.folder / "sft"
        if (done / "config.json").is_file():
            return str(done)
        policy, chat = load_model(start, temperature=1.0)
        self._check_context(policy)
        recipe, logs = recipe_of(self.options), self._logs()
        if options.only_successes:
            logs = successes(logs)
        if recipe.renames:
            logs = rename(logs, copied_words(log.messages for log in logs), seed=self.options.seed)
        whole = encode_logs(chat, logs, context=self.options.context)
        engine = self._engine(policy)
        if (self.state["stage"], self.state["step"]) != START:
            load_checkpoint(self.folder, engine)
        reading = WordDropout(chat.tokenizer, recipe.word_dropout, seed=self.options.seed)
        limit = 60.0 * (self.options.minutes or math.inf) * (SFT_SHARE if self.options.algorithm != "sft" else 1.0)

        if self.state["stage"] == "openings":
            batch, rate = OPENING_BATCH * options.sft_batch, options.sft_lr / 2
            share = self._seconds + OPENING_SHARE * max(0.0, limit - self._seconds)
            self._imitate(engine, "openings", openings(whole), recipe.opening_steps, batch, rate, share, reading)
            self._checkpoint(engine, "sft", 0)
        steps = math.ceil(options.sft_epochs * len(whole) / options.sft_batch)
        self._imitate(engine, "sft", whole, steps, options.sft_batch, options.sft_lr, limit, reading)
        self._save_model(engine, chat, done)
        self._checkpoint(engine, "rl", 0)
        return str(done)

    def _imitate(
        self,
        engine: Engine,
        stage: str,
        dialogues: list[Trajectory],
        steps: int,
        batch: int,
        rate: float,
        limit: float,
        reading: Reading,
    ) -> None:
        """One stage of imitation, in as many steps or until so many seconds of the run are over."""
        resumed = self.state["stage"] == stage and self.state["step"] > 0
        began = self.state["began"] if resumed else self._seconds

        def time_used() -> float:
            return (self._seconds - began) / max(limit - began, 1e-9)

        def after_step(step: int, metrics: Metrics) -> None:
            self._log(stage, step, metrics, max((step + 1) / steps, time_used()))
            if (step + 1) % (20 * self.options.checkpoint_every) == 0:
                self._checkpoint(engine, stage, step + 1, began=began)

        train_sft(
            engine,
            dialogues,
            steps=steps,
            batch=batch,
            learning_rate=rate,
            seed=self.options.seed,
            micro_tokens=self.options.micro_tokens,
            embeddings=recipe_of(self.options).embedding_rate,
            reading=reading,
            first_step=self.state["step"] if resumed else 0,
            time_used=time_used,
            after_step=after_step,
        )

    def _rl(self, start: str, env: VectorTextEnv) -> None:
        """Improves the policy in the environment."""
        options = self.options
        policy, chat = load_model(start, temperature=options.rl.temperature)
        self._check_context(policy)
        reference, _ = load_model(start, temperature=options.rl.temperature)
        engine = self._engine(policy)
        trainer = Trainer(
            engine,
            reference.requires_grad_(False),
            DialogueSampler(
                engine.speaker, chat, max_turn_tokens=options.max_turn_tokens, context_limit=options.context
            ),
            env,
            algorithm=options.algorithm,
            options=replace(options.rl, minibatches=options.minibatches),
            seed=options.seed,
            micro_tokens=options.micro_tokens,
        )
        first, reward = self.state["step"] if self.state["stage"] == "rl" else 0, env.vector.reward_model
        if first:
            load_checkpoint(self.folder, engine)
            trainer.kl_coef = self.state["kl_coef"]
            load_reward_state(reward, self.state["reward"])
        watch = RewardWatch(self.folder, options.env_kwargs, first)
        limit = 60.0 * (options.minutes or math.inf)
        for iteration in range(first, options.rl_iterations):
            if _distributed.largest(self._seconds, device=engine.wire) >= limit:
                break
            rewarded = reward_state(reward)
            try:
                metrics = trainer.iterate(iteration)
            except RewardError:
                if engine.ranks == 1:  # of several, the others wait elsewhere: their last checkpoint has to do
                    self._checkpoint(engine, "rl", iteration, kl_coef=trainer.kl_coef, reward=rewarded)
                    logger.error(
                        "The reward failed in iteration %d; --resume %s goes on there.", iteration, self.folder
                    )
                raise
            except NonFiniteError:
                if trainer.trajectories:  # there are none where the policy's logits were not finite while it spoke
                    save_trajectories(self.folder / f"failed-{engine.rank}.safetensors", trainer.trajectories)
                raise
            share = max((iteration + 1) / options.rl_iterations, self._seconds / limit)
            self._log("rl", iteration, {**metrics, **watch.observe(metrics, trainer.trajectories)}, share)
            if (iteration + 1) % options.checkpoint_every == 0:
                self._save_model(engine, chat, self.folder / "model")
                self._checkpoint(engine, "rl", iteration + 1, kl_coef=trainer.kl_coef, reward=reward_state(reward))
        self._save_model(engine, chat, self.folder / "model")
        if engine.rank == 0:
            watch.write(reward_state(reward))

    def _env(self) -> VectorTextEnv:
        rows = self.options.rl.dialogues // _distributed.world_size()
        return VectorTextEnv(self.options.env, max(1, rows), env_kwargs=self.options.env_kwargs)

    def _engine(self, policy: Policy) -> Engine:
        return Engine(policy, zero_stage=self.options.zero, config=self.options.deepspeed)

    def _model_to_start(self) -> str:
        """The folder or hub id of the model to start from; made from scratch if it is to be tiny."""
        if self.options.model != TINY:
            return model_folder(self.options.model)
        folder = self.folder / "tiny"
        self._on_first(folder, lambda: write_folder(folder, self._fill_tiny))
        return str(folder)

    def _fill_tiny(self, folder: Path) -> None:
        make_tiny(folder, [log.messages for log in self._logs()], seed=self.options.seed)

    def _logs(self) -> list[LoggedDialogue]:
        """The dialogues to imitate; made, once, where none are given."""
        given, made = self.options.sft.logs, self.folder / "logs.jsonl.gz"
        if given is not None:
            return read_logs(given)
        dialogues = record_dialogues(
            self.options.env,
            self.options.sft.log_dialogues,
            env_kwargs=self.options.env_kwargs,
            first=LOG_SCENARIOS,
            seed=self.options.seed,
            thoughts=self.options.sft.thoughts,
        )
        self._on_first(made, lambda: write_logs(made, dialogues))
        return read_logs(made)

    def _on_first(self, path: Path, make: Callable[[], object]) -> None:
        """Has rank 0 make what is not there yet; the others wait."""
        if _distributed.rank() == 0 and not path.exists():
            make()
        while not path.exists():  # a barrier would time out on a long wait, and rank 0 may be in here alone
            time.sleep(0.2)

    def _check_context(self, policy: Policy) -> None:
        positions = getattr(policy.config.get_text_config(), "max_position_embeddings", None)
        if positions is not None and self.options.context > positions:
            raise ConfigurationError(
                f"Expected --context within the model's {positions} positions, got {self.options.context}. Lower it, "
                "or take a model with more."
            )

    def _log(self, stage: str, step: int, metrics: Metrics, done: float) -> None:
        if self._writer is not None:
            self._writer.write(stage, step, {**metrics, "seconds": self._seconds})
            self.observe(stage, min(1.0, done), metrics)

    def _checkpoint(self, engine: Engine, stage: str, step: int, **more: Any) -> None:
        position = self._writer.position if self._writer is not None else 0
        self.state = {"stage": stage, "step": step, "seconds": self._seconds, "metrics": position, **more}
        save_checkpoint(self.folder, engine, self.state)
        give_back()

    def _save_model(self, engine: Engine, chat: ChatFormat, folder: Path) -> None:
        if engine.rank == 0:

            def fill(path: Path) -> None:
                engine.speaker.save(path, temperature=self.options.rl.eval_temperature or self.options.rl.temperature)
                chat.tokenizer.save_pretrained(path)

            write_folder(folder, fill)
        _distributed.barrier()

    @property
    def _seconds(self) -> float:
        """Seconds that the run has taken, interruptions left out."""
        return float(time.monotonic() - self._began)


LOG_SCENARIOS = 1 << 30
"""Logs are made on train scenarios from here on, reinforcement learning plays those before."""
