"""Agents by name."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from dialogue_gym.agent import Agent
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.scripted.exploits import make_exploit
from dialogue_gym.agents.scripted.null import NullAgent
from dialogue_gym.agents.scripted.oracle import OracleAgent
from dialogue_gym.agents.scripted.random import RandomAgent
from dialogue_gym.agents.scripted.rules import rule_agent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.errors import ConfigurationError, UnknownNameError

_SCRIPTED: dict[str, Callable[[Seat, int], Agent]] = {
    "null": lambda seat, seed: NullAgent(seat),
    "random": lambda seat, seed: _on(seat, RandomAgent(seat.task.action_space, seed)),
    "rule": lambda seat, seed: _on(seat, rule_agent(seat.task)),
    "oracle": lambda seat, seed: OracleAgent(seat),
}
_LABELLING = {
    "majority": "dialogue_gym.agents.scripted.labelling:make_majority",
    "tfidf": "dialogue_gym.agents.scripted.labelling:make_tfidf",
    "intents": "dialogue_gym.agents.scripted.intents:make_intents",
}
"""Name to "module:function" of what fits an agent of the text view to the train split, called as `function(env)`."""
_LEARNED: dict[str, str | None] = {
    "sb3": "dialogue_gym.agents.sb3.agent:make_sb3_agent",
    "qlearning": "dialogue_gym.agents.tabular.agent:make_qlearning_agent",
    "bandit": "dialogue_gym.agents.bandits.agent:make_bandit_agent",
    "offline": "dialogue_gym.agents.offline.agent:make_offline_agent",
    "llm": "dialogue_gym.agents.llm.agent:make_llm_agent",
    "openai": None,
}
"""Prefix to "module:function" of its loader, called as `loader(rest_of_the_name, env=env, seed=seed)`; None
where this version has none."""

AGENT_NAMES = (
    "null",
    "random",
    "rule",
    "oracle",
    "majority",
    "tfidf",
    "intents",
    "exploit:<kind>",
    "sb3:<path>",
    "qlearning:<path>",
    "bandit:<path>",
    "offline:<path>",
    "llm:<path or hub id>",
    "openai:<model>@<url>",
    "my_pkg.mod:Class",
)
"""The forms that a name may have."""


def make_agent(name: str, *, env: Any, seed: int = 0) -> Agent:
    """The agent called `name`, for an environment.

    Agents that think in numbered acts play the text view too, through `PlaysActs`.

    Args:
        name: One of `AGENT_NAMES`. A class of one's own is called as `Class(env=env, seed=seed)`.
        env: The environment, single or vector: it tells the agent its task and its view. An oracle plays only
            the episodes of this very environment.
        seed: Keys the draws of agents that draw.

    Raises:
        UnknownNameError: Nothing goes by this name.
        ConfigurationError: The agent cannot play here, or is not part of this version.
    """
    if not isinstance(name, str):
        raise ConfigurationError(f"Expected the name of an agent, got {name!r}. Forms: {', '.join(AGENT_NAMES)}.")
    kind, colon, rest = name.partition(":")
    if kind in _SCRIPTED and not colon:
        return _SCRIPTED[kind](Seat.of(env), seed)
    if name in _LABELLING:
        labelling: Agent = _imported(_LABELLING[name])(env)
        return labelling
    if kind == "exploit":
        return make_exploit(rest, Seat.of(env))
    if kind in _LEARNED and colon:
        return _learned(kind, rest, env, seed)
    if colon and kind not in _SCRIPTED and ("." in kind or rest.isidentifier()):
        return _from_class(name, env, seed)
    raise UnknownNameError("agent", name, AGENT_NAMES)


def _on(seat: Seat, agent: Agent) -> Agent:
    """An agent of the numeric view, made to play the seat's view."""
    return PlaysActs(agent, seat.task) if seat.text else agent


def _learned(kind: str, rest: str, env: Any, seed: int) -> Agent:
    loader = _LEARNED[kind]
    if loader is None:
        ready = ", ".join(form for form in AGENT_NAMES if _LEARNED.get(form.partition(":")[0], "") is not None)
        raise ConfigurationError(
            f"Expected an agent that this version has, got {kind + ':' + rest!r}: {kind!r} agents are not "
            f"implemented yet. Use one of: {ready}."
        )
    agent: Agent = _imported(loader)(rest, env=env, seed=seed)
    return agent


def _imported(path: str) -> Callable[..., Any]:
    """The function at "module:function", imported when it is needed."""
    module, _, function = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _from_class(name: str, env: Any, seed: int) -> Agent:
    module_name, _, class_name = name.partition(":")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise  # the module is there, but something that it imports is not
        raise ConfigurationError(
            f"Expected agent {name!r} to name an importable module, but there is no {error.name!r}. "
            f"Install it, put its folder on PYTHONPATH, or use one of: {', '.join(AGENT_NAMES)}."
        ) from None
    if not hasattr(module, class_name):
        raise UnknownNameError(f"class of module {module_name!r}", class_name, _classes(module))
    agent = getattr(module, class_name)(env=env, seed=seed)
    if not isinstance(agent, Agent):
        raise ConfigurationError(
            f"Expected {name!r} to make an agent with methods act, reset, save and load, got {agent!r}. "
            "See dialogue_gym.agent.Agent."
        )
    return agent


def _classes(module: Any) -> list[str]:
    return [name for name, value in vars(module).items() if isinstance(value, type) and not name.startswith("_")]
