"""Steps per second of every registered environment, as a ratio to CartPole-v1 stepped in the same run.

    OMP_NUM_THREADS=1 python benchmarks/env_throughput.py

Both are made by `gym.make` with its standard wrappers, and resets are included; what is played is written down before
the clock starts. The numeric view plays the oracle's way through an episode, told from what its tracker heard; no
episode comes twice. The vector (default autoreset) counts the acts that it plays, not the steps in which a row begins.
The text view is fed the tool calls that are right in the episode (the oracle's; where it calls none, those that look up
what it recommends), over and over until it ends, and free text no line of which is ever repeated (so that no cache can
help). Time is the process's own. Rounds alternate between CartPole and the environment, and medians are printed.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count, cycle, islice
from typing import Any

import gymnasium as gym
import numpy as np

from dialogue_gym.acts import Act, render_call
from dialogue_gym.agent import idle_action
from dialogue_gym.draws import Stream, key
from dialogue_gym.registration import environment_ids
from dialogue_gym.views import ActsEnv

TARGETS = {"numeric": 0.25, "numeric vector": 0.25, "text, tool calls": 0.2, "text, free": 0.05}
ROUNDS = 5
VECTOR = 32
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
        plays = oracle_plays(env_id)
        modes: dict[str, Callable[[], float]] = {
            "numeric": lambda: played(env, plays, steps),
            "numeric vector": lambda: _vector_played(env_id, steps),
        }
    else:
        modes = {"text, free": lambda: _fed(env, list(islice(_free_text(), steps)))}
        if single.task.tools:
            calls = _tool_calls(env_id)
            modes["text, tool calls"] = lambda: _called(env, list(islice(calls, steps // 20)), steps)
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
    """Seconds of this process, not of the clock: what else the machine does in the meantime does not count."""
    start = time.process_time()
    run()
    return time.process_time() - start


def _rate(steps: int, run: Callable[[], object]) -> float:
    return steps / _timed(run)


def oracle_plays(env_id: str, **kwargs: Any) -> Iterator[tuple[int, list[Any]]]:
    """Scenarios, and the actions by which the oracle goes through each: strings, or numbers on the numeric view."""
    env: Any = gym.make(env_id, **kwargs).unwrapped
    for scenario in count():
        env.reset(options={"scenario": scenario})
        actions: list[Any] = []
        while env.view.dialogue.stop is None:
            acts = env.episode.oracle_acts()
            actions.append(env.view.tracker.toward(acts) if isinstance(env, ActsEnv) else env.task.render(acts))
            env.step(actions[-1])
        yield scenario, actions


def played(env: Any, plays: Iterator[tuple[int, list[Any]]], steps: int) -> float:
    """Steps per second when whole episodes are played, resets included, `steps` steps or a few more."""
    episodes: list[tuple[dict[str, int], list[Any]]] = []
    total = 0
    while total < steps:
        scenario, acts = next(plays)
        episodes.append(({"scenario": scenario}, acts))
        total += len(acts)

    def run() -> None:
        for options, acts in episodes:
            env.reset(options=options)
            for act in acts:
                env.step(act)

    return _rate(total, run)


def _vector_played(env_id: str, steps: int) -> float:
    """Acts per second of the native vector, all rows together."""
    seed = next(_round) * VECTOR
    env = _vector(env_id)
    env.reset(seed=seed)
    actions: list[Any] = []
    total = 0
    while total < steps:
        running = [view.dialogue.stop is None for view in env.views]
        total += sum(running)
        actions.append(np.array([_toward_the_goal(view) for view in env.views]))
        env.step(actions[-1])
    fresh = _vector(env_id)

    def run() -> None:
        fresh.reset(seed=seed)
        for action in actions:
            fresh.step(action)

    return _rate(total, run)


def _vector(env_id: str) -> Any:
    return gym.make_vec(env_id, num_envs=VECTOR, vectorization_mode="vector_entry_point")


def _toward_the_goal(view: Any) -> Any:
    if view.dialogue.stop is None:
        return view.tracker.toward(view.episode.oracle_acts())
    return idle_action(view.action_space)


def _fed(env: Any, actions: list[str]) -> float:
    """Steps per second when the environment is fed action strings."""
    env.reset(seed=1)

    def run() -> None:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()

    return _rate(len(actions), run)


def _tool_calls(env_id: str) -> Iterator[tuple[int, list[str]]]:
    """Scenarios, and the tool calls that are right in each."""
    env = gym.make(env_id)
    single: Any = env.unwrapped
    for scenario in count():
        env.reset(options={"scenario": scenario})
        calls = []
        while single.episode.stop_reason is None:
            acts = single.episode.oracle_acts()
            calls += [render_call(call) for call in _calls(acts)]
            env.step(single.task.render(acts))
        if calls:
            yield scenario, calls


def _calls(acts: Iterable[Act]) -> Iterator[Act]:
    """The tool calls among acts, handing over apart, and the look-ups of items that are recommended."""
    for act in acts:
        if act.call and not act.name.startswith("transfer"):
            yield act
        elif act.name == "recommend":
            yield from (Act("show_item", {"item": item}, call=True) for item in act.args["items"])


def _called(env: Any, plays: list[tuple[int, list[str]]], steps: int) -> float:
    """Steps per second when every episode is fed its own calls until it ends; `steps` steps or a few more."""
    episodes = [({"scenario": scenario}, calls) for scenario, calls in plays]
    done = 0

    def run() -> None:
        nonlocal done
        for options, calls in cycle(episodes):
            if done >= steps:
                return
            env.reset(options=options)
            for call in cycle(calls):
                _, _, terminated, truncated, _ = env.step(call)
                done += 1
                if terminated or truncated:
                    break

    seconds = _timed(run)
    return done / seconds


_round = iter(range(1 << 30))


def _free_text() -> Iterator[str]:
    """Sentences of 8 to 25 words that never come twice."""
    stream = Stream(key("throughput", next(_round)))
    while True:
        words = [stream.choice(WORDS) for _ in range(8 + stream.below(18))]
        yield f"Could you tell me {' '.join(words)} {stream.below(10**9)}?"


if __name__ == "__main__":
    main()
