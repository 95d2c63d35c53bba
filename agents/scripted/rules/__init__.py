"""Hand-written policies: features and mask by name in, the name of an act out.

    def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> str | Sequence[str]: ...

Where an action has several components, one name for each, in their order.

A policy is a plain function of the belief. It plays the numeric view directly and the text view through
`PlaysActs`. Rules that remember more than the belief does are an agent of their own. A module of rules may also have

    def rule_thought(features: Mapping[str, float], slots: Mapping[str, Any]) -> str: ...

what the belief, and the values it holds, come to in a word or two, for those who read or imitate its dialogues.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete

from dialogue_gym.agent import idle_action
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.task import Task

RulePolicy = Callable[[Mapping[str, float], Mapping[str, bool]], str | Sequence[str]]
RuleThought = Callable[[Mapping[str, float], Mapping[str, Any]], str]

RULES: dict[str, str] = {
    "sentiment_monitor": "dialogue_gym.agents.scripted.monitor.watch:CusumAgent",
    "customer_service": "dialogue_gym.agents.scripted.rules.customer_service:rule_policy",
    "customer_service/banking": "dialogue_gym.agents.scripted.rules.banking:rule_policy",
    "recommendation": "dialogue_gym.agents.scripted.rules.recommendation:rule_policy",
    "slate_recommendation": "dialogue_gym.agents.scripted.rules.slate_recommendation:rule_policy",
    "sentiment_classification": "dialogue_gym.agents.scripted.rules.sentiment_classification:rule_policy",
}
"""Beginning of a task's name to where its policy is, or an agent made of the task; the longest match wins."""


def rule_agent(task: Task) -> ScriptedAgent:
    """The agent that plays the rules written for a task, on the numeric view.

    Raises:
        ConfigurationError: There are none.
    """
    module, name = _find(task)
    rules = getattr(module, name)
    if isinstance(rules, type):
        agent: ScriptedAgent = rules(task)
        return agent
    return RuleAgent(task, rules)


class RuleAgent(ScriptedAgent):
    """Plays a rule policy on the numeric view.

    Args:
        task: The task that is played.
        policy: Its rules.
    """

    def __init__(self, task: Task, policy: RulePolicy) -> None:
        super().__init__(idle_action(task.action_space))
        self.policy = policy
        self.feature_names = task.feature_names
        self.act_names = task.act_names
        self._numbers = [{name: number for number, name in enumerate(names)} for names in task.act_components]
        self._several = isinstance(task.action_space, MultiDiscrete)

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """The number of the act that the rules name, or of each component's."""
        features = dict(zip(self.feature_names, observation.tolist(), strict=True))
        mask = dict(zip(self.act_names, info["action_mask"].astype(bool).tolist(), strict=True))
        named = self.policy(features, mask)
        names = [named] if isinstance(named, str) else named
        if len(names) != len(self._numbers):
            raise ConfigurationError(
                f"Expected {len(self._numbers)} names of the rule policy, one per component, got {len(names)}."
            )
        for name, numbers in zip(names, self._numbers, strict=True):
            if name not in numbers:
                raise UnknownNameError("act of a rule policy", name, numbers)
        action = [numbers[name] for name, numbers in zip(names, self._numbers, strict=True)]
        return np.array(action) if self._several else action[0]


def find_rule_policy(task: Task) -> RulePolicy:
    """The rules written for a task.

    Raises:
        ConfigurationError: There are none.
    """
    module, function = _find(task)
    policy: RulePolicy = getattr(module, function)
    return policy


def find_rule_thought(task: Task) -> RuleThought | None:
    """What the rules' author has them think, if anything.

    Raises:
        ConfigurationError: There are no rules for the task.
    """
    module, _ = _find(task)
    return getattr(module, "rule_thought", None)


def has_rules(task: Task) -> bool:
    """Whether there are rules written for a task."""
    return bool(_beginnings(task))


def _beginnings(task: Task) -> list[str]:
    return [beginning for beginning in RULES if task.name.startswith(beginning)]


def _find(task: Task) -> tuple[ModuleType, str]:
    beginnings = _beginnings(task)
    if not beginnings:
        raise ConfigurationError(
            f"Expected a task with rules ({', '.join(sorted(RULES))}), got {task.name!r}. "
            "Use another agent, or add its policy to dialogue_gym.agents.scripted.rules.RULES."
        )
    module, _, function = RULES[max(beginnings, key=len)].partition(":")
    return import_module(module), function
