from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dialogue_gym.agents.llm.batch import collate, plan_micro_batches
from dialogue_gym.agents.llm.trajectory import End, Trajectory
from dialogue_gym.errors import ConfigurationError

EOS = 2


def make(tokens: list[int], turns: list[tuple[int, int]], **more: Any) -> Trajectory:
    count = sum(stop - start for start, stop in turns)
    fields: dict[str, Any] = {
        "tokens": np.array(tokens),
        "turns": np.array(turns),
        "logprobs": -np.arange(1, count + 1, dtype=np.float32),
        "values": np.arange(1, count + 1, dtype=np.float32) / 10,
        "rewards": np.arange(1, len(turns) + 1, dtype=np.float32),
        "end": End.TERMINATED,
        "finished": np.ones(len(turns), np.bool_),
    }
    return Trajectory(**fields | more)


SHORT = make([EOS, 5, EOS], [(1, 3)], scenario=1)
LONG = make([EOS, EOS, EOS, EOS, 9, 6, 7], [(1, 2), (3, 4), (5, 6)], end=End.CUT, bootstrap_value=0.5, scenario=2)


def test_masks_come_from_spans_even_where_every_token_is_the_padding() -> None:
    batch = collate([SHORT, LONG, SHORT], pad_id=EOS)
    assert batch.tokens.tolist() == [[2, 5, 2, 2, 2, 2], [2, 2, 2, 2, 9, 6], [2, 5, 2, 2, 2, 2]]
    assert batch.lengths.tolist() == [3, 6, 3]
    assert batch.action_mask.int().tolist() == [[0, 1, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1], [0, 1, 1, 0, 0, 0]]
    assert batch.turn_end.int().tolist() == [[0, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1], [0, 0, 1, 0, 0, 0]]
    assert batch.logprobs.tolist()[1] == [0, -1, 0, -2, 0, -3]
    assert batch.rewards.tolist()[:2] == [[0, 0, 1, 0, 0, 0], [0, 1, 0, 2, 0, 3]]
    assert batch.bootstrap.tolist() == [0.0, 0.5, 0.0]
    assert batch.groups.tolist() == [0, 1, 0]
    assert len(batch) == 3
    assert batch.num_actions == 7


def test_the_tail_after_the_last_turn_is_kept_only_on_request() -> None:
    batch = collate([SHORT, LONG], keep_tail=True)
    assert batch.tokens.shape == (2, 7)
    assert batch.lengths.tolist() == [3, 7]


def test_flat_and_spread_are_inverse() -> None:
    batch = collate([SHORT, LONG])
    assert batch.flat(batch.logprobs).tolist() == [-1, -2, -1, -2, -3]
    assert torch.equal(batch.spread(batch.flat(batch.logprobs)), batch.logprobs)
    rows, columns = batch.action_index
    assert torch.equal(batch.tokens[rows, columns], batch.flat(batch.tokens))


def test_selecting_rows_trims_their_padding_and_takes_along_what_the_trainer_filled_in() -> None:
    batch = collate([SHORT, LONG])
    part = batch.select([0])
    assert part.tokens.tolist() == [[2, 5, 2]]
    assert part.advantages is None
    batch = type(batch)(**{**vars(batch), "advantages": torch.arange(12.0).view(2, 6)})
    both = batch.select([1, 0])
    assert both.advantages is not None
    assert both.advantages.tolist() == [[6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 4, 5]]
    assert both.to("cpu").bootstrap.tolist() == [0.5, 0.0]


@given(lengths=st.lists(st.integers(1, 300), min_size=1, max_size=40), max_tokens=st.integers(1, 2000), data=st.data())
def test_a_plan_holds_every_dialogue_once_and_keeps_its_bounds(
    lengths: list[int], max_tokens: int, data: st.DataObject
) -> None:
    at_least = data.draw(st.integers(1, len(lengths)))
    plan = plan_micro_batches(lengths, max_tokens, at_least=at_least)
    assert sorted(row for rows in plan for row in rows) == list(range(len(lengths)))
    assert len(plan) >= at_least
    assert all(rows for rows in plan)
    for rows in plan:
        assert len(rows) == 1 or len(rows) * max(lengths[row] for row in rows) <= max_tokens


def test_a_plan_puts_like_to_like() -> None:
    assert plan_micro_batches([10, 100, 11, 90], 200) == [[1, 3], [2, 0]]
    assert plan_micro_batches([5, 5, 5, 5], 100) == [[0, 1, 2, 3]]
    assert plan_micro_batches([5, 5, 5, 5], 100, at_least=3) == [[0], [1], [2, 3]]


def test_more_micro_batches_than_dialogues_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="between 1 and the 2 dialogues"):
        plan_micro_batches([5, 5], 100, at_least=3)
