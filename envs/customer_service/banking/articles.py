"""The bank's articles: what each answers, and until when.

The terms of a topic differ by the customer's plan and change with time, so that several articles look alike and one is
right. A search shows what an attentive reader needs to tell them apart: the plan, and from when until when they hold.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from dialogue_gym.envs.customer_service.calendar import iso
from dialogue_gym.envs.customer_service.library import Article, Library

HITS = 3
"""Articles that a search opens."""
ANY = "any"
"""The plan of an article that holds for all plans."""

LIBRARY = Library(files("dialogue_gym.envs.customer_service.banking").joinpath("articles.json"), HITS)
_SHOWN = ("id", "title", "text", "product", "valid_from", "valid_until")


def search(query: str) -> list[dict[str, Any]]:
    """The best matches for a query, as they are shown."""
    return [{name: article[name] for name in _SHOWN} for article in LIBRARY.search(query)]


def holds(article: Mapping[str, Any], today: str) -> bool:
    """Whether an article is in force on a date."""
    return (article["valid_from"] or "") <= today <= (article["valid_until"] or "9999")


def answers(article: Mapping[str, Any], today: int) -> tuple[str | float, ...]:
    """What an article that was shown answers on a day: nothing if it is not in force."""
    return (_answers()[article["id"]],) if holds(article, iso(today)) else ()


@lru_cache(maxsize=1)
def _answers() -> dict[str, str | float]:
    return {article["id"]: plain(article["answer"]) for article in LIBRARY.articles}


def plain(answer: str) -> str | float:
    """An answer as people say it and records hold it.

    >>> [plain(answer) for answer in ("$2,000", "48,000 machines", "3 working days", "1 spare card", "1.5 %")]
    [2000.0, '48000 machines', '3 days', '1 card', '1.5 %']
    """
    if answer.startswith("$"):
        return float(answer[1:].replace(",", ""))
    number, _, unit = answer.replace(",", "").partition(" ")
    return f"{number} {unit.split()[-1]}"


@lru_cache(maxsize=512)
def current(topic: str, plan: str, today: int) -> Article:
    """The article that answers a topic for a plan on a day."""
    date = iso(today)
    (article,) = (a for a in LIBRARY.articles if a["topic"] == topic and a["product"] in (ANY, plan) and holds(a, date))
    return article


@lru_cache(maxsize=128)
def by_plan(topic: str) -> bool:
    """Whether the terms of a topic depend on the plan."""
    return all(article["product"] != ANY for article in LIBRARY.articles if article["topic"] == topic)


@lru_cache(maxsize=128)
def query(topic: str, plan: str) -> str:
    """The words that a clerk looks a topic up by: the latest article's title, and the plan where it matters."""
    title = next(article["title"] for article in LIBRARY.articles if article["topic"] == topic)
    title = title.replace("Basic", plan.capitalize())
    return f"{topic.replace('_', ' ')} {title} {plan if by_plan(topic) else ''}".strip()
