"""The shop's articles."""

import json
from importlib.resources import files

from dialogue_gym.envs.customer_service.library import Library

HITS = 2
"""Articles that a search opens."""

_SOURCE = files("dialogue_gym.envs.customer_service.retail").joinpath("articles.json")
LIBRARY = Library(json.loads(_SOURCE.read_text(encoding="utf-8")), HITS)
"""All articles: {"id", "title", "text"}."""
search = LIBRARY.search
