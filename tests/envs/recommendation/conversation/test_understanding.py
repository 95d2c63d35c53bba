"""What an agent's words are taken for: questions, titles in any spelling, explanations, nothing that was not said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.builtin import builtin_catalogue
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.conversation.understanding import QUESTIONS

TASK = load_task("medium")
ITEM, OTHER = builtin_catalogue("test").items[5], builtin_catalogue("test").items[40]


def ask(about):
    return (Act("ask", {"about": about}),)


def recommend(*items):
    return (Act("recommend", {"items": items}),)


def explain(item, *facts):
    return (Act("explain", {"items": (item,) if item else (), **({"facts": facts} if facts else {})}),)


@pytest.mark.parametrize(
    "acts",
    [
        *map(ask, QUESTIONS),
        recommend("i1042", "i1007"),
        recommend("Something Never Written"),
        (Act("explain", {"items": ("i1042",)}),),
        explain("i1042", ("theme", "crime"), ("tone", "funny"), ("style", "modern"), ("price", 12.5), ("stars", 4.1)),
        explain("", ("stars", 3.0)),
        (Act("end"),),
        (Act("silence"),),
        (Act("unclear"),),
        (Act("search_catalogue", {"query": "crime"}, True),),
    ],
    ids=str,
)
def test_what_is_rendered_is_understood(acts):
    assert TASK.parse(TASK.render(acts)) == acts


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Hello! What are you looking for today?", ask("open")),
        ("May I ask what you would like to spend?", ask("budget")),
        ("Is it a book or a film that you want?", ask("category")),
        ("Would you like it funny or serious?", ask("tone")),
        ("Which topics interest you?", ask("theme")),
        ("Tell me what you don't want.", ask("avoid")),
        (f"How about {ITEM.title.upper()}?", recommend(ITEM.id)),
        (f'Try "{ITEM.title[:-3]}ap"!', recommend(ITEM.id)),
        (f"I recommend {OTHER.id}, then {ITEM.title}.", recommend(OTHER.id, ITEM.id)),
        ('You will love "The Book That Does Not Exist".', recommend("The Book That Does Not Exist")),
        (f"I would not recommend {ITEM.id}.", (Act("unclear"),)),
        (f"Here are the details of {ITEM.id}.", explain(ITEM.id)),
        (f"Compare {ITEM.id} and {OTHER.id}.", (Act("explain", {"items": (ITEM.id, OTHER.id)}),)),
        (f"{ITEM.id} costs 12 euros.", explain(ITEM.id, ("price", 12.0))),
        (
            f"More about {ITEM.id}. It's a funny one, about crime.",
            explain(ITEM.id, ("theme", "crime"), ("tone", "funny")),
        ),
        ("It is a thrilling one.", explain("", ("tone", "thrilling"))),
        ("The mood is cosy, and it has 4.5 stars.", explain("", ("tone", "cosy"), ("stars", 4.5))),
        ("It is free.", explain("", ("price", 0.0))),
        ("It is not funny.", (Act("unclear"),)),
        (f"I recommend {ITEM.id}. It is funny.", recommend(ITEM.id)),
        (f"I recommend {ITEM.id}, which is funny.", recommend(ITEM.id)),
        (f"{ITEM.title} is for those who like food.", explain(ITEM.id, ("theme", "food"))),
        ("What is your budget? And which mood should it have?", ask("budget") + ask("tone")),
        ("Have a nice day!", (Act("end"),)),
        ("Lovely weather.", (Act("unclear"),)),
    ],
)
def test_free_text(text, acts):
    assert TASK.parse(text) == acts


@given(st.text(max_size=300))
def test_any_text_is_taken_for_something(text):
    assert TASK.parse(text)


def test_long_texts_are_read_in_no_time():
    for text in ('"no such title" ' * 500, "? " * 4000, ITEM.title + ", " * 4000, "i1042 " * 1300):
        began = time.process_time()
        TASK.parse(text[:8000])
        assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What do you like?", "open"),
        ("What do you like to read?", "theme"),
        ("Would you like a modern book about crime, and what may it COST?", "budget"),
        ("What do you not like?", "avoid"),
        ("Tell me more about you, your payment apart", "theme"),
    ],
)
def test_of_what_a_question_asks_the_first_kind_counts(question, about):
    assert TASK.parse(question) == ask(about)
