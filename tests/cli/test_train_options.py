"""Options of `dialogue-gym train`, swept over all of them: what they may be, and who takes them."""

import math
from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from dialogue_gym.agents.classical.options import CLASSICAL, ClassicalOptions
from dialogue_gym.agents.llm.trainer.config import (
    ALGORITHMS,
    REWARD,
    RewardOptions,
    RlOptions,
    SftOptions,
    TrainOptions,
)
from dialogue_gym.cli.train import Train
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.options import Range, TakenBy, flag, marks, options_of
from tests.guess_colour import ACTS, TEXT

REQUIRED: dict[type, dict[str, Any]] = {TrainOptions: {"algorithm": "sft", "env": "any"}}


def numeric_fields() -> Iterator[Any]:
    """(class, field) of every option that is a number."""
    for cls in (Train, TrainOptions, SftOptions, RlOptions, RewardOptions, ClassicalOptions):
        hints = get_type_hints(cls)
        for field in fields(cls):
            if hints[field.name] in (int, float, int | None, float | None):
                yield pytest.param(cls, field, id=f"{cls.__name__}.{field.name}")


def outside(allowed: Range) -> list[float]:
    """Numbers next to the range on both sides, and those that are in none."""
    found = [math.nan, math.inf, -math.inf]
    if allowed.low is not None:
        found += [allowed.low - 1, math.nextafter(allowed.low, -math.inf)]
    if allowed.high is not None:
        found += [allowed.high + 1, math.nextafter(allowed.high, math.inf)]
    return found + [bound for bound in (allowed.above, allowed.below) if bound is not None]


def made(cls: type, **options: Any) -> None:
    value = cls(**REQUIRED.get(cls, {}), **options)
    if isinstance(value, Train):
        value.run()


@pytest.mark.parametrize(("cls", "field"), list(numeric_fields()))
def test_every_number_has_a_range_outside_of_which_it_is_refused(cls: type, field: "Field[Any]") -> None:
    (allowed,) = marks(cls, field.name, Range)
    for value in outside(allowed):
        with pytest.raises(ConfigurationError) as caught:
            made(cls, **{field.name: value})
        assert f"Expected {flag(field.name)} {allowed}, got {value!r}." in str(caught.value)


@pytest.mark.parametrize(("cls", "field"), list(numeric_fields()))
def test_every_default_is_in_its_range(cls: type, field: "Field[Any]") -> None:
    (allowed,) = marks(cls, field.name, Range)
    assert field.default is None or field.default in allowed


LEARNERS = [
    *(TakenBy(text=(name,)) for name in ALGORITHMS),
    *(TakenBy(numeric=(name,)) for name in CLASSICAL),
    TakenBy(pairs=(REWARD,)),
]
OTHER = {"--context": 900, "--dialogues": 128, "--env-kwargs": '{"max_turns": 5}', "--hyper": '{"gamma": 0.5}'}
"""Other values than the defaults, where twice the default will not do."""
APART = {"--resume", "--out"}
"""Say where a run is, not what: all take them, see the tests of resuming and of folders."""


def other(name: str, default: Any, tmp_path: Path) -> Any:
    """A value that is allowed and is not the default."""
    if name in OTHER:
        return OTHER[name]
    if isinstance(default, bool):
        return not default
    if isinstance(default, int | float):
        return default / 2 if isinstance(default, float) and default else type(default)(default * 2 or 1)
    if name in ("--logs", "--pairs", "--deepspeed"):
        path = tmp_path / "file.json"
        path.write_text("{}" if name != "--deepspeed" else '{"wall_clock_breakdown": true}', encoding="utf-8")
        return path
    if name == "--word-dropout":
        return 0.1
    return {"--env": ACTS, "--model": "some/model", "--from-runs": (tmp_path,)}.get(name, 3)


def changed(command: Any, name: str, value: Any) -> Any:
    """The command with one option set, wherever it is."""
    for each in fields(command):
        inner = getattr(command, each.name)
        if is_dataclass(inner):
            command = replace(command, **{each.name: changed(inner, name, value)})
        elif flag(each.name) == name:
            command = replace(command, **{each.name: value})
    return command


def command_of(who: TakenBy, tmp_path: Path) -> Train:
    """A command that trains someone, with what it cannot do without."""
    (algorithm,) = who.text + who.numeric + who.pairs
    logs = tmp_path / "some.jsonl"
    logs.write_text("", encoding="utf-8")
    sft = SftOptions(logs=logs if algorithm in ("bc", "cql") else None)
    reward = RewardOptions(pairs=logs if algorithm == REWARD else None)
    if algorithm == REWARD:
        return Train(algorithm, reward=reward)
    return Train(algorithm, env=ACTS if who.numeric else TEXT, sft=sft)


@pytest.fixture
def run_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Gives what a command would have trained, all that is passed on, folders left out."""
    monkeypatch.chdir(tmp_path)
    passed: list[Any] = []

    def instead(*args: Any, **kwargs: Any) -> int:
        passed.append([[each for each in args if not isinstance(each, Path)], kwargs])
        return 0

    for module in ("cli.train_numeric", "cli.train_text", "agents.rewards.training"):
        monkeypatch.setattr(f"dialogue_gym.{module}.run_training", instead)
    monkeypatch.setattr(Train, "_launch", lambda self, name: instead(self.num_processes))

    def run(command: Train) -> Any:
        assert command.run() == 0
        return passed[-1]

    return run


@pytest.mark.parametrize("who", LEARNERS, ids=str)
def test_an_option_reaches_the_training_or_is_refused(who: TakenBy, run_of: Any, tmp_path: Path) -> None:
    plain = command_of(who, tmp_path)
    usual = run_of(plain)
    for option in options_of(plain):
        if option.flag in APART | {"--algorithm"} or option.value != option.default:
            continue
        command = changed(plain, option.flag, other(option.flag, option.default, tmp_path))
        if who in option.taken_by:
            if option.flag == "--env":
                continue  # which is part of who it is
            if option.flag == "--from-runs":
                command = replace(command, reward=replace(command.reward, pairs=None))
            assert run_of(command) != usual, f"{option.flag} makes no difference to {who}"
        else:
            with pytest.raises(ConfigurationError) as caught:
                command.run()
            assert f"got {option.flag}, which is of {option.taken_by}" in str(caught.value)
