"""Agents: one protocol for all, made by name with `make_agent`."""

if __name__ != "dialogue_gym.agents":
    raise ImportError(
        f"Expected to be imported as 'dialogue_gym.agents', got {__name__!r}: the folder is a part of the dialogue_gym "
        "package. Install it (pip install -e .) and import dialogue_gym.agents."
    )

from dialogue_gym.agents.factory import make_agent

__all__ = ["make_agent"]
