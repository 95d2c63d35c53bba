"""What an option may be and who takes it, said beside it and checked in one place.

    @dataclass(frozen=True)
    class Options:
        batch: Count = 8
        clip: Annotated[float, Range(above=0, high=1), TakenBy(text=("ppo",))] = 0.2

        def __post_init__(self) -> None:
            check_ranges(self)

Marks stand in `Annotated`, where type checkers and tyro pass them by.
"""

import math
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from dialogue_gym.errors import ConfigurationError

Mark = TypeVar("Mark")


@dataclass(frozen=True)
class Range:
    """The numbers that an option may be; infinity and what is not a number never are.

    Attributes:
        low: The least, itself allowed.
        high: The greatest, itself allowed.
        above: What it has to be above; takes the place of `low`.
        below: What it has to be below; takes the place of `high`.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    def __contains__(self, value: float) -> bool:
        return (
            (isinstance(value, int) or math.isfinite(value))
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"between {self.low} and {self.high}"
        words = {"of at least": self.low, "above": self.above, "at most": self.high, "below": self.below}
        return " and ".join(f"{word} {bound}" for word, bound in words.items() if bound is not None)


Count = Annotated[int, Range(low=1)]
Amount = Annotated[int, Range(low=0)]
Positive = Annotated[float, Range(above=0)]
Weight = Annotated[float, Range(low=0)]
Share = Annotated[float, Range(low=0, high=1)]
Seed = Annotated[int, Range(low=0, high=2**32 - 1)]
"""As large as NumPy's global generator takes it, which Stable-Baselines3 seeds."""


def check_ranges(options: Any) -> None:
    """Refuses options of a dataclass that are outside of their `Range`. None passes.

    Raises:
        ConfigurationError: Names the option as it is called on the command line.
    """
    for field in fields(options):
        value = getattr(options, field.name)
        for allowed in marks(type(options), field.name, Range):
            if value is not None and not _is_in(value, allowed, whole=_is_whole(type(options), field.name)):
                usual = field.default
                advice = "Leave it out" if usual is None or usual is MISSING else f"The default is {usual}"
                raise ConfigurationError(f"Expected {flag(field.name)} {allowed}, got {value!r}. {advice}.")


_PLACES = {"text": " on a text view", "numeric": " on a numeric view", "pairs": ""}
"""How those who learn from what is there are told from namesakes."""


@dataclass(frozen=True)
class TakenBy:
    """Marks an option with the algorithms that take it: others refuse it.

    Beside a field that holds more options it speaks for those of them that have no such mark.

    Attributes:
        text: Algorithms on text views.
        numeric: Algorithms on numeric views.
        pairs: Those that learn from preference pairs.
    """

    text: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()

    def __or__(self, other: "TakenBy") -> "TakenBy":
        return TakenBy(self.text + other.text, self.numeric + other.numeric, self.pairs + other.pairs)

    def __contains__(self, who: "TakenBy") -> bool:
        return all(set(getattr(who, place)) <= set(getattr(self, place)) for place in _PLACES)

    def __str__(self) -> str:
        named = {place: ", ".join(getattr(self, place)) for place in _PLACES}
        return " and ".join(f"{names}{_PLACES[place]}" for place, names in named.items() if names)


@dataclass(frozen=True)
class CountsAgain:
    """Marks an option that is read anew where a run goes on."""


class Option(NamedTuple):
    """One option of a command.

    Attributes:
        flag: As it is called on the command line.
        value: What it is.
        default: What it is if nobody says anything.
        taken_by: The algorithms that take it.
        counts_again: Whether it is read anew where a run goes on.
    """

    flag: str
    value: Any
    default: Any
    taken_by: TakenBy
    counts_again: bool


def options_of(command: Any, taken_by: TakenBy | None = None) -> Iterator[Option]:
    """All options of a dataclass and of the dataclasses in its fields."""
    for field in fields(command):
        value, owners = getattr(command, field.name), marks(type(command), field.name, TakenBy)
        owner = owners[0] if owners else taken_by
        if is_dataclass(value):
            yield from options_of(value, owner)
        else:
            assert owner is not None, f"{type(command).__name__}.{field.name} does not say who takes it"
            again = bool(marks(type(command), field.name, CountsAgain))
            yield Option(flag(field.name), value, _default(field), owner, again)


def refuse_untaken(command: Any, who: TakenBy) -> None:
    """Refuses options that are set and that an algorithm does not take.

    Args:
        command: A dataclass of options.
        who: The algorithm, alone in its place.

    Raises:
        ConfigurationError: Names the options and who takes them.
    """
    wrong = [option for option in options_of(command) if option.value != option.default and who not in option.taken_by]
    if wrong:
        owned = "; ".join(f"{option.flag}, which is of {option.taken_by}" for option in wrong)
        raise ConfigurationError(f"Expected options that {who} takes, got {owned}. Leave that out.")


def refuse_settled(command: Any, who: TakenBy) -> None:
    """Refuses options that are set and that a run that goes on does not read anew.

    Args:
        command: A dataclass of options.
        who: The run's algorithm, alone in its place.

    Raises:
        ConfigurationError: Names the options and those that are read.
    """
    read = [option.flag for option in options_of(command) if option.counts_again and who in option.taken_by]
    wrong = [o.flag for o in options_of(command) if o.value != o.default and o.flag not in read]
    if wrong:
        raise ConfigurationError(
            f"Expected options that a run of {who} reads when it goes on ({', '.join(read)}), got {', '.join(wrong)}: "
            "it goes on as it was begun. Leave that out, or begin a new run."
        )


def flag(name: str) -> str:
    """A field as it is called on the command line.

    >>> flag("sft_lr")
    '--sft-lr'
    """
    return f"--{name.replace('_', '-')}"


def marks(cls: type, name: str, kind: type[Mark]) -> list[Mark]:
    """The marks of a kind on a dataclass's field, those farther out first."""
    return [mark for mark in _marks(_hints(cls)[name]) if isinstance(mark, kind)]


def _default(field: "Field[Any]") -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _is_in(value: Any, allowed: Range, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return False
    return value in allowed


def _is_whole(cls: type, name: str) -> bool:
    return float not in _types(_hints(cls)[name])


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _marks(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        inner, *found = get_args(hint)
        yield from reversed(found)  # Annotated[Annotated[T, a], b] is Annotated[T, a, b]
        yield from _marks(inner)
    elif get_origin(hint) in (Union, UnionType):
        for each in get_args(hint):
            yield from _marks(each)


def _types(hint: Any) -> list[Any]:
    """What a hint is a union of, without marks."""
    if get_origin(hint) is Annotated:
        return _types(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return [kind for each in get_args(hint) for kind in _types(each)]
    return [hint]
