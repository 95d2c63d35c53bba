"""Several rewards for one thing, and how far they disagree."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards import Ensemble, Step, score_checked

Make = Callable[..., Any]


def ending(step: Step) -> float | None:
    return 3.0 if step.ended else None


@pytest.mark.parametrize(("how", "total"), [("mean", 2.0), ("minimum", 1.0)])
def test_by_hand(how: str, total: float, always: Make, steps: list[Step]) -> None:
    model = Ensemble([always(1.0, "a"), always(2.0, "b"), ending], how=how)
    first, _, last = score_checked(model, steps)
    assert last.parts == pytest.approx(
        {"ensemble": total, "raw/disagreement": (2 / 3) ** 0.5, "raw/a": 1.0, "raw/b": 2.0, "raw/ending": 3.0}
    )
    assert first.parts["raw/disagreement"] == 0.5, "of those that apply"


def test_where_none_applies_neither_does_it(steps: list[Step]) -> None:
    assert Ensemble([ending]).score(steps)[:2] == [None, None]


def test_members_are_called_once_per_batch(always: Make, steps: list[Step]) -> None:
    a, b = always(1.0, "a"), always(2.0, "b")
    score_checked(Ensemble([a, b]), steps)
    assert a.batches == b.batches == [3]


@pytest.mark.parametrize(
    "make", [lambda: Ensemble([]), lambda: Ensemble([ending, ending]), lambda: Ensemble([ending], how="max")]
)
def test_impossible_ensembles_are_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(ConfigurationError):
        make()
