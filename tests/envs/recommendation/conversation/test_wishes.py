"""What customers look for can be found: each wish is weighed against the items one by one."""

import pytest

from dialogue_gym.draws import LongStream
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, WORTH_HAVING
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.conversation.wishes import draw_wishes
from dialogue_gym.envs.recommendation.users.user import User


@pytest.mark.parametrize("difficulty", LEVELS)
def test_the_best_item_for_a_wish_is_worth_having_in_either_mood(difficulty):
    task = load_task(difficulty)
    catalogue, schema = task.catalogue("train"), task.corpus.schema
    for scenario in range(40):
        person, stream = task.corpus.person(scenario, "train"), LongStream(scenario)
        had = task.corpus.had(scenario, "train", task.level.had, stream)
        wishes = draw_wishes(person, had, task.level, task.parameters, task.corpus, catalogue, stream)
        assert len(wishes) == task.level.wishes
        for wish in wishes:
            for tone in {wish.tone, wish.later_tone or wish.tone}:
                user = User(task.parameters, person, catalogue)
                user.taste = wish._replace(tone=tone).taste(person, schema)
                worths = [
                    user.enjoyment(number)
                    for number, item in enumerate(catalogue.items)
                    if number not in had
                    and item.tags[0] == wish.category
                    and wish.affords(item.price)
                    and item.arrives == 0
                ]
                assert max(worths) >= WORTH_HAVING - 1e-9


def test_who_likes_little_looks_for_less():
    """Nothing is looked for that cannot be found, unless there is nothing else."""
    task = load_task("medium")
    catalogue, person = task.catalogue("train"), task.corpus.person(0, "train")

    def wishes(known):
        return draw_wishes(person, known, task.level, task.parameters, task.corpus, catalogue, LongStream(0))

    everything = set(range(len(catalogue)))
    kinds = sorted({wish.category for wish in wishes(set())})
    assert len(kinds) == 3
    left = set(catalogue.of_category(kinds[0]).tolist()) | set(catalogue.of_category(kinds[1]).tolist())
    assert sorted(wish.category for wish in wishes(everything - left)) == kinds[:2]
    assert len(wishes(everything)) == 1
