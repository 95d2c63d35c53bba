"""Hyperparameters by environment, from the checked-in files of `tuned/`, which say how they were found.

A file is called as the environment, without its namespace, and has a table for each algorithm. "found" says how, in
words; the rest are hyperparameters over the algorithm's defaults, and --hyper goes over both::

    [qlearning]
    found = "defaults of the library, not searched"
    alpha = 0.1
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tuned"
FOUND = "found"


@dataclass(frozen=True)
class Tuned:
    """What a file says of an algorithm on an environment.

    Attributes:
        values: Hyperparameters over the defaults.
        found: How they were found; empty where the file has none.
    """

    values: dict[str, Any] = field(default_factory=dict)
    found: str = ""


def tuned(env: str, algorithm: str) -> Tuned:
    """The hyperparameters of an algorithm on an environment, by its id; none where there is no file or no table."""
    file = FOLDER / f"{env.split('/')[-1]}.toml"
    if not file.is_file():
        return Tuned()
    table = dict(tomllib.loads(file.read_text(encoding="utf-8")).get(algorithm, {}))
    found = table.pop(FOUND, "")
    return Tuned(table, found)
