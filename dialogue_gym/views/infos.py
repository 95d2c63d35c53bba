"""Stacking the infos of rows the way Gymnasium does, in one pass per key instead of one per row and key."""

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
    keys = [None if row is None else row.keys() for row in rows]
    first = keys[0]
    stacked: dict[str, Any] = {}
    if first is not None and all(each == first for each in keys):
        everywhere = np.ones(len(rows), dtype=np.bool_)
        for name in first:
            stacked[name] = _stack(name, [row[name] for row in rows])  # type: ignore[index]
            stacked[f"_{name}"] = everywhere.copy()
        return stacked
    for name in dict.fromkeys(name for row in rows if row for name in row):
        present: npt.NDArray[np.bool_] = np.array([row is not None and name in row for row in rows], dtype=np.bool_)
        stacked[name] = _stack(name, [row[name] if row is not None and name in row else None for row in rows])
        stacked[f"_{name}"] = present
    return stacked


def _stack(name: str, values: Sequence[Any]) -> Any:
    first = next((value for value in values if value is not None), None)
    if name != "final_obs":
        if isinstance(first, dict):
            return stack_infos(values)
        if isinstance(first, (bool, int, float, np.number)):
            return np.array([0 if value is None else value for value in values], dtype=type(first))
        if isinstance(first, np.ndarray):
            return np.array([np.zeros_like(first) if value is None else value for value in values])
    objects = np.full(len(values), None, dtype=object)
    for i, value in enumerate(values):
        objects[i] = value
    return objects
