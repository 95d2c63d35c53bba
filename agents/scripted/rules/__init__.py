"""Hand-written policies: features and mask by name in, the name of an act out.

    def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> str: ...

A policy is a plain function of the belief. It plays the numeric view directly and the text view through
`PlaysActs`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.errors import ConfigurationError, UnknownNameError
from dialogue_gym.task import Task

RulePolicy = Callable[[Mapping[str, float], Mapping[str, bool]], str]

RULES: dict[str, str] = {
    "customer_service": "dialogue_gym.agents.scripted.rules.customer_service:rule_policy",
    "sentiment_classification": "dialogue_gym.agents.scripted.rules.sentiment_classification:rule_policy",
}
"""Beginning of a task's name to where its policy is; the longest match wins."""


class RuleAgent(ScriptedAgent):
    """Plays a rule policy on the numeric view.

    Args:
        task: The task that is played.
        policy: Its rules.
    """

    def __init__(self, task: Task, policy: RulePolicy) -> None:
        super().__init__(0)
        self.policy = policy
        self.feature_names = task.feature_names
        self.act_names = task.act_names
        self._numbers = {name: number for number, name in enumerate(task.act_names)}

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> int:
        """The number of the act that the rules name."""
        features = dict(zip(self.feature_names, observation.tolist(), strict=True))
        mask = dict(zip(self.act_names, info["action_mask"].astype(bool).tolist(), strict=True))
        name = self.policy(features, mask)
        if name not in self._numbers:
            raise UnknownNameError("act of a rule policy", name, self.act_names)
        return self._numbers[name]


def find_rule_policy(task: Task) -> RulePolicy:
    """The rules written for a task.

    Raises:
        ConfigurationError: There are none.
    """
    beginnings = [beginning for beginning in RULES if task.name.startswith(beginning)]
    if not beginnings:
        raise ConfigurationError(
            f"Expected a task with rules ({', '.join(sorted(RULES))}), got {task.name!r}. "
            "Use another agent, or add its policy to dialogue_gym.agents.scripted.rules.RULES."
        )
    module, _, function = RULES[max(beginnings, key=len)].partition(":")
    policy: RulePolicy = getattr(import_module(module), function)
    return policy
