"""The shop's articles and their search: BM25 (Robertson and Zaragoza 2009) through the bm25s library."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

Article = dict[str, str]
HITS = 2
"""Articles that a search opens."""


@lru_cache(maxsize=1)
def articles() -> tuple[Article, ...]:
    """All articles: {"id", "title", "text"}."""
    text = files("dialogue_gym.envs.customer_service.retail").joinpath("articles.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


@lru_cache(maxsize=1)
def _index() -> Any:
    import bm25s

    retriever = bm25s.BM25()
    texts = [f"{article['title']} {article['title']} {article['text']}" for article in articles()]
    retriever.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    return retriever


@lru_cache(maxsize=4096)
def _ranked(query: str) -> tuple[int, ...]:
    import bm25s

    tokens = bm25s.tokenize(query, stopwords="en", show_progress=False, return_ids=False)
    if not tokens[0]:
        return ()
    found, scores = _index().retrieve(tokens, k=HITS, show_progress=False)
    return tuple(int(i) for i, score in zip(found[0], scores[0], strict=True) if score > 0)


def search(query: str) -> list[Article]:
    """The best matches for a query, best first; none if no word of it occurs."""
    return [articles()[i] for i in _ranked(query[:400])]
