"""`dialogue-gym play`: a person at the terminal takes the agent's side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import tyro

from dialogue_gym.cli.common import environment_id, json_object
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.terminal import printable

QUIT = "/quit"


@dataclass(frozen=True)
class Play:
    """Play an environment yourself: text on the text view, numbers of acts on the numeric view."""

    env: tyro.conf.Positional[str]
    """The environment's id; `dialogue-gym envs` lists them."""
    env_kwargs: str = "{}"
    """More arguments of the environment, as a JSON object: '{"difficulty": "hard"}'."""
    side: Literal["agent", "other"] = "agent"
    """Whom you play."""
    split: Literal["train", "val", "test"] = "train"
    """Which scenarios are played."""
    scenario: int | None = None
    """Which scenario; by default the one that --seed picks."""
    trial: int = 0
    """Which repetition of the scenario."""
    seed: int = 0
    """Picks the scenario."""

    def run(self) -> int:
        """Plays one episode."""
        if self.side == "other":
            raise ConfigurationError("Expected --side agent, got 'other': a person cannot play the other side yet.")
        from dialogue_gym.evaluation.make import make_single

        kwargs = json_object(self.env_kwargs, "--env-kwargs")
        env = make_single(environment_id(self.env), split=self.split, **kwargs)
        options = {"trial": self.trial} | ({} if self.scenario is None else {"scenario": self.scenario})
        _, info = env.reset(seed=self.seed, options=options)
        _play(env, info)
        return 0


def _play(env: Any, info: dict[str, Any]) -> None:
    """One episode between a `DialogueEnv` and the person at the terminal."""
    is_text = "messages" in info
    if is_text:
        _show_briefing(info)
    elif env.action_space.shape != ():
        raise ConfigurationError(
            f"Expected numbered acts, got {env.action_space}. Play the text view of this task instead."
        )
    _show_heard(env.view.dialogue.opening)
    total = 0.0
    while True:
        action = _ask_for_text() if is_text else _ask_for_act(env.task.act_names, env.action_masks())
        if action is None:
            print(f"\nLeft after {env.episode.turn} turns, with return {total:.3f}.")
            return
        _, reward, terminated, truncated, info = env.step(action)
        total += reward
        turn = env.view.dialogue.turns[-1]
        if not is_text:
            print(f"you: {printable(env.task.render(turn.acts))}")
        _show_heard(turn.heard)
        parts = ", ".join(f"{name} {value:+.3f}" for name, value in info["reward_terms"].items() if value)
        print(f"  [reward {reward:+.3f}{': ' + printable(parts) if parts else ''}]")
        if terminated or truncated:
            _show_end(info, total)
            return


def _show_briefing(info: dict[str, Any]) -> None:
    print(printable(info["instructions"]).strip(), end="\n\n")
    if info["tools"]:
        names = [tool.get("function", tool)["name"] for tool in info["tools"]]
        print(f"Tools: {printable(', '.join(names))}")
        print('Call one with <tool_call>{"name": "...", "arguments": {...}}</tool_call>')
    print(f"One line is one turn; an empty one is silence; {QUIT} leaves.\n")


def _show_heard(heard: Iterable[Any]) -> None:
    for event in heard:
        print(f"{'tool' if event.role == 'tool' else 'them'}: {printable(event.text)}")


def _show_end(info: dict[str, Any], total: float) -> None:
    print(f"\nThe episode has ended: {info['stop_reason']}. Return {total:.3f}.")
    for name, value in info["outcome"].items():
        print(f"  {printable(str(name))}: {printable(str(value))}")


def _ask_for_text() -> str | None:
    """A line, or None to leave."""
    try:
        line = input("you> ")
    except EOFError:
        return None
    return None if line.strip() == QUIT else line


def _ask_for_act(names: tuple[str, ...], legal: Any) -> int | None:
    """The number of a legal act, or None to leave."""
    for number, name in enumerate(names):
        if legal[number]:
            print(f"  {number:>3} {name}")
    while True:
        try:
            line = input(f"act ({QUIT} leaves)> ").strip()
        except EOFError:
            return None
        if line == QUIT:
            return None
        if line.isdecimal() and int(line) < len(names) and legal[int(line)]:
            return int(line)
        print(f"Expected one of the numbers above, got {printable(line)!r}.")
