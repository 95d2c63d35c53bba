"""Answers what is asked, asks for what is not known and matters most, recommends what fits, tells of the best."""

from collections.abc import Mapping
from typing import Final

QUESTIONS: Final = ("category", "theme", "tone", "avoid", "budget")
"""In the order of how much the answers tell apart. Where nothing has a mood, the style is asked for as well."""
ASPECTS: Final = ("theme", "tone", "style", "price", "stars")
EXPLAINED: Final = 0.5
"""Two of a list are explained, the first third is 1 / 3."""


def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
    """The name of the next act."""
    for about in ASPECTS:
        if features[f"wonders.{about}"]:
            return f"answer:{about}"
    listed = any(features[f"heard.{name}"] for name in ("curious", "critique", "declined", "evaded", "misled"))
    if listed and mask["explain"] and features["explained"] < EXPLAINED:
        return "explain"
    for about in QUESTIONS if mask["ask:tone"] else (*QUESTIONS, "style"):
        if mask[f"ask:{about}"] and not features[f"has.{about}"] and features[f"asked.{about}"] == 0:
            return f"ask:{about}"
    return "recommend:match3"
