"""Results on disk are played again: the same dialogues, with their facts and rewards."""

from dataclasses import replace

import pytest

from dialogue_gym.evaluation import IncomparableError, episode_list, play, replay
from dialogue_gym.rewards import rescore
from tests.guess_colour import ACTS, TEXT


@pytest.mark.parametrize("env", [TEXT, ACTS, "dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"])
def test_the_same_dialogues_and_rewards(env: str) -> None:
    rows = list(play("random", env, episode_list(4), split="val", env_kwargs={"reward": {"task": 2.0}}))
    dialogues = list(replay(rows))
    for row, dialogue, rewards in zip(rows, dialogues, rescore(dialogues, "task"), strict=True):
        assert dialogue.messages() == row.transcript
        assert dict(dialogue.outcome or {}) == row.outcome
        assert sum(reward.total for reward in rewards) == pytest.approx(row.task_return)


def test_other_content_and_changed_words_are_refused() -> None:
    (row,) = play("oracle", TEXT, [(0, 0)])
    with pytest.raises(IncomparableError, match="the task set that this version has"):
        list(replay([replace(row, task={**row.task, "version": 99})]))
    forged = [*row.transcript[:-1], {"role": "user", "content": "Wonderful!"}]
    with pytest.raises(IncomparableError, match="to go as it is written down"):
        list(replay([replace(row, transcript=forged)]))
