"""The shop's articles."""

from importlib.resources import files

from dialogue_gym.envs.customer_service.library import Article, Library

HITS = 2
"""Articles that a search opens."""

_LIBRARY = Library(files("dialogue_gym.envs.customer_service.retail").joinpath("articles.json"), HITS)

search = _LIBRARY.search


def articles() -> tuple[Article, ...]:
    """All articles: {"id", "title", "text"}."""
    return _LIBRARY.articles
