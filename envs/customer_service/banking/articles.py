"""The bank's articles: what each answers, and until when.

The terms of a topic differ by the customer's plan and change with time, so that several articles look alike and one is
right. A search shows what an attentive reader needs to tell them apart: the plan, and from when until when they hold.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

from dialogue_gym.envs.customer_service.banking.kinds import PROCEDURES, VIRTUAL_CARDS
from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.library import Article, Asked, Library

HITS = 3
"""Articles that a search opens."""
ANY = "any"
"""The plan of an article that holds for all plans."""

_SHOWN = ("id", "title", "text", "product", "valid_from", "valid_until")


class Articles(Library):
    """The articles of a bank.

    Args:
        articles: {"id", "title", "text", "topic", "product", "valid_from", "valid_until", "answer"}. Of the articles on
            a topic, one at most is in force for a plan on a day.
        asked: Messages of a corpus that name the topics they are about; their kinds of matter are answered from these,
            all others from the topics that the table of kinds names.
    """

    def __init__(self, articles: Sequence[Article], asked: Asked | None = None) -> None:
        super().__init__(articles, HITS)
        self.asked: Asked = asked or {}
        self._queries: dict[tuple[str, str], str] = {}

    def search(self, query: str) -> list[Article]:
        """The best matches for a query, as they are shown."""
        return [{name: article[name] for name in _SHOWN} for article in super().search(query)]

    def answers(self, article: Mapping[str, Any], today: int) -> tuple[str | float, ...]:
        """What an article that was shown answers on a day: nothing if it is not in force, or has no answer."""
        answer = self._answers[article["id"]]
        return (answer,) if answer is not None and holds(article, iso(today)) else ()

    def topics(self, kind: str) -> tuple[str, ...]:
        """The topics that a kind of matter may be about."""
        named = self._named.get(kind)
        if named is not None:
            return named
        return (PROCEDURES[kind].article,) if kind in PROCEDURES and PROCEDURES[kind].article else ()

    def on(self, topic: str) -> Sequence[Article]:
        """The articles on a topic."""
        return self._by_topic[topic]

    def current(self, topic: str, plan: str, today: int) -> Article:
        """The article that answers a topic for a plan on a day."""
        date = iso(today)
        (article,) = (a for a in self.on(topic) if a["product"] in (ANY, plan) and holds(a, date))
        return article

    def virtual_limit(self, plan: str, today: int) -> int:
        """How many virtual cards a plan allows on a day."""
        (answer,) = self.answers(self.current(VIRTUAL_CARDS, plan, today), today)
        return leading_number(answer)

    def by_plan(self, topic: str) -> bool:
        """Whether the terms of a topic depend on the plan."""
        return topic in self._by_plan

    def query(self, topic: str, plan: str) -> str:
        """The words that a clerk looks a topic up by: the latest article's title, and the plan where it matters."""
        query = self._queries.get((topic, plan))
        if query is None:
            fitting = [article for article in self.on(topic) if article["product"] in (ANY, plan)] or self.on(topic)
            title = max(fitting, key=lambda article: article["valid_from"] or "")["title"]
            words = (topic.replace("_", " "), title, plan if self.by_plan(topic) else "")
            query = self._queries[topic, plan] = " ".join(filter(None, words))
        return query

    @cached_property
    def _by_topic(self) -> dict[str, list[Article]]:
        found: dict[str, list[Article]] = {}
        for article in self.articles:
            found.setdefault(article["topic"], []).append(article)
        return found

    @cached_property
    def _by_plan(self) -> frozenset[str]:
        return frozenset(
            topic for topic, each in self._by_topic.items() if all(article["product"] != ANY for article in each)
        )

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        kinds = sorted({kind for each in self.asked.values() for kind in each})
        return {
            kind: tuple(sorted({topic for each in self.asked.values() for topic in each.get(kind, ())}))
            for kind in kinds
        }

    @cached_property
    def _answers(self) -> dict[str, str | float | None]:
        return {each["id"]: plain(each["answer"]) if each["answer"] else None for each in self.articles}


def holds(article: Mapping[str, Any], today: str) -> bool:
    """Whether an article is in force on a date."""
    return (article["valid_from"] or "") <= today <= (article["valid_until"] or "9999")


def plain(answer: str) -> str | float:
    """An answer as people say it and records hold it.

    >>> [plain(answer) for answer in ("$2,000", "48,000 machines", "3 working days", "1 spare card", "1.5 %")]
    [2000.0, '48000 machines', '3 days', '1 card', '1.5 %']
    """
    if answer.startswith("$"):
        return float(answer[1:].replace(",", ""))
    number, _, unit = answer.replace(",", "").partition(" ")
    return f"{number} {unit.split()[-1]}"


def leading_number(answer: str | float) -> int:
    """The number that an answer begins with.

    >>> leading_number("4 cards")
    4
    """
    return int(str(answer).split()[0])


BUILT_IN = Articles(
    json.loads(
        files("dialogue_gym.envs.customer_service.banking").joinpath("articles.json").read_text(encoding="utf-8")
    )
)
"""The articles written for it."""
