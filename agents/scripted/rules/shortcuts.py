"""Rules with a part left out, which show what that part is worth.

A task in which the shortened rules do as well as the rules is one where the part is for show.
"""

from collections.abc import Collection, Mapping

from dialogue_gym.agents.scripted.rules import RulePolicy
from dialogue_gym.agents.scripted.rules.desk import MISUNDERSTOOD

_ASKS = ("ask:", "clarify")
"""How the names of questions begin."""


def without_asking(policy: RulePolicy, otherwise: str, spared: Collection[str] = ()) -> RulePolicy:
    """The rules, less their questions: each is taken for answered, and what they do then is done.

    Values are not made up. What can't be done without an answer is illegal still, so the rules ask again; then
    `otherwise` is all that is left.

    Args:
        policy: The rules, which name one act at a time.
        otherwise: Act where nothing can be done without asking.
        spared: Questions that are asked all the same.
    """

    def unasked(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
        believed, asked = dict(features), set[str]()
        while True:
            act = policy(believed, mask)
            assert isinstance(act, str), "questions are asked one at a time"
            if act in spared or not act.startswith(_ASKS):
                return act
            if act in asked:
                return otherwise
            asked.add(act)
            believed |= {name: value for name, value in _answered(act).items() if name in believed}

    return unasked


def _answered(question: str) -> dict[str, float]:
    """The features that an answer to a question sets, in tasks that have them."""
    if question == "clarify":
        return dict.fromkeys(MISUNDERSTOOD, 0.0)
    about = question.partition(":")[2]
    known = ("kind_confirmed",) if about == "matter" else (f"has.{about}", f"asked.{about}")
    return dict.fromkeys(known, 1.0)


def popular_only(policy: RulePolicy) -> RulePolicy:
    """The rules, with what is popular in place of every recommendation of theirs."""

    def popular(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
        act = policy(features, mask)
        assert isinstance(act, str), "one list is recommended at a time"
        return "recommend:popular" if act.startswith("recommend:") else act

    return popular
