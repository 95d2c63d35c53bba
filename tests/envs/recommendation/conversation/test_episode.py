"""The customer of a conversation: what they answer, what they take, what it costs, and how it ends."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.schema import BUILTIN, FACET_OF, TAG_NUMBER
from dialogue_gym.envs.recommendation.conversation import episode as rules
from dialogue_gym.envs.recommendation.conversation.facts import ASPECTS, values_of
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, TAKES
from dialogue_gym.envs.recommendation.conversation.rewards import EFFORT, FAULT, UNMET, found
from dialogue_gym.envs.recommendation.conversation.shopper import mood_of
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.conversation.wishes import OTHER_CATEGORY, Wish
from dialogue_gym.episode import StopReason


class Facts:
    """A step of which only the facts are known."""

    def __init__(self, **facts):
        self.facts = facts


@pytest.fixture
def episode():
    """An easy conversation, begun."""
    episode = load_task("easy").episode()
    episode.start("train", 3)
    return episode


def ask(about):
    return [Act("ask", {"about": about})]


def ids(episode, numbers):
    return tuple(episode.shopper.catalogue.items[number].id for number in numbers)


def user_acts(turn):
    return [act.name for event in turn.heard if event.role == "user" for act in event.content]


def test_answers_are_true_and_asking_again_costs_more(episode):
    shopper = episode.shopper
    before = shopper.patience
    turn = episode.apply(ask("tone"))
    assert turn.heard[0].content == (Act("inform", {"tone": shopper.wish.tone}),)
    assert shopper.patience == pytest.approx(before - rules.QUESTION)
    again = episode.apply(ask("tone"))
    assert user_acts(again) == ["again", "inform"]
    assert shopper.patience == pytest.approx(before - rules.QUESTION - rules.AGAIN)
    assert again.facts == {"questions": 1.0, "repeated": 1.0}
    assert found(Facts(**again.facts)).total == pytest.approx(-EFFORT - FAULT)


def test_an_open_question_gets_what_was_not_told(episode):
    told = set(episode.shopper.told)
    for _ in range(3):
        (answer,) = episode.apply(ask("open")).heard[0].content
        assert not told & set(answer.args)
        told |= set(answer.args)


def explain(episode, number, *facts):
    item = episode.shopper.catalogue.items[number].id
    return episode.apply([Act("explain", {"items": (item,), **({"facts": facts} if facts else {})})])


def truth(episode, about):
    """The fact that answers a question about the item that the user is curious about."""
    shopper = episode.shopper
    item = shopper.catalogue.items[shopper.curious]
    return about, item.price if about == "price" else item.stars if about == "stars" else value(item, about)


def value(item, facet):
    return next(tag for tag in item.tags if FACET_OF[tag] == facet)


def curious(episode):
    """Makes the user curious about the best item."""
    best = episode.shopper.best()[0]
    explain(episode, best)
    if episode.shopper.curious != best:
        explain(episode, best)
    assert episode.shopper.curious == best
    return best


def test_the_best_item_is_taken_once_what_was_asked_is_answered(episode):
    shopper = episode.shopper
    best = shopper.best()[0]
    worth, wish = shopper.worth(best), shopper.wish
    turn = explain(episode, best)
    assert "lists" in turn.facts, "what was not recommended before is only recommended"
    assert curious(episode) == best
    first, second = shopper.wonders
    patience = shopper.patience
    turn = explain(episode, best, truth(episode, first))
    assert turn.heard[0].content == (Act("wonder", {"about": second}),)
    assert shopper.patience == pytest.approx(patience - rules.QUESTION)
    assert shopper.met == 0
    turn = explain(episode, best, truth(episode, second))
    assert user_acts(turn)[0] == "taken"
    assert turn.facts["enjoyed"] == pytest.approx(worth)
    assert shopper.met == 1
    assert shopper.wish != wish
    assert shopper.worth(best) == -1.0, "nobody takes the same thing twice"


@pytest.mark.parametrize("kind", ["untrue", "evaded"])
def test_a_question_that_is_not_answered_truly_loses_the_item(episode, kind):
    shopper = episode.shopper
    best = curious(episode)
    asked = shopper.wonders[0]
    item, patience = shopper.catalogue.items[best], shopper.patience
    other = "price" if asked != "price" else "stars"
    wrong = (asked, item.price + 5 if asked == "price" else 9.9 if asked == "stars" else "nothing of the kind")
    turn = explain(episode, best, wrong if kind == "untrue" else truth(episode, other))
    assert turn.facts[kind] == 1.0
    assert user_acts(turn) == [{"untrue": "misled", "evaded": "evaded"}[kind]]
    assert shopper.patience == pytest.approx(patience - rules.QUESTION - rules.EVADED)
    assert (shopper.curious, shopper.worth(best)) == (None, -1.0)
    assert best not in shopper.best()
    assert found(Facts(**turn.facts)).total == pytest.approx(-EFFORT - FAULT)


def test_more_than_was_asked_costs_patience(episode):
    shopper = episode.shopper
    best = curious(episode)
    patience, asked = shopper.patience, shopper.wonders[0]
    facts = [truth(episode, about) for about in values_of(shopper.catalogue.items[best], shopper.schema)]
    explain(episode, best, *facts)
    assert asked not in shopper.wonders
    assert shopper.patience == pytest.approx(patience - rules.QUESTION - rules.TOO_MUCH * (len(facts) - 1))


def test_what_is_asked_differs_and_is_told_by_words_alone():
    task, asked = load_task("easy"), []
    for scenario in range(60):
        episode = task.episode()
        episode.start("train", scenario)
        curious(episode)
        asked.append(tuple(episode.shopper.wonders))
        assert len(set(asked[-1])) == 2
    assert {about for pair in asked for about in pair} == set(ASPECTS)
    assert max(asked.count(pair) for pair in asked) < 15


def test_compared_items_are_told_apart_by_worth(episode):
    shopper = episode.shopper
    best = shopper.best()[0]
    other = next(number for number in reversed(shopper.best()) if shopper.worth(number) < TAKES)
    episode.apply([Act("recommend", {"items": ids(episode, [other, best])})])
    turn = episode.apply([Act("explain", {"items": ids(episode, [other, best])})])
    assert turn.facts["explained"] == 2.0
    assert (user_acts(turn), shopper.curious) == (["curious"], best)


def test_what_is_taken_is_reviewed_in_the_tone_of_its_enjoyment_and_shared():
    assert [mood_of(enjoyed) for enjoyed in (0.9, 0.6, 0.35)] == ["delighted", "pleased", "mixed"]
    episode, heard = load_task("easy").episode(), []
    for scenario in range(120):
        episode.start("train", scenario)
        while episode.stop_reason is None:
            turn = episode.apply(episode.oracle_acts())
            heard += [(act, turn.facts) for event in turn.heard for act in event.content]
    reviews = [(act.args["mood"], facts["enjoyed"]) for act, facts in heard if act.name == "review"]
    assert {mood for mood, _ in reviews} == {"delighted", "pleased", "mixed"}
    assert all(mood == mood_of(enjoyed) for mood, enjoyed in reviews)
    assert all(facts["share"] == 1.0 for act, facts in heard if act.name == "share")
    assert any(act.name == "share" for act, _ in heard)


def test_what_is_known_already_is_refused():
    episode = load_task("hard").episode()
    episode.start("train", 0)
    shopper = episode.shopper
    known = next(n for n in shopper.catalogue.of_category(shopper.wish.category) if n in shopper.user.opened)
    assert shopper.worth(known) == -1.0
    assert known not in shopper.best()
    assert 0.07 < len(shopper.user.opened) / len(shopper.catalogue) < 0.11


def test_what_is_told_unasked_differs_and_costs_when_asked():
    task, told = load_task("easy"), []
    for scenario in range(60):
        episode = task.episode()
        episode.start("train", scenario)
        told.append(frozenset(episode.shopper.told))
    assert len(set(told)) > 10
    assert all("category" in each for each in told)
    patience = episode.shopper.patience
    turn = episode.apply(ask("category"))
    assert turn.facts["repeated"] == 1.0
    assert episode.shopper.patience == pytest.approx(patience - rules.AGAIN)


def test_what_is_not_worth_it_is_declined_with_a_reason(episode):
    shopper = episode.shopper
    worst = shopper.best()[-1]
    assert shopper.worth(worst) < TAKES
    episode.apply([Act("recommend", {"items": ids(episode, [worst])})])
    shopper.lose_interest()
    turn = explain(episode, worst)
    assert user_acts(turn) == ["declined", "critique"]
    assert shopper.met == 0


def test_faults_are_found_in_their_order():
    episode = load_task("hard").episode()
    for scenario in range(200):
        episode.start("train", scenario)
        shopper = episode.shopper
        if shopper.wish.budget is not None:
            break
    items = shopper.catalogue.items
    other = next(n for n, item in enumerate(items) if item.tags[0] != shopper.wish.category)
    dear = next(
        n for n, item in enumerate(items) if item.tags[0] == shopper.wish.category and item.price > shopper.wish.budget
    )
    assert shopper.fault_of(other) == Act("critique", {"category": shopper.wish.category})
    assert shopper.fault_of(dear) == Act("critique", {"budget": shopper.wish.budget})
    shopper.user.opened.add(other)
    assert shopper.fault_of(other) == Act("critique", {"item": items[other].id})


def test_unknown_titles_duplicates_and_long_lists_are_faults(episode):
    best = ids(episode, episode.shopper.best()[:4])
    turn = episode.apply([Act("recommend", {"items": (*best, best[0], "No Such Thing")})])
    assert turn.facts["unknown"] == 1.0
    assert turn.facts["surplus"] == 2.0, "the fourth, and the first again"
    assert user_acts(turn)[0] == "unknown"
    assert len(episode.shopper.shown) == 3
    turn = episode.apply([Act("recommend", {"items": (best[3], best[3], best[1], best[2])})])
    assert turn.facts["surplus"] == 1.0, "all three are shown"


def test_patience_ends_the_conversation(episode):
    while episode.stop_reason is None:
        turn = episode.apply([Act("silence")])
    assert episode.stop_reason is StopReason.HUNG_UP
    assert user_acts(turn) == ["leave"]
    assert turn.facts["unmet"] == 2.0
    assert found(Facts(**turn.facts)).total == pytest.approx(-2 * UNMET)


def test_a_goodbye_before_all_is_found_pays_no_more_than_silence(episode):
    turn = episode.apply([Act("end")])
    assert episode.stop_reason is StopReason.CLOSED
    assert found(Facts(**turn.facts)).total == pytest.approx(-2 * UNMET)


def test_a_change_of_mind_changes_what_is_liked():
    episode = load_task("hard").episode()
    for scenario in range(50):
        episode.start("train", scenario)
        shopper = episode.shopper
        if shopper.wish.later_tone is not None:
            break
    old, new = shopper.wish.tone, shopper.wish.later_tone
    change = shopper.change_mind()
    assert change == Act("change", {"tone": new})
    assert shopper.user.taste[TAG_NUMBER[new]] > shopper.user.taste[TAG_NUMBER[old]]
    assert shopper.change_mind() is None, "once per wish"


def test_a_fault_is_found_by_the_mood_before_it_changes():
    episode = load_task("hard").episode()
    for scenario in range(200):
        episode.start("train", scenario)
        shopper = episode.shopper
        tone = shopper.wish.tone
        wanted = [number for number in shopper.best() if tone in shopper.catalogue.items[number].tags]
        if shopper.wish.later_tone is not None and shopper.worth(wanted[-1]) < TAKES:
            break
    shopper.shown.add(wanted[-1])
    said = explain(episode, wanted[-1]).heard[0].content
    assert [act.name for act in said] == ["declined", "critique", "change"]
    assert said[1].args.get("tone") != tone, "what was asked for is no fault"


def test_a_wish_overrides_category_and_mood_and_nothing_else(episode):
    person = episode.shopper.person
    taste = Wish("book", "funny", 20.0).taste(person, BUILTIN)
    assert (taste[TAG_NUMBER["book"]], taste[TAG_NUMBER["film"]]) == (0.0, OTHER_CATEGORY)
    assert taste[TAG_NUMBER["funny"]] > 0 > taste[TAG_NUMBER["serious"]]
    assert taste[TAG_NUMBER["crime"]] == person.taste[TAG_NUMBER["crime"]]


@pytest.mark.parametrize("difficulty", LEVELS)
def test_every_wish_can_be_met_by_something_worth_having(difficulty):
    episode = load_task(difficulty).episode()
    for scenario in range(30):
        episode.start("test", scenario)
        assert len({wish.category for wish in episode.shopper.wishes}) == LEVELS[difficulty].wishes
        assert episode.shopper.would_take(episode.shopper.best()[0])
