"""Steps per second of every registered environment, as a ratio to CartPole-v1 stepped in the same run.

    OMP_NUM_THREADS=1 python benchmarks/env_throughput.py

Resets are included. The numeric view replays the oracle's acts; the text view is fed tool calls, and free text no line
of which is ever repeated (so that no cache can help). Rounds alternate between CartPole and the environment, and
medians are printed.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

import gymnasium as gym
import numpy as np

from dialogue_gym.acts import render_call
from dialogue_gym.draws import Stream, key
from dialogue_gym.registration import environment_ids
from dialogue_gym.views import ActsEnv

TARGETS = {"numeric": 0.25, "numeric vector": 0.25, "text, tool calls": 0.2, "text, free": 0.05}
ROUNDS = 5
VECTOR = 32
SCENARIOS = 200
WORDS = (
    "right then so the order your parcel item looks as though it should reach you soon and I would like to check a few "
    "more details before we go on because there may be another way to sort this out today please bear with me while"
).split()


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=6000, help="steps per round")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    rows = [row for env_id in environment_ids() for row in measure(env_id, arguments.steps)]
    if arguments.json:
        print(json.dumps({"machine": platform.processor() or platform.machine(), "rows": rows}, indent=1))
        return
    print(f"{'environment':45} {'mode':18} {'steps/s':>9} {'ratio':>7} {'target':>7} {'reset ms':>9}")
    for row in rows:
        print(
            f"{row['id']:45} {row['mode']:18} {row['steps_per_s']:9.0f} {row['ratio']:7.3f} {row['target']:7.2f} "
            f"{row['reset_ms']:9.3f}"
        )


def measure(env_id: str, steps: int) -> list[dict[str, Any]]:
    """The rows of one environment."""
    env = gym.make(env_id)
    single = env.unwrapped
    reset_ms = 1000 * statistics.median(_timed(lambda i=i: env.reset(options={"scenario": i})) for i in range(300))
    if isinstance(single, ActsEnv):
        plays = _oracle_plays(env_id)
        modes: dict[str, Callable[[], float]] = {
            "numeric": lambda: _rate(steps, lambda: _replay(env, plays, steps)),
            "numeric vector": lambda: _rate(steps, lambda: _replay_vector(env_id, plays, steps)),
        }
    else:
        modes = {"text, free": lambda: _fed(env, list(islice(_free_text(), steps)))}
        if single.task.tools:
            calls = _tool_calls(env)
            modes["text, tool calls"] = lambda: _fed(env, list(islice(cycle(calls), steps)))
    rows = []
    for mode, run in modes.items():
        pairs = [(cartpole(steps), run()) for _ in range(ROUNDS)]
        rows.append(
            {
                "id": env_id,
                "mode": mode,
                "steps_per_s": statistics.median(rate for _, rate in pairs),
                "ratio": statistics.median(rate / base for base, rate in pairs),
                "target": TARGETS[mode],
                "reset_ms": reset_ms,
            }
        )
    return rows


def cartpole(steps: int) -> float:
    """Steps per second of CartPole-v1 through `gym.make`, resets included."""
    env = gym.make("CartPole-v1")
    env.reset(seed=0)
    actions = [int(a) for a in np.random.default_rng(0).integers(0, 2, 1000)]
    steps *= 4  # it is fast: keep the two timings of a like length

    def run() -> None:
        for i in range(steps):
            _, _, terminated, truncated, _ = env.step(actions[i % 1000])
            if terminated or truncated:
                env.reset()

    return _rate(steps, run)


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _rate(steps: int, run: Callable[[], object]) -> float:
    return steps / _timed(run)


def _oracle_plays(env_id: str) -> list[list[int]]:
    """The oracle's numbered acts, scenario by scenario."""
    env = gym.make(env_id)
    single: Any = env.unwrapped
    plays = []
    for scenario in range(SCENARIOS):
        env.reset(options={"scenario": scenario})
        acts: list[int] = []
        done = False
        while not done:
            wanted = single.episode.oracle_acts()
            tracker = single.view.tracker
            legal = np.flatnonzero(tracker.mask)
            number = next((int(i) for i in legal if tracker.ground(int(i)) == wanted), int(legal[0]))
            acts.append(number)
            _, _, terminated, truncated, _ = env.step(number)
            done = terminated or truncated
        plays.append(acts)
    return plays


def _replay(env: Any, plays: list[list[int]], steps: int) -> None:
    done = 0
    for scenario, acts in cycle(enumerate(plays)):
        env.reset(options={"scenario": scenario})
        for act in acts:
            _, _, terminated, truncated, _ = env.step(act)
            done += 1
            if terminated or truncated or done >= steps:
                break
        if done >= steps:
            return


def _replay_vector(env_id: str, plays: list[list[int]], steps: int) -> None:
    """Rows play the oracle's acts on the scenarios that they are for, and are reset when their episode ends."""
    env = gym.make_vec(env_id, num_envs=VECTOR, vectorization_mode="vector_entry_point", autoreset_mode="disabled")
    queue = cycle(enumerate(plays))
    scenarios = np.zeros(VECTOR, np.int64)
    acts: list[Iterator[int]] = [iter(())] * VECTOR
    ended = np.ones(VECTOR, np.bool_)
    for turn in range(steps // VECTOR):
        for row in np.flatnonzero(ended):
            scenarios[row], play = next(queue)
            acts[row] = iter(play)
        if ended.any():
            env.reset(options={"scenario": scenarios} | ({"reset_mask": ended} if turn else {}))
        _, _, terminated, truncated, _ = env.step(np.array([next(each, 0) for each in acts]))
        ended = terminated | truncated


def _fed(env: Any, actions: list[str]) -> float:
    """Steps per second when the environment is fed action strings."""
    env.reset(seed=1)

    def run() -> None:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()

    return _rate(len(actions), run)


def _tool_calls(env: Any) -> list[str]:
    """The tool calls that the oracle makes over a number of scenarios."""
    single = env.unwrapped
    calls = []
    for scenario in range(50):
        env.reset(options={"scenario": scenario})
        while single.episode.stop_reason is None:
            acts = single.episode.oracle_acts()
            calls += [render_call(act) for act in acts if act.call and not act.name.startswith("transfer")]
            env.step(single.task.render(acts))
    return calls


_round = iter(range(1 << 30))


def _free_text() -> Iterator[str]:
    """Sentences of 8 to 25 words that never come twice."""
    stream = Stream(key("throughput", next(_round)))
    while True:
        words = [stream.choice(WORDS) for _ in range(8 + stream.below(18))]
        yield f"Could you tell me {' '.join(words)} {stream.below(10**9)}?"


if __name__ == "__main__":
    main()
