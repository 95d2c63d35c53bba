"""The customer of a conversation: what they answer, what they take, what it costs, and how it ends."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.recommendation.catalogue.schema import TAG_NUMBER
from dialogue_gym.envs.recommendation.conversation import episode as rules
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, TAKES
from dialogue_gym.envs.recommendation.conversation.rewards import EFFORT, FAULT, UNMET, found
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


def test_the_best_item_is_taken_once_it_is_explained(episode):
    shopper = episode.shopper
    best = shopper.best()[0]
    worth, wish = shopper.worth(best), shopper.wish
    turn = episode.apply([Act("explain", {"items": ids(episode, [best])})])
    assert shopper.met == 0, "what was not recommended before is only recommended"
    assert "lists" in turn.facts
    turn = episode.apply([Act("explain", {"items": ids(episode, [best])})])
    assert user_acts(turn)[0] == "taken"
    assert turn.facts["enjoyed"] == pytest.approx(worth)
    assert shopper.met == 1
    assert shopper.wish != wish
    assert shopper.worth(best) == -1.0, "nobody takes the same thing twice"


def test_what_is_not_worth_it_is_declined_with_a_reason(episode):
    shopper = episode.shopper
    worst = min(shopper.best(), key=shopper.worth)
    assert shopper.worth(worst) < TAKES
    episode.apply([Act("recommend", {"items": ids(episode, [worst])})])
    turn = episode.apply([Act("explain", {"items": ids(episode, [worst])})])
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


def test_a_wish_overrides_category_and_mood_and_nothing_else(episode):
    person = episode.shopper.person
    taste = Wish("book", "funny", 20.0).taste(person)
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
