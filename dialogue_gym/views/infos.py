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
    count = len(rows)
    having: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        if row:
            for name in row:
                having.setdefault(name, []).append(i)
    stacked: dict[str, Any] = {}
    for name, where in having.items():
        present: npt.NDArray[np.bool_] = np.ones(count, dtype=np.bool_)
        if len(where) < count:
            present[:] = False
            present[where] = True
        stacked[name] = _stack(name, [rows[i][name] for i in where], where, count)  # type: ignore[index]
        stacked[f"_{name}"] = present
    return stacked


def _stack(name: str, values: list[Any], where: list[int], count: int) -> Any:
    """The values of the rows `where`, in an array or dict of arrays over all `count` rows."""
    first = values[0]
    if name != "final_obs":
        if isinstance(first, dict):
            rows: list[dict[str, Any] | None] = [None] * count
            for i, value in zip(where, values, strict=True):
                rows[i] = value
            return stack_infos(rows)
        if isinstance(first, (bool, int, float, np.number)):
            if len(where) == count:
                return np.array(values, dtype=type(first))
            numbers = np.zeros(count, dtype=type(first))
            numbers[where] = values
            return numbers
        if isinstance(first, np.ndarray):
            if len(where) == count:
                return np.array(values)
            arrays = np.zeros((count, *first.shape), dtype=first.dtype)
            arrays[where] = values
            return arrays
    objects = np.full(count, None, dtype=object)
    for i, value in zip(where, values, strict=True):
        objects[i] = value
    return objects
