"""Ranges of options: what is in them, how they are said, and who is refused."""

import math
from dataclasses import dataclass, field
from typing import Annotated

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.options import (
    Count,
    CountsAgain,
    Positive,
    Range,
    TakenBy,
    check_ranges,
    options_of,
    refuse_settled,
    refuse_untaken,
)


@dataclass(frozen=True)
class Options:
    batch: Count = 8
    rate: Positive | None = None
    clip: Annotated[float, Range(above=0, high=1)] = 0.2
    name: str = ""

    def __post_init__(self) -> None:
        check_ranges(self)


@pytest.mark.parametrize(
    ("allowed", "inside", "outside", "said"),
    [
        (Range(low=1), [1, 10**9, 10**400], [0, -1], "of at least 1"),
        (Range(above=0), [1e-300, 1e300], [0, -1e-300], "above 0"),
        (Range(low=0, high=1), [0, 0.5, 1], [-1e-9, 1.0000001, 10**400], "between 0 and 1"),
        (Range(above=0, below=1), [1e-9, 0.999], [0, 1], "above 0 and below 1"),
        (Range(above=0, high=1), [1e-9, 1], [0, 1.1], "above 0 and at most 1"),
    ],
    ids=str,
)
def test_a_range_holds_its_numbers_and_says_which(
    allowed: Range, inside: list[float], outside: list[float], said: str
) -> None:
    assert all(value in allowed for value in inside)
    assert not any(value in allowed for value in [*outside, math.nan, math.inf, -math.inf])
    assert str(allowed) == said


def test_options_in_range_pass() -> None:
    Options()
    Options(batch=1, rate=0.5, clip=1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch": 0}, "Expected --batch of at least 1, got 0. The default is 8."),
        ({"batch": 1.5}, "Expected --batch of at least 1, got 1.5"),
        ({"batch": True}, "got True"),
        ({"rate": 0.0}, "Expected --rate above 0, got 0.0. Leave it out."),
        ({"rate": "fast"}, "got 'fast'"),
        ({"clip": math.nan}, "Expected --clip above 0 and at most 1, got nan. The default is 0.2."),
    ],
    ids=str,
)
def test_options_out_of_range_are_refused_by_name(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(**wrong)  # type: ignore[arg-type]
    assert message in str(caught.value)


FLYING, DIVING = TakenBy(text=("gull", "duck")), TakenBy(text=("duck",), numeric=("duck", "seal"))


@dataclass(frozen=True)
class Inner:
    depth: int = 3
    wings: Annotated[int | None, FLYING, CountsAgain()] = None


@dataclass(frozen=True)
class Outer:
    inner: Annotated[Inner, DIVING] = field(default_factory=Inner)
    seed: Annotated[int, FLYING | DIVING] = 0


def test_options_say_who_takes_them_or_what_they_are_part_of_does() -> None:
    assert [(o.flag, o.value, o.default, o.taken_by, o.counts_again) for o in options_of(Outer(Inner(4)))] == [
        ("--depth", 4, 3, DIVING, False),
        ("--wings", None, None, FLYING, True),
        ("--seed", 0, 0, FLYING | DIVING, False),
    ]


def test_an_option_that_is_not_taken_is_refused_with_those_who_take_it() -> None:
    refuse_untaken(Outer(Inner(depth=3, wings=2), seed=1), TakenBy(text=("gull",)))
    refuse_untaken(Outer(Inner(depth=4)), TakenBy(numeric=("duck",)))
    with pytest.raises(ConfigurationError) as caught:
        refuse_untaken(Outer(Inner(depth=4)), TakenBy(text=("gull",)))
    assert str(caught.value) == (
        "Expected options that gull on a text view takes, got --depth, which is of duck on a text view and duck, seal "
        "on a numeric view. Leave that out."
    )


def test_of_a_run_that_goes_on_only_some_options_are_read() -> None:
    refuse_settled(Outer(Inner(wings=2)), TakenBy(text=("gull",)))
    for who, options in [("gull", Outer(seed=1)), ("seal", Outer(Inner(wings=2)))]:
        with pytest.raises(ConfigurationError, match="Leave that out, or begin a new run"):
            refuse_settled(options, TakenBy(text=(who,)))
