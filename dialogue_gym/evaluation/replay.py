"""Dialogues from results on disk: the same actions in the same scenarios, and so the same dialogues, facts and all.

dialogues = list(replay(read_results("runs/evaluate-rule/episodes.jsonl")))
rewards = rescore(dialogues, {"task": 1.0, "politeness": 0.1})
"""

from collections.abc import Iterable, Iterator
from typing import Any

from dialogue_gym.episode import Dialogue
from dialogue_gym.evaluation.make import make_single
from dialogue_gym.evaluation.play import task_set
from dialogue_gym.evaluation.results import EpisodeResult, IncomparableError, to_json
from dialogue_gym.registration import text_view
from dialogue_gym.views.env import DialogueEnv

_NOT_OF_THE_DIALOGUE = ("reward", "nlu_error")
"""Arguments of an environment that its dialogues, as text, do not depend on."""


def replay(rows: Iterable[EpisodeResult]) -> Iterator[Dialogue]:
    """Plays each row's transcript again, on the text view, and gives the dialogue it makes.

    Args:
        rows: Results of any of our environments. A plugged reward that they were played with is left out.

    Raises:
        IncomparableError: The task set is another now, or a dialogue went otherwise.
    """
    made: dict[str, DialogueEnv] = {}
    for row in rows:
        kwargs = {name: value for name, value in row.env_kwargs.items() if name not in _NOT_OF_THE_DIALOGUE}
        key = to_json([text_view(row.env), row.split, kwargs])
        if key not in made:
            made[key] = make_single(text_view(row.env), split=row.split, **kwargs)
        yield _replay(made[key], row)


def _replay(env: DialogueEnv, row: EpisodeResult) -> Dialogue:
    now: dict[str, Any] = task_set(env.task)
    if now != row.task:
        raise IncomparableError(
            f"Expected results of the task set that this version has, {now}, got {row.task}. "
            "Play them again with this version."
        )
    env.reset(options={"scenario": row.scenario, "trial": row.trial})
    for message in row.transcript:
        if message["role"] == "assistant":
            if env.view.dialogue.stop is not None:
                break
            env.view.act(message["content"])
    dialogue = env.view.dialogue
    if dialogue.stop is None or dialogue.messages() != row.transcript:
        raise IncomparableError(
            f"Expected scenario {row.scenario}, trial {row.trial} of {row.env} to go as it is written down, but it "
            "went otherwise. Was the row changed, or written by another version?"
        )
    return dialogue
