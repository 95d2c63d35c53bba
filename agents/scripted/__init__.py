"""Agents that are written rather than learned: null, random, rules, oracle, and exploits."""

from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.scripted.exploits import exploit_kinds, make_exploit
from dialogue_gym.agents.scripted.null import NullAgent
from dialogue_gym.agents.scripted.oracle import OracleAgent
from dialogue_gym.agents.scripted.random import RandomAgent
from dialogue_gym.agents.scripted.rules import RuleAgent, find_rule_policy

__all__ = [
    "NullAgent",
    "OracleAgent",
    "PlaysActs",
    "RandomAgent",
    "RuleAgent",
    "exploit_kinds",
    "find_rule_policy",
    "make_exploit",
]
