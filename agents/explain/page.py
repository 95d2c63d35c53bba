"""Explanations as one HTML page that needs nothing else. All text is escaped: dialogues are data."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

STRENGTHS = 8
"""Shades of a word's colour on each side."""


def make_page(document: Mapping[str, Any]) -> str:
    """The page of a document that `dialogue-gym explain` writes."""
    template = files("dialogue_gym.agents.explain").joinpath("page.html.jinja").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shade": _shade, "share": _share}
    return environment.from_string(template).render(document)


def _largest(items: list[Mapping[str, Any]], name: str) -> float:
    return max((abs(item[name] or 0.0) for item in items), default=0.0) or 1.0


def _shade(item: Mapping[str, Any], items: list[Mapping[str, Any]]) -> str:
    """A class for the colour of an effect: "p8" speaks for most, "n8" against."""
    strength = round(STRENGTHS * abs(item["effect"]) / _largest(items, "effect"))
    return f"{'p' if item['effect'] > 0 else 'n'}{strength}" if strength else ""


def _share(item: Mapping[str, Any], items: list[Mapping[str, Any]], name: str) -> int:
    """The length of a bar, in percent of the longest."""
    share: float = abs(item[name] or 0.0) / _largest(items, name)
    return round(100 * share)
