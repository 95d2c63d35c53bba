"""A price for claims that nothing supports."""

from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.library._evidence import claims, seen_evidence
from dialogue_gym.rewards.library._text import spoken


def grounding(step: Step, cost: float = 1.0) -> Reward:
    """−`cost` for each value in the agent's message that it has from nowhere.

    Values are amounts, numbers with a unit or of two digits and more, dates, codes and addresses of mail. One is
    supported if the agent's instructions, the other side, or a tool's result (an opened document is one) gave it in an
    earlier turn, in whatever form: "2031-07-14" supports "14 July", "visa-8725" supports "ending 8725". The sum is
    never positive, so that listing what was read earns nothing.

    It checks values, not sentences: a true number in a wrong sentence passes, and a value that was computed
    rightly (a difference, a total) does not: of the rule agent's 203 values in 100 `hard` dialogues of customer
    service three are marked, all of them differences of prices.

    | part | value |
    |---|---|
    | grounding | −`cost` for each unsupported value |
    | raw/claims | number of values |

    >>> from dialogue_gym.rewards.written import written_steps
    >>> steps = written_steps(
    ...     "user: How much is the rice cooker?",
    ...     'agent: <tool_call>{"name": "get_product", "arguments": {}}</tool_call>',
    ...     'tool: {"price": 75.0, "arrives": "2031-07-14"}', "agent: $75.00, and it arrives on 14 July.",
    ...     "user: And the large one?", "agent: $95.00, and it arrives on 14 July.")
    >>> [grounding(step).total for step in steps]
    [0.0, 0.0, -1.0]
    >>> grounding(steps[2]).explanation
    'unsupported: $95.00'

    Args:
        step: The turn.
        cost: What each unsupported value costs.
    """
    stated = claims(spoken(step))
    seen = seen_evidence(step) if stated else set()
    unsupported = [claim.text for claim in stated if (claim.kind, claim.value) not in seen]
    total = 0.0 - cost * len(unsupported)
    parts = {"grounding": total, "raw/claims": float(len(stated))}
    return Reward(total, parts, f"unsupported: {', '.join(unsupported)}" if unsupported else "")
