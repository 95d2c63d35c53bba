"""Stacking the infos of rows the way Gymnasium does, at the cost of what is there instead of rows times keys."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = Sequence[dict[str, Any] | None]


def stack_infos(rows: Rows) -> dict[str, Any]:
    """One dict of arrays from one dict per row.

    Every `key` comes with `_key`, a bool array (n,) that says which rows have it. Numbers become an array of the type
    of the first row that has them, absent rows 0; arrays are stacked; dicts are stacked in turn; the rest is an
    object array with None where absent. "final_obs" always is an object array.
    """
    where = [i for i, row in enumerate(rows) if row]
    return _stack_dicts([row for row in rows if row], where, len(rows))


def _stack_dicts(dicts: list[dict[str, Any]], where: list[int], count: int) -> dict[str, Any]:
    """The dicts of the rows `where`, as a dict of arrays over all `count` rows."""
    stacked: dict[str, Any] = {}
    in_all = _presence(where, count)
    for name, places in _having(dicts).items():
        if len(places) == len(where):
            rows, present = where, in_all.copy()
        else:
            rows = [where[place] for place in places]
            present = _presence(rows, count)
        stacked[name] = _stack(name, [dicts[place][name] for place in places], rows, count)
        stacked[f"_{name}"] = present
    return stacked


def _presence(where: list[int], count: int) -> npt.NDArray[np.bool_]:
    present = np.zeros(count, dtype=np.bool_)
    _put(present, where, [True] * len(where))
    return present


def _put(array: npt.NDArray[Any], where: list[int], values: list[Any]) -> None:
    """`array[where] = values`, which has a price that a few rows are not worth."""
    if len(where) > _FEW:
        array[where] = values
        return
    for i, value in zip(where, values, strict=True):
        array[i] = value


_FEW = 8
"""Rows that are written one by one."""


def _having(dicts: list[dict[str, Any]]) -> dict[str, Sequence[int]]:
    """Which dicts have each name."""
    everywhere = range(len(dicts))
    if dicts and all(each.keys() == dicts[0].keys() for each in dicts):
        return dict.fromkeys(dicts[0], everywhere)
    having: dict[str, list[int]] = {}
    for place in everywhere:
        for name in dicts[place]:
            having.setdefault(name, []).append(place)
    return having  # type: ignore[return-value]


def _stack(name: str, values: list[Any], where: list[int], count: int) -> Any:
    """The values of the rows `where`, in an array or dict of arrays over all `count` rows."""
    first = values[0]
    if name != "final_obs":
        if isinstance(first, dict):
            return _stack_dicts(values, where, count)
        if isinstance(first, (bool, int, float, np.number)):
            if len(where) == count:
                return np.array(values, dtype=type(first))
            numbers = np.zeros(count, dtype=type(first))
            _put(numbers, where, values)
            return numbers
        if isinstance(first, np.ndarray):
            if len(where) == count:
                return np.array(values)
            arrays = np.zeros((count, *first.shape), dtype=first.dtype)
            _put(arrays, where, values)
            return arrays
    objects = np.full(count, None, dtype=object)
    for i, value in zip(where, values, strict=True):
        objects[i] = value
    return objects
