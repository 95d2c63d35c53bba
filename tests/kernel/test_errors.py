"""The exceptions: one small tree, each also the built-in that fits."""

import inspect
import pickle

import pytest

import dialogue_gym.errors as module
from dialogue_gym.errors import (
    ActionTypeError,
    ConfigurationError,
    CorpusError,
    DialogueGymError,
    EpisodeOverError,
    RewardError,
    UnknownNameError,
)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (ConfigurationError, ValueError),
        (UnknownNameError, LookupError),
        (ActionTypeError, TypeError),
        (EpisodeOverError, RuntimeError),
        (RewardError, RuntimeError),
        (CorpusError, ValueError),
    ],
)
def test_each_is_ours_and_a_builtin(error, builtin):
    assert issubclass(error, DialogueGymError)
    assert issubclass(error, builtin)


def test_there_is_one_tree():
    errors = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Exception)]
    assert all(issubclass(error, DialogueGymError) for error in errors)


def test_an_unknown_name_offers_the_near_miss_and_what_there_is():
    error = UnknownNameError("reward", "politenes", ["task", "politeness", "brevity"])
    assert str(error) == (
        "Unknown reward 'politenes'. Did you mean 'politeness'? Available: brevity, politeness, task."
    )
    assert str(UnknownNameError("reward", "zzz", ["task"])) == "Unknown reward 'zzz'. Available: task."
    assert str(UnknownNameError("reward", "zzz", [])) == "Unknown reward 'zzz'. Available: none."
    assert "Unknown reward 3" in str(UnknownNameError("reward", 3, ["task"]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [ConfigurationError("a"), UnknownNameError("agent", "a", ["b"]), ActionTypeError("a"), EpisodeOverError("a")],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back_from_worker_processes(error):
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert str(copied) == str(error)


def test_of_very_many_names_the_first_are_listed():
    message = str(UnknownNameError("article", "a57x", (f"a{number}" for number in range(1000))))
    assert "Did you mean" in message
    assert message.endswith("and 880 more.")
    assert len(message) < 1000
