"""`dialogue-gym explain`: what an agent went by, turn by turn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from dialogue_gym.cli.common import json_object
from dialogue_gym.errors import ConfigurationError


@dataclass(frozen=True)
class Explain:
    """Show why a trained agent did what it did: act values and features, or the words that spoke for a turn."""

    run_folder: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(name="run", metavar="RUN")]
    """The folder of a run of `dialogue-gym train`. Its best agent plays, of a language model the last."""
    env_kwargs: str = "{}"
    """More arguments of the environment over the run's, as a JSON object."""
    split: Literal["train", "val", "test"] = "test"
    """Which scenarios."""
    first: int = 0
    """The first scenario."""
    episodes: int = 1
    """Scenarios to play."""
    seed: int = 0
    """Seed of the agent's own draws."""
    top: int = 8
    """Acts, features or words of a turn that are listed."""
    out: Path | None = None
    """Folder to write explanation.json and explanation.html to, by default RUN/explanation; where it exists, "-2", ...
    is added."""

    def run(self) -> int:
        """Plays, explains and writes."""
        if self.episodes < 1 or self.top < 1:
            raise ConfigurationError(
                f"Expected --episodes and --top of at least 1, got {self.episodes} and {self.top}."
            )
        from dialogue_gym.agents import make_agent
        from dialogue_gym.agents.explain.episode import Explains, explain_episode
        from dialogue_gym.agents.explain.numeric import Acts
        from dialogue_gym.agents.explain.page import make_page
        from dialogue_gym.agents.explain.words import Words
        from dialogue_gym.agents.llm.agent import LLMAgent
        from dialogue_gym.evaluation.make import make_single
        from dialogue_gym.evaluation.results import describe, to_json
        from dialogue_gym.runs import new_run_folder

        name, env_id, kwargs = agent_of(self.run_folder)
        kwargs = {**kwargs, **json_object(self.env_kwargs, "--env-kwargs")}
        env = make_single(env_id, **{**kwargs, "split": self.split})
        agent = make_agent(name, env=env, seed=self.seed)
        words = isinstance(agent, LLMAgent)
        explains: Explains = (
            Words(agent, self.top) if isinstance(agent, LLMAgent) else Acts(env.view.task, agent, self.top)
        )
        document = {
            "agent": name,
            "env": env_id,
            "env_kwargs": describe(kwargs),
            "method": "gradient × input" if words else "occlusion",
            "episodes": [
                explain_episode(env, agent, explains, scenario, seed=self.seed)
                for scenario in range(self.first, self.first + self.episodes)
            ],
        }
        folder = new_run_folder(self.out or self.run_folder / "explanation")
        text = to_json(document, indent=1)
        (folder / "explanation.json").write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        page = make_page(json.loads(text))
        (folder / "explanation.html").write_text(page, encoding="utf-8", errors="xmlcharrefreplace")
        print(f"{self.episodes} episodes explained: {folder / 'explanation.html'}")
        return 0


def agent_of(folder: Path) -> tuple[str, str, Mapping[str, Any]]:
    """The agent of a run by its name, the environment's id and its arguments.

    Raises:
        ConfigurationError: The folder holds no run.
    """
    from dialogue_gym.agents.classical.options import KINDS
    from dialogue_gym.agents.classical.run import saved_options
    from dialogue_gym.agents.llm.trainer.run import read_run
    from dialogue_gym.rewards import dotted_paths

    saved = saved_options(folder)
    if saved is not None:
        name, env, kwargs = f"{KINDS[saved['algorithm']]}:{folder}", saved["env"], saved["env_kwargs"]
    else:
        options = read_run(folder)
        name, env, kwargs = f"llm:{folder}", options.env, options.env_kwargs
    if dotted_paths(kwargs.get("reward")):  # code is not run because a file names it
        kwargs = {**kwargs, "reward": "task"}
    return name, env, kwargs
