"""Articles of one's own at the bank's desk: what they must be for customers to be served by them."""

from collections.abc import Sequence

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.banking.articles import ANY, BUILT_IN, Articles, plain
from dialogue_gym.envs.customer_service.banking.kinds import OUT_OF_SCOPE, PROCEDURES, VIRTUAL_CARDS
from dialogue_gym.envs.customer_service.banking.vocabulary import PHRASES, VOCABULARY, understand
from dialogue_gym.envs.customer_service.banking.world import DAYS, FIRST_DAY, PLANS
from dialogue_gym.envs.customer_service.calendar import day_of, iso
from dialogue_gym.envs.customer_service.corpora.articles import OwnArticle
from dialogue_gym.envs.customer_service.library import Article, Asked
from dialogue_gym.envs.customer_service.speech import render
from dialogue_gym.errors import CorpusError

_BOUND = {kind: procedure.article for kind, procedure in PROCEDURES.items() if procedure.article and not procedure.asks}
"""Kinds of matter in which a tool or a rule goes by an article, and its topic, which may have other articles."""


def own_articles(own: Sequence[OwnArticle], asked: Asked) -> Articles:
    """The bank's articles: one's own, and the built-in ones on what these leave unanswered.

    Args:
        own: Articles of one's own.
        asked: The messages that name them.

    Raises:
        CorpusError: They cannot be what customers are answered by; names file and line.
    """
    topics = {each.topic: each for each in own}
    kinds = sorted({kind for each in asked.values() for kind in each})
    for kind in kinds:
        if kind in _BOUND or kind == OUT_OF_SCOPE:
            hint = f" Give the articles the topic {_BOUND[kind]!r}." if kind in _BOUND else ""
            named = topics[next(iter(asked["train"][kind]))]
            raise CorpusError(f"{named.where}: expected messages of {kind!r} not to name {named.topic!r} or any.{hint}")
    needed = {each.article for kind, each in PROCEDURES.items() if each.article and kind not in kinds} - topics.keys()
    rest = [each for each in BUILT_IN.articles if each["topic"] in needed]
    taken = {each["id"] for each in rest}
    for each in own:
        if each.product not in ("", *PLANS):
            raise CorpusError(
                f"{each.where}: expected 'product' to be one of {', '.join(PLANS)}, or empty, got {each.product!r}."
            )
        if each.id in taken:
            raise CorpusError(f"{each.where}: expected another id than {each.id!r}, which an article of the bank has.")
    articles = Articles([*map(_as_article, own), *rest], asked)
    questions = {topic for kind, procedure in PROCEDURES.items() if procedure.asks for topic in articles.topics(kind)}
    must_answer = (questions | {VIRTUAL_CARDS}) & topics.keys()
    for each in own:
        _check_answer(each, must=each.topic in must_answer)
    for topic, an_article in topics.items():
        _check_always_one(articles, topic, an_article.where)
    return articles


def _as_article(own: OwnArticle) -> Article:
    return {
        "id": own.id,
        "title": own.title,
        "text": own.text,
        "topic": own.topic,
        "product": own.product or ANY,
        "valid_from": own.valid_from or None,
        "valid_until": own.valid_until or None,
        "answer": own.answer or None,
    }


def _check_answer(own: OwnArticle, *, must: bool) -> None:
    """An answer has to be there where customers ask for it, and has to be one that they understand when told."""
    if not own.answer:
        if must:
            raise CorpusError(f"{own.where}: expected 'answer' to be filled, since customers ask about {own.topic!r}.")
        return
    try:
        answer = plain(own.answer)
    except (ValueError, IndexError):
        answer = ""
    told = Act("tell", {"fee" if isinstance(answer, float) else "answer": answer})
    if understand(render([told], PHRASES)) != (told,):
        raise CorpusError(
            f"{own.where}: expected 'answer' to be a sum such as '$5', or a number and a unit that customers know, "
            f"such as '3 working days', got {own.answer!r}. Units: {', '.join(VOCABULARY.units)} and units of time."
        )
    if own.topic == VIRTUAL_CARDS and not (isinstance(answer, str) and answer.split()[0].isdecimal()):
        raise CorpusError(
            f"{own.where}: expected 'answer' to be a number such as '4 virtual cards', got {own.answer!r}."
        )


def _check_always_one(articles: Articles, topic: str, where: str) -> None:
    """One article of a topic holds, for each plan and on each day, and the words of its title find it."""
    every = [article for article in articles.on(topic) if article["product"] == ANY]
    if every and not articles.by_plan(topic) and len(every) < len(articles.on(topic)):
        raise CorpusError(
            f"{where}: expected the articles on {topic!r} to have a product each, or none of them, got both kinds."
        )
    for product in PLANS:
        for day in _turns(articles.on(topic)):
            try:
                right = articles.current(topic, product, day)
            except ValueError:
                raise CorpusError(
                    f"{where}: expected exactly one article on {topic!r} to hold for plan {product!r} on {iso(day)}, "
                    "got none or several. Look at 'product', 'valid_from' and 'valid_until'."
                ) from None
            query = articles.query(topic, product)
            found = [article["id"] for article in articles.search(query)]
            if right["id"] not in found:
                raise CorpusError(
                    f"{where}: expected article {right['id']!r} among the first {articles.hits} that {query!r} finds, "
                    f"got {', '.join(found) or 'none'}. Give it a title that tells it from these."
                )


def _turns(articles: Sequence[Article]) -> list[int]:
    """The days of the desk's calendar on which another article may come to hold, the first one included."""
    turns = {FIRST_DAY}
    turns.update(day_of(article["valid_from"]) for article in articles if article["valid_from"])
    turns.update(day_of(article["valid_until"]) + 1 for article in articles if article["valid_until"])
    return sorted(turn for turn in turns if FIRST_DAY <= turn < FIRST_DAY + DAYS)
