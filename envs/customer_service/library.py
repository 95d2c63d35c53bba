"""A desk's articles and their search: BM25 (Robertson and Zaragoza 2009) through the bm25s library."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

Article = Mapping[str, Any]
"""At least {"id", "title", "text"}."""
LONGEST = 400
"""Characters of a query that are read."""
_KEPT = 4096
Asked = Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]
"""What customers wrote about a topic, by split, kind of matter and topic."""


class Library:
    """Articles, found by their titles, which count twice, and texts.

    Args:
        articles: All of them.
        hits: Articles that a search opens.
    """

    def __init__(self, articles: Sequence[Article], hits: int) -> None:
        self.articles = tuple(articles)
        self.hits = hits
        self._found: dict[str, tuple[int, ...]] = {}

    def search(self, query: str) -> list[Article]:
        """The best matches for a query, best first; none if no word of it occurs."""
        query = query[:LONGEST]
        found = self._found.get(query)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[query] = self._ranked(query)
        return [self.articles[i] for i in found]

    @cached_property
    def _index(self) -> Any:
        import bm25s

        retriever = bm25s.BM25()
        texts = [f"{article['title']} {article['title']} {article['text']}" for article in self.articles]
        retriever.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
        return retriever

    def _ranked(self, query: str) -> tuple[int, ...]:
        import bm25s

        tokens = bm25s.tokenize(query, stopwords="en", show_progress=False, return_ids=False)
        if not tokens[0]:
            return ()
        hits = min(self.hits, len(self.articles))
        found, scores = self._index.retrieve(tokens, k=hits, show_progress=False)
        return tuple(int(i) for i, score in zip(found[0], scores[0], strict=True) if score > 0)
