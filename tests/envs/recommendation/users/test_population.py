"""People differ, and those of val and test differ from those of train."""

from dialogue_gym.draws import key
from dialogue_gym.envs.recommendation.catalogue import THEMES, builtin_catalogue
from dialogue_gym.envs.recommendation.catalogue.schema import TAG_NUMBER
from dialogue_gym.envs.recommendation.users import ENGAGED, User, draw_person
from dialogue_gym.envs.recommendation.users.population import THEME_PAIRS


def people(split, count=300):
    return [draw_person(key("tests.people", number), split) for number in range(count)]


def test_nobody_is_like_another():
    persons = people("train")
    assert len({person.taste for person in persons}) == 300
    assert 100 < sum(person.cascade for person in persons) < 200
    for name in ("thrift", "gullible", "patience"):
        values = [getattr(person, name) for person in persons]
        assert min(values) < 0.6
        assert max(values) > 1.4


def test_the_pairs_of_liked_themes_are_apart_by_split():
    def pairs(split):
        likings = [sorted(THEMES, key=lambda theme: -person.taste[TAG_NUMBER[theme]]) for person in people(split)]
        return {frozenset(each[:2]) for each in likings}

    found = {split: pairs(split) for split in THEME_PAIRS}
    assert not found["train"] & found["test"]
    assert not found["train"] & found["val"]
    assert not found["val"] & found["test"]
    assert len(found["train"]) == 30


def test_items_are_liked_attribute_by_attribute():
    """An item's vector is not averaged to a number: two users can order two items in opposite ways."""
    catalogue = builtin_catalogue("train")
    users = [User(ENGAGED, person, catalogue) for person in people("train", 40)]
    orders = {tuple(sorted(range(30), key=lambda number: -user.liking(number))[:5]) for user in users}
    assert len(orders) > 30


def test_consumption_moves_what_it_should():
    from dialogue_gym.draws import Stream

    catalogue = builtin_catalogue("train")
    user = User(ENGAGED, people("train", 1)[0], catalogue)
    number = max(range(len(catalogue)), key=user.enjoyment)
    before = user.liking(number), user.utility(number)
    enjoyed, _ = user.consume(number, Stream(1))
    assert enjoyed > 0.5
    assert user.satisfaction > 0
    assert user.liking(number) < before[0], "bored"
    assert user.utility(number) < before[1] - ENGAGED.seen_penalty
    user.rest(30)
    assert user.liking(number) > before[0], "recovered, and the taste has moved"
    satisfied = user.satisfaction
    user.pass_by()
    assert user.satisfaction < satisfied
