"""One training run on a numeric view: learn, look at val scenarios now and then, keep the best, compare on test.

runs/maskable_ppo-CustomerServiceActs-v0/
    run.json          options, versions, the exact command
    best/ last/       agents, as make_agent("sb3:...") and ("qlearning:...") load them
    metrics.jsonl     one row per evaluation on val, also in tensorboard/
    episodes.jsonl    test episodes; table.json sums them up
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dialogue_gym.agent import Agent
from dialogue_gym.agents.classical.options import QLEARNING, ClassicalOptions
from dialogue_gym.agents.llm.trainer.metrics import MetricsWriter
from dialogue_gym.agents.llm.trainer.run import write_document
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation import EpisodeResult, episode_list, play
from dialogue_gym.evaluation.hacking import TOTAL, Watch
from dialogue_gym.evaluation.make import make_vector

Look = Callable[[int, Agent], object]
"""Called with the turns so far and the agent, which goes on learning afterwards."""
VAL_EPISODES = 100


def train_classical(
    algorithm: str,
    env: str,
    options: ClassicalOptions,
    folder: Path,
    *,
    env_kwargs: Mapping[str, Any],
    hyper: Mapping[str, Any],
    seed: int,
    observe: Callable[[int, Mapping[str, float]], object] = lambda steps, metrics: None,
) -> None:
    """Trains in a folder, made by the caller.

    Args:
        algorithm: One of `CLASSICAL`.
        env: The id of a numeric view.
        options: What to do.
        folder: Where.
        env_kwargs: More arguments of the environment.
        hyper: Hyperparameters over the defaults.
        seed: Of everything that is drawn.
        observe: Told of each evaluation.

    Raises:
        ConfigurationError: The algorithm cannot play here, or does not have such hyperparameters.
    """
    best, began, episodes = float("-inf"), time.monotonic(), episode_list(VAL_EPISODES)
    watch = Watch() if env_kwargs.get("reward", "task") != "task" else None

    def look(steps: int, agent: Agent) -> None:
        nonlocal best
        rows = list(play(lambda *, env, seed: agent, env, episodes, split="val", env_kwargs=env_kwargs))
        metrics = _means(rows) | {"steps_per_second": steps / (time.monotonic() - began)}
        if watch is not None:
            parts = [{TOTAL: row.episode_return, **row.reward_parts} for row in rows]
            metrics |= watch.observe(metrics, parts, [float(bool(row.outcome.get("success"))) for row in rows])
        writer.write("rl", steps, metrics)
        observe(steps, metrics)
        agent.save(folder / "last")
        if metrics["return"] > best:
            best = metrics["return"]
            agent.save(folder / "best")

    train = _prepared(algorithm, env, options, look, env_kwargs, hyper, seed)
    document = {"algorithm": algorithm, "env": env, "env_kwargs": dict(env_kwargs), "seed": seed, **asdict(options)}
    write_document(folder, document)
    writer = MetricsWriter(folder)
    try:
        train()
    finally:
        writer.close()


def _prepared(
    algorithm: str,
    env: str,
    options: ClassicalOptions,
    look: Look,
    env_kwargs: Mapping[str, Any],
    hyper: Mapping[str, Any],
    seed: int,
) -> Callable[[], object]:
    """What trains when it is called; mistakes show before."""
    if algorithm != QLEARNING:
        from dialogue_gym.agents.sb3.learning import learn

        return learn(algorithm, env, options, look, env_kwargs=env_kwargs, hyper=hyper, seed=seed)
    from dialogue_gym.agents.tabular.agent import empty_table
    from dialogue_gym.agents.tabular.learning import QLearning

    vector = make_vector(env, options.num_envs, autoreset_mode="same_step", **env_kwargs)
    empty_table(vector.task)
    try:
        settings = QLearning(**hyper)
    except TypeError as error:
        raise ConfigurationError(f"Expected hyperparameters of Q-learning in --hyper, got others: {error}.") from None
    return lambda: settings.learn(vector, options.steps, options.eval_every, look, seed=seed)


def _means(rows: Sequence[EpisodeResult]) -> dict[str, float]:
    """What is logged of an evaluation; `task_return` is under the task's own reward."""
    return {
        "return": sum(row.episode_return for row in rows) / len(rows),
        "task_return": sum(row.task_return for row in rows) / len(rows),
        "success": sum(bool(row.outcome.get("success")) for row in rows) / len(rows),
        "turns": sum(row.turns for row in rows) / len(rows),
    }


def say(steps: int, metrics: Mapping[str, float]) -> None:
    """One line on the terminal."""
    print(
        f"{steps:9d} turns  success {metrics['success']:.2f}  return {metrics['return']:+.2f}  "
        f"{metrics['steps_per_second']:.0f} turns/s",
        file=sys.stderr,
        flush=True,
    )
