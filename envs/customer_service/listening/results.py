"""Which call a tool's result belongs to.

A chat message with a tool's result does not say which call it answers. An agent that hands over its own message too is
told exactly; else the result's keys tell the tool and, where it repeats them, the arguments.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.listening.values import Gazetteer

UNKNOWN_TOOL = "tool"
"""Stands for a tool that could not be told."""


def read_result(text: str) -> dict[str, Any]:
    """A tool's result from its text; a text that is no JSON object is an error."""
    try:
        result = json.loads(text)
    except (ValueError, RecursionError):
        result = None
    return result if isinstance(result, dict) else {"error": text}


def guess_call(result: Mapping[str, Any], domain: Domain, gazetteer: Gazetteer) -> Act:
    """The call that may have led to a result."""
    name, arguments = UNKNOWN_TOOL, dict[str, Any]()
    if "error" in result:
        for pattern, tool in gazetteer.errors:
            match = re.search(pattern, str(result["error"])[:500])
            if match:
                name, arguments = tool or UNKNOWN_TOOL, match.groupdict()
                break
    elif isinstance(result.get("done"), str):
        name = result["done"]
    else:
        name = next((tool for key, tool in gazetteer.results.items() if key in result), UNKNOWN_TOOL)
    if name in domain.tools and name != domain.identify:  # that one answers with more than it was told
        arguments |= {key: result[key] for key in domain.tools[name].parameters if key in result}
    return Act(name, arguments, True)
