"""Mixes add up; clip, gate and minimum report one part and keep what they were made of."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.errors import ConfigurationError, RewardError
from dialogue_gym.rewards import Clip, Gate, Minimum, Reward, Step, TaskReward, WeightedMix, score_checked

Make = Callable[..., Any]


def brevity(step: Step) -> float:
    return -step.facts["length"]


def ending(step: Step) -> float | None:
    return 2.0 if step.ended else None


def judged(step: Step) -> Reward:
    return Reward(3.0, {"kind": 1.0, "clear": 2.0, "raw/words": step.facts["length"]}, "well put")


@pytest.fixture
def mix() -> WeightedMix:
    return WeightedMix(
        {"task": (TaskReward(), 1.0), "short": (brevity, 0.1), "end": (ending, 3.0), "judge": (judged, 2.0)}
    )


def test_a_mix_by_hand(mix: WeightedMix, steps: list[Step]) -> None:
    first, _, last = score_checked(mix, steps)
    assert dict(first.parts) == {
        "task/success": 0.0,
        "task/turn_cost": -0.25,
        "short": -0.5,
        "judge/kind": 2.0,
        "judge/clear": 4.0,
        "raw/judge/words": 5.0,
    }
    assert first.total == -0.25 - 0.5 + 6.0
    assert first.explanation == "judge: well put"
    assert last.parts["end"] == 6.0
    assert last.parts["task/success"] == 1.0
    assert last.total == pytest.approx(0.75 - 0.3 + 6.0 + 6.0)


def test_a_mix_calls_each_child_once_per_batch(always: Make, steps: list[Step]) -> None:
    a, b = always(1.0, "a"), always(2.0, "b")
    score_checked(WeightedMix({"a": (a, 1.0), "b": (b, 1.0)}), steps)
    assert a.batches == b.batches == [3]


def test_one_child_of_weight_one_is_that_child(task: Any, steps: list[Step]) -> None:
    alone = score_checked(task.reward, steps)
    mixed = score_checked(WeightedMix({"task": (task.reward, 1.0)}), steps)
    assert [reward.total for reward in mixed] == [reward.total for reward in alone]


def test_a_mix_does_not_apply_where_no_child_does(steps: list[Step]) -> None:
    assert WeightedMix({"end": (ending, 1.0)}).score(steps) == [None, None, Reward(2.0, {"end": 2.0})]


def test_weight_zero_reports_and_does_not_add(steps: list[Step]) -> None:
    (reward,) = score_checked(WeightedMix({"short": (brevity, 1.0), "judge": (judged, 0)}), steps[:1])
    assert reward.total == -5.0
    assert dict(reward.parts) == {
        "short": -5.0,
        "raw/judge/kind": 1.0,
        "raw/judge/clear": 2.0,
        "raw/judge/raw/words": 5.0,
    }


def test_mixes_nest(steps: list[Step]) -> None:
    inner = WeightedMix({"short": (brevity, 2.0), "judge": (judged, 1.0)})
    (reward,) = score_checked(WeightedMix({"inner": (inner, 0.5), "short": (brevity, 1.0)}), steps[1:2])
    assert dict(reward.parts) == {
        "inner/short": -2.0,
        "inner/judge/kind": 0.5,
        "inner/judge/clear": 1.0,
        "raw/inner/judge/words": 2.0,
        "short": -2.0,
    }
    assert reward.total == -2.5


def test_a_childs_fault_names_the_child(always: Make, steps: list[Step]) -> None:
    broken = WeightedMix({"short": (brevity, 1.0), "bad": (always(np.nan, "judge"), 0.0)})
    for model in (broken, Clip(broken, 0, 1), Gate(broken, ending), Minimum([broken])):
        with pytest.raises(RewardError, match=r"^Reward 'judge': expected .* turn 1"):
            score_checked(model, steps)


@pytest.mark.parametrize("weight", [np.nan, np.inf, "1", None, True, 1j], ids=repr)
def test_weights_are_finite_numbers(weight: Any) -> None:
    with pytest.raises(ConfigurationError, match="Expected a finite number as weight of reward 'short'"):
        WeightedMix({"short": (brevity, weight)})


@pytest.mark.parametrize(
    "make",
    [
        lambda: WeightedMix({}),
        lambda: WeightedMix({"raw": (brevity, 1.0)}),
        lambda: WeightedMix({"a/b": (brevity, 1.0)}),
        lambda: WeightedMix({"a": (WeightedMix, 1.0)}),  # type: ignore[dict-item]
        lambda: Minimum([]),
        lambda: Minimum([brevity, brevity]),
        lambda: Gate(brevity, brevity),
        lambda: Clip(brevity, 1.0, -1.0),
        lambda: Clip(brevity, np.nan, 1.0),
    ],
)
def test_impossible_combinations_are_refused(make: Make) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_clip_by_hand(steps: list[Step]) -> None:
    assert [reward.parts for reward in score_checked(Clip(brevity, -4, -2.5), steps)] == [
        {"brevity": -4.0, "raw/brevity": -5.0},
        {"brevity": -2.5, "raw/brevity": -2.0},
        {"brevity": -3.0, "raw/brevity": -3.0},
    ]
    (reward,) = score_checked(Clip(judged, -1, 1, name="quality"), steps[:1])
    assert reward == Reward(
        1.0,
        {"quality": 1.0, "raw/judged/kind": 1.0, "raw/judged/clear": 2.0, "raw/judged/raw/words": 5.0},
        "well put",
    )
    assert Clip(ending, 0, 1).score(steps) == [None, None, Reward(1.0, {"ending": 1.0, "raw/ending": 2.0})]


def test_gate_by_hand(steps: list[Step]) -> None:
    def long_enough(step: Step) -> float | None:
        return None if step.ended else step.facts["length"] - 3.0

    gated = score_checked(Gate(judged, long_enough, name="gated"), steps)
    assert [reward.total for reward in gated] == [3.0, 0.0, 3.0]  # above, below, does not apply
    assert gated[1].parts["gated"] == 0.0
    assert gated[1].parts["raw/judged/clear"] == 2.0
    assert gated[1].parts["raw/long_enough"] == -1.0
    assert "raw/long_enough" not in gated[2].parts
    assert Gate(judged, long_enough, threshold=2.0).score(steps[:1])[0].total == 0.0  # type: ignore[union-attr]
    assert Gate(ending, judged).score(steps)[:2] == [None, None]


def test_minimum_by_hand(steps: list[Step]) -> None:
    rewards = Minimum([ending, brevity]).score(steps)
    assert rewards[0] == Reward(-5.0, {"minimum": -5.0, "raw/brevity": -5.0})
    assert rewards[2] == Reward(-3.0, {"minimum": -3.0, "raw/ending": 2.0, "raw/brevity": -3.0})
    assert Minimum([ending]).score(steps)[:2] == [None, None]


def test_combinators_nest_without_losing_parts(steps: list[Step]) -> None:
    nested = Clip(Clip(judged, 0, 2, name="inner"), 0, 1, name="outer")
    (reward,) = score_checked(nested, steps[:1])
    assert dict(reward.parts) == {
        "outer": 1.0,
        "raw/inner": 2.0,
        "raw/inner/raw/judged/kind": 1.0,
        "raw/inner/raw/judged/clear": 2.0,
        "raw/inner/raw/judged/raw/words": 5.0,
    }
    (mixed,) = score_checked(WeightedMix({"a": (nested, 2.0), "b": (brevity, 1.0)}), steps[:1])
    assert mixed.total == -3.0
    assert mixed.parts["a"] == 2.0
    assert mixed.parts["raw/a/inner"] == 2.0


def test_copies_share_combinators(mix: WeightedMix) -> None:
    for model in (mix, Clip(mix, 0, 1), Gate(mix, ending), Minimum([mix])):
        assert copy.deepcopy([model])[0] is model


values = st.floats(-1e9, 1e9)
children = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.lists(values, max_size=4) | st.none(), st.floats(-1e6, 1e6)),
    min_size=1,
)


def _child(always: Make, label: str, parts: list[float] | None) -> Any:
    if parts is None:
        return always(None, label)
    return always(Reward(float(sum(parts)), {f"part{i}": value for i, value in enumerate(parts)}), label)


@given(children)
def test_total_is_the_sum_of_parts_and_of_weighted_totals(always: Make, steps: list[Step], given_children: Any) -> None:
    built = {label: (_child(always, label, parts), weight) for label, (parts, weight) in given_children.items()}
    (reward,) = score_checked(WeightedMix(built), steps[:1])
    expected = [weight * sum(parts) for parts, weight in given_children.values() if parts is not None]
    scale = 1 + sum(abs(weight * value) for parts, weight in given_children.values() for value in parts or ())
    assert reward.total == pytest.approx(sum(expected), abs=1e-9 * scale)
    added = [value for part, value in reward.parts.items() if not part.startswith("raw/")]
    assert sum(added) == pytest.approx(reward.total, abs=1e-9 * scale)


@given(children, st.lists(values, max_size=4) | st.none(), st.integers(0, 6))
def test_a_weight_of_zero_changes_nothing(
    always: Make, steps: list[Step], given_children: Any, parts: list[float] | None, place: int
) -> None:
    built = {label: (_child(always, label, parts), weight) for label, (parts, weight) in given_children.items()}
    more = list(built.items())
    more.insert(place, ("zero", (_child(always, "zero", parts), 0.0)))
    (without,) = score_checked(WeightedMix(built), steps[:1])
    (reward,) = score_checked(WeightedMix(dict(more)), steps[:1])
    assert reward.total == without.total
    assert {part: value for part, value in reward.parts.items() if not part.startswith("raw/zero")} == without.parts
